"""Kill -9, SIGTERM and a closed pipe at any instant: what was finished stays, and is not paid for twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from places import ROOT

SCRIPT = ROOT / "tests" / "scripted_batch.py"
QUESTIONS = 300
MOST_RUNS = 60


def write_questions(count: int = QUESTIONS) -> None:
    lines = [
        json.dumps({"id": f"q{number}", "question": f"Who {'x' * (number % 7)} {number}?"}) for number in range(count)
    ]
    Path("in.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


@contextmanager
def batch(index: Path, ledger: str, output: str, *flags: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, str(SCRIPT), ledger, "batch", "in.jsonl", "-o", output, *flags]
    environment = {**os.environ, "FACTCHECK_INDEX": str(index), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def finish(index: Path, ledger: str, output: str, *flags: str) -> str:
    with batch(index, ledger, output, *flags) as process:
        _, error = process.communicate()
    assert process.returncode == 0, error.decode()
    return error.decode()


def answered(ledger: str) -> Counter[str]:
    path = Path(ledger)
    return Counter(path.read_text("utf-8").splitlines()) if path.exists() else Counter()


def wait_for(ledger: str, count: int) -> None:
    while answered(ledger).total() < count:
        time.sleep(0.01)


def test_a_run_that_is_killed_again_and_again_comes_to_the_same_file(seed_index: Path) -> None:
    write_questions()
    finish(seed_index, "whole.txt", "whole.jsonl")
    chance = random.Random(4)
    kills = 0
    for _ in range(MOST_RUNS):
        with batch(seed_index, "killed.txt", "killed.jsonl") as process:
            try:
                # Before the job is there, while it is filled, and while the output is written.
                process.wait(timeout=chance.uniform(0.2, 2.5))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                kills += 1
                continue
            assert process.stderr is not None
            assert process.returncode == 0, process.stderr.read().decode()
            break
    else:
        finish(seed_index, "killed.txt", "killed.jsonl")
    assert kills
    assert Path("killed.jsonl").read_bytes() == Path("whole.jsonl").read_bytes()
    asked = answered("killed.txt")
    assert len(asked) == QUESTIONS
    assert asked.total() - QUESTIONS <= kills, "more than what was in flight was asked again"


def test_a_kill_while_the_output_is_written_leaves_the_old_output(seed_index: Path) -> None:
    write_questions(50)
    finish(seed_index, "ledger.txt", "out.jsonl")
    whole = Path("out.jsonl").read_bytes()
    for _ in range(5):
        with batch(seed_index, "ledger.txt", "out.jsonl") as process:
            time.sleep(0.5)
        assert process.wait() in (-signal.SIGKILL, 0)
        assert Path("out.jsonl").read_bytes() == whole
    assert answered("ledger.txt").total() == 50


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_clean_stop_keeps_the_old_output_and_writes_what_was_answered(seed_index: Path, number: int) -> None:
    write_questions(5000)
    output, partial = Path("out.jsonl"), Path("out.jsonl.partial")
    output.write_text("old\n")
    with batch(seed_index, "ledger.txt", "out.jsonl") as process:
        wait_for("ledger.txt", 20)
        process.send_signal(number)
        _, error = process.communicate()
    assert process.returncode == 130
    assert "out.jsonl.partial" in error.decode() and "the same command goes on" in error.decode()
    assert "error: interrupted" in error.decode()
    assert output.read_text() == "old\n"
    records = [json.loads(line) for line in partial.read_text("utf-8").splitlines()]
    assert [record["id"] for record in records] == [f"q{n}" for n in range(len(records))]
    assert 0 <= answered("ledger.txt").total() - len(records) <= 1
    write_questions(len(records) + 1)
    finish(seed_index, "ledger.txt", "out.jsonl")
    assert not partial.exists()
    assert answered("ledger.txt").total() <= len(records) + 2


def test_a_second_process_on_the_same_job_is_refused_and_the_first_goes_on(seed_index: Path) -> None:
    write_questions(1500)
    with batch(seed_index, "first.txt", "out.jsonl") as first:
        wait_for("first.txt", 5)
        with batch(seed_index, "second.txt", "out.jsonl") as second:
            _, error = second.communicate()
        assert first.poll() is None, "the first run was too fast for this test"
        assert second.returncode == 1
        assert "another process works on the job" in error.decode()
        first.communicate()
    assert first.returncode == 0
    assert not answered("second.txt")


def test_a_reader_that_goes_away_ends_a_stream_without_a_word(seed_index: Path) -> None:
    write_questions(2000)
    with batch(seed_index, "ledger.txt", "-") as process:
        assert process.stdout is not None and process.stderr is not None
        first = json.loads(process.stdout.readline())
        process.stdout.close()
        error = process.stderr.read().decode()
        process.wait()
    assert first["id"] == "q0"
    assert "Traceback" not in error and "bug" not in error
    assert answered("ledger.txt").total() < 2000
