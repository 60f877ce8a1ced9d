"""The file of a job: an SQLite database that one process writes at a time.

    OUT.job          the job; while it runs also OUT.job-wal and OUT.job-shm, which belong to it
    OUT.job.lock     held by the process that works on it; the system frees it when that process dies
    OUT.job.old      the job that --restart put aside (OUT.job.old2, ... where there are more)

A commit is written to the log beside the database, so that a kill at any instant leaves either all of a
commit or nothing of it. What was paid for is also forced to the disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from factcheck.errors import FactcheckError, UsageError

if TYPE_CHECKING:
    from filelock import BaseFileLock

APPLICATION = 0x66_63_6A_62  # "fcjb", so that no other database is taken for a job
VERSION = 1
RESTART = "Add --restart to begin anew; the old job is kept beside it as {}.old."
_FULL = {sqlite3.SQLITE_FULL}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
SCHEMA = """
CREATE TABLE header(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE notes(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE spent(tokens INTEGER NOT NULL, cost_usd REAL NOT NULL);
INSERT INTO spent VALUES (0, 0.0);
CREATE TABLE inputs(
    position INTEGER PRIMARY KEY, hash BLOB NOT NULL, twin INTEGER NOT NULL,
    id TEXT NOT NULL, tags TEXT NOT NULL, body TEXT NOT NULL
);
CREATE UNIQUE INDEX input_content ON inputs(hash, twin);
CREATE TABLE results(
    hash BLOB NOT NULL, twin INTEGER NOT NULL, outcome TEXT NOT NULL, retryable INTEGER NOT NULL,
    seconds REAL NOT NULL, trace TEXT, record TEXT NOT NULL
);
CREATE UNIQUE INDEX result_content ON results(hash, twin, outcome, retryable);
"""


class JobChanged(UsageError):
    """The job was begun with another engine, other settings or another index."""


class JobDamaged(FactcheckError):
    """The job's file cannot be read; it was not touched."""


class JobLocked(FactcheckError):
    """Another process works on the job."""


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the database or the disk reports into an error for people."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _DAMAGED:
            raise JobDamaged(f"the job {path} is damaged: {error}", hint=RESTART.format(path)) from error
        if code in _FULL:
            hint = "Make room and run the same command: what was finished is kept."
            raise FactcheckError(f"the disk is full: {path} cannot grow", hint=hint) from error
        hint = "Check the folder's permissions and the space on the disk; what was finished is kept."
        raise FactcheckError(f"the job {path} cannot be read or written: {error}", hint=hint) from error
    except OSError as error:
        hint = "Check the folder's permissions, or name another file with -o."
        raise FactcheckError(f"the job {path} cannot be written: {error.strerror or error}", hint=hint) from error


def lock_job(path: Path) -> BaseFileLock:
    """Hold the job's lock until it is released.

    Raises:
        JobLocked: Another process works on it.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(path.with_name(path.name + ".lock"))
    with explained(path):
        try:
            lock.acquire(timeout=0)
        except Timeout:
            hint = "Wait until it is done, or write to another file with -o."
            raise JobLocked(f"another process works on the job {path}", hint=hint, retryable=True) from None
    return lock


def put_aside(path: Path) -> Path | None:
    """Rename a job so that a new one can begin; return its new name, or None where there is none."""
    if not path.exists():
        return None
    aside, number = path.with_name(path.name + ".old"), 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}.old{number}")
    with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as connection:
        # Into one file, so that it is put aside in one step; a kill between two would part a job from its log.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    with explained(path):
        # Left where it is damaged. A log without its database would be taken for the log of the next one.
        for suffix in ("-wal", "-shm", ""):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
    return aside


def connect(path: Path) -> sqlite3.Connection:
    """Open the database, made if it is missing.

    Raises:
        JobDamaged: It is not a job, or not whole.
        FactcheckError: It cannot be written, or a newer version made it.
    """
    with explained(path):
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    # Also where a kill left a database without tables.
    empty = not _rows(connection, "SELECT 1 FROM sqlite_schema LIMIT 1")
    if not empty:
        _check(connection, path)
    connection.execute("PRAGMA journal_mode = WAL")
    if empty:
        connection.executescript(
            f"BEGIN; {SCHEMA} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;"
        )


def _check(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
        raise JobDamaged(f"{path} is not a job of factcheck", hint=RESTART.format(path))
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found != VERSION:
        raise JobDamaged(f"the job {path} was written by another version of factcheck", hint=RESTART.format(path))
    problems = [row[0] for row in _rows(connection, "PRAGMA quick_check(1)")]
    if problems != ["ok"]:
        raise JobDamaged(f"the job {path} is damaged: {problems[0]}", hint=RESTART.format(path))


def _rows(connection: sqlite3.Connection, query: str) -> list[tuple[str]]:
    return connection.execute(query).fetchall()


def compare_headers(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Say in words what differs between two headers ("the model was a and is b")."""
    words = []
    for name in sorted({*before, *now}):
        old, new = before.get(name, ""), now.get(name, "")
        if old == new:
            continue
        if name.startswith("prompt ") or name == "index":
            words.append(f"the {name} has changed")
        else:
            words.append(f"the {name} was {old or 'not set'} and is {new or 'not set'}")
    return words
