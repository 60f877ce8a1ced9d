"""How a batch stands, as the server describes it; nothing in that is taken for granted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from factcheck.errors import EndpointError
from factcheck.models.endpoint import Endpoint

ENDED = frozenset({"completed", "failed", "expired", "cancelled"})
TOO_MANY = frozenset({"token_limit_exceeded", "request_limit_exceeded"})
LONGEST_ECHO = 300


@dataclass(frozen=True, slots=True)
class LineError:
    """What the server found wrong with a file of requests: in which line, or None, and what."""

    line: int | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a batch stands.

    Attributes:
        id: Of the batch.
        status: As the server says: "validating", "in_progress", "completed", …
        completed: Requests that are answered.
        failed: Requests that failed.
        total: All of them.
        files: Ids of the files with replies and with errors, so far as there are any.
        errors: Why it was refused.
    """

    id: str
    status: str
    completed: int = 0
    failed: int = 0
    total: int = 0
    files: tuple[str, ...] = ()
    errors: tuple[LineError, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status in ENDED

    @property
    def is_too_much(self) -> bool:
        """Whether it was refused only because too much is waiting at the server."""
        return self.status == "failed" and any(error.code in TOO_MANY for error in self.errors)


def read_standing(batch: Any, endpoint: Endpoint) -> Standing:
    """Read a batch as the client returned it.

    Raises:
        EndpointError: It is none.
    """
    counts, listed = getattr(batch, "request_counts", None), getattr(batch, "errors", None)
    files = (getattr(batch, name, None) for name in ("output_file_id", "error_file_id"))
    data = getattr(listed, "data", None)
    return Standing(
        id=read_text(batch, "id", endpoint, "batch"),
        status=read_text(batch, "status", endpoint, "batch"),
        completed=_number(counts, "completed"),
        failed=_number(counts, "failed"),
        total=_number(counts, "total"),
        files=tuple(file for file in files if isinstance(file, str) and file),
        errors=tuple(_read_error(item, endpoint) for item in (data if isinstance(data, list) else [])),
    )


def read_text(value: Any, name: str, endpoint: Endpoint, what: str) -> str:
    """Return a text that whatever came back must have.

    Raises:
        EndpointError: It has none.
    """
    found = getattr(value, name, None)
    if not isinstance(found, str) or not found:
        raise EndpointError(
            f"{endpoint.public} sent something that is not a {what}",
            hint="Check OPENAI_BASE_URL, or leave --provider-batch out.",
        )
    return found


def _read_error(item: Any, endpoint: Endpoint) -> LineError:
    line, message = getattr(item, "line", None), getattr(item, "message", None)
    said = " ".join(endpoint.scrub(str(message or "no reason given")).split())
    code = str(getattr(item, "code", "") or "")
    return LineError(line if type(line) is int else None, code, said[:LONGEST_ECHO])


def _number(value: Any, name: str) -> int:
    found = getattr(value, name, None)
    return found if type(found) is int and found >= 0 else 0
