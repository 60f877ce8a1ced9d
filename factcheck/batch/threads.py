"""Answer tasks in threads of this process: for an endpoint, which answers many at once.

    tasks → _Crew (threads) → events → run: as many under way as the limit allows → Done

All decisions are made where `run` is read; the threads only answer and tell.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from factcheck.batch.asking import Asker, answer
from factcheck.batch.limit import Limit
from factcheck.batch.tasks import Asking, Done, Stopped, Task
from factcheck.models.overload import hearing_overload

if TYPE_CHECKING:
    from factcheck.pipeline import Corpus

log = logging.getLogger(__name__)

THREADS = 8
# How often a task is asked that the endpoint refuses each time because there are too many.
TRIES = 6
# A thread that waits for an endpoint ends with its call; nobody waits for it longer than this.
CLOSING_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class _Try:
    """A task, and how often it was given out."""

    task: Task
    number: int = 1


@dataclass(frozen=True, slots=True)
class _Overload:
    """The endpoint refused a call; it may ask to wait some seconds."""

    retry_after: float | None


@dataclass(frozen=True, slots=True)
class _Ended:
    """A thread is through with a task: answered, or not because of the error."""

    attempt: _Try
    done: Done | None
    error: BaseException | None
    refused: bool

    @property
    def again(self) -> bool:
        """Whether only patience is missing."""
        if not self.refused or self.done is None or self.attempt.number >= TRIES:
            return False
        failure = self.done.record.get("failure")
        return bool(failure and failure["retryable"])


class Threads:
    """Workers that share one corpus, as many at a time as the endpoint bears.

    Args:
        asking: How every item is asked.
        concurrency: Most questions under way.
        asker: Answers them; by default the corpus of the settings, opened now and closed with the workers.

    Raises:
        FactcheckError: The index or a model cannot be used.
    """

    def __init__(self, asking: Asking, *, concurrency: int = THREADS, asker: Asker | None = None) -> None:
        self.name = "1 thread" if concurrency == 1 else f"up to {concurrency} threads"
        self.limit = Limit.at_most(concurrency)
        self._asking = asking
        self._corpus = _open(asking) if asker is None else None
        self._asker: Asker = asker or self._corpus  # type: ignore[assignment]  # one of them is there
        self._threads: list[threading.Thread] = []

    def run(self, tasks: Iterator[Task]) -> Iterator[Done]:
        """Yield one `Done` for each task; see `Workers.run`.

        A task that failed only because the endpoint refused too many calls is asked again later.
        """
        crew = _Crew(self._asker, self._asking, self._threads)
        waiting: list[_Try] = []
        stopped: Stopped | None = None
        more = True
        try:
            while True:
                now = time.monotonic()
                if stopped is None:
                    more = self._begin(crew, waiting, tasks, self.limit.slots(now))
                if not crew.busy and (stopped is not None or not more):
                    break
                ended = self._hear(crew, self.limit.pause(now))
                if ended is None:
                    continue
                if isinstance(ended.error, Stopped):
                    stopped = stopped or ended.error
                elif ended.error is not None:
                    raise ended.error
                elif ended.again and stopped is None:
                    waiting.append(_Try(ended.attempt.task, ended.attempt.number + 1))
                elif ended.done is not None:
                    yield ended.done
        finally:
            crew.dismiss()
        if stopped is not None:
            raise stopped

    def close(self) -> None:
        """End the threads and close the corpus."""
        deadline = time.monotonic() + CLOSING_SECONDS
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0.0))
        if self._corpus is not None and not any(thread.is_alive() for thread in self._threads):
            self._corpus.close()

    def _begin(self, crew: _Crew, waiting: list[_Try], tasks: Iterator[Task], slots: int) -> bool:
        """Give out as many tasks as there are slots, refused ones first; return whether there may be more."""
        while crew.busy < slots:
            if waiting:
                crew.begin(waiting.pop(0))
                continue
            task = next(tasks, None)
            if task is None:
                return False
            crew.begin(_Try(task))
        return True

    def _hear(self, crew: _Crew, pause: float) -> _Ended | None:
        """Wait for what happens next, no longer than the pause if there is one, and let the limit know."""
        event = crew.hear(pause or None)
        if isinstance(event, _Overload):
            lowered = self.limit.after_overload(time.monotonic(), event.retry_after)
            if int(lowered.allowed) < int(self.limit.allowed):
                log.info("the endpoint refuses calls: %d at a time", int(lowered.allowed))
            self.limit = lowered
            return None
        if event is not None and event.done is not None and not event.refused:
            if event.done.record["outcome"] != "failed":
                self.limit = self.limit.after_success()
        return event


class _Crew:
    """Threads of one run, started as they are needed.

    Args:
        asker: Shared by all of them.
        asking: How tasks are asked.
        threads: List that each started thread is added to.
    """

    def __init__(self, asker: Asker, asking: Asking, threads: list[threading.Thread]) -> None:
        self.busy = 0
        self._asker = asker
        self._asking = asking
        self._threads = threads
        self._started = 0
        self._inbox: queue.SimpleQueue[_Try | None] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[_Overload | _Ended] = queue.SimpleQueue()

    def begin(self, attempt: _Try) -> None:
        """Give a task to a thread that has none."""
        self.busy += 1
        self._inbox.put(attempt)
        if self._started < self.busy:
            self._started += 1
            # A daemon, so that a call that hangs does not keep the program from ending.
            thread = threading.Thread(target=self._work, name="factcheck-batch", daemon=True)
            self._threads.append(thread)
            thread.start()

    def hear(self, timeout: float | None) -> _Overload | _Ended | None:
        """Return what happens next, or None where nothing does in time."""
        try:
            event = self._events.get(timeout=timeout)
        except queue.Empty:
            return None
        if isinstance(event, _Ended):
            self.busy -= 1
        return event

    def dismiss(self) -> None:
        """Let every thread end after its task; what was not begun is given up."""
        try:
            while True:
                self._inbox.get_nowait()
        except queue.Empty:
            pass
        for _ in range(self._started):
            self._inbox.put(None)

    def _work(self) -> None:
        while (attempt := self._inbox.get()) is not None:
            self._events.put(self._answer(attempt))

    def _answer(self, attempt: _Try) -> _Ended:
        refused = False

        def hear(retry_after: float | None) -> None:
            nonlocal refused
            refused = True
            self._events.put(_Overload(retry_after))

        try:
            with hearing_overload(hear):
                done = answer(attempt.task, self._asker, self._asking)
        except BaseException as error:
            return _Ended(attempt, None, error, refused)
        return _Ended(attempt, done, None, refused)


def _open(asking: Asking) -> Corpus:
    from factcheck.pipeline import Corpus

    corpus = Corpus.open(settings=asking.settings)
    try:
        corpus.warm()  # an error of a model is one of the job, not of each item
    except BaseException:
        corpus.close()
        raise
    return corpus
