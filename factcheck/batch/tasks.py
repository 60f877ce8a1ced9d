"""What workers get and give: an item goes out, a record comes back, in any order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from factcheck.batch.inputs import Item
from factcheck.errors import UsageError
from factcheck.filters import Within
from factcheck.settings import Settings


@dataclass(frozen=True, slots=True)
class Asking:
    """How every item of a job is asked; it can be pickled.

    Attributes:
        settings: Of the whole job.
        files: Glob over file names, or None.
        as_of: ISO date, or None.
        since: ISO date, or None.
        outlets: Outlets, or none for all.
        engine: "auto", "embedded" or "openai"; None as the settings say.
        trace: Whether the hits of retrieval come back too, for evaluation.
    """

    settings: Settings
    files: str | None = None
    as_of: str | None = None
    engine: str | None = None
    trace: bool = False
    since: str | None = None
    outlets: tuple[str, ...] = ()

    @property
    def within(self) -> Within:
        """How the search is restricted."""
        options: Within = {"files": self.files, "as_of": self.as_of}
        if self.since is not None:
            options["since"] = self.since
        if self.outlets:
            options["outlets"] = self.outlets
        return options


@dataclass(frozen=True, slots=True)
class Task:
    """An item and its position in the input, from 0."""

    position: int
    item: Item


@dataclass(frozen=True, slots=True)
class Done:
    """The record of one task in its wire form, whatever happened.

    Attributes:
        position: Of the task.
        record: An answer or check record, the item's other fields not yet added.
        trace: Wire form of the hits, where they were asked for.
        seconds: Time it took.
    """

    position: int
    record: dict[str, Any]
    trace: dict[str, Any] | None = None
    seconds: float = 0.0


class Stopped(UsageError):
    """The job stops before its end, cleanly: a budget is spent. What was not answered stays pending."""


class Workers(Protocol):
    """Answers tasks somewhere: in threads, processes, on a cluster, through a provider's batch service."""

    name: str

    def run(self, tasks: Iterator[Task]) -> Iterator[Done]:
        """Yield one `Done` for each task, in any order.

        Takes tasks only as fast as they are answered. An item's error is its failure record. Closing the
        iterator gives up what has not begun and waits for nothing longer than a moment.

        Raises:
            Stopped: A budget is spent; everything that was finished was yielded before.
            FactcheckError: No item can be answered at all (no index, model missing).
        """

    def close(self) -> None:
        """Stop all threads and processes."""
