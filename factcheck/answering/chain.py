"""The answering chain: (rewrite →) retrieve → answer → verify, as LangChain runnables.

Each step hands an `Asked` on with one more part filled in, so that a failure of any step is known by
its stage and never looks like an answer.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

# Tracing would send the articles to another host; nothing leaves this machine unasked.
for _switch in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2"):
    os.environ[_switch] = "false"

from langchain_core.runnables import Runnable, RunnableLambda  # noqa: E402

from factcheck.answering.answered import Answered  # noqa: E402
from factcheck.answering.verification import Source, check_answer  # noqa: E402
from factcheck.errors import FactcheckError, UsageError  # noqa: E402
from factcheck.types import (  # noqa: E402
    Abstention,
    Answer,
    Failure,
    Finding,
    ModelCall,
    Outcome,
    Retrieved,
    Timing,
    Usage,
)


class Engine(Protocol):
    """Turns hits into an outcome."""

    name: str
    model: str

    def answer(self, text: str, retrieved: Retrieved) -> Answer | Abstention | Answered:
        """Answer a question from its hits."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on its way through the chain."""

    question: str
    retrieved: Retrieved | None = None
    outcome: Outcome | None = None
    findings: tuple[Finding, ...] = ()
    timing: Timing = field(default_factory=Timing)
    usage: Usage = field(default_factory=Usage)
    call: ModelCall | None = None


def build_chain(
    retrieve: Callable[[str], Retrieved],
    engine: Engine,
    read: Callable[[str], Source],
    *,
    rewrite: Callable[[Asked], Asked] | None = None,
) -> Runnable[Asked, Asked]:
    """Build the chain of one engine.

    Args:
        retrieve: Finds the hits of a question.
        engine: Answers from hits.
        read: Returns a file as it is in the index, for the checks.
        rewrite: Makes a follow-up question stand alone, or None.

    Returns:
        A runnable whose result always carries an outcome; `invoke`, `batch` and `stream` work.
    """

    def search(asked: Asked) -> Asked:
        start = time.perf_counter()
        found = retrieve(asked.question)
        return replace(asked, retrieved=found, timing=replace(asked.timing, retrieve=_ms(start)))

    def answer(asked: Asked) -> Asked:
        assert asked.retrieved is not None
        start = time.perf_counter()
        done = engine.answer(asked.retrieved.query, asked.retrieved)
        found = done if isinstance(done, Answered) else Answered(done)
        findings = asked.findings
        if asked.retrieved.query != asked.question:
            findings = (*findings, Finding("spelling", f"the question was read as “{asked.retrieved.query}”"))
        return replace(
            asked,
            outcome=found.outcome,
            findings=(*findings, *found.findings),
            usage=_add(asked.usage, found.usage),
            call=found.call,
            timing=replace(asked.timing, answer=asked.timing.answer + _ms(start)),
        )

    def verify(asked: Asked) -> Asked:
        start = time.perf_counter()
        outcome, findings = asked.outcome, asked.findings
        if isinstance(outcome, Answer):
            findings = (*findings, *check_answer(outcome, read))
            outcome = _mark_unsupported(outcome, findings)
        return replace(asked, outcome=outcome, findings=findings, timing=replace(asked.timing, verify=_ms(start)))

    steps = _step("retrieve", search) | _step("answer", answer) | _step("verify", verify)
    return steps if rewrite is None else _step("question", rewrite) | steps


def _step(stage: str, work: Callable[[Asked], Asked]) -> Runnable[Asked, Asked]:
    """Wrap a step: an error becomes a failure of its stage, and later steps let failures pass."""

    def run(asked: Asked) -> Asked:
        if isinstance(asked.outcome, Failure):
            return asked
        try:
            return work(asked)
        except UsageError:
            raise
        except FactcheckError as error:
            return replace(asked, outcome=Failure(stage, error.message, error.retryable, error.hint))

    return RunnableLambda(run, name=stage)


def _mark_unsupported(answer: Answer, findings: tuple[Finding, ...]) -> Answer:
    """Mark statements that a check found wrong; nothing is deleted."""
    wrong = {finding.statement for finding in findings if finding.statement is not None}
    if not wrong:
        return answer
    statements = tuple(
        replace(statement, support="unsupported") if number in wrong else statement
        for number, statement in enumerate(answer.statements, 1)
    )
    return replace(answer, statements=statements)


def _add(first: Usage, second: Usage) -> Usage:
    known = first.cost_usd is not None or first == Usage()
    cost = (first.cost_usd or 0.0) + second.cost_usd if known and second.cost_usd is not None else None
    return Usage(first.prompt_tokens + second.prompt_tokens, first.completion_tokens + second.completion_tokens, cost)


def _ms(start: float) -> float:
    return (time.perf_counter() - start) * 1000
