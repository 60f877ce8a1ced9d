"""`factcheck eval`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from factcheck.cli.batch_running import to_step
from factcheck.cli.options import CHAT_MODEL, CONCURRENCY, common, load_settings
from factcheck.cli.options import asking as asking_options
from factcheck.cli.terminal import look, note, progress, show, warn
from factcheck.errors import UsageError
from factcheck.presentation.display import displayable
from factcheck.presentation.text import plural

if TYPE_CHECKING:
    from factcheck.batch.tasks import Asking, Workers
    from factcheck.evaluation.records import Comparison, Requirement
    from factcheck.evaluation.runner import Evaluated, Options

Function = TypeVar("Function", bound=Callable[..., Any])
UNMET = 3


def _options(command: Function) -> Function:
    for option in reversed((*_MODEL, *_CHOICE, *_GATE, *_RUN)):
        command = option(command)
    return command


_MODEL = (
    *CHAT_MODEL,
    click.option("--judge-model", metavar="NAME", help="Let this model of the endpoint grade the answers too."),
    click.option(
        "--budget-usd", type=click.FloatRange(0, min_open=True), metavar="USD", help="Spend no more on the whole run."
    ),
)
_CHOICE = (
    click.option("--only", multiple=True, metavar="TAG", help="Only cases with this tag; may be repeated."),
    click.option("--without", multiple=True, metavar="TAG", help="No cases with this tag; may be repeated."),
    click.option("--limit", type=click.IntRange(1), metavar="N", help="Only N cases, drawn at random."),
    click.option(
        "--seed", type=int, default=0, show_default=True, metavar="N", help="Of the draw and of the intervals."
    ),
)
_GATE = (
    click.option("--baseline", type=Path, metavar="DIR", help="Compare with the finished run in DIR."),
    click.option(
        "--require",
        multiple=True,
        metavar="METRIC=VALUE",
        help="Exit with 3 if the metric does not reach the value (or exceeds it, where lower is better); may be"
        " repeated. no-worse: nothing got worse than the --baseline beyond chance. @FILE: one of these a line.",
    ),
)
_RUN = (
    CONCURRENCY,
    click.option("--restart", is_flag=True, help="Ask everything again; the old answers are put aside."),
    click.option("--misses", is_flag=True, help="List every wrong row and what lost it."),
    click.option("--json", "as_json", is_flag=True, help="Print run.json in place of the table."),
)


@click.command(
    "eval",
    epilog="Example: factcheck eval golden/questions.jsonl -o run/ --require answer_correctness=0.8",
    short_help="Measure the answers against a golden set.",
)
@click.argument("golden", type=Path, metavar="GOLDEN")
@click.option("-o", "--output", type=Path, metavar="DIR", required=True, help="Folder of the run.")
@asking_options
@_options
@common
def evaluate(golden: Path, output: Path, index: str | None, as_json: bool, **flags: Any) -> None:
    """Ask every question and check every claim of GOLDEN, and say how good the answers are.

    GOLDEN is a .jsonl or .csv file of questions and claims with what is right; golden/README.md describes
    it. The articles that it cites must be in the index.

    DIR gets run.json, scores.jsonl and records.jsonl, junit.xml and report.html, a page that needs nothing
    else. A run that was stopped goes on with the same command; a finished one is scored again without
    asking. Exits with 3 if a --require is not met.
    """
    from factcheck.evaluation.comparing import compare
    from factcheck.evaluation.folder import load_evaluation, load_records
    from factcheck.evaluation.requiring import check_requirements, explain_unmet, read_requirements

    baseline = flags["baseline"]
    wanted = read_requirements(flags["require"], baseline=baseline is not None)
    if baseline is not None and baseline.resolve() == output.resolve():
        raise UsageError("--baseline and -o are the same folder", hint="Name another folder with -o.")
    # All of it now: what cannot be read is said before anything is asked and paid for.
    before = load_evaluation(baseline) if baseline is not None else None
    records_before = load_records(baseline) if baseline is not None else ()
    run = _run(golden, output, _asking(index, flags), flags)
    comparison = compare(before, run.evaluation, seed=flags["seed"]) if before is not None else None
    requirements = check_requirements(wanted, run.evaluation, comparison)
    _write_reports(run, records_before, comparison, requirements)
    _present(run, comparison, requirements, as_json=as_json, misses=flags["misses"])
    unmet = [each for each in requirements if not each.met]
    for each in unmet:
        note(f"required: {explain_unmet(each, comparison)}")
    if unmet:
        click.get_current_context().exit(UNMET)
    if all(row.outcome == "failed" for row in run.evaluation.rows):
        click.get_current_context().exit(1)


def _asking(index: str | None, flags: dict[str, Any]) -> Asking:
    from factcheck.answering.engines import choose_engine
    from factcheck.batch.tasks import Asking

    settings = load_settings(
        index=index,
        engine=flags["engine"],
        model=flags["model"],
        judge=flags["judge"],
        budget_usd=flags["budget_usd"],
        cache=False if flags["no_cache"] else None,
    )
    settings = replace(settings, engine=choose_engine(settings.engine))
    within = {name: flags[name] for name in ("files", "as_of", "since", "outlets")}
    return Asking(settings, **within, trace=True)


def _run(golden: Path, output: Path, asking: Asking, flags: dict[str, Any]) -> Evaluated:
    from factcheck.evaluation.runner import Watch, evaluate

    def open_them(given: Asking) -> Workers:
        from factcheck.batch.workers import open_workers

        return open_workers(given, concurrency=flags["concurrency"])

    with progress() as advance:
        watch = Watch(progress=lambda state: advance(to_step(state, "asking")), notice=note)
        return evaluate(golden, output, asking=asking, workers=open_them, options=_read(asking, flags), watch=watch)


def _read(asking: Asking, flags: dict[str, Any]) -> Options:
    from factcheck.batch.runner import Limits
    from factcheck.evaluation.runner import Options
    from factcheck.evaluation.sampling import Sample

    return Options(
        sample=Sample(only=flags["only"], without=flags["without"], limit=flags["limit"], seed=flags["seed"]),
        limits=Limits(budget_usd=asking.settings.budget_usd or None),
        judge_model=flags["judge_model"] or "",
        restart=flags["restart"],
        flags={name: _plain(value) for name, value in flags.items() if value not in (None, (), False)},
    )


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else list(value) if isinstance(value, tuple) else value


def _write_reports(
    run: Evaluated,
    before: tuple[Mapping[str, Any], ...],
    comparison: Comparison | None,
    requirements: tuple[Requirement, ...],
) -> None:
    from factcheck.evaluation.folder import write_text
    from factcheck.evaluation.junit import to_junit
    from factcheck.evaluation.page import Source, to_page

    write_text(run.folder.junit, to_junit(run.evaluation, requirements))
    source = Source(run.records, run.cases, run.texts, before)
    write_text(run.folder.page, to_page(run.evaluation, source, comparison=comparison, requirements=requirements))


def _present(
    run: Evaluated,
    comparison: Comparison | None,
    requirements: tuple[Requirement, ...],
    *,
    as_json: bool,
    misses: bool,
) -> None:
    from factcheck.evaluation.report import to_terminal

    if as_json:
        show(run.folder.run.read_text("utf-8").rstrip("\n"))
    else:
        width, color = look()
        show(to_terminal(run.evaluation, comparison, requirements, width=width, color=color))
        for row in run.evaluation.rows if misses else ():
            if row.miss is not None:
                show(displayable(f"{row.id} {row.asked} [{row.miss.stage.replace('_', ' ')}]"))
                show("     " + displayable(row.miss.explanation))
    unchecked = sum(row.kind == "claim" and row.outcome == "failed" for row in run.evaluation.rows)
    failed = sum(row.outcome == "failed" for row in run.evaluation.rows) - unchecked
    if unchecked:
        warn(f"{plural(unchecked, 'claim')} could not be checked")
    if failed:
        warn(f"{plural(failed, 'question')} failed; {run.folder.records} says why")
    judge = run.evaluation.provenance.get("judge")
    if judge:
        note(_describe_judge(judge))
    note(f"the page with every row: {run.folder.page}")


def _describe_judge(judge: dict[str, Any]) -> str:
    agreement = judge["agreement"]
    words = f"the judge {judge['model']} graded {plural(judge['scored'], 'answer')}, {judge['unscored']:,} got no grade"
    if agreement["share"] is None:
        return words
    kappa = "n/a" if agreement["kappa"] is None else f"{agreement['kappa']:.2f}"
    return f"{words}; it agrees with answer_correctness on {agreement['share']:.0%} (Cohen's kappa {kappa})"
