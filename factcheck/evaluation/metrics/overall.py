"""Whether a person would call the row right, and how often the machinery fails."""

from __future__ import annotations

from factcheck.evaluation.metrics.answers import score_answer
from factcheck.evaluation.metrics.citations import score_sentence_recall
from factcheck.evaluation.metrics.metric import Metric
from factcheck.evaluation.records import Judgement


def score_right(judgement: Judgement) -> float | None:
    """Return 1 for a right verdict, a due abstention, or a correct answer with its gold cited.

    None where the articles hold none of the gold sentences they should: then nobody can say.
    """
    case, record = judgement.case, judgement.record
    if case.kind == "claim":
        return float(record.get("verdict") == case.verdict)
    if not case.answerable:
        return float(record["outcome"] == "abstained")
    correct = score_answer(judgement)
    if not correct or not case.citations:
        return correct
    recall = score_sentence_recall(judgement)
    return None if recall is None else float(recall == 1.0)


def score_failure(judgement: Judgement) -> float | None:
    """Return whether the record is a failure."""
    return float(judgement.record["outcome"] == "failed")


OVERALL = (
    Metric(
        "right",
        "Right",
        "Share of the rows a person would call right: a correct answer that cites a gold sentence, "
        "an abstention where the articles do not say, the right verdict.",
        "higher",
        "own; after FEVER's score, Thorne et al. 2018 (arXiv:1803.05355)",
        ("question", "claim"),
        score_right,
    ),
    Metric(
        "failure_rate",
        "Failed",
        "Share of the rows that a technical failure left without a result; no other measure of quality counts them.",
        "lower",
        "own",
        ("question", "claim"),
        score_failure,
        counts_failures=True,
    ),
)
