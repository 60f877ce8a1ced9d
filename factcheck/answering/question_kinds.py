"""What sort of answer a question wants."""

from __future__ import annotations

from typing import Any, Literal

from factcheck.lexicon import NOUN_ENTITIES, NOUN_QUESTIONS

_MEASURES: dict[str, frozenset[str]] = {
    "old": frozenset({"DATE", "CARDINAL"}),
    "long": frozenset({"DATE", "TIME", "QUANTITY", "CARDINAL"}),
    "far": frozenset({"QUANTITY", "PERCENT", "MONEY"}),
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
PLACEHOLDER_NOUNS = frozenset("kind type sort form amount number".split())


def find_kind(doc: Any, wh: Any | None) -> tuple[Kind, frozenset[str], str | None]:
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
    if word == "why" or (word == "what" and doc.text.lower().rstrip(" ?").endswith(" for") and _root_is(doc, "do")):
        return "why", frozenset(), None
    if word == "how":
        return "how", frozenset(), None
    return _what_kind(doc, wh)


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
    if copula and all(token.pos_ in {"PROPN", "DET", "PART"} or token.ent_type_ == "PERSON" for token in rest[1:]):
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
        nouns = (t for t in doc if t.i > wh.i and t.pos_ == "NOUN" and t.dep_ != "compound")
        noun = next(nouns, None) if _verb_is(doc, "be") else None
        if noun is not None and noun.lemma_.lower() in NOUN_QUESTIONS and noun.lemma_.lower() != "name":
            kind = NOUN_QUESTIONS[noun.lemma_.lower()]
            labels = {"how_many": MANY, "how_much": MUCH, "when": WHEN, "where": WHERE, "who": WHO}
            return kind, labels.get(kind, frozenset()), noun.lemma_.lower()  # type: ignore[return-value]
        if noun is not None and noun.lemma_.lower() == "name":
            return _named(doc, noun)
        rest = [token for token in doc if token.i > wh.i and not token.is_punct]
        if rest and rest[0].lemma_ == "be" and all(t.pos_ in {"PROPN", "DET"} for t in rest[1:]) and len(rest) > 1:
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
    """Return who is asked for: "the names of the senators" asks who the senators are."""
    inner = next((t for t in doc if t.i > noun.i and t.pos_ in {"NOUN", "PROPN"} and t.dep_ != "compound"), None)
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
        if token.pos_ in {"NOUN", "PROPN"} and not (token.i + 1 < len(doc) and doc[token.i + 1].pos_ == "NOUN"):
            return str(token.lemma_.lower())
    return None
