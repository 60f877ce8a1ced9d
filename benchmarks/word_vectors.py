"""Stand-ins for what costs most when an index is made, so that one of 100,000 articles can be made in minutes.

A vector is the sum of one random vector per word, so that passages that share words are near and nothing has to be
embedded; what is kept of a sentence are the states that its word pieces have alone. The index says it was made with
the packaged embedder and opens like any other; what it ranks means little.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from factcheck.index import preparing, sync
from factcheck.models.embedder import SEQUENCE, Encoded, MiniLM, load_embedder
from factcheck.models.token_codes import pack_states
from factcheck.settings import Settings


class WordVectors:
    """Stands in for the packaged embedder."""

    name, dimension, max_tokens = MiniLM.name, MiniLM.dimension, MiniLM.max_tokens

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit row per text."""
        start = np.full(self.dimension, 1e-3, dtype=np.float32)
        rows = np.stack([sum(map(_word, re.findall(r"\w+", text)), start) for text in texts])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    def encode_passages(self, passages: Sequence[Sequence[str]]) -> list[Encoded]:
        """Return each passage, given by its sentences, with as many bytes for each as the model would give."""
        rows = self.embed([" ".join(sentences) for sentences in passages])
        return [Encoded(row, tuple(map(_code, sentences))) for row, sentences in zip(rows, passages, strict=True)]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return an estimate."""
        return [len(re.findall(r"\w{1,7}|[^\w\s]", text)) for text in texts]


def stand_in(*, speech: bool = False) -> None:
    """Let this process index with word vectors and, unless `speech` is asked for, without parsing who says what."""
    sync.load_embedder = lambda settings: WordVectors()  # type: ignore[assignment]
    if not speech:
        nobody: Any = lambda text, sentences: []  # noqa: E731
        preparing.find_candidates = nobody


@functools.cache
def _word(word: str) -> NDArray[np.float32]:
    seed = int.from_bytes(hashlib.sha256(word.lower().encode()).digest()[:8], "big")
    return np.random.default_rng(seed).normal(size=384).astype(np.float32)


def _code(sentence: str) -> bytes:
    pieces = _model()._tokenizer.encode(sentence).ids[1:-1]
    return b"".join(map(_piece, pieces[: SEQUENCE - 2]))


@functools.cache
def _piece(number: int) -> bytes:
    states = _model()._run(SimpleNamespace(ids=[101, number, 102]))[1:2]
    return pack_states(states / np.linalg.norm(states))


@functools.cache
def _model() -> Any:
    return load_embedder(Settings())
