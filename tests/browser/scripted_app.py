"""The real app over a scripted corpus, for states that a real one reaches only by accident.

Run by `streamlit run`; ui/app.py does the rest.
"""

from __future__ import annotations

import runpy
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

import scripted_corpus as script  # noqa: E402
import scripted_draft  # noqa: E402

# Its first statement is there at once; the rest never comes.
SLOW = "What takes long?"
REPLIES = {
    "Who denied the request?": script.denied,
    "Will the US stand by?": script.stand_by,
    "How many drones did Russia request?": script.unknown_number,
}


class Corpus(scripted_draft.DraftCorpus):
    """Chooses its reply by the question; everything else fails once and is then not answered."""

    @classmethod
    def open(cls, *_: object, **__: object) -> Corpus:
        return cls(script.seed_texts())

    def stream(self, question: str, **options: object) -> Iterator[script.Statement | script.AnswerRecord]:
        if question != SLOW:
            yield from super().stream(question, **options)
            return
        yield script.denied().statements[0]
        time.sleep(60)

    def ask(self, question: str, **_: object) -> script.AnswerRecord:
        seen = question in self.questions
        reply = REPLIES.get(question, script.unknown_number if seen else script.timed_out)
        self.replies.append(reply())
        return super().ask(question)

    def compare(self, *_: object, **__: object) -> object:
        from scripted_comparison import compared

        return compared()


pipeline = ModuleType("factcheck.pipeline")
pipeline.Corpus = Corpus  # type: ignore[attr-defined]
sys.modules["factcheck.pipeline"] = pipeline
runpy.run_path(str(ROOT / "ui" / "app.py"), run_name="__main__")
