"""Show what a language model is asked and, while it answers, what it says."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Unpack

from factcheck.cli.terminal import look, show, show_json
from factcheck.errors import FactcheckError
from factcheck.filters import Within
from factcheck.types import Answer, AnswerRecord, Failure, Statement

if TYPE_CHECKING:
    from factcheck.answering.answered import Plan
    from factcheck.pipeline import Corpus


def show_plan(plan: Plan, form: str | None) -> None:
    """Show what would be sent, and what it would cost."""
    if form == "json":
        show_json({"schema": "factcheck/plan/1", **asdict(plan)})
        return
    price = "its price is not known" if plan.cost_usd is None else f"at most {plan.cost_usd:.6f} USD"
    show(
        f"{plan.model} at {plan.endpoint} would be sent {plan.prompt_tokens:,} tokens ({plan.counter}):"
        f" {plan.shown:,} of {plan.available:,} retrieved sentences.\n"
        f"With a reply of up to {plan.max_tokens:,} tokens: {price}."
        + ("\nThe reply is remembered: it would cost nothing." if plan.remembered else "")
        + "\nNothing was sent."
    )


def show_streaming(corpus: Corpus, question: str, **within: Unpack[Within]) -> AnswerRecord:
    """Show each statement when it is finished and checked, then the rest of the record.

    Raises:
        FactcheckError: The record is a failure; what it says is the error.
    """
    from factcheck.presentation import text as plain

    width, color = look()
    shown: list[Statement] = []
    for item in corpus.stream(question, **within):
        if isinstance(item, Statement):
            shown.append(item)
            show(plain.render_statement(item, width=width, color=color))
            continue
        if isinstance(item.outcome, Failure):
            failure = item.outcome
            again = " Trying again may help." if failure.retryable else ""
            raise FactcheckError(failure.error, hint=failure.hint + again)
        same = isinstance(item.outcome, Answer) and item.outcome.statements == tuple(shown)
        if shown and not same:
            show("\nThe checks of the whole reply changed what is above:")
        if shown:
            show("")
        articles = {row.file: row for row in corpus.articles()}
        show(plain.render(item, articles=articles, width=width, color=color, statements=not (shown and same)))
        return item
    raise AssertionError("a stream ends in a record")
