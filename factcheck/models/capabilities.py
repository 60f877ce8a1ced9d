"""What an endpoint's model can do, learnt from its first refusals and remembered.

    strict JSON schema → JSON mode → plain text

Nothing is tried in advance: the first real call asks for the most, a server that refuses it is asked
for less, and what it took is remembered for the next call.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from factcheck.models.endpoint import Endpoint

Format = Literal["json_schema", "json_object", "text"]
FORMATS: tuple[Format, ...] = ("json_schema", "json_object", "text")
_TOO_LONG = re.compile(r"context.{0,12}(length|size|window)|too (long|many tokens)", re.IGNORECASE)
_FORMAT = re.compile(r"response_format|json|schema|grammar|structured|guided", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Parameters that a server takes.

    Attributes:
        format: Strictest form of reply that it can be asked for.
        limit: Its name for the most tokens of a reply.
        temperature: Whether the temperature may be set.
        stream_usage: Whether it counts tokens in a stream.
    """

    format: Format = "json_schema"
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: bool = True
    stream_usage: bool = True

    def to_dict(self) -> dict[str, Any]:
        """Return it ready to be stored."""
        return asdict(self)


def presume(endpoint: Endpoint) -> Capabilities:
    """Return what an endpoint is presumed to take before the first call."""
    return Capabilities(limit="max_completion_tokens" if endpoint.is_openai else "max_tokens")


def read_capabilities(stored: Any) -> Capabilities | None:
    """Return what was stored, or None where it is not of this version."""
    try:
        found = Capabilities(**stored)
    except TypeError:
        return None
    known = found.format in FORMATS and found.limit in {"max_tokens", "max_completion_tokens"}
    return found if known else None


def step_down(current: Capabilities, status: int, message: str) -> Capabilities | None:
    """Return what to ask for after a refusal, or None where asking for less would not help.

    Args:
        current: What was asked for.
        status: HTTP status of the refusal.
        message: What the server said.
    """
    if status not in {400, 415, 422, 500, 501} or _TOO_LONG.search(message):
        return None
    if current.limit in message and status < 500:
        # "use max_completion_tokens instead" names both; each is tried once.
        other: Literal["max_tokens", "max_completion_tokens"] = (
            "max_completion_tokens" if current.limit == "max_tokens" else "max_tokens"
        )
        return replace(current, limit=other)
    if current.temperature and "temperature" in message:
        return replace(current, temperature=False)
    if current.stream_usage and ("stream_options" in message or "include_usage" in message):
        return replace(current, stream_usage=False)
    if status >= 500 and not _FORMAT.search(message):
        return None
    return loosen(current)


def loosen(current: Capabilities) -> Capabilities | None:
    """Return the next looser form of reply, or None where there is none."""
    place = FORMATS.index(current.format)
    return replace(current, format=FORMATS[place + 1]) if place + 1 < len(FORMATS) else None
