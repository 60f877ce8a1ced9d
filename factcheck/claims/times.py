"""Dates of a claim and of a sentence, weekdays and "yesterday" resolved by the article's date."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Literal

MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan;february feb;march mar;april apr;may;june jun;july jul;august aug;september sep sept;"
        "october oct;november nov;december dec".split(";"),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December|" + (
    r"Jan\.?|Feb\.?|Mar\.|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)\b"
)
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?\b"
_YEAR = r"(?P<year>1[0-9]\d\d|20\d\d)\b"
_FORMS = (
    re.compile(rf"\b{_MONTH}\s+{_DAY}(?:,?\s+{_YEAR})?(?!\s*(?:%|per))"),
    re.compile(rf"(?<![\d.,]){_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?"),
    re.compile(rf"\b{_MONTH}(?:\s+(?:of\s+)?{_YEAR})?"),
    re.compile(rf"(?<![\d.,$€£]){_YEAR}(?!\d|[,.]\d|-\w|\s*(?:%|per|people|dollars|euros|crowns))"),
    re.compile(r"(?i)\b(?P<weekday>monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?\b"),
    re.compile(r"(?i)\b(?P<relative>yesterday|today|tomorrow|tonight|last year|this year|next year|last month|"
               r"next month|this month)\b"),
)  # fmt: skip
_SHIFT = {"yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1}


@dataclass(frozen=True, slots=True)
class Time:
    """A date as far as it is told; None for what is not.

    Attributes:
        text: As written.
        start: Offset in the sentence.
        weekday: 0 for Monday.
    """

    text: str
    start: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None


Agreement = Literal["same", "other", "unknown"]


def find_times(text: str, today: datetime.date | None = None, *, ahead: bool = False) -> list[Time]:
    """Return the dates that a text tells.

    Args:
        text: A claim or a sentence.
        today: The article's date; weekdays and relative dates are resolved by it.
        ahead: A bare weekday lies in the week to come (a plan), not in the week past.
    """
    found: list[Time] = []
    taken: list[tuple[int, int]] = []
    for form in _FORMS:
        for match in form.finditer(text):
            start, end = match.span()
            if any(start < other_end and other < end for other, other_end in taken):
                continue
            if match.group() == "May" and not re.search(r"(?i)\b(?:in|of|by|since|until|from|this|last|next|to|and|"
                                                        r"early|late|mid)[\s-]*$", text[:start]):  # fmt: skip
                continue
            taken.append((start, end))
            found.append(_read(match, today, ahead))
    return sorted(found, key=lambda time: time.start)


def _read(match: re.Match[str], today: datetime.date | None, ahead: bool) -> Time:
    parts = match.groupdict()
    text, start = match.group(), match.start()
    relative, weekday = (parts.get("relative") or "").lower(), (parts.get("weekday") or "").lower()
    if relative:
        return _relative(text, start, relative, today)
    if weekday:
        number = WEEKDAYS.index(weekday)
        if today is None:
            return Time(text, start, weekday=number)
        days = (number - today.weekday()) % 7 if ahead else -((today.weekday() - number) % 7)
        then = today + datetime.timedelta(days=days)
        return Time(text, start, then.year, then.month, then.day, number)
    month = MONTHS.get((parts.get("month") or "").lower().rstrip("."))
    year, day = parts.get("year"), parts.get("day")
    return Time(text, start, int(year) if year else None, month, int(day) if day else None)


def _relative(text: str, start: int, word: str, today: datetime.date | None) -> Time:
    if today is None:
        return Time(text, start)
    if word in _SHIFT:
        then = today + datetime.timedelta(days=_SHIFT[word])
        return Time(text, start, then.year, then.month, then.day, then.weekday())
    which, unit = word.split()
    step = {"last": -1, "this": 0, "next": 1}[which]
    if unit == "year":
        return Time(text, start, today.year + step)
    months = today.year * 12 + today.month - 1 + step
    return Time(text, start, months // 12, months % 12 + 1)


def compare_times(claimed: Time, told: Time, today: datetime.date | None = None) -> Agreement:
    """Say whether a claimed date is the told one, another, or cannot be told apart.

    A date without a year lies in the article's year where that is known.
    """
    known = False
    year = told.year or (today.year if today is not None and told.month is not None else None)
    pairs = ((claimed.year, year), (claimed.month, told.month), (claimed.day, told.day))
    for mine, other in pairs:
        if mine is not None and other is not None:
            if mine != other:
                return "other"
            known = True
    if claimed.weekday is not None:
        other_day = told.weekday
        if other_day is None and year and told.month and told.day:
            other_day = datetime.date(year, told.month, told.day).weekday()
        if other_day is not None and claimed.month is None:
            return "same" if other_day == claimed.weekday else "other"
    missing = any(mine is not None and other is None for mine, other in pairs)
    return "same" if known and not missing else "unknown"
