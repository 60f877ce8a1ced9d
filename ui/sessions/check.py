"""What one visitor has open on the Check page; what is to be found again lies on disk (kept_checks)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from factcheck.drafts.record import CheckedSentence, DraftRecord
from factcheck.drafts.reviewing import Decision, list_items, read_decision
from factcheck.errors import FactcheckError
from factcheck.types import Citation, Provenance
from ui.checking import Checking
from ui.sessions.kept_checks import About, KeptCheck
from ui.sessions.opened import Opened, read_opened
from ui.work import Work


@dataclass(slots=True)
class Session:
    """The open check; changed in place.

    Attributes:
        work: The check that is going on, or None.
        kept: The check that is open, as it lies on disk, or None.
        decisions: On the open check.
        opened: The citation whose article is open.
        error: Why what was sent cannot be checked, or None.
        cursor: Number of the sentence that was last looked at.
        wanted: What the next run of the whole page has to do: its name and its value, or None.
        views: Made once for each record, by the view's name.
    """

    work: Work | None = None
    kept: KeptCheck | None = None
    decisions: dict[str, Decision] = field(default_factory=dict)
    opened: Opened | None = None
    error: FactcheckError | None = None
    cursor: int = 1
    wanted: tuple[str, str] | None = None
    views: dict[str, Any] = field(default_factory=dict)

    @property
    def about(self) -> About | None:
        """What is known of the open check; while it goes on, its state is "going"."""
        if self.kept is not None:
            return self.kept.about
        going = self.going
        return replace(going.about, state="going", total=self.work.total) if going and self.work else None

    @property
    def going(self) -> Checking | None:
        """The check that is going on, or None."""
        partial = self.work.partial if self.work is not None else None
        return partial if isinstance(partial, Checking) else None

    @property
    def record(self) -> DraftRecord:
        """The open draft, as far as it is done; without sentences where none is open."""
        if self.kept is not None:
            return self.kept.record
        going = self.going
        source, done = (going.source, tuple(going.sentences)) if going is not None else ("", ())
        return DraftRecord("", "", source, "", done, Provenance("", "", {}, ""))

    @property
    def sentences(self) -> tuple[CheckedSentence, ...]:
        """Those that are done."""
        return self.record.sentences

    def show(self, kept: KeptCheck | None) -> None:
        """Show a check, or none."""
        self.work, self.kept = None, kept
        self.decisions = dict(kept.decisions) if kept is not None else {}
        self.opened, self.error = None, None
        self.views.clear()

    def watch(self, work: Work) -> None:
        """Show a check that is going on."""
        self.show(None)
        self.work = work

    def open(self, value: object, groups: Mapping[str, Sequence[Citation]]) -> None:
        """Open a citation as the browser names it; what does not exist closes the article."""
        self.opened = read_opened(value, groups)

    def decide(self, value: object) -> bool:
        """Take a decision as the browser sends it; whether it was one about something that is there."""
        key = value.get("item") if isinstance(value, dict) else None
        decision = read_decision(value)
        if self.kept is None or decision is None:
            return False
        if key not in {item.key for item in list_items(self.kept.record)}:
            return False
        if decision == Decision():
            self.decisions.pop(key, None)
        else:
            self.decisions[key] = decision
        return True
