"""What one visitor has open on the Evaluate page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from factcheck.errors import FactcheckError
from ui.sessions.opened import Opened

if TYPE_CHECKING:
    from factcheck.evaluation.fitting import Fit


@dataclass(slots=True)
class Session:
    """Which run is open, which row of it, and what was measured of golden sets.

    Attributes:
        run: Id of the open run, or None.
        row: Id of the open row, or None.
        stage: Only the rows that it lost are shown; "" for all.
        opened: The citation whose article is open, or None.
        fits: Golden sets by path, held against `library`, or why they are none.
        library: The index that they were held against.
    """

    run: str | None = None
    row: str | None = None
    stage: str = ""
    opened: Opened | None = None
    fits: dict[tuple[str, float], Fit | FactcheckError] = field(default_factory=dict)
    library: Any = None

    def open_run(self, run: str | None) -> None:
        """Open a run, or the list of all."""
        self.run, self.stage, self.row, self.opened = run, "", None, None

    def open_row(self, row: str | None) -> None:
        """Open a row of the run; its article is closed."""
        self.row, self.opened = row, None
