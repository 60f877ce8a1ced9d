"""A deterministic embedder for tests of the index: hashed words, no model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class ToyEmbedder:
    """Counts words in hashed places, so that texts that share words are near."""

    dimension = 64

    def __init__(self, name: str = "toy", *, max_tokens: int = 40) -> None:
        self.name = name
        self.max_tokens = max_tokens
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.texts += texts
        rows = np.full((len(texts), self.dimension), 0.01, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                row[
                    int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:2], "big") % self.dimension
                ] += 1
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]
