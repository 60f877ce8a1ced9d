"""Read a job while it is worked on, or when nobody does: what was asked, what came of it, in its order.

    OUT.job → Results.refresh (only what is new) → Result, one an input → chosen → Results.read → a record

The job is opened for reading only and never locked, so that whoever works on it is not disturbed.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from factcheck.batch.inputs import Item
from factcheck.batch.job_file import explained
from factcheck.batch.jobs import Spent
from factcheck.batch.register import to_item

PAGE = 64
LONGEST_GIST = 300
_NEW = "SELECT rowid, hash, twin, record FROM results WHERE rowid >= ? ORDER BY rowid"
_FINISHED = (
    "SELECT position, body, record FROM inputs JOIN results USING (hash, twin)"
    " WHERE position > ? ORDER BY position LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Result:
    """One input of a job and, in short, what came of it.

    Attributes:
        position: In the input, from 0.
        id: Its own id, or the number of its line.
        line: Where it begins in the file.
        asked: The question or the claim; "" where neither can be read.
        is_claim: Whether it is a claim.
        outcome: "answered", "abstained", "checked" or "failed"; "open" where it has no record yet.
        verdict: Of a claim that was checked, or "".
        gist: The short answer, or why there is none; never the answer of a failure.
        files: Files that its record cites.
        retryable: Whether a failure may pass when it is tried again.
    """

    position: int
    id: str
    line: int
    asked: str
    is_claim: bool
    outcome: str = "open"
    verdict: str = ""
    gist: str = ""
    files: tuple[str, ...] = ()
    retryable: bool = False

    def holds(self, words: str) -> bool:
        """Whether these words, in lower case, are in what was asked or came of it."""
        return words in self.asked.casefold() or words in self.gist.casefold() or words == self.id.casefold()


@dataclass(frozen=True, slots=True)
class FinishedInput:
    """An input and its record as it was answered."""

    item: Item
    record: dict[str, Any]


class Results:
    """The results of one job, as far as they are; safe to share between threads.

    Args:
        path: Of the job; it need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[Result] = []
        self.changes = 0
        self._guard = threading.Lock()
        self._file: object = None
        self._last = 0
        self._positions: dict[tuple[bytes, int], int] = {}

    def refresh(self) -> None:
        """Take what is new; `changes` grows where anything is.

        Raises:
            JobDamaged: The job cannot be read.
        """
        with self._guard, explained(self.path):
            try:
                state = self.path.stat()
            except FileNotFoundError:
                self._forget(None)
                return
            if self._file != (state.st_dev, state.st_ino):  # begun anew, the old one put aside
                self._forget((state.st_dev, state.st_ino))
            with self._reading() as database:
                if database is not None:
                    self._take(database)

    def counts(self) -> Counter[str]:
        """Return how many inputs there are of each outcome, "open" among them."""
        return Counter(row.outcome for row in self.rows)

    def files(self) -> Counter[str]:
        """Return in how many records each file is cited."""
        return Counter(file for row in self.rows for file in row.files)

    def read(self, position: int) -> FinishedInput | None:
        """Return an input with its record, or None where it has none yet."""
        found = next(self._finished(position - 1, 1), None)
        return found[1] if found and found[0] == position else None

    def finished(self) -> Iterator[FinishedInput]:
        """Yield all that is finished, in the order of the input; a page of it is in memory."""
        after = -1
        while page := list(self._finished(after, PAGE)):
            yield from (each for _, each in page)
            after = page[-1][0]

    def header(self) -> dict[str, str]:
        """Return what the answers depend on, as it was when the job was begun; empty where there is none."""
        with explained(self.path), self._reading() as database:
            return dict(database.execute("SELECT name, value FROM header")) if database else {}

    def spent(self) -> Spent:
        """Return what the job used so far."""
        with explained(self.path), self._reading() as database:
            row = database.execute("SELECT tokens, cost_usd FROM spent").fetchone() if database else None
        return Spent(*row) if row else Spent(0, 0.0)

    def _finished(self, after: int, most: int) -> Iterator[tuple[int, FinishedInput]]:
        with explained(self.path), self._reading() as database:
            rows = database.execute(_FINISHED, (after, most)).fetchall() if database else []
        for position, body, record in rows:
            yield position, FinishedInput(to_item(body), json.loads(record))

    def _forget(self, file: object) -> None:
        self.changes += self._file is not None
        self.rows, self._positions, self._last, self._file = [], {}, 0, file

    def _take(self, database: sqlite3.Connection) -> None:
        if not self._positions:
            self.rows = []
            for position, hash, twin, body in database.execute(
                "SELECT position, hash, twin, body FROM inputs ORDER BY position"
            ):
                self._positions[hash, twin] = position
                self.rows.append(_describe_item(position, to_item(body)))
            self.changes += bool(self.rows)
        if not self._positions:
            return
        # A record that is made again gets the number of the last one where it was the last itself.
        for number, hash, twin, record in database.execute(_NEW, (self._last,)):
            position = self._positions.get((hash, twin))
            if position is not None:
                found = _describe_record(self.rows[position], json.loads(record))
                self.changes += found != self.rows[position]
                self.rows[position] = found
            self._last = number

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """Open the job for reading; None where it is not there, or only just being made."""
        if not self.path.exists():
            yield None
            return
        # A path is quoted twice over: "?" and "%" mean something in an address.
        database = sqlite3.connect(f"file:{quote(str(self.path.absolute()))}?mode=ro", uri=True)
        try:
            made = database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'result_content'").fetchone()
            yield database if made else None
        finally:
            database.close()


def choose(rows: Sequence[Result], *, outcome: str = "", words: str = "", file: str = "") -> list[Result]:
    """Return the results that fit all that is given.

    Args:
        rows: In any order, which is kept.
        outcome: Or a verdict.
        words: Somewhere in what was asked or answered, in any case of letters; or an id.
        file: Cited by the record.
    """
    folded = " ".join(words.split()).casefold()
    return [
        row
        for row in rows
        if (not outcome or outcome in (row.outcome, row.verdict))
        and (not file or file in row.files)
        and (not folded or row.holds(folded))
    ]


def _describe_item(position: int, item: Item) -> Result:
    asked = item.question if item.question is not None else item.claim or ""
    return Result(position, item.id, item.line, " ".join(asked.split()), is_claim=item.claim is not None)


def _describe_record(row: Result, record: dict[str, Any]) -> Result:
    citations = record.get("citations") or record.get("evidence") or []
    failure = record.get("failure") or {}
    return replace(
        row,
        outcome=record["outcome"],
        verdict=record.get("verdict") or "",
        gist=_shorten(_find_gist(record)),
        files=tuple(dict.fromkeys(citation["file"] for citation in citations)),
        retryable=bool(failure.get("retryable")),
    )


def _find_gist(record: dict[str, Any]) -> str:
    match record["outcome"]:
        case "answered":
            statements = record.get("statements") or [{"text": record.get("answer", "")}]
            return str(record.get("short_answer") or statements[0]["text"])
        case "abstained":
            return str((record.get("abstention") or {}).get("explanation", ""))
        case "failed":
            return str((record.get("failure") or {}).get("error", ""))
        case _:
            return str(record.get("explanation", ""))


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_GIST else f"{line[: LONGEST_GIST - 1].rstrip()}…"
