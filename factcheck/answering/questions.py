"""What a question asks for: its kind, the entity it expects, its act, its names and content words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from factcheck.answering.question_kinds import TYPED, Kind, find_kind
from factcheck.lexicon import ACTION_WORDS, CUES

WH_WORDS = frozenset("who whom what when where why how which".split())
# Light verbs carry no meaning of their own in a question.
LIGHT = frozenset("be do have can could will would shall should may might must get make take give go come".split())
# Verbs that only say that an event happened: the event is the act ("Where were the talks held?").
EVENT_VERBS = frozenset("hold happen occur place stage conduct".split())
NAME_LABELS = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "PRODUCT", "EVENT", "WORK_OF_ART", "LAW"})
# Words that are capitalised or tagged as content, but ask rather than mean.
EMPTY = frozenset(
    "what who whom whose which when where why how many much kind type sort article articles file files story "
    "report reports according say says said mr mrs ms dr please tell exactly name many".split()
)
# Stop words that tell one event from another.
ORDER = frozenset("first last next second third latest only".split())
DEATHS = frozenset({"toll", "casualties", "casualty"})


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
    kind, expects, focus = find_kind(doc, wh)
    names = _names(doc)
    verb = _main_verb(doc, wh)
    action = _action(verb)
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
        if token.tag_ in {"WP", "WDT", "WP$", "WRB"} or token.lower_ in WH_WORDS:
            # "Russia, which …" and "the day when" are relative clauses, not questions.
            if token.i == 0 or (token.dep_ != "mark" and token.head.dep_ not in {"relcl", "acl"}):
                return token
    return None


def _main_verb(doc: Any, wh: Any | None) -> Any | None:
    """Return the verb that governs the wh-word, or the root verb."""
    candidates = [token for token in doc if token.pos_ == "VERB" and token.dep_ not in {"relcl", "acl"}]
    if not candidates:
        # "When did the meeting end?", "When will the bridge open?": a verb that is tagged as another word stands last.
        asks = any((token.lemma_ == "do" and token.pos_ == "AUX") or token.tag_ == "MD" for token in doc)
        words = [token for token in doc if token.is_alpha]
        bare = asks and not any(token.lemma_ == "be" for token in doc)
        return words[-1] if bare and (words[-1].pos_ in {"NOUN", "ADJ"} or words[-1].dep_ == "ROOT") else None
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


def _action(verb: Any | None) -> str | None:
    """Return the lemma that names the act: the verb's, or the event's where the verb only says it happened."""
    if verb is None or verb.lemma_.lower() in LIGHT:
        return None
    if verb.lemma_.lower() in EVENT_VERBS:
        happens = verb.lemma_.lower() in {"happen", "occur"}
        role = {"nsubj", "nsubjpass"} if happens else {"nsubjpass"}
        events = [child for child in verb.children if child.dep_ in role and child.pos_ == "NOUN"]
        if events or happens:
            return str(events[0].lemma_.lower()) if events else None
    return str(verb.lemma_.lower())


def _noun_action(doc: Any, focus: str | None) -> str | None:
    """In "who is the author of" the noun carries the act."""
    if focus in DEATHS:
        return "kill"
    for token in doc:
        common = token.pos_ == "NOUN" and token.text.islower() and token.lemma_.lower() in ACTION_WORDS
        if common and token.lemma_.lower() != focus and token.lemma_.lower() not in EMPTY:
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
        others = [child for child in verb.children if child.dep_ in {"nsubj", "nsubjpass"} and child.i > node.i]
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
    return tuple(name for name in dict.fromkeys(names) if re.search(r"\w", name) and name.lower() not in EMPTY)


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
    if kind == "why" and subject.pos_ != "PROPN" and subject.ent_type_ not in NAME_LABELS:
        return None  # "Why did the radar not warn the crew?"
    words = [token for token in subject.subtree if token.dep_ not in {"det", "relcl", "appos"}]
    # A parse may take "What did" into the subject.
    words = [token for token in words if token.i > wh.i and token.pos_ not in {"AUX", "VERB"}]
    text = doc[words[0].i : words[-1].i + 1].text if words else subject.text
    return str(text)


def _subject_name(verb: Any | None, wh: Any | None) -> str | None:
    if verb is None:
        return None
    for child in verb.children:
        if child.dep_ == "nsubj" and child != wh and (child.pos_ == "PROPN" or child.ent_type_ in NAME_LABELS):
            return str(child.text)
    return None


def _plural(doc: Any, wh: Any | None, kind: Kind) -> bool:
    if kind in {"who", "whom"}:
        return True
    if wh is None:
        return False
    noun = wh.head if wh.dep_ in {"det", "nmod"} else None
    return bool(noun is not None and noun.tag_ in {"NNS", "NNPS"})
