"""Read a comparison back from its wire form (`factcheck/compare/1`), as `CompareRecord.to_dict` writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factcheck.comparing.records import (
    COMPARE_SCHEMA,
    ComparedFile,
    CompareRecord,
    Drift,
    DriftSide,
    Extent,
    FactConflict,
    LikelyVariant,
    Mark,
    Origin,
    Reason,
    Saying,
    Voice,
)
from factcheck.errors import UsageError
from factcheck.soundness import require_sound
from factcheck.types import Citation, Provenance, Side


def read_comparison(found: Mapping[str, Any]) -> CompareRecord:
    """Return the record of a comparison.

    Args:
        found: As `json.loads` gives it.

    Raises:
        UsageError: It is of another form, or not whole.
    """
    if found.get("schema") != COMPARE_SCHEMA:
        raise UsageError(f"not a comparison of the form {COMPARE_SCHEMA}", hint="Compare the articles again.")
    try:
        record = CompareRecord(
            files=tuple(ComparedFile(**each) for each in found["files"]),
            origins=tuple(map(_read_origin, found["origins"])),
            people=tuple(map(_read_voice, found["people"])),
            drift=tuple(map(_read_drift, found["drift"])),
            conflicts=tuple(
                FactConflict(each["about"], each["kind"], tuple(map(_read_side, each["sides"])))
                for each in found["conflicts"]
            ),
            citations=tuple(Citation(**each) for each in found["citations"]),
            compared=Extent(**found["compared"]),
            milliseconds=found["timing_ms"]["total"],
            provenance=Provenance(**found["provenance"]),
        )
        require_sound(record)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f"the comparison cannot be read: {type(error).__name__}: {error}", hint="Compare the articles again."
        ) from error
    return record


def _read_origin(found: Mapping[str, Any]) -> Origin:
    reasons = (
        Reason(**{**each, "names": tuple(each["names"]), "evidence": tuple(map(_read_pair, each["evidence"]))})
        for each in found["reasons"]
    )
    return Origin(found["id"], tuple(found["files"]), tuple(reasons))


def _read_voice(found: Mapping[str, Any]) -> Voice:
    return Voice(
        found["name"],
        tuple(found["roles"]),
        tuple(found["files"]),
        tuple(LikelyVariant(each["name"], tuple(each["files"]), each["reason"]) for each in found["variants"]),
        tuple(
            Saying(
                each["citation"],
                each["kind"],
                each["cue"],
                tuple(map(_read_pair, each["content"])),
                tuple(each["chain"]),
            )
            for each in found["sayings"]
        ),
    )


def _read_drift(found: Mapping[str, Any]) -> Drift:
    sides = tuple(
        DriftSide(each["value"], tuple(each["citations"]), tuple(Mark(**mark) for mark in each["marks"]))
        for each in found["sides"]
    )
    return Drift(**{**found, "sides": sides})


def _read_side(found: Mapping[str, Any]) -> Side:
    return Side(found["value"], tuple(found["citations"]))


def _read_pair(found: list[int]) -> tuple[int, int]:
    first, second = found
    return first, second
