"""The records of quotations and findings in a draft; `factcheck.drafts.record` holds the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from factcheck.drafts.wording import Edit
from factcheck.types import Citation

QuotationMatch = Literal["exact", "typography", "elision", "altered", "other_speaker", "not_found"]
# How the draft's speaker relates to the article's: the draft names none ("unnamed"), or the article does not tell.
Naming = Literal["agrees", "differs", "unnamed", "unknown"]
Severity = Literal["error", "warning", "note"]
FindingKind = Literal[
    "altered_quotation",
    "missing_quotation",
    "other_speaker",
    "unnamed_speaker",
    "misleading_omission",
    "not_in_quotation_marks",
    "number",
    "date",
    "name",
    "place",
    "negation",
    "antonym",
    "swapped",
    "speaker",
    "refuted",
    "conflicting",
    "attributed_only",
    "not_found",
    "not_checked",
    "failed",
]


@dataclass(frozen=True, slots=True)
class Difference:
    """A run of words of a quotation beside what the article has there.

    Attributes:
        edit: "same", "changed", "added" by the draft, "dropped" by it, or "omitted" as it says itself.
        draft: The draft's words, "" where it has none.
        article: The article's words, "" where it has none.
    """

    edit: Edit
    draft: str
    article: str


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation of the draft, looked up in the articles.

    Attributes:
        start: Offset in the draft of the first character between the marks.
        end: Offset behind the last one.
        text: The words between the marks, without markup.
        match: How they relate to the articles.
        naming: How the draft's speaker relates to the article's.
        speaker: Who says it in the draft, or None.
        source: The nearest wording in an article; None where nothing comes near.
        quoted: Whether the article has it in quotation marks, and not in its own words.
        likeness: 1 where all words are there, 0 where none is.
        difference: Word by word; empty where nothing differs.
        files: All files that have these words.
    """

    start: int
    end: int
    text: str
    match: QuotationMatch
    naming: Naming
    speaker: str | None = None
    source: Citation | None = None
    quoted: bool = False
    likeness: float = 0.0
    difference: tuple[Difference, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftFinding:
    """Something in a draft that a person must look at.

    Attributes:
        kind: What it is.
        severity: "error" must be mended, "warning" looked at, "note" known.
        start: Offset in the draft.
        end: Offset behind it.
        message: For people, one sentence.
    """

    kind: FindingKind
    severity: Severity
    start: int
    end: int
    message: str
