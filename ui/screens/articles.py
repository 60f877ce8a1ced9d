"""Articles: what is searched; add, read, replace and remove it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from factcheck.errors import FactcheckError, IndexMissing
from factcheck.presentation.text import plural
from ui.components.articles import READ, Catalogue, build_catalogue
from ui.components.articles_adding import show_adding, start_indexing
from ui.components.articles_indexing import show_run, show_sources, show_unread, show_update
from ui.components.articles_removing import show_actions, show_removing
from ui.components.heading import show_closed, show_command, show_heading, widen
from ui.components.reader import show_reader
from ui.components.sheet import view_reading
from ui.rerun import rerun
from ui.resources import Library, open_library
from ui.sessions.articles import Shelf

TITLE = "Articles"
LEAD = "What your questions are answered from. Add files, read them, take them out again."
MOST_ROWS = 14
ROW = 35


def show_page() -> None:
    """Draw the page."""
    shelf: Shelf = st.session_state.setdefault("articles", Shelf())
    header = st.empty()
    try:
        with st.spinner("Opening the index…", show_time=False):
            library = open_library()
    except IndexMissing:
        show_heading(header, TITLE, LEAD)
        show_first_start(shelf)
        return
    except FactcheckError as error:
        show_heading(header, TITLE, LEAD)
        show_closed(error)
        return
    widen()
    show_heading(header, TITLE, LEAD, library)
    show_articles(shelf, library)


def show_first_start(shelf: Shelf) -> None:
    """Offer the two ways in for somebody who has never seen a terminal, and the one for somebody who has."""
    if show_run(shelf, {}):
        return
    st.subheader("No articles yet", anchor=False)
    show_adding(shelf, {}, {}, label="Drop the articles here that you want to ask about")
    st.text("Nothing at hand?")
    if st.button("Try it with the five sample articles", key="samples"):
        start_indexing(shelf, {}, samples=True)
        rerun()
    show_command()
    st.button("Look again")


def show_articles(shelf: Shelf, library: Library) -> None:
    """Draw the articles of an index and what can be done with them."""
    catalogue = find_catalogue(library)
    articles = library.articles
    removing = show_removing(shelf)
    running = show_run(shelf, articles) or removing
    show_adding(shelf, articles, catalogue.hashes, label="Drop more articles here")
    show_table(shelf, catalogue, running=running, articles=articles)
    show_unread(shelf, catalogue, articles, running=running)
    show_sources(shelf, articles, running=running)

    def on_event(event: str, value: Any) -> None:
        if event == "opened":
            shelf.reading = None  # the reader can only close what is open

    reading = shelf.reading
    opened = view_reading(reading, library.corpus, articles) if reading else None
    show_reader({"opened": opened}, key="reader", on_event=on_event)


def show_table(shelf: Shelf, catalogue: Catalogue, *, articles: Any, running: bool) -> None:
    """Draw the search, the table and what can be done with its ticked rows."""
    words = st.text_input("Search", key="articles-search", placeholder="Title, outlet, date or file")
    rows = catalogue.search(words)
    found = len(rows) < len(catalogue.files)
    shelf.rows = tuple(catalogue.files[row] for row in rows)
    if not rows:
        st.text("No article has these words in its title, outlet, date or file name.")
        return
    # The table's own tools lie over the end of the line above it.
    st.caption(f"{len(rows):,} of {len(catalogue.files):,}" if found else plural(len(rows), "article"))
    # A table of other rows is another table: a tick must never pass to a row that took its place.
    key = f"articles-table-{id(catalogue)}-{shelf.tables}-{hash(words)}"
    shown = st.dataframe(
        catalogue.table.take(list(rows)) if found else catalogue.table,
        key=key,
        hide_index=True,
        height=ROW * min(len(rows), MOST_ROWS) + ROW + 3,
        row_height=ROW,
        on_select="rerun",
        selection_mode="multi-row",
        column_config=configure_columns(shelf),
        alt="Table of articles. The first column opens an article.",
    )
    shelf.tick(shown["selection"]["rows"])
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption("Tick rows to read, replace or remove articles; by keyboard, with Shift and Space.")
        show_update(shelf, articles, running=running)
    show_actions(shelf, catalogue, articles, running=running)


def configure_columns(shelf: Shelf) -> dict[str, Any]:
    """Return how the columns look; a press on the first opens the article."""

    def on_click() -> None:
        click = st.session_state.get("read-row")
        if click is not None:
            shelf.read(click["row"])

    column = st.column_config
    return {
        READ: column.ButtonColumn("", width=70, type="tertiary", pinned=True, key="read-row", on_click=on_click),
        "Title": column.TextColumn(width=340),
        "Outlet": column.TextColumn(width=130),
        "Date": column.TextColumn(width=100),
        "Sentences": column.NumberColumn(width=85, format="localized"),
        "Same origin": column.TextColumn(
            width=105, help="Copies and rewritings of one text: however many, they count as one source."
        ),
        "File": column.TextColumn(width=190),
        "Indexed": column.DatetimeColumn(width=135, format="YYYY-MM-DD HH:mm"),
    }


@st.cache_resource(show_spinner=False, max_entries=2, hash_funcs={Library: id})
def _build(library: Library) -> tuple[Library, Catalogue]:
    # The library is kept beside, so that its id is not given to another one.
    return library, build_catalogue(library.articles)


def find_catalogue(library: Library) -> Catalogue:
    """Return the rows of the table, made once for each state of the index."""
    return _build(library)[1]


show_page()
