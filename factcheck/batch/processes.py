"""Answer tasks in processes: for the embedded engine, which computes and so needs a core for each.

    tasks → run → pipes → _serve in each process: a corpus of its own → Done → pipes → run

A process has one task in hand and one in store, so that it never waits. Its pipe ends when it dies, and
also when this process dies: then it ends itself. Processes are spawned, for a fork copies the threads'
locks and not the threads.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import queue
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING

from factcheck.batch.asking import Asker, answer, refuse
from factcheck.batch.tasks import Asking, Done, Stopped, Task
from factcheck.errors import FactcheckError, ModelError
from factcheck.types import Failure

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

log = logging.getLogger(__name__)

# The task in hand and one in store.
AHEAD = 2
# How often a task is tried whose process dies.
TRIES = 2
# How many processes may die one after the other before they can take a task.
STARTS = 2
CLOSING_SECONDS = 2.0
READY = "ready"

OpenAsker = Callable[[Asking], Asker]
Message = Done | FactcheckError | str


def open_asker(asking: Asking) -> Asker:
    """Open a corpus with its models loaded.

    Raises:
        FactcheckError: The index or a model cannot be used.
    """
    from factcheck.pipeline import Corpus

    corpus = Corpus.open(settings=asking.settings)
    corpus.warm()
    return corpus


@dataclass(slots=True)
class _Try:
    """A task, and how often it was given out."""

    task: Task
    number: int = 1


@dataclass(slots=True, eq=False)
class _Worker:
    """A process, this end of its pipe, and its tasks: the one in hand first."""

    process: SpawnProcess
    pipe: Connection
    tasks: deque[_Try] = field(default_factory=deque)
    ready: bool = False


class Processes:
    """Workers that are processes, each with a corpus of its own.

    Args:
        asking: How every item is asked.
        processes: Most of them; they are started as they are needed and kept until `close`.
        opener: Opens what answers, in each process; it can be pickled.
    """

    def __init__(self, asking: Asking, *, processes: int, opener: OpenAsker = open_asker) -> None:
        self.name = f"{processes} processes"
        self._asking = asking
        self._most = processes
        self._opener = opener
        self._crew: list[_Worker] = []
        self._dead_starts = 0

    def run(self, tasks: Iterator[Task]) -> Iterator[Done]:
        """Yield one `Done` for each task; see `Workers.run`.

        A task whose process dies is tried once more; then it is a failure that says so.
        """
        waiting: deque[_Try] = deque()
        stopped: Stopped | None = None
        try:
            while True:
                if stopped is None:
                    self._hand_out(waiting, tasks)
                busy = {worker.pipe: worker for worker in self._crew if worker.tasks}
                if not busy:
                    break
                for pipe in wait(list(busy)):
                    worker = busy[pipe]  # type: ignore[index]  # only pipes were waited for
                    found = self._receive(worker, waiting)
                    if isinstance(found, Stopped):
                        stopped = stopped or found
                    elif found is not None:
                        yield found
        except BaseException:
            self.close()  # what is under way belongs to nobody any more
            raise
        if stopped is not None:
            raise stopped

    def close(self) -> None:
        """End all processes."""
        crew, self._crew = self._crew, []
        for worker in crew:
            worker.pipe.close()
        for worker in crew:
            worker.process.join(CLOSING_SECONDS)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
            worker.process.close()

    def _hand_out(self, waiting: deque[_Try], tasks: Iterator[Task]) -> None:
        """Give every process a task in hand, then one in store; start processes while there are tasks."""
        for ahead in range(1, AHEAD + 1):
            place = 0
            while place < self._most:
                worker = self._crew[place] if place < len(self._crew) else None
                place += 1
                if worker is not None and len(worker.tasks) >= ahead:
                    continue
                task = None if waiting else next(tasks, None)
                if task is None and not waiting:
                    return
                attempt = waiting.popleft() if task is None else _Try(task)
                if worker is None:
                    worker = _start(self._asking, self._opener)
                    self._crew.append(worker)
                worker.tasks.append(attempt)
                with contextlib.suppress(OSError):  # it has just died, which the next wait tells
                    worker.pipe.send(attempt.task)

    def _receive(self, worker: _Worker, waiting: deque[_Try]) -> Done | Stopped | None:
        """Take what a process sends, or that it is dead."""
        try:
            message: Message = worker.pipe.recv()
        except (EOFError, OSError):
            return self._bury(worker, waiting)
        if isinstance(message, str):
            worker.ready = True
            self._dead_starts = 0
            return None
        if isinstance(message, FactcheckError) and not isinstance(message, Stopped):
            raise message
        worker.tasks.popleft()
        return message

    def _bury(self, worker: _Worker, waiting: deque[_Try]) -> Done | None:
        """Put a dead process's tasks back; give up the one in hand if it was its second try."""
        self._crew.remove(worker)
        worker.pipe.close()
        worker.process.join(CLOSING_SECONDS)
        how = _describe(worker.process.exitcode)
        log.warning("a process of the batch %s; it is replaced", how)
        if not worker.ready:
            self._dead_starts += 1
            if self._dead_starts >= STARTS:
                raise ModelError(
                    f"the processes of the batch end before they can answer: the last one {how}",
                    hint="Look for its message above, or use --concurrency 1.",
                )
        elif worker.tasks and worker.tasks[0].number >= TRIES:
            lost = worker.tasks.popleft()
            waiting.extendleft(reversed(worker.tasks))
            hint = "Use a lower --concurrency if memory is short; else please report this bug."
            failure = Failure("answer", f"the process that read it {how}, twice", True, hint)
            return refuse(lost.task, failure, self._asking.settings)
        elif worker.tasks:
            worker.tasks[0].number += 1
        waiting.extendleft(reversed(worker.tasks))
        return None


def _describe(exitcode: int | None) -> str:
    if exitcode is None or exitcode >= 0:
        return f"ended with exit code {exitcode}"
    try:
        return f"was killed by {signal.Signals(-exitcode).name}"
    except ValueError:
        return f"was killed by signal {-exitcode}"


def _start(asking: Asking, opener: OpenAsker) -> _Worker:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    # The settings' threads are for one process; each of several has its core.
    own = replace(asking, settings=replace(asking.settings, threads=asking.settings.threads or 1))
    process = context.Process(target=_serve, args=(there, own, opener), name="factcheck-batch", daemon=True)
    with _interrupts_blocked():
        process.start()
    there.close()
    return _Worker(process, here)


@contextlib.contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Keep Ctrl-C, which goes to every process of a terminal, from those that are started here."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, asking: Asking, opener: OpenAsker) -> None:
    """Answer what comes through the pipe until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    inbox: queue.SimpleQueue[Task] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(pipe, inbox), name="factcheck-pipe", daemon=True).start()
    try:
        asker = opener(asking)
    except FactcheckError as error:
        _send(pipe, error)
        return
    _send(pipe, READY)
    while True:
        task = inbox.get()
        try:
            _send(pipe, answer(task, asker, asking))
        except Stopped as error:
            _send(pipe, error)


def _send(pipe: Connection, message: Message) -> None:
    try:
        pipe.send(message)
    except OSError:
        os._exit(0)  # nobody hears it


def _read(pipe: Connection, inbox: queue.SimpleQueue[Task]) -> None:
    """Read tasks as they come, so that neither end ever waits for the other to read."""
    try:
        while True:
            inbox.put(pipe.recv())
    except (EOFError, OSError):
        os._exit(0)  # the parent is through with this process, or dead; no question is finished for nobody
