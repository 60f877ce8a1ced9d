"""Measure the job store alone: taking a large input, going on with it, writing it out, and memory.

    python benchmarks/batch_resume.py --items 100000

Records are those of a typical answer, made without a model. What counts is how long it takes until a second
run asks its first open question, and that memory does not grow with the input.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from factcheck.batch.asking import carry
from factcheck.batch.inputs import open_items
from factcheck.batch.jobs import Jobs, Selection
from factcheck.batch.outputs import open_output
from factcheck.batch.runner import run_job
from factcheck.batch.tasks import Asking, Done, Task
from factcheck.settings import Settings

QUOTE = "“Russia has the independent capacity to continue the operation,” the spokesman told a conference call."
CITATION = {
    "id": 1, "file": "001_d26e30d51aa5f213.txt", "start": 1156, "end": 1276, "line": 9, "quote": QUOTE,
    "sha256": "0" * 64, "speaker": "Dmitry Peskov", "via": None, "origin": "o1",
}  # fmt: skip
RECORD = {
    "schema": "factcheck/answer/1", "id": "", "question": "Who denied it?", "outcome": "answered", "answer": QUOTE * 3,
    "citations": [CITATION] * 6, "failure": None, "timing_ms": {"total": 512.5},
    "usage": {"prompt_tokens": 0, "completion_tokens": 0, "cost_usd": None},
}  # fmt: skip


class Instant:
    """Workers that know the answer; they tell when they were first asked."""

    name = "instant"

    def __init__(self, most: int) -> None:
        self.first_asked: float | None = None
        self._most = most

    def run(self, tasks: Iterator[Task]) -> Iterator[Done]:
        """Yield the same record for every task."""
        for number, task in enumerate(tasks):
            self.first_asked = self.first_asked or time.monotonic()
            if number == self._most:
                raise KeyboardInterrupt
            yield Done(task.position, RECORD)

    def close(self) -> None:
        """Do nothing."""


@contextmanager
def timed(what: str) -> Iterator[None]:
    started, used = time.monotonic(), time.process_time()
    yield
    used = time.process_time() - used
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{what}: {time.monotonic() - started:.2f} s ({used:.2f} s of CPU), {memory:.0f} MB at most so far", flush=True
    )


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--items", type=int, default=100_000)
    options.add_argument("--finished", type=int, help="by default all but one")
    chosen = options.parse_args()
    finished = chosen.items - 1 if chosen.finished is None else chosen.finished
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        source, path = folder / "in.jsonl", folder / "out.jsonl.job"
        with source.open("w", encoding="utf-8") as stream:
            for number in range(chosen.items):
                stream.write(json.dumps({"id": f"q{number}", "question": f"Who denied it {number}?"}) + "\n")
        asking, header = Asking(Settings()), {"engine": "none"}
        workers = Instant(finished)
        with timed(f"take {chosen.items:,} inputs and keep {finished:,} records"), Jobs.open(path, header) as jobs:
            with suppress(KeyboardInterrupt):
                run_job(open_items(str(source)), jobs, lambda asking: workers, asking=asking)
        workers, started = Instant(1), time.monotonic()
        with timed("go on"), Jobs.open(path, header) as jobs, suppress(KeyboardInterrupt):
            run_job(open_items(str(source)), jobs, lambda asking: workers, asking=asking, select=Selection())
        assert workers.first_asked is not None
        print(f"until it goes on: {workers.first_asked - started:.2f} s; job of {path.stat().st_size / 1e6:,.0f} MB")
        with timed("write all records"), Jobs.open(path, header) as jobs:
            jobs.select(Selection())
            with open_output(str(folder / "out.jsonl")) as writer:
                for done in jobs.finished():
                    writer.write(carry(done.item, done.record))
    return 0


if __name__ == "__main__":
    sys.exit(main())
