"""What one visitor has asked and opened; lives in the session, never in a shared cache."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from factcheck.filters import Within
from factcheck.types import Abstention, Answer, AnswerRecord, Citation, Exchange, Failure, Statement
from ui.sessions.opened import Opened, read_opened
from ui.work import Work

MOST_TURNS = 30
EXCHANGES = 3
# Of an answer; its link is this id, and whoever has the link may read the answer.
ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what came of it.

    Attributes:
        id: Unguessable; the answer is kept under it.
        question: As typed.
        result: The record, or a failure that left no record.
        within: How the search was restricted.
        asked: ISO time, UTC.
        kept: Whether a link opens it again.
        reopened: Whether it was opened by a link, and not asked in this session.
    """

    id: str
    question: str
    result: AnswerRecord | Failure
    within: Within = field(default_factory=Within)
    asked: str = ""
    kept: bool = False
    reopened: bool = False

    @property
    def record(self) -> AnswerRecord | None:
        """The record, or None where something failed before there was one."""
        return self.result if isinstance(self.result, AnswerRecord) else None

    @property
    def outcome(self) -> Answer | Abstention | Failure:
        """The answer, the abstention or the failure."""
        return self.result if isinstance(self.result, Failure) else self.result.outcome

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Everything of this turn that can be opened, in reading order."""
        outcome = self.outcome
        if isinstance(outcome, Answer):
            return outcome.citations
        return outcome.closest if isinstance(outcome, Abstention) else ()


@dataclass(slots=True)
class Asking:
    """A question that is being answered.

    Attributes:
        question: As typed.
        within: How the search is restricted.
        work: The thread that answers it; None until it is started.
        shown: Statements that are finished; the thread adds to them.
    """

    question: str
    within: Within
    work: Work | None = None
    shown: list[Statement] = field(default_factory=list)


@dataclass(slots=True)
class Session:
    """The conversation, newest turn first.

    It is changed in place: writing to `st.session_state` after a long call may be cut off by
    a click of the visitor, and the finished answer would be lost.

    Attributes:
        turns: The conversation.
        asking: The question that is being answered, or None.
        opened: The citation whose article is open, or None.
        summoned: Whether only a part of the page runs and the whole page has to be called.
        address: Id of the answer in the page's address, as far as it was dealt with.
        notice: What the visitor should know once ("There is no answer under this link."), or "".
        download: A file that the browser is to save now, or None.
        within: How the filters restrict the next question.
        filters: What is chosen in them, as the widgets keep it.
        views: What the page shows of a turn and what it was made from, by the turn's id.
    """

    turns: list[Turn] = field(default_factory=list)
    asking: Asking | None = None
    opened: Opened | None = None
    summoned: bool = False
    address: str = ""
    notice: str = ""
    download: Mapping[str, str] | None = None
    within: Within = field(default_factory=Within)
    filters: dict[str, Any] = field(default_factory=dict)
    views: dict[str, tuple[object, dict[str, Any]]] = field(default_factory=dict)

    def submit(self, question: str, *, within: Within | None = None, summon: bool = False) -> None:
        """Note a question that the page is to ask next; blank ones are ignored.

        Args:
            question: As typed.
            within: How the search is restricted.
            summon: Whether only a part of the page runs and the whole page has to be called.
        """
        if question.strip():
            self.stop()
            self.asking = Asking(question.strip(), within if within is not None else {})
            self.opened = None
            self.notice = ""
            self.summoned = summon

    def retry(self, turn: str) -> None:
        """Ask the question of a turn again, in place of that turn."""
        found = self.turn(turn)
        if found is not None:
            self.turns.remove(found)
            self.submit(found.question, within=found.within, summon=True)

    def stop(self) -> None:
        """Give up the question that is being answered; what its thread still finds is not shown."""
        if self.asking is not None and self.asking.work is not None:
            self.asking.work.stop()
        self.asking = None

    def add(self, question: str, result: AnswerRecord | Failure, within: Within | None = None) -> Turn:
        """Put the outcome of a question on top and forget the oldest beyond a limit."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        turn = Turn(secrets.token_hex(ID_BYTES), question, result, within if within is not None else {}, now)
        self.place(turn)
        self.asking = None
        return turn

    def place(self, turn: Turn) -> None:
        """Put a turn on top."""
        self.turns.insert(0, turn)
        del self.turns[MOST_TURNS:]
        self.views = {each.id: self.views[each.id] for each in self.turns if each.id in self.views}

    def clear(self) -> None:
        """Begin a new conversation."""
        self.stop()
        self.turns.clear()
        self.views.clear()
        self.opened, self.notice, self.download, self.summoned = None, "", None, True

    def take_download(self) -> Mapping[str, str] | None:
        """Return the file that the browser is to save, once."""
        taken, self.download = self.download, None
        return taken

    def turn(self, id: str) -> Turn | None:
        """Return the turn, or None where it is forgotten."""
        return next((turn for turn in self.turns if turn.id == id), None)

    def open(self, value: object) -> None:
        """Open a citation as the browser names it; what does not exist closes the article."""
        self.opened = read_opened(value, {turn.id: turn.citations for turn in self.turns})


def recall(turns: Sequence[Turn]) -> list[Exchange]:
    """Return the latest turns as a follow-up question may lean on them, oldest first.

    Args:
        turns: Newest first; failures say nothing and are passed over.
    """
    found = []
    for turn in turns:
        record = turn.record
        if record is None or isinstance(record.outcome, Failure):
            continue
        asked = record.read_as or turn.question
        if isinstance(record.outcome, Answer):
            speakers = dict.fromkeys(each.speaker for each in record.outcome.citations if each.speaker)
            found.append(Exchange(asked, record.outcome.text, record.outcome.short_answer, tuple(speakers)))
        else:
            found.append(Exchange(asked, ""))
        if len(found) == EXCHANGES:
            break
    return found[::-1]
