"""Check what a person typed: a question and a date."""

from __future__ import annotations

import re
import unicodedata

from factcheck.errors import UsageError

LONGEST_QUESTION = 2000  # characters; more is a pasted page, not a question
ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")  # a terminal's colour codes, pasted with the words
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def clean_question(text: str) -> str:
    """Return a question without control characters and doubled spaces.

    Raises:
        UsageError: Nothing is left to ask, or it is too long.
    """
    text = ANSI.sub(" ", text)
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} else c for c in text)
    words = " ".join(kept.split())
    if not any(c.isalnum() for c in words):
        raise UsageError("the question is empty", hint='Ask something, for example "Who denied the request?"')
    if len(words) > LONGEST_QUESTION:
        raise UsageError(
            f"the question has {len(words):,} characters; at most {LONGEST_QUESTION:,} are read",
            hint="Ask one question; for many use `factcheck batch`.",
        )
    return words


def check_date(text: str | None) -> str | None:
    """Return an ISO date, or None where none is given.

    Raises:
        UsageError: It is not one.
    """
    from datetime import date

    if text is None:
        return None
    try:
        if not DATE.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"{text!r} is not a date", hint="Write it as YYYY-MM-DD, for example 2022-03-14.") from None
