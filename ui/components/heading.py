"""The head of a page, and what stands there when there is nothing to work with."""

from __future__ import annotations

import base64
import html
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from factcheck.errors import FactcheckError, IndexMissing
from factcheck.presentation.text import plural
from ui.components.plain import escape, show_error
from ui.resources import Library, open_library

PAGES = Path(__file__).resolve().parents[1] / "screens"
ICON = Path(__file__).resolve().parents[1] / "theme" / "icon.svg"
WIDE = "<style>.stMainBlockContainer { max-width: 78rem; }</style>"


def show_heading(place: Any, title: str, lead: str, library: Library | None = None, *, folded: bool = False) -> None:
    """Draw the name, the size of the corpus, and what the page is for.

    Args:
        place: Where to draw: `st`, or a placeholder.
        title: Of the page, one line.
        lead: One sentence on what the page does.
        library: The opened index, where there is one.
        folded: Whether title and lead are only for screen readers, to leave the room to the work.
    """
    sizes = (plural(len(library.articles), "article"), plural(library.sentences, "sentence")) if library else ()
    place.html(
        f'<div class="{"fc-asked" if folded else ""}"><div class="fc-head">'
        f'<img src="data:image/svg+xml;base64,{_picture()}" alt=""><b>factcheck</b>'
        f'<span class="fc-count">{" · ".join(sizes)}</span></div>'
        f'<h1 class="fc-title">{html.escape(title)}</h1>'
        f'<p class="fc-lead">{html.escape(lead)}</p></div>'
    )


def widen() -> None:
    """Let this page use the width of a desk's screen; text pages stay narrow."""
    st.html(WIDE)


def find_library(title: str, lead: str, *, folded: bool = False) -> Library | None:
    """Open the index and draw the page's head; without an index say what to do and return None.

    Args:
        title: Of the page, one line.
        lead: One sentence on what the page does.
        folded: Whether title and lead are only for screen readers, to leave the room to the work.
    """
    header = st.empty()
    try:
        with st.spinner("Opening the index…", show_time=False):
            library = open_library()
    except FactcheckError as error:
        show_heading(header, title, lead)
        show_closed(error)
        return None
    show_heading(header, title, lead, library, folded=folded)
    return library


def show_closed(error: FactcheckError) -> None:
    """Say why there is nothing to work with, and how to change that."""
    missing = isinstance(error, IndexMissing)
    st.subheader("No articles yet" if missing else "The index cannot be used", anchor=False)
    if missing:
        st.text("Add the articles that you want to ask about, or try it with five that come with factcheck.")
        link_page("Articles", label="Add articles")
        show_command()
    else:
        st.text(show_error(error.message))
        if error.hint:
            st.text(show_error(error.hint))
    st.button("Look again", type="secondary" if missing else "primary")


def show_command() -> None:
    """Show the command of the terminal that does the same."""
    st.caption("Or, in a terminal, in the folder where the app was started:")
    st.code("factcheck index FOLDER", language="shell")


def link_page(title: str, *, label: str) -> None:
    """Draw a link to another page of the app."""
    with st.container(key=f"way-{title.lower()}", width="content"):
        st.page_link(st.Page(PAGES / f"{title.lower()}.py", title=title, default=title == "Ask"), label=label)


def show_failure(error: FactcheckError) -> None:
    """Say on the page what went wrong and what to do; no path of ours and no traceback."""
    st.error(f"{escape(error.message)}{'  ' + chr(10) + escape(error.hint) if error.hint else ''}")


@cache
def _picture() -> str:
    return base64.b64encode(ICON.read_bytes()).decode()
