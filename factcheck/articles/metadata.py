"""Title, outlet, byline and date of an article, where its text gives them.

None rather than wrong: a date without a year, or "Post" in the middle of a sentence, says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from factcheck.articles.boilerplate import FRONT_MATTER
from factcheck.articles.dates import find_dates, read_date
from factcheck.articles.lines import Line, read_lines
from factcheck.articles.outlets import find_outlet, find_site_name
from factcheck.articles.signatures import find_byline, is_byline, plain, read_date_line
from factcheck.types import Span

_HEAD_CHARACTERS = 6000
_HEAD_LINES = 14
_TITLE_LINES = 8

_SENTENCE_END = re.compile(r"""[.。;:,]["'”’)\]]*$""")
_UPDATED = re.compile(r"(?:updated|modified|last)\b", re.IGNORECASE)
_DATELINE = re.compile(
    r"(?P<place>[A-Z][A-Za-z .,/'’-]{1,60}?)?"
    r"(?P<date>,?\s+(?:[A-Z][a-z]{2,8}\.?\s+\d{1,2}|\d{1,2}\s+[A-Z][a-z]{2,8})(?:,?\s+\d{4})?)?\s*"
    r"\((?P<agency>[A-Za-z][\w /&-]{1,40})\)\s*(?:--|[-–—:])\s"
)
_PLACE = re.compile(r"[A-Z][A-Z.'’]{2,}(?:(?:/|,\s|[\s-])[A-Z][\w.'’]*){0,5},?\s+")
_BEHIND_DATE = re.compile(r"\.?\s*(?:[.:–—-]|--)\s")
_LONGEST_DATELINE = 100
_TAIL_LINES = 6
_PREFIX = re.compile(r"(?P<name>[^|:.!?\n]{3,40}?)\s+[|]\s+(?=[\"'“‘]?[A-Z])")
_SUFFIX = re.compile(r"\s[|–—-]\s(?P<name>[^|–—]{2,40})$")
_COPYRIGHT = re.compile(
    r"(?:copyright|©|\(c\))[\s©(c)]*(?:(?:19|20)\d\d(?:\s*[-–]\s*(?:(?:19|20)\d\d|present))?,?)?\s*(?:by\s+)?"
    r"(?P<name>[^.|,\d]{3,50}?)(?:\s+(?:Network|Limited|Ltd|LLC|Inc|Corp|Corporation|Company|plc|L\.P))*\s*(?:[.,|]|$)",
    re.IGNORECASE,
)
_BIO = re.compile(
    r"(?:The (?P<staff>(?:[A-Z]\w+ ){1,4})Staff is a team of"
    r"|.{3,60}? is (?:an? |the )(?:[\w-]+ ){0,4}(?:reporter|correspondent|writer|editor|journalist|columnist)"
    r" (?:for|at|with) (?P<for>(?:[Tt]he )?(?:[A-Z][\w'’]* ?){1,4})[.,])"
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a text says about itself; None where it does not say."""

    title: str | None = None
    outlet: str | None = None
    byline: str | None = None
    date: str | None = None


def read_metadata(text: str, boilerplate: Sequence[Span]) -> Metadata:
    """Read title, outlet, byline and date.

    Args:
        text: The article's text.
        boilerplate: Its boilerplate; a copyright line in it may name the outlet.
    """
    lines = [line for line in read_lines(text[:_HEAD_CHARACTERS]) if line.text]
    story = [line for line in lines if not _is_in(line, boilerplate)][:_HEAD_LINES]
    matter = _read_front_matter(text)
    title_line = _find_title(story)
    title = plain(title_line.text) if title_line else None
    head = [plain(line.text) for line in story]
    byline, byline_outlet = find_byline(head)
    ending = [line.text for line in read_lines(text[-_HEAD_CHARACTERS:]) if line.text]
    return Metadata(
        title=_first(matter, "title", "headline") or title,
        outlet=_first(matter, "outlet", "publisher", "site", "source", "publication")
        or _find_outlet(head, title)
        or byline_outlet
        or _find_closing_outlet(ending),
        byline=_first(matter, "author", "byline", "authors") or byline or _find_date_byline(head),
        date=_first_date(matter) or _find_date(head, [plain(text) for text in ending], title),
    )


def _is_in(line: Line, spans: Sequence[Span]) -> bool:
    return any(span.start <= line.start and line.end <= span.end for span in spans)


def _read_front_matter(text: str) -> dict[str, str]:
    matter = FRONT_MATTER.match(text)
    pairs = (row.split(":", 1) for row in matter.group().splitlines() if ":" in row) if matter else ()
    return {key.strip().casefold(): value.strip(" \t\"'[]") for key, value in pairs}


def _first(matter: dict[str, str], *keys: str) -> str | None:
    return next((matter[key][:300] for key in keys if matter.get(key)), None)


def _first_date(matter: dict[str, str]) -> str | None:
    return next((date for key in ("date", "published") if (date := read_date(matter.get(key, "")))), None)


def _find_title(story: Sequence[Line]) -> Line | None:
    """Return the first line that is built like a headline, above the first paragraph.

    Where it has very few words, it is often the site's name, and a longer one below is taken.
    """
    candidates: list[Line] = []
    for line in story[:_TITLE_LINES]:
        text = plain(line.text)
        words = [word for word in text.split() if any(letter.isalnum() for letter in word)]
        if len(text) > 220 or (_SENTENCE_END.search(text) and len(words) > 8):
            break
        if len(words) < 2 or _SENTENCE_END.search(text) or not any(word[0].isalpha() for word in words):
            continue
        if find_outlet(text, unknown=True) or is_byline(text) or read_date_line(text):
            continue
        if len(words) > 4:
            return line if not candidates or len(words) > 5 else candidates[0]
        candidates.append(line)
    return candidates[0] if candidates else None


def _find_outlet(head: Sequence[str], title: str | None) -> str | None:
    for text in head[:8]:
        if text != title and (found := find_outlet(text, unknown=True)):
            return found
    for text in head[:8]:
        prefix, dateline = _PREFIX.match(text), _DATELINE.match(text)
        suffix = _SUFFIX.search(text) if len(text) < 160 else None
        for match, unknown in ((prefix, True), (suffix, False)):
            if match and (found := find_outlet(match["name"], misspelt=True, unknown=unknown)):
                return found
        if dateline and (found := find_site_name(dateline["agency"])):
            return found
        if line := read_date_line(text):
            if line.outlet:  # "The Gazette | May 14, 2025"
                return line.outlet
        elif len(text) < 90 and (date := next(iter(find_dates(text)), None)):
            before = re.split(r"[,|•·–—]", text[: date[0]])[0]
            if found := find_outlet(before, unknown=True):
                return found
    return None


def _find_closing_outlet(ending: Sequence[str]) -> str | None:
    for text in ending[-25:]:
        notice = _COPYRIGHT.match(text) if len(text) < 200 else None
        if notice and (found := find_site_name(notice["name"])):
            return found
        bio = _BIO.match(text) if len(text) < 400 else None
        if bio and (found := find_outlet((bio["staff"] or bio["for"]).removeprefix("the "), unknown=bool(bio["for"]))):
            return found
    return None


def _find_date_byline(head: Sequence[str]) -> str | None:
    return next((line.byline for text in head if (line := read_date_line(text)) and line.byline), None)


def _find_date(head: Sequence[str], ending: Sequence[str], title: str | None) -> str | None:
    """Return the date of publication: a line that is little else than a date, or a dateline.

    A date above the title is often the day the page was printed, so it counts last but for one at the end.
    """
    above = head.index(title) if title in head else 0
    certain: list[str] = []
    updated: list[str] = []
    early: list[str] = []
    for index, text in enumerate(head):
        dateline = _DATELINE.match(text)
        if dateline and dateline["date"] and (date := read_date(dateline["date"])):
            certain.append(date)
        if date := _read_dated_place(text):
            certain.append(date)
        if line := read_date_line(text):
            kind = updated if _UPDATED.search(line.label) else early if index < above else certain
            kind.append(line.date)
    last = [line.date for text in ending[-_TAIL_LINES:] if (line := read_date_line(text))]
    return next(iter([*certain, *updated, *early, *last]), None)


def _read_dated_place(text: str) -> str | None:
    """Return the date of a dateline without an agency ("GENEVA/LONDON, 6 June 2024. The …")."""
    start, end, date = min(find_dates(text[:_LONGEST_DATELINE]), default=(0, 0, ""))
    return date if _PLACE.fullmatch(text, 0, start) and _BEHIND_DATE.match(text, end) else None
