"""Which articles are compared: each by its title where there are few, by words of their names where there are many."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from glob import escape

import streamlit as st

from ui.comparisons import Chosen
from ui.components.answer import TitledArticle, describe_outlet
from ui.components.plain import show_line

# A list of more titles is no choice any more, and is sent to the browser at every run.
MOST_LISTED = 300


def choose_files(articles: Mapping[str, TitledArticle]) -> tuple[Chosen, int]:
    """Draw the choice; return the globs of what is chosen, None for all, and the number of articles."""
    if len(articles) < 3:
        return None, len(articles)
    if len(articles) <= MOST_LISTED:
        files = st.multiselect(
            "Articles",
            list(articles),
            format_func=lambda file: name_article(file, articles),
            placeholder=f"All {len(articles):,} articles",
            key="compare-files",
        )
        chosen = tuple(sorted(files))
        return (tuple(map(escape, chosen)), len(chosen)) if chosen else (None, len(articles))
    words = st.text_input(
        "Only articles whose file name has",
        placeholder=f"All {len(articles):,} articles; for example 2022-03",
        key="compare-names",
        max_chars=200,
        autocomplete="off",
    )
    return read_names(words, articles)


def read_names(words: str, articles: Mapping[str, TitledArticle]) -> tuple[Chosen, int]:
    """Return the globs of typed words, and how many articles they leave; "2022/*.txt" is one already."""
    typed = words.strip()
    if not typed:
        return None, len(articles)
    glob = typed if "*" in typed or "?" in typed else f"*{escape(typed)}*"
    return (glob,), sum(fnmatchcase(file, glob) for file in articles)


def name_article(file: str, articles: Mapping[str, TitledArticle]) -> str:
    """Return an article's title with outlet and date."""
    article = articles.get(file)
    parts = [show_line((article and article.title) or file), describe_outlet(article)]
    return " · ".join(part for part in parts if part)
