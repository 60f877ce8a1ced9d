"""Whether the engine knows who is speaking, and how many independent origins there are."""

from __future__ import annotations

from factcheck.evaluation.metrics.matching import cited, covers, same_speaker
from factcheck.evaluation.metrics.metric import Metric
from factcheck.evaluation.records import Judgement


def score_speakers(judgement: Judgement) -> float | None:
    """Return the share of cited gold sentences, among those whose speaker is known, that name this speaker."""
    marks = [
        same_speaker(citation.get("speaker") or "", gold.speaker)
        for citation in cited(judgement)
        for gold in judgement.case.citations
        if gold.speaker is not None and covers(citation, gold, judgement.texts)
    ]
    return sum(marks) / len(marks) if marks else None


def score_origins(judgement: Judgement) -> float | None:
    """Return whether the number of independent origins is the gold one; None where nothing was answered."""
    gold, record = judgement.case.origins, judgement.record
    if gold is None or record["outcome"] == "abstained":
        return None
    return float((record.get("origins") or {}).get("independent") == gold)


SOURCES = (
    Metric(
        "speaker_accuracy",
        "Speaker right",
        "Share of the cited gold sentences, where the golden set says who speaks, that name that speaker.",
        "higher",
        "own; quotation attribution as in Vincent et al. 2023 (arXiv:2307.03734)",
        ("question", "claim"),
        score_speakers,
        by_outcome=True,
    ),
    Metric(
        "origin_accuracy",
        "Origins right",
        "Share of the answers, where the golden set counts the independent origins, that count as many.",
        "higher",
        "own",
        ("question", "claim"),
        score_origins,
        by_outcome=True,
    ),
)
