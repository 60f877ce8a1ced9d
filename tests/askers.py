"""Askers that do what a question says: they answer, wait, fail, or kill their own process.

They can be opened in another process, where no fixture reaches.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from scripted_corpus import record

from factcheck.batch.inputs import Item
from factcheck.batch.tasks import Asking, Task
from factcheck.checking.record import CheckRecord
from factcheck.errors import ModelError
from factcheck.models.budget import BudgetSpent
from factcheck.types import Abstention, AnswerRecord, Searched


class Obedient:
    """Does what the words of a question say.

    "die" kills the process; "die once FILE" does so unless FILE is there; "break" raises what nobody
    expects; "spend" finds a spent budget; "wait SECONDS" waits. All else is answered at once.
    """

    def ask(self, question: str, **options: Any) -> AnswerRecord:
        match question.split():
            case ["die"]:
                os.kill(os.getpid(), signal.SIGKILL)
            case ["die", "once", file]:
                if not Path(file).exists():
                    Path(file).touch()
                    os.kill(os.getpid(), signal.SIGKILL)
            case ["break"]:
                raise ZeroDivisionError("by zero")
            case ["spend"]:
                raise BudgetSpent("the budget is spent", hint="Raise it.")
            case ["wait", seconds]:
                time.sleep(float(seconds))
        said = Abstention("no_evidence", f"process {os.getpid()}", (), Searched(0, 0))
        return record(question, said, id=options["id"])

    def check(self, claim: str, **options: Any) -> CheckRecord:
        raise AssertionError(f"no claims here: {claim}")


def open_obedient(asking: Asking) -> Obedient:
    assert asking.settings.threads == 1
    return Obedient()


def open_nothing(asking: Asking) -> Obedient:
    raise ModelError("the model is missing", hint="Install it.")


def open_and_die(asking: Asking) -> Obedient:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def tasks_of(*questions: str) -> list[Task]:
    return [Task(position, Item(f"q{position}", question=text)) for position, text in enumerate(questions)]


def process_of(record: dict[str, Any]) -> int:
    """The process that answered."""
    return int(record["abstention"]["explanation"].split()[-1])
