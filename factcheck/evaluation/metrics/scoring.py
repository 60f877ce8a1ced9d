"""Score rows and fold them into figures, plots and tables."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from factcheck.evaluation.metrics.abstention import ABSTENTION, read_confidence, selective_risks
from factcheck.evaluation.metrics.answers import ANSWERS
from factcheck.evaluation.metrics.citations import CITATIONS
from factcheck.evaluation.metrics.cost import COST
from factcheck.evaluation.metrics.metric import Metric
from factcheck.evaluation.metrics.overall import OVERALL
from factcheck.evaluation.metrics.retrieval import RETRIEVAL
from factcheck.evaluation.metrics.sources import SOURCES
from factcheck.evaluation.metrics.verdicts import VERDICT
from factcheck.evaluation.records import Judgement, MetricResult, RowScore
from factcheck.evaluation.statistics import RESAMPLES, Interval, bootstrap_interval

METRICS: tuple[Metric, ...] = (
    *OVERALL,
    *ANSWERS,
    *CITATIONS,
    *ABSTENTION,
    *VERDICT,
    *SOURCES,
    *RETRIEVAL,
    *COST,
)


def score_row(judgement: Judgement) -> RowScore:
    """Score one row by every metric; a metric that does not apply, or cannot be computed, gives None."""
    case, record = judgement.case, judgement.record
    failed = record["outcome"] == "failed"
    values = {
        metric.name: metric.score(judgement)
        if case.kind in metric.kinds and (metric.counts_failures or not failed)
        else None
        for metric in METRICS
    }
    return RowScore(
        id=case.id,
        kind=case.kind,
        tags=case.tags,
        outcome=record["outcome"],
        values=values,
        right=values["right"] == 1.0,
        label=_label(judgement, failed=failed),
    )


def _label(judgement: Judgement, *, failed: bool) -> Mapping[str, Any]:
    case, record = judgement.case, judgement.record
    if case.kind == "claim":
        expected, given = case.verdict, record["outcome"] if failed else record.get("verdict")
    else:
        expected, given = "answered" if case.answerable else "abstained", record["outcome"]
    return {"expected": expected, "given": given, "confidence": record.get("confidence")}


def aggregate(
    rows: Sequence[RowScore], *, seed: int, resamples: int = RESAMPLES, metrics: Sequence[Metric] = METRICS
) -> tuple[MetricResult, ...]:
    """Fold rows into metrics, with its 95 % bootstrap interval.

    Args:
        rows: Of a run, or of one tag.
        seed: Of the resampling; the same rows and seed give the same interval.
        resamples: How many; 0 leaves the intervals out.
        metrics: Which ones.

    Returns:
        One result for each metric, in their order.
    """
    return tuple(_fold(metric, rows, seed, resamples) for metric in metrics)


def _fold(metric: Metric, rows: Sequence[RowScore], seed: int, resamples: int) -> MetricResult:
    scored = [row for row in rows if row.values.get(metric.name) is not None]
    failed = sum(row.outcome == "failed" and row.values.get(metric.name) is None for row in rows)
    value: float | None = None
    interval: Interval | None = None
    if scored:
        table = metric.columns(scored)
        value = float(metric.fold(*table))
        if resamples:
            own, share = seed_of(metric, seed), metric.unit == "share"
            interval = bootstrap_interval(table, metric.fold, seed=own, resamples=resamples, share=share)
    return MetricResult(
        name=metric.name,
        value=value,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        direction=metric.direction,
        scored=len(scored),
        unscored=len(rows) - len(scored) - failed,
        failed=failed,
    )


def seed_of(metric: Metric, seed: int) -> int:
    """Return a seed of the metric's own, so that adding a metric changes no other."""
    return zlib.crc32(f"{seed} {metric.name}".encode())


def curves(rows: Sequence[RowScore]) -> Mapping[str, tuple[tuple[float, float], ...]]:
    """Return the points of the plots; a curve without rows is left out.

    Args:
        rows: Of a run.

    Returns:
        "risk_coverage": share of the questions answered, surest first, and the share of wrong answers among
        them; it ends at the share that was answered. "latency_ms": share of the rows, and the time within
        which they were done.
    """
    found: dict[str, tuple[tuple[float, float], ...]] = {}
    questions = sum(row.kind == "question" and row.outcome != "failed" for row in rows)
    sure = [row for row in rows if row.values.get("aurc") is not None]
    if sure:
        import numpy as np

        risk, confidence = np.array([(row.values["aurc"], read_confidence(row)) for row in sure], dtype=float).T
        risks = selective_risks(risk, confidence)
        found["risk_coverage"] = tuple((place / questions, float(value)) for place, value in enumerate(risks, start=1))
    times = sorted(value for row in rows if (value := row.values.get("latency_ms_p50")) is not None)
    if times:
        found["latency_ms"] = tuple((place / len(times), value) for place, value in enumerate(times, start=1))
    return found


def confusion(rows: Sequence[RowScore]) -> Mapping[str, Mapping[str, Mapping[str, int]]]:
    """Return expected → given → count: "outcome" of the questions and "verdict" of the claims."""
    tables: dict[str, dict[str, Counter[str]]] = {}
    for row in rows:
        table = tables.setdefault("outcome" if row.kind == "question" else "verdict", {})
        table.setdefault(str(row.label["expected"]), Counter())[str(row.label["given"])] += 1
    return {name: {expected: dict(given) for expected, given in table.items()} for name, table in tables.items()}
