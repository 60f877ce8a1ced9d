"""What a comparison of articles finds, and its wire form (`factcheck/compare/1`).

Every quote is a citation of the record's one list; all else points into it by id, as in an answer.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from factcheck.comparing.findings import DifferenceKind
from factcheck.types import Citation, Provenance, Side

COMPARE_SCHEMA = "factcheck/compare/1"
Subject = Literal["utterance", "fact"]


@dataclass(frozen=True, slots=True)
class ComparedFile:
    """A file of the comparison; `sentences` counts those that are searched."""

    file: str
    title: str | None
    outlet: str | None
    date: str | None
    sentences: int
    origin: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two files are taken to rest on one origin.

    Attributes:
        a: One file.
        b: The other.
        reason: "credited_outlet", "shared_utterances", "reworded" or "near_copy".
        strength: How sure this reason alone makes it, 0..1.
        names: Outlets that are credited.
        evidence: Ids of the citations that say the same, in pairs.
    """

    a: str
    b: str
    reason: str
    strength: float
    names: tuple[str, ...]
    evidence: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Files that rest on one origin, and why; a file alone has no reasons."""

    id: str
    files: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class LikelyVariant:
    """Another spelling that may be the same person: shown, never merged in silence."""

    name: str
    files: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Saying:
    """One utterance: where it stands and how it is reported.

    Attributes:
        citation: Id of its citation, the sentences with their attribution.
        kind: "direct", "indirect" or "mixed".
        cue: Words of the text that say that something is said, or None.
        content: Ranges of the file's text that hold what is said.
        chain: Through whom the words came, the nearest to the reader first.
    """

    citation: int
    kind: str
    cue: str | None
    content: tuple[tuple[int, int], ...]
    chain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """A person or body and what they say over all files.

    Attributes:
        name: As fully as the articles give it; None gathers what is said by nobody named ("officials").
        roles: What the articles call them.
        files: Where they speak.
        variants: Spellings that are likely the same.
        sayings: What they say, by file and place.
    """

    name: str | None
    roles: tuple[str, ...]
    files: tuple[str, ...]
    variants: tuple[LikelyVariant, ...]
    sayings: tuple[Saying, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """The words of a citation that differ: absolute offsets into the citation's file."""

    citation: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DriftSide:
    """One form of what is told.

    Attributes:
        value: The words that differ, as the first citation has them.
        citations: Ids of those that have this form.
        marks: Where the words stand in each citation.
    """

    value: str
    citations: tuple[int, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """One utterance or fact that files tell differently.

    Attributes:
        kind: What differs, the weightiest first.
        material: Whether it is more than other words.
        subject: Whether somebody is quoted, or the articles tell it themselves.
        about: What it is about ("stand", "people").
        difference: For people, without a full stop ("one says 35, the other 350").
        sides: Two or more.
    """

    kind: DifferenceKind
    material: bool
    subject: Subject
    about: str
    difference: str
    sides: tuple[DriftSide, ...]


@dataclass(frozen=True, slots=True)
class FactConflict:
    """A fact on which files differ; the sides are those of an answer's conflicts."""

    about: str
    kind: DifferenceKind
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much was compared.

    Attributes:
        files: Articles.
        sentences: Their sentences.
        pairs: Pairs of sentences that were laid beside each other.
        left_out: Pairs that look less alike and were not looked at, because there are too many.
    """

    files: int
    sentences: int
    pairs: int
    left_out: int


@dataclass(frozen=True, slots=True)
class CompareRecord:
    """Who says what in which file, which files share an origin, and where they differ."""

    files: tuple[ComparedFile, ...]
    origins: tuple[Origin, ...]
    people: tuple[Voice, ...]
    drift: tuple[Drift, ...]
    conflicts: tuple[FactConflict, ...]
    citations: tuple[Citation, ...]
    compared: Extent
    milliseconds: float
    provenance: Provenance

    def to_dict(self) -> dict[str, Any]:
        """Return the wire form (`factcheck/compare/1`), ready for `json.dumps`."""
        plain = _plain(asdict(self))
        milliseconds = plain.pop("milliseconds")
        return {"schema": COMPARE_SCHEMA, **plain, "timing_ms": {"total": round(milliseconds, 1)}}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value
