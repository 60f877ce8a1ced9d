"""What the page shows of one article: its whole text in blocks, citations and what is said in it marked.

The text is never changed, only cut: the runs of all blocks and the line ends between them are
the article. Cutting by offsets in Python keeps JavaScript, which counts UTF-16 units, out of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from factcheck.presentation.text import plural
from factcheck.types import Citation, Span
from ui.components.answer import TitledArticle, describe_outlet
from ui.components.plain import show_line, show_piece

if TYPE_CHECKING:
    from factcheck.index.records import StoredUtterance

# More text than any browser lays out smoothly; a news article has about 5,000 characters.
MOST_CHARACTERS = 400_000
_PARAGRAPH = re.compile(r"(?:[^\n]*\S[^\n]*(?:\n|$))+")


# Names that the head of an article gives of its copies.
MOST_KIN = 6


class KnownArticle(TitledArticle, Protocol):
    """What the reader says of an article; rows of the index fit."""

    @property
    def byline(self) -> str | None:
        """Author, where the article gives one."""

    @property
    def sha256(self) -> str:
        """Digest of its bytes."""

    @property
    def origin(self) -> str:
        """Origin group, "" where that is not known."""

    @property
    def sentences(self) -> int:
        """Number of its sentences."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph as shown: offsets into the text and the line it starts on, from 1."""

    start: int
    end: int
    line: int


_Part = TypeVar("_Part", Block, Span)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A stretch of text that looks different, and why."""

    start: int
    end: int
    kind: Literal["grey", "cited", "said"]
    key: int = 0


def view_article(
    file: str,
    text: str,
    *,
    boilerplate: Sequence[Span],
    citations: Mapping[int, Citation],
    selected: int | None,
    articles: Mapping[str, KnownArticle],
    utterances: Sequence[StoredUtterance] = (),
) -> dict[str, Any]:
    """Return an article as the browser shows it.

    Args:
        file: The article's file.
        text: Its text.
        boilerplate: Spans that are no part of the story, sorted.
        citations: Citations of this file by position in the answer.
        selected: Position of the citation to highlight; None where the article is read from its beginning.
        articles: Articles by file, for title, date and copies.
        utterances: Who says what in it.
    """
    article = articles.get(file)
    holding = {key: each for key, each in citations.items() if text[each.start : each.end] == each.quote}
    window = _choose_window(text, holding.get(selected) if selected is not None else None)
    title = article.title if article else None
    marks = [
        *(_Mark(each.start, each.end, "grey") for each in boilerplate),
        *(_Mark(each.start, each.end, "cited", key) for key, each in holding.items()),
        *(_Mark(p.start, p.end, "said", key) for key, each in enumerate(utterances) for p in each.utterance.content),
    ]
    blocks = [*_clip_blocks(split_blocks(text), window)]
    begun: set[int] = set()
    return {
        "file": show_line(file),
        # Another text of the same file is drawn anew; nobody sees it.
        "version": article.sha256 if article else "",
        "title": show_line(title or PurePosixPath(file).name),
        "source": describe_outlet(article),
        "about": [*_describe(file, articles)],
        "blocks": [
            {
                "line": block.line,
                "heading": bool(title) and text[block.start : block.end].strip() == title,
                "runs": [*_cut_runs(text, block, inside, begun)],
            }
            for block, inside in _share_marks(marks, blocks)
        ],
        "sayings": [_view_saying(each) for each in utterances],
        "greyed": bool(boilerplate),
        "notice": _choose_notice(text, window, found=selected is None or selected in holding),
    }


def find_kin(file: str, articles: Mapping[str, KnownArticle]) -> tuple[list[str], list[str]]:
    """Return the files that are byte for byte the same as one, and others that share its origin."""
    article = articles.get(file)
    if article is None or not article.origin:
        return [], []
    kin = [name for name, each in articles.items() if each.origin == article.origin and name != file]
    same = [name for name in kin if articles[name].sha256 == article.sha256]
    return same, [name for name in kin if articles[name].sha256 != article.sha256]


def _describe(file: str, articles: Mapping[str, KnownArticle]) -> Iterator[str]:
    """Yield lines on an article: its author and size, its copies, and what shares its origin."""
    article = articles.get(file)
    if article is None:
        return
    size = plural(article.sentences, "sentence")
    yield f"By {show_line(article.byline)} · {size}" if article.byline else size
    same, kin = find_kin(file, articles)
    if same:
        yield f"The same file as {_list_names(same)}"
    if kin:
        yield f"Shares its origin with {_list_names(kin)}: they count as one source"


def _list_names(files: Sequence[str]) -> str:
    named = ", ".join(show_line(file) for file in files[:MOST_KIN])
    more = len(files) - MOST_KIN
    return f"{named} and {more:,} more" if more > 0 else named


def _view_saying(stored: StoredUtterance) -> dict[str, Any]:
    said = stored.utterance
    speaker = show_line(said.speaker) if said.speaker else "Speaker not named"
    role = show_line(said.role) if said.role and said.role != said.speaker else ""
    how = {"direct": "Quoted", "mixed": "Partly quoted"}.get(said.kind, "Reported")
    through = f" through {show_line(' and '.join(said.chain))}" if said.chain else ""
    return {"speaker": speaker, "role": role, "how": f"{how}{through}", "kind": said.kind}


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


def _cut_runs(text: str, block: Block, marks: Sequence[_Mark], begun: set[int]) -> Iterator[dict[str, Any]]:
    """Cut a block wherever a mark starts or ends.

    Args:
        text: The article's text.
        block: The paragraph.
        marks: The marks that reach into it.
        begun: Utterances that were drawn already; the first run of each can be reached by keyboard.
    """
    inside = {edge for each in marks for edge in (each.start, each.end) if block.start < edge < block.end}
    edges = [block.start, *sorted(inside), block.end]
    pieces = [Span(start, end) for start, end in pairwise(edges)]
    for piece, here in _share_marks(marks, pieces):
        run: dict[str, Any] = {"text": show_piece(text[piece.start : piece.end])}
        cited = sorted(mark.key for mark in here if mark.kind == "cited")
        said = min((mark for mark in here if mark.kind == "said"), key=lambda mark: mark.end - mark.start, default=None)
        if cited:
            ends = {mark.key for mark in here if mark.kind == "cited" and mark.end == piece.end}
            run |= {"marks": cited, "ends": [key for key in cited if key in ends]}
        elif any(mark.kind == "grey" for mark in here):
            run["grey"] = True
        if said is not None:
            run |= {"said": said.key, "begins": said.key not in begun}
            begun.add(said.key)
        yield run


def _share_marks(marks: Iterable[_Mark], parts: Iterable[_Part]) -> Iterator[tuple[_Part, list[_Mark]]]:
    """Yield each part, in order, with the marks that reach into it; costs no more than their number."""
    waiting = sorted(marks, key=lambda mark: mark.start)
    at = 0
    reaching: list[_Mark] = []
    for part in parts:
        while at < len(waiting) and waiting[at].start < part.end:
            reaching.append(waiting[at])
            at += 1
        reaching = [mark for mark in reaching if mark.end > part.start]
        yield part, reaching


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
