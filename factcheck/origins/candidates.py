"""Which pairs of articles are worth comparing: those that share rare words, never all pairs.

telling words of an article → hashes → those few articles have → pairs that share several
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from factcheck.origins.wording import hash_key

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A word in more articles than this tells nothing of one story.
MOST_HOLDERS = 64
# Pairs that are counted at most; in a large corpus only rarer words are looked at.
MOST_COUNTED = 20_000_000
# Such words that two articles have to share.
FEWEST_SHARED = 3
# Share of the shorter one's telling words that two articles worth comparing have in common at least.
COMMON = 0.22
# Likest others that an article is compared with.
MOST_COMPARED = 12


def mark(keys: Iterable[str]) -> bytes:
    """Return an article's telling words as sorted hashes, ready to be stored."""
    return np.array(sorted({hash_key(key) for key in keys}), dtype="<u4").tobytes()


def find_candidates(marks: Sequence[bytes]) -> list[tuple[int, int]]:
    """Return the pairs of positions that are worth comparing, the lower one first, sorted.

    Args:
        marks: What `mark` returned for each article.
    """
    hashes = [np.frombuffer(stored, dtype="<u4") for stored in marks]
    owners, words = _find_rare(hashes)
    if not len(owners):
        return []
    numbers, counts = np.unique(_pair_up(owners, words, len(marks)), return_counts=True)
    pairs = np.stack(np.divmod(numbers[counts >= FEWEST_SHARED], len(marks)), axis=1)
    counts = counts[counts >= FEWEST_SHARED]
    return _keep_likest(hashes, pairs, counts)


def _find_rare(hashes: Sequence[NDArray[np.uint32]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return owners and words of those words that several, but few, articles have; by word, then owner."""
    every = np.concatenate([*hashes, np.zeros(0, np.uint32)])
    owner = np.repeat(np.arange(len(hashes)), [len(found) for found in hashes])
    _, word, holders = np.unique(every, return_inverse=True, return_counts=True)
    counted = np.bincount(np.minimum(holders, MOST_HOLDERS + 1), weights=holders * (holders - 1) / 2, minlength=1)
    few = np.flatnonzero(np.cumsum(counted[: MOST_HOLDERS + 1]) <= MOST_COUNTED)[-1]
    held = holders[word]
    use = (held > 1) & (held <= few)
    owner, word = owner[use], word[use]
    order = np.lexsort((owner, word))
    return owner[order], word[order]


def _pair_up(owners: NDArray[np.int64], words: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return each pair of owners of one word as one number, once for each such word."""
    found = []
    for step in range(1, MOST_HOLDERS):
        same = words[step:] == words[:-step]
        if not same.any():
            break
        found.append(owners[:-step][same] * count + owners[step:][same])
    return np.concatenate(found) if found else np.zeros(0, np.int64)


def _keep_likest(
    hashes: Sequence[NDArray[np.uint32]], pairs: NDArray[np.int64], counts: NDArray[np.int64]
) -> list[tuple[int, int]]:
    """Keep the pairs with much in common, among the likest of one of the two."""
    ends = np.concatenate([pairs, pairs[:, ::-1]])
    order = np.lexsort((ends[:, 1], -np.tile(counts, 2), ends[:, 0]))
    ends = ends[order]
    rank = np.arange(len(ends)) - np.searchsorted(ends[:, 0], ends[:, 0])
    kept = {(min(one, other), max(one, other)) for one, other in ends[rank < MOST_COMPARED].tolist()}
    return sorted(pair for pair in kept if _have_much_in_common(hashes[pair[0]], hashes[pair[1]]))


def _have_much_in_common(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> bool:
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared >= COMMON * min(len(one), len(other))
