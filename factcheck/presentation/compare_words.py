"""The words for what a comparison found, the same in text and on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from factcheck.comparing.records import CompareRecord, Drift, DriftSide, Origin, Reason, Saying, Voice
from factcheck.presentation.display import ArticleInfo, displayable
from factcheck.presentation.text import describe_source, describe_speaker, plural
from factcheck.types import Citation

KINDS = {
    "negation": "Said and denied",
    "number": "Number",
    "date": "Date",
    "actor": "Who did it",
    "hedging": "How sure it is",
    "name": "Spelling of a name",
    "wording_only": "Other words",
}
REASONS = {
    "credited_outlet": "one credits the other, or both the same outlet",
    "shared_utterances": "they share utterances",
    "reworded": "sentences are re-worded",
    "near_copy": "nearly the same text",
}
UNNAMED = "Nobody named"
_MARKS = '“”" '


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a quote, and whether they are the ones that differ."""

    text: str
    marked: bool


def index_citations(record: CompareRecord) -> dict[int, Citation]:
    """Return the citations by id."""
    return {citation.id: citation for citation in record.citations}


def list_articles(record: CompareRecord) -> Mapping[str, ArticleInfo]:
    """Return outlet and date of the compared files, by file."""
    return {file.file: file for file in record.files}


def list_sections(record: CompareRecord) -> list[tuple[str, str, list[Drift]]]:
    """Return what differs and matters by section: its id, its title and its drifts; sections may be empty."""
    material = [drift for drift in record.drift if drift.material]
    named = [drift for drift in material if drift.kind == "name"]
    quotes = [drift for drift in material if drift.kind != "name" and drift.subject == "utterance"]
    facts = [drift for drift in material if drift.kind != "name" and drift.subject == "fact"]
    return [
        ("quotes", "Quotes that changed", quotes),
        ("facts", "Facts that differ", facts),
        ("names", "Names that are spelt differently", named),
    ]


def describe_worded(record: CompareRecord) -> str:
    """Return how many utterances differ in wording only, or ""."""
    worded = sum(not drift.material for drift in record.drift)
    return f"{plural(worded, 'utterance')} told in other words only." if worded else ""


def describe_extent(record: CompareRecord) -> str:
    """Return how much was compared and how many origins it rests on."""
    sentences = plural(record.compared.sentences, "sentence")
    origins = plural(len(record.origins), "independent origin")
    return f"{plural(record.compared.files, 'file')}, {sentences}, {origins}"


def describe_left_out(record: CompareRecord) -> str:
    """Return what was not looked at, or ""."""
    extent = record.compared
    if not extent.left_out:
        return ""
    return f"The {extent.pairs:,} likest pairs of sentences were compared; {extent.left_out:,} less alike were not."


def describe_drift(drift: Drift, citations: Mapping[int, Citation]) -> str:
    """Return how the sides of a drift differ, with the speaker where one says all of it."""
    said = {citations[id_].speaker for side in drift.sides for id_ in side.citations} - {None}
    who = f"{said.pop()}: " if drift.subject == "utterance" and len(said) == 1 else ""
    return displayable(f"{who}{drift.difference}")


def describe_place(citation: Citation, articles: Mapping[str, ArticleInfo]) -> str:
    """Return where a citation points and who says it."""
    parts = (describe_source(citation, articles), describe_speaker(citation))
    return " · ".join(part for part in parts if part)


def cut_quote(citation: Citation, side: DriftSide) -> list[Piece]:
    """Return a citation's quote with the words that differ marked."""
    marks = sorted((mark.start, mark.end) for mark in side.marks if mark.citation == citation.id)
    pieces, position = [], citation.start
    for start, end in marks:
        if start < position:
            continue
        pieces += _piece(citation, position, start, marked=False)
        pieces += _piece(citation, start, min(end, citation.end), marked=True)
        position = min(end, citation.end)
    return [*pieces, *_piece(citation, position, citation.end, marked=False)]


def _piece(citation: Citation, start: int, end: int, *, marked: bool) -> list[Piece]:
    words = citation.quote[start - citation.start : end - citation.start]
    if not words:
        return []
    # One space at an end keeps the words apart where pieces meet.
    lead, tail = " " * words[:1].isspace(), " " * (words[-1:].isspace() and bool(words.strip()))
    return [Piece(f"{lead}{displayable(words)}{tail}", marked)]


def describe_voice(voice: Voice) -> str:
    """Return who speaks: the name and what the articles call it."""
    return displayable(voice.name) if voice.name else UNNAMED


def describe_roles(voice: Voice, most: int = 4) -> str:
    """Return what the articles call somebody, or ""."""
    return displayable("; ".join(voice.roles[:most]))


def describe_variants(voice: Voice) -> Iterator[str]:
    """Yield the spellings that are likely the same person, with the reason."""
    for variant in voice.variants:
        files = ", ".join(variant.files)
        yield displayable(f"likely also {variant.name} ({variant.reason}) in {files}")


def describe_saying(saying: Saying, citation: Citation) -> str:
    """Return the words of an utterance without its attribution."""
    parts = [citation.quote[start - citation.start : end - citation.start] for start, end in saying.content]
    said = " … ".join(displayable(part) for part in parts if part.strip()) or displayable(citation.quote)
    bare = said.strip(_MARKS)
    return f"“{bare}”" if saying.kind == "direct" else said


def describe_how(saying: Saying, citation: Citation) -> str:
    """Return how an utterance is reported and through whom it came."""
    parts = [saying.kind, f"via {citation.via}" if citation.via else ""]
    return displayable(", ".join(part for part in parts if part))


def describe_origin(origin: Origin) -> str:
    """Return an origin's files."""
    return displayable(", ".join(origin.files))


def describe_reason(reason: Reason) -> str:
    """Return why two files rest on one origin."""
    names = f": {', '.join(reason.names)}" if reason.names else ""
    why = REASONS.get(reason.reason, reason.reason.replace("_", " "))
    return displayable(f"{reason.a} and {reason.b}: {why}{names} ({reason.strength:.2f})")


def join_pieces(pieces: Sequence[Piece]) -> str:
    """Return the pieces as one text."""
    return "".join(piece.text for piece in pieces)
