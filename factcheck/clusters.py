"""Join a Dask cluster: the extra `dask`.

What is done there is none of this module's business (batch/dask.py answers questions, index/dask.py reads articles).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from factcheck import __version__
from factcheck.errors import FactcheckError, UsageError

# `distributed` has no types for most of its methods.
Client = Any

CONNECT_SECONDS = 8
# How long a cluster may be without a worker, at the beginning and later on.
WORKER_SECONDS = 8
DESERTED_SECONDS = 60.0
# How often the cluster is looked at while nothing comes.
LOOK_SECONDS = 5.0
INSTALL = 'Install it: pip install "factcheck[dask]"'


def join_cluster(address: str, find_problem: Callable[..., object], *job: object) -> Client:
    """Return a client of a cluster whose workers can do a job.

    Args:
        address: Of its scheduler ("tcp://10.0.0.1:8786").
        find_problem: Says in a worker why it cannot do the job, or None.
        *job: What it is given.

    Raises:
        UsageError: The package is missing, or the address is none.
        FactcheckError: The cluster cannot be reached, has no worker, or a worker cannot do the job.
    """
    client = _connect(address)
    try:
        _await_worker(client, address)
        for worker, found in sorted(client.run(find_problem, *job, on_error="return").items()):
            if found is not None:
                raise refused(f"worker {worker}", found)
    except BaseException:
        client.close()
        raise
    return client


def refused(worker: str, error: BaseException) -> FactcheckError:
    """Return the error that a worker's refusal is to the user."""
    if isinstance(error, FactcheckError):
        return type(error)(f"{worker}: {error.message}", hint=error.hint, retryable=error.retryable)
    if isinstance(error, ImportError):
        return FactcheckError(
            f"{worker} lacks a package: {error}",
            hint=f"Install there what is installed here: factcheck {__version__}.",
        )
    return FactcheckError(f"{worker} failed: {type(error).__name__}: {error}", hint="Look into its log.")


def gone(address: str) -> FactcheckError:
    """Return the error for a scheduler that ended."""
    return FactcheckError(
        f"the Dask scheduler at {address} is gone",
        hint="Start it and run the same command: it goes on.",
        retryable=True,
    )


def deserted(address: str) -> FactcheckError:
    """Return the error for a cluster that has been without a worker for long."""
    return FactcheckError(
        f"the cluster at {address} has no worker left",
        hint="Start workers and run the same command: it goes on.",
        retryable=True,
    )


def other_version(version: str) -> FactcheckError | None:
    """Say in a worker that its factcheck is not the client's, or None."""
    if version == __version__:
        return None
    return FactcheckError(
        f"it has factcheck {__version__}, and the job is one of {version}",
        hint="Install the same version everywhere.",
    )


def _connect(address: str) -> Client:
    try:
        import distributed  # the extra `dask`; a second of imports
    except ImportError as error:
        raise UsageError("--dask needs the package distributed", hint=INSTALL) from error
    try:
        connect: Any = distributed.Client
        return connect(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise FactcheckError(
            f"no Dask scheduler can be reached at {address}",
            hint="Start one with `dask scheduler`, and give the address that it prints.", retryable=True,
        ) from error  # fmt: skip
    except Exception as error:  # each transport has errors of its own for an address that is none
        raise UsageError(
            f"{address} is not the address of a Dask scheduler: {error}",
            hint="It looks like tcp://10.0.0.1:8786; `dask scheduler` prints it.",
        ) from error


def _await_worker(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=WORKER_SECONDS)
    except TimeoutError as error:
        raise FactcheckError(
            f"the Dask cluster at {address} has no worker",
            hint=f"Start some: dask worker {address}", retryable=True,
        ) from error  # fmt: skip
