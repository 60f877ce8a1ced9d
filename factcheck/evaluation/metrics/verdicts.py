"""Whether a claim got the right verdict."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from factcheck.evaluation.metrics.metric import Metric
from factcheck.evaluation.records import Judgement, RowScore

if TYPE_CHECKING:
    from factcheck.evaluation.statistics import Numbers

VERDICTS = ("supported", "refuted", "conflicting", "not_enough_evidence")


def score_verdict(judgement: Judgement) -> float | None:
    """Return whether the verdict is the gold one."""
    return float(judgement.record.get("verdict") == judgement.case.verdict)


def score_false_supported(judgement: Judgement) -> float | None:
    """Return whether a claim that is not supported was called supported; None for supported ones."""
    if judgement.case.verdict == "supported":
        return None
    return float(judgement.record.get("verdict") == "supported")


def score_attributed_only(judgement: Judgement) -> float | None:
    """Return whether the claim is rightly marked, or not, as what somebody only said."""
    gold = judgement.case.attributed_only
    return None if gold is None else float(judgement.record.get("attributed_only") == gold)


def macro_f1(right: Numbers, expected: Numbers, given: Numbers) -> Numbers:
    """Return the mean F1 of the verdicts that were expected or given."""
    import numpy as np

    total, classes = np.zeros(right.shape[:-1]), np.zeros(right.shape[:-1])
    for label in range(len(VERDICTS)):
        wanted, got = expected == label, given == label
        size = (wanted.sum(axis=-1) + got.sum(axis=-1)).astype(float)
        total += np.where(size > 0, 2 * (wanted & got).sum(axis=-1) / np.maximum(size, 1), 0.0)
        classes += size > 0
    return np.where(classes > 0, total / np.maximum(classes, 1), np.nan)


def _code(label: str) -> Callable[[RowScore], float]:
    def read(row: RowScore) -> float:
        return float(VERDICTS.index(row.label[label]))

    return read


VERDICT = (
    Metric(
        "verdict_accuracy",
        "Verdict right",
        "Share of the claims with the right verdict.",
        "higher",
        "FEVER label accuracy, Thorne et al. 2018 (arXiv:1803.05355)",
        ("claim",),
        score_verdict,
    ),
    Metric(
        "verdict_macro_f1",
        "Verdict, every kind alike",
        "How well each kind of verdict is found and how rarely it is given wrongly, rare kinds counting as much.",
        "higher",
        "AVeriTeC, Schlichtkrull et al. 2023 (arXiv:2305.13117)",
        ("claim",),
        score_verdict,
        fold=macro_f1,
        labels=(_code("expected"), _code("given")),
    ),
    Metric(
        "false_supported_rate",
        "Wrongly called supported",
        "Share of the claims that are not supported but were called so: the error that gets printed.",
        "lower",
        "own",
        ("claim",),
        score_false_supported,
    ),
    Metric(
        "attributed_only_accuracy",
        "Only said, rightly marked",
        "Share of the claims rightly marked, or rightly not, as something that was only said by somebody.",
        "higher",
        "own",
        ("claim",),
        score_attributed_only,
    ),
)
