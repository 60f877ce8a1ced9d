"""`factcheck status`, `factcheck doctor` and `factcheck verify`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from factcheck.cli.options import common, load_settings
from factcheck.cli.terminal import look, note, show, show_json
from factcheck.errors import UsageError
from factcheck.presentation.display import displayable
from factcheck.presentation.text import Page, plural

if TYPE_CHECKING:
    from factcheck.pipeline import Corpus
    from factcheck.settings import Settings

MOST_LISTED = 10


@click.command(epilog="Example: factcheck status --json")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
@common
def status(as_json: bool, index: str | None) -> None:
    """Show the index, the engine that answers, and versions."""
    settings = load_settings(index=index)
    from factcheck.pipeline import Corpus

    with closing(Corpus.open(settings=settings)) as corpus:
        state = corpus.status()
    if as_json:
        show_json(state)
        return
    width = max(len(name) for name in state)
    page = Page(look().width)
    for name, value in state.items():
        for line in page.block(_plain(value), indent=width + 2, first=name.replace("_", " ")):
            show(line)


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_plain(item)}" for name, item in value.items())
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        more = [f"and {len(value) - MOST_LISTED:,} more"] if len(value) > MOST_LISTED else []
        return ", ".join([*(_plain(item) for item in value[:MOST_LISTED]), *more]) or "none"
    return displayable(str(value)) if value is not None else "none"


@click.command(epilog="Example: factcheck doctor", short_help="Check that everything works, and say how to mend it.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON for each part.")
@common
def doctor(as_json: bool, index: str | None) -> None:
    """Check the models, the stores, the disk and the index, and say how to mend what is wrong.

    Exits with 1 if something is wrong. Nothing is changed and no endpoint is called.
    """
    settings = load_settings(index=index)
    from factcheck.doctor import examine

    page = Page(*look())
    wrong = 0
    for diagnosis in examine(settings):
        wrong += not diagnosis.ok
        if as_json:
            parts = ("part", "ok", "found", "fix")
            show_json({name: getattr(diagnosis, name) for name in parts})
            continue
        sign = page.paint("ok     ", "green") if diagnosis.ok else page.paint("problem", "red bold")
        show(f"{sign}  {diagnosis.part:<16}  {displayable(diagnosis.found)}")
        if diagnosis.fix:
            show(f"{'':27}{page.paint('hint: ', 'cyan')}{displayable(diagnosis.fix)}")
    if wrong:
        note(f"{plural(wrong, 'problem')} found")
        click.get_current_context().exit(1)


class Checked(NamedTuple):
    """What `verify` found in one saved record: how many citations, and one line for each problem."""

    id: str
    citations: int
    problems: tuple[str, ...]


@click.command(
    epilog="Example: factcheck verify answers.jsonl", short_help="Check the citations of saved records again."
)
@click.argument("records", metavar="RECORDS")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON for each record.")
@common
def verify(records: str, as_json: bool, index: str | None) -> None:
    """Check every citation of saved records again, without a model.

    RECORDS holds what `ask --json` or `batch` wrote; "-" is standard input. Says which citations no longer
    hold and why. Exits with 1 if any does not.
    """
    settings = load_settings(index=index)
    lines = _read_lines(records)
    from factcheck.pipeline import Corpus

    with closing(Corpus.open(settings=settings)) as corpus:
        results = list(_check(lines, corpus, settings))
    for checked in results:
        if as_json:
            show_json({"id": checked.id, "holds": not checked.problems, **checked._asdict()})
        else:
            for problem in checked.problems:
                show(f"{displayable(checked.id)}: {displayable(problem)}")
    broken = sum(bool(checked.problems) for checked in results)
    citations = plural(sum(checked.citations for checked in results), "citation")
    verdict = "all hold" if not broken else f"{plural(broken, 'record')} with problems"
    note(f"{plural(len(results), 'record')}, {citations}: {verdict}")
    if broken:
        click.get_current_context().exit(1)


def _read_lines(source: str) -> list[bytes]:
    try:
        if source == "-":
            data = sys.stdin.buffer.read()
        else:
            with open(source, "rb") as stream:
                data = stream.read()
    except OSError as error:
        raise UsageError(f"{source} cannot be read: {error.strerror}", hint="RECORDS is a file.") from error
    lines = [line for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
    if not lines:
        raise UsageError(f"{source} holds no record", hint="Save some with: factcheck ask --json QUESTION")
    return lines


def _check(lines: list[bytes], corpus: Corpus, settings: Settings) -> Iterator[Checked]:
    from factcheck.answering.verification import verify_record
    from factcheck.sources import SourceFiles

    sources = SourceFiles(corpus.articles(), max_bytes=settings.max_file_mb * 1_000_000)
    for number, line in enumerate(lines, start=1):
        record = _read_record(line)
        if isinstance(record, str):
            yield Checked(f"line {number}", 0, (record,))
            continue
        problems = tuple(f"{problem.where}: {problem.reason}" for problem in verify_record(record, sources.read))
        yield Checked(str(record.get("id", f"line {number}")), _count_citations(record), problems)


def _read_record(line: bytes) -> dict[str, Any] | str:
    """Return the record, or why the line is none."""
    try:
        value = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        return f"not a line of JSON: {error}"
    if not isinstance(value, dict) or not str(value.get("schema", "")).startswith("factcheck/"):
        return "not a record of factcheck"
    return value


def _count_citations(record: Mapping[str, Any]) -> int:
    abstention = record.get("abstention")
    closest = abstention.get("closest") if isinstance(abstention, Mapping) else None
    lists = (record.get("citations"), record.get("evidence"), closest)
    return sum(len(found) for found in lists if isinstance(found, list))
