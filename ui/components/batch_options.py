"""A list before it is started: what it holds, how it is to be answered, and what that takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from factcheck.batch.preview import Preview
from factcheck.errors import FactcheckError
from factcheck.filters import read_filter
from factcheck.presentation.text import plural
from factcheck.settings import Settings
from factcheck.types import EngineInfo
from ui.batch_runs import make_asking, start
from ui.batches import FORMATS, MOST_MEGABYTES, Batch, Wish
from ui.components.answer import view_engine
from ui.components.batch_start import describe_counts
from ui.components.heading import show_failure
from ui.components.plain import show_error, show_line
from ui.components.progress import INTERVAL, show_progress
from ui.rerun import rerun
from ui.resources import Library
from ui.sessions.batch import Session
from ui.visitor import visitor
from ui.work import Work, works

__all__ = ["FORMAT_NAMES", "MOST_MEGABYTES", "show_draft"]

MOST_PROBLEMS_SHOWN = 12
FORMAT_NAMES = {"xlsx": "Excel (.xlsx)", "csv": "CSV", "tsv": "TSV", "jsonl": "JSON lines"}
MOST_AT_A_TIME = {"embedded": 8, "openai": 32}


def show_draft(batch: Batch, found: Preview, library: Library, session: Session) -> None:
    """Draw a list that was not started yet."""
    show_preview(found)
    wish = ask_wish(batch, library)
    show_estimate(batch, wish, library, session)
    if session.problem is not None and isinstance(session.problem, FactcheckError):
        show_failure(session.problem)
    if st.button("Start", type="primary", key="batch-start", disabled=not found.questions + found.claims):
        begin(batch, wish, session)


def begin(batch: Batch, wish: Wish, session: Session) -> None:
    """Start a list; where that does not work, the page says why."""
    session.problem = None
    if session.estimating is not None:
        session.estimating.stop()
    try:
        start(batch, wish)
    except FactcheckError as error:
        session.problem = error
    rerun()


def show_preview(found: Preview) -> None:
    """Draw what a list holds: how much, its first rows as they are read, and what cannot be used."""
    st.text(f"{describe_counts(found.questions, found.claims).capitalize()}.")
    if found.repeated:
        st.caption(f"{plural(found.repeated, 'row')} ask the same as an earlier one; each gets its own answer.")
    st.dataframe(
        [view_item(found, position) for position in range(len(found.first))],
        hide_index=True,
        width="stretch",
        column_config={"Row": st.column_config.TextColumn(width=70)},
        key="batch-preview",
    )
    rest = found.items - len(found.first)
    if rest > 0:
        st.caption(f"and {plural(rest, 'more row')}")
    if found.unusable:
        with st.expander(f"{plural(found.unusable, 'row')} cannot be used", expanded=found.unusable <= 3):
            st.text("The others are answered; these come back marked as failed, with the reason.")
            for problem in found.problems[:MOST_PROBLEMS_SHOWN]:
                st.text(show_line(problem[:1].upper() + problem[1:]))
            if found.unusable > MOST_PROBLEMS_SHOWN:
                st.text(f"and {found.unusable - MOST_PROBLEMS_SHOWN:,} more")


def view_item(found: Preview, position: int) -> dict[str, Any]:
    """Return one of the first rows as the table shows it."""
    item = found.first[position]
    row: dict[str, Any] = {"Row": str(item.line)}
    if found.questions or item.question:
        row["Question"] = show_line(item.question or "")
    if found.claims or item.claim:
        row["Claim"] = show_line(item.claim or "")
    if any(each.id != str(each.line) for each in found.first):
        row["Id"] = show_line(item.id)
    for name in found.columns[:6]:
        value = item.extra.get(name, "")
        row[show_line(name)] = show_line(value if isinstance(value, str) else str(value))
    return row


def ask_wish(batch: Batch, library: Library) -> Wish:
    """Draw the choices and return what is wished for."""
    left, middle, right = st.columns(3)
    engine = _ask_engine(left)
    format = middle.selectbox(
        "Answers as",
        FORMATS,
        index=FORMATS.index(batch.wish.format),
        format_func=lambda each: FORMAT_NAMES[each],
        key=f"batch-format-{batch.id}",
        help="Other formats can be downloaded too, when it is done.",
    )
    concurrency = right.number_input(
        "Questions at a time",
        min_value=1,
        max_value=MOST_AT_A_TIME[engine],
        value=min(_suggest(engine), MOST_AT_A_TIME[engine]),
        key=f"batch-concurrency-{engine}",
        help="More is faster, and leaves less of this computer, or of the server, to others.",
    )
    budget = None
    if engine == "openai":
        budget = st.number_input(
            "Spend at most (USD)",
            min_value=0.01,
            value=None,
            placeholder="no limit",
            key="batch-budget",
            help="The run stops there, keeps what it has, and can go on with more.",
        )
    wish = replace(batch.wish, format=format, engine=engine, concurrency=int(concurrency), budget_usd=budget)
    return _ask_filter(wish, library)


def _ask_engine(place: Any) -> str:
    from factcheck.models.endpoint import find_endpoint

    endpoint, settings = find_endpoint(), Settings.load()
    names = {"embedded": "Embedded engine, on this computer"}
    if endpoint is not None:
        engine = EngineInfo("openai", settings.model, endpoint.public)
        names["openai"] = str(view_engine(engine)["label"])
    preferred = "openai" if endpoint is not None and settings.engine in {"auto", "openai"} else "embedded"
    chosen: str = place.selectbox(
        "Who answers",
        list(names),
        index=list(names).index(preferred),
        format_func=lambda each: names[each],
        key="batch-engine",
        help="Claims are always checked on this computer.",
    )
    return chosen


def _ask_filter(wish: Wish, library: Library) -> Wish:
    with st.expander("Only some of the articles"):
        outlets = sorted({article.outlet for article in library.articles.values() if article.outlet})
        chosen = st.multiselect("From these outlets", outlets, format_func=show_line, placeholder="all outlets")
        left, right = st.columns(2)
        since = left.date_input("Dated on or after", value=None, format="YYYY-MM-DD")
        until = right.date_input("Dated on or before", value=None, format="YYYY-MM-DD")
        files = st.text_input("File names like", placeholder="2022/*.txt", max_chars=200)
        wish = replace(
            wish,
            outlets=tuple(chosen),
            since=since.isoformat() if since else "",
            as_of=until.isoformat() if until else "",
            files=files.strip(),
        )
        within = read_filter(make_asking(wish).within)
        if within.active:
            count = sum(within.admits(article) for article in library.articles.values())
            st.text(f"{count:,} of {plural(len(library.articles), 'article')}")
    return wish


def show_estimate(batch: Batch, wish: Wish, library: Library, session: Session) -> None:
    """Draw what the list would take, or offer to find out."""
    fresh = session.estimated == wish
    work = session.estimating if fresh else None
    if work is None:
        if st.button("Estimate time and cost", key="batch-estimate", help="Tries a few of the questions."):
            session.estimated, session.estimating = wish, estimate(batch, wish, library)
            rerun()
        return
    st.fragment(_show_estimate, run_every=INTERVAL if work.state == "running" else None)(work)


def _show_estimate(work: Work) -> None:
    if work.state == "running":
        show_progress(work)
        return
    if st.session_state.get("batch-estimate-seen") != work.id:
        st.session_state["batch-estimate-seen"] = work.id
        rerun()  # the page no longer needs to look every second
    if work.state == "failed" and work.failure is not None:
        st.text(f"It could not be estimated: {show_error(work.failure.error)}")
    elif work.state == "done":
        with st.container(border=True, key="batch-estimated"):
            for line in work.result:
                st.text(show_error(line))


def estimate(batch: Batch, wish: Wish, library: Library) -> Work:
    """Begin to find out what a list would take; nothing is sent to an endpoint."""
    asking = make_asking(wish)

    def call(work: Work) -> list[str]:
        from factcheck.batch.estimate import estimate
        from factcheck.batch.inputs import open_items
        from factcheck.presentation.estimates import describe

        found = estimate(
            open_items(str(batch.input)),
            library.corpus,
            engine=wish.engine,
            workers=wish.concurrency,
            progress=lambda done, total: work.advance("trying questions", done, total),
            **asking.within,
        )
        return describe(found, budget_usd=wish.budget_usd)

    return works().start(visitor(), "estimate", batch.name, call)


def _suggest(engine: str) -> int:
    from factcheck.batch.workers import suggest_concurrency

    return suggest_concurrency(engine, Settings.load().threads)
