"""Lines that only say who wrote a story, when and for whom.

They are read as metadata and kept out of the index: nothing in them can answer a question about
the news.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factcheck.articles.dates import find_dates
from factcheck.articles.lines import Line, is_list_item, is_terminated, read_lines
from factcheck.articles.outlets import find_outlet, find_site_name
from factcheck.types import Span

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
_CLOCK = r"\bT?\d{1,2}[:.]\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?"
_DATE_WORDS = re.compile(
    rf"{_CLOCK}|\b[ap]\.?m\b\.?|\d+|\b(?-i:[A-Z]{{2,4}})\b"
    r"|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b"
    r"|\b(?:at|on|by|and|mins?|minutes?|read|local|time|edition)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?:updated |posted |published )?(?:at )?(?:\d{1,2}:\d\d(?::\d\d)?|\d{1,2}(?:[:.]\d\d)?\s*[ap]\.?m\b\.?)"
    r"(?:\s*[ap]\.?m\b\.?)?(?:\s*(?-i:[A-Z]{2,4})| local time)?",
    re.IGNORECASE,
)
_STRONG_MARK = re.compile(r"\s*[|•·]\s*|\s+[–—-]\s+|\s*[–—]\s*")
_NO_NAMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday morning evening night noon january february march "
    "april june july august september october november december today tomorrow was were is are has had will be "
    "from the this that everything nothing new north south east west central northern southern eastern western "
    "san santa los las saint st united hong city county island islands district province region park port fort "
    "lake mount river street news live updated published popular demand world sport sports business".split()
)
_CREDIT = re.compile(
    r"\(?(?:(?:additional|with|original) )?(?:reporting|writing|editing|compiled|translated|edited|written)"
    r"(?: and (?:writing|editing|reporting))? by:? (?P<rest>[^()]{3,240}?)\.?\)?\.?",
    re.IGNORECASE,
)
_CREDIT_WORDS = frozenset(
    "additional contributing editing reporting writing translated translation compiled graphics by and in at of the "
    "for with from contributed to this report story".split()
)
_BYLINE_WORDS = _CREDIT_WORDS | frozenset(
    "posted published updated on special staff reporter correspondent editor writer journalist columnist producer "
    "bureau desk chief senior political foreign diplomatic defence defense science health business economics "
    "sports security environment investigations min mins minutes read a.m p.m am pm est agencies".split()
)

_HOLE = "\0"  # stands where a date was
_FIELD = re.compile(r"(?P<label>[^:|•·]{1,40}):\s")
_PUBLISHED = re.compile(
    r"(?:first |originally |last )?(?:published|posted|updated|modified|date)|by\b.*", re.IGNORECASE
)

_HEAD_LINES = 14
_MOST_DATES = 2
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class DateLine:
    """A line that holds a full date and, beside it, only a label, a time, names or an outlet.

    Attributes:
        label: What stands in front of the date.
        date: The first date, ISO.
        outlet: The outlet beside it.
        byline: A name beside it, set apart by a mark ("The Gazette | Ana Ruiz | 14 May 2022").
    """

    label: str
    date: str
    outlet: str | None
    byline: str | None


def read_date_line(text: str) -> DateLine | None:
    """Read a line that is little else than a date; None where it is something else."""
    found = sorted(find_dates(text)) if len(text) <= _LONGEST else []
    if not found:
        return None
    rest = text
    for start, end, _ in reversed(found):
        rest = rest[:start] + _HOLE + rest[end:]
    rest = _DATE_LABEL.sub(" ", rest)
    parts = _split(_DATE_WORDS.sub(" ", rest))
    if not all(_is_name_like(part) for part in parts):
        return None
    strong = [part.strip(" ,.:;-()/+") for part in _STRONG_MARK.split(rest)]
    outlet = next((name for part in [*strong, *parts] if (name := find_site_name(part))), None)
    byline = next((part for part in strong if part != outlet and _is_person(part)), None)
    return DateLine(text[: found[0][0]], found[0][2], outlet, byline)


def _split(text: str) -> list[str]:
    """Return what is between marks and dates, without empty parts."""
    parts = (part.strip(" ,.:;-–—()/+") for part in re.split(rf"[|•·–—,:{_HOLE}]", text))
    return [part for part in parts if part]


def _is_name_like(part: str) -> bool:
    words = part.split()
    return len(words) <= 5 and (all(_NAME.fullmatch(word) for word in words) or len(words) == 1)


def _is_person(part: str) -> bool:
    """Return whether words can only be a person's name: not a place, a section or an outlet."""
    words = part.split()
    return (
        2 <= len(words) <= 4
        and _are_names(words)
        and not part.isupper()
        and not _ROLE.search(part)
        and find_site_name(part) is None
    )


def _are_names(words: Sequence[str]) -> bool:
    return all(_NAME.fullmatch(word) and word.casefold() not in _NO_NAMES for word in words)


def find_byline(head: Sequence[str]) -> tuple[str | None, str | None]:
    """Return the names of a "By …" line, and the outlet where it follows them."""
    for text in head:
        match = _BYLINE.fullmatch(text) if len(text) <= 140 else None
        if match is None:
            continue
        rest = match["names"] or match["label"]
        names = _take_names(rest)
        parts = re.split(r"[,|•·/–—(]| for | at ", rest)[1:]
        outlet = next((found for part in parts if (found := find_site_name(part))), None)
        if names and find_outlet(names, unknown=True):
            return None, find_outlet(names, unknown=True)
        if names:
            return names, outlet
    return None, None


def is_byline(text: str) -> bool:
    """Return whether a line has the form of a byline."""
    return _BYLINE.fullmatch(text) is not None


def _take_names(text: str) -> str | None:
    """Return the names that a text begins with ("Ana Ruiz and Bo Li, Reuters" → "Ana Ruiz and Bo Li")."""
    people: list[str] = []
    for part in re.split(r",?\s+and\s+|,\s+|\s+&\s+", _LATER_CUT.split(text, maxsplit=1)[0]):
        words = part.split()
        if not 2 <= len(words) <= 5 or not _are_names(words):
            break
        if people and (find_outlet(part, unknown=True) or _ROLE.search(part)):
            break
        people.append(part.title() if part.isupper() else part)
    return None if not people else people[0] if len(people) == 1 else ", ".join(people[:-1]) + " and " + people[-1]


def plain(text: str) -> str:
    """Return a line without heading marks, emphasis and invisible characters."""
    text = text.strip("\ufeff\u200b\u200e\u200f#*_ \t")
    return " ".join(text.replace("**", " ").replace("__", " ").split())


def find_signatures(
    text: str, boilerplate: Sequence[Span], *, title: str | None, outlet: str | None
) -> tuple[Span, ...]:
    """Return the lines that only hold byline, outlet, date or time.

    They count above the first paragraph, below a summary there, and below the last paragraph: between
    paragraphs a date is the heading of a timeline. A bare time counts anywhere.
    """
    lines = [line for line in read_lines(text) if line.text and not _is_in(line, boilerplate)]
    texts = ["" if len(line.text) > 2 * _LONGEST else plain(line.text) for line in lines]
    kinds = [
        None if text == title or is_list_item(line.text) else _find_kind(text, outlet)
        for text, line in zip(texts, lines, strict=True)
    ]
    prose = [index for index, line in enumerate(lines) if not kinds[index] and _is_prose(line.text)]
    first, last = (prose[0], prose[-1]) if prose else (len(lines), -1)
    found: set[int] = set()
    for zone in (range(min(first + 3, last) if last > first else first), range(last + 1, len(lines))):
        dates = sum(kinds[index] == "date" for index in zone)
        for index in zone:
            inside = first < index < last  # below a summary: only a byline, and what is next to it
            if kinds[index] == "date" and dates > _MOST_DATES:
                continue  # a list of dates is news
            if kinds[index] == "byline" or (kinds[index] and (not inside or index - 1 in found)):
                found.add(index)
    found.update(index for index, kind in enumerate(kinds) if kind == "time")
    return tuple(Span(lines[index].start, lines[index].end) for index in sorted(found))


def _is_in(line: Line, spans: Sequence[Span]) -> bool:
    return any(span.start <= line.start and line.end <= span.end for span in spans)


def _is_prose(text: str) -> bool:
    words = len(text.split())
    return words > 22 or (words >= 4 and is_terminated(text))


def _find_kind(text: str, outlet: str | None) -> str | None:
    """Return "time", "byline", "outlet" or "date" for a line that holds nothing else."""
    if not text:
        return None
    if _TIME.fullmatch(text):
        return "time"
    if _is_byline_only(text) or _is_credit(text):
        return "byline"
    if outlet is not None and outlet in (text, find_outlet(text, unknown=True)):
        return "outlet"
    line = read_date_line(text)
    field = _FIELD.match(text)
    if line is None or (field and not _PUBLISHED.fullmatch(field["label"])):
        return None  # "Born: 4 May 1950"
    # A title of three words and a date is built like a name and a date.
    return "date" if all(len(part.split()) <= 2 for part in _find_rest(text, line, outlet)) else None


def _find_rest(text: str, line: DateLine, outlet: str | None) -> Iterator[str]:
    """Yield the parts of a date line that are neither date, outlet nor byline."""
    for start, end, _ in sorted(find_dates(text), reverse=True):
        text = text[:start] + _HOLE + text[end:]
    known = {name for name in (line.outlet, line.byline, outlet) if name}
    yield from (part for part in _split(_DATE_WORDS.sub(" ", _DATE_LABEL.sub(" ", text))) if part not in known)


def _is_byline_only(text: str) -> bool:
    """Return whether a line says who wrote the story and, at most, where, when and as what."""
    names, outlet = find_byline([text])
    if (names is None and outlet is None) or text.endswith(("?", "!", ":")):
        return False
    return _are_names_or(_BYLINE_WORDS, text.split()[1:])


def _is_credit(text: str) -> bool:
    match = _CREDIT.fullmatch(text)
    return match is not None and _are_names_or(_CREDIT_WORDS, match["rest"].split())


def _are_names_or(allowed: frozenset[str], words: Sequence[str]) -> bool:
    bare = [word.strip(" ,.;:|()/–—·•&-") for word in words]
    return all(not word or word.casefold() in allowed or _NAME.fullmatch(word) or word[0].isdigit() for word in bare)
