"""Run a job: what is open goes to the workers, what comes back is kept, whatever fails.

    Items → Jobs.register → Jobs.select → tasks → Workers.run → Done → Jobs.save → Summary

Nothing is written here but the job; the output is made from the job when the run is over.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace

from factcheck.batch.asking import Asker, answer, refusal, refuse
from factcheck.batch.inputs import Item
from factcheck.batch.jobs import Jobs, Selection, Spent
from factcheck.batch.register import Changes
from factcheck.batch.tasks import Asking, Done, Stopped, Task, Workers
from factcheck.errors import UsageError

MOST_TAGS = 12
GO_ON = "Raise it and run the same command: it goes on."
OpenWorkers = Callable[[Asking], Workers]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a whole job may use, earlier runs counted; None for no limit."""

    budget_usd: float | None = None
    max_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job has come.

    Attributes:
        done: Inputs of the selection that have a record.
        total: Inputs of the selection.
        failed: Records of this run that are failures.
        cost_usd: What the job cost so far, over all its runs.
        tokens: What it used.
        rate: Records of this run per second.
        seconds_left: Estimate, or None.
        finished: The record that was just kept.
    """

    done: int
    total: int
    failed: int
    cost_usd: float
    tokens: int
    rate: float
    seconds_left: float | None
    finished: Done


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run of a job came to.

    Attributes:
        changes: How the input differs from the last run's.
        selected: Inputs that were to have a record at the end.
        counts: How many of them have one, by outcome.
        answered: Records that were made in this run.
        spent: Over all runs of the job.
        stopped: Why it ended before its end, or None.
    """

    changes: Changes
    selected: int
    counts: dict[str, int]
    answered: int
    spent: Spent
    stopped: Stopped | None = None

    @property
    def complete(self) -> bool:
        """Whether every selected input has a record."""
        return sum(self.counts.values()) == self.selected


class Serial:
    """Workers that answer one task after the other, in this thread."""

    name = "one after the other"

    def __init__(self, asker: Asker, asking: Asking) -> None:
        self._asker = asker
        self._asking = asking

    def run(self, tasks: Iterator[Task]) -> Iterator[Done]:
        """Yield the record of each task in order; see `Workers.run`."""
        for task in tasks:
            yield answer(task, self._asker, self._asking)

    def close(self) -> None:
        """Do nothing: the asker belongs to the caller."""


def run_job(
    items: Iterable[Item],
    jobs: Jobs,
    workers: OpenWorkers,
    *,
    asking: Asking,
    limits: Limits = Limits(),
    select: Selection = Selection(),  # noqa: B008 - frozen
    progress: Callable[[Progress], None] = lambda progress: None,
    changed: Callable[[Changes], None] = lambda changes: None,
) -> Summary:
    """Answer what is open of a job.

    Args:
        items: The input.
        jobs: Its store; it stays open.
        workers: Opens the workers; called only if something is to be answered. The settings that it gets
            hold what is left of the budget.
        asking: How everything is asked.
        limits: Of the whole job.
        select: What is worked on, and in which order.
        progress: Told after each record that was kept.
        changed: Told how the input differs from the last run's, before anything is answered.

    Returns:
        The summary; `stopped` is set where a limit ended the run.

    Raises:
        UsageError: No input is selected, or a budget is set and the price of the model is not known.
        FactcheckError: Nothing can be answered at all, or the job cannot be written.
        KeyboardInterrupt: As it came; what was finished is kept.
    """
    _check_price(asking, limits)
    changes, selected = open_inputs(items, jobs, select, changed=changed)
    run = _Run(jobs, limits, asking, progress, selected)
    stopped = run.work(workers)
    return Summary(changes, selected, jobs.counts(), run.kept, jobs.spent(), stopped)


def open_inputs(
    items: Iterable[Item], jobs: Jobs, select: Selection, *, changed: Callable[[Changes], None]
) -> tuple[Changes, int]:
    """Take the input and choose from it; return how it has changed and how many inputs are selected.

    Raises:
        UsageError: No input has one of the tags.
    """
    changes = jobs.register(items)
    changed(changes)
    selected = jobs.select(select)
    if select.only and not selected:
        raise UsageError(
            f"no input has the tag {' or '.join(select.only)}",
            hint=f"Tags of the input: {', '.join(jobs.tags(MOST_TAGS)) or 'none'}.",
        )
    return changes, selected


class _Run:
    """One run over the open tasks of a job."""

    def __init__(
        self, jobs: Jobs, limits: Limits, asking: Asking, progress: Callable[[Progress], None], selected: int
    ) -> None:
        self.kept = 0
        self._jobs = jobs
        self._limits = limits
        self._asking = asking
        self._progress = progress
        self._selected = selected
        self._open = jobs.open_count()
        self._failed = 0
        self._started = time.monotonic()
        self._lock = threading.RLock()
        self._stopped: Stopped | None = None

    def work(self, workers: OpenWorkers) -> Stopped | None:
        """Answer what is open; return why it ended early, or None."""
        tasks = self._askable()
        first = next(tasks, None)
        if first is None:
            return self._stopped
        asking = replace(self._asking, settings=replace(self._asking.settings, budget_usd=self._money_left()))
        try:
            with closing(workers(asking)) as staff:
                results = staff.run(_chain(first, tasks))
                try:
                    for done in results:
                        self._keep(done)
                finally:
                    close = getattr(results, "close", None)
                    if close is not None:
                        close()
        except Stopped as stopped:
            return stopped
        return self._stopped

    def _askable(self) -> Iterator[Task]:
        """Yield the open tasks until a limit is reached; those that nobody can answer are kept at once."""
        for task in self._jobs.pending():
            if task.item.problem:
                failure = refusal(task.item)
                assert failure is not None
                self._keep(refuse(task, failure, self._asking.settings))
                continue
            self._stopped = self._limit_reached()
            if self._stopped is not None:
                return
            yield task

    def _keep(self, done: Done) -> None:
        with self._lock:
            self._jobs.save(done)
            self.kept += 1
            self._failed += done.record["outcome"] == "failed"
            spent = self._jobs.spent()
            rate = self.kept / max(time.monotonic() - self._started, 1e-9)
            left = self._open - self.kept
            self._progress(
                Progress(
                    done=self._selected - left,
                    total=self._selected,
                    failed=self._failed,
                    cost_usd=spent.cost_usd,
                    tokens=spent.tokens,
                    rate=rate,
                    seconds_left=left / rate,
                    finished=done,
                )
            )

    def _money_left(self) -> float:
        """Return what is left of the budget, as settings have it: 0 is no limit."""
        budget = self._limits.budget_usd
        return 0.0 if budget is None else max(budget - self._jobs.spent().cost_usd, 1e-9)

    def _limit_reached(self) -> Stopped | None:
        spent = self._jobs.spent()
        budget, tokens = self._limits.budget_usd, self._limits.max_tokens
        if budget is not None and spent.cost_usd >= budget:
            return Stopped(f"the budget of {budget:g} USD is spent ({spent.cost_usd:.4f} USD)", hint=GO_ON)
        if tokens is not None and spent.tokens >= tokens:
            return Stopped(f"the job has used {spent.tokens:,} of {tokens:,} tokens", hint=GO_ON)
        return None


def _check_price(asking: Asking, limits: Limits) -> None:
    """Refuse a budget that cannot be kept, before it fails every item."""
    from factcheck.answering.engines import choose_engine
    from factcheck.models.catalogue import look_up

    settings = asking.settings
    if limits.budget_usd is None or choose_engine(asking.engine or settings.engine) != "openai":
        return
    models = [settings.model, *([settings.judge_model] if settings.judge and settings.judge_model else [])]
    for model in models:
        if look_up(model, file=settings.models_file).cost(1, 1) is None:
            raise UsageError(
                f"the price of {model} is not known, so a budget cannot be kept",
                hint="Add its price to a models_file, or leave --budget-usd out.",
            )


def _chain(first: Task, rest: Iterator[Task]) -> Iterator[Task]:
    yield first
    yield from rest
