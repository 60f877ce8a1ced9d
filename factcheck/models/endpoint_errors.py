"""Say in one sentence what went wrong with the chat endpoint, and what to do; never with a key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from factcheck.errors import EndpointError
from factcheck.models.endpoint import Endpoint

_LONGEST_ECHO = 160
# The client's names for a connection that ends early.
BROKEN = frozenset({"RemoteProtocolError", "ReadError", "DecodingError", "ConnectionResetError"})
EMBEDDED = "or ask with --engine embedded"


class ReplyTooLarge(Exception):
    """The server sent more than any answer can be."""


class DeadlineExceeded(Exception):
    """The server sent its reply too slowly, or none."""


def explain(error: BaseException, endpoint: Endpoint, model: str) -> EndpointError:
    """Return the error to show for whatever a call raised.

    Args:
        error: From the client, the transport or the reading of the reply.
        endpoint: Where the call went; its key is removed from every message.
        model: That was asked for.
    """
    import openai  # a second of CPU, and loaded already where a call was made

    where = endpoint.public
    if isinstance(error, EndpointError):
        return error
    if isinstance(error, DeadlineExceeded) or isinstance(error, openai.APITimeoutError):
        return EndpointError(
            f"{where} did not answer in time", retryable=True,
            hint=f"Raise the setting timeout, check the server, {EMBEDDED}.",
        )  # fmt: skip
    if _caused_by(error, ReplyTooLarge):
        return EndpointError(f"{where} sent far more than an answer", hint="Check OPENAI_BASE_URL.")
    if isinstance(error, openai.APIStatusError):
        return _status(error, endpoint, model)
    if isinstance(error, openai.APIConnectionError) or _is_transport(error):
        if _caused_by(error, DeadlineExceeded):
            return explain(DeadlineExceeded(), endpoint, model)
        return _unreachable(error, where)
    if isinstance(error, openai.APIError):
        return EndpointError(
            f"{where} reports an error{_quote(error, endpoint)}",
            hint=f"Try again later, {EMBEDDED}.",
            retryable=True,
        )
    return EndpointError(
        f"{where} sent something that is not a chat completion{_quote(error, endpoint)}",
        hint="Check OPENAI_BASE_URL: it is the address of an OpenAI-compatible interface, often ending in /v1.",
    )


def _status(error: Any, endpoint: Endpoint, model: str) -> EndpointError:
    where, code, said = endpoint.public, int(error.status_code), _quote(error, endpoint)
    if code == 401 or code == 403:
        name = "AZURE_OPENAI_API_KEY" if endpoint.azure_version else "OPENAI_API_KEY"
        state = "refused the key" if endpoint.api_key else "wants a key, and none is configured"
        return EndpointError(f"{where} {state}", hint=f"Check {name}, and that it may use {model}.")
    if code == 404:
        if "model" in said.lower():
            return EndpointError(
                f"{where} does not know the model {model}",
                hint="Choose one that it has with --model, or the setting model.",
            )
        return EndpointError(
            f"{where} has no chat completions",
            hint="Check OPENAI_BASE_URL; it often ends in /v1.",
        )
    if code == 429 and re.search(r"quota|billing|insufficient", said, re.IGNORECASE):
        return EndpointError(
            f"the quota at {where} is used up",
            hint=f"Check the plan and billing of the key's account, {EMBEDDED}.",
        )
    if code == 429:
        return EndpointError(f"{where} limits the rate of requests", hint=f"Wait a minute, {EMBEDDED}.", retryable=True)
    if code == 413 or re.search(r"context.{0,12}(length|size|window)|too (long|many tokens)", said, re.IGNORECASE):
        return EndpointError(
            f"the prompt is too long for {model} at {where}",
            hint="Set the setting context to the size that the server reads, or lower max_tokens.",
        )
    if code >= 500 or code in {408, 409, 425}:
        return EndpointError(
            f"{where} failed with status {code}{said}", hint=f"Try again later, {EMBEDDED}.", retryable=True
        )
    return EndpointError(
        f"{where} refused the request with status {code}{said}",
        hint="Check the model's name and what the server supports.",
    )


def _unreachable(error: BaseException, where: str) -> EndpointError:
    causes = list(_causes(error))
    if any(re.search(r"CERTIFICATE|SSL|TLS", str(cause)) for cause in causes):
        hint = "Check OPENAI_BASE_URL (http or https)."
        return EndpointError(f"{where} has a certificate that is not trusted", hint=hint)
    if {type(cause).__name__ for cause in causes} & BROKEN:
        return EndpointError(
            f"{where} broke off in the middle of its reply", hint=f"Try again, {EMBEDDED}.", retryable=True
        )
    return EndpointError(
        f"{where} cannot be reached",
        hint=f"Check OPENAI_BASE_URL and that the server runs, {EMBEDDED}.",
        retryable=True,
    )


def _is_transport(error: BaseException) -> bool:
    return type(error).__module__.split(".")[0] in {"httpx2", "httpx", "httpcore2", "httpcore", "h11"}


def _caused_by(error: BaseException, kind: type[BaseException]) -> bool:
    return any(isinstance(cause, kind) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what caused it."""
    cause: BaseException | None = error
    for _ in range(10):
        if cause is None:
            return
        yield cause
        cause = cause.__cause__ or cause.__context__


def _quote(error: BaseException, endpoint: Endpoint) -> str:
    """Return what the server said, short, on one line, without markup and without the key."""
    body = getattr(error, "body", None)
    message = body.get("message") if isinstance(body, dict) else None
    text = message if isinstance(message, str) else str(getattr(error, "message", "") or error)
    # The key goes before anything is cut: half a key is a key too.
    text = endpoint.scrub(text)
    text = " ".join(re.sub(r"<[^>]{0,200}>|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e]", " ", text).split())
    if not text:
        return ""
    return f": {text[:_LONGEST_ECHO]}…" if len(text) > _LONGEST_ECHO else f": {text}"
