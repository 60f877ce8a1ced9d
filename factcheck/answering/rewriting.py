"""Rewrite a follow-up question into one that stands alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from factcheck.answering.calls import Calls
from factcheck.answering.chain import Asked
from factcheck.answering.chat import Chat
from factcheck.answering.chat_model import Completion, Message
from factcheck.answering.evidence import harmless, make_fence
from factcheck.answering.replies import REWRITE_SCHEMA, ReplyError, read_question
from factcheck.errors import EndpointError
from factcheck.prompts import load_prompt
from factcheck.types import Exchange

EXCHANGES = 4  # of the conversation that are shown, the latest
LONGEST_SHOWN = 1200  # characters of an earlier answer
LONGEST_QUESTION = 500


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A question that stands alone, and the call that wrote it; None where there was none."""

    question: str
    completion: Completion | None = None


def rewrite(question: str, history: Sequence[Exchange], chat: Chat) -> Rewritten:
    """Return a question that can be understood without the conversation before it.

    Args:
        question: As asked.
        history: Earlier questions and answers, oldest first.
        chat: The model that rewrites.

    Raises:
        EndpointError: The endpoint failed, or its reply could not be read.
    """
    if not history:
        return Rewritten(question)
    lines = []
    for exchange in history[-EXCHANGES:]:
        lines.append(f"Question: {harmless(exchange.question)}")
        lines.append(f"Answer: {harmless(exchange.answer)[:LONGEST_SHOWN] or '(none)'}")
    shown = "\n".join(lines)
    filled = load_prompt("rewrite.md").fill(history=shown, question=harmless(question), fence=make_fence(shown))
    messages = [Message("system", filled.system), Message("user", filled.user)]
    completion = chat.complete(messages, REWRITE_SCHEMA)
    try:
        found = harmless(read_question(completion.text))
        if not 0 < len(found) <= LONGEST_QUESTION:
            raise ReplyError(f"the question has {len(found):,} characters")
    except ReplyError as error:
        raise EndpointError(
            f"{chat.model} could not rewrite the follow-up question: {chat.endpoint.scrub(str(error))}",
            hint="Ask a question that can be understood alone.",
        ) from None
    chat.remember(messages, REWRITE_SCHEMA, completion)
    return Rewritten(found, completion)


def rewriting_step(chat: Chat, history: Sequence[Exchange]) -> Callable[[Asked], Asked]:
    """Return the chain's step that makes a follow-up question stand alone."""

    def step(asked: Asked) -> Asked:
        start = time.perf_counter()
        found = rewrite(asked.question, history, chat)
        calls = Calls(chat.facts)
        if found.completion is not None:
            calls.add(found.completion)
        spent = (time.perf_counter() - start) * 1000
        timing = replace(asked.timing, answer=asked.timing.answer + spent)
        return replace(asked, question=found.question, usage=calls.usage(), timing=timing)

    return step
