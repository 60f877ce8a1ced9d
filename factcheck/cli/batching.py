"""`factcheck batch`."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from factcheck.cli.options import asking, common, load_settings
from factcheck.cli.terminal import Step, note, progress, show_json
from factcheck.errors import UsageError
from factcheck.presentation.jsonl import to_line
from factcheck.presentation.text import plural

if TYPE_CHECKING:
    from factcheck.batch.inputs import Item


@click.command(
    epilog="Example: factcheck batch questions.jsonl -o answers.jsonl",
    short_help="Answer a file of questions.",
)
@click.argument("source", metavar="IN")
@click.option("-o", "--output", metavar="OUT", required=True, help="File to write, or - for standard output.")
@asking
@common
def batch(
    source: str, output: str, engine: str | None, as_of: str | None, files: str | None, index: str | None
) -> None:
    """Answer every question of IN, a file of JSON lines, and write one record for each, in order.

    A line is {"question": "...", "id": "..."}; the id may be left out, and other fields are carried to the
    output (under "input" where a record has a field of that name). A line that cannot be answered gets a
    record that says why. OUT appears when all is done; until then it is OUT.partial. Exits with 1 if any
    record is a failure.
    """
    settings = load_settings(index=index, engine=engine)
    items = _read(source)
    _check_output(source, output)
    from factcheck.batch.runner import run
    from factcheck.pipeline import Corpus

    outcomes: Counter[str] = Counter()
    with closing(Corpus.open(settings=settings)) as corpus, progress() as advance, _writing(output) as write:
        started = time.monotonic()
        records = run(items, corpus, settings=settings, files=files, as_of=as_of, engine=engine)
        for done, record in enumerate(records, start=1):
            write(record)
            outcomes[record["outcome"]] += 1
            advance(_step(done, len(items), time.monotonic() - started))
    counts = ", ".join(f"{outcomes[name]:,} {name}" for name in ("answered", "abstained", "failed"))
    note(f"{plural(len(items), 'record')}: {counts}")
    if outcomes["failed"]:
        click.get_current_context().exit(1)


def _read(source: str) -> list[Item]:
    from factcheck.batch.inputs import read_jsonl

    if source == "-":
        items = list(read_jsonl(sys.stdin.buffer))
    else:
        try:
            with open(source, "rb") as lines:
                items = list(read_jsonl(lines))
        except OSError as error:
            raise UsageError(
                f"{source} cannot be read: {error.strerror}", hint="IN is a file of JSON lines."
            ) from error
    if not items:
        raise UsageError(f"{source} holds no line", hint='A line is {"question": "Who denied it?"}.')
    return items


def _check_output(source: str, output: str) -> None:
    if output == "-":
        return
    target = Path(output)
    if target.is_dir():
        raise UsageError(f"{output} is a folder", hint="Name a file: -o answers.jsonl")
    if not target.absolute().parent.is_dir():
        raise UsageError(f"the folder {target.parent} does not exist", hint=f"mkdir -p {target.parent}")
    if source != "-" and target.exists() and target.samefile(source):
        raise UsageError("IN and OUT are the same file", hint="Name another file with -o.")


def _step(done: int, total: int, seconds: float) -> Step:
    rate = done / seconds if seconds else 0.0
    return Step("answering", done, total, f"{rate:.1f}/s", (total - done) / rate if rate else None)


@contextmanager
def _writing(output: str) -> Iterator[Any]:
    """Give a function that writes a record; the file has its name only when it is whole."""
    target = Path(output)
    if output == "-":
        yield show_json
    elif target.exists() and not target.is_file():  # a pipe or a device has no name to change
        with target.open("w", encoding="utf-8") as stream:
            yield lambda record: _write(stream, record)
    else:
        partial = target.with_name(target.name + ".partial")
        try:
            with partial.open("w", encoding="utf-8", newline="\n") as stream:
                yield lambda record: _write(stream, record)
                os.fsync(stream.fileno())
            partial.replace(target)
        except BaseException:
            note(f"what was answered so far is in {partial}")
            raise


def _write(stream: IO[str], record: dict[str, Any]) -> None:
    stream.write(to_line(record) + "\n")
    stream.flush()
