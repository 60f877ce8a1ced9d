"""The checks of one visitor on disk: what was checked, what came of it, what was decided.

checks/ID/about.json       what the list shows
         /record.json      the checked draft (`factcheck/draft/1`); a claim is a draft of one sentence
         /decisions.json   by the keys of `list_items`
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from factcheck.drafts.record import DraftRecord
from factcheck.drafts.reviewing import Decision, read_decision
from factcheck.drafts.wire import read_checked_draft
from factcheck.errors import FactcheckError, UsageError
from factcheck.soundness import require_sound
from factcheck.types import Failure

log = logging.getLogger(__name__)

# The oldest beyond this go.
MOST_KEPT = 200
_ID = re.compile(r"[0-9a-f]{32}")


def make_id() -> str:
    """Return an id for a check; it is the name of its folder."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a check without reading its record.

    Attributes:
        id: Name of its folder.
        kind: "claim" or "draft".
        title: For people.
        state: "running" (or broken off with the app), "done", "stopped" or "failed".
        total: Sentences of the draft, 0 while that is not known.
        within: How the search is restricted.
        failure: Why the whole check failed, or None.
        started: ISO time, UTC.
    """

    id: str
    kind: str
    title: str
    state: str = "running"
    total: int = 0
    within: Mapping[str, Any] = field(default_factory=dict)
    failure: Failure | None = None
    started: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))


@dataclass(frozen=True, slots=True)
class KeptCheck:
    """A check as it was read from disk."""

    about: About
    record: DraftRecord
    decisions: Mapping[str, Decision]


def keep_check(folder: Path, about: About, record: DraftRecord) -> None:
    """Write a check into the visitor's folder of checks; decisions that are there stay."""
    own = folder / about.id
    own.mkdir(mode=0o700, exist_ok=True)
    _write(own / "record.json", record.to_dict())
    _write(own / "about.json", asdict(about))


def keep_decisions(folder: Path, id: str, decisions: Mapping[str, Decision]) -> None:
    """Write what was decided on a check that is kept; nothing happens where it was deleted meanwhile."""
    own = _locate(folder, id)
    if own is not None:
        _write(own / "decisions.json", {key: asdict(decision) for key, decision in decisions.items()})


def read_decisions(folder: Path, id: str) -> dict[str, Decision]:
    """Return what was decided on a check, perhaps in another tab since it was opened here.

    Raises:
        FactcheckError: They are there and cannot be read.
    """
    own = _locate(folder, id)
    return _read_decisions(own / "decisions.json") if own is not None else {}


def list_checks(folder: Path) -> list[About]:
    """Return the checks of a visitor, newest first; drop the oldest beyond `MOST_KEPT`."""
    found = [about for own in folder.iterdir() if (about := _read_about(own)) is not None]
    found.sort(key=lambda about: about.started, reverse=True)
    for about in found[MOST_KEPT:]:
        delete_check(folder, about.id)
    return found[:MOST_KEPT]


def read_kept(folder: Path, id: str) -> KeptCheck:
    """Return a check.

    Args:
        folder: The visitor's.
        id: As an address or a browser names it; it is not trusted.

    Raises:
        FactcheckError: There is none of this name, or it cannot be read.
    """
    own = _locate(folder, id)
    about = _read_about(own) if own is not None else None
    if own is None or about is None:
        raise UsageError("this check is not there any more", hint="Check the text again.")
    try:
        record = read_checked_draft(json.loads((own / "record.json").read_text("utf-8")))
    except (OSError, ValueError, AttributeError, RecursionError, UsageError) as error:
        log.warning("a kept check cannot be read: %s", error)
        raise UsageError("this check cannot be read any more", hint="Check the text again.") from error
    return KeptCheck(about, record, _read_decisions(own / "decisions.json"))


def delete_check(folder: Path, id: str) -> None:
    """Delete a check with everything decided on it."""
    own = _locate(folder, id)
    if own is not None:
        shutil.rmtree(own, ignore_errors=True)


def _locate(folder: Path, id: str) -> Path | None:
    own = folder / id if _ID.fullmatch(id) else None
    return own if own is not None and own.is_dir() else None


def _read_about(own: Path) -> About | None:
    try:
        found = json.loads((own / "about.json").read_text("utf-8"))
        failure = Failure(**found["failure"]) if found["failure"] else None
        about = About(**{**found, "failure": failure, "id": own.name})
        require_sound(about)
        return about
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _read_decisions(path: Path) -> dict[str, Decision]:
    try:
        found = json.loads(path.read_text("utf-8"))
        if not isinstance(found, dict):
            raise ValueError("they are no decisions")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise FactcheckError("the decisions on this check cannot be read", hint="Check the text again.") from error
    return {key: decision for key, each in found.items() if (decision := read_decision(each)) is not None}


def _write(path: Path, value: Any) -> None:
    """Replace a file at once, so that a reader never sees half of it."""
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.part")
    part.write_text(json.dumps(value, ensure_ascii=True), encoding="utf-8")
    os.replace(part, path)
