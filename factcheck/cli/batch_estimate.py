"""Show what a batch would take."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from factcheck.cli.terminal import Step, progress, show
from factcheck.presentation.text import plural

if TYPE_CHECKING:
    from factcheck.batch.estimate import Amount, Estimate
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
            files=asking.files,
            as_of=asking.as_of,
            workers=flags["concurrency"] or count_cores(),
            discount=HALF if flags["provider_batch"] else 0.0,
            seed=flags["seed"],
            progress=lambda done, total: advance(Step("estimating", done, total)),
        )
    spent = jobs.spent()
    lines = list(_describe(found))
    if spent.tokens:
        lines.append(f"So far the job used {spent.tokens:,} tokens and {spent.cost_usd:.4f} USD.")
    show("\n".join([*lines, "Nothing was answered."]))


def _describe(found: Estimate) -> list[str]:
    asked = f"{plural(found.items, 'input')} to do: {plural(found.questions, 'question')}"
    if found.claims:
        asked += f", {plural(found.claims, 'claim')} (which cannot be checked yet)"
    if found.unusable:
        asked += f", {found.unusable:,} that cannot be used"
    lines = [f"{asked}."]
    if found.engine == "openai" and found.prompt_tokens is not None:
        lines += _describe_cost(found)
    if found.seconds is not None and found.questions:
        at_once = f", {found.workers} at a time" if found.workers > 1 else ""
        lines.append(f"Time: about {_range(found.seconds, _time)}{at_once}.")
    if found.questions and not found.exact:
        lines.append(f"Estimated from {plural(found.sampled, 'question')}.")
    return lines


def _describe_cost(found: Estimate) -> list[str]:
    assert found.prompt_tokens is not None and found.completion_tokens is not None
    lines = [
        f"{found.model} at {found.endpoint} would be sent {_range(found.prompt_tokens, _whole)} tokens"
        f" ({found.counter}) and reply with at most {_range(found.completion_tokens, _whole)}."
    ]
    if found.remembered is not None and found.remembered.value:
        lines.append(f"Remembered, at no cost: {_range(found.remembered, _whole)} replies.")
    price = "its price is not known" if found.cost_usd is None else f"at most {_range(found.cost_usd, _money)} USD"
    return [*lines, f"Cost: {price}."]


def _range(amount: Amount, word: Any) -> str:
    value, low, high = (word(number) for number in (amount.value, amount.low, amount.high))
    return str(value) if low == high else f"{value} ({low} to {high})"


def _whole(number: float) -> str:
    return "any number" if math.isinf(number) else f"{round(number):,}"


def _money(number: float) -> str:
    return "any sum" if math.isinf(number) else f"{number:.4f}"


def _time(seconds: float) -> str:
    if math.isinf(seconds):
        return "any time"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02} min" if minutes else f"{rest} s"
