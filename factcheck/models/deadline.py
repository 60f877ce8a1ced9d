"""Bound a call in time and size, whatever the server does.

A client's read time-out starts anew with every byte, so that a server that drips holds a call for
ever. Here the call runs in a thread of its own: the caller waits no longer than its deadline, and the
reply's body is cut off at the deadline and at a size.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from factcheck.models.endpoint_errors import DeadlineExceeded, ReplyTooLarge

LARGEST_BODY = 4_000_000  # bytes; an answer of 1,000 tokens has about 300,000 as a stream

Item = TypeVar("Item")
_call = threading.local()


class _Limits:
    """Deadline of one call; `given_up` once nobody waits for it."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.given_up = False


def run_bounded(work: Callable[[], Iterable[Item]], deadline: float) -> Iterator[Item]:
    """Yield what the work yields, until it ends or the deadline passes.

    Args:
        work: Called in a thread of its own.
        deadline: On the clock of `time.monotonic`.

    Raises:
        DeadlineExceeded: The deadline passed; the thread ends with the next byte it gets.
        Exception: Whatever the work raises.
    """
    events: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    limits = _Limits(deadline)

    def run() -> None:
        _call.limits = limits
        try:
            for item in work():
                events.put(("item", item))
            events.put(("end", None))
        except BaseException as error:
            events.put(("error", error))

    threading.Thread(target=run, name="factcheck-call", daemon=True).start()
    try:
        while True:
            try:
                kind, value = events.get(timeout=max(deadline - time.monotonic(), 0.001))
            except queue.Empty:
                raise DeadlineExceeded from None
            if kind == "end":
                return
            if kind == "error":
                raise value
            yield value
    finally:
        limits.given_up = True


def bound_body(response: Any) -> None:
    """Cut a response's body off at the deadline and at a size: a hook of the HTTP client."""
    limits = getattr(_call, "limits", None)
    response.stream = _bounded(response.stream, limits)


def _bounded(stream: Any, limits: _Limits | None) -> Any:
    from httpx2 import SyncByteStream  # the client of the openai package; loaded with it

    class Bounded(SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            size = 0
            for part in stream:
                size += len(part)
                if size > LARGEST_BODY:
                    raise ReplyTooLarge
                if limits is not None and (limits.given_up or time.monotonic() > limits.deadline):
                    raise DeadlineExceeded
                yield part

        def close(self) -> None:
            stream.close()

    return Bounded()
