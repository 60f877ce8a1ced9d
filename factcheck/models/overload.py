"""Tell whoever asks that an endpoint refuses calls because there are too many.

Calls wait and try again by themselves; whoever makes many of them at once listens here, to make fewer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Too many requests; unavailable and overloaded, as servers say that are at their limit.
STATUSES = frozenset({429, 503, 529})

Listener = Callable[[float | None], None]
# A context follows a question through LangChain, which runs parts of it elsewhere.
_listener: ContextVar[Listener | None] = ContextVar("factcheck_overload", default=None)


@contextmanager
def hearing_overload(listener: Listener) -> Iterator[None]:
    """Call the listener for each refusal of a call made inside.

    Args:
        listener: Gets the seconds that the server asks to wait, or None; called in the thread of the call.
    """
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell_overload(error: BaseException, retry_after: float | None) -> None:
    """Tell the listener of this context, if there is one, where the error is such a refusal."""
    listener = _listener.get()
    if listener is not None and getattr(error, "status_code", None) in STATUSES:
        listener(retry_after)
