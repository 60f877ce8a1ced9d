"""The record of a check and its wire form (`factcheck/check/1`).

A verdict and a failure are two types; a failure of the machinery never looks like a verdict.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from factcheck.types import (
    CHECK_SCHEMA,
    Citation,
    EngineInfo,
    Failure,
    Finding,
    Hit,
    Origins,
    Provenance,
    Searched,
    Span,
    Timing,
    Usage,
)

if TYPE_CHECKING:
    from factcheck.checking.verdict import Verdict
    from factcheck.claims.stance import Label


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence with how it stands to the claim.

    Attributes:
        citation: The whole sentence.
        stance: To the part of the claim that it was held against.
        reason: One sentence for people.
        probability: Of the stance, 0..1.
        part: Number of that part, from 1.
    """

    citation: Citation
    stance: Label
    reason: str
    probability: float
    part: int = 1


@dataclass(frozen=True, slots=True)
class PartResult:
    """One atomic claim and its verdict.

    Attributes:
        text: As a sentence of its own.
        spans: Where its words stand in the claim.
        verdict: Of this part.
        explanation: One or two sentences for people.
    """

    text: str
    spans: tuple[Span, ...]
    verdict: Verdict
    explanation: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The claim was held against the articles.

    Attributes:
        verdict: Of the whole claim.
        explanation: One or two sentences for people.
        evidence: What settles the claim first, then what only mentions its subject; ids from 1.
        origins: Files and independent origins behind the evidence that settles it.
        parts: The atomic claims; one where the claim is atomic.
        searched: What was searched.
    """

    verdict: Verdict
    explanation: str
    evidence: tuple[Evidence, ...]
    origins: Origins
    parts: tuple[PartResult, ...]
    searched: Searched


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """One claim, what came of it and how."""

    id: str
    claim: str
    outcome: Checked | Failure
    engine: EngineInfo
    timing: Timing
    usage: Usage
    provenance: Provenance
    findings: tuple[Finding, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form, ready for `json.dumps`."""
        done = self.outcome if isinstance(self.outcome, Checked) else None
        failure = self.outcome if isinstance(self.outcome, Failure) else None
        return {
            **self.extra,
            "schema": CHECK_SCHEMA,
            "id": self.id,
            "claim": self.claim,
            "outcome": "checked" if done else "failed",
            "verdict": done.verdict.label if done else None,
            "attributed_only": done.verdict.attributed_only if done else None,
            "confidence": round(done.verdict.confidence, 3) if done else None,
            "explanation": done.explanation if done else "",
            "evidence": [_evidence(each) for each in done.evidence] if done else [],
            "parts": [_part(each) for each in done.parts] if done else [],
            "origins": asdict(done.origins if done else Origins(0, 0)),
            "searched": asdict(done.searched) if done else None,
            "failure": asdict(failure) if failure else None,
            "findings": [asdict(finding) for finding in self.findings],
            "engine": asdict(self.engine),
            "timing_ms": {name: round(ms, 1) for name, ms in asdict(self.timing).items()},
            "usage": asdict(self.usage),
            "provenance": asdict(self.provenance),
        }


class CheckTrace(NamedTuple):
    """A record and what retrieval found for it.

    Attributes:
        record: Of the claim.
        hits: Sentences in the order in which they are looked at.
        read: How many of the first ones are held against the claim.
    """

    record: CheckRecord
    hits: tuple[Hit, ...]
    read: int


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a claim, before it is a record.

    Attributes:
        outcome: A verdict or a failure.
        timing: `answer` is the time that judging took.
        findings: What a check found wrong, or a reader should know.
        hits: Sentences in the order in which they are looked at, of the first part.
        read: How many of the first ones were held against it.
    """

    outcome: Checked | Failure
    timing: Timing
    findings: tuple[Finding, ...] = ()
    hits: tuple[Hit, ...] = ()
    read: int = 0


def record_check(
    claim: str,
    id: str | None,
    done: Done,
    engine: EngineInfo,
    provenance: Provenance,
    findings: tuple[Finding, ...] = (),
) -> CheckTrace:
    """Put a record together, and with it where its evidence was sought."""
    record = CheckRecord(
        id=id or uuid.uuid4().hex[:12],
        claim=claim,
        outcome=done.outcome,
        engine=engine,
        timing=done.timing,
        usage=Usage(),
        provenance=provenance,
        findings=(*done.findings, *findings),
    )
    return CheckTrace(record, done.hits, done.read)


def _evidence(each: Evidence) -> dict[str, Any]:
    own = {"stance": each.stance, "reason": each.reason, "probability": round(each.probability, 3), "part": each.part}
    return {**asdict(each.citation), **own}


def _part(each: PartResult) -> dict[str, Any]:
    return {
        "text": each.text,
        "spans": [[span.start, span.end] for span in each.spans],
        "verdict": each.verdict.label,
        "attributed_only": each.verdict.attributed_only,
        "confidence": round(each.verdict.confidence, 3),
        "explanation": each.explanation,
    }
