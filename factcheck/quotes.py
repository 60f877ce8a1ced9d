"""Where a text is inside quotation marks."""

from __future__ import annotations

import re

from factcheck.types import Span

OPENING = "“„«"
CLOSING = {"“": "”", "„": "“”", "«": "»"}
MARKS = re.compile(r"[“”„«»\"\n]")
# Longer quotations without an end are a lost closing mark, not a quotation.
LONGEST = 3000


def find_quotations(text: str) -> tuple[Span, ...]:
    """Return the spans between quotation marks, the marks left out.

    A quotation that is not closed runs to the end of its paragraph (news style opens it again in the
    next one). A straight mark opens where a word follows and closes where a word precedes it, so that
    one lost mark does not turn the rest of the article inside out.

    Args:
        text: An article's text.

    Returns:
        Sorted, disjoint spans.
    """
    spans: list[Span] = []
    start = -1
    mark = ""
    for match in MARKS.finditer(text):
        place, found = match.start(), match.group()
        if found == "\n":
            if start >= 0:
                _add(spans, text, start, place)
            start, mark = -1, ""
        elif start < 0 and (found in OPENING or (found == '"' and _opens(text, place))):
            start, mark = place + 1, found
        elif start >= 0 and mark == '"' == found and _opens(text, place):
            # The mark before it was never closed: "… approaches... "I believe …," she said.
            _add(spans, text, start, place)
            start = place + 1
        elif start >= 0 and _closes(text, place, found, mark):
            _add(spans, text, start, place)
            start, mark = -1, ""
    if start >= 0:
        _add(spans, text, start, len(text))
    return tuple(spans)


def inside(spans: tuple[Span, ...], start: int, end: int) -> float:
    """Return the share (0..1) of a range that lies in the given spans."""
    covered = sum(max(0, min(end, span.end) - max(start, span.start)) for span in spans)
    return covered / max(end - start, 1)


def _add(spans: list[Span], text: str, start: int, end: int) -> None:
    if 0 < end - start <= LONGEST and text[start:end].strip():
        spans.append(Span(start, end))


def _opens(text: str, place: int) -> bool:
    before = text[place - 1] if place else " "
    after = text[place + 1] if place + 1 < len(text) else " "
    return not after.isspace() and (
        before.isspace() or before in "([{—–-,:" or (not before.isalnum() and before not in ".!?…")
    )


def _closes(text: str, place: int, found: str, mark: str) -> bool:
    if mark == '"':
        return found in '"”'
    return found in CLOSING[mark] or (found == '"' and not _opens(text, place))
