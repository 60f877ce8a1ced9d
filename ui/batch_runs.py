"""The runs of a visitor's lists: how they are started, how they stand, and what comes of them as a file.

Batch → list_arguments → the command (runs.py) → its job → Results → Standing, downloads
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import streamlit as st

from factcheck.batch.results import Results
from factcheck.errors import UsageError
from factcheck.settings import Settings
from ui.batches import FORMATS, Batch, Wish, keep_wish
from ui.runs import RunState, runs

if TYPE_CHECKING:
    from factcheck.batch.tasks import Asking

MOST_RUNNING = 3
MIMES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "jsonl": "application/jsonl",
}
# How a run ends that was stopped; other kinds of error are told.
_ORDINARY = {"", "Interrupted"}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a list stands.

    Attributes:
        state: "new", "running", "finished", "stopped" or "failed".
        run: What its last run told.
        counts: Inputs by outcome, "open" among them.
        total: Inputs; 0 while that is not known.
    """

    state: str
    run: RunState
    counts: dict[str, int]
    total: int


def start(batch: Batch, wish: Wish) -> None:
    """Start a list, and remember how.

    Raises:
        UsageError: Too much is going on.
    """
    go_on(keep_wish(batch, wish))


def go_on(batch: Batch, *flags: str) -> None:
    """Start the command again: it keeps what is answered and goes on with the rest.

    Args:
        batch: The list.
        *flags: "--retry-failed", "--keep-answers" or "--restart".

    Raises:
        UsageError: Too much is going on.
    """
    if runs().count() >= MOST_RUNNING:
        raise UsageError(f"{MOST_RUNNING} other runs are going on", hint="Wait until one of them is done.")
    runs().start(batch.folder, [*list_arguments(batch), *flags])


def list_arguments(batch: Batch) -> list[str]:
    """Return the command that answers a list; nothing secret is in it."""
    wish, settings = batch.wish, Settings.load()
    # Written as one word, a value that begins with a dash is still a value.
    options = {
        "--output": str(batch.output),
        "--index": str(Path(settings.index).absolute()),
        "--engine": wish.engine,
        "--concurrency": str(wish.concurrency),
        "--file": wish.files,
        "--since": wish.since,
        "--as-of": wish.as_of,
    }
    if wish.engine == "openai":
        options |= {"--model": settings.model, "--budget-usd": f"{wish.budget_usd:g}" if wish.budget_usd else ""}
    given = [f"{name}={value}" for name, value in options.items() if value]
    return ["batch", str(batch.input), *given, *(f"--outlet={outlet}" for outlet in wish.outlets)]


def make_asking(wish: Wish) -> Asking:
    """Return how the command asks, as its job remembers it."""
    from factcheck.batch.tasks import Asking

    settings = Settings.load(engine=wish.engine)
    return Asking(
        settings,
        files=wish.files or None,
        as_of=wish.as_of or None,
        since=wish.since or None,
        outlets=wish.outlets,
    )


def list_changes(batch: Batch, fingerprint: str) -> list[str]:
    """Say what has changed since a list was begun, so that its answers may be out of date; [] where nothing has.

    Args:
        batch: The list.
        fingerprint: Of the index as it is now.
    """
    from factcheck.batch.headers import describe_job
    from factcheck.batch.job_file import compare_headers

    before = Results(batch.job).header()
    return compare_headers(before, describe_job(make_asking(batch.wish), fingerprint)) if before else []


def stop(batch: Batch) -> None:
    """Ask the run of a list to stop; what is finished is kept."""
    runs().stop(batch.folder)


@st.cache_resource(show_spinner=False, max_entries=16)
def _results(path: str) -> Results:
    return Results(Path(path))


def open_results(batch: Batch) -> Results:
    """Return the results of a list, as they are now.

    Raises:
        FactcheckError: They cannot be read.
    """
    results = _results(str(batch.job))
    results.refresh()
    return results


def read_standing(batch: Batch, results: Results) -> Standing:
    """Return how a list stands: what runs, and what its job holds.

    Args:
        batch: The list.
        results: Of its job, as they are now.
    """
    run = runs().read(batch.folder)
    counts = dict(results.counts())
    total = sum(counts.values())
    if run.state == "running":
        state = "running"
    elif total and not counts.get("open"):
        state = "finished"
    elif run.state == "none":
        state = "new"
    else:
        state = "stopped" if run.kind in _ORDINARY and not (run.state == "failed") else "failed"
    return Standing(state, run, counts, total)


def iterate_formats(batch: Batch) -> Iterator[str]:
    """Yield the formats in which a list can be had, its own first."""
    yield batch.wish.format
    yield from (each for each in FORMATS if each != batch.wish.format)


def write_download(batch: Batch, format: str) -> bytes:
    """Return what is finished of a list as a file; its own format, when all is done, is the command's file."""
    from factcheck.batch.inputs import open_items
    from factcheck.batch.writing import write_finished

    results = open_results(batch)
    if format == batch.wish.format and batch.output.exists() and not results.counts()["open"]:
        return batch.output.read_bytes()
    made = batch.folder / f"download-{secrets.token_hex(4)}.{format}"
    try:
        write_finished(results.finished(), open_items(str(batch.input)), made, format=format)
        return made.read_bytes()
    finally:
        made.unlink(missing_ok=True)


def name_download(batch: Batch, format: str) -> str:
    """Return a harmless name for a download."""
    stem = re.sub(r"[^\w.-]+", "-", PurePosixPath(batch.name).stem).strip(".-")
    return f"{stem or 'list'}-answers.{format}"
