"""Find what is around a story: menus, share bars, comment boxes, notices, lists of links.

A line is boilerplate for one of three reasons: the table of site text knows it (`site_text.txt`); it
is made of the names of sections; or it has the shape of a menu or a list of links and stands next to
such a line, above the first or below the last paragraph. Prose is never marked for its position:
a menu line too many does less harm than a sentence lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from factcheck.articles.dates import find_dates
from factcheck.articles.lines import Line, is_list_item, read_lines
from factcheck.articles.site_text import CREDIT, MAX_LINE, load_site_text
from factcheck.types import Span

_DECORATION = " \t*_~|•·●▪■◆»›«‹>←→↑↓▲▼►▶◀–—-+=❯❮✕×✖☰🔍\u200b\u200c\u200d\u200e\u200f\ufeff\u2060"
_SEPARATOR = re.compile(r"\s*[|•·»›>→❯/⁄]\s*|\s+[–—-]\s+|\t+|\s{2,}")
_DASH = re.compile(r"\s[–—-]\s")
_QUOTES = str.maketrans("‘’‚‛“”„‟", "''''\"\"\"\"")
_MARKDOWN_IMAGE = re.compile(r"!\[[^\]]{0,200}\]\([^)]{0,600}\)")
_MARKDOWN_LINK = re.compile(r"\[([^\]]{0,200})\]\([^)\s]{0,500}[^)]{0,100}\)")
_HEADING = re.compile(r"#{1,6}[ \t]+")
FRONT_MATTER = re.compile(
    r"\ufeff?(---|\+\+\+)[ \t]*\r?\n"
    r"(?:(?:[\w-]{1,40}[ \t]*[:=][^\r\n]*|[ \t]+[^\r\n]*|- [^\r\n]*|#[^\r\n]*|)\r?\n){1,200}?"
    r"\1[ \t]*(?=\r?\n|$)"
)
"""Fields at the top of a Markdown file."""

_ENDED = re.compile(r"""[.!?…。！？]["'”’»)\]]*$""")
_SENTENCES = re.compile(r"(?<=[.!?])[*_)]*\s+(?=[*_\[(]*[A-Z])")
_TWO_SENTENCES = re.compile(r"""[a-z0-9%)][.!?]["'”’)]*\s+["'“‘(]?[A-Z][a-z]*\s+[a-z]""")
_DATED = re.compile(r"(?:(?:first|last|originally) )?(?:published|updated|posted|modified)\b", re.IGNORECASE)
_BYLINE = re.compile(r"(?:by|from|reporting by|written by|with reporting|editing by)\b", re.IGNORECASE)
_HOMES = frozenset(
    "home homepage start inicio portada accueil startseite início главная головна ana 首页 ホーム".split()
)

_MENU_RUN = 4
_TAIL_LINES = 6


class _Kind(Enum):
    SITE = "known site text"
    HEAD = "site text that opens a list"
    SECTION = "names of sections only"
    SHORT = "a few words that are not a sentence"
    TITLE = "more words that are not a sentence"
    PROSE = "a sentence or more"


@dataclass(frozen=True, slots=True)
class _Row:
    line: Line
    kind: _Kind
    words: int

    @property
    def is_site(self) -> bool:
        return self.kind in (_Kind.SITE, _Kind.HEAD)

    @property
    def is_loose(self) -> bool:
        return self.kind in (_Kind.SECTION, _Kind.SHORT, _Kind.TITLE)


def find_boilerplate(text: str) -> tuple[Span, ...]:
    """Return the spans that are not part of the story, sorted and disjoint."""
    matter = FRONT_MATTER.match(text)
    start = matter.end() if matter else 0
    spans = [Span(0, start)] if start else []
    lines = [line for line in read_lines(text, start) if line.text]
    rows = [_classify(line) for line in lines]
    marked = {index for index, row in enumerate(rows) if row.is_site}
    marked |= _find_menus(rows)
    marked |= _find_head_matter(rows, marked)
    marked |= _find_lists(rows)
    marked |= _find_tail(rows, marked)
    for index, line in enumerate(lines):
        if index in marked:
            spans.append(Span(line.start, line.end))
        else:
            spans.extend(_find_marks(line))
    return join_spans(text, spans)


def _classify(line: Line) -> _Row:
    if len(line.text) > 4 * MAX_LINE:
        return _Row(line, _Kind.PROSE, MAX_LINE)
    return _Row(line, *_find_kind(line.text))


@lru_cache(maxsize=2048)  # the lines of menus repeat, in a file and from file to file
def _find_kind(text: str) -> tuple[_Kind, int]:
    """Return the kind of a line and its number of words."""
    bare = _strip(text)
    words = len(bare.split())
    if len(bare) > MAX_LINE:
        return _Kind.PROSE, words
    if not any(character.isalnum() for character in bare):
        return _Kind.SITE, 0
    table = load_site_text()
    if table.head.fullmatch(bare):
        return _Kind.HEAD, words
    if table.line.fullmatch(bare) or CREDIT.fullmatch(bare) or _is_menu(text):
        return _Kind.SITE, words
    if table.label.fullmatch(bare) and not _TWO_SENTENCES.search(bare):
        return _Kind.SITE, words
    parts = _SENTENCES.split(bare)
    if 1 < len(parts) <= 6 and all(table.is_notice(_strip(part)) for part in parts):
        return _Kind.SITE, words
    if words > 22 or (_ENDED.search(bare) and words >= 4):
        return _Kind.PROSE, words
    if _is_section(bare):
        return _Kind.SECTION, words
    return _Kind.SHORT if words <= 6 and len(bare) <= 50 else _Kind.TITLE, words


def _strip(text: str) -> str:
    """Return a line as the table wants it: no decoration, plain quotes, links as their words."""
    text = _unlink(text)
    text = _HEADING.sub("", text, count=1) if text.startswith("#") else text
    bare = " ".join(text.strip(_DECORATION).translate(_QUOTES).split())
    return bare[1:-1].strip() if bare[:1] + bare[-1:] in ("()", "[]") else bare


def _unlink(text: str) -> str:
    """Return a line with the words of Markdown links only."""
    return _MARKDOWN_LINK.sub(r"\1", _MARKDOWN_IMAGE.sub("", text)) if "](" in text else text


def _is_menu(text: str) -> bool:
    """Return whether a line is a breadcrumb or a menu: short parts, half of them known names."""
    text = _unlink(text)
    if _ENDED.search(text.rstrip(_DECORATION)):
        return False
    parts = [part for part in map(_strip, _SEPARATOR.split(text)) if part]
    if len(parts) < 2:
        words = text.casefold().split()
        named = sum(word in load_site_text().sections for word in words)
        return (len(words) >= 3 and _is_section(text)) or (len(words) >= 7 and named >= 0.7 * len(words))
    if parts[0].casefold() in _HOMES and (len(parts) > 2 or not _DASH.search(text)):
        return True
    table = load_site_text()
    short = [part for part in parts if len(part.split()) <= 4]
    known = sum(_is_section(part) or table.line.fullmatch(part) is not None for part in short)
    return len(short) == len(parts) and (known == len(parts) or (len(parts) > 2 and 2 * known >= len(parts)))


def _is_section(bare: str) -> bool:
    """Return whether a line is made of section names only ("Business & Defence")."""
    words = [word.strip(",/&|") for word in bare.casefold().split()]
    words = [word for word in words if word and word not in ("and", "the", "of", "&", "y", "et", "und")]
    return 0 < len(words) <= 30 and load_site_text().sections.issuperset(words)


def _find_menus(rows: Sequence[_Row]) -> set[int]:
    """Find runs of very short lines, a good part of which are names of sections or known text."""
    marked: set[int] = set()
    for run in _find_runs(
        [row.kind is not _Kind.PROSE and row.words <= 3 and len(row.line.text) <= 30 for row in rows]
    ):
        known = sum(rows[index].is_site or rows[index].kind is _Kind.SECTION for index in run)
        if len(run) >= _MENU_RUN and known >= 0.4 * len(run):
            marked.update(index for index in run if not _is_signature(rows[index]))
    return marked


def _find_head_matter(rows: Sequence[_Row], marked: set[int]) -> set[int]:
    """Find section names above the first paragraph, and small lines between known site text.

    One line that could be the title always stays.
    """
    first = next((index for index, row in enumerate(rows) if row.kind is _Kind.PROSE), len(rows))
    found = {index for index in range(first) if rows[index].kind is _Kind.SECTION}
    known = {index for index in range(first) if index in marked} | found
    long = max((index for index in range(first) if _may_be_title(rows[index]) and rows[index].words > 6), default=0)
    top, bottom = min(known, default=first), max(known, default=0)
    for run in _find_runs([_is_small(row) for row in rows[:first]]):
        between = top < run[0] and run[-1] < bottom
        if between and len(run) > 1 and run[-1] < long:
            found.update(run)
        elif between:
            near = [index for index in run if known & {index - 2, index - 1} and known & {index + 1, index + 2}]
            found.update(index for index in near if rows[index].words <= 4)
    taken = marked | found
    open_rows = [row for index, row in enumerate(rows[:first]) if index not in taken]
    if found and first and not any(_may_be_title(row) or row.words >= 2 for row in open_rows):
        found.discard(max(found, key=lambda index: rows[index].words))
    return found


def _is_small(row: _Row) -> bool:
    return row.kind is _Kind.SHORT and not _has_digit(row) and not _is_signature(row)


def _is_signature(row: _Row) -> bool:
    """Return whether a line says who wrote the story or when."""
    text = row.line.text
    return bool(_BYLINE.match(text) or _DATED.match(text) or next(find_dates(text), None))


def _find_lists(rows: Sequence[_Row]) -> set[int]:
    """Find what a head opens: links, tags or fields, down to the next paragraph.

    Where a paragraph follows, the last line that could be its heading, or the title above the story,
    stays, with a byline and a date below it.
    """
    marked: set[int] = set()
    short = [row.kind is not _Kind.PROSE or _is_question(row) for row in rows]
    for run in _find_runs([len(row.line.text) <= 160 and short[i] for i, row in enumerate(rows)]):
        head = next((index for index in run if rows[index].kind is _Kind.HEAD), None)
        if head is None:
            continue
        end = run[-1] + 1
        if end < len(rows):
            end = next((i for i in reversed(run) if _may_be_title(rows[i]) or _is_question(rows[i])), end - 1)
        marked.update(range(head + 1, end))
    return marked


def _is_question(row: _Row) -> bool:
    """Return whether a line is a short question or cry, as headlines in lists of links are."""
    bare = _strip(row.line.text)
    return bare.endswith(("?", "!")) and row.words <= 14 and len(_SENTENCES.split(bare)) == 1


def _may_be_title(row: _Row) -> bool:
    if _is_signature(row):
        return False
    return row.kind is _Kind.TITLE or (row.kind is _Kind.SHORT and row.words >= 4 and not _has_digit(row))


def _find_tail(rows: Sequence[_Row], marked: set[int]) -> set[int]:
    """Find loose lines around known site text below the last paragraph."""
    prose = [index for index, row in enumerate(rows) if row.kind is _Kind.PROSE and index not in marked]
    last = max(prose, default=len(rows))
    known = [index for index in range(last + 1, len(rows)) if index in marked]
    if not known:
        return set()
    found = {index for index in range(known[0], len(rows)) if len(rows[index].line.text) <= 160}
    for index in range(known[0] - 1, last, -1):
        row = rows[index]
        if known[0] - index > _TAIL_LINES or row.kind is _Kind.TITLE or not _is_bare(row):
            break
        found.add(index)
    return found


def _is_bare(row: _Row) -> bool:
    """Return whether a small line says nothing by itself: no number, no list item, no byline."""
    text = row.line.text
    return not (_has_digit(row) or is_list_item(text) or ":" in text or _BYLINE.match(text.lstrip("(")))


def _has_digit(row: _Row) -> bool:
    return any(character.isdigit() for character in row.line.text)


def _find_runs(flags: Sequence[bool]) -> Iterator[list[int]]:
    run: list[int] = []
    for index, flag in enumerate(flags):
        if flag:
            run.append(index)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _find_marks(line: Line) -> Iterator[Span]:
    """Yield marks inside a line of the story: a byte order mark, a heading's "#"."""
    start = line.start
    if line.text[0] == "\ufeff":
        yield Span(start, start + 1)
        start += 1
    heading = _HEADING.match(line.text, start - line.start)
    if heading:
        yield Span(start, line.start + heading.end())


def join_spans(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Join sorted spans with nothing but white space between them."""
    merged: list[Span] = []
    for span in spans:
        if merged and not text[merged[-1].end : span.start].strip():
            merged[-1] = Span(merged[-1].start, span.end)
        else:
            merged.append(span)
    return tuple(merged)
