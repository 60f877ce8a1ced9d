"""A small evaluation over the seeds: one row of every kind, with records as the engines write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from places import SEEDS

from factcheck.evaluation.records import (
    Comparison,
    Difference,
    Evaluation,
    Flip,
    GoldCitation,
    GoldenCase,
    MetricResult,
    Miss,
    RowScore,
)

CHINESE, CNN = "000_4d4c2d312526015d.txt", "001_d26e30d51aa5f213.txt"
TEXTS = {file: (SEEDS / file).read_bytes().decode("utf-8", "replace") for file in (CHINESE, CNN)}
REJECTED = (
    "Chinese Foreign Ministry spokesman Zhao Lijian rejected the reports of the Russian request as"
    " “disinformation” and “malicious.”"
)
DENIED = "The Kremlin has also denied the reports, insisting Russia has all the resources it needs."
ENGINE = {"name": "embedded", "model": "minilm", "endpoint": None}


def cite(quote: str, file: str = CNN, *, number: int = 1, **more: Any) -> dict[str, Any]:
    """Return a citation in its wire form; the text at its offsets is the quote."""
    start = TEXTS[file].index(quote)
    line = TEXTS[file].count("\n", 0, start) + 1
    place = {"id": number, "file": file, "start": start, "end": start + len(quote), "line": line, "quote": quote}
    return {**place, "sha256": "0" * 64, "speaker": None, "via": None, "origin": "o2", **more}


def record(id: str, outcome: str, **fields: Any) -> dict[str, Any]:
    """Return an answer record in its wire form."""
    return {
        "schema": "factcheck/answer/1",
        "id": id,
        "question": f"Question {id}?",
        "outcome": outcome,
        "answer": "",
        "short_answer": None,
        "statements": [],
        "citations": [],
        "origins": {"files": 0, "independent": 0},
        "conflicts": [],
        "abstention": None,
        "failure": None,
        "findings": [],
        "engine": ENGINE,
        "timing_ms": {"retrieve": 20.0, "answer": 30.5, "verify": 0.0, "total": 51.0},
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "cost_usd": None},
        **fields,
    }


ANSWERED = record(
    "g1",
    "answered",
    answer=f"{REJECTED} [1]\n{DENIED} [2]",
    short_answer="Zhao Lijian; Kremlin",
    statements=[
        {"text": REJECTED, "citations": [1], "support": "verbatim"},
        {"text": DENIED, "citations": [2], "support": "unsupported"},
    ],
    citations=[cite(REJECTED, speaker="Zhao Lijian", via="TASS"), cite(DENIED, number=2)],
    origins={"files": 1, "independent": 1},
    conflicts=[
        {"about": "who", "sides": [{"value": "China", "citations": [1]}, {"value": "Kremlin", "citations": [2]}]}
    ],
    findings=[{"check": "quotation", "message": "Quotation marks were taken off.", "statement": None}],
    trace={"hits": [[CNN, 0, 40, 0.9], [CNN, *(cite(REJECTED)[edge] for edge in ("start", "end")), 0.8]], "read": 8},
)
ABSTAINED = {
    "reason": "no_evidence",
    "explanation": "No sentence mentions Zelensky.",
    "closest": [cite(DENIED, number=0)],
    "searched": {"files": 5, "sentences": 150},
}
RECORDS = [
    ANSWERED,
    record("g2", "abstained", abstention=ABSTAINED),
    record("g3", "abstained", abstention=ABSTAINED),
    record(
        "g4",
        "failed",
        failure={"stage": "answer", "error": "The endpoint is down.", "retryable": True, "hint": "Try again."},
    ),
    {
        "schema": "factcheck/check/1",
        "id": "g5",
        "claim": "The Kremlin confirmed it.",
        "outcome": "checked",
        "verdict": "supported",
        "attributed_only": True,
        "confidence": 0.625,
        "explanation": "One article says so.",
        "evidence": [cite(DENIED, stance="refutes")],
        "origins": {"files": 1, "independent": 1},
        "failure": None,
        "engine": ENGINE,
        "timing_ms": {"total": 12.0},
    },
    record("g6", "answered", answer="Unknown.", short_answer="Unknown"),
]
CASES = [
    GoldenCase(
        "g1",
        1,
        question="Who denied the request?",
        answers=(("Zhao Lijian", "Zhao"), ("Peskov", "Kremlin")),
        forbidden=("Liu",),
        citations=(GoldCitation(CNN, REJECTED, required=True, speaker="Zhao Lijian"), GoldCitation(CNN, "not there")),
        answerable=True,
        tags=("who", "list"),
    ),
    GoldenCase(
        "g2", 2, question="Who denied it?", answers=(("Kremlin",),), citations=(GoldCitation(CNN, DENIED),),
        answerable=True, tags=("who",),
    ),
    GoldenCase("g3", 3, question="What did Zelensky say?", answerable=False, tags=("absent",)),
    GoldenCase("g4", 4, question="When?", answers=(("Monday",),), answerable=True, tags=()),
    GoldenCase(
        "g5", 5, claim="The Kremlin confirmed it.", verdict="refuted", citations=(GoldCitation(CNN, DENIED),),
        tags=("claim",),
    ),
    GoldenCase("g6", 6, question="Which?", answers=(("a",),), answerable=True, tags=("who",)),
]  # fmt: skip


def row(id: str, outcome: str, right: bool | None, miss: Miss | None = None, **values: float | None) -> RowScore:
    """Return the row of a case; `right` None is a row without a score."""
    case = next(case for case in CASES if case.id == id)
    judged = None if right is None else float(right)
    return RowScore(
        id=id,
        kind=case.kind,
        tags=case.tags,
        outcome=outcome,
        values={"right": judged, "latency_ms_p50": 51.0, **values},
        right=bool(right),
        miss=miss,
        label={"confidence": 0.5},
        asked=case.question or case.claim or "",
    )


ROWS = (
    row("g1", "answered", True, answer_correctness=1.0),
    row("g2", "abstained", False, Miss("abstained_wrong", "the gold sentence was hit 1 of 2"), answer_correctness=0.0),
    row("g3", "abstained", True),
    row("g4", "failed", None, Miss("failed", "answer: The endpoint is down.")),
    row("g5", "checked", False, Miss("judged_wrong", "the verdict is supported, right is refuted")),
    row("g6", "answered", None),
)


def result(name: str, value: float | None, low: float | None = None, high: float | None = None) -> MetricResult:
    """Return a metric over the six rows: four with a value, one without, one failed."""
    lower = name.startswith(("latency", "cost", "aurc", "failure", "wrong"))
    scored = 0 if value is None else 4
    return MetricResult(name, value, low, high, "lower" if lower else "higher", scored, 5 - scored, 1)


RESULTS = (
    result("right", 0.5, 0.125, 0.875),
    result("answer_correctness", 0.5, 0.0, 1.0),
    result("citation_recall_sentence", 0.75),
    result("aurc", 0.25, 0.1, 0.4),
    result("latency_ms_p50", 51.0, 40.0, 1234.5),
    result("cost_usd", None),
    result("verdict_macro_f1", None),
)
EVALUATION = Evaluation(
    name="golden.jsonl",
    results=RESULTS,
    by_tag={
        "who": (MetricResult("right", 1 / 3, 0.0, 0.9, "higher", 3, 0, 0),),
        "absent": (MetricResult("right", 1.0, None, None, "higher", 1, 0, 0),),
    },
    misses={"abstained_wrong": 1, "judged_wrong": 1, "failed": 1, "not_indexed": 0},
    curves={"risk_coverage": ((0.5, 0.0), (1.0, 0.25)), "latency_ms": ((0.5, 12.0), (1.0, 51.0))},
    confusion={
        "outcome": {"answered": {"answered": 2, "abstained": 1, "failed": 1}, "abstained": {"abstained": 1}},
        "verdict": {"refuted": {"supported": 1}},
    },
    rows=ROWS,
    provenance={
        "engine": "embedded",
        "model": "minilm",
        "version": "0.1.0",
        "commit": "0123456789abcdef",
        "dirty": True,
        "started": "2026-11-22T09:20:11+00:00",
        "settings": {"threads": 2},
        "prompts": {},
    },
)
COMPARISON = Comparison(
    baseline={"engine": "embedded"},
    differences=(
        Difference("right", 0.75, 0.5, -0.25, -0.4, -0.1, 0.0004, 4, "worse"),
        Difference("answer_correctness", 0.4, 0.5, 0.1, 0.01, 0.2, 0.03, 4, "better"),
        Difference("latency_ms_p50", 50.0, 51.0, 1.0, -3.0, 5.0, 0.6, 4, "same"),
        Difference("cost_usd", None, None, None, None, None, None, 0, "unknown"),
    ),
    flips=(Flip("g2", True, False, "answered → abstained"), Flip("g1", False, True, "was read wrong")),
    missing=("g9",),
    changed=("setting threads: 1 → 2",),
)
BEFORE: list[Mapping[str, Any]] = [
    {**ANSWERED, "short_answer": "Liu"},
    record("g2", "answered", answer=DENIED, short_answer="The Kremlin"),
]
