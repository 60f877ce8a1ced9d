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
from factcheck.articles.outlets import find_outlet
from factcheck.types import Span

_HEAD_CHARACTERS = 6000
_HEAD_LINES = 14
_TITLE_LINES = 8

_SENTENCE_END = re.compile(r"""[.。;:,]["'”’)\]]*$""")
_BYLINE = re.compile(
    r"(?:story |text |words |report |posted |published |written |article )?by:?\s+(?P<names>.+)"
    r"|(?:author|reporter|writer)s?:\s*(?P<label>.+)",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:[A-Z][\w.'’-]*|de|da|di|del|della|van|von|der|den|bin|bint|ibn|al|el|la|le|ten|ter|y)")
_LATER_CUT = re.compile(r"\s*[|•·/–—(]|\s-\s|\s(?:for|at|of|in|on|with)\s|,?\s+\d|\s+(?:[A-Z][a-z]{2,8}\.? \d)")
_ROLE = re.compile(
    r"\b(?:reporter|correspondent|editor|writer|staff|journalist|columnist|producer|bureau|desk|chief)\b",
    re.IGNORECASE,
)
_DATE_LABEL = re.compile(
    r"(?:first |originally |last )?(?:published|posted|updated|modified|created|issued|date|released|pub\.?)",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"(?:updated|modified|last)\b", re.IGNORECASE)
_DATE_WORDS = re.compile(
    r"\bT?\d{1,2}[:.]\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?|\b[ap]\.?m\b\.?|\d+|\b(?-i:[A-Z]{2,4})\b"
    r"|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b"
    r"|\b(?:at|on|by|and|mins?|minutes?|read|local|time|edition)\b",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    r"(?P<place>[A-Z][A-Za-z .,/'’-]{1,60}?)?"
    r"(?P<date>,?\s+(?:[A-Z][a-z]{2,8}\.?\s+\d{1,2}|\d{1,2}\s+[A-Z][a-z]{2,8})(?:,?\s+\d{4})?)?\s*"
    r"\((?P<agency>[A-Za-z][\w /&-]{1,40})\)\s*[-–—:]\s"
)
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
    title = _plain(title_line.text) if title_line else None
    head = [_plain(line.text) for line in story]
    byline, byline_outlet = _find_byline(head)
    ending = [line.text for line in read_lines(text[-_HEAD_CHARACTERS:]) if line.text]
    return Metadata(
        title=_first(matter, "title", "headline") or title,
        outlet=_first(matter, "outlet", "publisher", "site", "source", "publication")
        or _find_outlet(head, title)
        or byline_outlet
        or _find_closing_outlet(ending),
        byline=_first(matter, "author", "byline", "authors") or byline,
        date=_first_date(matter) or _find_date(head, title),
    )


def _is_in(line: Line, spans: Sequence[Span]) -> bool:
    return any(span.start <= line.start and line.end <= span.end for span in spans)


def _plain(text: str) -> str:
    """Return a line without heading marks, emphasis and invisible characters at its ends."""
    return " ".join(text.strip("\ufeff\u200b\u200e\u200f#*_ \t").split())


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
        text = _plain(line.text)
        words = [word for word in text.split() if any(letter.isalnum() for letter in word)]
        if len(text) > 220 or (_SENTENCE_END.search(text) and len(words) > 8):
            break
        if len(words) < 2 or _SENTENCE_END.search(text) or not any(word[0].isalpha() for word in words):
            continue
        if find_outlet(text, unknown=True) or _BYLINE.fullmatch(text) or _is_date_line(text):
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
        for match, group, unknown in (
            (prefix, "name", True),
            (dateline, "agency", False),
            (suffix, "name", False),
        ):
            if match and (found := find_outlet(match[group], misspelt=group == "name", unknown=unknown)):
                return found
        if len(text) < 90 and (date := next(iter(find_dates(text)), None)):
            before = re.split(r"[,|•·–—]", text[: date[0]])[0]  # "The Gazette | May 14, 2025"
            if found := find_outlet(before, unknown=True):
                return found
    return None


def _find_closing_outlet(ending: Sequence[str]) -> str | None:
    for text in ending[-25:]:
        notice = _COPYRIGHT.match(text) if len(text) < 200 else None
        if notice and (found := find_outlet(notice["name"], unknown=True)):
            return found
        bio = _BIO.match(text) if len(text) < 400 else None
        if bio and (found := find_outlet((bio["staff"] or bio["for"]).removeprefix("the "), unknown=bool(bio["for"]))):
            return found
    return None


def _find_byline(head: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the names of a "By …" line, and the outlet where it follows them."""
    for text in head:
        match = _BYLINE.fullmatch(text) if len(text) <= 140 else None
        if match is None:
            continue
        rest = match["names"] or match["label"]
        names = _take_names(rest)
        outlet = next(
            (
                found
                for part in re.split(r"[,|•·/–—(]| for | at ", rest)[1:]
                if (found := find_outlet(part, unknown=True))
            ),
            None,
        )
        if names and find_outlet(names, unknown=True):
            return None, find_outlet(names, unknown=True)
        if names:
            return names, outlet
    return None, None


def _take_names(text: str) -> str | None:
    """Return the names that a text begins with ("Ana Ruiz and Bo Li, Reuters" → "Ana Ruiz and Bo Li")."""
    people: list[str] = []
    for part in re.split(r",?\s+and\s+|,\s+|\s+&\s+", _LATER_CUT.split(text, maxsplit=1)[0]):
        words = part.split()
        if not 2 <= len(words) <= 5 or not all(_NAME.fullmatch(word) for word in words):
            break
        if people and (find_outlet(part, unknown=True) or _ROLE.search(part)):
            break
        people.append(part.title() if part.isupper() else part)
    return None if not people else people[0] if len(people) == 1 else ", ".join(people[:-1]) + " and " + people[-1]


def _find_date(head: Sequence[str], title: str | None) -> str | None:
    """Return the date of publication: a line that is little else than a date, or a dateline.

    A date above the title is often the day the page was printed, so it counts last.
    """
    above = head.index(title) if title in head else 0
    plain: list[str] = []
    updated: list[str] = []
    early: list[str] = []
    for index, text in enumerate(head):
        dateline = _DATELINE.match(text)
        if dateline and dateline["date"] and (date := read_date(dateline["date"])):
            plain.append(date)
        found = min(find_dates(text), default=None) if _is_date_line(text) else None
        if found:
            label = text[: found[0]]
            (updated if _UPDATED.search(label) else early if index < above else plain).append(found[2])
    return next(iter([*plain, *updated, *early]), None)


def _is_date_line(text: str) -> bool:
    """Return whether a line holds a full date and, beside it, only a label, a time, names or an outlet."""
    found = sorted(find_dates(text))
    if not found or len(text) > 160:
        return False
    rest = text
    for start, end, _ in reversed(found):
        rest = rest[:start] + " | " + rest[end:]
    rest = _DATE_WORDS.sub(" ", _DATE_LABEL.sub(" ", rest))
    parts = [part.strip(" ,.:;-–—()/+") for part in re.split(r"[|•·–—,:]", rest)]
    return all(not part or _is_name_like(part) for part in parts)


def _is_name_like(part: str) -> bool:
    words = part.split()
    return len(words) <= 5 and (all(_NAME.fullmatch(word) for word in words) or len(words) == 1)
