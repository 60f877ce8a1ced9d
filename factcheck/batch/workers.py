"""Choose who answers a batch: threads for an endpoint, processes for the embedded engine."""

from __future__ import annotations

import os

from factcheck.batch.tasks import Asking, Workers
from factcheck.errors import UsageError
from factcheck.models.cores import count_cores

# What a process of the embedded engine may come to need.
PROCESS_BYTES = 1 << 30
# What a process answers in the time that it takes to start.
PROCESS_ITEMS = 16


def open_workers(asking: Asking, *, concurrency: int | None = None, items: int | None = None) -> Workers:
    """Open the workers that fit the engine.

    Args:
        asking: How every item is asked.
        concurrency: Most questions under way, or None: 8 at an endpoint, one for each core otherwise.
        items: How many there are to answer, where that is known: for few, no further process is started.

    Raises:
        UsageError: The engine cannot be used, or the number is none.
        FactcheckError: The index or a model cannot be used; processes say so when they run.
    """
    from factcheck.answering.engines import choose_engine
    from factcheck.batch.processes import Processes
    from factcheck.batch.threads import THREADS, Threads

    if concurrency is not None and concurrency < 1:
        raise UsageError("--concurrency must be at least 1", hint="Leave it out for a number that fits.")
    if choose_engine(asking.engine or asking.settings.engine) == "openai":
        return Threads(asking, concurrency=concurrency or THREADS)
    processes = concurrency or _fitting_processes(asking.settings.threads)
    if concurrency is None and items is not None:
        processes = min(processes, -(-items // PROCESS_ITEMS))
    if processes <= 1:
        return Threads(asking, concurrency=1)
    return Processes(asking, processes=processes)


def suggest_concurrency(engine: str, threads: int = 0) -> int:
    """Return how many questions at a time leave the other half of the machine, or of the endpoint, to others.

    Args:
        engine: "embedded" or "openai".
        threads: Of the embedded models, as the settings say.
    """
    from factcheck.batch.threads import THREADS

    return max(1, (THREADS if engine == "openai" else _fitting_processes(threads)) // 2)


def _fitting_processes(threads: int) -> int:
    """Return how many processes have a core for each of their threads, and memory."""
    cores = count_cores() // max(threads, 1)
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # not known on this system
        return max(cores, 1)
    return max(min(cores, memory // PROCESS_BYTES), 1)
