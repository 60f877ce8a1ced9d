"""Say why a row is wrong: the first stage that lost the right answer.

    indexed? → retrieved? → ranked where the engine reads? → read right? → cited right?

Looked at are the gold sentences of what is missing: where one of two asked-for names was not given, the
sentences that hold it, not those of the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from factcheck.evaluation.metrics.matching import contains, covers, meets
from factcheck.evaluation.records import GoldCitation, Judgement, Miss, Place, Trace

LONGEST_QUOTE = 60

Gold = tuple[GoldCitation, tuple[Place, ...]]


def find_miss(judgement: Judgement, values: Mapping[str, float | None]) -> Miss | None:
    """Return why a row is wrong, or None where it is right.

    Args:
        judgement: The row.
        values: Its metrics; "right" and "answer_correctness" are looked at.
    """
    record, case = judgement.record, judgement.case
    if record["outcome"] == "failed":
        failure = record["failure"]
        return Miss("failed", f"{failure['stage']}: {failure['error']}")
    if values.get("right") == 1.0:
        return None
    if case.kind == "claim":
        expected, given = case.verdict, record["verdict"]
        lost = _lost_before_reading(judgement, _gold(judgement))
        return lost or Miss("judged_wrong", f"the verdict is {given}, right is {expected}")
    if not case.answerable:
        return Miss("answered_wrong", f"the articles do not say, and it answered {_shown(record)}")
    if values.get("answer_correctness") == 1.0:
        return _explain_citations(judgement)
    gold = _gold_of_missing(judgement)
    lost = _lost_before_reading(judgement, gold)
    if lost is not None:
        return lost
    where = _where(judgement.trace, gold)
    if record["outcome"] == "abstained":
        return Miss("abstained_wrong", f"{where}, and it abstained: {record['abstention']['explanation']}")
    forbidden = [name for name in case.forbidden if contains(str(record["short_answer"] or ""), name)]
    if forbidden:
        return Miss("read_wrong", f"the short answer {_shown(record)} must not name {', '.join(forbidden)}")
    return Miss("read_wrong", f"{where}, and it answered {_shown(record)}")


def _gold(judgement: Judgement) -> list[Gold]:
    return list(zip(judgement.case.citations, judgement.gold, strict=True))


def _gold_of_missing(judgement: Judgement) -> list[Gold]:
    """Return the gold citations that hold what the answer lacks; all of them where none can be told apart."""
    gold, record = _gold(judgement), judgement.record
    text = f"{record.get('short_answer') or ''}\n{record.get('answer') or ''}"
    missing = [group for group in judgement.case.answers if not meets(text, [group])]
    holding = [item for item in gold if any(contains(item[0].quote, alias) for group in missing for alias in group)]
    return holding or gold


def _lost_before_reading(judgement: Judgement, gold: Sequence[Gold]) -> Miss | None:
    """Return the miss of indexing, retrieval or ranking, or None where a gold sentence reached the engine."""
    if not gold:
        return None
    if not any(places for _, places in gold):
        return Miss("not_indexed", f"no indexed sentence holds the gold {_quote(gold[0][0])}")
    trace = judgement.trace
    if trace is None:
        return None
    best = _best_rank(trace, gold)
    if best is None:
        return Miss("not_retrieved", f"{_name(gold)} is not among the {len(trace.hits)} hits")
    if best > trace.read:
        return Miss(
            "ranked_low", f"{_name(gold)} was hit {best} of {len(trace.hits)}, the engine surely reads {trace.read}"
        )
    return None


def _explain_citations(judgement: Judgement) -> Miss:
    """Say which gold was not cited, and where it was among the hits."""
    record = judgement.record
    cited = record["citations"]
    uncited = [item for item in _gold(judgement) if not any(covers(each, item[0], judgement.texts) for each in cited)]
    required = [item for item in uncited if item[0].required]
    gold = required or uncited or _gold(judgement)
    files = ", ".join(dict.fromkeys(each["file"] for each in cited)) or "nothing"
    return Miss("cited_wrong", f"the answer is right and cites {files}; {_where(judgement.trace, gold)}")


def _overlap(first: Place, second: Place) -> bool:
    return first.file == second.file and first.start < second.end and second.start < first.end


def _best_rank(trace: Trace, gold: Sequence[Gold]) -> int | None:
    wanted = [place for _, places in gold for place in places]
    ranks = (rank for rank, hit in enumerate(trace.hits, 1) if any(_overlap(hit, place) for place in wanted))
    return next(ranks, None)


def _where(trace: Trace | None, gold: Sequence[Gold]) -> str:
    if not gold:
        return "no gold sentence is given"
    if trace is None:
        return f"{_name(gold)} is in the index"
    best = _best_rank(trace, gold)
    if best is None:
        return f"{_name(gold)} is not among the {len(trace.hits)} hits"
    return f"{_name(gold)} was hit {best} of {len(trace.hits)}"


def _name(gold: Sequence[Gold]) -> str:
    return "the gold sentence" if len(gold) == 1 else f"the best of {len(gold)} gold sentences"


def _quote(citation: GoldCitation) -> str:
    words = " ".join(citation.quote.split())
    return f"“{words if len(words) <= LONGEST_QUOTE else words[:LONGEST_QUOTE] + '…'}” of {citation.file}"


def _shown(record: Mapping[str, Any]) -> str:
    words = " ".join(str(record["short_answer"] or record["answer"]).split())
    return f"“{words if len(words) <= LONGEST_QUOTE else words[:LONGEST_QUOTE] + '…'}”"
