"""Print: results to standard output, everything else to standard error."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any, NamedTuple

import click

from factcheck.presentation.display import displayable
from factcheck.presentation.jsonl import to_line

WIDEST = 100
NARROWEST = 40
# Without a terminal, how many seconds pass between two lines of progress.
PLAIN_INTERVAL = 10.0
# Seconds between two lines for a program that shows the progress itself.
JSON_INTERVAL = 0.3

_as_json = False


@contextmanager
def speaking_json(wanted: bool) -> Iterator[None]:
    """Write everything that goes to standard error as lines of JSON, for a program that reads it.

    Each line is an object with one of the keys "progress" (the fields of `Step`), "note", "warning",
    "error" (with "hint" and "kind", the name of its class) and, in the last one, "exit" (the code).
    """
    global _as_json
    before, _as_json = _as_json, wanted
    try:
        yield
    finally:
        _as_json = before


def tell_end(code: int) -> None:
    """Say to a program that reads along that this was all; people see it without being told."""
    if _as_json:
        _tell({"exit": code})


class Look(NamedTuple):
    """How standard output shows text: its width (None does not wrap) and colours."""

    width: int | None
    color: bool


def look() -> Look:
    """Return the terminal's width and colours; without a terminal nothing is wrapped."""
    if not sys.stdout.isatty():
        return Look(None, False)
    columns = shutil.get_terminal_size((WIDEST, 24)).columns
    return Look(min(max(columns, NARROWEST), WIDEST), _has_colors())


def _has_colors() -> bool:
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def show(text: str) -> None:
    """Print a result; characters that standard output cannot encode become escapes."""
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(text.encode(encoding, "backslashreplace").decode(encoding), color=True)


def show_json(record: Mapping[str, Any]) -> None:
    """Print a record as one line of JSON."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    click.echo(to_line(record, ascii_only=not utf8))


def show_exact(text: str) -> None:
    """Print text as UTF-8 byte for byte, without a line end of our own."""
    sys.stdout.buffer.write(text.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()


def note(text: str) -> None:
    """Say something beside the result."""
    if _as_json:
        _tell({"note": text})
        return
    encoding = sys.stderr.encoding or "utf-8"
    click.echo(text.encode(encoding, "backslashreplace").decode(encoding), err=True, color=True)


def warn(text: str) -> None:
    """Say in one line what was left out or went only partly right."""
    if _as_json:
        _tell({"warning": text})
        return
    note(f"{_colored('warning:', '33')} {displayable(text)}")


def end_line() -> None:
    """Leave the line in which a person typed Ctrl-C."""
    if not _as_json:
        click.echo(err=True)


def fail(message: str, hint: str, *, kind: str = "") -> None:
    """Say in one line what went wrong, and in another what to do; `kind` is for programs."""
    if _as_json:
        _tell({"error": message, "hint": hint, "kind": kind})
        return
    note(f"{_colored('error:', '31;1')} {displayable(message)}")
    if hint:
        note(f"{_colored('hint:', '36')} {displayable(hint)}")


def _tell(record: Mapping[str, Any]) -> None:
    # One write: threads warn while the main one tells of progress.
    click.echo(to_line(record, ascii_only=True) + "\n", err=True, nl=False)


def _colored(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if sys.stderr.isatty() and _has_colors() else text


class _Stderr(logging.Handler):
    """Writes to whatever standard error is now, on one line unless debugging."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            note(self.format(record))
        else:
            note(f"{record.levelname.lower()}: {displayable(record.getMessage())}")


@contextmanager
def logging_to_stderr() -> Iterator[None]:
    """Show our own warnings; other libraries' chatter appears only after `enable_debug`."""
    handler = _Stderr()
    root, ours = logging.getLogger(), logging.getLogger("factcheck")
    before = (root.level, ours.level)
    root.addHandler(handler)
    root.setLevel(logging.CRITICAL)
    ours.setLevel(logging.WARNING)
    logging.captureWarnings(True)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        root.removeHandler(handler)
        root.setLevel(before[0])
        ours.setLevel(before[1])


def enable_debug() -> None:
    """Show our debug messages and tracebacks, and other libraries' warnings."""
    logging.getLogger("factcheck").setLevel(logging.DEBUG)
    logging.getLogger().setLevel(logging.WARNING)


class Step(NamedTuple):
    """How far the work has come.

    Attributes:
        what: What is being done ("reading").
        done: How many are done.
        total: Of how many.
        rate: How fast, with its unit ("38 sentences/s"), or "".
        seconds_left: Estimate, or None where it is not known.
    """

    what: str
    done: int
    total: int
    rate: str = ""
    seconds_left: float | None = None


@contextmanager
def progress() -> Iterator[Callable[[Step], None]]:
    """Show progress on standard error: a bar on a terminal, elsewhere now and then a line."""
    if _as_json:
        yield _json_lines()
    elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        with _bar(sys.stderr) as advance:
            yield advance
    else:
        yield _lines()


def _left(step: Step) -> str:
    if step.seconds_left is None:
        return ""
    minutes, seconds = divmod(round(step.seconds_left), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02} left" if hours else f"{minutes}:{seconds:02} left"


@contextmanager
def _bar(stream: IO[str]) -> Iterator[Callable[[Step], None]]:
    # rich costs 0.1 s, and most commands show no bar.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}", style="dim", markup=False),
        TextColumn("{task.fields[left]}", style="dim", markup=False),
    )
    with Progress(*columns, console=Console(file=stream, highlight=False), transient=True) as bar:
        task = bar.add_task("loading", total=None, rate="", left="")

        def advance(step: Step) -> None:
            bar.update(
                task,
                description=displayable(step.what)[:40],
                completed=step.done,
                total=step.total,
                rate=step.rate,
                left=_left(step),
            )

        yield advance


def _json_lines() -> Callable[[Step], None]:
    shown, before = 0.0, ""

    def advance(step: Step) -> None:
        nonlocal shown, before
        now = time.monotonic()
        if step.what == before and step.done < step.total and now - shown < JSON_INTERVAL:
            return
        shown, before = now, step.what
        _tell({"progress": step._asdict()})

    return advance


def _lines() -> Callable[[Step], None]:
    shown = time.monotonic()

    def advance(step: Step) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown < PLAIN_INTERVAL:
            return
        shown = now
        parts = (f"{displayable(step.what)}: {step.done:,} of {step.total:,}", step.rate, _left(step))
        note(", ".join(part for part in parts if part))

    return advance
