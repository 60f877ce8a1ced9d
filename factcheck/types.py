"""The records that stages hand to each other, and their wire form.

    file → Article → Passage, Sentence → SourceSentence (indexed) → Hit
         → Answer | Abstention | Failure → AnswerRecord

An answer, an abstention and a failure are three types; none is encoded as a value of another.
Offsets are character offsets into `Article.text`, half open.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from factcheck.model_calls import Exchange, ModelCall, StatementScore, Usage
from factcheck.texts import (
    Article,
    Hit,
    Passage,
    QueryWord,
    Retrieved,
    Searched,
    Sentence,
    SourceSentence,
    Span,
)

__all__ = [
    "ANSWER_SCHEMA",
    "CHECK_SCHEMA",
    "Abstention",
    "AbstentionReason",
    "Answer",
    "AnswerRecord",
    "Article",
    "Citation",
    "Conflict",
    "EngineInfo",
    "Exchange",
    "Failure",
    "Finding",
    "Hit",
    "ModelCall",
    "Origins",
    "Outcome",
    "Passage",
    "Provenance",
    "QueryWord",
    "Retrieved",
    "Searched",
    "Sentence",
    "Side",
    "SourceSentence",
    "Span",
    "Statement",
    "StatementScore",
    "Support",
    "Timing",
    "Usage",
]

ANSWER_SCHEMA = "factcheck/answer/1"
CHECK_SCHEMA = "factcheck/check/1"

Support = Literal["verbatim", "entailed", "unsupported"]
AbstentionReason = Literal["no_evidence", "insufficient_evidence", "false_premise"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A file and offsets whose text is the quote, always.

    Attributes:
        id: Marker in the answer, from 1; 0 where it is not part of an answer.
        file: Path relative to the indexed folder.
        start: Character offset into the file's text.
        end: Character offset behind it.
        line: Line in the file's text, from 1.
        quote: Exactly the text at these offsets.
        sha256: Hex digest of the file's bytes at indexing.
        speaker: Who says it, where it is reported speech.
        via: Through whom the words reached the article ("CNN"), or None.
        origin: Origin group of the file ("o1").
    """

    id: int
    file: str
    start: int
    end: int
    line: int
    quote: str
    sha256: str
    speaker: str | None = None
    via: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with the citations that carry it."""

    text: str
    citations: tuple[int, ...]
    support: Support


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a conflict: a value and who says it."""

    value: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A point on which the cited files differ."""

    about: str
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Origins:
    """How many files an answer rests on, and how many independent origins."""

    files: int
    independent: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The articles answer the question.

    Attributes:
        text: For people; markers "[1]" are citation ids.
        short_answer: Shortest spans joined by "; ", or None.
        statements: One for each distinct answer.
        citations: Everything cited, ids from 1.
        origins: Files and independent origins behind the citations.
        conflicts: Points on which the files differ.
        confidence: Probability (0..1) that the best sentence answers the question, as the engine sees it;
            None where it does not say.
    """

    text: str
    short_answer: str | None
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    origins: Origins
    conflicts: tuple[Conflict, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Abstention:
    """The articles do not say: a right answer, shown with what was searched.

    Attributes:
        reason: Which kind of "do not say".
        explanation: One sentence for people ("No sentence mentions Zelensky.").
        closest: The nearest passages; empty where nothing comes near.
        searched: What was searched.
        confidence: Probability (0..1) that the nearest sentence answers after all, as the engine sees it;
            None where it does not say.
    """

    reason: AbstentionReason
    explanation: str
    closest: tuple[Citation, ...]
    searched: Searched
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """The machinery did not produce a usable result.

    Attributes:
        stage: Where it happened ("question", "retrieve", "answer", "verify").
        error: What happened, in one sentence, without secrets.
        retryable: Whether the same call may succeed later.
        hint: What to do next.
    """

    stage: str
    error: str
    retryable: bool
    hint: str


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """Which engine answered: name ("embedded" or "openai"), model, endpoint without key."""

    name: str
    model: str
    endpoint: str | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds spent in each stage."""

    retrieve: float = 0.0
    answer: float = 0.0
    verify: float = 0.0
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Provenance:
    """What produced a record: index fingerprint, settings digest, prompt hashes, version."""

    index: str
    settings: str
    prompts: dict[str, str]
    version: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a check found wrong, shown beside the answer, never silently mended."""

    check: str
    message: str
    statement: int | None = None


Outcome = Answer | Abstention | Failure


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """One question, its outcome and how it came about.

    `read_as` is a follow-up question as it was read, so that it stands alone; None where it was read as asked.
    """

    id: str
    question: str
    outcome: Outcome
    engine: EngineInfo
    timing: Timing
    usage: Usage
    provenance: Provenance
    findings: tuple[Finding, ...] = ()
    call: ModelCall | None = None
    read_as: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form (`factcheck/answer/1`), ready for `json.dumps`."""
        answer = self.outcome if isinstance(self.outcome, Answer) else None
        abstention = self.outcome if isinstance(self.outcome, Abstention) else None
        failure = self.outcome if isinstance(self.outcome, Failure) else None
        name = "answered" if answer else "abstained" if abstention else "failed"
        origins = answer.origins if answer else Origins(0, 0)
        return {
            **self.extra,
            "schema": ANSWER_SCHEMA,
            "id": self.id,
            "question": self.question,
            "read_as": self.read_as,
            "outcome": name,
            "answer": answer.text if answer else "",
            "short_answer": answer.short_answer if answer else None,
            "statements": _plain(answer.statements) if answer else [],
            "citations": _plain(answer.citations) if answer else [],
            "origins": _plain(origins),
            "conflicts": _plain(answer.conflicts) if answer else [],
            "confidence": None if isinstance(self.outcome, Failure) else self.outcome.confidence,
            "abstention": _without_confidence(abstention) if abstention else None,
            "failure": _plain(failure) if failure else None,
            "findings": _plain(self.findings),
            "engine": _plain(self.engine),
            "call": _plain(self.call) if self.call else None,
            "timing_ms": {name: round(ms, 1) for name, ms in asdict(self.timing).items()},
            "usage": _plain(self.usage),
            "provenance": _plain(self.provenance),
        }


def _without_confidence(abstention: Abstention) -> dict[str, Any]:
    """Return an abstention whose confidence stands beside it, where an answer's does too."""
    return {name: value for name, value in _plain(abstention).items() if name != "confidence"}


def _plain(value: Any) -> Any:
    """Return dataclasses as dicts and tuples as lists, recursively."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    plain = asdict(value)
    return {key: list(item) if isinstance(item, tuple) else item for key, item in plain.items()}
