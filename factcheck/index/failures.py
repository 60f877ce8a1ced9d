"""Words for what SQLite and the file system report."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from factcheck.errors import CorruptIndex, FactcheckError, IndexLocked

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


@contextmanager
def explained(index: Path) -> Iterator[None]:
    """Turn errors of SQLite and the file system inside the block into ones a user can act on."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain_sqlite(error, index) from error
    except OSError as error:
        raise _explain_system(error, index) from error


@contextmanager
def explained_rows(index: Path) -> Iterator[None]:
    """As `explained`, around what reads rows: damaged ones hold other values than were written."""
    with explained(index):
        try:
            yield
        except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
            raise damaged(index, "a row cannot be read") from error


def explain_sqlite(error: sqlite3.Error, index: Path) -> FactcheckError:
    """Return the error that says what to do about a failure of SQLite."""
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        return _full(index)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return IndexLocked(
            f"another process holds the index {index}", hint="Wait a moment and try again.", retryable=True
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return _denied(index)
    return damaged(index, str(error))


def damaged(index: Path, what: str) -> CorruptIndex:
    """Return the error that says what to do about a damaged database."""
    return CorruptIndex(
        f"the index {index} is damaged ({what})", hint="Build it again: factcheck index FOLDER --rebuild"
    )


def _explain_system(error: OSError, index: Path) -> FactcheckError:
    if error.errno in _FULL:
        return _full(index)
    if error.errno in _DENIED:
        return _denied(index)
    return CorruptIndex(
        f"the index {index} cannot be used: {error.strerror or error}",
        hint="Choose another place with --index DIR.",
    )


def _full(index: Path) -> FactcheckError:
    return CorruptIndex(
        f"the disk is full or failing: the index {index} could not be written",
        hint="Free some space and run the command again; what was indexed before still answers.",
        retryable=True,
    )


def _denied(index: Path) -> FactcheckError:
    return CorruptIndex(
        f"the index {index} cannot be opened or written: permission denied",
        hint="Check the permissions of the folder, or choose another with --index DIR.",
    )
