"""What one visitor has asked and opened; lives in the session, never in a shared cache."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from factcheck.types import Abstention, Answer, AnswerRecord, Citation, Failure
from ui.sessions.opened import Opened, read_opened

MOST_TURNS = 30


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what came of it.

    Attributes:
        id: Unique within the session.
        question: As typed.
        result: The record, or a failure that left no record.
    """

    id: str
    question: str
    result: AnswerRecord | Failure

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
class Session:
    """The conversation, newest turn first.

    It is changed in place: writing to `st.session_state` after a long call may be cut off by
    a click of the visitor, and the finished answer would be lost.
    """

    turns: list[Turn] = field(default_factory=list)
    asking: str | None = None
    opened: Opened | None = None
    summoned: bool = False

    def submit(self, question: str, *, summon: bool = False) -> None:
        """Note a question that the page is to ask next; blank ones are ignored.

        Args:
            question: As typed.
            summon: Whether only a part of the page runs and the whole page has to be called.
        """
        if question.strip():
            self.asking = question.strip()
            self.opened = None
            self.summoned = summon

    def retry(self, turn: str) -> None:
        """Ask the question of a turn again, in place of that turn."""
        found = self.turn(turn)
        if found is not None:
            self.turns.remove(found)
            self.submit(found.question, summon=True)

    def add(self, question: str, result: AnswerRecord | Failure) -> None:
        """Put the outcome of a question on top and forget the oldest beyond a limit."""
        self.turns.insert(0, Turn(uuid.uuid4().hex[:12], question, result))
        del self.turns[MOST_TURNS:]
        self.asking = None

    def turn(self, id: str) -> Turn | None:
        """Return the turn, or None where it is forgotten."""
        return next((turn for turn in self.turns if turn.id == id), None)

    def open(self, value: object) -> None:
        """Open a citation as the browser names it; what does not exist closes the article."""
        self.opened = read_opened(value, {turn.id: turn.citations for turn in self.turns})
