"""Answer without calling: replies that came by another way are used, and calls that lack one are handed out.

    with relaying(replies):          # inside, no chat model calls its server
        corpus.ask(question)         → the record, made from the replies
                                     → Deferred(request): this reply is still to be fetched

A question is asked as often as replies are still lacking, and each time goes the same way: retrieval,
prompt, checks. A reply is found by a hash of everything that is sent, so that it meets no other
question, and no evidence but its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from factcheck.answering.chat_model import Completion
from factcheck.models.capabilities import Capabilities, step_down
from factcheck.models.endpoint import Endpoint
from factcheck.models.endpoint_errors import explain

# How often a request is sent at most.
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Request:
    """A call that is to be made by another way.

    Attributes:
        key: Hash of everything that matters to the reply.
        model: That is asked.
        body: As it would be posted.
        asked: Parameters that the server is believed to take.
        cost_usd: Of its dearest course at the full price, or None where the price is not known.
    """

    key: str
    model: str
    body: dict[str, Any]
    asked: Capabilities
    cost_usd: float | None


@dataclass(frozen=True, slots=True)
class Posted:
    """What came back for a request by another way.

    Attributes:
        status: HTTP status of the call.
        body: Parsed JSON.
        asked: Parameters that the request had.
        attempt: How often it was sent, this time included.
        shared: Whether it was paid for by an equal request of another question.
    """

    status: int
    body: Any
    asked: Capabilities
    attempt: int = 1
    shared: bool = False


class Deferred(BaseException):
    """A reply that has not come yet.

    No failure, and therefore no `Exception`: nothing on the way may turn it into a record.
    """

    def __init__(self, request: Request) -> None:
        super().__init__(request.key)
        self.request = request


class AskAgain(Exception):
    """The request may go better next time, with these parameters."""

    def __init__(self, asked: Capabilities) -> None:
        super().__init__()
        self.asked = asked


# A context variable: nothing between who asks and the chat model has to know of it.
_replies: ContextVar[Mapping[str, Posted] | None] = ContextVar("replies", default=None)


@contextmanager
def relaying(replies: Mapping[str, Posted]) -> Iterator[None]:
    """Let chat models take their replies from here, by `Request.key`, and call nobody."""
    token = _replies.set(replies)
    try:
        yield
    finally:
        _replies.reset(token)


def find_replies() -> Mapping[str, Posted] | None:
    """Return the replies of `relaying`, or None where models call their server."""
    return _replies.get()


def read_posted(posted: Posted, endpoint: Endpoint, model: str) -> Completion:
    """Return the completion that came back.

    Raises:
        AskAgain: The server refused a parameter, or failed in a way that may pass.
        EndpointError: It failed for good, or sent no completion.
    """
    if posted.status != 200:
        error = _status_error(posted)
        said = f"{error.message} {error.body}"
        less = step_down(posted.asked, posted.status, said)
        if less is not None and posted.attempt < ATTEMPTS:
            raise AskAgain(less)
        found = explain(error, endpoint, model)
        if found.retryable and posted.attempt < ATTEMPTS:
            raise AskAgain(posted.asked)
        raise found
    try:
        return _read(posted, endpoint)
    except (KeyError, IndexError, TypeError, ValueError):
        raise explain(ValueError("it has no message"), endpoint, model) from None


def _read(posted: Posted, endpoint: Endpoint) -> Completion:
    choice = posted.body["choices"][0]
    message, finish = choice["message"], choice.get("finish_reason")
    content, refusal = message.get("content"), message.get("refusal")
    if isinstance(content, list):
        content = "".join(part.get("text", "") for part in content if isinstance(part, dict))
    if not isinstance(content, str | None):
        raise TypeError("the message's content is not text")
    return Completion(
        text=content or "",
        finish=finish if isinstance(finish, str) else "",
        refusal=endpoint.scrub(refusal) if isinstance(refusal, str) else "",
        prompt_tokens=_count(posted.body, "prompt_tokens"),
        completion_tokens=_count(posted.body, "completion_tokens"),
        format=posted.asked.format,
        cached=posted.shared,
        batch=True,
    )


def count_tokens(body: Any) -> tuple[int, int]:
    """Return the tokens of prompt and reply as the server counted them; 0 where it did not."""
    return _count(body, "prompt_tokens"), _count(body, "completion_tokens")


def _count(body: Any, name: str) -> int:
    usage = body.get("usage") if isinstance(body, dict) else None
    value = usage.get(name) if isinstance(usage, dict) else None
    return value if type(value) is int and 0 <= value < 10**9 else 0


def _status_error(posted: Posted) -> Any:
    import httpx2  # the client of the openai package; loaded with it
    import openai

    found = posted.body.get("error") if isinstance(posted.body, dict) else None
    body = found if isinstance(found, dict) else {}
    message = body.get("message")
    request = httpx2.Request("POST", "http://batch/chat/completions")
    response = httpx2.Response(posted.status, request=request)
    return openai.APIStatusError(message if isinstance(message, str) else "", response=response, body=body)
