"""Sentences of two articles that tell the same, in the same order.

A re-telling follows its source; independent reports of one event share facts, but not their order and not
most of their sentences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from factcheck.origins.wording import FACTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

# From this likeness on (cosine over telling words, rare ones counting more) two sentences tell the same.
ALIKE = 0.3
# Sentences with fewer telling words ("No workers have been hurt.") are alike by chance.
FEWEST_KEYS = 3
FEWEST_SHARED = 2


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which sentences of two articles answer one another.

    Attributes:
        pairs: Positions in the first and the second article, both rising.
        coverages: Share of the sentences that are in a pair, for both articles.
        agreement: How far the names and numbers of paired sentences agree, 0..1; reports built on one
            template ("Shares rose …") differ in these.
    """

    pairs: tuple[tuple[int, int], ...]
    coverages: tuple[float, float]
    agreement: float


def align(first: Sequence[frozenset[str]], second: Sequence[frozenset[str]]) -> Alignment:
    """Align two articles by the telling words of their sentences."""
    counted = [sum(len(keys) >= FEWEST_KEYS for keys in side) for side in (first, second)]
    if not all(counted):
        return Alignment((), (0.0, 0.0), 0.0)
    pairs = _find_rising(_compare(first, second))
    one, other = (min(1.0, len(pairs) / count) for count in counted)
    return Alignment(pairs, (one, other), _agree(first, second, pairs))


def _agree(
    first: Sequence[frozenset[str]], second: Sequence[frozenset[str]], pairs: Sequence[tuple[int, int]]
) -> float:
    shares = []
    for row, column in pairs:
        one, other = _facts(first[row]), _facts(second[column])
        if one and other:
            shares.append(len(one & other) / min(len(one), len(other)))
    return fmean(shares) if shares else 1.0


def _facts(keys: frozenset[str]) -> frozenset[str]:
    return frozenset(key for key in keys if key[0] in FACTS)


def _compare(first: Sequence[frozenset[str]], second: Sequence[frozenset[str]]) -> NDArray[np.float32]:
    """Return how alike each sentence of one article is to each of the other; 0 where they are not."""
    everything = [*first, *second]
    seen = Counter(key for keys in everything for key in keys)
    places = {key: place for place, key in enumerate(sorted(seen))}
    marks = np.zeros((len(everything), len(places)), dtype=np.float32)
    for row, keys in enumerate(everything):
        marks[row, [places[key] for key in keys]] = 1
    # A name in every sentence says little about which sentence it is.
    rarity = np.log1p(len(everything) / np.array([seen[key] for key in places], dtype=np.float32))
    one, other = marks[: len(first)], marks[len(first) :]
    shared = (one * rarity) @ other.T
    sizes = np.sqrt(np.outer((one * rarity).sum(1), (other * rarity).sum(1)))
    long = np.outer(one.sum(1) >= FEWEST_KEYS, other.sum(1) >= FEWEST_KEYS)
    alike = np.where(long & (one @ other.T >= FEWEST_SHARED), shared, 0) / np.maximum(sizes, 1e-9)
    found: NDArray[np.float32] = np.where(alike >= ALIKE, alike, 0).astype(np.float32)
    return found


def _find_rising(alike: NDArray[np.float32]) -> tuple[tuple[int, int], ...]:
    """Return the pairs, rising in both articles, that are most alike in sum."""
    rows, columns = alike.shape
    best = np.zeros((rows + 1, columns + 1))
    for row in range(rows):
        with_row = np.maximum(best[row, 1:], best[row, :-1] + alike[row])
        best[row + 1, 1:] = np.maximum.accumulate(with_row)
    pairs: list[tuple[int, int]] = []
    row, column = rows, columns
    while row and column:
        if best[row, column] == best[row - 1, column]:
            row -= 1
        elif best[row, column] == best[row, column - 1]:
            column -= 1
        else:
            row, column = row - 1, column - 1
            pairs.append((row, column))
    return tuple(reversed(pairs))
