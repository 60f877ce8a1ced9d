"""Read a check record back from its wire form (`factcheck/check/1`), as `CheckRecord.to_dict` writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factcheck.checking.record import Checked, CheckRecord, Evidence, PartResult
from factcheck.checking.verdict import Verdict
from factcheck.claims.stance import Label
from factcheck.errors import UsageError
from factcheck.soundness import require_sound
from factcheck.types import (
    CHECK_SCHEMA,
    Citation,
    EngineInfo,
    Failure,
    Finding,
    Origins,
    Provenance,
    Searched,
    Span,
    Timing,
    Usage,
)

CITATION = ("id", "file", "start", "end", "line", "quote", "sha256", "speaker", "via", "origin")


def read_check(found: Mapping[str, Any]) -> CheckRecord:
    """Return the record of a check.

    Args:
        found: As `json.loads` gives it.

    Raises:
        UsageError: It is of another form, or not whole.
    """
    if found.get("schema") != CHECK_SCHEMA:
        raise UsageError(f"not a check of the form {CHECK_SCHEMA}", hint="Check the claim again.")
    try:
        record = CheckRecord(
            id=found["id"],
            claim=found["claim"],
            outcome=Failure(**found["failure"]) if found["failure"] else _read_outcome(found),
            engine=EngineInfo(**found["engine"]),
            timing=Timing(**found["timing_ms"]),
            usage=Usage(**found["usage"]),
            provenance=Provenance(**found["provenance"]),
            findings=tuple(Finding(**each) for each in found["findings"]),
        )
        require_sound(record, Verdict=Verdict, Label=Label)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f"the check cannot be read: {type(error).__name__}: {error}", hint="Check the claim again."
        ) from error
    return record


def read_citation(found: Mapping[str, Any]) -> Citation:
    """Return a citation; what else stands beside its fields is left out."""
    return Citation(**{name: found[name] for name in CITATION})


def _read_outcome(found: Mapping[str, Any]) -> Checked:
    return Checked(
        verdict=_read_verdict(found),
        explanation=found["explanation"],
        evidence=tuple(
            Evidence(read_citation(each), each["stance"], each["reason"], each["probability"], each["part"])
            for each in found["evidence"]
        ),
        origins=Origins(**found["origins"]),
        parts=tuple(
            PartResult(
                each["text"], tuple(Span(*span) for span in each["spans"]), _read_verdict(each), each["explanation"]
            )
            for each in found["parts"]
        ),
        searched=Searched(**found["searched"]),
    )


def _read_verdict(found: Mapping[str, Any]) -> Verdict:
    return Verdict(found["verdict"], found["confidence"], found["attributed_only"])
