"""`factcheck batch` as a process of its own, over a corpus whose answers are scripted.

    python scripted_batch.py LEDGER batch IN -o OUT ...

Every question that is answered, and so would be paid for, is a line of the ledger.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from scripted_corpus import denied, record, unknown_number

from factcheck.batch import workers
from factcheck.batch.runner import Serial
from factcheck.batch.tasks import Asking
from factcheck.cli import main
from factcheck.types import AnswerRecord, Usage

SECONDS = 0.002


class PaidCorpus:
    """Answers every question the same way whenever it is asked, and says so in the ledger."""

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger
        self._outcomes = (denied(), unknown_number())

    def ask(self, question: str, **_: Any) -> AnswerRecord:
        time.sleep(SECONDS)
        with self._ledger.open("a", encoding="utf-8") as ledger:
            ledger.write(question + "\n")
        return record(question, self._outcomes[len(question) % 2], usage=Usage(100, 20, 0.001))

    def ask_traced(self, question: str, **_: Any) -> Any:
        raise AssertionError("nobody asked for a trace")


if __name__ == "__main__":
    corpus = PaidCorpus(Path(sys.argv.pop(1)))

    def open_workers(asking: Asking, **_: object) -> Serial:
        return Serial(corpus, asking)

    workers.open_workers = open_workers  # type: ignore[assignment]
    main()
