"""What the last `factcheck index` did, kept beside the index: which files it skipped, and why."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from factcheck.articles.read import Skipped
from factcheck.index.lock import write_durably
from factcheck.index.records import IndexReport

_FILE = "last-run.json"


@dataclass(frozen=True, slots=True)
class LastRun:
    """What the last run over an index did.

    Attributes:
        ended: When, as an ISO time in UTC.
        added: Files that were new.
        changed: Files whose content differed.
        removed: Files that are gone, or can no longer be read.
        unchanged: Files that cost nothing.
        skipped: Files that were found and not indexed, with the reason.
        garbled: Files that were indexed with a loss.
    """

    ended: str
    added: int
    changed: int
    removed: int
    unchanged: int
    skipped: tuple[Skipped, ...]
    garbled: tuple[Skipped, ...]


def write_last_run(index: Path, report: IndexReport) -> None:
    """Keep what a run did, in place of what the one before did."""
    record = {
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        **{name: getattr(report, name) for name in ("added", "changed", "removed", "unchanged")},
        **{name: [[item.file, item.reason] for item in getattr(report, name)] for name in ("skipped", "garbled")},
    }
    write_durably(index / _FILE, json.dumps(record))


def read_last_run(index: Path) -> LastRun | None:
    """Return what the last run did, or None where that is not known."""
    try:
        record: dict[str, Any] = json.loads((index / _FILE).read_text("utf-8"))
        for name in ("skipped", "garbled"):
            record[name] = tuple(Skipped(*item) for item in record[name])
        return LastRun(**record)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def forget_last_run(index: Path) -> None:
    """Forget it, because a file's name may hold words of an article that is removed."""
    with suppress(FileNotFoundError):
        (index / _FILE).unlink()
