"""What a question asks for: its kind, the entity it expects, its act, its names and content words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from factcheck.lexicon import CUES, NOUN_ENTITIES, NOUN_QUESTIONS

Kind = Literal[
    "who", "whom", "identity", "when", "where", "how_many", "how_much", "how_old", "how_long", "which", "say", "why",
    "how", "what", "yes_no"
]  # fmt: skip
# Kinds whose answer is a short span of a known sort.
TYPED: frozenset[str] = frozenset(
    {"who", "whom", "when", "where", "how_many", "how_much", "how_old", "how_long", "which"}
)

WHO = frozenset({"PERSON", "ORG", "NORP", "GPE"})
WHEN = frozenset({"DATE", "TIME"})
WHERE = frozenset({"GPE", "LOC", "FAC"})
MANY = frozenset({"CARDINAL", "QUANTITY", "PERCENT"})
MUCH = frozenset({"MONEY", "PERCENT", "QUANTITY"})
# Light verbs carry no meaning of their own in a question.
LIGHT = frozenset(
    "be do have can could will would shall should may might must get make take give go come".split()
)
NAME_LABELS = frozenset(
    {"PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW"}
)
# Words that are capitalised or tagged as content, but ask rather than mean.
EMPTY = frozenset(
    "what who whom whose which when where why how many much kind type sort article articles file files story "
    "report reports according say says said mr mrs ms dr please tell exactly name many".split()
)
# Stop words that tell one event from another.
ORDER = frozenset("first last next second third latest only".split())
DEATHS = frozenset({"toll", "casualties", "casualty"})
PLACEHOLDER_NOUNS = frozenset("kind type sort form amount number".split())


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of the question.

    Attributes:
        start: Offset into the question.
        end: Offset behind it.
        text: As written, lower case.
        lemma: Its lemma, lower case.
        name: Whether it belongs to a proper name.
    """

    start: int
    end: int
    text: str
    lemma: str
    name: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the embedded engine understands it.

    Attributes:
        text: As asked, white space normalised.
        kind: What sort of answer it wants.
        expects: Entity labels (OntoNotes) of the span that answers, empty where any text may.
        focus: Lemma of the noun asked about ("drone" in "how many drones"), or None.
        action: Lemma of the main verb (or deverbal noun), or None where it says nothing.
        role: Dependency role of the wh-word: "subject", "object", "adjunct".
        preposition: The preposition that governs the wh-word ("with", "for"), or None.
        terms: Content words in order.
        names: Proper names, as written.
        speaker: Who speaks in "what did X say …", or None.
        plural: Whether the wording asks for several answers.
        subject: The name that does the act in the question ("Peskov" in "When did Peskov meet …"), or None.
        negated: Whether the question denies its act ("Who did not sign?").
    """

    text: str
    kind: Kind
    expects: frozenset[str]
    focus: str | None
    action: str | None
    role: str
    preposition: str | None
    terms: tuple[Term, ...]
    names: tuple[str, ...]
    speaker: str | None = None
    plural: bool = False
    subject: str | None = None
    negated: bool = False


def analyse_question(text: str, doc: Any) -> Question:
    """Understand a question from its spaCy parse.

    Args:
        text: The question; `doc` is its parse.
        doc: spaCy `Doc` of exactly `text`.

    Returns:
        The question's kind, expectation, action, names and terms.
    """
    wh = _wh_token(doc)
    kind, expects, focus = _kind(doc, wh)
    names = _names(doc)
    verb = _main_verb(doc, wh)
    action = verb.lemma_.lower() if verb is not None and verb.lemma_.lower() not in LIGHT else None
    speaker = _speaker(kind, doc, wh, verb)
    if speaker is not None:
        kind, expects = "say", frozenset()
    if action is None and kind in TYPED:
        action = _noun_action(doc, focus)
    return Question(
        text=text,
        kind=kind,
        expects=expects,
        focus=focus,
        action=action,
        role=_role(wh, verb),
        preposition=_preposition(wh, verb),
        terms=_terms(doc, names),
        names=names,
        speaker=speaker,
        plural=_plural(doc, wh, kind),
        subject=_subject_name(verb, wh),
        negated=verb is not None and any(child.dep_ == "neg" for child in verb.children),
    )


def _wh_token(doc: Any) -> Any | None:
    for token in doc:
        if token.tag_ in {"WP", "WDT", "WP$", "WRB"} or token.lower_ in {"who", "whom", "what", "when", "where", "why", "how", "which"}:  # fmt: skip
            # "Russia, which …" and "the day when" are relative clauses, not questions.
            if token.i == 0 or (token.dep_ != "mark" and token.head.dep_ not in {"relcl", "acl"}):
                return token
    return None


def _kind(doc: Any, wh: Any | None) -> tuple[Kind, frozenset[str], str | None]:
    """Return the kind, the expected labels and the focus noun's lemma."""
    if wh is None:
        return _kind_without_wh(doc)
    word = wh.lower_
    after = doc[wh.i + 1].lower_ if wh.i + 1 < len(doc) else ""
    if word == "how" and after in {"many", "few"}:
        return "how_many", MANY, _noun_after(doc, wh.i + 2)
    if word == "how" and after == "much":
        return "how_much", MUCH, _noun_after(doc, wh.i + 2)
    if word == "how" and after in _MEASURES:
        kinds: dict[str, Kind] = {"old": "how_old", "long": "how_long", "often": "how_long"}
        return kinds.get(after, "how_much"), _MEASURES[after], None
    if word in {"who", "whom", "whose"}:
        return _who_kind(doc, wh)
    if word == "when":
        return "when", WHEN, None
    if word == "where":
        return "where", WHERE, None
    if word == "why" or (
        word == "what" and doc.text.lower().rstrip(" ?").endswith(" for") and _root_is(doc, "do")
    ):
        return "why", frozenset(), None
    if word == "how":
        return "how", frozenset(), None
    return _what_kind(doc, wh)


_MEASURES: dict[str, frozenset[str]] = {
    "old": frozenset({"DATE", "CARDINAL"}),
    "long": frozenset({"DATE", "TIME", "QUANTITY", "CARDINAL"}),
    "far": frozenset({"QUANTITY"}),
    "tall": frozenset({"QUANTITY"}),
    "high": frozenset({"QUANTITY"}),
    "big": frozenset({"QUANTITY", "CARDINAL", "PERCENT", "MONEY"}),
    "large": frozenset({"QUANTITY", "CARDINAL", "PERCENT", "MONEY"}),
    "fast": frozenset({"QUANTITY", "PERCENT"}),
    "deep": frozenset({"QUANTITY"}),
    "heavy": frozenset({"QUANTITY"}),
    "wide": frozenset({"QUANTITY"}),
    "often": frozenset({"DATE", "TIME", "CARDINAL"}),
}


def _kind_without_wh(doc: Any) -> tuple[Kind, frozenset[str], str | None]:
    first = doc[0] if len(doc) else None
    if first is not None and (first.pos_ == "AUX" or first.tag_ == "MD"):
        return "yes_no", frozenset(), None
    for token in doc:
        noun = token.lower_ if token.lower_ in NOUN_QUESTIONS else token.lemma_.lower()
        kind = NOUN_QUESTIONS.get(noun)
        if kind is not None and token.pos_ in {"NOUN", "PROPN"}:
            labels = {"how_many": MANY, "how_much": MUCH, "when": WHEN, "where": WHERE, "who": WHO}
            return kind, labels.get(kind, frozenset()), noun  # type: ignore[return-value]
    return "what", frozenset(), None


def _who_kind(doc: Any, wh: Any) -> tuple[Kind, frozenset[str], str | None]:
    rest = [token for token in doc if token.i > wh.i and not token.is_punct]
    copula = bool(rest) and rest[0].lemma_ == "be"
    # "Who is Taylor Fravel?" asks for a description; "Who is the mayor of Lyme?" for a name.
    if copula and all(
        token.pos_ in {"PROPN", "DET", "PART"} or token.ent_type_ == "PERSON" for token in rest[1:]
    ):
        return "identity", frozenset(), None
    if wh.dep_ in {"dobj", "pobj", "dative"} or wh.lower_ == "whom":
        return "whom", WHO, None
    if copula:
        noun = next((token for token in rest[1:] if token.pos_ == "NOUN"), None)
        return "who", frozenset({"PERSON", "ORG"}), noun.lemma_.lower() if noun is not None else None
    return "who", WHO, None


def _what_kind(doc: Any, wh: Any) -> tuple[Kind, frozenset[str], str | None]:
    noun = wh.head if wh.dep_ in {"det", "poss", "amod", "nmod", "compound"} and wh.head.i > wh.i else None
    if noun is None and wh.i + 1 < len(doc) and doc[wh.i + 1].pos_ == "NOUN":
        noun = doc[wh.i + 1]
    if noun is None:
        # "What is the cost of …", "what was the death toll": the noun behind the copula.
        noun = next(
            (token for token in doc if token.i > wh.i and token.pos_ == "NOUN" and _verb_is(doc, "be")), None
        )
        if noun is not None and noun.lemma_.lower() in NOUN_QUESTIONS and noun.lemma_.lower() != "name":
            kind = NOUN_QUESTIONS[noun.lemma_.lower()]
            labels = {"how_many": MANY, "how_much": MUCH, "when": WHEN, "where": WHERE, "who": WHO}
            return kind, labels.get(kind, frozenset()), noun.lemma_.lower()  # type: ignore[return-value]
        if noun is not None and noun.lemma_.lower() == "name":
            return _named(doc, noun)
        rest = [token for token in doc if token.i > wh.i and not token.is_punct]
        if (
            rest
            and rest[0].lemma_ == "be"
            and all(t.pos_ in {"PROPN", "DET"} for t in rest[1:])
            and len(rest) > 1
        ):
            return "identity", frozenset(), None
        return "what", frozenset(), None
    lemma = noun.lemma_.lower()
    if lemma == "name":
        return _named(doc, noun)
    if lemma in PLACEHOLDER_NOUNS:
        inner = next((t for t in doc if t.i > noun.i and t.pos_ in {"NOUN", "PROPN"}), None)
        return "what", frozenset(), inner.lemma_.lower() if inner is not None else None
    labels_of_noun = NOUN_ENTITIES.get(lemma)
    if labels_of_noun is None:
        return "what", frozenset(), lemma
    if labels_of_noun <= WHEN:
        return "when", WHEN, lemma
    if labels_of_noun & MUCH and "CARDINAL" not in labels_of_noun:
        return "how_much", MUCH, lemma
    if "CARDINAL" in labels_of_noun:
        return "how_many", MANY, lemma
    return "which", labels_of_noun, lemma


def _named(doc: Any, noun: Any) -> tuple[Kind, frozenset[str], str | None]:
    """ "What are the names of the senators?" asks who the senators are."""
    inner = next(
        (t for t in doc if t.i > noun.i and t.pos_ in {"NOUN", "PROPN"} and t.dep_ != "compound"), None
    )
    return "who", frozenset({"PERSON", "ORG"}), inner.lemma_.lower() if inner is not None else "name"


def _verb_is(doc: Any, lemma: str) -> bool:
    return any(token.lemma_ == lemma and token.dep_ in {"ROOT", "aux", "auxpass"} for token in doc)


def _root_is(doc: Any, lemma: str) -> bool:
    return any(token.lemma_ == lemma and token.dep_ == "ROOT" for token in doc)


def _noun_after(doc: Any, index: int) -> str | None:
    for token in doc[index:]:
        modifies = token.tag_ in {"VBG", "VBN"} and token.i + 1 < len(doc) and doc[token.i + 1].pos_ == "NOUN"
        if (token.pos_ in {"VERB", "AUX"} and not modifies) or token.is_punct:
            return None
        if token.pos_ in {"NOUN", "PROPN"} and not (
            token.i + 1 < len(doc) and doc[token.i + 1].pos_ == "NOUN"
        ):
            return str(token.lemma_.lower())
    return None


def _main_verb(doc: Any, wh: Any | None) -> Any | None:
    """Return the verb that governs the wh-word, or the root verb."""
    candidates = [token for token in doc if token.pos_ == "VERB" and token.dep_ not in {"relcl", "acl"}]
    if not candidates:
        # "When did the meeting end?": a verb that is tagged as a noun stands last.
        asks = any(token.lemma_ == "do" and token.pos_ == "AUX" for token in doc)
        words = [token for token in doc if token.is_alpha]
        return words[-1] if asks and words[-1].pos_ == "NOUN" else None
    if wh is not None:
        node = wh
        for _ in range(6):
            if node.pos_ == "VERB" and node.lemma_.lower() not in LIGHT:
                return node
            if node.head == node:
                break
            node = node.head
    strong = [token for token in candidates if token.lemma_.lower() not in LIGHT]
    return (strong or candidates)[0]


def _noun_action(doc: Any, focus: str | None) -> str | None:
    """In "who is the author of" the noun carries the act."""
    if focus in DEATHS:
        return "kill"
    for token in doc:
        if token.pos_ == "NOUN" and token.lemma_.lower() != focus and token.lemma_.lower() not in EMPTY:
            return str(token.lemma_.lower())
    return None


def _role(wh: Any | None, verb: Any | None) -> str:
    if wh is None or verb is None:
        return "adjunct"
    node = wh
    while node.head != node and node.dep_ in {"det", "poss", "amod", "compound", "nmod"}:
        node = node.head
    if node.dep_ in {"nsubj", "csubj"}:
        # "How many drones did Russia request?": inverted objects are parsed as subjects.
        others = [
            child for child in verb.children if child.dep_ in {"nsubj", "nsubjpass"} and child.i > node.i
        ]
        return "object" if others and others[0] != node else "subject"
    if node.dep_ in {"nsubjpass", "dobj", "pobj", "attr", "dative"}:
        return "object"
    return "adjunct"


def _preposition(wh: Any | None, verb: Any | None) -> str | None:
    if wh is None:
        return None
    node = wh
    while node.head != node and node.dep_ in {"det", "poss", "amod", "compound", "nmod", "pobj"}:
        if node.dep_ == "pobj" and node.head.tag_ == "IN" and node.head.lower_ != "of":
            return str(node.head.lower_)
        node = node.head
    if verb is not None:
        # A stranded preposition: "What did Russia ask for?"
        for child in verb.children:
            if child.dep_ == "prep" and not list(child.children) and child.i > verb.i:
                return str(child.lower_)
    return None


def _names(doc: Any) -> tuple[str, ...]:
    """Return the proper names: entities and runs of proper nouns, articles and possessives cut off."""
    spans: list[tuple[int, int]] = []
    for token in doc:
        capital = token.text[:1].isupper() and token.i > 0
        entity = token.ent_type_ in NAME_LABELS
        if (token.pos_ == "PROPN" and (capital or entity)) or (entity and capital):
            if spans and spans[-1][1] == token.i and token.tag_ != "POS":
                spans[-1] = (spans[-1][0], token.i + 1)
            else:
                spans.append((token.i, token.i + 1))
    names = (doc[start:end].text.strip() for start, end in spans)
    return tuple(
        name for name in dict.fromkeys(names) if re.search(r"\w", name) and name.lower() not in EMPTY
    )


def _terms(doc: Any, names: tuple[str, ...]) -> tuple[Term, ...]:
    name_words = {word.lower() for name in names for word in re.findall(r"\w[\w.'’-]*", name)}
    return tuple(
        Term(
            token.idx,
            token.idx + len(token.text),
            token.lower_,
            token.lemma_.lower(),
            token.lower_ in name_words,
        )
        for token in doc
        if (
            token.pos_ in {"NOUN", "PROPN", "VERB", "ADJ", "NUM", "ADV"}
            and token.lower_ not in EMPTY
            and (token.lemma_.lower() not in LIGHT)
            and (not token.is_stop or token.lower_ in ORDER)
            and re.search(r"\w", token.text)
        )
        or token.lower_ in name_words
    )


def _speaker(kind: Kind, doc: Any, wh: Any | None, verb: Any | None) -> str | None:
    """Return X of "what did X say about …" or "how did X describe …"."""
    if wh is None or verb is None or kind not in {"what", "how", "why"} or verb.lemma_.lower() not in CUES:
        return None
    if verb.lemma_.lower() in {"call", "ask", "demand", "agree"} and kind != "how":
        return None
    subject = next((child for child in verb.children if child.dep_ == "nsubj" and child != wh), None)
    if subject is None or subject.pos_ == "PRON":
        return None
    words = [token for token in subject.subtree if token.dep_ not in {"det", "relcl", "appos"}]
    text = doc[words[0].i : words[-1].i + 1].text if words else subject.text
    return str(text)


def _subject_name(verb: Any | None, wh: Any | None) -> str | None:
    if verb is None:
        return None
    for child in verb.children:
        if (
            child.dep_ == "nsubj"
            and child != wh
            and (child.pos_ == "PROPN" or child.ent_type_ in NAME_LABELS)
        ):
            return str(child.text)
    return None


def _plural(doc: Any, wh: Any | None, kind: Kind) -> bool:
    if kind in {"who", "whom"}:
        return True
    if wh is None:
        return False
    noun = wh.head if wh.dep_ in {"det", "nmod"} else None
    return bool(noun is not None and noun.tag_ in {"NNS", "NNPS"})
