"""The other side of `dask.py`: what runs in a worker of a Dask cluster."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from factcheck.batch.asking import Asker, answer
from factcheck.batch.limit import Limit
from factcheck.batch.processes import OpenAsker
from factcheck.batch.tasks import Asking, Done, Task
from factcheck.clusters import other_version
from factcheck.errors import FactcheckError
from factcheck.models.overload import hearing_overload

# How often a task is asked that an endpoint refuses because there are too many.
TRIES = 6


@dataclass(frozen=True, slots=True)
class Job:
    """What every worker has to agree on; it can be pickled.

    Attributes:
        asking: How tasks are asked, with the full path of the index.
        version: Of factcheck.
        index: Fingerprint of the index.
        opener: Opens what answers.
    """

    asking: Asking
    version: str
    index: str
    opener: OpenAsker


def find_problem(job: Job) -> FactcheckError | None:
    """Say why this process cannot do a job, or None."""
    from factcheck.answering.engines import choose_engine
    from factcheck.index.store import Store

    if (problem := other_version(job.version)) is not None:
        return problem
    try:
        choose_engine(job.asking.engine or "auto")
        with contextlib.closing(Store.open(Path(job.asking.settings.index))) as store:
            same = store.fingerprint() == job.index
    except FactcheckError as error:
        return type(error)(error.message, hint=f"{error.hint} On the machine of each worker.".strip())
    hint = "Copy the index to the same path on every machine, or share the folder."
    return None if same else FactcheckError("it has another index under the same path", hint=hint)


_opening = threading.Lock()


@lru_cache(maxsize=1)
def _open(job: Job) -> Asker:
    problem = find_problem(job)
    if problem is not None:
        raise problem
    return job.opener(job.asking)


def answer_there(task: Task, job: Job) -> Done | FactcheckError:
    """Answer a task in a worker; an error that concerns every task is returned, for Dask would log it."""
    try:
        with _opening:
            asker = _open(job)
        return _answer_patiently(task, asker, job.asking)
    except FactcheckError as error:
        return error


def _answer_patiently(task: Task, asker: Asker, asking: Asking) -> Done:
    """Ask again where the endpoint refused because there are too many calls; the worker's thread waits."""
    limit = Limit.at_most(1)
    refusals: list[float | None] = []
    for _ in range(TRIES - 1):
        refusals.clear()
        with hearing_overload(refusals.append):
            done = answer(task, asker, asking)
        failure: Any = done.record.get("failure")
        if not refusals or not failure or not failure["retryable"]:
            return done
        limit = limit.after_overload(time.monotonic(), refusals[-1])
        time.sleep(limit.pause(time.monotonic()))
    return answer(task, asker, asking)
