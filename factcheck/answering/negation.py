"""Where sentences that tell the same differ in a "not"."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from factcheck.answering.questions import LIGHT
from factcheck.answering.readings import Reading, negated
from factcheck.types import SourceSentence

# Sentences that share this much of their content words tell the same thing.
ALIGNED = 0.45


def opposed(first: Reading, second: Reading) -> bool:
    """Whether two sentences that tell the same differ in a negation."""
    return overlap(first.doc, second.doc) >= ALIGNED and any(
        True for _ in itertools.chain(find_negations(first, second), find_denied_words(first, second))
    )


def overlap(first: Any, second: Any) -> float:
    """Return the share (0..1) of the shorter sentence's content lemmas that the other holds too."""
    one, two = content(first), content(second)
    return len(one & two) / max(min(len(one), len(two)), 1)


def content(doc: Any) -> set[str]:
    """Return the lemmas of a sentence's content words."""
    return {
        token.lemma_.lower()
        for token in doc
        if token.pos_ in {"NOUN", "PROPN", "VERB", "ADJ", "NUM"}
        and not token.is_stop
        and token.lemma_.lower() not in LIGHT
    }


def aligned(first: Reading, second: Reading) -> bool:
    """Whether two sentences of different files tell the same."""
    return first.hit.sentence.file != second.hit.sentence.file and overlap(first.doc, second.doc) >= ALIGNED


def find_negations(first: Reading, second: Reading) -> Iterator[Disagreement]:
    """The same verb of aligned sentences, denied in one only."""
    for one in first.doc:
        if not _asserts(one):
            continue
        for two in second.doc:
            if not _asserts(two) or one.lemma_.lower() != two.lemma_.lower():
                continue
            if negated(one) != negated(two) and _verb_group(one) != _verb_group(two) and _same_arguments(one, two):
                sides = (
                    Side(_verb_group(verb), (reading.hit.sentence,), "denied" if negated(verb) else "asserted")
                    for verb, reading in ((one, first), (two, second))
                )
                yield Disagreement(_verb_name(one), tuple(sides))
                return


def find_denied_words(first: Reading, second: Reading) -> Iterator[Disagreement]:
    """The same noun or adjective of aligned sentences, behind "not" in one only: "not political"."""
    for one in first.doc:
        if one.pos_ not in {"NOUN", "ADJ", "ADV", "PROPN"} or one.is_stop:
            continue
        for two in second.doc:
            if one.lemma_.lower() != two.lemma_.lower() or _behind_not(one) == _behind_not(two):
                continue
            sides = (
                Side(f"not {token.text}" if _behind_not(token) else token.text, (reading.hit.sentence,),
                     "denied" if _behind_not(token) else "asserted")
                for token, reading in ((one, first), (two, second))
            )  # fmt: skip
            yield Disagreement(one.lemma_.lower(), tuple(sides))
            return


def _behind_not(token: Any) -> bool:
    before = token.doc[token.i - 1] if token.i else None
    return before is not None and before.lower_ == "not" and token.nbor(-1).dep_ in {"neg", "preconj", "cc", "advmod"}


def _asserts(token: Any) -> bool:
    """Whether a token states something: a verb, or an adjective behind "be" ("was not safe")."""
    return bool((token.pos_ == "VERB" and token.lemma_.lower() not in LIGHT) or token.dep_ == "acomp")


def _same_arguments(one: Any, two: Any) -> bool:
    """Whether two verbs are about the same: their subjects agree, or the words that follow them do."""
    first, second = _subject_lemma(one), _subject_lemma(two)
    if first is not None and first == second:
        return True
    return bool(content(one.doc[one.i + 1 : one.i + 9]) & content(two.doc[two.i + 1 : two.i + 9]))


def _subject_lemma(verb: Any) -> str | None:
    subject = next((child for child in verb.children if child.dep_ in {"nsubj", "nsubjpass"}), None)
    return str(subject.lemma_.lower()) if subject is not None else None


def _verb_name(verb: Any) -> str:
    """Return a verb with its particle: "stand by"."""
    particles = [
        c for c in verb.children if c.i > verb.i and (c.dep_ == "prt" or (c.dep_ == "prep" and not list(c.children)))
    ]
    return " ".join([verb.lemma_.lower(), *(particle.lower_ for particle in particles[:1])])


def _verb_group(verb: Any) -> str:
    """Return a verb with its auxiliaries, negation and particle, as written."""
    if verb.dep_ == "acomp":
        # "was not safe": the negation hangs on the copula.
        first = min([verb.head.i, *(c.i for c in verb.head.children if c.dep_ in {"aux", "neg"})])
        return str(verb.doc[first : verb.i + 1].text)
    tokens = [
        verb,
        *(c for c in verb.children if c.dep_ in {"aux", "auxpass", "neg", "prt", "advmod"} and abs(c.i - verb.i) <= 4),
    ]
    tokens += [c for c in verb.children if c.dep_ == "prep" and not list(c.children) and c.i - verb.i <= 3]
    if verb.dep_ == "xcomp" and 0 < verb.i - verb.head.i <= 4:
        tokens.append(verb.head)  # "refused to sign"
    first, last = min(token.i for token in tokens), max(token.i for token in tokens)
    return str(verb.doc[first : last + 1].text)


@dataclass(frozen=True, slots=True)
class Side:
    """A value, as it stands in each of its sentences.

    Sides of one key are one side, however they are worded; the key is the value where none is given.
    """

    value: str
    sentences: tuple[SourceSentence, ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A point on which sentences of different files differ."""

    about: str
    sides: tuple[Side, ...]
