"""Cut an article where gold and given citations start and end, so that a page can mark them.

The text is never changed, only cut and made safe to show; one sentence may be marked as both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from factcheck.presentation.display import displayable

# Paragraphs shown around one that is marked.
CONTEXT = 1
# Of a paragraph, how much is shown around a mark: articles without line ends are one paragraph.
MOST_AROUND = 600
_PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*")
_ODD = re.compile("[^\n -~]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of an article to be marked.

    Attributes:
        start: Offset into the text.
        end: Offset behind it.
        number: Of the given citation, or None where the span is gold.
    """

    start: int
    end: int
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph under the same marks.

    Attributes:
        text: Safe to show.
        gold: Whether it is gold.
        given: Numbers of the citations it is part of.
        label: What ends here ("gold", "[1]"), so that colour is not all that tells marks apart.
    """

    text: str
    gold: bool = False
    given: tuple[int, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its marks; `skipped` where text before it is left out."""

    runs: tuple[Run, ...]
    skipped: bool


def cut_excerpt(text: str, marks: Sequence[Mark], *, context: int = CONTEXT) -> tuple[Paragraph, ...]:
    """Return the paragraphs that are marked, with some around them.

    Args:
        text: The article.
        marks: Spans of it.
        context: How many paragraphs to show before and after a marked one.
    """
    spans = [(match.start(), match.end()) for match in _PARAGRAPH.finditer(text)]
    chosen = {
        near
        for position, (start, end) in enumerate(spans)
        if any(mark.start < end and start < mark.end for mark in marks)
        for near in range(max(0, position - context), min(len(spans), position + context + 1))
    }
    shown: list[Paragraph] = []
    last = 0
    for position in sorted(chosen):
        for start, end in _clip(*spans[position], marks):
            skipped = bool(text[last:start].strip())
            shown.append(Paragraph(tuple(_cut_runs(text, start, end, marks)), skipped))
            last = end
    return tuple(shown)


def show_text(text: str) -> str:
    """Return a text of several lines with everything that could deceive a reader made visible."""
    return _ODD.sub(lambda match: " " if match.group().isspace() else displayable(match.group()), text)


def move_offset(text: str, offset: int) -> int:
    """Return where an offset into the text lies in what `show_text` makes of it, in UTF-16 units.

    JavaScript counts in these.
    """
    return len(show_text(text[:offset]).encode("utf-16-le", "replace")) // 2


def _clip(start: int, end: int, marks: Sequence[Mark]) -> Iterator[tuple[int, int]]:
    """Yield the parts of a paragraph that are near a mark; all of one that is short, the start of one without."""
    inside = sorted(
        (max(start, mark.start), min(end, mark.end)) for mark in marks if mark.start < end and start < mark.end
    )
    if end - start <= 2 * MOST_AROUND:
        yield start, end
        return
    if not inside:
        yield start, start + MOST_AROUND
        return
    first, last = inside[0]
    for mark_start, mark_end in inside[1:]:
        if mark_start - last > 2 * MOST_AROUND:
            yield max(start, first - MOST_AROUND), min(end, last + MOST_AROUND)
            first = mark_start
        last = max(last, mark_end)
    yield max(start, first - MOST_AROUND), min(end, last + MOST_AROUND)


def _cut_runs(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[Run]:
    edges = {edge for mark in marks for edge in (mark.start, mark.end) if start < edge < end}
    for left, right in pairwise([start, *sorted(edges), end]):
        here = [mark for mark in marks if mark.start <= left and right <= mark.end]
        ends = [mark for mark in here if mark.end == right]
        yield Run(
            text=show_text(text[left:right]),
            gold=any(mark.number is None for mark in here),
            given=tuple(sorted({mark.number for mark in here if mark.number is not None})),
            label=_label(ends),
        )


def _label(ends: Sequence[Mark]) -> str:
    numbers = sorted({mark.number for mark in ends if mark.number is not None})
    gold = ["gold"] if any(mark.number is None for mark in ends) else []
    return " ".join([*gold, *(f"[{number}]" for number in numbers)])
