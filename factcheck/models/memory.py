"""What is remembered of an endpoint beside the index: what it can do, and its replies.

A reply is kept by a hash of everything that was sent (question, evidence, prompts, model, parameters),
so that a changed article, prompt or setting never meets an old reply. Replies may hold words of
articles: `forget_replies` is called when articles are removed.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

FILE = "endpoint.sqlite"
MOST_REPLIES = 20_000
TABLES = ("capabilities", "replies")


class Memory:
    """A small SQLite file; one that cannot be used costs money, never an answer.

    Args:
        file: Created when something is first remembered.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()

    def recall(self, table: str, key: str) -> Any:
        """Return what was remembered under a key, or None.

        Args:
            table: "capabilities" or "replies".
            key: From `key_of`.
        """
        if not self._file.exists():
            return None
        select = f"SELECT value FROM {_known(table)} WHERE key = ?"
        row = self._use(lambda database: database.execute(select, (key,)).fetchone())
        try:
            return json.loads(row[0]) if row is not None else None
        except ValueError:
            return None

    def remember(self, table: str, key: str, value: Any) -> None:
        """Keep a value under a key, in place of an earlier one."""
        name = _known(table)

        def write(database: sqlite3.Connection) -> None:
            database.execute(f"INSERT OR REPLACE INTO {name} VALUES (?, ?)", (key, json.dumps(value)))
            oldest = f"(SELECT max(rowid) FROM {name}) - ?"
            database.execute(f"DELETE FROM {name} WHERE rowid <= {oldest}", (MOST_REPLIES,))

        self._use(write)

    def drop(self, table: str, key: str) -> None:
        """Forget one value."""
        if self._file.exists():
            self._use(lambda database: database.execute(f"DELETE FROM {_known(table)} WHERE key = ?", (key,)))

    def _use(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        try:
            with self._lock, closing(sqlite3.connect(self._file, timeout=5)) as database:
                database.execute("PRAGMA secure_delete = ON")
                for table in TABLES:
                    database.execute(f"CREATE TABLE IF NOT EXISTS {table} (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
                result = work(database)
                database.commit()
                return result
        except (sqlite3.Error, OSError) as error:
            log.debug("%s cannot be used: %s", self._file, error)
            drop_damaged(self._file, error)
            return None


def drop_damaged(file: Path, error: Exception) -> None:
    """Delete a file of which SQLite said that it is damaged: it would be of no use for ever."""
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        with suppress(OSError):
            file.unlink()


def forget_replies(index: Path) -> None:
    """Delete what was remembered beside an index."""
    (index / FILE).unlink(missing_ok=True)


def key_of(*parts: Any) -> str:
    """Return a hash of everything that matters, in order."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _known(table: str) -> str:
    if table not in TABLES:
        raise ValueError(table)
    return table
