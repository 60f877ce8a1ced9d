"""Whether what is cited supports the answer, and whether it is quoted exactly.

Gold sentences are alternatives unless the golden set requires them, so recall asks for the required ones,
and for any one where none is required. A gold quote that its article does not hold counts for nothing.
"""

from __future__ import annotations

from factcheck.evaluation.metrics.matching import cited, covers, usable_gold
from factcheck.evaluation.metrics.metric import Metric
from factcheck.evaluation.records import Judgement

ALCE = "ALCE, Gao et al. 2023 (arXiv:2305.14627), by gold sentences instead of entailment"


def score_file_precision(judgement: Judgement) -> float | None:
    """Return the share of citations into a gold file; None where nothing is cited."""
    files = {gold.file for gold in usable_gold(judgement)}
    return _share([citation["file"] in files for citation in cited(judgement)]) if files else None


def score_file_recall(judgement: Judgement) -> float | None:
    """Return the share of gold files that are cited; any one is enough where none is required."""
    gold = usable_gold(judgement)
    if not gold:
        return None
    given = {citation["file"] for citation in cited(judgement)}
    required = {item.file for item in gold if item.required}
    if required:
        return len(required & given) / len(required)
    return float(any(item.file in given for item in gold))


def score_sentence_precision(judgement: Judgement) -> float | None:
    """Return the share of citations that cover a gold sentence; None where nothing is cited."""
    gold = usable_gold(judgement)
    if not gold:
        return None
    return _share([any(covers(citation, item, judgement.texts) for item in gold) for citation in cited(judgement)])


def score_sentence_recall(judgement: Judgement) -> float | None:
    """Return the share of gold sentences that are cited; any one is enough where none is required."""
    gold = usable_gold(judgement)
    if not gold:
        return None
    hit = {item: any(covers(citation, item, judgement.texts) for citation in cited(judgement)) for item in gold}
    required = [found for item, found in hit.items() if item.required]
    return _share(required) if required else float(any(hit.values()))


def score_first_citation(judgement: Judgement) -> float | None:
    """Return whether the first citation covers a gold sentence; None where nothing is cited."""
    gold, first = usable_gold(judgement), cited(judgement)[:1]
    if not gold or not first:
        return None
    return float(any(covers(first[0], item, judgement.texts) for item in gold))


def score_exactness(judgement: Judgement) -> float | None:
    """Return the share of quotes that are the text at their offsets; a file without a text has none of them."""
    record, texts = judgement.record, judgement.texts
    shown = [*(record.get("citations") or ()), *(record.get("evidence") or ())]
    if not texts:
        return None
    return _share(
        [
            citation["file"] in texts
            and texts[citation["file"]][citation["start"] : citation["end"]] == citation["quote"]
            for citation in shown
        ]
    )


def _share(marks: list[bool]) -> float | None:
    return sum(marks) / len(marks) if marks else None


CITATIONS = (
    Metric(
        "citation_precision_sentence",
        "Citations that support",
        "Share of the cited sentences that are gold sentences.",
        "higher",
        ALCE,
        ("question", "claim"),
        score_sentence_precision,
        by_outcome=True,
    ),
    Metric(
        "citation_recall_sentence",
        "Support that is cited",
        "Share of the gold sentences asked for that are cited; one is enough where any of them would do.",
        "higher",
        ALCE,
        ("question", "claim"),
        score_sentence_recall,
    ),
    Metric(
        "citation_precision_file",
        "Cited files that support",
        "Share of the citations that point into a file with a gold sentence.",
        "higher",
        ALCE,
        ("question", "claim"),
        score_file_precision,
        by_outcome=True,
    ),
    Metric(
        "citation_recall_file",
        "Supporting files that are cited",
        "Share of the gold files asked for that are cited; one is enough where any of them would do.",
        "higher",
        ALCE,
        ("question", "claim"),
        score_file_recall,
    ),
    Metric(
        "first_citation_gold",
        "First citation supports",
        "Share of the answers whose first citation is a gold sentence.",
        "higher",
        "own; precision at rank 1",
        ("question", "claim"),
        score_first_citation,
        by_outcome=True,
    ),
    Metric(
        "quote_exactness",
        "Quotes exact",
        "Share of the quotes that are, letter for letter, the text at the place they point to.",
        "higher",
        "own",
        ("question", "claim"),
        score_exactness,
        by_outcome=True,
    ),
)
