"""The filters of a search: a quiet button that says when it restricts something, and how to take that away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from glob import escape
from typing import Any

import streamlit as st

from factcheck.filters import Within, read_filter
from ui.components.plain import show_line
from ui.resources import Library

# Of the files that fit what was typed; a list of ten thousand helps nobody.
MOST_OFFERED = 50
MOST_OUTLETS = 300
FIND, FILES, OUTLETS, SINCE, UNTIL = (f"ask_{name}" for name in ("find", "files", "outlets", "since", "until"))
_EMPTY: Mapping[str, Any] = {FIND: "", FILES: [], OUTLETS: [], SINCE: None, UNTIL: None}


def show_filters(library: Library, kept: dict[str, Any]) -> Within:
    """Draw the filters and return how they restrict a search.

    Args:
        library: The opened index.
        kept: What was chosen; changed in place. Streamlit forgets it when another page is shown.
    """
    for name, empty in _EMPTY.items():
        if name not in st.session_state:
            st.session_state[name] = kept.get(name, empty)
    chosen = _read()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="ask-filters"):
        with st.popover(_name(chosen), key="ask-filters-button"):
            _show_choice(library)
        if chosen:
            st.button("Clear filters", type="tertiary", on_click=_clear, args=(kept,))
            st.caption(_count(library, chosen))
    kept.update({name: st.session_state[name] for name in _EMPTY})
    return chosen


def list_outlets(library: Library) -> list[str]:
    """Return the outlets of the articles, those with most articles first."""
    counted = Counter(article.outlet for article in library.articles.values() if article.outlet)
    return [outlet for outlet, _ in counted.most_common(MOST_OUTLETS)]


def find_files(library: Library, words: str, *, limit: int = MOST_OFFERED) -> list[str]:
    """Return the first files whose name, title or outlet holds all of these words."""
    wanted, found = words.casefold().split(), []
    for file, article in library.articles.items():
        told = f"{file} {article.title or ''} {article.outlet or ''}".casefold() if wanted else ""
        if all(word in told for word in wanted):
            found.append(file)
            if len(found) == limit:
                break
    return found


def _show_choice(library: Library) -> None:
    st.text_input("Find articles", key=FIND, placeholder="Words of the name, title or outlet", max_chars=200)
    files = [file for file in st.session_state[FILES] if file in library.articles]
    offered = list(dict.fromkeys([*files, *find_files(library, st.session_state[FIND])]))
    st.session_state[FILES] = files
    st.multiselect(
        f"Only these articles (of {len(library.articles):,})",
        offered,
        key=FILES,
        format_func=lambda file: _label(library, file),
        placeholder="All articles" if offered else "No article has these words",
    )
    outlets = list_outlets(library)
    st.session_state[OUTLETS] = [outlet for outlet in st.session_state[OUTLETS] if outlet in outlets]
    if outlets:
        st.multiselect("Only these outlets", outlets, key=OUTLETS, format_func=show_line, placeholder="All outlets")
    first, last = date(1700, 1, 1), date(2200, 1, 1)
    with st.container(horizontal=True):
        st.date_input("From", key=SINCE, min_value=first, max_value=last, format="YYYY-MM-DD")
        st.date_input("Until", key=UNTIL, min_value=first, max_value=last, format="YYYY-MM-DD")
    st.caption("With a date, articles that give none are left out.")


def _read() -> Within:
    within: Within = {}
    if files := st.session_state[FILES]:
        within["files"] = tuple(escape(file) for file in files)
    if outlets := st.session_state[OUTLETS]:
        within["outlets"] = tuple(outlets)
    if since := st.session_state[SINCE]:
        within["since"] = since.isoformat()
    if until := st.session_state[UNTIL]:
        within["as_of"] = until.isoformat()
    return within


def _name(chosen: Within) -> str:
    return f"Filters · {len(chosen)} on" if chosen else "Filters"


def _count(library: Library, chosen: Within) -> str:
    within = read_filter(chosen)
    count = sum(within.admits(article) for article in library.articles.values())
    of = f"of {len(library.articles):,} articles"
    return f"Searches {count:,} {of}" if count else f"None {of} fits: nothing can be found"


def _clear(kept: dict[str, Any]) -> None:
    kept.clear()
    st.session_state.update(
        {name: (list(empty) if isinstance(empty, list) else empty) for name, empty in _EMPTY.items()}
    )


def _label(library: Library, file: str) -> str:
    title = library.articles[file].title
    return show_line(f"{title} ({file})" if title else file)
