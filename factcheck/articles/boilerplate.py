"""Boilerplate (first version)."""

from __future__ import annotations

import re

from factcheck.articles.lines import read_lines
from factcheck.types import Span

_LINE = re.compile(
    r"home\s*[»>›/].*|top of page|bottom of page|leave a (?:reply|comment)|this site uses akismet.*"
    r"|send this to a friend|facebook comments|related articles|back to top button|adblock detected"
    r"|please consider supporting us by disabling your ad blocker|\d+ views?\d* ?comments?",
    re.IGNORECASE,
)


def find_boilerplate(text: str) -> tuple[Span, ...]:
    """Return the spans that are not part of the story, sorted and disjoint."""
    return tuple(Span(line.start, line.end) for line in read_lines(text) if _LINE.fullmatch(line.text))
