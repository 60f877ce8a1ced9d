"""The folder of a run, and what is in it.

golden.jsonl   the cases that were asked, as they were read
job            the answers as they came; a second run goes on from it
records.jsonl  one answer or check record a case, with what retrieval found under "trace"
scores.jsonl   one row of values a case
run.json       every figure, and what produced it
junit.xml      for CI servers
report.html    for people
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from factcheck.durable import replace_durably
from factcheck.errors import UsageError
from factcheck.evaluation.records import Evaluation, GoldCitation, GoldenCase
from factcheck.evaluation.wire import from_json
from factcheck.presentation.jsonl import to_line

AGAIN = "Make it with: factcheck eval GOLDEN -o {}"


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Paths of a run's files."""

    path: Path

    @property
    def golden(self) -> Path:
        """The cases that were asked."""
        return self.path / "golden.jsonl"

    @property
    def job(self) -> Path:
        """The store of the answers."""
        return self.path / "job"

    @property
    def records(self) -> Path:
        """Answer and check records."""
        return self.path / "records.jsonl"

    @property
    def scores(self) -> Path:
        """Rows of values."""
        return self.path / "scores.jsonl"

    @property
    def run(self) -> Path:
        """Every figure."""
        return self.path / "run.json"

    @property
    def junit(self) -> Path:
        """For CI servers."""
        return self.path / "junit.xml"

    @property
    def page(self) -> Path:
        """For people."""
        return self.path / "report.html"


def open_folder(path: Path) -> RunFolder:
    """Return the folder of a run, made where it is missing.

    Raises:
        UsageError: It holds something else.
    """
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} is a file", hint="Name a folder: -o run/")
    folder = RunFolder(path)
    if path.is_dir() and not folder.job.exists() and any(path.iterdir()):
        raise UsageError(f"{path} holds other files and no run", hint="Name a new folder: -o run/")
    path.mkdir(parents=True, exist_ok=True)
    return folder


def load_evaluation(path: Path) -> Evaluation:
    """Return the evaluation of a finished run.

    Args:
        path: Its folder.

    Raises:
        UsageError: There is none, or it cannot be read.
    """
    folder = RunFolder(path)
    if not path.is_dir():
        raise UsageError(f"there is no run {path}", hint=AGAIN.format(path))
    try:
        run, scores = folder.run.read_text("utf-8"), folder.scores.read_text("utf-8")
    except FileNotFoundError as error:
        missing = Path(error.filename).name
        raise UsageError(f"the run {path} is not finished: it has no {missing}", hint=AGAIN.format(path)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the run {path} cannot be read: {error}", hint=AGAIN.format(path)) from error
    return from_json(run, scores.splitlines())


def load_records(path: Path) -> tuple[Mapping[str, Any], ...]:
    """Return the records of a finished run, with what retrieval found under "trace".

    Raises:
        UsageError: They cannot be read.
    """
    try:
        lines = RunFolder(path).records.read_text("utf-8").splitlines()
        return tuple(json.loads(line) for line in lines)
    except (OSError, ValueError) as error:
        raise UsageError(f"the records of the run {path} cannot be read: {error}", hint=AGAIN.format(path)) from error


def write_text(path: Path, text: str) -> None:
    """Write a file that has its name only when it is whole."""
    write_lines(path, [text.removesuffix("\n")])


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write lines to a file that has its name only when it is whole."""
    partial = path.with_name(path.name + ".partial")
    with partial.open("w", encoding="utf-8", newline="\n") as stream:
        for line in lines:
            stream.write(line + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    replace_durably(partial, path)


def to_golden_line(case: GoldenCase) -> str:
    """Return a case as one line of a golden file."""
    tags = [*case.tags, *(f"not:{name}" for name in case.forbidden)]
    fields: dict[str, Any] = {"id": case.id}
    if case.kind == "claim":
        fields |= {"claim": case.claim, "verdict": case.verdict, "attributed_only": case.attributed_only}
    else:
        fields |= {"question": case.question, "answers": case.answers, "answerable": case.answerable}
    fields |= {"citations": [_to_citation(gold) for gold in case.citations], "origins": case.origins, "tags": tags}
    return to_line({name: value for name, value in fields.items() if value is not None})


def _to_citation(gold: GoldCitation) -> Mapping[str, Any]:
    fields: dict[str, Any] = {"file": gold.file, "quote": gold.quote}
    if gold.required:
        fields["all"] = True
    if gold.speaker is not None:
        fields["speaker"] = gold.speaker
    return fields
