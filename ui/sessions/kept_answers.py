"""Answers on disk, under names that nobody guesses: a link opens one again, in any browser, after any restart.

answers/ID.json   the record, when it was asked, and what the search was restricted to
"""

from __future__ import annotations

import json
import logging
import os
import re
import uuid
from pathlib import Path

from factcheck.errors import UsageError
from factcheck.filters import Within, read_filter
from factcheck.presentation.reading import read_answer
from ui.sessions.ask import Turn

log = logging.getLogger(__name__)

SCHEMA = "factcheck/kept-answer/1"
# The oldest beyond this go.
MOST_KEPT = 5_000
MOST_BYTES = 2_000_000
_ID = re.compile(r"[0-9a-f]{32}")
GONE = UsageError(
    "There is no answer under this link.",
    hint="The link may be cut off, or the answer was deleted since. Ask the question again.",
)


def keep_answer(folder: Path, turn: Turn) -> bool:
    """Write a turn into the folder of answers; return whether a link will open it.

    Args:
        folder: Shared by all visitors; made where it is missing.
        turn: One with a record.
    """
    if turn.record is None:
        return False
    kept = {"schema": SCHEMA, "asked": turn.asked, "within": turn.within, "record": turn.record.to_dict()}
    data = json.dumps(kept, ensure_ascii=True).encode()
    if len(data) > MOST_BYTES:
        return False
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = folder / f"{turn.id}.{uuid.uuid4().hex[:8]}.part"
        part.write_bytes(data)
        os.replace(part, folder / f"{turn.id}.json")
        _drop_oldest(folder)
    except OSError as error:
        log.warning("an answer cannot be kept: %s", error)
        return False
    return True


def read_kept(folder: Path, id: str) -> Turn:
    """Return a kept answer.

    Args:
        folder: Of the answers.
        id: As the address names it; it is not trusted.

    Raises:
        UsageError: There is none of this name, or it cannot be read.
    """
    if not _ID.fullmatch(id):
        raise GONE
    try:
        with (folder / f"{id}.json").open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        found = json.loads(data) if len(data) <= MOST_BYTES else None
        if not isinstance(found, dict) or found.get("schema") != SCHEMA:
            raise ValueError("it is not a kept answer")
        record = read_answer(found["record"])
        within: Within = found["within"]
        read_filter(within)
        asked = found["asked"]
        if not isinstance(asked, str):
            raise ValueError("it does not say when it was asked")
    except FileNotFoundError:
        raise GONE from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, UsageError) as error:
        log.warning("a kept answer cannot be read: %s", error)
        raise UsageError(
            "The answer under this link cannot be read any more.", hint="Ask the question again."
        ) from None
    return Turn(id, record.question, record, within, asked, kept=True, reopened=True)


def _drop_oldest(folder: Path) -> None:
    with os.scandir(folder) as entries:
        files = [entry for entry in entries if entry.name.endswith(".json")]
    if len(files) > MOST_KEPT:
        files.sort(key=lambda entry: entry.stat().st_mtime)
        for entry in files[: len(files) - MOST_KEPT]:
            Path(entry.path).unlink(missing_ok=True)
