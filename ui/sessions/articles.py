"""What one visitor is doing on the Articles page."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from factcheck.articles.uploads import Received
from ui.sessions.ask import Turn


@dataclass(slots=True)
class Shelf:
    """A visitor's uploads, choices and the article that is open; changed in place.

    Attributes:
        drops: Number of uploads so far; each has a fresh box, so that nothing is taken twice.
        said: What came of the last upload, replacement or removal, line by line.
        waiting: Uploaded files about which the visitor has to decide.
        follows: Whether this visitor waits for the run over the index that is going on.
        queued: Whether a run is wanted when the present one has ended.
        reading: The file that is open in the reader.
        rows: Files of the rows as the table shows them.
        ticked: Files whose rows are ticked.
        doing: What is being asked about the ticked rows: "remove", "replace" or "".
        tables: Number of tables so far; a fresh one has nothing ticked.
    """

    drops: int = 0
    said: list[str] = field(default_factory=list)
    waiting: list[Received] = field(default_factory=list)
    follows: bool = False
    queued: bool = False
    reading: str | None = None
    rows: tuple[str, ...] = ()
    ticked: tuple[str, ...] = ()
    doing: str = ""
    tables: int = 0

    def read(self, row: object) -> None:
        """Open the article of a row; what is no row of the table opens nothing."""
        if type(row) is int and 0 <= row < len(self.rows):
            self.reading = self.rows[row]

    def tick(self, rows: Collection[object]) -> None:
        """Note which rows are ticked; what is no row is passed over."""
        known = [row for row in rows if type(row) is int and 0 <= row < len(self.rows)]
        ticked = tuple(self.rows[row] for row in known)
        if ticked != self.ticked:
            self.ticked, self.doing = ticked, ""

    def untick(self) -> None:
        """Clear all ticks, with a fresh table."""
        self.ticked, self.doing = (), ""
        self.tables += 1


def count_own(turns: Sequence[Turn], files: Collection[str]) -> int:
    """Return how many turns of a visitor's conversation cite some files.

    Args:
        turns: The conversation of the Ask page.
        files: Names in the index.
    """
    return sum(any(citation.file in files for citation in turn.citations) for turn in turns)


def count_linked(folder: Path, files: Collection[str], *, but: Collection[str] = frozenset()) -> int:
    """Return how many kept answers cite some files; one that is damaged is passed over.

    Args:
        folder: Of kept answers, one JSON file each.
        files: Names in the index.
        but: Ids of answers that are not counted.
    """
    wanted = frozenset(files)
    needles = [json.dumps(file).encode() for file in wanted]
    count = 0
    for path in folder.glob("*.json"):
        try:
            data = path.read_bytes() if path.stem not in but else b""
            # Most answers cite something else, and to read them as JSON would take a hundred times as long.
            count += any(needle in data for needle in needles) and _cites(json.loads(data), wanted)
        except (OSError, ValueError):
            continue
    return count


def _cites(record: Any, files: frozenset[str]) -> bool:
    """Return whether any part of a record is a citation of one of the files."""
    if isinstance(record, dict):
        return record.get("file") in files or any(_cites(each, files) for each in record.values())
    return isinstance(record, list) and any(_cites(each, files) for each in record)
