"""Read a draft: Markdown, plain text or Word, into prose that knows its place in the source."""

from __future__ import annotations

import hashlib
import itertools
from array import array
from dataclasses import dataclass
from pathlib import Path, PurePath

from factcheck.articles.formats import extract_docx
from factcheck.articles.lines import continues, find_wrap_width, read_lines
from factcheck.articles.read import decode_text, read_bytes
from factcheck.drafts.markdown import read_markdown
from factcheck.drafts.prose import Prose
from factcheck.errors import UnreadableArticle, UnreadableDraft

FORMATS = {".md": "md", ".markdown": "md", ".txt": "txt", ".text": "txt", ".docx": "docx", "": "txt"}

MAX_BYTES = 5_000_000
"""Largest draft in bytes; Word files carry pictures."""

MAX_CHARACTERS = 200_000
"""Longest draft in characters: some 30,000 words."""

_SPLIT = "Check it in parts, or save only the text."


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as read.

    Attributes:
        name: As its writer calls it.
        format: "md", "txt" or "docx".
        source: The text that offsets point into: the decoded file, of Word files the extracted text.
        sha256: Hex digest of the file's bytes.
        prose: Its words without markup.
    """

    name: str
    format: str
    source: str
    sha256: str
    prose: Prose


def read_draft_file(path: Path) -> Draft:
    """Read a draft from a file.

    Raises:
        UnreadableDraft: It cannot be read, is too large or holds no words.
    """
    _choose_format(path.name)
    if not path.exists():
        raise UnreadableDraft(f"there is no file {path}", hint="Check the name and the folder.")
    try:
        data = read_bytes(path, MAX_BYTES)
    except UnreadableArticle as error:
        size = error.hint.startswith("Raise max_file_mb")
        raise _unreadable(path.name, error, _SPLIT if size else error.hint) from error
    return read_draft(data, path.name)


def read_draft(content: str | bytes, name: str) -> Draft:
    """Read a draft.

    Args:
        content: The text, or the bytes of a file.
        name: Name of the file; its suffix tells the format, none is plain text.

    Raises:
        UnreadableDraft: It cannot be read, is too large or holds no words.
    """
    kind = _choose_format(name)
    if isinstance(content, str):
        kind = "txt" if kind == "docx" else kind
        data = content.encode("utf-8", "surrogatepass")
    else:
        data = content
    if len(data) > MAX_BYTES:
        reason = f"it has {len(data) / 1e6:,.1f} MB; at most {MAX_BYTES / 1e6:,.0f} MB are read"
        raise UnreadableDraft(f"{name}: {reason}", hint=_SPLIT)
    try:
        source = content if isinstance(content, str) else extract_docx(data).text if kind == "docx" else _decode(data)
    except UnreadableArticle as error:
        raise _unreadable(name, error, error.hint) from error
    if len(source) > MAX_CHARACTERS:
        reason = f"it has {len(source):,} characters; at most {MAX_CHARACTERS:,} are checked"
        raise UnreadableDraft(f"{name}: {reason}", hint=_SPLIT)
    if not any(letter.isalnum() for letter in source):
        raise UnreadableDraft(f"{name}: the draft holds no words", hint="Name the file that holds the draft's text.")
    prose = read_markdown(source) if kind == "md" else _read_plain(source)
    return Draft(name, kind, source, hashlib.sha256(data).hexdigest(), prose)


def _choose_format(name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    if suffix not in FORMATS:
        raise UnreadableDraft(
            f"{name}: {suffix} is not a format of drafts",
            hint="Save it as Markdown (.md), text (.txt) or Word (.docx).",
        )
    return FORMATS[suffix]


def _decode(data: bytes) -> str:
    if not data:
        raise UnreadableArticle("the draft is empty")
    return decode_text(data)


def _unreadable(name: str, error: UnreadableArticle, hint: str) -> UnreadableDraft:
    return UnreadableDraft(f"{name}: {error.message}", hint=hint or "Save it as text (.txt) and check that.")


def _read_plain(source: str) -> Prose:
    """Return plain text as prose: where a paragraph is hard-wrapped, its line ends are spaces."""
    lines = read_lines(source)
    width = find_wrap_width(lines)
    letters = list(source)
    for above, below in itertools.pairwise(lines):
        if above.text and below.text and continues(above.text, below.text, width):
            letters[above.end : below.start] = " " * (below.start - above.end)
    return Prose("".join(letters), array("l"))
