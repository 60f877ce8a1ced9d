"""`factcheck batch`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from factcheck.cli.batch_options import batch_options
from factcheck.cli.batch_workers import check_workers, choose_workers
from factcheck.cli.options import asking as asking_options
from factcheck.cli.options import common, load_settings
from factcheck.cli.terminal import Step, note, progress, show_json
from factcheck.errors import UsageError
from factcheck.presentation.jsonl import to_line
from factcheck.presentation.text import plural

if TYPE_CHECKING:
    from factcheck.batch.inputs import Items
    from factcheck.batch.jobs import Jobs, Selection
    from factcheck.batch.register import Changes
    from factcheck.batch.runner import Limits, OpenWorkers, Progress, Summary
    from factcheck.batch.tasks import Asking

AGAIN = "the same command goes on"
Write = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the command line asks for."""

    items: Items
    output: str
    asking: Asking
    limits: Limits
    select: Selection
    workers: OpenWorkers


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
    asking = Asking(settings, files=files, as_of=as_of)
    if dry_run:
        _show_estimate(items, asking, flags)
        return
    fingerprint = _fingerprint(asking)
    with _open_job(output, asking, fingerprint, restart=restart, keep_answers=keep_answers) as jobs:
        plan = _Plan(items, output, asking, _limits(asking, flags), _selection(flags), choose_workers(jobs, flags))
        summary = _stream(plan, jobs) if _is_stream(output) else _fill(plan, jobs)
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


def _fingerprint(asking: Asking) -> str:
    from factcheck.pipeline import Corpus

    with Corpus.open(settings=asking.settings) as corpus:
        return str(corpus.status()["fingerprint"])


@contextmanager
def _open_job(output: str, asking: Asking, fingerprint: str, *, restart: bool, keep_answers: bool) -> Iterator[Jobs]:
    from factcheck.batch.headers import describe_job
    from factcheck.batch.jobs import Jobs

    header = describe_job(asking, fingerprint)
    if _is_stream(output):
        with Jobs.temporary() as jobs:
            yield jobs
        return
    target = Path(output)
    path = target.with_name(target.name + ".job")
    with Jobs.open(path, header, restart=restart, keep_answers=keep_answers) as jobs:
        if jobs.put_aside is not None:
            note(f"the old job is now {jobs.put_aside}")
        yield jobs


def _limits(asking: Asking, flags: dict[str, Any]) -> Limits:
    from factcheck.batch.runner import Limits

    return Limits(flags["budget_usd"] or asking.settings.budget_usd or None, flags["max_tokens"])


def _selection(flags: dict[str, Any]) -> Selection:
    from factcheck.batch.jobs import Selection

    names = ("limit", "shuffle", "only", "retry_failed", "seed")
    return Selection(**{name: flags[name] for name in names})


def _fill(plan: _Plan, jobs: Jobs) -> Summary:
    """Run a job whose output is a file."""
    target = Path(plan.output)
    partial = target.with_name(target.name + ".partial")
    try:
        summary = _run(plan, jobs, lambda progress: None)
    except KeyboardInterrupt:
        _save_partial(plan, jobs, partial)
        raise
    except Exception:
        note(f"what was finished is kept in {jobs.path}; {AGAIN}")
        raise
    if not summary.complete:
        _save_partial(plan, jobs, partial)
    else:
        _write_all(plan, jobs, target)
        partial.unlink(missing_ok=True)
    _report(summary)
    return summary


def _save_partial(plan: _Plan, jobs: Jobs, partial: Path) -> None:
    count = sum(jobs.counts().values())
    if count:
        _write_all(plan, jobs, partial)
        note(f"{plural(count, 'finished record')} of {plan.output} so far: {partial}; {AGAIN}")


def _write_all(plan: _Plan, jobs: Jobs, target: Path) -> None:
    from factcheck.batch.asking import carry
    from factcheck.batch.outputs import open_output

    format = open_output(plan.output).format
    # The columns of JSON lines are known only when all of them were read.
    columns = () if format == "jsonl" else plan.items.columns
    with open_output(str(target), columns=columns, format=format) as writer:
        for finished in jobs.finished():
            writer.write(carry(finished.item, finished.record))


def _stream(plan: _Plan, jobs: Jobs) -> Summary:
    """Run a job whose records are written as soon as all before them are finished."""
    from factcheck.batch.asking import carry

    with _open_stream(plan.output) as write:
        last = -1

        def advance(*, gaps: bool = False) -> None:
            nonlocal last
            for finished in jobs.finished(after=last, gaps=gaps):
                write(carry(finished.item, finished.record))
                last = finished.position

        try:
            summary = _run(plan, jobs, lambda progress: advance())
        except BrokenPipeError:
            raise
        except BaseException:
            advance(gaps=True)
            note("to be able to go on after a stop, write to a file with -o")
            raise
        advance(gaps=True)
    _report(summary)
    return summary


@contextmanager
def _open_stream(output: str) -> Iterator[Write]:
    if output == "-":
        yield show_json
        return
    with Path(output).open("w", encoding="utf-8") as stream:

        def write(record: dict[str, Any]) -> None:
            stream.write(to_line(record) + "\n")
            stream.flush()

        yield write


def _run(plan: _Plan, jobs: Jobs, kept: Callable[[Progress], None]) -> Summary:
    from factcheck.batch.runner import run_job

    with progress() as advance:

        def tell(state: Progress) -> None:
            kept(state)
            advance(_step(state))

        return run_job(
            plan.items,
            jobs,
            plan.workers,
            asking=plan.asking,
            limits=plan.limits,
            select=plan.select,
            progress=tell,
            changed=_tell_changes,
        )


def _step(state: Progress) -> Step:
    parts = [f"{state.rate:.1f}/s"]
    if state.cost_usd:
        parts.append(f"{state.cost_usd:.4f} USD")
    if state.failed:
        parts.append(f"{state.failed:,} failed")
    return Step("answering", state.done, state.total, ", ".join(parts), state.seconds_left)


def _tell_changes(changes: Changes) -> None:
    if changes.first:
        return
    counts = ((changes.new, "new"), (changes.changed, "changed"), (changes.gone, "gone"))
    parts = [f"{count:,} {word}" for count, word in counts if count]
    if changes.moved:
        parts.append("the others in another order" if parts else "in another order")
    if parts:
        note(f"the inputs have changed since the last run: {', '.join(parts)}; what stayed keeps its answer")


def _report(summary: Summary) -> None:
    names = ["answered", "abstained", "failed", *(["checked"] if summary.counts.get("checked") else [])]
    counts = ", ".join(f"{summary.counts.get(name, 0):,} {name}" for name in names)
    cost = f"; {summary.spent.cost_usd:.4f} USD in all" if summary.spent.cost_usd else ""
    note(f"{plural(sum(summary.counts.values()), 'record')}: {counts}{cost}")
    if summary.stopped is not None:
        note(f"stopped: {summary.stopped.message}. {summary.stopped.hint}")
    elif not summary.complete:
        missing = summary.selected - sum(summary.counts.values())
        note(f"{plural(missing, 'input')} got no record; {AGAIN}")


def _show_estimate(items: Items, asking: Asking, flags: dict[str, Any]) -> None:
    raise NotImplementedError
