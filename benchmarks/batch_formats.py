"""Time and memory of reading and writing long batch files.

    python benchmarks/batch_formats.py

Each measurement runs in a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from factcheck.batch.inputs import open_items
from factcheck.batch.outputs import open_output

ROWS = {"jsonl": 1_000_000, "csv": 1_000_000, "xlsx": 100_000}
CITATION = {"id": 1, "file": "000_4d4c2d312526015d.txt", "start": 766, "end": 840, "quote": "It is untrue. " * 5}


def make_record(number: int) -> dict[str, object]:
    """Return an answer record like those of a real run."""
    return {
        "note": f"note {number}",
        "schema": "factcheck/answer/1",
        "id": f"q{number}",
        "question": f"Who denied the request number {number}?",
        "outcome": "answered",
        "answer": "It is untrue, he said. [1]",
        "short_answer": "Zhao Lijian",
        "statements": [],
        "citations": [CITATION] * 2,
        "origins": {"files": 1, "independent": 1},
        "conflicts": [],
        "confidence": 0.9,
        "abstention": None,
        "failure": None,
        "findings": [],
        "engine": {"name": "embedded", "model": "all-MiniLM-L6-v2 int8", "endpoint": None},
        "call": None,
        "timing_ms": {"retrieve": 100.0, "answer": 50.0, "verify": 1.0, "total": 151.0},
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "cost_usd": None},
        "provenance": {"index": "i", "settings": "s", "prompts": {}, "version": "0"},
    }


def write_input(path: Path, rows: int) -> None:
    """Write questions with an id and a note."""
    columns = ("id", "question", "note")
    if path.suffix == ".xlsx":
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(columns)
        for number in range(rows):
            sheet.append([f"q{number}", f"Who denied the request number {number}?", f"note {number}"])
        book.save(path)
        return
    with path.open("w", encoding="utf-8") as stream:
        if path.suffix == ".csv":
            stream.write(",".join(columns) + "\n")
        for number in range(rows):
            cells = (f"q{number}", f"Who denied the request number {number}?", f"note {number}")
            line = ",".join(cells) if path.suffix == ".csv" else json.dumps(dict(zip(columns, cells, strict=True)))
            stream.write(line + "\n")


def read(path: Path, rows: int) -> None:
    """Read a file once."""
    assert sum(1 for item in open_items(str(path)) if not item.problem) == rows


def write(path: Path, rows: int) -> None:
    """Write records."""
    with open_output(str(path), columns=("id", "question", "note")) as writer:
        for number in range(rows):
            writer.write(make_record(number))


TASKS: dict[str, Callable[[Path, int], None]] = {"input": write_input, "read": read, "write": write}


def run(task: str, path: Path, rows: int) -> str:
    """Run a task in a process of its own and return what it took."""
    command = [sys.executable, __file__, "--task", task, "--path", str(path), "--rows", str(rows)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def main() -> None:
    """Measure all formats, or do one task."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--task", choices=TASKS)
    parser.add_argument("--path", type=Path)
    parser.add_argument("--rows", type=int)
    parser.add_argument("--share", type=float, default=1.0, help="of the rows, to see that memory does not grow")
    given = parser.parse_args()
    if given.task:
        started = time.perf_counter()
        TASKS[given.task](given.path, given.rows)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{time.perf_counter() - started:7.1f} s  {time.process_time():7.1f} s of CPU  {peak:6.0f} MB")
        return
    with tempfile.TemporaryDirectory() as folder:
        for suffix, most in ROWS.items():
            rows = int(most * given.share)
            source, target = Path(folder) / f"in.{suffix}", Path(folder) / f"out.{suffix}"
            run("input", source, rows)
            print(f"{suffix:6} read   {rows:>9,} rows  {run('read', source, rows)}", flush=True)
            print(f"{suffix:6} write  {rows:>9,} rows  {run('write', target, rows)}", flush=True)
            source.unlink()
            target.unlink()


if __name__ == "__main__":
    main()
