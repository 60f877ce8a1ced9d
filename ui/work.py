"""Work that outlives a run of the page's script: a thread over the opened corpus.

For what takes seconds (a draft, a comparison). What takes minutes and can go on after a stop runs as
a process of its own: runs.py.

    start → Work (running) → its page looks at it at every run → done | stopped | failed
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from factcheck.errors import FactcheckError, UsageError
from factcheck.types import Failure
from ui.components.plain import show_error

log = logging.getLogger(__name__)

# What has ended goes when its owner has more of it than this; it can be done again.
MOST_KEPT = 20
# Nobody needs more at once, and everybody shares the processor.
MOST_RUNNING = 6


# Held while the models are loaded: two threads that import the same packages at once can wait for each other.
loading = threading.Lock()


class Stopped(Exception):
    """The visitor stopped the work."""


@dataclass(slots=True)
class Work:
    """One piece of work and how far it is; written by its thread, read by pages.

    Attributes:
        owner: The visitor who may see it.
        kind: Which page it belongs to.
        title: For people.
        what: What is being done now ("checking").
        done: How many are done.
        total: Of how many; 0 while that is not known.
        state: "running", "done", "stopped" or "failed".
        partial: What there is of the result while it runs, where its page shows that; never the whole.
        result: What the call returned, once it is done.
        failure: Why it failed; a result is never put in its place.
    """

    owner: str
    kind: str
    title: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    started: float = field(default_factory=time.monotonic)
    what: str = ""
    done: int = 0
    total: int = 0
    state: str = "running"
    partial: Any = None
    result: Any = None
    failure: Failure | None = None
    stopping: threading.Event = field(default_factory=threading.Event)

    def advance(self, what: str, done: int, total: int) -> None:
        """Note how far the work is.

        Raises:
            Stopped: The visitor wants it to end here.
        """
        if self.stopping.is_set():
            raise Stopped
        self.what, self.done, self.total = what, done, total

    def stop(self) -> None:
        """Ask the work to end at its next step."""
        self.stopping.set()


class Works:
    """All work of this process; safe to use from many sessions."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._all: dict[str, Work] = {}

    def start(self, owner: str, kind: str, title: str, call: Callable[[Work], Any]) -> Work:
        """Begin work in a thread of its own.

        Args:
            owner: The visitor.
            kind: Which page it belongs to.
            title: For people.
            call: Does the work and returns its result; tells its `Work` how far it is.

        Raises:
            UsageError: The visitor has too much running already.
        """
        work = Work(owner, kind, title)
        with self._guard:
            own = [each for each in self._all.values() if each.owner == owner]
            ended = [each for each in own if each.state != "running"]
            if len(own) - len(ended) >= MOST_RUNNING:
                raise UsageError("you have too much running at once", hint="Wait until some of it is done, or stop it.")
            for each in ended[: max(0, len(ended) + 1 - MOST_KEPT)]:
                del self._all[each.id]
            self._all[work.id] = work
        threading.Thread(target=_run, args=(work, call), name=f"factcheck-{kind}", daemon=True).start()
        return work

    def of(self, owner: str, kind: str) -> list[Work]:
        """Return a visitor's work of a kind, newest first."""
        with self._guard:
            found = [each for each in self._all.values() if (each.owner, each.kind) == (owner, kind)]
        return found[::-1]

    def drop(self, work: Work) -> None:
        """Stop the work, if it runs, and forget it."""
        work.stop()
        with self._guard:
            self._all.pop(work.id, None)

    def stop_all(self, patience: float = 1.0) -> None:
        """Stop all work, because the app ends, and wait shortly: what it keeps on disk or runs beside it is tidied."""
        with self._guard:
            running = [work for work in self._all.values() if work.state == "running"]
        for work in running:
            work.stop()
        deadline = time.monotonic() + patience
        while any(work.state == "running" for work in running) and time.monotonic() < deadline:
            time.sleep(0.02)


@st.cache_resource(show_spinner=False)
def works() -> Works:
    """Return the work of this process, one for all sessions."""
    return Works()


def explain_failure(stage: str, error: BaseException) -> Failure:
    """Turn what went wrong into a failure that a page can show: no path of ours, no traceback."""
    if isinstance(error, FactcheckError):
        message, hint = show_error(error.message), show_error(error.hint)
        return Failure(stage=stage, error=message, retryable=error.retryable, hint=hint)
    log.error("%s failed", stage, exc_info=error)
    return Failure(
        stage=stage,
        error="Something unexpected went wrong inside factcheck.",
        retryable=False,
        hint="The terminal that runs the app shows what; try again or start the app anew.",
    )


def _run(work: Work, call: Callable[[Work], Any]) -> None:
    try:
        with loading:
            pass
        work.result = call(work)
        work.state = "done"
    except Stopped:
        work.state = "stopped"
    except BaseException as error:  # whatever ends the thread, its page must not wait for it for ever
        work.failure = explain_failure(work.kind, error)
        work.state = "failed"
