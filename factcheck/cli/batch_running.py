"""Run a batch and write its records: to a file when all is done, to a stream as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from factcheck.cli.terminal import Step, note, progress, show_json
from factcheck.presentation.display import displayable
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
class Plan:
    """What the command line asks for.

    Attributes:
        items: The input.
        output: Name of a file, or "-".
        asking: How everything is asked.
        limits: Of the whole job.
        select: What is worked on.
        workers: Opens who answers.
    """

    items: Items
    output: str
    asking: Asking
    limits: Limits
    select: Selection
    workers: OpenWorkers


def fill_file(plan: Plan, jobs: Jobs) -> Summary:
    """Run a job whose output is a file."""
    target = Path(plan.output)
    partial = target.with_name(target.name + ".partial")
    try:
        summary = _run(plan, jobs, lambda progress: None)
    except KeyboardInterrupt:
        _save_partial(plan, jobs, partial)
        raise
    except Exception:
        if jobs.counts():
            note(f"what was finished is kept in {jobs.path}; {_again(jobs)}")
        raise
    if not summary.complete:
        _save_partial(plan, jobs, partial)
    else:
        _write_all(plan, jobs, target)
        partial.unlink(missing_ok=True)
    _report(summary)
    return summary


def _save_partial(plan: Plan, jobs: Jobs, partial: Path) -> None:
    count = sum(jobs.counts().values())
    if count:
        _write_all(plan, jobs, partial)
        note(f"{plural(count, 'finished record')} of {plan.output} so far: {partial}; {_again(jobs)}")


def _again(jobs: Jobs) -> str:
    """Say how to go on: a restart would begin anew each time."""
    return AGAIN if jobs.put_aside is None else f"{AGAIN}, without --restart"


def _write_all(plan: Plan, jobs: Jobs, target: Path) -> None:
    from factcheck.batch.outputs import open_output
    from factcheck.batch.writing import write_finished

    write_finished(jobs.finished(), plan.items, target, format=open_output(plan.output).format)


def fill_stream(plan: Plan, jobs: Jobs) -> Summary:
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


def _run(plan: Plan, jobs: Jobs, kept: Callable[[Progress], None]) -> Summary:
    from factcheck.batch.runner import run_job

    with progress() as advance:

        def tell(state: Progress) -> None:
            kept(state)
            advance(to_step(state, "answering"))

        return run_job(
            plan.items,
            jobs,
            plan.workers,
            asking=plan.asking,
            limits=plan.limits,
            select=plan.select,
            progress=tell,
            changed=tell_changes,
        )


def to_step(state: Progress, doing: str) -> Step:
    """Return how far a job has come as a step of progress."""
    parts = [f"{state.rate:.1f}/s" if state.rate >= 1 else f"{60 * state.rate:.1f}/min"]
    if state.cost_usd:
        parts.append(f"{state.cost_usd:.4f} USD")
    if state.failed:
        parts.append(f"{state.failed:,} failed")
    return Step(doing, state.done, state.total, ", ".join(parts), state.seconds_left)


def tell_changes(changes: Changes) -> None:
    """Say how the inputs differ from the last run's, and which ids name several of them."""
    if changes.repeated:
        more = ", …" if changes.repeated > len(changes.examples) else ""
        are = "ids stand" if changes.repeated > 1 else "id stands"
        listed = ", ".join(displayable(id) for id in changes.examples)
        note(f"{changes.repeated:,} {are} at more than one input ({listed}{more}); each input gets its own record")
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
