"""How long to wait before a call is tried again."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Mapping

ATTEMPTS = 4
FIRST_SECONDS = 0.5
LONGEST_SECONDS = 20.0


def read_retry_after(headers: Mapping[str, str], *, now: float | None = None) -> float | None:
    """Return the seconds that `Retry-After` asks for (a number or a date), or None."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            date = email.utils.parsedate_to_datetime(value)
        except (TypeError, ValueError):
            return None
        seconds = date.timestamp() - (time.time() if now is None else now)
    return seconds if 0 <= seconds < 1e6 else 0.0 if seconds < 0 else None


def choose_delay(attempt: int, retry_after: float | None, remaining: float) -> float | None:
    """Return the seconds to wait before the next attempt, or None where there is none.

    Args:
        attempt: That has just failed, from 1.
        retry_after: What the server asks for; it is obeyed, or nothing is tried again.
        remaining: Seconds that are left for the whole call.
    """
    if attempt >= ATTEMPTS:
        return None
    delay = FIRST_SECONDS * 2 ** (attempt - 1) if retry_after is None else retry_after
    if delay > LONGEST_SECONDS or delay >= remaining:
        return None
    return delay
