"""Let the reader look closely at the first hits: does a sentence answer, and with which words?"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

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
NUMBERED = frozenset({"how_many", "how_much", "how_old", "how_long"})
NUMBER = re.compile(
    r"(?i)\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|"
    r"m?illions?|billions?|half|third|quarter|several|twice|a|an)\b"
)
LONGEST = 12  # words of a short answer

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


def with_span(question: Question, sentence: str, found: Sequence[Candidate], read: Read | None) -> list[Candidate]:
    """Set the reader's span among the candidates: behind what grammar is sure of, before the others.

    Args:
        question: What is asked.
        sentence: The text of the sentence.
        found: Candidates by grammar, strongest first.
        read: What the reader says of the sentence, or None.
    """
    kept = list(found)
    if read is None or (kept and kept[0].strength >= SURE):
        return kept
    text = sentence[read.start : read.end]
    if not _is_of_kind(question, text):
        return kept
    sure = LEAST + (MOST - LEAST) * read.span
    strength = max(sure, kept[0].strength if kept else 0.0)
    rest = [candidate for candidate in kept if (candidate.start, candidate.end) != (read.start, read.end)]
    return [Candidate(read.start, read.end, text, strength), *rest]


def _is_of_kind(question: Question, text: str) -> bool:
    """Whether a span can be the short answer of a question of this kind."""
    if question.kind not in TYPED | {"what"} or not text.strip() or len(text.split()) > LONGEST:
        return False
    if question.kind in NUMBERED:
        return NUMBER.search(text) is not None
    if question.kind in {"who", "whom"}:
        return not shares_words(text, [word for name in question.names for word in name.split()])
    return True
