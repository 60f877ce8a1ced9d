"""Quotations that two articles share, word for word, translated or drifted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from factcheck.origins.credits import same_outlet
from factcheck.origins.profiles import Profile, Said
from factcheck.types import Span

# Likeness (mean of the shared shares of all words and of telling words) that makes two quotations one …
SAME = 0.6
# … and where both articles give them to one speaker.
SAME_SPEAKER = 0.4
# Two named speakers make the same words two utterances, unless nearly all words of a full sentence are the same.
OTHER_SPEAKER = 0.85
FEWEST_WORDS = 4
FEWEST_KEYS = 2
# A sentence of this length counts as one; shorter ones, which people repeat by heart, for less.
FULL_WORDS = 12


@dataclass(frozen=True, slots=True)
class SharedSayings:
    """What two articles quote alike.

    Attributes:
        pairs: Where, in both.
        amount: How many full sentences that makes.
        share: Part of one article's quotations (in words) that the other has, for the one of which it is larger.
        shares: The same for both articles.
        exclusive: How many full sentences of these were said to one outlet, of neither article, as both tell.
    """

    pairs: tuple[tuple[Span, Span], ...]
    amount: float
    share: float
    shares: tuple[float, float]
    exclusive: float


def find_shared(first: Profile, second: Profile) -> SharedSayings:
    """Pair the quotations of two articles, each with its likest, every one once."""
    ranked = sorted(
        (-likeness, row, column)
        for row, one in enumerate(first.said)
        for column, other in enumerate(second.said)
        if (likeness := _likeness(one, other))
    )
    rows: set[int] = set()
    columns: set[int] = set()
    pairs = []
    for _, row, column in ranked:
        if row not in rows and column not in columns:
            rows.add(row)
            columns.add(column)
            pairs.append((first.said[row], second.said[column]))
    pairs.sort(key=lambda pair: (pair[0].span, pair[1].span))
    shares = (_share(first.said, rows), _share(second.said, columns))
    own = [outlet for outlet in (first.outlet, second.outlet) if outlet]
    return SharedSayings(
        pairs=tuple((one.span, other.span) for one, other in pairs),
        amount=sum(_size(one, other) for one, other in pairs),
        share=max(shares),
        shares=shares,
        exclusive=sum(_size(one, other) for one, other in pairs if _told_one_outlet(one, other, own)),
    )


def _size(one: Said, other: Said) -> float:
    return min(1.0, min(len(one.words), len(other.words)) / FULL_WORDS)


def _likeness(one: Said, other: Said) -> float:
    """Return how alike two quotations are, or 0 where they are not the same."""
    common = len(one.keys & other.keys)
    words, keys = min(len(one.words), len(other.words)), min(len(one.keys), len(other.keys))
    if common < FEWEST_KEYS or words < FEWEST_WORDS:
        return 0.0
    likeness = ((Counter(one.words) & Counter(other.words)).total() / words + common / keys) / 2
    return likeness if likeness >= _required(one, other, words) else 0.0


def _required(one: Said, other: Said, words: int) -> float:
    """Return from which likeness on two quotations are the same, by who is said to have said them."""
    if one.speaker & other.speaker:
        return SAME_SPEAKER
    if one.speaker and other.speaker:
        return OTHER_SPEAKER if words >= FULL_WORDS else 2.0
    return SAME


def _share(said: Sequence[Said], shared: set[int]) -> float:
    total = sum(len(one.words) for one in said)
    return sum(len(said[place].words) for place in shared) / total if total else 0.0


def _told_one_outlet(one: Said, other: Said, own: Sequence[str]) -> bool:
    """Return whether both articles name one outlet that heard it, and that is not their own."""
    return any(
        same_outlet(name, via) and not any(same_outlet(name, outlet) for outlet in own)
        for name in one.vias
        for via in other.vias
    )
