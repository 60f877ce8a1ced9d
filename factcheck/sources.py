"""Read cited files as they are on disk now, to check earlier answers against them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from factcheck.answering.verification import Source
from factcheck.errors import FactcheckError

GONE = Source(None, None)


class Located(Protocol):
    """An indexed file and where it was read; rows of the index fit."""

    @property
    def file(self) -> str:
        """Its name in the index, which citations show."""

    @property
    def path(self) -> str:
        """Where it was read."""


class SourceFiles:
    """The indexed files as they are now, each read once.

    A file that has left the index, or the disk, is gone, whatever the index remembers of it.

    Args:
        articles: Rows of the index.
        max_bytes: Largest file that is read.
    """

    def __init__(self, articles: Iterable[Located], *, max_bytes: int) -> None:
        self._paths = {article.file: Path(article.path) for article in articles}
        self._max_bytes = max_bytes
        self._read: dict[str, Source] = {}

    def read(self, file: str) -> Source:
        """Return the text and hash of a file as it is now."""
        if file not in self._read:
            self._read[file] = self._load(file)
        return self._read[file]

    def _load(self, file: str) -> Source:
        # The readers of other formats cost seconds to import.
        from factcheck.articles.read import read_article

        path = self._paths.get(file)
        if path is None:
            return GONE
        try:
            article = read_article(path, file, max_bytes=self._max_bytes)
        except (FactcheckError, OSError):
            return GONE
        return Source(article.text, article.sha256)
