"""Find articles that tell the same text: equal ones, and near copies such as trimmed reprints.

    story text → words → hashed runs of five words, one in four kept → shared hashes → pairs

A copy holds at least half of the other's word runs. Only pairs that share a hash are compared, never
all pairs.
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
# The most that a near copy shares: 1 is for equal texts.
ALMOST = 0.99

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


def find_copies(sketches: Sequence[bytes]) -> dict[tuple[int, int], float]:
    """Return the pairs of positions that are copies, the lower one first, and the share of text that is copied.

    Of equal texts each is paired with the first one only, however many there are.

    Args:
        sketches: What `sketch` returned for each article.
    """
    hashes = [np.frombuffer(stored, dtype="<u8") for stored in sketches]
    copies = {}
    first: dict[int, int] = {}
    for place, found in enumerate(hashes):
        if len(found) and first.setdefault(int(found[0]), place) != place:
            copies[first[int(found[0])], place] = 1.0
    compared = [place for place in first.values() if len(hashes[place]) > FEWEST]
    return copies | _find_near_copies([found[1:] for found in hashes], compared)


def _find_near_copies(hashes: Sequence[Hashes], compared: Sequence[int]) -> dict[tuple[int, int], float]:
    """Return the pairs of which one holds at least half of the other's word runs."""
    if len(compared) < 2:
        return {}
    every = np.concatenate([hashes[place] for place in compared])
    owner = np.repeat(np.array(compared), [len(hashes[place]) for place in compared])
    order = np.lexsort((owner, every))
    sizes = np.array([len(found) for found in hashes])
    copies = {}
    for one, other in _candidate_pairs(every[order], owner[order], sizes).tolist():
        shared = len(np.intersect1d(hashes[one], hashes[other], assume_unique=True))
        smaller = min(len(hashes[one]), len(hashes[other]))
        if shared >= max(SHARE * smaller, FEWEST * SHARE):
            copies[one, other] = min(shared / smaller, ALMOST)
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


def _hash(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")
