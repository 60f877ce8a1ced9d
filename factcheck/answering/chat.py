"""Call the chat model of the endpoint, through LangChain: bounded, retried, explained, remembered.

    Messages → ChatOpenAI or AzureChatOpenAI (Chat Completions) → pieces of text … Completion

LangChain's own retries and structured output are not used: their waits are not bounded by one
deadline, a truncated reply raises past them, and only plain completions work on every server. The
form of the reply is asked for in the request's body.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from factcheck.answering.chat_model import (
    Completion,
    Message,
    build_body,
    build_client,
    build_model,
    convert_messages,
    request_options,
    text_of,
)
from factcheck.answering.relay import AskAgain, Deferred, Posted, Request, find_replies, read_posted
from factcheck.errors import EndpointError
from factcheck.models.budget import Budget
from factcheck.models.capabilities import Capabilities, presume, read_capabilities, step_down
from factcheck.models.catalogue import ModelFacts
from factcheck.models.deadline import run_bounded
from factcheck.models.endpoint import Endpoint
from factcheck.models.endpoint_errors import explain
from factcheck.models.memory import Memory, key_of
from factcheck.models.overload import tell_overload
from factcheck.models.retry import choose_delay, read_retry_after
from factcheck.models.tokens import TokenCounter

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# Tokens of one message beside its text: role and separators.
MESSAGE_TOKENS = 4
STEPS_DOWN = 6


class Chat:
    """One model of one endpoint; safe to share between threads.

    Args:
        endpoint: Where it is.
        model: Its name there.
        facts: Its prices.
        counter: Counts tokens where the server does not.
        memory: Remembers capabilities and, where `cache` is set, replies.
        budget: What may be spent.
        timeout: Seconds for one completion, retries included.
        max_tokens: Most tokens of a reply.
        cache: Whether replies are remembered.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        model: str,
        *,
        facts: ModelFacts,
        counter: TokenCounter,
        memory: Memory,
        budget: Budget,
        timeout: float = 60.0,
        max_tokens: int = 1024,
        cache: bool = True,
    ) -> None:
        self.endpoint = endpoint
        self.model = model
        self.facts = facts
        self.counter = counter
        self.max_tokens = max_tokens
        self._memory = memory
        self._budget = budget
        self._timeout = timeout
        self._cache = cache
        self._known: Capabilities | None = None
        self._client: BaseChatModel | None = None
        self._http: Any = None
        self._lock = threading.Lock()

    def stream(
        self, messages: Sequence[Message], schema: Mapping[str, Any], *, streaming: bool = True
    ) -> Iterator[str | Completion]:
        """Yield pieces of the reply as they come, then the finished reply.

        Args:
            messages: What is sent.
            schema: JSON schema of the reply, sent where the server takes one.
            streaming: Whether the server is asked for pieces; else the reply is one piece.

        Raises:
            EndpointError: The endpoint failed, after retries where they make sense.
            UsageError: The budget does not allow the call.
            Deferred: The reply is to come by another way, and has not come yet.
        """
        key = self._key(messages, schema)
        replies = find_replies()
        if replies is not None and key in replies:
            posted = self._receive(replies[key], messages, schema)
            yield posted.text
            yield posted
            return
        known = self._memory.recall("replies", key) if self._cache else None
        if isinstance(known, dict) and isinstance(known.get("text"), str):
            yield known["text"]
            yield Completion(**{**known, "cached": True})
            return
        if replies is not None:
            raise Deferred(self._request(messages, schema, self._capabilities()))
        prompt_tokens = self.count(messages)
        reserved = self._budget.reserve(self.model, self.facts, prompt_tokens, self.max_tokens)
        cost: float | None = None
        try:
            for item in self._attempt(messages, schema, prompt_tokens, streaming):
                if isinstance(item, Completion):
                    cost = self.facts.cost(item.prompt_tokens, item.completion_tokens)
                else:
                    cost = reserved  # a reply that breaks off after this point is paid for
                yield item
        finally:
            self._budget.settle(reserved, cost)

    def complete(self, messages: Sequence[Message], schema: Mapping[str, Any]) -> Completion:
        """Return the finished reply; see `stream`."""
        *_, last = self.stream(messages, schema, streaming=False)
        assert isinstance(last, Completion)
        return last

    def remember(self, messages: Sequence[Message], schema: Mapping[str, Any], completion: Completion) -> None:
        """Keep a reply that could be read, so that the same call is not paid for twice."""
        if self._cache and not completion.cached:
            self._memory.remember("replies", self._key(messages, schema), asdict(completion))

    def knows(self, messages: Sequence[Message], schema: Mapping[str, Any]) -> bool:
        """Say whether a reply is remembered."""
        return self._cache and self._memory.recall("replies", self._key(messages, schema)) is not None

    def count(self, messages: Sequence[Message]) -> int:
        """Return the tokens of a prompt."""
        return sum(self.counter.count(message.text) + MESSAGE_TOKENS for message in messages)

    def close(self) -> None:
        """Close its connections."""
        with self._lock:
            if self._http is not None:
                self._http.close()
            self._http = self._client = None

    def _key(self, messages: Sequence[Message], schema: Mapping[str, Any]) -> str:
        sent = [(message.role, message.text) for message in messages]
        return key_of("reply/1", self.endpoint.public, self.model, self.max_tokens, schema, sent)

    def _request(self, messages: Sequence[Message], schema: Mapping[str, Any], asked: Capabilities) -> Request:
        tokens = self.count(messages)
        return Request(
            key=self._key(messages, schema),
            model=self.model,
            body=build_body(self.model, messages, schema, asked, self.max_tokens),
            asked=asked,
            cost_usd=self.facts.cost(tokens, self.max_tokens),
        )

    def _receive(self, posted: Posted, messages: Sequence[Message], schema: Mapping[str, Any]) -> Completion:
        """Read a reply that came by another way; one that may go better is asked for again."""
        try:
            found = read_posted(posted, self.endpoint, self.model)
        except AskAgain as again:
            raise Deferred(self._request(messages, schema, again.asked)) from None
        self._learn(posted.asked)
        return replace(
            found,
            prompt_tokens=found.prompt_tokens or self.count(messages),
            completion_tokens=found.completion_tokens or self.counter.count(found.text),
        )

    def _attempt(
        self, messages: Sequence[Message], schema: Mapping[str, Any], prompt_tokens: int, streaming: bool
    ) -> Iterator[str | Completion]:
        """Call until a reply comes: asking for less where that is refused, again where that may help."""
        deadline = time.monotonic() + self._timeout
        asked, attempt, steps, begun = self._capabilities(), 1, 0, False
        while True:
            try:
                for item in self._call(messages, schema, asked, prompt_tokens, deadline, streaming):
                    begun = True
                    if isinstance(item, Completion):
                        self._learn(asked)
                    yield item
                return
            except Exception as error:
                if begun:
                    raise explain(error, self.endpoint, self.model) from None
                less = _loosened(asked, error) if steps < STEPS_DOWN else None
                if less is not None:
                    asked, steps = less, steps + 1
                    continue
                found = explain(error, self.endpoint, self.model)
                delay = _delay(error, found, attempt, deadline - time.monotonic())
                if delay is None:
                    raise found from None
                attempt += 1
                time.sleep(delay)

    def _call(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any],
        asked: Capabilities,
        prompt_tokens: int,
        deadline: float,
        streaming: bool,
    ) -> Iterator[str | Completion]:
        model = self._connect()
        options = request_options(schema, asked, self.max_tokens)
        if streaming:
            options["stream_usage"] = asked.stream_usage
        sent = convert_messages(messages)

        def work() -> Iterable[Any]:
            return model.stream(sent, **options) if streaming else [model.invoke(sent, **options)]

        pieces: list[str] = []
        whole: Any = None
        for chunk in run_bounded(work, deadline):
            text = text_of(chunk)
            whole = chunk if whole is None else whole + chunk
            if text:
                pieces.append(text)
                yield text
        if whole is None:
            raise EndpointError(f"{self.endpoint.public} sent an empty stream", hint="Try again later.", retryable=True)
        yield self._finish("".join(pieces), whole, asked, prompt_tokens)

    def _finish(self, text: str, whole: Any, asked: Capabilities, prompt_tokens: int) -> Completion:
        usage = whole.usage_metadata or {}
        reason = whole.response_metadata.get("finish_reason")
        refusal = whole.additional_kwargs.get("refusal")
        counted = int(usage.get("input_tokens") or 0), int(usage.get("output_tokens") or 0)
        return Completion(
            text=text,
            finish=reason if isinstance(reason, str) else "",
            refusal=self.endpoint.scrub(refusal) if isinstance(refusal, str) else "",
            prompt_tokens=counted[0] or prompt_tokens,
            completion_tokens=counted[1] or self.counter.count(text),
            format=asked.format,
        )

    def _capabilities(self) -> Capabilities:
        with self._lock:
            if self._known is None:
                stored = self._memory.recall("capabilities", key_of(self.endpoint.public, self.model))
                self._known = read_capabilities(stored) if isinstance(stored, dict) else None
            return self._known or presume(self.endpoint)

    def _learn(self, found: Capabilities) -> None:
        with self._lock:
            if found != self._known:
                self._known = found
                name = key_of(self.endpoint.public, self.model)
                self._memory.remember("capabilities", name, found.to_dict())

    def _connect(self) -> BaseChatModel:
        with self._lock:
            if self._client is None:
                self._http = build_client(self._timeout)
                self._client = build_model(self.endpoint, self.model, client=self._http)
            return self._client


def _loosened(asked: Capabilities, error: Exception) -> Capabilities | None:
    status = getattr(error, "status_code", None)
    if not isinstance(status, int):
        return None
    return step_down(asked, status, f"{getattr(error, 'message', '')} {getattr(error, 'body', '')}")


def _delay(error: Exception, found: EndpointError, attempt: int, remaining: float) -> float | None:
    if not found.retryable:
        return None
    response = getattr(error, "response", None)
    retry_after = read_retry_after(response.headers if response is not None else {})
    tell_overload(error, retry_after)
    return choose_delay(attempt, retry_after, remaining)
