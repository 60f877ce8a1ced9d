"""Set the figures of two runs side by side, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from factcheck.evaluation.metrics.metric import Metric
from factcheck.evaluation.metrics.scoring import METRICS, seed_of
from factcheck.evaluation.records import Difference, RowScore
from factcheck.evaluation.statistics import RESAMPLES, paired_difference

# A difference that chance alone makes less often than this is called one.
SIGNIFICANT = 0.05


def find_differences(
    before: Sequence[RowScore],
    after: Sequence[RowScore],
    *,
    seed: int,
    resamples: int = RESAMPLES,
    metrics: Sequence[Metric] = METRICS,
) -> tuple[Difference, ...]:
    """Compare two runs metric by metric over the rows that both have.

    Both figures are over the rows with a value in both runs, or in either run for a metric whose rows
    depend on what was answered. A row that failed in one run is left out of both, except where failures
    count. "better" and "worse" need a p below 0.05; all else is "same".

    Args:
        before: Rows of the baseline.
        after: Rows of the run.
        seed: Of the resampling.
        resamples: How many.
        metrics: Which ones.

    Returns:
        One difference for each metric, in their order.
    """
    earlier = {row.id: row for row in before}
    pairs = [(earlier[row.id], row) for row in after if row.id in earlier]
    return tuple(_compare(metric, pairs, seed, resamples) for metric in metrics)


def _compare(metric: Metric, pairs: Sequence[tuple[RowScore, RowScore]], seed: int, resamples: int) -> Difference:
    used = [pair for pair in pairs if _comparable(metric, *pair)]
    first, second = [pair[0] for pair in used], [pair[1] for pair in used]
    before, after = _value(metric, first), _value(metric, second)
    found = None
    if before is not None and after is not None:
        tables = metric.columns(first), metric.columns(second)
        found = paired_difference(tables[0], tables[1], metric.fold, seed=seed_of(metric, seed), resamples=resamples)
    return Difference(
        name=metric.name,
        before=before,
        after=after,
        change=None if before is None or after is None else after - before,
        low=found.low if found else None,
        high=found.high if found else None,
        p=found.p if found else None,
        rows=len(used),
        verdict=_judge(metric, found.change, found.p) if found else "unknown",
    )


def _comparable(metric: Metric, first: RowScore, second: RowScore) -> bool:
    if not metric.counts_failures and "failed" in (first.outcome, second.outcome):
        return False
    has = [row.values.get(metric.name) is not None for row in (first, second)]
    return any(has) if metric.by_outcome else all(has)


def _value(metric: Metric, rows: Sequence[RowScore]) -> float | None:
    scored = [row for row in rows if row.values.get(metric.name) is not None]
    return float(metric.fold(*metric.columns(scored))) if scored else None


def _judge(metric: Metric, change: float, p: float) -> Literal["better", "worse", "same"]:
    if p >= SIGNIFICANT or change == 0:
        return "same"
    return "better" if (change > 0) == (metric.direction == "higher") else "worse"
