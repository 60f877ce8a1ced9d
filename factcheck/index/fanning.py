"""Read and embed windows of files in other processes; this one writes them, in the order of the files.

    windows of files → read_there in each process → windows, in order → (sync.py) SQLite

What a process gives depends on its files and the packaged models only, so that the index is the same as without them.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing.connection import wait
from typing import TypeVar

from factcheck.errors import FactcheckError
from factcheck.index.preparing import Window, embed_window, read_window, split_windows
from factcheck.index.writing import FileState
from factcheck.models.embedder import load_embedder
from factcheck.settings import Settings

log = logging.getLogger(__name__)

# Windows at each process: in hand and in store.
AHEAD = 3
# Fewer bytes (some 100 articles) are read here sooner than processes have loaded their models.
LEAST_BYTES = 300_000

Files = tuple[FileState, ...]
Pending = TypeVar("Pending")


def read_there(states: Files, settings: Settings, max_bytes: int) -> Window | FactcheckError:
    """Read and embed a window in another process; an error that a user can act on is returned."""
    try:
        embedder = load_embedder(settings)
        return embed_window(read_window(states, embedder, max_bytes=max_bytes), embedder, {})
    except FactcheckError as error:
        return error


class Processes:
    """Processes on this machine, one core each.

    Args:
        settings: Name the embedder.
        processes: How many, if there is enough to read for them.
    """

    def __init__(self, settings: Settings, processes: int) -> None:
        self._settings = settings
        self._most = processes

    def read(self, states: Sequence[FileState], *, max_bytes: int) -> Iterator[Window]:
        """Yield the files in windows; if the processes die, the rest is read here."""
        parts = tuple(split_windows(states))
        done = 0
        if self._most > 1 and sum(state.size for state in states) >= LEAST_BYTES:
            try:
                for window in self._spread(parts, max_bytes):
                    done += 1
                    yield window
            except BrokenProcessPool:
                log.warning("a process that read articles was killed; this one reads the rest")
        if done < len(parts):
            embedder = load_embedder(self._settings)
            for part in parts[done:]:
                yield read_window(part, embedder, max_bytes=max_bytes)

    def _spread(self, parts: Sequence[Files], max_bytes: int) -> Iterator[Window]:
        own = replace(self._settings, threads=1)
        context = multiprocessing.get_context("spawn")  # a fork copies the threads' locks and not the threads
        pool = ProcessPoolExecutor(self._most, context, initializer=_begin)
        futures = (pool.submit(read_there, part, own, max_bytes) for part in parts)
        try:
            for future in keep_ahead(futures, AHEAD * self._most):
                yield take(future.result())
        finally:
            pool.shutdown(cancel_futures=True)


def keep_ahead(pending: Iterator[Pending], number: int) -> Iterator[Pending]:
    """Yield in order what is begun, with so many begun ahead of it at most."""
    ahead: deque[Pending] = deque()
    for one in pending:
        ahead.append(one)
        if len(ahead) > number:
            yield ahead.popleft()
    yield from ahead


def take(found: Window | FactcheckError) -> Window:
    """Return what came back.

    Raises:
        FactcheckError: It is an error.
    """
    if isinstance(found, FactcheckError):
        raise found
    return found


def _begin() -> None:
    """Leave Ctrl-C to the process that writes, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), name="factcheck-parent", daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(0)
