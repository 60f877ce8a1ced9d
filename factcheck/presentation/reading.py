"""Read an answer record back from its wire form (`factcheck/answer/1`), as it was written by this version.

AnswerRecord → to_dict → JSON → read_answer → AnswerRecord
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from factcheck.errors import UsageError
from factcheck.soundness import require_sound
from factcheck.types import (
    Abstention,
    Answer,
    AnswerRecord,
    Citation,
    Conflict,
    EngineInfo,
    Failure,
    Finding,
    Origins,
    Outcome,
    Provenance,
    Searched,
    Side,
    Statement,
    Timing,
    Usage,
)

Wire = Mapping[str, Any]


def read_answer(record: Wire) -> AnswerRecord:
    """Return the record of an answer; the model's call and fields of others are left out.

    Args:
        record: Its wire form.

    Raises:
        UsageError: It is none.
    """
    try:
        read = AnswerRecord(
            id=record["id"],
            question=record["question"],
            outcome=_read_outcome(record),
            engine=EngineInfo(**record["engine"]),
            timing=Timing(**record.get("timing_ms", {})),
            usage=Usage(**record.get("usage", {})),
            provenance=Provenance(**record.get("provenance", _UNKNOWN)),
            findings=tuple(Finding(**each) for each in record.get("findings", ())),
            read_as=record.get("read_as"),
        )
        require_sound(read)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f"a record cannot be read: {type(error).__name__}: {error}", hint="Ask again to make a new one."
        ) from error
    return read


def read_citations(citations: Iterable[Wire]) -> tuple[Citation, ...]:
    """Return citations from their wire form; evidence is read too, without its stance."""
    return tuple(Citation(**{name: each[name] for name in Citation.__slots__ if name in each}) for each in citations)


def read_failure(failure: Wire) -> Failure:
    """Return a failure from its wire form."""
    return Failure(**failure)


_UNKNOWN: Wire = {"index": "", "settings": "", "prompts": {}, "version": ""}


def _read_outcome(record: Wire) -> Outcome:
    match record["outcome"]:
        case "answered":
            return _read_answered(record)
        case "abstained":
            abstention = record["abstention"]
            return Abstention(
                reason=abstention["reason"],
                explanation=abstention["explanation"],
                closest=read_citations(abstention["closest"]),
                searched=Searched(**abstention["searched"]),
                confidence=record.get("confidence"),
            )
        case "failed":
            return read_failure(record["failure"])
        case other:
            raise ValueError(f"the outcome {other!r} is not known")


def _read_answered(record: Wire) -> Answer:
    return Answer(
        text=record["answer"],
        short_answer=record["short_answer"],
        statements=tuple(
            Statement(each["text"], tuple(each["citations"]), each["support"]) for each in record["statements"]
        ),
        citations=read_citations(record["citations"]),
        origins=Origins(**record["origins"]),
        conflicts=tuple(
            Conflict(each["about"], tuple(Side(side["value"], tuple(side["citations"])) for side in each["sides"]))
            for each in record["conflicts"]
        ),
        confidence=record.get("confidence"),
    )
