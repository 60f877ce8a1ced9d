"""Render the estimate of a batch for a terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from factcheck.presentation.display import displayable
from factcheck.presentation.text import plural

if TYPE_CHECKING:
    from collections.abc import Callable

    from factcheck.batch.estimate import Amount, Estimate


def render(estimate: Estimate, *, budget_usd: float | None = None) -> str:
    """Return an estimate as text for people.

    Args:
        estimate: Of a batch.
        budget_usd: What may be spent, to say whether it is enough.
    """
    timed = estimate.engine == "embedded" and estimate.sampled
    lines = describe(estimate, budget_usd=budget_usd)
    return "\n".join([*lines, "Nothing was written." if timed else "Nothing was sent."])


def describe(estimate: Estimate, *, budget_usd: float | None = None) -> list[str]:
    """Return an estimate as sentences, without the assurance that nothing was done."""
    lines = [_inputs(estimate)]
    if estimate.questions:
        lines += _endpoint(estimate, budget_usd) if estimate.engine == "openai" else _embedded(estimate)
    if estimate.claims:
        lines.append("Claims are checked by the packaged models, which costs nothing.")
    return lines


def _inputs(estimate: Estimate) -> str:
    parts = [plural(estimate.questions, "question")] if estimate.questions or not estimate.claims else []
    if estimate.claims:
        parts.append(plural(estimate.claims, "claim"))
    if estimate.unusable:
        parts.append(f"{estimate.unusable:,} that cannot be used")
    return f"{plural(estimate.items, 'input')}: {', '.join(parts)}."


def _endpoint(estimate: Estimate, budget_usd: float | None) -> list[str]:
    lines = []
    if estimate.prompt_tokens is not None and estimate.completion_tokens is not None:
        lines.append(
            f"{displayable(estimate.model)} at {displayable(estimate.endpoint or '')} would be sent"
            f" {_range(estimate.prompt_tokens, _count)} tokens ({estimate.counter}) and reply with at most"
            f" {_range(estimate.completion_tokens, _count)}."
        )
    if estimate.remembered is not None and estimate.remembered.value:
        lines.append(f"Replies that are remembered and cost nothing: {_range(estimate.remembered, _count)}.")
    cost = estimate.cost_usd
    if cost is None:
        lines.append("What it costs is not known: the model's price is not.")
    else:
        lines.append(f"It would cost at most {_range(cost, _money)}, with replies of full length.")
        if budget_usd is not None and cost.high > budget_usd:
            sure = "is not enough for the dearest course" if cost.low > budget_usd else "may not be enough"
            lines.append(f"The budget of {budget_usd:g} USD {sure}; the run would stop there and could be continued.")
    lines.append("How long it takes depends on the endpoint.")
    return [*lines, _basis(estimate)]


def _embedded(estimate: Estimate) -> list[str]:
    if estimate.seconds is None:
        return []
    at_a_time = f", {estimate.workers:,} questions at a time" if estimate.workers > 1 else ""
    return [
        f"The embedded engine would take {_range(estimate.seconds, _time)}{at_a_time}, and costs nothing.",
        f"Timed on {plural(estimate.sampled, 'question')}.",
    ]


def _basis(estimate: Estimate) -> str:
    if estimate.exact:
        return "Every prompt was made and counted."
    drawn = plural(estimate.sampled, "question")
    return f"Estimated from {drawn} drawn at random; the total is inside the range 19 times of 20."


def _range(amount: Amount, show: Callable[[float], str]) -> str:
    value, low, high = show(amount.value), show(amount.low), show(amount.high)
    if low == high:
        return value
    return f"about {value}" + (f" ({low} to {high})" if math.isfinite(amount.high) else "")


def _count(value: float) -> str:
    return f"{round(value):,}" if math.isfinite(value) else "?"


def _money(value: float) -> str:
    if not math.isfinite(value):
        return "?"
    return f"{value:,.2f} USD" if value >= 1 else f"{value:.4f} USD"


def _time(value: float) -> str:
    if not math.isfinite(value):
        return "?"
    if value < 90:
        return f"{math.ceil(value)} s"
    minutes = math.ceil(value / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
