"""Who answers a batch, as the command line says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from factcheck.cli.terminal import note
from factcheck.errors import UsageError

if TYPE_CHECKING:
    from factcheck.batch.jobs import Jobs
    from factcheck.batch.provider_standing import Standing
    from factcheck.batch.runner import OpenWorkers
    from factcheck.batch.tasks import Asking, Workers


def check_workers(flags: dict[str, Any]) -> None:
    """Refuse flags that exclude each other, before anything is opened."""
    if flags["dask"] and flags["provider_batch"]:
        raise UsageError("--dask and --provider-batch exclude each other", hint="Leave one of them out.")
    if flags["cancel"] and not flags["provider_batch"]:
        raise UsageError("--cancel is for --provider-batch", hint="Stop any other run with Ctrl-C.")


def choose_workers(jobs: Jobs, flags: dict[str, Any]) -> OpenWorkers:
    """Return what opens the workers; models are loaded only when there is something to answer."""

    def open_them(asking: Asking) -> Workers:
        if flags["provider_batch"]:
            from factcheck.batch.provider import ProviderBatch

            return ProviderBatch(asking, jobs, cancel=flags["cancel"], report=_Teller().tell)
        if flags["dask"]:
            from factcheck.batch.dask import Dask

            return Dask(asking, flags["dask"])
        from factcheck.batch.workers import open_workers

        return open_workers(asking, concurrency=flags["concurrency"], items=jobs.open_count())

    return open_them


class _Teller:
    """Says how a provider's batch stands, when that changes."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}

    def tell(self, standing: Standing) -> None:
        if self._told.get(standing.id) != standing.status:
            self._told[standing.id] = standing.status
            if not standing.id:
                note("preparing the questions for the batch")
                return
            done = f", {standing.completed:,} of {standing.total:,} answered" if standing.total else ""
            note(f"batch {standing.id}: {standing.status}{done}")
