"""Where a draft puts words in quotation marks: double marks of every kind, and single ones of British style."""

from __future__ import annotations

import re

from factcheck.quotes import LONGEST, find_quotations, inside
from factcheck.types import Span

# Shorter runs between single marks are titles and nicknames more often than quotations.
FEWEST_WORDS = 4
_OPENING = re.compile(r"(?<![\w’'])[‘'](?=[\w…\[])")
_CLOSING = re.compile(r"(?<=[\w.,!?…\]])[’'](?!\w)")
_ENDED = ".,!?…"


def find_quoted(text: str) -> tuple[Span, ...]:
    """Return what stands between quotation marks in a draft, marks left out, sorted and disjoint."""
    double = find_quotations(text)
    spans = list(double)
    position = 0
    while opening := _OPENING.search(text, position):
        position = opening.end()
        if inside(double, position, position + 1):
            continue
        end = _find_closing(text, position)
        if end and len(text[position:end].split()) >= FEWEST_WORDS and not inside(double, position, end):
            spans.append(Span(position, end))
            position = end + 1
    return tuple(sorted(spans))


def _find_closing(text: str, start: int) -> int:
    """Return where a quotation in single marks ends, or 0; "the ministers' plan" ends none."""
    line_end = text.find("\n", start)
    limit = min(len(text) if line_end < 0 else line_end, start + LONGEST)
    first = 0
    for closing in _CLOSING.finditer(text, start, limit):
        behind = text[closing.end() : closing.end() + 1]
        if text[closing.start() - 1] in _ENDED or not behind or not behind.isspace():
            reopened = first and _OPENING.search(text, first + 1, closing.start())
            return first if reopened else closing.start()
        first = first or closing.start()
    return first
