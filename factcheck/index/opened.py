"""An index's database, opened for reading: which build, of which making, in which state."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from factcheck.errors import IndexMismatch
from factcheck.index.failures import explained_rows
from factcheck.index.lock import current_build
from factcheck.index.schema import check_schema, connect_reading


class OpenIndex:
    """The open database of one build; safe to share between threads.

    Args:
        build: Folder of one complete index.
        database: An open connection to its database.
        index: Folder of the index, which names the current build.
    """

    def __init__(self, build: Path, database: sqlite3.Connection, *, index: Path) -> None:
        self.index = index
        self.build = build
        self._database = database
        self._lock = threading.RLock()

    @classmethod
    def open(cls, index: Path) -> Self:
        """Open the current index for reading.

        Raises:
            IndexMissing: There is none.
            IndexMismatch: Another version of factcheck wrote it.
            CorruptIndex: It cannot be read.
        """
        build = current_build(index)
        with explained_rows(index):
            database = connect_reading(build)
            try:
                check_schema(database, index)
            except BaseException:
                database.close()
                raise
        return cls(build, database, index=index)

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    @property
    def recipe(self) -> str:
        """What the index was built with: schema, splitter and embedder."""
        return str(self._meta("recipe"))

    @property
    def generation(self) -> int:
        """A number that grows with every change to the index."""
        return int(self._meta("generation"))

    def require(self, recipe: str) -> None:
        """Refuse an index that was built with something else.

        Raises:
            IndexMismatch: The splitter or the embedder differs.
        """
        if self.recipe != recipe:
            raise IndexMismatch(
                f"the index {self.index} was built with {self.recipe}, and this is {recipe}",
                hint="Build it again: factcheck index FOLDER --rebuild",
            )

    def is_current(self) -> bool:
        """Return whether no rebuild has replaced what is open here."""
        return current_build(self.index) == self.build

    def match(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a query of another module of the index (lexical.py, utterances.py)."""
        return self._rows(sql, *values)

    def _meta(self, name: str) -> Any:
        row = self._rows("SELECT value FROM meta WHERE name = ?", name)
        return row[0][0] if row else ""

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock, explained_rows(self.index):
            return self._database.execute(sql, values).fetchall()
