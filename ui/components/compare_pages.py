"""The finished comparison on its page: the choice of a section, the section, its pages, and files to take away."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from factcheck.presentation.compare_words import describe_extent, describe_left_out
from ui.components.compare import show_compare
from ui.components.compare_drifts import view_group
from ui.components.compare_material import Material
from ui.components.compare_said import list_variants
from ui.components.compare_sections import Shown, show_facts, show_origins, show_quotes, show_said
from ui.components.plain import show_line
from ui.components.sheet import view_opened
from ui.resources import Library
from ui.sessions.compare import CompareSession

SECTIONS = {
    "quotes": ("Quotes that changed", show_quotes),
    "facts": ("Facts that differ", show_facts),
    "said": ("Who said what", show_said),
    "origins": ("Origins", show_origins),
}
# Keys of what is chosen within a section.
FILTERS = tuple(f"compare-{name}-" for name in (*SECTIONS, "page"))


@st.fragment
def show_comparison(material: Material, library: Library, session: CompareSession) -> None:
    """Draw a comparison; a click runs only this part again."""
    if session.shown is not material:
        forget_filters()
        session.shown = material
    st.text(describe(material))
    counts = count_sections(material)
    section = st.segmented_control(
        "What to look at",
        list(SECTIONS),
        default=choose_first(counts),
        required=True,
        format_func=lambda name: f"{SECTIONS[name][0]} · {counts[name]:,}",
        key="compare-section",
        label_visibility="collapsed",
    )
    shown = SECTIONS[section][1](material, session)
    session.show(shown.groups)
    if shown.data is None:
        title, explanation = shown.empty
        st.subheader(title, anchor=False)
        st.text(explanation)
    else:
        draw(section, shown, material, library, session)
    if shown.pages > 1:
        st.pagination(shown.pages, key=shown.key)


def forget_filters() -> None:
    """Let the filters of another comparison go: its speakers and articles are not those of this one."""
    for key in [key for key in st.session_state if str(key).startswith(FILTERS)]:
        del st.session_state[key]


def draw(section: str, shown: Shown, material: Material, library: Library, session: CompareSession) -> None:
    """Show a section's rows and the article that is open."""

    def on_event(event: str, value: Any) -> None:
        if event == "opened":
            session.open(value)
        elif event == "varied" and session.chosen is not None:
            session.vary(value, list_variants(session.chosen, material))

    opened = session.opened
    article = None
    if opened is not None:
        cited = shown.groups[opened.group]
        article = view_opened(opened.group, opened.position, cited, library.corpus, library.articles)
    groups = [view_group(id_, cited, material) for id_, cited in shown.groups.items()]
    data = {"section": section, **(shown.data or {}), "groups": groups, "opened": article}
    show_compare(data, key="compare-sheet", on_event=on_event)


def describe(material: Material) -> str:
    """Return what was compared, in one line."""
    return show_line(f"{describe_extent(material.record)}. {describe_left_out(material.record)}".strip())


def count_sections(material: Material) -> dict[str, int]:
    """Return how much each section holds; other words alone are not counted."""
    return {
        "quotes": sum(each.drift.material for each in material.quotes),
        "facts": len(material.facts),
        "said": len(material.said),
        "origins": len(material.record.origins),
    }


def choose_first(counts: dict[str, int]) -> str:
    """Return the section that is shown first: differences before all else, where there are any."""
    return next((name for name in ("quotes", "facts") if counts[name]), "quotes")


def show_downloads(material: Material) -> None:
    """Draw what can be taken away; each file is made when it is asked for.

    Not part of what a click runs again: a file that is asked for would be that of an earlier run.
    """
    with st.container(horizontal=True, key="compare-downloads"):
        st.download_button(
            "Page (HTML)", lambda: render_page(material), "comparison.html", "text/html", on_click="ignore"
        )
        st.download_button(
            "Utterances (CSV)", lambda: tabulate(material), "utterances.csv", "text/csv", on_click="ignore"
        )
        st.download_button(
            "Record (JSON)", lambda: dump(material), "comparison.json", "application/json", on_click="ignore"
        )


def render_page(material: Material) -> str:
    """Return the comparison as a page that needs nothing else."""
    from factcheck.presentation import compare_page

    return compare_page.render(material.record)


def tabulate(material: Material) -> str:
    """Return all utterances as CSV."""
    from factcheck.batch.sayings import tabulate_sayings

    return tabulate_sayings(material.record)


def dump(material: Material) -> str:
    """Return the record as the command line prints it."""
    return json.dumps(material.record.to_dict(), ensure_ascii=False) + "\n"
