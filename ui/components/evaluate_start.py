"""Choose a golden set, see whether it fits the articles, and start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from factcheck.errors import FactcheckError, SettingsError
from factcheck.presentation.text import plural
from factcheck.resources import resource
from factcheck.settings import Settings
from ui.components.heading import show_failure
from ui.components.plain import show_line
from ui.evaluations import SUFFIXES, Wish, begin, keep_upload
from ui.rerun import rerun
from ui.resources import Library
from ui.sessions.evaluate import Session
from ui.visitor import visitor_folder

if TYPE_CHECKING:
    from factcheck.evaluation.fitting import Fit

UPLOAD = "Upload a file"
MOST_MEGABYTES = 10
MOST_CASES = 10_000
MOST_NAMED = 6
HERE, ENDPOINT = "embedded", "openai"


@dataclass(frozen=True, slots=True)
class GoldenChoice:
    """A golden set that can be chosen: its file, and how it lies beside the articles."""

    title: str
    path: Path
    fit: Fit


def show_start(library: Library, session: Session) -> None:
    """Draw the choice of a golden set and its options; a started run is open afterwards."""
    offered = {choice.title: choice for choice in list_choices(library, session)}
    title = st.selectbox("Golden set", [*offered, UPLOAD], key="evaluate-set", help=WHAT)
    choice = _take_upload(library, session) if title == UPLOAD else offered.get(title)
    if choice is None:
        return
    for line in describe_fit(choice.fit):
        st.text(line)
    wish = ask_options(choice, library)
    if st.button("Start the evaluation", type="primary", disabled=not choice.fit.holds or not wish.engine):
        session.open_run(begin(choice.path, wish))
        rerun()


WHAT = (
    "A list of questions and claims with what is right for each. A run asks all of them and measures"
    " how many come out right."
)


def list_choices(library: Library, session: Session) -> list[GoldenChoice]:
    """Return the sets that came with factcheck and fit these articles, and those that the visitor saved."""
    own = sorted(visitor_folder("golden").glob("*.jsonl"))
    try:
        ours = sorted(resource("golden").glob("*.jsonl"))
    except FactcheckError:  # a wheel carries none
        ours = []
    choices = [_measure(path, f"{path.stem} (saved by you)", library, session) for path in own]
    choices += [each for path in ours if (each := _measure(path, path.stem, library, session)) and each.fit.holds]
    return [choice for choice in choices if choice is not None]


def describe_fit(fit: Fit) -> list[str]:
    """Say what a set holds, and where the articles do not hold what it cites."""
    parts = [plural(count, word) for count, word in ((fit.questions, "question"), (fit.claims, "claim")) if count]
    lines = [f"{' and '.join(parts)}, citing {plural(fit.files, 'article')}."]
    if fit.missing:
        named = ", ".join(show_line(file) for file in fit.missing[:MOST_NAMED])
        more = f" and {len(fit.missing) - MOST_NAMED:,} more" if len(fit.missing) > MOST_NAMED else ""
        lines.append(f"{plural(len(fit.missing), 'cited article')} not in the index: {named}{more}.")
        lines.append("Add these on the Articles page, then come back. Nothing was started.")
    elif fit.problems:
        lines.append(f"{plural(len(fit.problems), 'cited sentence')} not in the articles as they are now:")
        lines += [show_line(str(problem)) for problem in fit.problems[:MOST_NAMED]]
        lines.append("Mend these lines and upload the file again. Nothing was started.")
    else:
        lines[0] += " All of it is in the index."
    if fit.questions + fit.claims > MOST_CASES:
        lines.append(f"At most {MOST_CASES:,} are asked in one run: set a limit under Options.")
    return lines


def ask_options(choice: GoldenChoice, library: Library) -> Wish:
    """Draw the options and return what is wished for."""
    fit = choice.fit
    count = fit.questions + fit.claims
    with st.expander("Options"):
        left, right = st.columns(2)
        only = left.multiselect("Only these tags", list(fit.tags), format_func=lambda tag: _name_tag(tag, fit))
        without = right.multiselect("Without these tags", list(fit.tags), format_func=lambda tag: _name_tag(tag, fit))
        limit = left.number_input(
            "At most so many, drawn at random",
            min_value=1,
            max_value=min(count, MOST_CASES),
            value=None if count <= MOST_CASES else MOST_CASES,
            placeholder="all",
            key=f"evaluate-limit-{choice.title}",
        )
        seed = right.number_input("Number of the draw", value=0, help="The same number draws the same questions.")
        engine, model, budget = _ask_engine(choice, library)
    return Wish(
        title=choice.path.name,
        cases=count,
        engine=engine,
        only=tuple(only),
        without=tuple(without),
        limit=int(limit) if limit else (MOST_CASES if count > MOST_CASES else None),
        seed=int(seed),
        judge_model=model,
        budget_usd=budget,
    )


def _ask_engine(choice: GoldenChoice, library: Library) -> tuple[str, str, float | None]:
    """Return who answers, the judging model or "", and the budget; no engine where the settings are broken."""
    from factcheck.models.endpoint import find_endpoint

    try:
        endpoint = find_endpoint()
    except SettingsError as error:
        show_failure(error)
        return "", "", None
    if endpoint is None:
        st.caption("Answered by the packaged models on this computer. Nothing is sent anywhere, and it costs nothing.")
        return HERE, "", None
    settings = Settings.load()
    names = {HERE: "This computer (packaged models)", ENDPOINT: f"{settings.model} at {endpoint.public}"}
    engine = st.selectbox("Who answers", list(names), format_func=lambda name: show_line(names[name]))
    judged = st.checkbox("Let the language model grade the answers too", help=JUDGE)
    model = st.text_input("Model that grades", value=settings.model, max_chars=80).strip() if judged else ""
    if engine == HERE and not model:
        return engine, "", None
    budget = st.number_input("Spend at most (US dollars)", min_value=0.01, value=1.0, step=0.5)
    _show_cost(choice, library, engine, model, float(budget))
    return engine, model, float(budget)


JUDGE = "One more request for each answer. Its grades stand beside the figures that need no language model."


def _show_cost(choice: GoldenChoice, library: Library, engine: str, judge: str, budget: float) -> None:
    """Say what a run would cost, where it is asked for: the prompts of some questions have to be made."""
    from factcheck.evaluation.grading import estimate_grades

    if judge:
        cost = estimate_grades(choice.fit.questions, judge)
        amount = "not known: its price is not" if cost is None else f"about {cost:.3f} USD"
        st.text(f"Grading up to {plural(choice.fit.questions, 'answer')}: {amount}.")
    if engine == ENDPOINT and st.button("Estimate the cost of the answers"):
        with st.spinner("Making the prompts of some questions…"):
            try:
                for line in _estimate(choice, library, budget):
                    st.text(show_line(line))
            except FactcheckError as error:
                show_failure(error)
    st.caption("A run that reaches the limit stops; it keeps what it has, and can be gone on with.")


def _estimate(choice: GoldenChoice, library: Library, budget: float) -> Sequence[str]:
    from factcheck.batch.estimate import estimate
    from factcheck.batch.items import Item
    from factcheck.evaluation.golden import read_golden
    from factcheck.presentation.estimates import render

    cases = read_golden(choice.path).cases
    items = [Item(case.id, question=case.question, claim=case.claim, line=case.line) for case in cases]
    return render(estimate(items, library.corpus, engine=ENDPOINT, sample=12), budget_usd=budget).splitlines()


def _take_upload(library: Library, session: Session) -> GoldenChoice | None:
    given = st.file_uploader(
        "A golden set: .jsonl, .csv or .tsv",
        type=[suffix.removeprefix(".") for suffix in SUFFIXES],
        max_upload_size=MOST_MEGABYTES,
        key="evaluate-upload",
    )
    if given is None:
        st.session_state.pop("evaluate-uploaded", None)
        return None
    kept = st.session_state.get("evaluate-uploaded")
    if kept is None or kept[0] != given.file_id:
        kept = (given.file_id, keep_upload(given.name, given.getvalue()))
        st.session_state["evaluate-uploaded"] = kept
    return _measure(kept[1], kept[1].name, library, session, tell=True)


def _measure(path: Path, title: str, library: Library, session: Session, *, tell: bool = False) -> GoldenChoice | None:
    """Hold a golden set against the articles; what is none is passed over, or said to be none."""
    if session.library is not library:
        session.library = library
        session.fits.clear()
    key = (str(path), path.stat().st_mtime)
    if key not in session.fits:
        session.fits[key] = _read_fit(path, library)
    found = session.fits[key]
    if isinstance(found, FactcheckError):
        if tell:
            _show_problems(found)
        return None
    return GoldenChoice(title, path, found)


def _read_fit(path: Path, library: Library) -> Fit | FactcheckError:
    from factcheck.evaluation.fitting import measure_fit
    from factcheck.evaluation.golden import read_golden

    def text_of(file: str) -> str | None:
        return library.corpus.text(file) if file in library.articles else None

    try:
        return measure_fit(read_golden(path), text_of, list(library.articles))
    except FactcheckError as error:
        return error


def _show_problems(error: FactcheckError) -> None:
    """Say what is wrong with a file: its first lines that cannot be used."""
    from factcheck.evaluation.golden import GoldenError

    if not isinstance(error, GoldenError):
        show_failure(error)
        return
    count = len(error.problems)
    st.text(
        f"This file cannot be used: {plural(count, 'problem')}." + (" The first ones:" if count > MOST_NAMED else "")
    )
    for problem in error.problems[:MOST_NAMED]:
        st.text(show_line(str(problem)))


def _name_tag(tag: str, fit: Fit) -> str:
    return f"{show_line(tag)} ({fit.tags[tag]:,})"
