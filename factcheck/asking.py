"""One question through the chain: asked, answered, checked, recorded."""

from __future__ import annotations

import queue
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from factcheck.errors import FactcheckError, UsageError
from factcheck.filters import EVERYWHERE, Filter
from factcheck.types import (
    Answer,
    AnswerRecord,
    EngineInfo,
    Exchange,
    Failure,
    Hit,
    Provenance,
    Statement,
)

if TYPE_CHECKING:
    from factcheck.answering.chain import Asked
    from factcheck.answering.engines import Engines
    from factcheck.answering.llm_engine import LlmEngine
    from factcheck.answering.verification import Source

Result = TypeVar("Result")
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Asking:
    """A question and how it is asked; see `Corpus.ask`."""

    question: str
    id: str | None = None
    within: Filter = EVERYWHERE
    engine: str | None = None
    history: tuple[Exchange, ...] = ()


class Traced(NamedTuple):
    """A record and what retrieval found for it.

    Attributes:
        record: Of the question.
        hits: Sentences, best first.
        read: How many of the first ones the engine reads closely in any case.
    """

    record: AnswerRecord
    hits: tuple[Hit, ...]
    read: int


class Asker:
    """Runs questions over the engines of one index; safe to share between threads.

    Args:
        engines: Of the index.
        engine: Name of the engine where a question names none.
        read: Returns a file as it is in the index, for the checks.
        provenance: Makes a record's provenance from the hashes of the prompts it used.
    """

    def __init__(
        self,
        engines: Engines,
        engine: str,
        read: Callable[[str], Source],
        provenance: Callable[[dict[str, str]], Provenance],
    ) -> None:
        self._engines = engines
        self._engine = engine
        self._read = read
        self._provenance = provenance

    def run(self, asking: Asking, emit: Callable[[Statement], None] | None = None) -> Traced:
        """Answer a question.

        Args:
            asking: The question.
            emit: Called with each statement when it is finished, or None.

        Raises:
            UsageError: The question, the filter or the engine cannot be used.
        """
        from factcheck.answering.chain import Asked, build_chain
        from factcheck.answering.engines import choose_engine
        from factcheck.answering.inputs import clean_question
        from factcheck.answering.judging import SURELY_READ

        asked = clean_question(asking.question)
        start = time.perf_counter()
        name = choose_engine(asking.engine or self._engine)
        retriever = self._engines.retriever()
        llm = self._engines.openai() if name == "openai" else None
        engine = llm.emitting(emit) if llm is not None else self._engines.embedded()
        chain = build_chain(
            lambda text: retriever.retrieve(text, within=asking.within),
            engine,
            self._read,
            rewrite=self._reading(asking, llm),
        )
        # What the other engine has said was shown, and paid for: it is not asked twice.
        attempts = 1 if llm is not None else ATTEMPTS
        done = over_one_state(self._state, lambda: chain.invoke(Asked(asked)), attempts=attempts)
        total = (time.perf_counter() - start) * 1000
        outcome = done.outcome or Failure("answer", "no outcome was produced", False, "Please report this bug.")
        read_as = done.question if done.question != asked else None
        if emit is not None and llm is None and isinstance(outcome, Answer):
            for statement in outcome.statements:
                emit(statement)
        record = AnswerRecord(
            id=asking.id or uuid.uuid4().hex[:12],
            question=asking.question,
            outcome=outcome,
            engine=EngineInfo(engine.name, engine.model, llm.endpoint if llm is not None else None),
            timing=replace(done.timing, total=total),
            usage=done.usage,
            provenance=self._provenance(llm.prompts if llm is not None else {}),
            findings=(*done.findings, *self._engines.reader().findings),
            call=done.call,
            read_as=read_as,
        )
        shown = done.call.shown if done.call is not None else 0
        hits = done.retrieved.hits if done.retrieved is not None else ()
        return Traced(record, hits, SURELY_READ if llm is None else shown)

    def _state(self) -> str:
        return self._provenance({}).index

    def _reading(self, asking: Asking, llm: LlmEngine | None) -> Callable[[Asked], Asked] | None:
        """Return the step that makes a follow-up question stand alone, where there is a conversation."""
        if not asking.history:
            return None
        if llm is not None:
            return llm.rewriting(asking.history)
        from factcheck.answering.following import following_step

        return following_step(asking.history, self._engines.library().parser)

    def stream(self, asking: Asking) -> Iterator[Statement | AnswerRecord]:
        """Yield each statement when it is finished and checked, and at last the record.

        Raises:
            UsageError: As for `run`.
        """
        found: queue.SimpleQueue[Statement | AnswerRecord | BaseException] = queue.SimpleQueue()

        def work() -> None:
            try:
                found.put(self.run(asking, found.put).record)
            except BaseException as error:
                found.put(error)

        threading.Thread(target=work, name="factcheck-stream", daemon=True).start()
        while True:
            item = found.get()
            if isinstance(item, BaseException):
                raise item
            yield item
            if isinstance(item, AnswerRecord):
                return


def over_one_state(state: Callable[[], str], work: Callable[[], Result], *, attempts: int = ATTEMPTS) -> Result:
    """Do the work, and again where the index changed under it: an article that went meanwhile is no wrong use.

    Raises:
        FactcheckError: It changed each time.
    """
    for _ in range(attempts):
        before = state()
        try:
            return work()
        except UsageError:
            if state() == before:
                raise
    raise FactcheckError("the index was changed while it was read", hint="Ask again.", retryable=True)
