"""What a row costs in time, tokens and money."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factcheck.evaluation.metrics.metric import Metric
from factcheck.evaluation.records import Judgement

if TYPE_CHECKING:
    from factcheck.evaluation.statistics import Fold, Numbers


def score_latency(judgement: Judgement) -> float | None:
    """Return the milliseconds from question to record."""
    total = (judgement.record.get("timing_ms") or {}).get("total")
    return None if total is None else float(total)


def score_tokens(judgement: Judgement) -> float | None:
    """Return prompt and completion tokens of all model calls."""
    usage = judgement.record.get("usage")
    return None if usage is None else float(usage["prompt_tokens"] + usage["completion_tokens"])


def score_cost(judgement: Judgement) -> float | None:
    """Return US dollars; 0 where no model was called, None where the price is not known."""
    usage = judgement.record.get("usage") or {}
    cost = usage.get("cost_usd")
    if cost is None:
        return 0.0 if usage and score_tokens(judgement) == 0 else None
    return float(cost)


def quantile(share: float) -> Fold:
    """Return the fold that gives the value which this share of the rows does not exceed."""

    def fold(values: Numbers) -> Numbers:
        import numpy as np

        result: Numbers = np.quantile(values, share, axis=-1)
        return result

    return fold


COST = (
    Metric(
        "latency_ms_p50",
        "Time, median",
        "Milliseconds within which half of the rows were done.",
        "lower",
        "own",
        ("question", "claim"),
        score_latency,
        unit="ms",
        fold=quantile(0.5),
    ),
    Metric(
        "latency_ms_p95",
        "Time, 95 %",
        "Milliseconds within which 95 of 100 rows were done.",
        "lower",
        "own",
        ("question", "claim"),
        score_latency,
        unit="ms",
        fold=quantile(0.95),
    ),
    Metric(
        "tokens",
        "Tokens a row",
        "Tokens sent and received for a row, on average; failed rows count too, for they are paid for.",
        "lower",
        "own",
        ("question", "claim"),
        score_tokens,
        unit="tokens",
        counts_failures=True,
    ),
    Metric(
        "cost_usd",
        "Cost a row",
        "US dollars for a row, on average; failed rows count too. Not available where the price is not known.",
        "lower",
        "own",
        ("question", "claim"),
        score_cost,
        unit="usd",
        counts_failures=True,
    ),
)
