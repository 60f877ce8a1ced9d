"""The files of a batch: one request a line goes up, one reply a line comes down, in any order."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from factcheck.answering.relay import Request
from factcheck.batch.provider_ledger import Replies, Sent
from factcheck.models.capabilities import Capabilities

LONGEST_LINE = 4_000_000  # bytes; an answer has a few thousand
# What the service says of requests that it did not carry out, as the status of a call.
CODES = {"batch_expired": 408, "request_timeout": 408, "batch_cancelled": 499}
CANCELLED = 499


@dataclass(frozen=True, slots=True)
class Limits:
    """How much goes into one batch, and how many batches run at a time.

    Attributes:
        requests: Most requests of a batch.
        bytes: Most bytes of its file.
        open: Most batches that are not finished.
    """

    requests: int = 50_000
    bytes: int = 200_000_000
    open: int = 16


@dataclass(frozen=True, slots=True)
class Line:
    """One line that came down.

    Attributes:
        id: Its custom id.
        status: Of the call.
        body: The completion, or an object with "error".
    """

    id: str
    status: int
    body: Any


@dataclass(slots=True)
class Draft:
    """Requests that are to be one batch, written to a temporary file as they come.

    Attributes:
        model: That all of them ask.
        asked: Parameters that all of them have.
        requests: By custom id.
        held: Earlier replies that the questions build upon.
        size: Bytes so far.
        reserved_usd: What they cost at most, together.
    """

    model: str
    asked: Capabilities
    requests: dict[str, Sent] = field(default_factory=dict)
    held: dict[str, Replies] = field(default_factory=dict)
    size: int = 0
    reserved_usd: float = 0.0
    stream: IO[bytes] = field(default_factory=tempfile.TemporaryFile)

    def fits(self, line: bytes, limits: Limits) -> bool:
        """Whether one more request fits; an empty draft takes any."""
        return not self.requests or (len(self.requests) < limits.requests and self.size + len(line) <= limits.bytes)

    def add(self, id: str, sent: Sent, line: bytes, cost_usd: float, held: Replies) -> None:
        """Add a request."""
        self.stream.write(line)
        self.size += len(line)
        self.requests[id] = sent
        self.reserved_usd += cost_usd
        if held:
            self.held[sent.subject] = held


def custom_id(request: Request) -> str:
    """Return the name of a request: the same in every run, for it is a hash of what is sent."""
    return f"fc-{request.key[:40]}"


def write_line(request: Request, path: str) -> bytes:
    """Return the line that asks for a completion."""
    line = {"custom_id": custom_id(request), "method": "POST", "url": path, "body": request.body}
    return json.dumps(line).encode() + b"\n"


def read_lines(stream: IO[bytes]) -> Iterator[Line | str]:
    """Yield what a file of replies holds; a line that cannot be used is a sentence that says why."""
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            while raw and not raw.endswith(b"\n"):
                raw = stream.readline(LONGEST_LINE)
            yield f"line {number} has more than {LONGEST_LINE:,} bytes"
        elif raw.strip():
            yield _read_line(raw, number)


def _read_line(raw: bytes, number: int) -> Line | str:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return f"line {number} is not JSON"
    id = value.get("custom_id") if isinstance(value, Mapping) else None
    if not isinstance(id, str):
        return f"line {number} names no request"
    response, error = value.get("response"), value.get("error")
    if isinstance(response, Mapping) and type(response.get("status_code")) is int:
        status = response["status_code"]
        return Line(id, status if 200 <= status <= 599 else 500, response.get("body"))
    if isinstance(error, Mapping):
        return Line(id, CODES.get(str(error.get("code")), 500), {"error": error})
    return Line(id, 500, {"error": {"message": "the line has neither a reply nor an error"}})
