"""Hand-made cases, records and runs for the tests of the evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from factcheck.evaluation.metrics import score_row
from factcheck.evaluation.misses import find_miss
from factcheck.evaluation.records import Evaluation, GoldCitation, GoldenCase, Judgement, Place, RowScore, Trace
from factcheck.evaluation.scoring import summarise

TEXT = "The mayor closed the bridge. The repair costs 12 million. The ferry carries 900 people."
SENTENCES = (Place("a.txt", 0, 28), Place("a.txt", 29, 57), Place("a.txt", 58, 87))


def quote(number: int) -> str:
    return TEXT[SENTENCES[number].start : SENTENCES[number].end]


def case(**changes: Any) -> GoldenCase:
    given: dict[str, Any] = {
        "id": "q1",
        "line": 1,
        "question": "What does the repair cost?",
        "answers": (("12 million",),),
        "citations": (GoldCitation("a.txt", quote(1)),),
        "answerable": True,
        **changes,
    }
    return GoldenCase(**given)


def claim(verdict: str = "supported", **changes: Any) -> GoldenCase:
    given: dict[str, Any] = {
        "id": "c1",
        "line": 1,
        "claim": "The repair costs 12 million.",
        "verdict": verdict,
        "citations": (GoldCitation("a.txt", quote(1)),),
        **changes,
    }
    return GoldenCase(**given)


def cite(number: int) -> dict[str, Any]:
    place = SENTENCES[number]
    return {
        "id": 1, "file": place.file, "start": place.start, "end": place.end, "line": 1, "quote": quote(number),
        "speaker": None, "via": None, "origin": "o1",
    }  # fmt: skip


def _record(outcome: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": "q1", "outcome": outcome, "answer": "", "short_answer": None, "citations": [], "abstention": None,
        "failure": None, "origins": {"files": 0, "independent": 0},
        "engine": {"name": "embedded", "model": "m", "endpoint": None}, "timing_ms": {"total": 5.0},
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "cost_usd": None},
        "provenance": {"index": "f", "settings": "s", "prompts": {}, "version": "0"},
        **changes,
    }  # fmt: skip


def answered(short: str, *cited: int) -> dict[str, Any]:
    return _record("answered", answer=f"{short} [1].", short_answer=short, citations=[cite(n) for n in cited])


def abstained() -> dict[str, Any]:
    abstention = {"reason": "no_evidence", "explanation": "None says what it costs.", "closest": []}
    return _record("abstained", abstention=abstention)


def failed() -> dict[str, Any]:
    return _record("failed", failure={"stage": "answer", "error": "it timed out", "retryable": True, "hint": ""})


def checked(verdict: str) -> dict[str, Any]:
    return _record("checked", claim="x", verdict=verdict, attributed_only=False, confidence=0.9, evidence=[])


def judgement(
    asked: GoldenCase,
    record: Mapping[str, Any],
    *,
    hits: Sequence[int] | None = (0, 1, 2),
    read: int = 2,
    indexed: Sequence[int] = (0, 1, 2),
) -> Judgement:
    places = [SENTENCES[number] for number in indexed]
    gold = tuple(
        tuple(place for place in places if TEXT[place.start : place.end] == each.quote) for each in asked.citations
    )
    trace = None if hits is None else Trace(tuple(SENTENCES[number] for number in hits), read)
    return Judgement(asked, record, gold, trace, {"a.txt": TEXT})


def row(id: str, right: bool, *, outcome: str = "answered", asked: str = "What?", digest: str = "d") -> RowScore:
    """A row of an answerable question, right or wrong in every respect."""
    found = judgement(case(id=id), answered("12 million", 1) if right else answered("900", 2))
    if outcome == "failed":
        found = judgement(case(id=id), failed())
    scored = score_row(found)
    miss = find_miss(found, scored.values)
    return RowScore(
        id, scored.kind, scored.tags, scored.outcome, scored.values, scored.right, miss, scored.label, asked, digest
    )


def run(rows: Sequence[RowScore], **provenance: Any) -> Evaluation:
    return summarise("golden.jsonl", rows, provenance, seed=0)
