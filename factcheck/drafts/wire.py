"""Read a checked draft back from its wire form (`factcheck/draft/1`), as `DraftRecord.to_dict` writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factcheck.checking.verdict import Verdict
from factcheck.checking.wire import read_check, read_citation
from factcheck.claims.stance import Label
from factcheck.drafts.record import DRAFT_SCHEMA, CheckedSentence, DraftRecord
from factcheck.drafts.records import Difference, DraftFinding, Quotation
from factcheck.errors import UsageError
from factcheck.soundness import require_sound
from factcheck.types import Provenance


def read_checked_draft(found: Mapping[str, Any]) -> DraftRecord:
    """Return the record of a draft.

    Args:
        found: As `json.loads` gives it.

    Raises:
        UsageError: It is of another form, or not whole.
    """
    if found.get("schema") != DRAFT_SCHEMA:
        raise UsageError(f"not a draft of the form {DRAFT_SCHEMA}", hint="Check the draft again.")
    try:
        record = DraftRecord(
            name=found["name"],
            format=found["format"],
            source=found["text"],
            sha256=found["sha256"],
            sentences=tuple(_read_sentence(each) for each in found["sentences"]),
            provenance=Provenance(**found["provenance"]),
            total_ms=found["timing_ms"]["total"],
        )
        require_sound(record, Verdict=Verdict, Label=Label)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f"the draft cannot be read: {type(error).__name__}: {error}", hint="Check the draft again."
        ) from error
    return record


def _read_sentence(found: Mapping[str, Any]) -> CheckedSentence:
    return CheckedSentence(
        number=found["number"],
        start=found["start"],
        end=found["end"],
        line=found["line"],
        text=found["text"],
        kind=found["kind"],
        claim=found["claim"],
        check=read_check(found["check"]) if found["check"] else None,
        quotations=tuple(_read_quotation(each) for each in found["quotations"]),
        findings=tuple(DraftFinding(**each) for each in found["findings"]),
    )


def _read_quotation(found: Mapping[str, Any]) -> Quotation:
    source = read_citation(found["source"]) if found["source"] else None
    difference = tuple(Difference(**each) for each in found["difference"])
    return Quotation(**{**found, "source": source, "difference": difference, "files": tuple(found["files"])})
