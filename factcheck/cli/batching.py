"""`factcheck batch`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from factcheck.cli.batch_options import batch_options
from factcheck.cli.batch_running import Plan, fill_file, fill_stream, tell_changes
from factcheck.cli.batch_workers import check_workers, choose_workers
from factcheck.cli.options import asking as asking_options
from factcheck.cli.options import common, load_settings
from factcheck.cli.terminal import note
from factcheck.errors import UsageError

if TYPE_CHECKING:
    from factcheck.batch.inputs import Items
    from factcheck.batch.jobs import Jobs, Selection
    from factcheck.batch.runner import Limits
    from factcheck.batch.tasks import Asking


@click.command(
    epilog="Example: factcheck batch questions.jsonl -o answers.jsonl --budget-usd 5",
    short_help="Answer a file of questions.",
)
@click.argument("source", metavar="IN")
@click.option("-o", "--output", metavar="OUT", required=True, help="File to write, or - for standard output.")
@asking_options
@batch_options
@common
def batch(
    source: str,
    output: str,
    engine: str | None,
    as_of: str | None,
    files: str | None,
    outlets: tuple[str, ...],
    since: str | None,
    index: str | None,
    model: str | None,
    judge: bool | None,
    no_cache: bool,
    dry_run: bool,
    keep_answers: bool,
    restart: bool,
    **flags: Any,
) -> None:
    """Answer every question of IN and write one record for each to OUT, in the order of IN.

    IN and OUT are .jsonl, .csv, .tsv or .xlsx files, IN also .txt with a question a line. A line of JSON is
    {"question": "...", "id": "..."}; the id may be left out, and other fields are carried to the output.
    What cannot be answered gets a record that says why.

    OUT appears when all is done. Until then everything is in OUT.job: after a stop of any kind the same
    command goes on, and pays for nothing twice. Exits with 1 if any record is a failure.
    """
    from factcheck.batch.inputs import open_items
    from factcheck.batch.tasks import Asking

    check_workers(flags)
    cache = False if no_cache else None
    settings = load_settings(index=index, engine=engine, model=model, judge=judge, cache=cache)
    items = open_items(source, stdin=sys.stdin.buffer)
    _check_output(source, output)
    from factcheck.answering.engines import choose_engine

    settings = replace(settings, engine=choose_engine(settings.engine))
    asking = Asking(settings, files=files, as_of=as_of, since=since, outlets=outlets)
    fingerprint = _fingerprint(asking)
    if dry_run:
        _estimate(items, "-" if restart else output, asking, fingerprint, flags)
        return
    with _open_job(output, asking, fingerprint, restart=restart, keep_answers=keep_answers) as jobs:
        plan = Plan(items, output, asking, _limits(asking, flags), _selection(flags), choose_workers(jobs, flags))
        summary = fill_stream(plan, jobs) if _is_stream(output) else fill_file(plan, jobs)
    failed = summary.counts.get("failed", 0)
    if failed or summary.stopped is not None:
        click.get_current_context().exit(1)


def _check_output(source: str, output: str) -> None:
    """Refuse an output that cannot be written, before anything is paid for."""
    if output == "-":
        return
    from factcheck.batch.outputs import open_output

    open_output(output)
    target = Path(output)
    if source != "-" and target.exists() and target.samefile(source):
        raise UsageError("IN and OUT are the same file", hint="Name another file with -o.")


def _is_stream(output: str) -> bool:
    """Whether records go to standard output, a pipe or a device: they have no name to keep a job beside."""
    target = Path(output)
    return output == "-" or (target.exists() and not target.is_file())


def _job_path(output: str) -> Path:
    return Path(output).with_name(Path(output).name + ".job")


def _fingerprint(asking: Asking) -> str:
    from factcheck.pipeline import Corpus

    with Corpus.open(settings=asking.settings) as corpus:
        return str(corpus.status()["fingerprint"])


@contextmanager
def _open_job(
    output: str, asking: Asking, fingerprint: str, *, restart: bool = False, keep_answers: bool = False
) -> Iterator[Jobs]:
    from factcheck.batch.headers import describe_job
    from factcheck.batch.jobs import Jobs

    header = describe_job(asking, fingerprint)
    if _is_stream(output):
        with Jobs.temporary() as jobs:
            yield jobs
        return
    with Jobs.open(_job_path(output), header, restart=restart, keep_answers=keep_answers) as jobs:
        if jobs.put_aside is not None:
            note(f"the old job is now {jobs.put_aside}")
        yield jobs


def _estimate(items: Items, output: str, asking: Asking, fingerprint: str, flags: dict[str, Any]) -> None:
    """Say what the inputs that are still open would take; a job that was begun is gone on with."""
    from factcheck.batch.runner import open_inputs
    from factcheck.cli.batch_estimate import show_estimate

    begun = not _is_stream(output) and _job_path(output).exists()
    with _open_job(output if begun else "-", asking, fingerprint) as jobs:
        open_inputs(items, jobs, _selection(flags), changed=tell_changes)
        show_estimate(jobs, asking, flags)


def _limits(asking: Asking, flags: dict[str, Any]) -> Limits:
    from factcheck.batch.runner import Limits

    return Limits(flags["budget_usd"] or asking.settings.budget_usd or None, flags["max_tokens"])


def _selection(flags: dict[str, Any]) -> Selection:
    from factcheck.batch.jobs import Selection

    names = ("limit", "shuffle", "only", "retry_failed", "seed")
    return Selection(**{name: flags[name] for name in names})
