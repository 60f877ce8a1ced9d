"""Article text, file names and answers come from strangers: make them safe to look at.

Markup needs no escaping here, because the page puts text into text nodes only. What remains are
characters that change how *other* characters are shown; the library spells those out.
"""

from __future__ import annotations

from factcheck.presentation.display import displayable as show_line

__all__ = ["show_line", "show_piece"]


def show_piece(text: str) -> str:
    """Show a part of a line; its outer space separates it from the parts beside it."""
    before, after = text[:1].isspace(), text[-1:].isspace()
    line = show_line(text)
    return f"{' ' if before else ''}{line}{' ' if after and line else ''}"
