"""Answer one task: its record, whatever fails.

A question is asked, a claim is checked; an input that cannot be used says why. Only a spent budget gives
no record: the task stays open.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol, Unpack

from factcheck import __version__
from factcheck.batch.inputs import Item
from factcheck.batch.tasks import Asking, Done, Stopped, Task
from factcheck.checking.record import CheckRecord
from factcheck.errors import FactcheckError, UsageError
from factcheck.filters import Within
from factcheck.models.budget import BudgetSpent
from factcheck.settings import Settings
from factcheck.types import AnswerRecord, EngineInfo, Failure, Hit, Provenance, Timing, Usage

log = logging.getLogger(__name__)

Record = AnswerRecord | CheckRecord


class Answered(Protocol):
    """A record and the hits of its retrieval; `factcheck.asking.Traced` is one."""

    @property
    def record(self) -> Record:
        """The record."""

    @property
    def hits(self) -> Sequence[Hit]:
        """Sentences, best first."""

    @property
    def read(self) -> int:
        """How many of them are read closely in any case."""


class Asker(Protocol):
    """Answers one question or checks one claim; `Corpus` does."""

    def ask(
        self,
        question: str,
        *,
        id: str | None = None,
        engine: str | None = None,
        **within: Unpack[Within],
    ) -> AnswerRecord:
        """Return the record of one question."""

    def ask_traced(self, question: str, **options: Any) -> Answered:
        """Return the record of one question and its hits."""

    def check(self, claim: str, *, id: str | None = None, **within: Unpack[Within]) -> CheckRecord:
        """Return the record of one claim."""

    def check_traced(self, claim: str, *, id: str | None = None, **within: Unpack[Within]) -> Answered:
        """Return the record of one claim and its hits."""


def answer(task: Task, asker: Asker, asking: Asking) -> Done:
    """Answer one task; an error in it is its failure record.

    Raises:
        Stopped: A budget is spent; the task was not answered.
    """
    started = time.perf_counter()
    record, trace = _ask(task.item, asker, asking)
    return Done(task.position, record, trace, time.perf_counter() - started)


def refuse(task: Task, failure: Failure, settings: Settings) -> Done:
    """Return the failure record of a task that no engine can answer."""
    return Done(task.position, _failed(task.item, failure, settings))


def refusal(item: Item) -> Failure | None:
    """Return why an item cannot be asked at all, or None where it can."""
    return Failure("input", item.problem, False, "Mend the line.") if item.problem else None


def explain(error: Exception) -> Failure:
    """Return an error as the failure of the item that met it."""
    if isinstance(error, UsageError):
        return Failure("question", error.message, error.retryable, error.hint)
    if isinstance(error, FactcheckError):
        return Failure("answer", error.message, error.retryable, error.hint)
    bug = f"a bug in factcheck: {type(error).__name__}: {error}"
    return Failure("answer", bug, False, "Add --debug to see where it happened, and please report it.")


def carry(item: Item, record: dict[str, Any]) -> dict[str, Any]:
    """Add the item's id and other fields; those that have a record's name go under "input".

    What is wrong with its line is said as the line stands now: lines before it may have come or gone since.
    """
    if item.problem and record.get("failure"):
        record = {**record, "failure": {**record["failure"], "error": item.problem}}
    given = item.extra if item.claim is None or item.question is None else {**item.extra, "question": item.question}
    taken = {*record, "input", *(["question"] if item.claim is not None else [])}
    clashing = {key: value for key, value in given.items() if key in taken}
    free = {key: value for key, value in given.items() if key not in taken}
    return {**free, **record, "id": item.id, **({"input": clashing} if clashing else {})}


def _ask(item: Item, asker: Asker, asking: Asking) -> tuple[dict[str, Any], dict[str, Any] | None]:
    refused = refusal(item)
    if refused is not None:
        return _failed(item, refused, asking.settings), None
    try:
        if not asking.trace:
            return _named(_answer(item, asker, asking), item), None
        traced = _answer_traced(item, asker, asking)
        return _named(traced.record, item), _trace(traced.hits, traced.read)
    except BudgetSpent as error:
        raise Stopped(error.message, hint=error.hint) from error
    except Exception as error:
        log.debug("item %s", item.id, exc_info=True)
        return _failed(item, explain(error), asking.settings), None


def _answer(item: Item, asker: Asker, asking: Asking) -> Record:
    if item.question is None:
        return asker.check(item.claim or "", id=item.id, **asking.within)
    return asker.ask(item.question, id=item.id, engine=asking.engine, **asking.within)


def _answer_traced(item: Item, asker: Asker, asking: Asking) -> Answered:
    if item.question is None:
        return asker.check_traced(item.claim or "", id=item.id, **asking.within)
    return asker.ask_traced(item.question, id=item.id, engine=asking.engine, **asking.within)


def _named(record: Record, item: Item) -> dict[str, Any]:
    return replace(record, id=item.id).to_dict()


def _trace(hits: Sequence[Hit], read: int) -> dict[str, Any]:
    places = [[hit.sentence.file, hit.sentence.start, hit.sentence.end, round(float(hit.score), 6)] for hit in hits]
    return {"hits": places, "read": read}


def _failed(item: Item, failure: Failure, settings: Settings) -> dict[str, Any]:
    shared: dict[str, Any] = {
        "id": item.id,
        "outcome": failure,
        "engine": EngineInfo(settings.engine, ""),
        "timing": Timing(),
        "usage": Usage(),
        "provenance": Provenance(index="", settings=settings.digest(), prompts={}, version=__version__),
    }
    if item.claim is None:
        return AnswerRecord(question=item.question or "", **shared).to_dict()
    return CheckRecord(claim=item.claim, **{**shared, "engine": EngineInfo("embedded", "")}).to_dict()
