"""Full publication dates as news sites write them; never a guess."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = r"(?P<month>[A-Za-z]{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DATES = (
    re.compile(rf"(?<![\d/.-]){_YEAR}(?P<mark>[-/.])(?P<number>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})(?![\d/-])"),
    re.compile(rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}\b"),
    re.compile(rf"(?<![\d.,]){_DAY}(?:\s+of)?[\s-]+{_MONTH},?[\s-]+{_YEAR}\b"),
    re.compile(rf"(?<![\d/.-])(?P<first>\d{{1,2}})(?P<mark>[/.-])(?P<second>\d{{1,2}})(?P=mark){_YEAR}(?![./-]?\d)"),
)


def find_dates(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and ISO form of every full date whose parts are certain.

    03/04/2022 is 3 April or 4 March and is left out; 14/03/2022 can only be read one way.
    """
    for pattern in _DATES:
        for match in pattern.finditer(text):
            found = _read(match.groupdict())
            if found:
                yield match.start(), match.end(), found


def read_date(text: str) -> str | None:
    """Return the one full date of a text in ISO form; None where there is none or several."""
    dates = {date for _, _, date in find_dates(text)}
    return dates.pop() if len(dates) == 1 else None


def _read(parts: dict[str, str | None]) -> str | None:
    year = int(parts["year"] or 0)
    if parts.get("first") is not None:
        first, second = int(parts["first"] or 0), int(parts["second"] or 0)
        if parts["mark"] == ".":  # only written day first
            day, month = first, second
        elif first > 12 or first == second:
            day, month = first, second
        elif second > 12:
            day, month = second, first
        else:
            return None
    else:
        day = int(parts["day"] or 0)
        month = int(parts.get("number") or 0) or _MONTHS.get((parts.get("month") or "").casefold(), 0)
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None
