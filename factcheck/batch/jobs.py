"""A job: its inputs, what was answered, what was spent; kept in a file that survives everything.

    items → register → select → pending → (workers) → save → finished, in the order of the input

An input is known by its content, not by its place: lines may be added, removed and moved, and what was
answered stays answered. Nothing is held in memory but a page of rows.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from factcheck.batch.inputs import Item
from factcheck.batch.job_file import JobChanged, compare_headers, connect, explained, lock_job, put_aside
from factcheck.batch.register import Changes, register, to_item
from factcheck.batch.tasks import Done, Task
from factcheck.presentation.jsonl import to_line

PAGE = 64
_UNFINISHED = "r.hash IS NULL OR (r.outcome = 'failed' AND (r.retryable OR :all))"
_TABLES = """
CREATE TEMP TABLE chosen(position INTEGER PRIMARY KEY, place INTEGER);
CREATE TEMP TABLE work(place INTEGER PRIMARY KEY, position INTEGER);
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which inputs of a job are worked on, and in which order.

    Attributes:
        limit: Most inputs, or None for all.
        shuffle: Whether the order, and with a limit the choice, is random.
        only: Tags of which an input must have one; () takes all.
        retry_failed: Whether failures are tried again that would fail again by their nature too.
        seed: Of the random order.
    """

    limit: int | None = None
    shuffle: bool = False
    only: tuple[str, ...] = ()
    retry_failed: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Spent:
    """What a job used, over all its runs; the cost counts only calls whose price is known."""

    tokens: int
    cost_usd: float


@dataclass(frozen=True, slots=True)
class Finished:
    """An input, its record as it was answered, and its trace where one was asked for."""

    position: int
    item: Item
    record: dict[str, Any]
    trace: dict[str, Any] | None


class Jobs:
    """The store of one job; safe to share between threads, open in one process at a time."""

    def __init__(self, path: Path, *, temporary: Path | None = None, restart: bool = False) -> None:
        self.path = path
        self.put_aside: Path | None = None
        self._temporary = temporary
        self._guard = threading.RLock()
        self._lock = lock_job(path)
        try:
            if restart:
                self.put_aside = put_aside(path)
            self._connection = connect(path)
            with explained(path):
                self._connection.executescript(_TABLES)
        except BaseException:
            self._lock.release()
            raise

    @classmethod
    def open(cls, path: Path, header: Mapping[str, str], *, restart: bool = False, keep_answers: bool = False) -> Self:
        """Open a job, or begin one.

        Args:
            path: Its file.
            header: What its answers depend on, as name and value in words.
            restart: Whether to begin anew; the old job is put aside.
            keep_answers: Whether to go on although the header has changed.

        Raises:
            JobLocked: Another process works on it.
            JobDamaged: It cannot be read.
            JobChanged: Its header is another one.
        """
        jobs = cls(path, restart=restart)
        try:
            jobs._adopt(header, keep_answers)
        except BaseException:
            jobs.close()
            raise
        return jobs

    @classmethod
    def temporary(cls) -> Self:
        """Begin a job that is deleted when it is closed."""
        folder = Path(tempfile.mkdtemp(prefix="factcheck-"))
        try:
            return cls(folder / "job", temporary=folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def close(self) -> None:
        """Close the file and give up its lock."""
        with self._guard:
            self._connection.close()
            self._lock.release()
            if self._temporary is not None:
                shutil.rmtree(self._temporary, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    @property
    def header(self) -> dict[str, str]:
        """What the answers depend on."""
        return dict(self._rows("SELECT name, value FROM header"))

    def note(self, name: str) -> str | None:
        """Return what was noted under a name, or None."""
        rows = self._rows("SELECT value FROM notes WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else None

    def set_note(self, name: str, value: str) -> None:
        """Note a value; it is on the disk when this returns."""
        with self._writing(durable=True) as database:
            database.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, value))

    def register(self, items: Iterable[Item]) -> Changes:
        """Take the input, and say how it differs from the one the job knew; then select from it."""
        with self._writing() as database:
            return register(database, items)

    def select(self, selection: Selection) -> int:
        """Choose the inputs of this run and return how many there are."""
        with self._writing() as database:
            seed = str(selection.seed).encode()
            database.create_function("mixed", 2, lambda hash, twin: _mix(seed, hash, twin), deterministic=True)
            values = {"tags": json.dumps(selection.only), "limit": -1 if selection.limit is None else selection.limit}
            where = ""
            if selection.only:
                where = (
                    "WHERE EXISTS (SELECT 1 FROM json_each(tags) WHERE value IN (SELECT value FROM json_each(:tags)))"
                )
            order = "mixed(hash, twin), position" if selection.shuffle else "position"
            database.execute("DELETE FROM chosen")
            database.execute(
                "INSERT INTO chosen SELECT position, row_number() OVER () FROM"
                f" (SELECT position FROM inputs {where} ORDER BY {order} LIMIT :limit)",
                values,
            )
            database.execute("DELETE FROM work")
            database.execute(
                "INSERT INTO work(position) SELECT position FROM chosen JOIN inputs USING (position)"
                f" LEFT JOIN results r USING (hash, twin) WHERE {_UNFINISHED} ORDER BY place",
                {"all": selection.retry_failed},
            )
        return self._count("chosen")

    def tags(self, most: int) -> list[str]:
        """Return the commonest tags of the input."""
        query = "SELECT value FROM inputs, json_each(tags) GROUP BY value ORDER BY count(*) DESC, value LIMIT ?"
        return [str(row[0]) for row in self._rows(query, (most,))]

    def open_count(self) -> int:
        """Return how many inputs of the selection were to be answered when it was made."""
        return self._count("work")

    def pending(self) -> Iterator[Task]:
        """Yield the inputs of the selection that were to be answered when it was made, in its order."""
        place = 0
        while rows := self._rows(
            "SELECT place, position, body FROM work JOIN inputs USING (position)"
            " WHERE place > ? ORDER BY place LIMIT ?",
            (place, PAGE),
        ):
            yield from (Task(position, to_item(body)) for _, position, body in rows)
            place = rows[-1][0]

    def save(self, done: Done) -> None:
        """Keep a record; one that cost something is on the disk when this returns."""
        record = done.record
        usage = record.get("usage") or {}
        tokens = int(usage.get("prompt_tokens") or 0) + int(usage.get("completion_tokens") or 0)
        failure = record.get("failure") or {}
        trace = None if done.trace is None else to_line(done.trace)
        row = (record["outcome"], bool(failure.get("retryable")), done.seconds, trace, to_line(record), done.position)
        with self._writing(durable=tokens > 0) as database:
            database.execute(
                "DELETE FROM results WHERE (hash, twin) = (SELECT hash, twin FROM inputs WHERE position = ?)",
                (done.position,),
            )
            database.execute("INSERT INTO results SELECT hash, twin, ?, ?, ?, ?, ? FROM inputs WHERE position = ?", row)
            if tokens:
                cost = float(usage.get("cost_usd") or 0.0)
                database.execute("UPDATE spent SET tokens = tokens + ?, cost_usd = cost_usd + ?", (tokens, cost))

    def spent(self) -> Spent:
        """Return what the job used so far, over all its runs."""
        return Spent(*self._rows("SELECT tokens, cost_usd FROM spent")[0])

    def counts(self) -> dict[str, int]:
        """Return the number of finished inputs of the selection by outcome."""
        return dict(
            self._rows(
                "SELECT outcome, count(*) FROM chosen JOIN inputs USING (position)"
                " JOIN results USING (hash, twin) GROUP BY outcome"
            )
        )

    def finished(self, *, after: int = -1, gaps: bool = True) -> Iterator[Finished]:
        """Yield what is finished of the selection, in the order of the input.

        Args:
            after: Position behind which to begin.
            gaps: Whether to pass over what is not finished; else the first such ends it.
        """
        while rows := self._rows(
            "SELECT position, body, record, trace FROM chosen JOIN inputs USING (position)"
            " LEFT JOIN results USING (hash, twin) WHERE position > ? ORDER BY position LIMIT ?",
            (after, PAGE),
        ):
            for after, body, record, trace in rows:
                if record is not None:
                    yield Finished(after, to_item(body), json.loads(record), json.loads(trace) if trace else None)
                elif not gaps:
                    return

    def _adopt(self, header: Mapping[str, str], keep_answers: bool) -> None:
        before = self.header
        differences = compare_headers(before, header) if before else []
        if differences and not keep_answers:
            raise JobChanged(
                f"the job {self.path} was begun otherwise: {'; '.join(differences)}",
                hint="Put that back to go on; or add --keep-answers to go on and keep what is answered, or"
                " --restart to begin anew (the old job is kept).",
            )
        if before != dict(header):
            with self._writing(durable=True) as database:
                database.execute("DELETE FROM header")
                database.executemany("INSERT INTO header VALUES (?, ?)", sorted(header.items()))

    def _count(self, table: str) -> int:
        return int(self._rows(f"SELECT count(*) FROM {table}")[0][0])

    def _rows(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with self._guard, explained(self.path):
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def _writing(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        with self._guard, explained(self.path):
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _mix(seed: bytes, hash: bytes, twin: int) -> bytes:
    return hashlib.blake2b(b"%b\0%b\0%d" % (seed, hash, twin), digest_size=8).digest()
