"""Read and embed articles on a Dask cluster: `factcheck index FOLDER --dask ADDRESS`.

    windows of files → futures → read_checked in each worker → windows, in order → (sync.py) SQLite, here

The folders lie under the same path everywhere. The scheduler gives the windows of a dead worker to the others.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from factcheck import __version__
from factcheck.clusters import DESERTED_SECONDS, LOOK_SECONDS, deserted, gone, join_cluster, other_version, refused
from factcheck.errors import FactcheckError, UsageError
from factcheck.index.fanning import Files, keep_ahead, read_there, take
from factcheck.index.preparing import Window, read_window, split_windows
from factcheck.index.schema import recipe
from factcheck.index.writing import FileState
from factcheck.models.embedder import load_embedder
from factcheck.models.parser import load_parser
from factcheck.settings import Settings

log = logging.getLogger(__name__)

Future = Any

# Windows of each thread of a worker: one in hand and one in store.
AHEAD = 2


@dataclass(frozen=True, slots=True)
class ClusterJob:
    """What every worker has to agree on.

    Attributes:
        settings: Name the embedder.
        version: Of factcheck.
        recipe: Of the index: schema, splitter and embedder.
        folders: They have to be there.
    """

    settings: Settings
    version: str
    recipe: str
    folders: tuple[str, ...]


def find_problem(job: ClusterJob) -> FactcheckError | None:
    """Say why this process cannot read the articles, or None; loads the models."""
    problem = other_version(job.version)
    if problem is None:
        try:
            made_by = recipe(load_embedder(job.settings).name)
            load_parser()
        except FactcheckError as error:
            return error
        if made_by != job.recipe:
            return FactcheckError(f"it would make an index of {made_by}", hint=f"This one is of {job.recipe}.")
        missing = [folder for folder in job.folders if not os.path.exists(folder)]
        if missing:
            hint = "Share the folder, or copy it to the same path on every machine."
            return FactcheckError(f"it has no {missing[0]}", hint=hint)
    return problem


class Cluster:
    """The workers of a Dask cluster, reading articles.

    Args:
        address: Of its scheduler ("tcp://10.0.0.1:8786").
        folders: Of articles, as they are to be indexed.
        settings: Name the embedder.

    Raises:
        UsageError: The package is missing, the address is none, or an endpoint embeds.
        FactcheckError: The cluster cannot be reached, has no worker, or a worker cannot do the job.
    """

    def __init__(self, address: str, folders: Sequence[Path], settings: Settings) -> None:
        if settings.embedding_model != "minilm":
            raise UsageError("--dask spreads the packaged models, and an endpoint embeds here", hint="Leave it out.")
        self._address = address
        self._settings = settings
        made_by = recipe(load_embedder(settings).name)
        there = replace(settings, threads=settings.threads or 1)
        self._job = ClusterJob(there, __version__, made_by, tuple(str(folder.absolute()) for folder in folders))
        self._client = join_cluster(address, find_problem, self._job)

    def read(self, states: Sequence[FileState], *, max_bytes: int) -> Iterator[Window]:
        """Yield the files in windows, in their order.

        Raises:
            FactcheckError: The cluster is gone, or a worker cannot do the job.
        """
        sent: deque[Future] = deque()

        def send() -> Iterator[tuple[Files, Future]]:
            for part in split_windows(states):
                future = self._client.submit(read_checked, part, self._job, max_bytes, pure=False)
                sent.append(future)
                yield part, future

        try:
            for part, future in keep_ahead(send(), AHEAD * max(1, self._count_threads())):
                window = take(self._land(part, future))
                sent.popleft()
                yield self._correct(part, window, max_bytes)
        finally:
            if sent:
                with contextlib.suppress(Exception):  # a cluster that is gone has nothing to give up
                    self._client.cancel(list(sent), force=True)

    def close(self) -> None:
        """Leave the cluster; it goes on without us."""
        self._client.close()

    def _land(self, part: Files, future: Future) -> Window | FactcheckError:
        """Wait for a window."""
        from distributed import KilledWorker

        seen = time.monotonic()
        while True:
            try:
                found: Window | FactcheckError = future.result(timeout=LOOK_SECONDS)
                return found
            except KilledWorker as error:
                raise FactcheckError(
                    f"{error.allowed_failures + 1} workers died over files from {part[0].file} to {part[-1].file}",
                    hint="What was read before is indexed. Look into the workers' logs; index those files here.",
                ) from None
            except TimeoutError:
                if self._count_threads():
                    seen = time.monotonic()
                elif time.monotonic() - seen > DESERTED_SECONDS:
                    raise deserted(self._address) from None
            except Exception as error:
                if future.status in {"cancelled", "lost"}:
                    raise gone(self._address) from error
                raise refused("a worker", error) from error

    def _count_threads(self) -> int:
        try:
            return sum(self._client.nthreads().values())
        except Exception as error:  # the client raises whatever its transport does
            raise gone(self._address) from error

    def _correct(self, part: Files, window: Window, max_bytes: int) -> Window:
        """Read a window here where a worker could not read a file, or found another content under its path."""
        found = {prepared.state.file: prepared.article.sha256 for prepared in window.articles}
        other = [state.file for state in part if found.get(state.file) != _hash(state)]
        if not other:
            return window
        if found.keys() & set(other):
            log.warning("%s is another file at a worker, or has just changed: it is read here", other[0])
        return read_window(part, load_embedder(self._settings), max_bytes=max_bytes)


def read_checked(part: Files, job: ClusterJob, max_bytes: int) -> Window | FactcheckError:
    """Read a window in a worker; one that joined late is checked first."""
    return _find_problem_once(job) or read_there(part, job.settings, max_bytes)


_find_problem_once = lru_cache(maxsize=1)(find_problem)


def _hash(state: FileState) -> str:
    try:
        return hashlib.sha256(Path(state.path).read_bytes()).hexdigest()
    except OSError:
        return ""
