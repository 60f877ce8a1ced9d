"""Find articles that tell the same text: equal ones, and near copies such as trimmed reprints.

    story text → words → hashed runs of five words, one in four kept → shared hashes → groups

Two articles share an origin when one holds at least half of the other's word runs. Only pairs that
share a hash are compared, never all pairs.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RUN = 5
# A run is kept when its hash is divisible by this: both copies keep the same ones, so that the
# share of runs in common can be read off a quarter of them.
SAMPLE = 4
# Shared runs of the shorter article that make a copy.
SHARE = 0.5
# With fewer kept runs (about 30 words) the share is luck; such articles are compared as a whole.
FEWEST = 6

_WORD = re.compile(r"\w+")
Hashes = NDArray[np.uint64]


def sketch(text: str) -> bytes:
    """Return the hashes of a story's text, ready to be stored.

    The first is of all words together: it is equal for texts that differ in white space, case,
    punctuation and typography only.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = [word.encode("utf-8", "replace") for word in _WORD.findall(folded)]
    if not words:
        return b""
    whole = _hash(b" ".join(words))
    runs = {_hash(b" ".join(words[start : start + RUN])) for start in range(len(words) - RUN + 1)}
    kept = sorted(run for run in runs if run % SAMPLE == 0)
    return np.array([whole, *kept], dtype="<u8").tobytes()


def group_origins(articles: Sequence[tuple[str, bytes]]) -> dict[str, str]:
    """Return the origin ("o1", "o2", …) of each file; copies share one.

    Args:
        articles: File names and what `sketch` returned for them. Origins are numbered in the
            order of the first file name of each group.
    """
    ordered = sorted(articles)
    parents = list(range(len(ordered)))
    hashes = [np.frombuffer(stored, dtype="<u8") for _, stored in ordered]
    _join_equal(hashes, parents)
    for first, second in _find_copies([found[1:] for found in hashes], parents):
        _join(parents, first, second)
    numbers: dict[int, str] = {}
    origins = {}
    for position, (file, _) in enumerate(ordered):
        root = _root(parents, position)
        numbers.setdefault(root, f"o{len(numbers) + 1}")
        origins[file] = numbers[root]
    return origins


def _join_equal(hashes: Sequence[Hashes], parents: list[int]) -> None:
    """Join articles whose words are all the same; those without words stay alone."""
    first: dict[int, int] = {}
    for position, found in enumerate(hashes):
        if len(found):
            _join(parents, first.setdefault(int(found[0]), position), position)


def _find_copies(hashes: Sequence[Hashes], parents: Sequence[int]) -> list[tuple[int, int]]:
    """Return the pairs of which one holds at least half of the other's word runs."""
    # Of equal articles only the first is compared, however many there are.
    compared = [place for place, found in enumerate(hashes) if parents[place] == place and len(found) >= FEWEST]
    if len(compared) < 2:
        return []
    every = np.concatenate([hashes[place] for place in compared])
    owner = np.repeat(np.array(compared), [len(hashes[place]) for place in compared])
    order = np.lexsort((owner, every))
    every, owner = every[order], owner[order]
    sizes = np.array([len(found) for found in hashes])
    pairs = _candidate_pairs(every, owner, sizes)
    copies = []
    for first, second in pairs:
        shared = len(np.intersect1d(hashes[first], hashes[second], assume_unique=True))
        if shared >= max(SHARE * min(len(hashes[first]), len(hashes[second])), FEWEST * SHARE):
            copies.append((int(first), int(second)))
    return copies


def _candidate_pairs(every: Hashes, owner: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return pairs of articles that share a good part of their hashes.

    A hash that many articles hold gives pairs of neighbours and pairs with its first article
    only, so that a phrase in a thousand articles costs two thousand pairs and not half a million.
    """
    same = every[1:] == every[:-1]
    starts = np.concatenate([[0], np.flatnonzero(~same) + 1])
    first = np.repeat(owner[starts], np.diff(np.concatenate([starts, [len(every)]])))
    before = np.concatenate([owner[:-1][same], first[1:][same]])
    after = np.concatenate([owner[1:][same], owner[1:][same]])
    # One number for a pair sorts many times faster than two.
    numbers, counts = np.unique(before * len(sizes) + after, return_counts=True)
    pairs = np.stack(np.divmod(numbers, len(sizes)), axis=1)
    smaller = np.minimum(sizes[pairs[:, 0]], sizes[pairs[:, 1]])
    # Half of what makes a copy, since not every pair of a common hash is counted.
    found: NDArray[np.int64] = pairs[counts >= np.maximum(FEWEST, smaller) * SHARE / 2]
    return found


def _join(parents: list[int], first: int, second: int) -> None:
    one, other = _root(parents, first), _root(parents, second)
    parents[max(one, other)] = min(one, other)


def _root(parents: list[int], position: int) -> int:
    while parents[position] != position:
        parents[position] = parents[parents[position]]
        position = parents[position]
    return position


def _hash(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")
