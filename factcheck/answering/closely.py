"""Let the reader look closely at the first hits: does a sentence answer, and with which words?"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

from factcheck.answering.abstention import TITLES
from factcheck.answering.question_kinds import TYPED
from factcheck.answering.questions import Question
from factcheck.answering.readings import Candidate, shares_words
from factcheck.models.reader import Pair, Read, Reader
from factcheck.types import Hit, SourceSentence

# Hits that are read closely; behind them an answer is rare (recall of the gold sentence is in docs).
CLOSELY = 24
# A span that grammar is this sure of stands before the reader's.
SURE = 0.8
# Strength of the reader's span where it is sure of its words, and where it is not.
LEAST, MOST = 0.45, 0.79
NUMBER = re.compile(
    r"(?i)\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|"
    r"m?illions?|billions?|half|third|quarter|several|twice|a|an)\b"
)
WHEN = re.compile(
    r"(?i)\b(?:1[5-9]|20)\d\d\b|\b(?:after|before|during|until|since|when|while|once|ago|noon|midnight|dawn|dusk|"
    r"morning|afternoon|evening|night|today|tomorrow|yesterday|week|month|year|hours?|minutes?|days?)\b"
)
PLACING = frozenset(
    "in at on near off outside inside from to into behind beside under above between across along around over".split()
)
DURATION = re.compile(r"(?i)\b(?:second|minute|hour|day|night|week|month|year|decade|centur|season|term)(?:s|ies|y)?\b")
AGE = re.compile(r"(?i),\s*\d{1,3}\s*,|\baged?\b|year-?\s?-?old|years? old|years of age")
# Labels of what is no name; those of names are too often mistaken for one another.
NO_NAMES = frozenset({"DATE", "TIME", "CARDINAL", "ORDINAL", "QUANTITY", "MONEY", "PERCENT"})
LONGEST = 12  # words of a short answer
# Kinds whose short answer may be any few words.
OPEN = frozenset({"what", "say", "how", "why"})

Around = Callable[[SourceSentence, int, int], list[SourceSentence]]


def read_closely(reader: Reader | None, text: str, hits: Sequence[Hit], around: Around) -> dict[int, Read]:
    """Read the first hits of a question.

    Args:
        reader: The packaged reader, or None where it cannot be used.
        text: The question.
        hits: Best first.
        around: Returns the sentences around one in its article.

    Returns:
        What the reader says, by id of the sentence.
    """
    if reader is None:
        return {}
    first = list(hits[:CLOSELY])
    reads = reader.read(text, [_pair(hit.sentence, around) for hit in first])
    return {hit.sentence.id: read for hit, read in zip(first, reads, strict=True)}


def _pair(sentence: SourceSentence, around: Around) -> Pair:
    beside = around(sentence, 1, 1)
    before = " ".join(other.text for other in beside if other.ordinal < sentence.ordinal)
    after = " ".join(other.text for other in beside if other.ordinal > sentence.ordinal)
    return Pair(sentence.text, before, after)


def with_span(question: Question, doc: Any, found: Sequence[Candidate], read: Read | None) -> list[Candidate]:
    """Set the reader's span among the candidates: behind what grammar is sure of, before the others.

    Args:
        question: What is asked.
        doc: spaCy `Doc` of the sentence.
        found: Candidates by grammar, strongest first.
        read: What the reader says of the sentence, or None.
    """
    kept = list(found)
    if read is None or (kept and kept[0].strength >= SURE):
        return kept
    text = doc.text[read.start : read.end]
    span = doc.char_span(read.start, read.end, alignment_mode="expand")
    if span is None or not _is_of_kind(question, text, span):
        return kept
    sure = LEAST + (MOST - LEAST) * read.span
    strength = max(sure, kept[0].strength if kept else 0.0)
    rest = [candidate for candidate in kept if (candidate.start, candidate.end) != (read.start, read.end)]
    return [Candidate(read.start, read.end, text, strength), *rest]


def _is_of_kind(question: Question, text: str, span: Any) -> bool:
    """Whether a span can be the short answer of a question of this kind."""
    kind = question.kind
    if kind not in TYPED | OPEN or not text.strip() or len(text.split()) > LONGEST:
        return False
    if shares_words(text, [word for name in question.names for word in name.split()]) and kind in {"who", "whom"}:
        return False
    fits: dict[str, Callable[[Any], bool]] = {
        "who": _names_somebody,
        "whom": _names_somebody,
        "which": lambda found: _is_asked_for(found, question.expects),
        "when": lambda found: _has_entity(found, {"DATE", "TIME"}) or WHEN.search(found.text) is not None,
        "where": _is_place,
        "how_many": lambda found: NUMBER.search(found.text) is not None,
        "how_much": lambda found: NUMBER.search(found.text) is not None,
        "how_old": _is_age,
        "how_long": lambda found: DURATION.search(found.text) is not None,
    }
    return kind in OPEN or fits[kind](span)


def _names_somebody(span: Any) -> bool:
    """Whether a span names or describes whoever acts: not a pronoun, a place line or a bare title."""
    heads = [token for token in span if token.pos_ in {"PROPN", "NOUN"}]
    return any(token.lower_ not in TITLES and not (token.is_upper and len(token) > 4) for token in heads)


def _is_asked_for(span: Any, expects: Collection[str]) -> bool:
    """Whether a span names something, and no number or date."""
    labels = {token.ent_type_ for token in span if token.ent_type_}
    named = any(token.pos_ in {"PROPN", "NOUN"} for token in span)
    return named and not (labels and expects and labels <= NO_NAMES - set(expects))


def _is_place(span: Any) -> bool:
    before = span.doc[span.start - 1] if span.start else None
    led = (before is not None and before.lower_ in PLACING) or span[0].lower_ in PLACING
    return led or _has_entity(span, {"GPE", "LOC", "FAC", "ORG"})


def _is_age(span: Any) -> bool:
    """Whether a number is an age: "52" between commas, "aged 52", "52 years old", "a 52-year-old"."""
    around = span.doc[max(0, span.start - 2) : span.end + 3].text
    return AGE.search(around) is not None and NUMBER.search(span.text) is not None


def _has_entity(span: Any, labels: set[str]) -> bool:
    return any(token.ent_type_ in labels for token in span)
