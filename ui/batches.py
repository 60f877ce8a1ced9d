"""A visitor's lists of questions on disk: each a folder with what was uploaded, what is wished for, and the job.

BATCH/
    about.json       name, when, and how it is to be answered
    questions.csv    what was uploaded, in its own format
    answers.csv      the output of the command, once all is done; until then answers.csv.job
    run.json, …      the command's progress (runs.py)
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import streamlit as st

from factcheck.batch.preview import Preview, preview
from factcheck.durable import write_durably
from factcheck.errors import UsageError
from ui.runs import RUN, runs
from ui.visitor import visitor_folder

KIND = "batches"
ABOUT = "about.json"
SUFFIXES = (".csv", ".tsv", ".xlsx", ".jsonl", ".txt")
FORMATS = ("xlsx", "csv", "tsv", "jsonl")
MOST_MEGABYTES = 20
MOST_BATCHES = 100
LONGEST_NAME = 80
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Wish:
    """How a list is to be answered.

    Attributes:
        format: Of the output: "xlsx", "csv", "tsv" or "jsonl".
        engine: "embedded" or "openai".
        files: Glob over file names, or "".
        outlets: Only articles of these; none for all.
        since: ISO date, or "".
        as_of: ISO date, or "".
        budget_usd: Most to spend, or None.
        concurrency: Questions at a time.
    """

    format: str = "csv"
    engine: str = "embedded"
    files: str = ""
    outlets: tuple[str, ...] = ()
    since: str = ""
    as_of: str = ""
    budget_usd: float | None = None
    concurrency: int = 1


@dataclass(frozen=True, slots=True)
class Batch:
    """One list of a visitor.

    Attributes:
        id: Name of its folder.
        folder: Where it is.
        name: As the visitor knows it; a stranger's text.
        begun: When it was uploaded, ISO.
        source: Name of the uploaded file in its folder.
        wish: How it is to be answered, once it was started.
    """

    id: str
    folder: Path
    name: str
    begun: str
    source: str
    wish: Wish = field(default_factory=Wish)

    @property
    def input(self) -> Path:
        """What was uploaded."""
        return self.folder / self.source

    @property
    def output(self) -> Path:
        """What the command writes."""
        return self.folder / f"answers.{self.wish.format}"

    @property
    def job(self) -> Path:
        """Where the command keeps what it has finished."""
        return self.output.with_name(f"{self.output.name}.job")

    @property
    def started(self) -> bool:
        """Whether it was ever started."""
        return (self.folder / RUN).exists()


def add_batch(name: str, content: bytes) -> Batch:
    """Keep a file of questions that a visitor has given.

    Args:
        name: As the browser gives it; only its ending decides how it is read, and where it lies is ours.
        content: Its bytes.

    Raises:
        UsageError: It is too large, of no known kind, or holds no questions.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(f"{name} is of no known kind", hint=f"Give one of {', '.join(SUFFIXES)}.")
    if len(content) > MOST_MEGABYTES << 20:
        raise UsageError(f"{name} has more than {MOST_MEGABYTES} MB", hint="Give it in several parts.")
    if len(list_batches()) >= MOST_BATCHES:
        raise UsageError(f"you have {MOST_BATCHES} lists already", hint="Delete some that you no longer need.")
    now = datetime.now(UTC)
    id = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    folder = visitor_folder(KIND, id)
    format = suffix[1:] if suffix[1:] in FORMATS else "csv"
    short = PurePosixPath(name.replace("\\", "/")).name[-LONGEST_NAME:]
    batch = Batch(id, folder, short, f"{now:%Y-%m-%dT%H:%M:%S+00:00}", f"questions{suffix}", Wish(format))
    try:
        write_durably(batch.input, content)
        read_preview(batch)
        _save(batch)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return batch


def read_preview(batch: Batch) -> Preview:
    """Return what a list holds; it is read once, for it never changes.

    Raises:
        UsageError: It cannot be read at all.
    """
    try:
        return _preview(str(batch.input))
    except UsageError as error:
        # The command's own words name the file where it lies.
        raise UsageError(error.message.replace(str(batch.input), batch.name), hint=error.hint) from None


@st.cache_data(show_spinner=False, max_entries=32)
def _preview(path: str) -> Preview:
    return preview(path)


def list_batches() -> list[Batch]:
    """Return the visitor's lists, newest first."""
    names = sorted((path.name for path in visitor_folder(KIND).iterdir() if _ID.fullmatch(path.name)), reverse=True)
    return [batch for name in names if (batch := find_batch(name)) is not None]


def find_batch(id: str | None) -> Batch | None:
    """Return a list of this visitor, or None where there is none of that id.

    Args:
        id: As it came from the address of the page, or a folder's name; it is not trusted.
    """
    if id is None or not _ID.fullmatch(id):
        return None
    folder = visitor_folder(KIND) / id
    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
        wish = Wish(**{**about["wish"], "outlets": tuple(about["wish"]["outlets"])})
        return Batch(id, folder, about["name"], about["begun"], about["source"], wish)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def delete(batch: Batch) -> None:
    """Stop a list, if it runs, and remove all of it."""
    runs().stop(batch.folder)
    runs().await_end(batch.folder)
    shutil.rmtree(batch.folder, ignore_errors=True)


def keep_wish(batch: Batch, wish: Wish) -> Batch:
    """Remember how a list is to be answered."""
    chosen = replace(batch, wish=wish)
    _save(chosen)
    return chosen


def _save(batch: Batch) -> None:
    about: dict[str, Any] = {
        "name": batch.name,
        "begun": batch.begun,
        "source": batch.source,
        "wish": asdict(batch.wish),
    }
    write_durably(batch.folder / ABOUT, json.dumps(about))
