"""Token states in two bits a number: 96 bytes a word piece, a sixteenth of what the model gives.

A sentence's states are kept beside it (index/writing.py), since encoding the 120 sentences of a question again was
70 % of all its time. Each number becomes one of the four levels that are best for a normal distribution (Max 1960,
Lloyd 1982); that needs no table that is learned, and no rotation of the states.

Measured on the 473 golden questions with citations, the four golden corpora in one index (19 word pieces a sentence,
354 an article): the first gold sentence among the first 1 / 5 / 24 hits, how many of the first 24 hits are those of
the exact states, and the standard error of MaxSim. 4 bits and 1 bit were measured on states that were rotated first,
which makes 2 bits no better:

    32 bits, exact            1536 bytes    .664  .894  .964   1.00    0
    4 bits                     192          .662  .896  .964    .99    .002
    2 bits, as here             96          .664  .894  .968    .96    .008
    1 bit                       48          .655  .888  .964    .93    .014
    96 principal axes, 4 bits   48          .679  .896  .958    .88    .046

A question costs 0.8 s of CPU at 10,000 articles, 2.0 s where its sentences are encoded anew, for about 96 kB more
disk for an article of 1,000 word pieces (10 GB for 100,000) and a sixth more time of the model while indexing.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

DIMENSION = 384
CODE_BYTES = DIMENSION // 4
# Of a normal distribution of width 1: the bounds between levels are 0 and this on both sides.
BOUND, LOW, HIGH = 0.9816, 0.4528, 1.5104
# Mean cosine of a state and what is left of it; divided by, a product is as large as that of the exact states.
CLOSENESS = 0.934

_LEVELS = np.array([-HIGH, -LOW, LOW, HIGH], dtype=np.float32)
_PLACES = np.array([64, 16, 4, 1], dtype=np.uint8)
# The four numbers that a byte stands for.
_TABLE: Floats = np.stack([_LEVELS[np.arange(256) // place % 4] for place in _PLACES], axis=1)
_SQUARES: Floats = (_TABLE**2).sum(axis=1)


def pack_states(states: Floats) -> bytes:
    """Return unit rows of 384 numbers in two bits a number, row behind row."""
    scaled = states * math.sqrt(DIMENSION)
    levels = (scaled > -BOUND).astype(np.uint8) + (scaled > 0) + (scaled > BOUND)
    codes: NDArray[np.uint8] = (levels.reshape(-1, 4) * _PLACES).sum(axis=1, dtype=np.uint8)
    return codes.tobytes()


def unpack_states(codes: bytes) -> Floats:
    """Return rows whose products are those of the states, but for an error of about 0.01."""
    places = np.frombuffer(codes, dtype=np.uint8)
    rows: Floats = np.take(_TABLE, places, axis=0).reshape(-1, DIMENSION)
    lengths = np.sqrt(np.take(_SQUARES, places).reshape(-1, CODE_BYTES).sum(axis=1, keepdims=True))
    rows /= lengths * np.float32(CLOSENESS)
    return rows
