"""Where a handful of sentences differ, quickly enough for the moment of a question."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from factcheck.comparing.aligning import DENIAL, is_unsaid
from factcheck.comparing.differences import lay_differences
from factcheck.comparing.joining import Found, Joined, join
from factcheck.comparing.likeness import counts
from factcheck.comparing.sides import Laid, Side, read_beside
from factcheck.comparing.spellings import is_variant
from factcheck.comparing.terms import Terms, Weights, read_terms
from factcheck.types import SourceSentence

# Likeness from which two sentences are laid beside each other.
LIKE = 0.2
MOST_SENTENCES = 24
MOST_PAIRS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A sentence that answers a question or bears on it.

    Attributes:
        sentence: The sentence.
        doc: Its spaCy `Doc`.
        speaker: Who says it, where it is reported speech.
    """

    sentence: SourceSentence
    doc: Any
    speaker: str | None = None


def find_conflicts(told: Sequence[Told]) -> list[Joined]:
    """Return where sentences of different files tell one thing differently, the surest first.

    Args:
        told: Sentences that were found for one question, best first; the first two dozen are compared.

    Returns:
        Material differences; each form has its value and its sentences, which are some of those given.
    """
    told = told[:MOST_SENTENCES]
    sides: dict[int, Side] = {}

    def side(place: int) -> Side:
        if place not in sides:
            each = told[place]
            sides[place] = read_beside(
                each.doc, "", "", speaker=each.speaker, date=each.sentence.date, title=each.sentence.title or ""
            )
        return sides[place]

    found = []
    for first, second in itertools.islice(_pair(told), MOST_PAIRS):
        laid = Laid(side(first), side(second))
        a, b = told[first], told[second]
        said = a.speaker is not None and b.speaker is not None
        for difference in lay_differences(laid):
            if difference.material and counts(laid, difference):
                found.append(Found(a.sentence, b.sentence, difference, said))
    return sorted(join(found), key=lambda joined: -joined.best.strength)


def _pair(told: Sequence[Told]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of sentences of different files that share enough words, the likest first."""
    terms = [read_terms(each.sentence.text) for each in told]
    weights = Weights(terms)
    totals = [weights.total(each.words) for each in terms]
    scored = []
    for first, second in itertools.combinations(range(len(told)), 2):
        if told[first].sentence.file == told[second].sentence.file:
            continue
        shared = weights.total(terms[first].words & terms[second].words)
        likeness = shared / max((totals[first] * totals[second]) ** 0.5, 1e-9)
        if likeness >= LIKE:
            rank = _rank(told[first], told[second], terms[first], terms[second])
            if rank is not None:
                scored.append((rank, -likeness, first, second))
    yield from ((first, second) for _, _, first, second in sorted(scored))


def _rank(one: Told, two: Told, first: Terms, second: Terms) -> int | None:
    """Return how soon two sentences are compared, None where no word shows a difference: costs next to nothing."""
    texts = (one.sentence.text, two.sentence.text)
    if len({len(DENIAL.findall(text)) % 2 for text in texts}) > 1 or is_unsaid(*texts):
        return 0
    if first.numbers - second.numbers and second.numbers - first.numbers:
        return 0
    named = any(is_variant([a], [b]) for a in first.names - second.names for b in second.names - first.names)
    return 1 if named else None
