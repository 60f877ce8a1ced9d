"""Whether retrieval finds the gold sentences and how high it ranks them; measured by ir_measures.

The qrels of a case are the indexed sentences that hold a gold quote, all of one grade. A gold quote that
no indexed sentence holds is one more that can never be found. Over all cases that have gold, whatever
was answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from factcheck.evaluation.metrics.matching import usable
from factcheck.evaluation.metrics.metric import Metric
from factcheck.evaluation.records import Judgement, Place

NAMES = {
    "recall_at_1": "R@1",
    "recall_at_5": "R@5",
    "recall_at_10": "R@10",
    "recall_at_20": "R@20",
    "success_at_10": "Success@10",
    "mrr": "RR",
    "ndcg_at_10": "nDCG@10",
}


@lru_cache(maxsize=64)
def rank(gold: tuple[tuple[Place, ...], ...], hits: tuple[Place, ...]) -> Mapping[str, float]:
    """Return every retrieval measure of one case, by the name of its metric."""
    import ir_measures

    measures = {ir_measures.parse_measure(short): name for name, short in NAMES.items()}
    # Two gold quotes may stand in one sentence; it is one document.
    held = {_document(place) for places in gold for place in places}
    lost = {f"not indexed {number}" for number, places in enumerate(gold) if not places}
    qrels = [ir_measures.Qrel("case", document, 1) for document in sorted(held | lost)]
    # The order is the ranking: scores of different stages need not fall from one to the next.
    run = [ir_measures.ScoredDoc("case", _document(hit), -float(place)) for place, hit in enumerate(hits)]
    if not run:
        return dict.fromkeys(NAMES, 0.0)
    return {measures[found.measure]: float(found.value) for found in ir_measures.iter_calc(measures, qrels, run)}


def _document(place: Place) -> str:
    return f"{place.file}:{place.start}-{place.end}"


def _score(name: str) -> Callable[[Judgement], float | None]:
    def score(judgement: Judgement) -> float | None:
        if not judgement.gold or judgement.trace is None:
            return None
        cited = zip(judgement.case.citations, judgement.gold, strict=True)
        gold = tuple(places for citation, places in cited if usable(citation, judgement.texts))
        if not gold:
            return None
        return rank(gold, judgement.trace.hits)[name]

    return score


def _metric(name: str, title: str, meaning: str, source: str) -> Metric:
    return Metric(name, title, meaning, "higher", source, ("question", "claim"), _score(name))


RETRIEVAL = (
    *(
        _metric(
            f"recall_at_{depth}",
            f"Found in the first {depth}" if depth > 1 else "Found first",
            f"Share of the gold sentences that are among the first {depth} hits.",
            "TREC; trec_eval through ir_measures (R)",
        )
        for depth in (1, 5, 10, 20)
    ),
    _metric(
        "success_at_10",
        "Any found in the first 10",
        "Share of the cases with at least one gold sentence among the first 10 hits.",
        "TREC; trec_eval through ir_measures (Success)",
    ),
    _metric(
        "mrr",
        "Rank of the first gold",
        "One divided by the rank of the first gold sentence: 1 for first, 1/2 for second, 0 for not found.",
        "TREC QA, Voorhees 1999; trec_eval through ir_measures (RR)",
    ),
    _metric(
        "ndcg_at_10",
        "Order of the first 10",
        "How near the first 10 hits are to having all gold sentences on top.",
        "Järvelin & Kekäläinen 2002 (doi:10.1145/582415.582418); trec_eval through ir_measures (nDCG)",
    ),
)
