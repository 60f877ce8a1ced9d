"""Answer tasks on a Dask cluster: `--dask ADDRESS`.

    tasks → run → futures → answer_there in each worker (dask_worker.py): a corpus, opened once → Done → run

The index lies under the same path everywhere. What the scheduler does by itself is not done again here:
it gives the tasks of a dead worker to the others.
"""

from __future__ import annotations

import contextlib
import queue
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from factcheck import __version__
from factcheck.batch.asking import refuse
from factcheck.batch.dask_worker import Job, answer_there, find_problem
from factcheck.batch.processes import OpenAsker, open_asker
from factcheck.batch.tasks import Asking, Done, Stopped, Task
from factcheck.clusters import DESERTED_SECONDS, LOOK_SECONDS, Client, deserted, gone, join_cluster, refused
from factcheck.errors import FactcheckError
from factcheck.types import Failure

# `distributed` has no types for most of its methods.
Future = Any

# Tasks of each thread of a worker: one in hand and one in store.
AHEAD = 2


class Dask:
    """Workers that are those of a Dask cluster.

    Args:
        asking: How every item is asked.
        address: Of its scheduler ("tcp://10.0.0.1:8786").
        opener: Opens what answers, in each worker.

    Raises:
        UsageError: The package is missing, or the address is none.
        FactcheckError: The cluster cannot be reached, has no worker, or a worker cannot do the job.
    """

    def __init__(self, asking: Asking, address: str, *, opener: OpenAsker = open_asker) -> None:
        self._address = address
        self._job = _describe_job(asking, opener)
        self._client = join_cluster(address, find_problem, self._job)
        workers = len(self._client.nthreads())
        self.name = f"{workers} worker{'s' * (workers != 1)} at {address}"

    def run(self, tasks: Iterator[Task]) -> Iterator[Done]:
        """Yield one `Done` for each task; see `Workers.run`."""
        flight = Flight(self._client, self._job, self._address)
        stopped: Stopped | None = None
        try:
            while True:
                if stopped is None:
                    flight.fill(tasks)
                if not flight.pending:
                    break
                found = flight.land()
                if isinstance(found, Stopped):
                    stopped = stopped or found
                elif found is not None:
                    yield found
        finally:
            flight.cancel()
        if stopped is not None:
            raise stopped

    def close(self) -> None:
        """Leave the cluster; it goes on without us."""
        self._client.close()


class Flight:
    """The tasks that are at the cluster."""

    def __init__(self, client: Client, job: Job, address: str) -> None:
        self.pending: dict[Future, Task] = {}
        self._client = client
        self._job = job
        self._address = address
        self._landed: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self._suspects: deque[Task] = deque()
        self._alone: set[int] = set()
        self._room = 1
        self._looked = float("-inf")
        self._seen = time.monotonic()

    def fill(self, tasks: Iterator[Task]) -> None:
        """Send tasks until every thread of the cluster has one in hand and one in store."""
        if time.monotonic() - self._looked > LOOK_SECONDS:
            self._look()
        while len(self.pending) < self._room:
            task = next(tasks, None)
            if task is not None:
                self._send(task)
                continue
            if self._suspects and not self.pending:
                suspect = self._suspects.popleft()
                self._alone.add(suspect.position)
                self._send(suspect)
            return

    def _send(self, task: Task) -> None:
        # Not pure: two equal questions are two tasks, and each gets its record.
        future = self._client.submit(answer_there, task, self._job, pure=False)
        self.pending[future] = task
        future.add_done_callback(self._landed.put)

    def land(self) -> Done | Stopped | None:
        """Wait for a task and return what came of it, or None where nothing has come yet.

        Raises:
            FactcheckError: The cluster is gone, or a worker cannot do the job.
        """
        try:
            future = self._landed.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            self._look()
            return None
        task = self.pending.pop(future)
        if future.status == "finished":
            found = future.result()
            if isinstance(found, FactcheckError) and not isinstance(found, Stopped):
                raise found
            assert isinstance(found, Done | Stopped)
            return found
        if future.status == "error":
            return self._explain(task, future.exception())
        raise gone(self._address)

    def cancel(self) -> None:
        """Give up what is at the cluster."""
        if self.pending:
            with contextlib.suppress(Exception):  # a cluster that is gone has nothing to give up
                self._client.cancel(list(self.pending), force=True)
            self.pending.clear()

    def _look(self) -> None:
        """Count the cluster's threads; raise where there have been none for long."""
        try:
            threads = sum(self._client.nthreads().values())
        except Exception as error:  # the client raises whatever its transport does
            raise gone(self._address) from error
        self._looked = time.monotonic()
        if threads:
            self._seen = self._looked
            self._room = AHEAD * threads
        elif self._looked - self._seen > DESERTED_SECONDS:
            raise deserted(self._address)

    def _explain(self, task: Task, error: BaseException) -> Done | None:
        from distributed import KilledWorker

        if isinstance(error, KilledWorker):
            if task.position not in self._alone:
                # Tasks in store of the workers that died are blamed too; each is tried alone at the end.
                self._suspects.append(task)
                return None
            said = f"{error.allowed_failures + 1} workers died while they read it"
            hint = "Look into the workers' logs; if memory is short, give each fewer threads."
            return refuse(task, Failure("answer", said, True, hint), self._job.asking.settings)
        raise refused("a worker", error) from None


def _describe_job(asking: Asking, opener: OpenAsker) -> Job:
    """Return what the workers must agree on; nothing of it depends on where a worker runs."""
    from factcheck.answering.engines import choose_engine
    from factcheck.index.store import Store

    # A worker without an endpoint must refuse, not answer with the other engine.
    engine = choose_engine(asking.engine or asking.settings.engine)
    index = Path(asking.settings.index).absolute()
    with contextlib.closing(Store.open(index)) as store:
        fingerprint = store.fingerprint()
    settings = replace(asking.settings, index=str(index), threads=asking.settings.threads or 1)
    return Job(replace(asking, settings=settings, engine=engine), __version__, fingerprint, opener)
