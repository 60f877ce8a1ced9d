"""The list of a visitor's evaluations, and one that is still on its way."""

from __future__ import annotations

import html
from datetime import datetime

import streamlit as st

from factcheck.errors import FactcheckError
from factcheck.presentation.text import plural
from ui.components.evaluate_start import HERE
from ui.components.heading import show_failure
from ui.components.plain import show_error, show_line
from ui.components.progress import INTERVAL, show_progress
from ui.evaluation_imports import keep_imported
from ui.evaluations import Evaluating, delete, find_golden, read_evaluating, read_headline, resume, stamp
from ui.rerun import rerun
from ui.runs import runs
from ui.sessions.evaluate import Session

STATES = {"running": "Running", "stopped": "Stopped", "failed": "Failed", "done": "Finished", "none": "Not started"}
MOST_LISTED = 12
IMPORTED = ("run.json", "scores.jsonl", "records.jsonl", "golden.jsonl")


def show_runs(evaluatings: list[Evaluating], session: Session) -> None:
    """Draw the evaluations, newest first."""
    if not evaluatings:
        return
    st.subheader("Your evaluations", anchor=False)
    listed = MOST_LISTED
    if len(evaluatings) > listed and st.checkbox(f"Show all {len(evaluatings):,}"):
        listed = len(evaluatings)
    for each in evaluatings[:listed]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"evaluation-{each.id}"):
            st.html(draw_run(each), width="stretch")
            if st.button("Open run", key=f"open-{each.id}", help=f"Open the run of {name_time(each.started)}"):
                session.open_run(each.id)
                rerun()


def show_import(session: Session) -> None:
    """Draw the way to open a run that `factcheck eval` made on the command line."""
    with st.expander("Open a run made on the command line"):
        st.caption(f"From the folder of the run: {', '.join(IMPORTED)}.")
        given = st.file_uploader(
            "The four files",
            type=["json", "jsonl"],
            accept_multiple_files=True,
            max_upload_size=50,
            key="evaluate-import",
        )
        files = {file.name: file for file in given or () if file.name in IMPORTED}
        missing = [name for name in IMPORTED if name not in files]
        if given and missing:
            st.text(f"Still missing: {', '.join(missing)}.")
        if st.button("Open this run", disabled=bool(missing)):
            try:
                session.open_run(keep_imported({name: file.getvalue() for name, file in files.items()}))
            except FactcheckError as error:
                show_failure(error)
                return
            rerun()


def draw_run(each: Evaluating, *, figure: bool = True) -> str:
    """Return one line on a run as HTML: what, when, who answered, and how many are right.

    Args:
        each: The run.
        figure: Whether to say how it came out.
    """
    about = " · ".join((name_time(each.started), *describe_wish(each)))
    right = f'<span class="figure">{_draw_figure(each)}</span>' if figure else ""
    return (
        f'<div class="fc-run {each.state.state}"><span class="what"><b>{html.escape(show_line(each.wish.title))}</b>'
        f"<small>{html.escape(about)}</small></span>{right}</div>"
    )


def _draw_figure(each: Evaluating) -> str:
    headline = read_headline(str(each.out / "run.json"), stamp(each.out / "run.json")) if each.finished else {}
    figure = html.escape(STATES[each.state.state])
    if headline.get("value") is not None:
        low, high = headline["low"], headline["high"]
        figure = f"<b>{100 * headline['value']:.0f} % right</b>"
        figure += f"<small>{100 * low:.0f} to {100 * high:.0f} %</small>" if low is not None else ""
    return figure


def describe_wish(each: Evaluating) -> list[str]:
    """Return what was asked for, in words that tell two runs apart."""
    wish = each.wish
    asked = min(wish.limit or wish.cases, wish.cases)
    parts = [plural(asked, "case") if not (wish.only or wish.without) else "some tags"]
    parts += [f"only {show_line(', '.join(wish.only))}"] if wish.only else []
    parts += [f"without {show_line(', '.join(wish.without))}"] if wish.without else []
    parts.append("packaged models" if wish.engine == HERE else "language model")
    return [*parts, *(["graded"] if wish.judge_model else [])]


def name_time(started: str) -> str:
    """Return a moment as "22 Nov 2026, 15:40 UTC"; what is none as it stands."""
    try:
        return f"{datetime.fromisoformat(started):%-d %b %Y, %H:%M} UTC"
    except ValueError:
        return show_line(started)


@st.fragment(run_every=INTERVAL)
def show_running(evaluating: Evaluating) -> None:
    """Draw how far a run is, until it has ended."""
    now = read_evaluating(evaluating.id)
    if now is None or now.state.state != "running":
        rerun()
    state = now.state
    show_progress(state, rate=state.rate, seconds_left=state.seconds_left)
    st.caption("It goes on when you close this page.")
    if st.button("Stop", key="stop-evaluation"):
        runs().stop(now.folder / "run")
        with st.spinner("Stopping…"):
            runs().await_end(now.folder / "run")
        rerun()


def show_ended(evaluating: Evaluating) -> None:
    """Say why a run has no results, and what can be done about it."""
    state = evaluating.state
    if state.state == "failed":
        st.text(f"The run failed: {show_error(state.error)}" if state.error else "The run failed.")
        if state.hint:
            st.text(show_error(state.hint))
    else:
        done = f" after {state.done:,} of {state.total:,}" if state.total else ""
        st.text(f"Stopped{done}. What was answered is kept; nothing of it is asked again.")
    with st.container(horizontal=True):
        again = "Try again" if state.state == "failed" else "Go on"
        if find_golden(evaluating) is not None and st.button(again, type="primary"):
            resume(evaluating)
            rerun()


def show_delete(evaluating: Evaluating, session: Session) -> None:
    """Draw the way to remove a run, with a second question."""
    with st.popover("Delete"):
        st.text("Remove this run and all of its answers?")
        if st.button("Delete it", type="primary", key="delete-evaluation"):
            delete(evaluating)
            session.open_run(None)
            rerun()
