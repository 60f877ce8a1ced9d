"""A finished run: its main figures, where answers were lost, its rows, its plots and its files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from factcheck.errors import FactcheckError
from ui.components.evaluate_figures import INTERVAL, draw_all, draw_headlines
from ui.components.evaluate_plots import draw_table
from ui.components.evaluate_rows import RESULTS, SHOWN, Filters, count_results, filter_table
from ui.components.heading import show_failure
from ui.components.plain import show_line
from ui.components.sheet import view_opened
from ui.evaluations import Evaluating
from ui.resources import Library
from ui.reviews import Review, plot_review
from ui.sessions.evaluate import Session
from ui.sessions.opened import read_opened

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

    from factcheck.evaluation.records import RowScore
    from ui.components.evaluate_row import Side

TABLE_HEIGHT = 420
WIDTHS = {"Result": 140, "Change": 100, "Question or claim": 340, "Time (ms)": 90, "Tags": 130, "Lost at": 130}
# What a reader may take away: file, name on the button, type.
FILES = (
    ("report.html", "Report (one web page)", "text/html"),
    ("run.json", "Figures (JSON)", "application/json"),
    ("scores.jsonl", "Scores (JSON lines)", "application/jsonl"),
    ("records.jsonl", "Answers (JSON lines)", "application/jsonl"),
    ("junit.xml", "For a CI server (JUnit)", "application/xml"),
)


def show_figures(review: Review) -> None:
    """Draw the main figures, with their meaning."""
    st.html(draw_headlines(review.evaluation.results, review.words))
    st.caption(INTERVAL)


@st.fragment
def show_rows(review: Review, library: Library, session: Session) -> None:
    """Draw where answers were lost, the rows, and the open one; a click runs only this part again."""
    from ui.components.evaluate_row import show_review, view_lost

    def choose(event: str, value: Any) -> None:
        if event == "chosen":
            session.stage = value if isinstance(value, str) and value in review.evaluation.misses else ""
            session.open_row(None)

    if any(review.evaluation.misses.values()):
        st.subheader("Where answers were lost", anchor=False)
        st.caption("The first step that lost the right answer. Choose one to see only its rows.")
        show_review({"lost": view_lost(review.evaluation.misses, session.stage)}, key="lost", on_event=choose)
    st.subheader("Row by row", anchor=False)
    found = filter_table(review.table, ask_filters(review, session))
    st.caption(f"{len(found):,} of {len(review.table):,} rows. Choose one to read it beside the articles.")
    id = choose_row(found, list(SHOWN), "evaluate-rows", session)
    if id is not None:
        score = review.row(id)
        if score is not None:
            show_row(score, [("Answer", review)], library, session)


def ask_filters(review: Review, session: Session) -> Filters:
    """Draw the filters and return what they say."""
    counts = count_results(review.table)
    tags = sorted(review.evaluation.by_tag)
    with st.container(horizontal=True, vertical_alignment="top"):
        result = st.segmented_control(
            "Result",
            [name for name in RESULTS if name == "All" or counts[name]],
            default="All",
            format_func=lambda name: f"{name} {counts[name]:,}",
            key="evaluate-result",
            wrap=True,
        )
        tag = st.selectbox("Tag", ["", *tags], format_func=lambda each: show_line(each) or "All", key="evaluate-tag")
        words = st.text_input("Words in it", key="evaluate-words", max_chars=200, autocomplete="off")
    return Filters(result=result or "All", tag=tag, stage=session.stage, words=words)


def choose_row(table: pd.DataFrame, columns: Sequence[str], key: str, session: Session) -> str | None:
    """Draw a table, and return the id of the row that is open."""
    ids = table["_id"].tolist()

    def on_select() -> None:
        chosen = st.session_state[key]["selection"]["rows"]
        session.open_row(ids[chosen[0]] if chosen and chosen[0] < len(ids) else None)

    st.dataframe(
        table,
        height=min(TABLE_HEIGHT, 38 + 35 * max(1, len(table))),
        hide_index=True,
        column_order=list(columns),
        column_config=configure(columns),
        on_select=on_select,
        selection_mode="single-row",
        key=key,
    )
    return session.row if session.row in set(ids) else None


def configure(columns: Sequence[str]) -> dict[str, Any]:
    """Return how wide columns are."""
    kinds = {"Time (ms)": st.column_config.NumberColumn(width=WIDTHS["Time (ms)"], format="localized")}
    return {name: kinds.get(name) or st.column_config.Column(width=WIDTHS.get(name, 180)) for name in columns}


def show_row(score: RowScore, runs: Sequence[tuple[str, Review]], library: Library, session: Session) -> None:
    """Draw one row beside what is right; of two runs side by side.

    Args:
        score: The row, of the later run.
        runs: Name and run, the later one last.
        library: Where its articles are read.
        session: Of the visitor.
    """
    from ui.components.evaluate_row import make_side, show_review, view_groups, view_row

    case = runs[-1][1].cases.get(score.id)
    try:
        sides = [make_side(name, run.record(score.id), case, library.corpus) for name, run in runs]
        row = view_row(score, case, sides, library.corpus, library.articles)
    except FactcheckError as error:
        show_failure(error)
        return
    groups = {side.id: side.citations for side in sides}

    def on_event(event: str, value: Any) -> None:
        if event == "opened":
            session.opened = read_opened(value, groups)
        elif event == "left":
            session.open_row(None)

    opened = session.opened
    show_review(
        {
            "row": row,
            "groups": view_groups(sides, library.articles),
            "opened": _view_opened(opened.group, opened.position, sides, library) if opened else None,
        },
        key="row",
        on_event=on_event,
    )


def _view_opened(group: str, position: int, sides: Sequence[Side], library: Library) -> dict[str, Any] | None:
    citations = next((side.citations for side in sides if side.id == group), ())
    if position >= len(citations):
        return None
    return view_opened(group, position, citations, library.corpus, library.articles)


def show_all(review: Review) -> None:
    """Draw every figure, and what produced them."""
    st.caption("Rows: with a value, or with a value / without one / failed.")
    st.html(draw_all(review.evaluation.results, review.words))


def show_plots(evaluating: Evaluating) -> None:
    """Draw the plots, or on demand their figures as tables."""
    dark = st.context.theme.type == "dark"
    with st.spinner("Drawing the plots…"):
        plots = plot_review(evaluating.out, dark=dark)
    if not plots:
        st.text("There is nothing to plot: no row has a value.")
        return
    as_tables = st.toggle("Show as tables", help="The same figures in rows, for reading aloud or copying.")
    columns = st.columns(2)
    for at, plot in enumerate(plots):
        with columns[at % 2].container(key=f"plot-{at}"):
            st.subheader(plot.title, anchor=False)
            st.caption(plot.meaning)
            if as_tables:
                st.html(draw_table(plot))
            else:
                st.vega_lite_chart(
                    dict(plot.spec), theme=None, key=f"chart-{at}-{dark}", alt=f"{plot.title}. {plot.meaning}"
                )


def show_downloads(evaluating: Evaluating) -> None:
    """Draw a button for each file of the run; one is read when its button is pressed."""
    with st.popover("Download"):
        for name, title, kind in FILES:
            path = evaluating.out / name
            if path.is_file():
                st.download_button(
                    title,
                    path.read_bytes,
                    file_name=f"{evaluating.id}-{name}",
                    mime=kind,
                    on_click="ignore",
                    key=f"download-{name}",
                    width="stretch",
                )
