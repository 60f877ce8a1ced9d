"""The record of a checked draft and its wire form (`factcheck/draft/1`)."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Literal

from factcheck.checking.checker import STAGE
from factcheck.checking.record import Checked, CheckRecord
from factcheck.drafts.records import DraftFinding, Quotation
from factcheck.drafts.sentences import SentenceKind
from factcheck.types import Failure, Provenance

DRAFT_SCHEMA = "factcheck/draft/1"

DraftOutcome = Literal["checked", "nothing_to_check"]
# What a reader sees of a sentence at a glance; "unchecked" where its kind makes no claim.
Mark = Literal["error", "warning", "good", "failed", "unchecked"]


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence of a draft and what came of it.

    Attributes:
        number: Position in the draft, from 1.
        start: Offset in the draft's source.
        end: Offset behind it; the source between may hold markup.
        line: Line of the source, from 1.
        text: Its words on one line, without markup.
        kind: What sort of sentence it is; only "checkable" and "prediction" are held against the articles.
        claim: What was checked of it, or None.
        check: What came of that, or None.
        quotations: What it quotes, looked up.
        findings: What a person must look at.
    """

    number: int
    start: int
    end: int
    line: int
    text: str
    kind: SentenceKind
    claim: str | None
    check: CheckRecord | None
    quotations: tuple[Quotation, ...]
    findings: tuple[DraftFinding, ...]

    @property
    def mark(self) -> Mark:
        """What a reader sees of it at a glance."""
        severities = {finding.severity for finding in self.findings}
        if "error" in severities:
            return "error"
        if self.failed:
            return "failed"
        if "warning" in severities:
            return "warning"
        checked = self.check is not None and isinstance(self.check.outcome, Checked)
        return "good" if checked or self.quotations else "unchecked"

    @property
    def failed(self) -> bool:
        """Whether the machinery failed; a sentence that turned out to claim nothing did not."""
        failure = self.check.outcome if self.check is not None else None
        return isinstance(failure, Failure) and failure.stage != STAGE


@dataclass(frozen=True, slots=True)
class DraftRecord:
    """A checked draft.

    Attributes:
        name: As its writer calls it.
        format: "md", "txt" or "docx".
        source: The text that offsets point into.
        sha256: Hex digest of the file's bytes.
        sentences: All of them, in order.
        provenance: What it was checked with.
        total_ms: How long it took.
    """

    name: str
    format: str
    source: str
    sha256: str
    sentences: tuple[CheckedSentence, ...]
    provenance: Provenance
    total_ms: float = 0.0

    @property
    def outcome(self) -> DraftOutcome:
        """Whether anything could be held against the articles."""
        return "checked" if any(sentence.mark != "unchecked" for sentence in self.sentences) else "nothing_to_check"

    @property
    def findings(self) -> tuple[DraftFinding, ...]:
        """All findings, in the draft's order."""
        return tuple(finding for sentence in self.sentences for finding in sentence.findings)

    @property
    def failed(self) -> int:
        """How many sentences could not be checked because the machinery failed."""
        return sum(sentence.failed for sentence in self.sentences)

    def count(self) -> dict[str, Any]:
        """Return how many sentences, quotations and findings there are, by what came of them."""
        checks = [sentence.check.outcome for sentence in self.sentences if sentence.check is not None]
        verdicts = Counter(done.verdict.label for done in checks if isinstance(done, Checked))
        quotations = Counter(quotation.match for sentence in self.sentences for quotation in sentence.quotations)
        return {
            "sentences": len(self.sentences),
            "checked": sum(isinstance(done, Checked) for done in checks),
            "kinds": dict(Counter(sentence.kind for sentence in self.sentences)),
            "verdicts": {**dict(verdicts), **({"failed": self.failed} if self.failed else {})},
            "quotations": dict(quotations),
            "findings": dict(Counter(finding.severity for finding in self.findings)),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form, ready for `json.dumps`."""
        return {
            "schema": DRAFT_SCHEMA,
            "name": self.name,
            "format": self.format,
            "sha256": self.sha256,
            "text": self.source,
            "outcome": self.outcome,
            "counts": self.count(),
            "sentences": [_sentence(sentence) for sentence in self.sentences],
            "timing_ms": {"total": round(self.total_ms, 1)},
            "provenance": asdict(self.provenance),
        }


def _sentence(sentence: CheckedSentence) -> dict[str, Any]:
    return {
        "number": sentence.number,
        "start": sentence.start,
        "end": sentence.end,
        "line": sentence.line,
        "text": sentence.text,
        "kind": sentence.kind,
        "mark": sentence.mark,
        "claim": sentence.claim,
        "check": sentence.check.to_dict() if sentence.check is not None else None,
        "quotations": [_quotation(quotation) for quotation in sentence.quotations],
        "findings": [asdict(finding) for finding in sentence.findings],
    }


def _quotation(quotation: Quotation) -> dict[str, Any]:
    wire = asdict(quotation)
    return {**wire, "difference": list(wire["difference"]), "files": list(quotation.files)}
