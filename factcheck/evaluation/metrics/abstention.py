"""Whether the engine keeps silent at the right questions, and knows when it may be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from factcheck.evaluation.metrics.metric import Metric
from factcheck.evaluation.metrics.overall import score_right
from factcheck.evaluation.records import Judgement, RowScore

if TYPE_CHECKING:
    from factcheck.evaluation.statistics import Numbers


def score_abstention_precision(judgement: Judgement) -> float | None:
    """Return whether an abstention was due; None where the engine answered."""
    return float(not judgement.case.answerable) if judgement.record["outcome"] == "abstained" else None


def score_abstention_recall(judgement: Judgement) -> float | None:
    """Return whether a question without an answer got an abstention."""
    return None if judgement.case.answerable else float(judgement.record["outcome"] == "abstained")


def score_wrong_abstention(judgement: Judgement) -> float | None:
    """Return whether a question with an answer got an abstention."""
    return float(judgement.record["outcome"] == "abstained") if judgement.case.answerable else None


def score_risk(judgement: Judgement) -> float | None:
    """Return 1 for a wrong answer, 0 for a right one; None without an answer or without a confidence."""
    if judgement.record["outcome"] != "answered" or judgement.record.get("confidence") is None:
        return None
    right = score_right(judgement)
    return None if right is None else 1.0 - right


def read_confidence(row: RowScore) -> float:
    """Return how sure the engine was of a row."""
    return float(row.label["confidence"])


def selective_risks(risk: Numbers, confidence: Numbers) -> Numbers:
    """Return the share of wrong answers among the 1, 2, 3, … that the engine is surest of.

    Rows of one confidence stay in their order. Rows without a value come last and count for nothing:
    their places hold the risk of all others.
    """
    import numpy as np

    order = np.argsort(np.where(np.isnan(risk), np.inf, -confidence), axis=-1, kind="stable")
    ranked = np.take_along_axis(risk, order, axis=-1)
    known = ~np.isnan(ranked)
    wrong = np.cumsum(np.where(known, ranked, 0.0), axis=-1)
    risks: Numbers = wrong / np.maximum(np.cumsum(known, axis=-1), 1)
    return risks


def area_under_risk(risk: Numbers, confidence: Numbers) -> Numbers:
    """Return the mean of the risks over all coverages; nan where no row has a value."""
    import numpy as np

    known = ~np.isnan(risk)
    count = known.sum(axis=-1)
    # Rows without a value are ranked behind the others, so the first `count` places are those that count.
    counted = np.arange(risk.shape[-1]) < count[..., None]
    total = np.where(counted, selective_risks(risk, confidence), 0.0).sum(axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


ABSTENTION = (
    Metric(
        "abstention_precision",
        "Abstentions that were due",
        "Share of the abstentions that were at questions the articles do not answer.",
        "higher",
        "SQuAD 2.0, Rajpurkar et al. 2018 (arXiv:1806.03822)",
        ("question",),
        score_abstention_precision,
        by_outcome=True,
    ),
    Metric(
        "abstention_recall",
        "Unanswerable left unanswered",
        "Share of the questions the articles do not answer at which the engine abstained.",
        "higher",
        "SQuAD 2.0, Rajpurkar et al. 2018 (arXiv:1806.03822)",
        ("question",),
        score_abstention_recall,
    ),
    Metric(
        "wrong_abstention_rate",
        "Answerable left unanswered",
        "Share of the answerable questions at which the engine abstained.",
        "lower",
        "own",
        ("question",),
        score_wrong_abstention,
    ),
    Metric(
        "aurc",
        "Risk over coverage",
        "Share of wrong answers, averaged over answering only the surest question, the two surest, … all of them: "
        "low where the engine is unsure of what it gets wrong.",
        "lower",
        "Geifman & El-Yaniv 2017 (arXiv:1705.08500)",
        ("question",),
        score_risk,
        fold=area_under_risk,
        labels=(read_confidence,),
        by_outcome=True,
    ),
)
