"""Check what a person typed as a question."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from factcheck.errors import UsageError
from factcheck.types import Retrieved

LONGEST_QUESTION = 2000  # characters; more is a pasted page, not a question
ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")  # a terminal's colour codes, pasted with the words


def clean_text(text: str) -> str:
    """Return what a person typed without control characters and doubled spaces."""
    text = ANSI.sub(" ", text)
    kept = "".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} else c for c in text)
    return " ".join(kept.split())


def clean_question(text: str) -> str:
    """Return a question without control characters and doubled spaces.

    Raises:
        UsageError: Nothing is left to ask, or it is too long.
    """
    words = clean_text(text)
    if not any(c.isalnum() for c in words):
        raise UsageError("the question is empty", hint='Ask something, for example "Who denied the request?"')
    if len(words) > LONGEST_QUESTION:
        raise UsageError(
            f"the question has {len(words):,} characters; at most {LONGEST_QUESTION:,} are read",
            hint="Ask one question; for many use `factcheck batch`.",
        )
    return words


def is_foreign(doc: Any) -> bool:
    """Whether a sentence has no common English word: one of four words is such a word in any question."""
    words = [token for token in doc if token.is_alpha]
    letters = [c for c in doc.text if c.isalpha()]
    other_script = bool(letters) and sum(c.isascii() for c in letters) < len(letters) / 2
    return other_script or (len(words) >= 5 and not any(token.is_stop for token in words))


def restore_capitals(text: str, retrieved: Retrieved) -> str:
    """Write names of a question as the articles do: "who is kadyrov" asks about Kadyrov.

    A word is a name where the hits write it with a capital inside a sentence and never without. What is
    asked for is none: the bridge of "which bridge", though the articles tell of the Alder Bridge.
    """
    capital, small = set(), set()
    for hit in retrieved.hits:
        for match in re.finditer(r"[^\W\d_]{2,}", hit.sentence.text):
            word = match.group()
            if word.islower():
                small.add(word)
            elif match.start() > 0:
                capital.add(word)
    names = {word.lower(): word for word in sorted(capital)}
    return re.sub(
        r"(?i)(?<!\bwhich )(?<!\bwhat )(?<!\bmany )(?<!\bmuch )(?<!\ba )(?<!\ban )\b[^\W\d_]{2,}",
        lambda m: names.get(m.group(), m.group()) if m.group().islower() and m.group() not in small else m.group(),
        text,
    )
