"""Evaluate: ask every case of a golden set through the batch job, then score what came back.

    golden set → cases → items → job (resumable) → records → rows → Evaluation, and the files of the run

What is right never reaches the job: a mended golden set is scored again without asking again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from factcheck.batch.headers import describe_job
from factcheck.batch.inputs import Item
from factcheck.batch.job_file import JobChanged
from factcheck.batch.jobs import Finished, Jobs
from factcheck.batch.register import Changes
from factcheck.batch.runner import Limits, OpenWorkers, Progress, run_job
from factcheck.batch.tasks import Asking, Workers
from factcheck.errors import FactcheckError, UsageError
from factcheck.evaluation.folder import RunFolder, open_folder, to_golden_line, write_lines, write_text
from factcheck.evaluation.golden import GoldenSet, read_golden
from factcheck.evaluation.grading import Grades, cost_of_grades, grade_answers
from factcheck.evaluation.judging import JUDGED
from factcheck.evaluation.metrics import METRICS
from factcheck.evaluation.provenance import describe_machine, describe_records, now, public_settings
from factcheck.evaluation.records import Evaluation, GoldenCase, Judgement
from factcheck.evaluation.sampling import Sample, check_fit, choose_cases
from factcheck.evaluation.scoring import Articles, digest_case, judge_case, score, summarise
from factcheck.evaluation.wire import to_json, to_score_lines
from factcheck.pipeline import Corpus
from factcheck.presentation.jsonl import to_line
from factcheck.presentation.text import plural

RUNS = "evaluation runs"


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told what while it runs.

    Attributes:
        progress: Gets each record that was kept.
        notice: Gets what a person should know, in a sentence.
    """

    progress: Callable[[Progress], None] = lambda progress: None
    notice: Callable[[str], None] = lambda text: None


@dataclass(frozen=True, slots=True)
class Options:
    """How a golden set is evaluated.

    Attributes:
        sample: Which cases.
        limits: Of the whole run.
        judge_model: Model that grades answers beside the deterministic score, or "".
        restart: Whether to ask everything again; the old answers are put aside.
        flags: What was given on the command line, to be recorded.
    """

    sample: Sample = field(default_factory=Sample)
    limits: Limits = field(default_factory=Limits)
    judge_model: str = ""
    restart: bool = False
    flags: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A finished run.

    Attributes:
        evaluation: Its figures and rows.
        folder: Its files.
        cases: What was asked, in order.
        records: What was answered, in the same order, with what retrieval found under "trace".
        texts: The articles that are cited or gold.
    """

    evaluation: Evaluation
    folder: RunFolder
    cases: tuple[GoldenCase, ...]
    records: tuple[Mapping[str, Any], ...]
    texts: Mapping[str, str]


def evaluate(
    golden: Path,
    out: Path,
    *,
    asking: Asking,
    workers: OpenWorkers,
    options: Options = Options(),
    watch: Watch = Watch(),
) -> Evaluated:
    """Ask and score a golden set; a run that was interrupted goes on, a finished one is scored again.

    Args:
        golden: JSONL or CSV.
        out: Folder of the run.
        asking: How everything is asked.
        workers: Opens the workers; called only if something is to be asked.
        options: What else.
        watch: Who is told.

    Raises:
        UsageError: The golden set cannot be used, does not fit the index, or the run in this folder was
            begun otherwise.
        FactcheckError: Nothing can be answered, or the run stopped before its end.
    """
    found = read_golden(golden)
    chosen = replace(found, cases=choose_cases(found.cases, options.sample))
    asking = replace(asking, trace=True)
    with closing(Corpus.open(settings=asking.settings)) as corpus:
        articles = Articles(corpus)
        check_fit(chosen, articles, asking.settings.index)
        folder = open_folder(out)
        header = describe_job(asking, corpus.status()["fingerprint"])
        with _open_job(folder, header, options.restart) as jobs:
            _compare_gold(folder, chosen, watch.notice)
            _ask(chosen, jobs, workers, asking, options.limits, watch)
            finished = list(jobs.finished())
            write_lines(folder.golden, map(to_golden_line, chosen.cases))
            records = tuple({**each.record, "trace": each.trace} for each in finished)
            write_lines(folder.records, map(to_line, records))
            judgements = [
                judge_case(case, each.record, each.trace, articles)
                for case, each in zip(chosen.cases, finished, strict=True)
            ]
            grades = grade_answers(judgements, options.judge_model, asking.settings, jobs, watch.notice)
            provenance = _describe(found, jobs, finished, asking, options)
        evaluation = _summarise(found.name, judgements, grades, provenance, options.sample.seed)
    write_lines(folder.scores, to_score_lines(evaluation.rows))
    write_text(folder.run, to_json(evaluation))
    texts = {file: text for judgement in judgements for file, text in judgement.texts.items()}
    return Evaluated(evaluation, folder, chosen.cases, records, texts)


def _open_job(folder: RunFolder, header: Mapping[str, str], restart: bool) -> Jobs:
    try:
        return Jobs.open(folder.job, header, restart=restart)
    except JobChanged as error:
        raise UsageError(
            error.message.replace(f"the job {folder.job}", f"the run {folder.path}"),
            hint="Name another folder with -o, to keep and compare both; or put that back to go on; or add --restart"
            " to ask everything again (the old answers are put aside).",
        ) from error


def _ask(golden: GoldenSet, jobs: Jobs, workers: OpenWorkers, asking: Asking, limits: Limits, watch: Watch) -> None:
    """Ask what is open.

    Raises:
        FactcheckError: Some of it has no record at the end.
    """
    # Only what is asked: the job asks again where an item changes, and gold changes no answer.
    items = [Item(case.id, question=case.question, claim=case.claim, line=case.line) for case in golden.cases]
    opened: list[_NotedRun] = []
    if limits.budget_usd is not None:
        limits = replace(limits, budget_usd=max(limits.budget_usd - cost_of_grades(jobs), 0.0))

    def open_noted(given: Asking) -> Workers:
        opened.append(_NotedRun(jobs))
        return workers(given)

    try:
        summary = run_job(
            items,
            jobs,
            open_noted,
            asking=asking,
            limits=limits,
            progress=watch.progress,
            changed=lambda changes: _say_changes(changes, watch.notice),
        )
    finally:
        for each in opened:
            each.end()
    if not summary.complete:
        done, why = sum(summary.counts.values()), summary.stopped
        raise FactcheckError(
            f"{done:,} of {summary.selected:,} cases were answered{f', then {why.message}' if why else ''}",
            hint=why.hint if why and why.hint else "Run the same command again: it goes on.",
        )
    if not opened:
        watch.notice(f"everything was answered before: scored again, nothing asked{_compare_code(jobs)}")


def _compare_code(jobs: Jobs) -> str:
    """Say where the answers were made by other code than this."""
    runs, here = json.loads(jobs.note(RUNS) or "[]"), describe_machine()
    if not runs or (runs[-1]["commit"], runs[-1]["dirty"]) == (here["commit"], False):
        return ""
    if runs[-1]["commit"] == here["commit"]:
        return "; files differ from the commit, and --restart asks again" if here["dirty"] else ""
    return f"; the answers were made at commit {str(runs[-1]['commit'])[:12]}, and --restart asks again"


def _say_changes(changes: Changes, notice: Callable[[str], None]) -> None:
    if changes.first or not (changes.new or changes.changed or changes.gone):
        return
    counts = ((changes.new, "new"), (changes.changed, "changed"), (changes.gone, "gone"))
    words = ", ".join(f"{count:,} {word}" for count, word in counts if count)
    notice(f"the cases are not those of the last run ({words}): only what is new is asked")


def _compare_gold(folder: RunFolder, golden: GoldenSet, notice: Callable[[str], None]) -> None:
    """Say where the gold of a case is not that of the last run."""
    if not folder.golden.exists():
        return
    before = {case.id: digest_case(case) for case in read_golden(folder.golden).cases}
    changed = [case.id for case in golden.cases if before.get(case.id, "") not in {"", digest_case(case)}]
    if changed:
        notice(
            f"{plural(len(changed), 'case')} changed since the last run: {', '.join(changed[:5])}"
            + (", …" if len(changed) > 5 else "")
        )


class _NotedRun:
    """Notes when and by which code answers are made: other code may finish what one began, or was killed in."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._clock = time.monotonic()
        self._earlier = json.loads(jobs.note(RUNS) or "[]")
        self._run = {"started": now(), "seconds": 0.0, **describe_machine()}
        self._keep()

    def end(self) -> None:
        """Note how long it took."""
        self._run["seconds"] = round(time.monotonic() - self._clock, 3)
        self._keep()

    def _keep(self) -> None:
        self._jobs.set_note(RUNS, json.dumps([*self._earlier, self._run]))


def _describe(
    golden: GoldenSet, jobs: Jobs, finished: list[Finished], asking: Asking, options: Options
) -> dict[str, Any]:
    runs = json.loads(jobs.note(RUNS) or "[]") or [{"started": None, "seconds": 0.0, **describe_machine()}]
    commits = list(dict.fromkeys(run["commit"] for run in runs if run["commit"]))
    return {
        **runs[-1],
        "started": runs[0]["started"],
        "scored": now(),
        "seconds": round(sum(run["seconds"] for run in runs), 3),
        "commits": commits if len(commits) > 1 else None,
        **describe_records(each.record for each in finished),
        "golden": golden.sha256,
        "golden_cases": len(golden.cases),
        "only": list(options.sample.only),
        "without": list(options.sample.without),
        "limit": options.sample.limit,
        "seed": options.sample.seed,
        "files": asking.files,
        "as_of": asking.as_of,
        "since": asking.since,
        "outlets": ", ".join(asking.outlets) or None,
        "settings": public_settings(asking.settings),
        "settings_digest": asking.settings.digest(),
        "flags": dict(options.flags),
    }


def _summarise(
    name: str, judgements: list[Judgement], grades: Grades | None, provenance: dict[str, Any], seed: int
) -> Evaluation:
    values = grades.values if grades is not None else {}
    rows = [
        score(judgement, {JUDGED.name: values.get(judgement.case.id)} if grades is not None else None)
        for judgement in judgements
    ]
    judge = grades.describe(rows) if grades is not None else None
    metrics = METRICS if grades is None else (*METRICS, JUDGED)
    return summarise(name, rows, {**provenance, "judge": judge}, seed=seed, metrics=metrics)
