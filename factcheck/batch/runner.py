"""Answer items in order: one record for each, whatever fails."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Protocol

from factcheck import __version__
from factcheck.batch.inputs import Item
from factcheck.errors import FactcheckError, UsageError
from factcheck.settings import Settings
from factcheck.types import AnswerRecord, EngineInfo, Failure, Provenance, Timing, Usage

log = logging.getLogger(__name__)

CHECK_SCHEMA = "factcheck/check/1"


class Asker(Protocol):
    """Answers one question; `Corpus` does."""

    def ask(
        self,
        question: str,
        *,
        id: str | None = None,
        files: str | None = None,
        as_of: str | None = None,
        engine: str | None = None,
    ) -> AnswerRecord:
        """Return the record of one question."""


def run(
    items: Iterable[Item],
    asker: Asker,
    *,
    settings: Settings,
    files: str | None = None,
    as_of: str | None = None,
    engine: str | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield the wire form of one record for each item, in order.

    An error in one item is that item's failure; the others go on.
    """
    for item in items:
        if item.problem:
            yield _refused(item, Failure("input", item.problem, False, "Mend the line."), settings)
        elif item.question is None:
            hint = "Ask it as a question."
            yield _refused(item, Failure("input", "claims cannot be checked yet", False, hint), settings)
        else:
            try:
                record = asker.ask(item.question, id=item.id, files=files, as_of=as_of, engine=engine)
            except Exception as error:
                log.debug("item %s", item.id, exc_info=True)
                yield _refused(item, _explain(error), settings)
            else:
                yield _carry(item, replace(record, id=item.id).to_dict())


def _explain(error: Exception) -> Failure:
    if isinstance(error, UsageError):
        return Failure("question", error.message, error.retryable, error.hint)
    if isinstance(error, FactcheckError):
        return Failure("answer", error.message, error.retryable, error.hint)
    bug = f"a bug in factcheck: {type(error).__name__}: {error}"
    return Failure("answer", bug, False, "Add --debug to see where it happened, and please report it.")


def _carry(item: Item, record: dict[str, Any]) -> dict[str, Any]:
    """Add the item's other fields; those that have a record's name go under "input"."""
    clashing = {key: value for key, value in item.extra.items() if key in record}
    free = {key: value for key, value in item.extra.items() if key not in record}
    return {**free, **record, **({"input": clashing} if clashing else {})}


def _refused(item: Item, failure: Failure, settings: Settings) -> dict[str, Any]:
    record = AnswerRecord(
        id=item.id,
        question=item.question or "",
        outcome=failure,
        engine=EngineInfo(settings.engine, ""),
        timing=Timing(),
        usage=Usage(),
        provenance=Provenance(index="", settings=settings.digest(), prompts={}, version=__version__),
    ).to_dict()
    return _carry(item, record if item.claim is None else _as_check(item, record))


def _as_check(item: Item, record: dict[str, Any]) -> dict[str, Any]:
    """Return the failure as a check record, which is what a claim asks for."""
    shared = ("id", "outcome", "origins", "failure", "engine", "timing_ms", "usage", "provenance")
    return {
        "schema": CHECK_SCHEMA,
        "claim": item.claim,
        "verdict": None,
        "attributed_only": None,
        "confidence": None,
        "explanation": "",
        "evidence": [],
        **{name: record[name] for name in shared},
    }
