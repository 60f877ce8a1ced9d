"""Lines of a text with their offsets, and whether a text is hard-wrapped."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

# Between these line widths a text may be hard-wrapped; PDF lines vary, hence the slack.
_NARROWEST, _WIDEST = 40, 120
_SLACK = 0.85
_LIST_MARKER = re.compile(r"(?:[-*+•·▪●–—>#]|\d{1,3}[.)]|\(?[a-zA-Z][.)])\s")
_TERMINATED = re.compile(r"""[.!?…。！？:;]["'”’»)\]]*$""")


@dataclass(frozen=True, slots=True)
class Line:
    """One line without the white space around it; `text` is empty for a blank line.

    Attributes:
        start: Offset of the first character that is not white space.
        end: Offset behind the last one.
        text: The text between both.
    """

    start: int
    end: int
    text: str


def read_lines(text: str, start: int = 0, end: int | None = None) -> list[Line]:
    """Return the lines of a part of a text, broken where `str.splitlines` breaks."""
    lines: list[Line] = []
    offset = start
    for raw in text[start:end].splitlines(keepends=True):
        content = raw.strip()
        first = offset + len(raw) - len(raw.lstrip()) if content else offset
        lines.append(Line(first, first + len(content), content))
        offset += len(raw)
    return lines


def is_list_item(line: str) -> bool:
    """Return whether a line starts with a bullet, a number or a heading marker."""
    return _LIST_MARKER.match(line) is not None


def is_terminated(line: str) -> bool:
    """Return whether a line ends the way a sentence or a clause ends."""
    return _TERMINATED.search(line[-8:]) is not None


def find_wrap_width(lines: Sequence[Line]) -> int:
    """Return the width at which a text was hard-wrapped, or 0 where it was not.

    Wrapped prose shows itself twice: nearly every inner line is so full that the next word
    would not have fitted, and many lines start in the middle of a sentence, in lower case.
    """
    inner = [(a, b) for a, b in itertools.pairwise(lines) if a.text and b.text]
    if len(inner) < 2:
        return 0
    lengths = sorted(len(above.text) for above, _ in inner)
    width = lengths[int(0.95 * (len(lengths) - 1))]
    if not _NARROWEST <= width <= _WIDEST:
        return 0
    tight = sum(_is_full(above.text, below.text, width) for above, below in inner)
    flowing = sum(below.text[0].islower() and not is_terminated(above.text) for above, below in inner)
    return width if tight >= 0.6 * len(inner) and flowing >= 0.3 * len(inner) else 0


def continues(above: str, below: str, width: int) -> bool:
    """Return whether a line goes on in the next one, so that the break between ends nothing.

    Args:
        above: A line that is not blank.
        below: The line after it, not blank.
        width: The text's wrap width, 0 where it is not wrapped.
    """
    if is_list_item(below) or above.startswith("#"):
        return False
    if below[0].islower() and len(above) >= _NARROWEST and not is_terminated(above):
        return True
    return bool(width) and _is_full(above, below, width)


def _is_full(above: str, below: str, width: int) -> bool:
    word = below[:_WIDEST].split(maxsplit=1)[0]
    return _SLACK * width < len(above) + 1 + len(word) and len(above) <= 1.3 * width
