"""What one visitor has open on the Batch page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from factcheck.types import Citation
from ui.batches import Wish
from ui.sessions.opened import Opened, read_opened
from ui.work import Work


@dataclass(slots=True)
class Session:
    """Which list is open, what of it is looked at, and what was estimated.

    Attributes:
        batch: Id of the open list, or None.
        outcome: Only rows of this outcome or verdict; "" for all.
        words: Only rows with these words; "" for all.
        file: Only rows that cite this file; "" for all.
        page: Of the rows, from 0.
        row: Position of the open row, or None.
        opened: The citation whose article is open, or None.
        estimating: The estimate that is made or was made, or None.
        estimated: What it was made for.
        uploads: How many files were taken; a new one finds an empty field.
        problem: Why the last start did not work, or None.
        changes: What has changed since the list was begun, by the library it was looked up with.
    """

    batch: str | None = None
    outcome: str = ""
    words: str = ""
    file: str = ""
    page: int = 0
    row: int | None = None
    opened: Opened | None = None
    estimating: Work | None = None
    estimated: Wish | None = None
    uploads: int = 0
    problem: Exception | None = None
    changes: tuple[Any, list[str]] | None = None

    def open_batch(self, batch: str | None) -> None:
        """Open a list, or the list of all; what was looked at in another is forgotten."""
        if batch != self.batch:
            if self.estimating is not None:
                self.estimating.stop()
            self.batch, self.row, self.opened, self.page = batch, None, None, 0
            self.outcome = self.words = self.file = ""
            self.estimating = self.estimated = self.problem = self.changes = None

    def look_for(self, outcome: str, words: str, file: str) -> None:
        """Look only at some rows, from the first of them."""
        if (outcome, words, file) != (self.outcome, self.words, self.file):
            self.outcome, self.words, self.file = outcome, words, file
            self.page, self.row, self.opened = 0, None, None

    def turn_page(self, value: object) -> None:
        """Go to a page, as the browser names it; one that is not there becomes the nearest when it is drawn."""
        if type(value) is int:
            self.page, self.row, self.opened = max(0, value), None, None

    def open_row(self, value: object) -> None:
        """Open a row, as the browser names it, or close it where it is open."""
        wanted = value if type(value) is int and value >= 0 else None
        self.row = None if wanted == self.row else wanted
        self.opened = None

    def open_citation(self, value: object, citations: Sequence[Citation]) -> None:
        """Open a citation of the open row, as the browser names it."""
        self.opened = read_opened(value, {name_group(self.row): citations} if self.row is not None else {})


def name_group(row: int) -> str:
    """Return the id of the group of a row's citations."""
    return f"row{row}"
