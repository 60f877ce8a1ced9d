"""Kill a batch of the embedded engine several times, go on each time, and compare with a run left alone.

    python benchmarks/batch_crash.py --questions 1000 --kills 3

The process gets SIGKILL when a share of the questions is finished; what counts is that the file it comes to
equals the other one byte for byte, but for the milliseconds that each question took.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("seeds", "tests/data/news")
GOLDEN = ("golden/questions.jsonl", "golden/news.jsonl")
ASKED = ("{}", "{} ", "Please tell me: {}", "According to the articles, {}", "I would like to know: {}", "So: {}")


def vary(questions: list[str]) -> Iterator[str]:
    """Yield the questions again and again, worded a little differently each time."""
    number = 0
    while True:
        for question in questions:
            yield ASKED[number % len(ASKED)].format(question) + " " * (number // len(ASKED))
        number += 1


def write_input(file: Path, count: int) -> None:
    questions = []
    for golden in GOLDEN:
        for line in (ROOT / golden).read_text("utf-8").splitlines():
            if question := json.loads(line).get("question"):
                questions.append(question)
    varied = vary(questions)
    with file.open("w", encoding="utf-8") as stream:
        for number in range(count):
            stream.write(json.dumps({"id": f"q{number}", "question": next(varied), "row": number}) + "\n")


def start(folder: Path, output: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "factcheck", "batch", "in.jsonl", "-o", output, "--engine", "embedded"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL, env=environment)


def count_finished(job: Path) -> int:
    if not job.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{job}?mode=ro", uri=True, timeout=5)) as database:
            return int(database.execute("SELECT count(*) FROM results").fetchone()[0])
    except sqlite3.OperationalError:  # it has no tables yet
        return 0


def run_alone(folder: Path) -> None:
    started = time.monotonic()
    code = start(folder, "whole.jsonl").wait()
    print(f"left alone: exit code {code}, {time.monotonic() - started:.0f} s", flush=True)


def run_killed(folder: Path, count: int, kills: int, chance: random.Random) -> None:
    job = folder / "killed.jsonl.job"
    shares = sorted(chance.uniform(0.05, 0.95) for _ in range(kills))
    for share in [*shares, None]:
        before, started, went_on = count_finished(job), time.monotonic(), 0.0
        process = start(folder, "killed.jsonl")
        while process.poll() is None and (share is None or count_finished(job) < share * count):
            time.sleep(0.05)
            if not went_on and count_finished(job) > before:
                went_on = time.monotonic() - started
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        code = process.wait()
        seconds = time.monotonic() - started
        after = count_finished(job)
        print(
            f"from {before} to {after} finished in {seconds:.0f} s (first new one after {went_on:.1f} s),"
            f" ended with {code}",
            flush=True,
        )


def digest(file: Path) -> tuple[str, int]:
    """Return the hash of the records without their times, and their number."""
    found, count = hashlib.sha256(), 0
    for line in file.read_bytes().splitlines():
        record = json.loads(line)
        record.pop("timing_ms")
        found.update(json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")
        count += 1
    return found.hexdigest(), count


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--questions", type=int, default=1000)
    options.add_argument("--kills", type=int, default=3)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        indexing = [sys.executable, "-m", "factcheck", "index", *(str(ROOT / name) for name in FOLDERS)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run(indexing, cwd=folder, check=True, stderr=subprocess.DEVNULL, env=environment)
        write_input(folder / "in.jsonl", chosen.questions)
        run_alone(folder)
        run_killed(folder, chosen.questions, chosen.kills, random.Random(chosen.seed))
        whole, killed = digest(folder / "whole.jsonl"), digest(folder / "killed.jsonl")
        print(f"left alone: {whole[1]} records, {whole[0]}")
        print(f"killed:     {killed[1]} records, {killed[0]}")
    same = whole == killed and whole[1] == chosen.questions
    print("the same, byte for byte without timing_ms" if same else "THEY DIFFER")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
