"""Two runs beside each other: which figures differ beyond chance, and which rows changed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from factcheck.errors import FactcheckError
from factcheck.evaluation.wording import describe_uncompared
from ui.components.evaluate_figures import describe_change, draw_differences, draw_list, split_differences
from ui.components.evaluate_results import choose_row, show_row
from ui.components.evaluate_rows import build_flips
from ui.components.evaluate_runs import describe_wish, name_time
from ui.components.heading import show_failure
from ui.components.plain import show_line
from ui.evaluations import Evaluating, list_others
from ui.resources import Library
from ui.reviews import Review, compare_reviews, open_review
from ui.sessions.evaluate import Session

COLUMNS = ("Change", "Question or claim", "Right answer", "Before", "Now", "Why")
MEANING = (
    "Changes of shares are in points of a hundred. “Better” and “worse” are said only where chance alone would"
    " hardly do it (p below 0.05): the same rows are compared, one by one."
)


def show_comparing(
    evaluating: Evaluating, review: Review, all_runs: Sequence[Evaluating], library: Library, session: Session
) -> None:
    """Draw the choice of another run, and how this one differs from it."""
    others = {each.id: each for each in list_others(all_runs, evaluating)}
    if not others:
        st.text("There is no other finished run to compare with. Run the same golden set again after a change.")
        return
    chosen = st.selectbox(
        "Compare with an earlier run", list(others), format_func=lambda id: _name(others[id]), key="evaluate-against"
    )
    try:
        with st.spinner("Comparing…"):
            before = open_review(others[chosen].out)
            comparison = compare_reviews(others[chosen].out, evaluating.out)
    except FactcheckError as error:
        show_failure(error)
        return
    for line in (*describe_change(comparison), describe_uncompared(comparison)):
        if line:
            st.text(line)
    clear, others_known = split_differences(comparison)
    if clear:
        st.html(draw_differences(clear, review.words))
        st.caption(MEANING)
    if others_known:
        with st.expander(f"{len(others_known)} measures without a clear difference"):
            st.html(draw_differences(others_known, review.words))
    if comparison.changed:
        with st.expander("What else differs between the runs"):
            st.html(draw_list(comparison.changed))
    st.subheader("Rows that changed", anchor=False)
    flips = build_flips(review.table, comparison.flips, before.given)
    if not len(flips):
        st.text("No row is right in one run and wrong in the other.")
        return
    id = choose_row(flips, COLUMNS, f"evaluate-flips-{chosen}", session)
    score = review.row(id) if id is not None else None
    if score is not None:
        show_row(score, [("Before", before), ("Now", review)], library, session)


def _name(each: Evaluating) -> str:
    return " · ".join((show_line(each.wish.title), name_time(each.started), *describe_wish(each)))
