"""What the page shows of one article: its whole text in blocks, with the citations marked.

The text is never changed, only cut: the runs of all blocks and the line ends between them are
the article. Cutting by offsets in Python keeps JavaScript, which counts UTF-16 units, out of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from factcheck.types import Citation, Span
from ui.components.answer import TitledArticle, describe_outlet
from ui.components.plain import show_line, show_piece

# More text than any browser lays out smoothly; a news article has about 5,000 characters.
MOST_CHARACTERS = 400_000
_PARAGRAPH = re.compile(r"(?:[^\n]*\S[^\n]*(?:\n|$))+")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph as shown: offsets into the text and the line it starts on, from 1."""

    start: int
    end: int
    line: int


def view_article(
    file: str,
    text: str,
    *,
    boilerplate: Sequence[Span],
    citations: Mapping[int, Citation],
    selected: int,
    articles: Mapping[str, TitledArticle],
) -> dict[str, Any]:
    """Return an article as the browser shows it.

    Args:
        file: The article's file.
        text: Its text.
        boilerplate: Spans that are no part of the story, sorted.
        citations: Citations of this file by position in the answer.
        selected: Position of the citation to highlight.
        articles: Articles by file, for title and date.
    """
    article = articles.get(file)
    holding = {key: each for key, each in citations.items() if text[each.start : each.end] == each.quote}
    window = _choose_window(text, holding.get(selected))
    title = article.title if article else None
    return {
        "file": show_line(file),
        "title": show_line(title or PurePosixPath(file).name),
        "source": describe_outlet(article),
        "blocks": [
            {
                "line": block.line,
                "heading": bool(title) and text[block.start : block.end].strip() == title,
                "runs": [*_cut_runs(text, block, boilerplate, holding)],
            }
            for block in _clip_blocks(split_blocks(text), window)
        ],
        "greyed": bool(boilerplate),
        "notice": _choose_notice(text, window, found=selected in holding),
    }


def split_blocks(text: str) -> list[Block]:
    """Cut a text into paragraphs for reading; blank lines fall away.

    A line is a paragraph of its own, except in hard-wrapped text, where the lines between two
    blank lines belong together.
    """
    blocks: list[Block] = []
    line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
    for match in _PARAGRAPH.finditer(text):
        spans = [*_split_lines(text, match.start(), match.end())]
        if _is_wrapped([end - start for start, end in spans]):
            spans = [(spans[0][0], spans[-1][1])]
        blocks += [Block(start, end, bisect_right(line_starts, start)) for start, end in spans]
    return blocks


def _split_lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        if text[start:stop].strip():
            yield start, stop
        start = stop + 1


def _is_wrapped(lengths: Sequence[int]) -> bool:
    """Whether lines look filled up to a margin: all but the last of about the same length."""
    *full, _ = lengths
    return len(full) >= 2 and min(full) >= 50 and max(full) <= 100 and max(full) - min(full) <= 20


def _cut_runs(
    text: str, block: Block, boilerplate: Sequence[Span], citations: Mapping[int, Citation]
) -> Iterator[dict[str, Any]]:
    """Cut a block wherever boilerplate or a citation starts or ends."""
    spans: list[Span | Citation] = [*boilerplate, *citations.values()]
    inside = {edge for each in spans for edge in (each.start, each.end) if block.start < edge < block.end}
    edges = [block.start, *sorted(inside), block.end]
    for start, end in pairwise(edges):
        run: dict[str, Any] = {"text": show_piece(text[start:end])}
        marks = [key for key, each in citations.items() if each.start <= start and end <= each.end]
        if marks:
            run |= {"marks": marks, "ends": [key for key in marks if citations[key].end == end]}
        elif any(span.start <= start and end <= span.end for span in boilerplate):
            run["grey"] = True
        yield run


def _choose_window(text: str, citation: Citation | None) -> Span:
    if len(text) <= MOST_CHARACTERS:
        return Span(0, len(text))
    middle = citation.start if citation else 0
    start = max(0, min(middle - MOST_CHARACTERS // 2, len(text) - MOST_CHARACTERS))
    return Span(start, start + MOST_CHARACTERS)


def _clip_blocks(blocks: Sequence[Block], window: Span) -> Iterator[Block]:
    for block in blocks:
        if block.end > window.start and block.start < window.end:
            yield Block(max(block.start, window.start), min(block.end, window.end), block.line)


def _choose_notice(text: str, window: Span, *, found: bool) -> str | None:
    if not found:
        return "The file has changed since the answer was given: the sentence is no longer in its place."
    if window.end - window.start < len(text):
        return f"A very long file: characters {window.start:,} to {window.end:,} of {len(text):,} are shown."
    return None
