"""Show what a batch would take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from factcheck.cli.terminal import Step, progress, show
from factcheck.presentation.estimates import render

if TYPE_CHECKING:
    from factcheck.batch.jobs import Jobs
    from factcheck.batch.tasks import Asking

# What a provider's batch service leaves of the price.
HALF = 0.5


def show_estimate(jobs: Jobs, asking: Asking, flags: dict[str, Any]) -> None:
    """Show what the open inputs of a job would take; nothing is sent to an endpoint."""
    from factcheck.batch.estimate import estimate
    from factcheck.models.cores import count_cores
    from factcheck.pipeline import Corpus

    with Corpus.open(settings=asking.settings) as corpus, progress() as advance:
        found = estimate(
            (task.item for task in jobs.pending()),
            corpus,
            engine=asking.settings.engine,
            workers=flags["concurrency"] or count_cores(),
            discount=HALF if flags["provider_batch"] else 0.0,
            seed=flags["seed"],
            progress=lambda done, total: advance(Step("estimating", done, total)),
            **asking.within,
        )
    spent = jobs.spent()
    before = []
    if spent.tokens:
        before.append(f"So far the job used {spent.tokens:,} tokens and {spent.cost_usd:.4f} USD.")
    budget = flags["budget_usd"] or asking.settings.budget_usd or None
    show("\n".join([*before, render(found, budget_usd=None if budget is None else budget - spent.cost_usd)]))
