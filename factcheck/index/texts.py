"""Keep the texts of recently read articles in memory, and know the text of a passage again."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

# In characters; a question touches a few dozen articles of 5,000.
_KEPT = 8_000_000


class Texts:
    """Texts by article row; a row never changes its text. Safe to share between threads.

    Args:
        load: Reads the text of a row.
    """

    def __init__(self, load: Callable[[int], str]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._texts: OrderedDict[int, str] = OrderedDict()
        self._size = 0

    def get(self, article: int) -> str:
        """Return a text, from memory where it is known."""
        with self._lock:
            if article in self._texts:
                self._texts.move_to_end(article)
                return self._texts[article]
        text = self._load(article)
        with self._lock:
            self._drop(article)
            self._texts[article] = text
            self._size += len(text)
            while self._size > _KEPT and len(self._texts) > 1:
                self._drop(next(iter(self._texts)))
        return text

    def forget(self, article: int) -> None:
        """Drop the text of a row that is deleted."""
        with self._lock:
            self._drop(article)

    def _drop(self, article: int) -> None:
        self._size -= len(self._texts.pop(article, ""))


def join_sentences(sentences: Sequence[str]) -> str:
    """Return the text of a passage."""
    return " ".join(sentences)


def passage_hash(text: str) -> bytes:
    """Return the key under which a passage's vector is known, and its text is known again."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]
