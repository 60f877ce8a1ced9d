"""What is known of a job's batches, noted before and after every step that may cost something.

    uploading → uploaded → created → read        the way of a batch
              ↘ lost       ↘ refused             it never ran; its questions are open again

An entry is written before its step, so that a run that was killed at any point finds its file or its
batch again and pays for nothing twice.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from factcheck.answering.relay import Posted
from factcheck.errors import EndpointError
from factcheck.models.capabilities import Capabilities, read_capabilities

State = Literal["uploading", "uploaded", "created", "read", "lost", "refused"]
Replies = dict[str, Posted]
PREFIX = "provider/"


class Notes(Protocol):
    """Small texts under names, on the disk when `set_note` returns; `Jobs` has them."""

    def note(self, name: str) -> str | None:
        """Return a text, or None."""

    def set_note(self, name: str, value: str) -> None:
        """Keep a text in place of an earlier one."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One request of a batch: for which question, by its hash, and how often it was sent."""

    subject: str
    key: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One batch.

    Attributes:
        number: Of the job's batches, from 1.
        state: How far it came.
        endpoint: Where it runs.
        model: That is asked.
        asked: Parameters of its requests.
        size: Bytes of its file.
        reserved_usd: What it costs at most.
        requests: By custom id, in the order of the file.
        held: Earlier replies that its questions build upon, by question.
        carried: Replies that were read and of which no record was made yet, by question.
        file: Id of its file, or "".
        batch: Id of the batch, or "".
        begun: Whether its replies were begun to be read.
    """

    number: int
    state: State
    endpoint: str
    model: str
    asked: Capabilities
    size: int
    reserved_usd: float
    requests: Mapping[str, Sent]
    held: Mapping[str, Replies] = field(default_factory=dict)
    carried: Mapping[str, Replies] = field(default_factory=dict)
    file: str = ""
    batch: str = ""
    begun: bool = False

    @property
    def open(self) -> bool:
        """Whether its replies are still to come or to be read."""
        return self.state in {"uploading", "uploaded", "created"}


class Ledger:
    """The entries of one job.

    Args:
        notes: Where they are kept.
    """

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        job = notes.note(PREFIX + "job")
        if job is None:
            job = uuid.uuid4().hex
            notes.set_note(PREFIX + "job", job)
        self.job = job
        self.entries: dict[int, Entry] = {}
        while (text := notes.note(f"{PREFIX}{len(self.entries) + 1}")) is not None:
            entry = _load(len(self.entries) + 1, text)
            self.entries[entry.number] = entry

    def keep(self, entry: Entry) -> Entry:
        """Note an entry in place of its earlier form and return it."""
        self._notes.set_note(f"{PREFIX}{entry.number}", _dump(entry))
        self.entries[entry.number] = entry
        return entry

    def open(self) -> list[Entry]:
        """Return the batches that are not read, oldest first."""
        return [entry for entry in self.entries.values() if entry.open]

    def recall(self) -> tuple[dict[str, str], dict[str, Replies]]:
        """Return, by question, the key of the request that is under way, and the replies held for the next one.

        The newest batch that has to do with a question counts.
        """
        keys: dict[str, str] = {}
        held: dict[str, Replies] = {}
        for entry in self.entries.values():
            for sent in entry.requests.values():
                held.pop(sent.subject, None)
                keys.pop(sent.subject, None)
                if entry.open:
                    keys[sent.subject] = sent.key
            for subject, replies in {**entry.held, **entry.carried}.items():
                if subject in entry.carried:
                    keys.pop(subject, None)
                elif not entry.open:
                    continue
                held[subject] = dict(replies)
        return keys, held

    def name(self, number: int) -> str:
        """Return the name of a batch's file."""
        return f"factcheck-{self.job[:16]}-{number}.jsonl"

    def marks(self, number: int) -> dict[str, str]:
        """Return the metadata by which a batch is known."""
        return {"factcheck_job": self.job, "factcheck_batch": str(number)}


def _dump(entry: Entry) -> str:
    plain = {name: getattr(entry, name) for name in _PLAIN}
    requests = {id: [sent.subject, sent.key, sent.attempt] for id, sent in entry.requests.items()}
    replies = {name: _dump_replies(getattr(entry, name)) for name in ("held", "carried")}
    return json.dumps({**plain, **replies, "asked": entry.asked.to_dict(), "requests": requests})


_PLAIN = ("state", "endpoint", "model", "size", "reserved_usd", "file", "batch", "begun")


def _dump_replies(replies: Mapping[str, Replies]) -> dict[str, Any]:
    return {
        subject: {key: [p.status, p.body, p.asked.to_dict(), p.attempt] for key, p in found.items()}
        for subject, found in replies.items()
    }


def _load(number: int, text: str) -> Entry:
    try:
        found = json.loads(text)
        return Entry(
            number=number,
            asked=_capabilities(found["asked"]),
            requests={id: Sent(*sent) for id, sent in found["requests"].items()},
            held=_load_replies(found["held"]),
            carried=_load_replies(found["carried"]),
            **{name: found[name] for name in _PLAIN},
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise EndpointError(
            "what the job noted of its batches cannot be read",
            hint="Begin the job anew with --restart.",
        ) from error


def _load_replies(found: Mapping[str, Any]) -> dict[str, Replies]:
    return {
        subject: {
            key: Posted(status, body, _capabilities(asked), attempt)
            for key, (status, body, asked, attempt) in replies.items()
        }
        for subject, replies in found.items()
    }


def _capabilities(stored: Any) -> Capabilities:
    known = read_capabilities(stored)
    if known is None:
        raise ValueError("other parameters than those of this version")
    return known
