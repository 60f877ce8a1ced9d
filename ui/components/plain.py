"""Article text, file names and answers come from strangers: make them safe to look at.

Markup needs no escaping here, because the page puts text into text nodes only. What remains are
characters that change how *other* characters are shown; the library spells those out.
"""

from __future__ import annotations

import re

from factcheck.presentation.display import displayable as show_line

__all__ = ["escape", "show_error", "show_line", "show_piece"]

# "/srv/news/index", "~/index", "C:\\index", and with spaces where it is quoted; not "and/or" and not
# what follows "https:/".
_PATH = re.compile(
    r"""(?<=['"])(?:~|[A-Za-z]:)?[/\\][^'"\n]*[/\\](?=[^'"])"""
    r"""|(?<![\w./\\:])(?:~|[A-Za-z]:)?[/\\]+(?:[^\s/\\'":;,()]+[/\\]+)*(?=[^\s/\\'":;,()])"""
)


def show_error(text: str) -> str:
    """Show a line about an error: files of this machine by their names, without where they are."""
    return show_line(_PATH.sub("", text))


def escape(text: str) -> str:
    """Return text that Streamlit's Markdown shows as it is, without paths of this machine."""
    return "".join(f"\\{each}" if each in "\\`*_{}[]()<>#+-.!|~:$^=&" else each for each in show_error(text))


def show_piece(text: str) -> str:
    """Show a part of a line; its outer space separates it from the parts beside it."""
    before, after = text[:1].isspace(), text[-1:].isspace()
    line = show_line(text)
    return f"{' ' if before else ''}{line}{' ' if after and line else ''}"
