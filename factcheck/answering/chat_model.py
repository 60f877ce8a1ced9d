"""LangChain's chat model of an endpoint, and what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from factcheck.models.capabilities import Capabilities
from factcheck.models.deadline import bound_body
from factcheck.models.endpoint import Endpoint

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

CONNECT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Message:
    """One message: "system", "user" or "assistant", and its text."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Completion:
    """A finished reply.

    Attributes:
        text: All of it.
        finish: Why it ended, as the server says: "stop", "length", "content_filter", or "".
        refusal: What the model said instead of answering, or "".
        prompt_tokens: As the server counted them, or as we did.
        completion_tokens: As the server counted them, or as we did.
        format: What the reply was asked for as: "json_schema", "json_object" or "text".
        cached: Whether it was remembered, and nothing was called.
        batch: Whether it came from a provider's batch service, at that service's price.
    """

    text: str
    finish: str = ""
    refusal: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    format: str = "text"
    cached: bool = False
    batch: bool = False


def build_client(timeout: float) -> Any:
    """Build the HTTP client of a chat model, bounded in time and size; its owner closes it."""
    import httpx2
    import openai

    wait = httpx2.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout))
    return openai.DefaultHttpxClient(timeout=wait, event_hooks={"response": [bound_body]})


def build_model(endpoint: Endpoint, model: str, *, client: Any) -> BaseChatModel:
    """Build LangChain's chat model of an endpoint: Chat Completions, without retries of its own."""
    from langchain_openai import AzureChatOpenAI, ChatOpenAI  # two seconds of imports
    from pydantic import SecretStr

    # Local servers want no key; the SDK insists on one.
    key = SecretStr(endpoint.api_key or "none")
    shared: dict[str, Any] = {
        "api_key": key, "http_client": client, "timeout": client.timeout, "max_retries": 0, "use_responses_api": False,
    }  # fmt: skip
    if endpoint.azure_version:
        return AzureChatOpenAI(
            azure_endpoint=endpoint.address,
            azure_deployment=model,
            api_version=endpoint.azure_version,
            **shared,
        )
    return ChatOpenAI(model=model, base_url=endpoint.address, **shared)


def convert_messages(messages: Sequence[Message]) -> list[BaseMessage]:
    """Return messages as LangChain has them."""
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    kinds: dict[str, type[BaseMessage]] = {
        "system": SystemMessage, "user": HumanMessage, "assistant": AIMessage,
    }  # fmt: skip
    return [kinds[message.role](content=message.text) for message in messages]


def text_of(chunk: Any) -> str:
    """Return the text of a LangChain message or a piece of one.

    Raises:
        TypeError: It is something else.
    """
    content = chunk.content
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content if isinstance(part, dict))
    raise TypeError("the message's content is not text")


def request_options(schema: Mapping[str, Any], asked: Capabilities, max_tokens: int) -> dict[str, Any]:
    """Return what a request asks of the reply: its form, its length and no chance."""
    # Given as a body and not as LangChain's `response_format`, which switches the SDK to its
    # parsing helpers: they raise on truncation and send `additionalProperties` checks of their own.
    body: dict[str, Any] = {asked.limit: max_tokens}
    if asked.format == "json_schema":
        form = {"name": "reply", "strict": True, "schema": schema}
        body["response_format"] = {"type": "json_schema", "json_schema": form}
    elif asked.format == "json_object":
        body["response_format"] = {"type": "json_object"}
    if asked.temperature:
        body["temperature"] = 0
    return {"extra_body": body}


def build_body(
    model: str, messages: Sequence[Message], schema: Mapping[str, Any], asked: Capabilities, max_tokens: int
) -> dict[str, Any]:
    """Return the body of a request, as LangChain's model sends it."""
    sent = [{"role": message.role, "content": message.text} for message in messages]
    options = request_options(schema, asked, max_tokens)["extra_body"]
    return {"model": model, "messages": sent, **options}
