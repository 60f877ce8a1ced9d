"""The table of what sites write around a story, compiled from `site_text.txt`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

MAX_LINE = 320
"""Longest line that is compared with the patterns; a longer one is prose."""

_NAME = r"(?:[A-Z@©][\w.'@&-]*|via|by|for|of|and|the|de|von|van|courtesy|handout|file|pool|photo|images?)"
_AGENCY = (
    r"(?:AP Photo|AP|REUTERS|Reuters|AFP|Getty(?: Images)?|EPA(?:-EFE)?|Shutterstock|Alamy|iStock|Unsplash"
    r"|Xinhua|Anadolu(?: Agency)?|PA(?: Media| Wire| Images)?|Bloomberg|TASS|Sputnik|UPI|NurPhoto|Rex)"
)
CREDIT = re.compile(
    r"(?!(?i:by|from)\b)(?:"
    r"(?:(?:[Ff]ile|[Cc]over|[Ff]eatured|[Pp]ress|FILE) )?"
    r"(?:(?i:photos?|images?|pictures?|photographs?|illustrations?|graphics?|videos?|credits?))"
    r"(?: (?i:credits?|courtesy|source|via))?"
    rf"\s*(?:[:/|]|(?i:by|via|of)\b)\s*(?:{_NAME}[\s,/|()]+){{0,8}}{_NAME}\)?"
    rf"|(?:{_NAME}[ ,]+){{0,4}}{_AGENCY}\s*(?:/|via\b|\|)\s*(?:{_NAME}[\s,/|]+){{0,5}}{_NAME}"
    rf"|(?:{_NAME} ){{0,4}}{_NAME}\s*(?:/|via\b)\s*{_AGENCY}(?:\s*(?:/|via\b)\s*{_AGENCY})?"
    r"|Getty Images|AP Photo|Shutterstock|iStock|Alamy)"
)
"""A line that only credits a picture; case matters, so that a caption with a verb is not one."""


@dataclass(frozen=True, slots=True)
class SiteText:
    """Compiled patterns.

    Attributes:
        line: Matches a whole line that is boilerplate wherever it stands.
        label: Matches a line with a label and something short behind it ("Tags: …", "Read more: …").
        head: Matches a line that opens a list of links, tags or fields.
        sections: Words of section names in menus and breadcrumbs.
    """

    line: re.Pattern[str]
    label: re.Pattern[str]
    head: re.Pattern[str]
    sections: frozenset[str]

    def is_notice(self, sentence: str) -> bool:
        """Return whether a sentence would be boilerplate if it were a line."""
        return any(pattern.fullmatch(sentence) is not None for pattern in (self.line, self.label, CREDIT)) or not any(
            character.isalnum() for character in sentence
        )


@cache
def load_site_text() -> SiteText:
    """Read the table that ships with the package."""
    source = files("factcheck.articles").joinpath("site_text.txt").read_text("utf-8")
    kinds: dict[str, list[str]] = {}
    rows: list[str] = []
    for row in source.splitlines():
        if row.startswith("[") and row.endswith("]") and row[1:-1].replace("-", "").isalpha():
            rows = kinds.setdefault(row[1:-1], [])
        elif row and not row.startswith("# "):
            rows.append(row)
    words = dict(row.split(" = ", 1) for row in kinds.pop("words"))
    sections = frozenset(" ".join(kinds.pop("sections")).split())
    heads = kinds.pop("heads")
    labels = [*kinds.pop("tags"), *kinds.pop("cross-link")]
    lines = [row for kind in kinds.values() for row in kind]
    return SiteText(_compile(lines, words), _compile(labels, words), _compile(heads, words), sections)


def _compile(rows: list[str], words: dict[str, str]) -> re.Pattern[str]:
    pattern = "|".join(rows)
    for _ in range(2):  # words may use words
        for name, value in words.items():
            pattern = pattern.replace("{" + name + "}", value)
    return re.compile(pattern.replace("_?", r"\s*").replace("_", r"\s+"), re.IGNORECASE)
