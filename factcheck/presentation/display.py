"""Make text from articles safe to show, and fit it to a width.

An article may hold escape sequences that recolour a terminal, or direction marks that make a
sentence read differently from what it says. Records keep the exact text; what is shown does not.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Protocol

# Marks without a glyph of their own: nothing is lost when they are left out.
_INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff\u061c"
_SHOWN_AS_CODE = re.compile(
    "["
    "\x7f-\x9f"  # DEL and the C1 controls, some of which start terminal commands
    "\u2028\u2029"  # line and paragraph separators
    "\u202a-\u202e\u2066-\u2069"  # direction overrides and isolates
    "\ud800-\udfff"  # bytes of a file name or an argument that are not UTF-8
    "\U000e0000-\U000e007f"  # invisible tag characters
    "]"
)
_CONTROL = {code: chr(0x2400 + code) for code in range(0x20)}
_HIDDEN = {ord(mark): None for mark in _INVISIBLE}


class ArticleInfo(Protocol):
    """What is shown of a cited article beside its file name; rows of the index fit."""

    @property
    def outlet(self) -> str | None:
        """Publisher, where the article gives it."""

    @property
    def date(self) -> str | None:
        """ISO date, where the article gives it."""


def displayable(text: str) -> str:
    """Return the text on one line, with everything that could deceive a reader made visible.

    White space becomes single spaces, control characters become their pictures (␛), direction
    overrides and other invisible commands become their code points (‹U+202E›).
    """
    line = " ".join(text.replace("\u2028", " ").replace("\u2029", " ").split())
    return _SHOWN_AS_CODE.sub(_code_point, line.translate(_CONTROL).translate(_HIDDEN))


def _code_point(match: re.Match[str]) -> str:
    return f"‹U+{ord(match.group()):04X}›"


def cells(text: str) -> int:
    """Return how many terminal columns the text takes."""
    return sum(_cells_of(char) for char in text)


def _cells_of(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap(text: str, width: int | None) -> list[str]:
    """Break a line at spaces so that no part takes more than `width` columns.

    Words longer than a line are cut. None does not wrap at all: programs that read the output
    find every quote on one line.
    """
    if width is None or cells(text) <= width:
        return [text]
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        for part in _cut(word, width):
            joined = f"{line} {part}" if line else part
            if cells(joined) <= width:
                line = joined
            else:
                lines.append(line)
                line = part
    return [*lines, line]


def _cut(word: str, width: int) -> list[str]:
    parts = [""]
    taken = 0
    for char in word:
        if taken + _cells_of(char) > width:
            parts.append("")
            taken = 0
        parts[-1] += char
        taken += _cells_of(char)
    return parts
