"""The LLM engine: a chat model answers from numbered sentences, and every word of it is checked.

    hits → evidence → prompt → reply, read as it grows → statements, each checked → Answer
                                  ↘ off the schema → asked once more → Failure
                                  ↘ "not answerable" → Abstention

Nothing here falls back to the embedded engine: a model that fails is a failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from factcheck.answering.answered import Answered, Plan
from factcheck.answering.calls import Calls
from factcheck.answering.chain import Asked, Engine
from factcheck.answering.chat import Chat
from factcheck.answering.chat_model import Completion, Message
from factcheck.answering.citations import cite
from factcheck.answering.composing import Composer
from factcheck.answering.evidence import Evidence
from factcheck.answering.judge import Judged, judge
from factcheck.answering.library import Library
from factcheck.answering.preparing import EXPLANATIONS, Prepared, explain_refusal, explain_unreadable, prepare
from factcheck.answering.replies import (
    ANSWER_SCHEMA,
    ModelReply,
    ModelStatement,
    ReplyError,
    read_reply,
    read_statement,
)
from factcheck.answering.rewriting import rewriting_step
from factcheck.answering.scrubbing import scrub_record
from factcheck.answering.statement_check import StatementCheck
from factcheck.answering.streaming import StatementReader
from factcheck.errors import EndpointError
from factcheck.models.catalogue import ModelFacts
from factcheck.prompts import load_prompt
from factcheck.types import (
    Abstention,
    Exchange,
    Failure,
    Finding,
    ModelCall,
    Outcome,
    Retrieved,
    Statement,
    StatementScore,
)

CLOSEST = 3
Emit = Callable[[Statement], None]


@dataclass(frozen=True, slots=True)
class _Streamed:
    """Statements that were handed on while the reply grew."""

    composer: Composer
    given: list[ModelStatement] = field(default_factory=list)


class _Emitting:
    """An LLM engine whose statements are handed on as they are finished."""

    def __init__(self, engine: LlmEngine, emit: Emit) -> None:
        self.name = engine.name
        self.model = engine.model
        self._engine = engine
        self._emit = emit

    def answer(self, text: str, retrieved: Retrieved) -> Answered:
        return self._engine.answer(text, retrieved, emit=self._emit)


class LlmEngine:
    """Answers through a chat model; safe to share between threads.

    Args:
        chat: The model that answers.
        library: Knows who says a sentence.
        check: Checks its statements.
        facts: Its context size.
        judge: A model that judges statements, or None.
    """

    name = "openai"

    def __init__(
        self,
        chat: Chat,
        library: Library,
        check: StatementCheck,
        *,
        facts: ModelFacts,
        judge: Chat | None = None,
    ) -> None:
        self.model = chat.model
        self.endpoint = chat.endpoint.public
        self._chat = chat
        self._library = library
        self._check = check
        self._facts = facts
        self._judge = judge

    @property
    def prompts(self) -> dict[str, str]:
        """Hashes of the prompts that an answer may use, by file name."""
        names = ["answer.md", "rewrite.md", *(["judge.md"] if self._judge is not None else [])]
        return {name: load_prompt(name).sha256 for name in names}

    def answer(self, text: str, retrieved: Retrieved, *, emit: Emit | None = None) -> Answered:
        """Answer a question from its hits.

        Args:
            text: The question; it stands alone.
            retrieved: Its hits, best first.
            emit: Gets each statement when it is finished and checked; asks the server to stream.
        """
        if not retrieved.hits:
            nothing = "No sentence comes near the question."
            return Answered(Abstention("no_evidence", nothing, (), retrieved.searched))
        calls = Calls(self._chat.facts)
        try:
            asked = prepare(text, retrieved, self._chat, facts=self._facts, attribute=self._library.attribute)
            done = self._answer(asked, text, retrieved, calls, emit)
            return scrub_record(done, self._chat.endpoint.scrub)
        except EndpointError as error:
            failed = Failure("answer", error.message, error.retryable, error.hint)
            return Answered(failed, usage=calls.usage())

    def emitting(self, emit: Emit | None) -> Engine:
        """Return this engine as the chain takes one, statements going to `emit` as they are finished."""
        return self if emit is None else _Emitting(self, emit)

    def rewriting(self, history: Sequence[Exchange]) -> Callable[[Asked], Asked]:
        """Return the chain's step that makes a follow-up question stand alone."""
        return rewriting_step(self._chat, history)

    def close(self) -> None:
        """Close the connections of its models."""
        for chat in (self._chat, self._judge):
            if chat is not None:
                chat.close()

    def plan(self, text: str, retrieved: Retrieved) -> Plan:
        """Say what a question would send and cost, without sending it."""
        asked = prepare(text, retrieved, self._chat, facts=self._facts, attribute=self._library.attribute)
        tokens = self._chat.count(asked.messages)
        return Plan(
            model=self.model,
            endpoint=self.endpoint,
            question=text,
            prompt_tokens=tokens,
            max_tokens=self._chat.max_tokens,
            cost_usd=self._facts.cost(tokens, self._chat.max_tokens),
            shown=len(asked.evidence.sentences),
            available=asked.evidence.available,
            counter=self._chat.counter.name,
            remembered=self._chat.knows(asked.messages, ANSWER_SCHEMA),
        )

    def _answer(self, asked: Prepared, text: str, retrieved: Retrieved, calls: Calls, emit: Emit | None) -> Answered:
        streamed = _Streamed(Composer(self._library))
        reply, completion, problem = None, None, ""
        messages = asked.messages
        for turn in (1, 2):
            completion = self._converse(messages, asked, streamed if turn == 1 else None, calls, emit)
            failure = explain_refusal(completion, self._chat)
            if failure is not None:
                return self._done(failure, asked, text, calls, completion)
            try:
                reply = read_reply(completion.text)
            except ReplyError as error:
                problem = str(error)
                if completion.finish == "length" or turn == 2:
                    break
                messages = asked.again(completion.text, self._chat.endpoint.scrub(problem))
                continue
            self._chat.remember(messages, ANSWER_SCHEMA, completion)
            break
        assert completion is not None
        if reply is None:
            return self._done(explain_unreadable(completion, problem, self._chat), asked, text, calls, completion)
        return self._compose(reply, streamed, asked, text, retrieved, calls, completion)

    def _converse(
        self,
        messages: Sequence[Message],
        asked: Prepared,
        streamed: _Streamed | None,
        calls: Calls,
        emit: Emit | None,
    ) -> Completion:
        """Call the model; statements are handed on as they are finished, where somebody waits for them."""
        reader = StatementReader()
        for item in self._chat.stream(messages, ANSWER_SCHEMA, streaming=emit is not None):
            if isinstance(item, Completion):
                calls.add(item)
                return item
            if emit is not None and streamed is not None:
                for statement in self._finished(reader.feed(item), asked.evidence, streamed):
                    emit(scrub_record(statement, self._chat.endpoint.scrub))
        raise EndpointError(f"{self.endpoint} sent no reply", hint="Try again later.", retryable=True)

    def _finished(self, given: Iterator[object], evidence: Evidence, streamed: _Streamed) -> Iterator[Statement]:
        for item in given:
            try:
                read = read_statement(item, [])
            except ReplyError:
                return  # the whole reply will be refused for it
            streamed.given.append(read)
            yield streamed.composer.add(self._check.check(read, evidence))

    def _compose(
        self,
        reply: ModelReply,
        streamed: _Streamed,
        asked: Prepared,
        text: str,
        retrieved: Retrieved,
        calls: Calls,
        completion: Completion,
    ) -> Answered:
        notes = [Finding("reply", note) for note in reply.deviations]
        if asked.evidence.invisible:
            notes.append(
                Finding("evidence", f"{asked.evidence.invisible} invisible characters were not shown to the model")
            )
        if not reply.answerable:
            assert reply.reason is not None
            near = [hit.sentence for hit in retrieved.hits[:CLOSEST]]
            closest = tuple(cite(sentence, self._library.attribute(sentence)) for sentence in near)
            abstention = Abstention(reply.reason, EXPLANATIONS[reply.reason], closest, retrieved.searched)
            return self._done(abstention, asked, text, calls, completion, notes)
        composer = streamed.composer
        if tuple(streamed.given) != reply.statements[: len(streamed.given)]:
            composer = Composer(self._library)  # what was handed on was not of this reply
        for given in reply.statements[len(composer.statements) :]:
            composer.add(self._check.check(given, asked.evidence))
        labels = self._judged(composer, calls)
        answer = composer.compose(reply.short_answer, reply.disagreements, asked.evidence)
        scores = tuple(
            StatementScore(number, checked.score, labels.get(number))
            for number, checked in enumerate(composer.checked, 1)
            if checked.score is not None or number in labels
        )
        done = self._done(answer, asked, text, calls, completion, [*notes, *composer.findings])
        assert done.call is not None
        return replace(done, call=replace(done.call, scores=scores))

    def _judged(self, composer: Composer, calls: Calls) -> dict[int, str]:
        """Let the judge label what stands; what it does not call supported is marked."""
        held = [
            (number, checked) for number, checked in enumerate(composer.checked, 1) if checked.support != "unsupported"
        ]
        if self._judge is None or not held:
            return {}
        given = [(checked.text, [source.text for source in checked.sources]) for _, checked in held]
        try:
            found: Judged = judge(self._judge, given)
        except EndpointError as error:
            composer.findings.append(Finding("judge", f"the judge failed: {error.message}"))
            return {}
        calls.add(found.completion, self._judge.facts)
        if found.problem:
            composer.findings.append(Finding("judge", found.problem))
        labels: dict[int, str] = {}
        for place, (number, _) in enumerate(held, 1):
            label = found.labels.get(place)
            if label is None:
                continue
            labels[number] = label
            if label != "supported":
                composer.withdraw(number, f"the judge {self._judge.model} calls it {label}")
        return labels

    def _done(
        self,
        outcome: Outcome,
        asked: Prepared,
        text: str,
        calls: Calls,
        completion: Completion,
        findings: Sequence[Finding] = (),
    ) -> Answered:
        call = ModelCall(
            question=text,
            format=completion.format,
            counter=self._chat.counter.name,
            shown=len(asked.evidence.sentences),
            available=asked.evidence.available,
            calls=calls.made,
            remembered=completion.cached,
            batch=completion.batch and not completion.cached,
        )
        return Answered(outcome, tuple(findings), calls.usage(), call)
