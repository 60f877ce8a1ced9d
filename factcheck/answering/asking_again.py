"""Ask an earlier question again with one part changed: "When?", "And Lavrov?", "What about sanctions?"."""

from __future__ import annotations

import re
from typing import Any

from factcheck.answering.antecedents import Named, Parse, Scene, Unclear, distinct

ADVERBS = frozenset({"when", "where", "why", "how"})
_PREPOSITIONS = frozenset(
    "in on at by during after before since until for from with to about against near of over under within".split()
)
_WORDS_IN_TOPIC = 10
_OPPOSITE = {"person": ("place",), "place": ("person",)}


def ask_when(word: str, scene: Scene) -> str:
    """Return the earlier question with another question word: "Who denied it?", "When?" → "When did X deny it?".

    Raises:
        Unclear: The earlier question cannot be put that way.
    """
    wh = next((token for token in scene.doc if token.tag_ in {"WP", "WDT", "WP$", "WRB"}), None)
    if wh is None:
        return _ask_of_fact(word, scene)
    if wh.i > 0:
        raise Unclear("the question before it cannot be asked that way")
    if wh.lower_ in ADVERBS and not _counts(scene.doc):
        if wh.lower_ == word:
            raise Unclear("it asks what the question before it asked")
        return _join(word.capitalize(), scene.doc[1:].text)
    phrase_end, noun = _wh_phrase(scene.doc)
    rest = scene.doc[phrase_end:]
    if not len(rest):
        raise Unclear("the question before it cannot be asked that way")
    first = rest[0]
    inverted = first.pos_ == "AUX" and (
        first.lemma_ == "do" or any(each.dep_ in {"nsubj", "nsubjpass"} and each.i > first.i for each in rest)
    )
    if inverted:  # "Which treaty did X sign?": the thing asked for goes where it belongs
        return _join(word.capitalize(), rest.text.rstrip(" ?") + (f" the {noun}" if noun else ""))
    subject = f"the {noun}" if noun and scene.doc[0].lower_ == "how" else _subject(scene)
    if first.pos_ == "AUX" or first.tag_ == "MD":
        if first.lemma_ == "be" and not any(token.pos_ == "VERB" for token in rest):
            raise Unclear("the question before it cannot be asked that way")
        return _join(word.capitalize(), first.text, subject, rest[1:].text)
    if first.pos_ != "VERB":
        raise Unclear("the question before it cannot be asked that way")
    helper = {"VBD": "did", "VBN": "did", "VBZ": "does"}.get(first.tag_, "do")
    return _join(word.capitalize(), helper, subject, first.lemma_, rest[1:].text)


def ask_about(topic: str, scene: Scene, parse: Parse) -> str:
    """Return the earlier question about something else of the same kind.

    Args:
        topic: "Lavrov", "sanctions", "in Eastgate".
        scene: The earlier exchange.
        parse: The parser.

    Raises:
        Unclear: It is not clear what it takes the place of.
    """
    words = topic.split()
    if not words or len(words) > _WORDS_IN_TOPIC:
        raise Unclear("what it asks for is not clear")
    question = scene.doc.text
    if words[0].lower() in _PREPOSITIONS and len(words) > 1:
        return _ask_elsewhere(topic, words[0].lower(), scene)
    kind = _kind_of(topic, scene, parse)
    same = [each for each in scene.names if each.kind == kind]
    about = _topic_chunk(scene)
    if about is not None and kind in {"name", "group"}:
        raise Unclear(f"whether “{topic}” speaks or is spoken of is not clear")
    if not same and kind not in {"thing", "date"} and about is None:  # it may be anything that has a name
        same = [each for each in scene.names if each.kind not in {"date", "adjective", *_OPPOSITE.get(kind, ())}]
    if kind == "thing" and _counts(scene.doc):  # "How many soldiers did the army send?", "And boats?"
        end, noun = _wh_phrase(scene.doc)
        if noun and topic.islower():
            return _replace(question, scene.doc[2].idx, scene.doc[end - 1].idx + len(scene.doc[end - 1]), topic)
    if kind == "thing" or (not same and kind != "person" and about is not None):
        chunk = about or _only_thing(scene)
        return _replace(question, chunk.start_char, chunk.end_char, topic)
    if len(distinct(each.text for each in same)) != 1:
        raise Unclear(f"what “{topic}” takes the place of is not clear")
    return _put(question, same, topic)


def _put(question: str, same: list[Named], topic: str) -> str:
    for each in sorted(same, key=lambda each: -each.start):
        question = _replace(question, each.start, each.end, topic)
    return question


def _replace(question: str, start: int, end: int, topic: str) -> str:
    before = question[:start]
    # "the Kremlin" → "Lavrov": a name of one word brings its own article or none.
    if topic[:1].isupper():
        before = re.sub(r"\b(?:the|an?)\s+$", "", before, flags=re.IGNORECASE)
    return _join(before, topic + question[end:])


def _ask_of_fact(word: str, scene: Scene) -> str:
    first = scene.doc[0]
    if first.pos_ != "AUX" and first.tag_ != "MD":
        raise Unclear("the question before it cannot be asked that way")
    return _join(word.capitalize(), first.lower_, scene.doc[1:].text)


def _ask_elsewhere(topic: str, preposition: str, scene: Scene) -> str:
    for token in scene.doc:
        if token.lower_ == preposition and token.pos_ in {"ADP", "SCONJ"}:
            end = token.right_edge.idx + len(token.right_edge.text)
            return _replace(scene.doc.text, token.idx, end, topic)
    return _join(scene.doc.text.rstrip(" ?."), topic)


def _kind_of(topic: str, scene: Scene, parse: Parse) -> str:
    bare = re.sub(r"^(?:the|an?)\s+", "", topic, flags=re.IGNORECASE)
    if not bare[:1].isupper():
        return "thing"
    last = bare.split()[-1].casefold()
    if any(last == name.split()[-1].casefold() for name in (*scene.told, *scene.speakers, *scene.people)):
        return "person"
    # A parser guesses at a strange name; what it is said to be in two sentences is likelier.
    kinds = {
        _label({token.ent_type_ for token in parse(frame.format(topic)) if token.text in bare.split()})
        for frame in ("What did they say about {}?", "Yesterday {} said so.")
    }
    return kinds.pop() if len(kinds) == 1 else "name"


def _label(labels: set[str]) -> str:
    for kind, of in (("person", {"PERSON"}), ("date", {"DATE", "TIME"}), ("place", {"GPE", "LOC", "FAC"})):
        if labels & of:
            return kind
    return "group" if labels & {"ORG", "NORP"} else "name"


def _topic_chunk(scene: Scene) -> Any | None:
    """Return what is spoken of: Y of "What did X say about Y?"."""
    chunks = [chunk for chunk in scene.doc.noun_chunks if chunk.root.head.lower_ in {"about", "on", "regarding"}]
    return chunks[-1] if chunks else None


def _only_thing(scene: Scene) -> Any:
    taken = [each for each in scene.names if each.kind == "person"]
    chunks = [
        chunk
        for chunk in scene.doc.noun_chunks
        if chunk.root.pos_ in {"NOUN", "PROPN"}
        and not any(token.tag_ in {"WP", "WDT", "WP$", "WRB"} for token in chunk)
        and not any(each.start < chunk.end_char and chunk.start_char < each.end for each in taken)
    ]
    if len(chunks) != 1:
        raise Unclear("what it takes the place of is not clear")
    return chunks[0]


def _subject(scene: Scene) -> str:
    """Return who did it, where the question before asked who."""
    found = distinct(scene.values)
    if len(found) != 1 or len(found[0].split()) > 6:
        raise Unclear("the answer before it names " + ("several" if found else "nobody"))
    return found[0]


def _wh_phrase(doc: Any) -> tuple[int, str]:
    """Return where "which treaty", "how many people" ends, and its noun."""
    wh = doc[0]
    end = wh.i + 1
    if wh.lower_ in {"which", "what", "how", "whose"}:
        while end < len(doc) and doc[end].pos_ in {"ADJ", "NOUN", "PROPN", "NUM", "ADV"}:
            end += 1
    skip = wh.i + (2 if wh.lower_ == "how" else 1)
    return end, doc[skip:end].text if end > skip else ""


def _counts(doc: Any) -> bool:
    return bool(doc[0].lower_ == "how" and len(doc) > 1 and doc[1].pos_ == "ADJ")


def _join(*parts: str) -> str:
    text = " ".join(part.strip() for part in parts if part.strip())
    return re.sub(r"\s+([?.,;:’'])", r"\1", text).rstrip(" ?.") + "?"
