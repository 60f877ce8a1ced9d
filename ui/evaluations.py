"""A visitor's evaluations on disk: each a folder that the `eval` command filled, with what was asked for.

EVALUATION/
    about.json   what was asked for
    set/NAME     the golden set, as it was then
    run/         the command's progress (runs.py)
    out/         what it made (factcheck.evaluation.folder)
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st

from factcheck.durable import write_durably
from ui.runs import RunState, runs
from ui.visitor import visitor_folder

KIND = "evaluations"
ABOUT = "about.json"
SUFFIXES = (".jsonl", ".csv", ".tsv")
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be evaluated, and how.

    Attributes:
        title: Of the golden set, for people.
        cases: How many cases it has, before tags and limit.
        engine: "embedded" or "openai".
        only: Tags of which a case must have one.
        without: Tags of which it may have none.
        limit: Most cases, or None.
        seed: Of the draw and of the intervals.
        judge_model: Model that grades the answers too, or "".
        budget_usd: Most to spend, or None.
    """

    title: str
    cases: int
    engine: str = "embedded"
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    limit: int | None = None
    seed: int = 0
    judge_model: str = ""
    budget_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Evaluating:
    """One evaluation of a visitor.

    Attributes:
        id: Name of its folder.
        folder: Where it is.
        started: When it was asked for, ISO.
        wish: What was asked for.
        state: How far it is.
    """

    id: str
    folder: Path
    started: str
    wish: Wish
    state: RunState

    @property
    def out(self) -> Path:
        """Folder of the command's results."""
        return self.folder / "out"

    @property
    def finished(self) -> bool:
        """Whether there are results to look at."""
        return self.state.state == "done" and (self.out / "run.json").is_file()


def begin(golden: Path, wish: Wish) -> str:
    """Start an evaluation and return its id.

    Args:
        golden: The golden set; it is copied, for it may change.
        wish: What is asked for.
    """
    id, folder = make_folder()
    place = folder / "set" / name_safely(golden.name)
    place.parent.mkdir()
    shutil.copyfile(golden, place)
    keep_about(folder, wish)
    runs().start(folder / "run", list_arguments(place, folder / "out", wish))
    return id


def resume(evaluating: Evaluating) -> None:
    """Go on with an evaluation that was stopped or that failed."""
    golden = find_golden(evaluating)
    if golden is not None:
        runs().start(evaluating.folder / "run", list_arguments(golden, evaluating.out, evaluating.wish))


def find_golden(evaluating: Evaluating) -> Path | None:
    """Return the golden set of an evaluation, or None where it came from elsewhere without one."""
    return next(iter(sorted((evaluating.folder / "set").glob("*"))), None)


def list_evaluations() -> list[Evaluating]:
    """Return the visitor's evaluations, newest first."""
    found = (read_evaluating(path.name) for path in visitor_folder(KIND).iterdir() if _ID.fullmatch(path.name))
    return sorted((each for each in found if each is not None), key=lambda each: each.id, reverse=True)


def read_evaluating(id: str) -> Evaluating | None:
    """Return an evaluation of this visitor, or None where there is none of that id.

    Args:
        id: As it came from the address of the page, or a folder's name; it is not trusted.
    """
    if not _ID.fullmatch(id):
        return None
    folder = visitor_folder(KIND) / id
    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
        wish = Wish(
            **{**about["wish"], "only": tuple(about["wish"]["only"]), "without": tuple(about["wish"]["without"])}
        )
        started = str(about["started"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    imported = about.get("imported") and (folder / "out" / "run.json").is_file()
    state = RunState("done") if imported else runs().read(folder / "run")
    return Evaluating(id, folder, started, wish, state)


def delete(evaluating: Evaluating) -> None:
    """Stop an evaluation, if it runs, and remove all of it."""
    runs().stop(evaluating.folder / "run")
    runs().await_end(evaluating.folder / "run")
    shutil.rmtree(evaluating.folder, ignore_errors=True)


def keep_upload(name: str, content: bytes) -> Path:
    """Write an uploaded golden set where it can be read, in place of the one before.

    Args:
        name: As the browser gives it; only its letters, digits, dots and dashes are kept.
        content: Its bytes.
    """
    folder = visitor_folder(KIND, "upload")
    for old in folder.iterdir():
        old.unlink()
    place = folder / name_safely(name)
    place.write_bytes(content)
    return place


def name_safely(name: str) -> str:
    """Return a name that is only a file's, with its ending: of a visitor's own name as much as is harmless."""
    path = Path(_UNSAFE.sub("-", name.replace("\\", "/").rsplit("/", 1)[-1]))
    stem = path.stem.strip(".-")[:60] or "golden"
    return f"{stem}{path.suffix.lower()}"


def list_arguments(golden: Path, out: Path, wish: Wish) -> list[str]:
    """Return the command that evaluates; values stand behind "=", where none can be taken for an option."""
    arguments = ["eval", str(golden), f"--output={out}", f"--engine={wish.engine}", f"--seed={wish.seed}"]
    arguments += [f"--only={tag}" for tag in wish.only] + [f"--without={tag}" for tag in wish.without]
    arguments += [f"--limit={wish.limit}"] if wish.limit else []
    arguments += [f"--judge-model={wish.judge_model}"] if wish.judge_model else []
    arguments += [f"--budget-usd={wish.budget_usd}"] if wish.budget_usd else []
    return arguments


def stamp(path: Path) -> int:
    """Return when a file was last written, for caches; 0 where it is missing."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@st.cache_data(show_spinner=False, max_entries=200)
def read_headline(path: str, written: int) -> dict[str, Any]:
    """Return the share of right rows of a finished run, its interval and its size.

    Args:
        path: Of its run.json.
        written: When; another run has another.
    """
    try:
        found = json.loads(Path(path).read_text("utf-8"))
        result = next(each for each in found["results"] if each["name"] == "right")
        return {"value": result["value"], "low": result["low"], "high": result["high"], "rows": int(found["rows"])}
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return {}


def make_folder() -> tuple[str, Path]:
    """Make a folder for an evaluation, and return its id and where it is."""
    id = f"{datetime.now(tz=UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    return id, visitor_folder(KIND, id)


def keep_about(folder: Path, wish: Wish, **more: Any) -> None:
    """Note in its folder what was asked for, and when."""
    about = {"started": datetime.now(tz=UTC).isoformat(timespec="seconds"), "wish": asdict(wish), **more}
    write_durably(folder / ABOUT, json.dumps(about))


def list_others(evaluatings: Sequence[Evaluating], of: Evaluating) -> list[Evaluating]:
    """Return the finished evaluations to compare one with, those of the same set first, newest first."""
    others = [each for each in evaluatings if each.finished and each.id != of.id]
    return sorted(others, key=lambda each: each.wish.title != of.wish.title)
