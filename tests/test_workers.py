"""Threads and processes answer the same, lose nothing, and leave nothing behind."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from askers import Obedient, open_and_die, open_nothing, open_obedient, process_of, tasks_of
from places import ROOT

from factcheck.batch.processes import Processes
from factcheck.batch.runner import Serial
from factcheck.batch.tasks import Asking, Done, Stopped, Task, Workers
from factcheck.batch.threads import Threads
from factcheck.batch.workers import open_workers
from factcheck.errors import IndexMissing, ModelError, UsageError
from factcheck.pipeline import Corpus
from factcheck.settings import Settings

ASKING = Asking(Settings(engine="embedded"))


@pytest.fixture
def processes() -> Iterator[Callable[..., Processes]]:
    opened: list[Processes] = []

    def start(count: int = 2, **changes: Any) -> Processes:
        opened.append(Processes(ASKING, processes=count, **{"opener": open_obedient, **changes}))
        return opened[-1]

    yield start
    for each in opened:
        each.close()
    assert not multiprocessing.active_children()


def run(workers: Workers, tasks: list[Task]) -> list[Done]:
    """Every task is answered exactly once; the answers in the order of the input."""
    done = sorted(workers.run(iter(tasks)), key=lambda each: each.position)
    assert [each.position for each in done] == [task.position for task in tasks]
    return done


def plain(done: Done) -> dict[str, Any]:
    """A record without what differs from one run to the next."""
    return {"record": {**done.record, "timing_ms": None}, "trace": done.trace}


@pytest.mark.slow
def test_all_workers_answer_alike(seed_index: Path) -> None:
    """In any order and with any number of threads, provenance and scores included."""
    rows = [json.loads(line) for line in (ROOT / "golden/questions.jsonl").read_text("utf-8").splitlines()[:12]]
    tasks = tasks_of(*(row["question"] for row in rows), "", "x" * 3000)
    asking = Asking(Settings(index=str(seed_index), engine="embedded", threads=2), trace=True)
    # Each process opens its corpus with one thread.
    alone = Asking(replace(asking.settings, threads=0), trace=True)
    with Corpus.open(settings=asking.settings) as corpus:
        expected = [plain(done) for done in run(Serial(corpus, asking), tasks)]
    assert expected[0]["trace"]["hits"] and expected[-1]["record"]["outcome"] == "failed"
    for workers in (Threads(asking, concurrency=3), Processes(alone, processes=2)):
        shuffled = tasks[::2] + tasks[1::2]
        found = sorted(workers.run(iter(shuffled)), key=lambda each: each.position)
        workers.close()
        assert [plain(done) for done in found] == expected
    assert not multiprocessing.active_children()


def test_results_come_one_by_one_and_few_tasks_are_taken_ahead(processes: Callable[..., Processes]) -> None:
    taken = []

    def tasks() -> Iterator[Task]:
        for task in tasks_of(*["Who?"] * 50):
            taken.append(task.position)
            yield task

    for workers in (processes(2), Threads(ASKING, concurrency=4, asker=Obedient())):
        taken.clear()
        answers = workers.run(tasks())
        next(answers)
        assert len(taken) <= 5
        assert len(list(answers)) == 49


def test_work_is_spread_and_processes_are_kept(processes: Callable[..., Processes]) -> None:
    workers = processes(2)
    first = {process_of(done.record) for done in run(workers, tasks_of(*["wait 0.05"] * 40))}
    again = {process_of(done.record) for done in run(workers, tasks_of(*["wait 0.05"] * 40))}
    assert first == again and len(first) == 2 and os.getpid() not in first


def test_one_question_starts_one_process(processes: Callable[..., Processes]) -> None:
    run(processes(2), tasks_of("Who?"))
    assert len(multiprocessing.active_children()) == 1


def test_no_task_is_no_process(processes: Callable[..., Processes]) -> None:
    assert run(processes(2), []) == []
    assert not multiprocessing.active_children()


def test_a_process_that_is_killed_is_replaced_and_its_task_is_done_again(processes: Callable[..., Processes]) -> None:
    workers = processes(2)
    done, killed = [], 0
    for each in workers.run(iter(tasks_of(*["wait 0.02"] * 60))):
        done.append(each)
        if len(done) in {10, 30}:
            killed = process_of(each.record)
            os.kill(killed, signal.SIGKILL)
    assert sorted(each.position for each in done) == list(range(60))
    assert {each.record["outcome"] for each in done} == {"abstained"}
    assert killed not in {process_of(each.record) for each in done[32:]}


def test_a_task_that_kills_its_process_once_is_answered(processes: Callable[..., Processes], tmp_path: Path) -> None:
    done = run(processes(2), tasks_of("Who?", f"die once {tmp_path / 'died'}", "When?"))
    assert [each.record["outcome"] for each in done] == ["abstained"] * 3


def test_a_task_that_kills_its_process_twice_is_a_failure_that_says_so(processes: Callable[..., Processes]) -> None:
    done = run(processes(2), tasks_of(*["Who?"] * 5, "die", *["When?"] * 5))
    assert [each.record["outcome"] for each in done] == ["abstained"] * 5 + ["failed"] + ["abstained"] * 5
    failure = done[5].record["failure"]
    assert "SIGKILL" in failure["error"] and failure["hint"] and failure["retryable"]
    assert done[5].record["id"] == "q5"


def test_an_unexpected_error_is_the_failure_of_its_item(processes: Callable[..., Processes]) -> None:
    for workers in (processes(2), Threads(ASKING, concurrency=2, asker=Obedient())):
        done = run(workers, tasks_of("Who?", "break", "When?"))
        assert [each.record["outcome"] for each in done] == ["abstained", "failed", "abstained"]
        assert "by zero" in done[1].record["failure"]["error"]


def test_a_spent_budget_stops_after_what_was_under_way(processes: Callable[..., Processes]) -> None:
    for workers in (processes(2), Threads(ASKING, concurrency=2, asker=Obedient())):
        done = []
        with pytest.raises(Stopped, match="the budget is spent"):
            for each in workers.run(iter(tasks_of("wait 0.3", "spend", *["wait 0.01"] * 200))):
                done.append(each.position)
        assert 0 in done and 1 not in done and len(done) < 200


def test_an_error_that_concerns_every_item_is_raised(processes: Callable[..., Processes], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="the model is missing") as caught:
        run(processes(2, opener=open_nothing), tasks_of("Who?", "When?"))
    assert caught.value.hint == "Install it."
    missing = Asking(Settings(index=str(tmp_path / "nowhere"), engine="embedded"))
    with pytest.raises(IndexMissing):
        list(Processes(missing, processes=2).run(iter(tasks_of("Who?", "When?"))))
    with pytest.raises(IndexMissing):
        Threads(missing)
    assert not multiprocessing.active_children()


def test_processes_that_never_get_ready_are_given_up(processes: Callable[..., Processes]) -> None:
    with pytest.raises(ModelError, match="SIGKILL"):
        run(processes(2, opener=open_and_die), tasks_of("Who?", "When?"))


def test_giving_up_waits_for_nothing(processes: Callable[..., Processes]) -> None:
    for workers in (processes(2), Threads(ASKING, concurrency=2, asker=Obedient())):
        answers = workers.run(iter(tasks_of("Who?", *["wait 30"] * 10)))
        next(answers)
        answers.close()  # type: ignore[attr-defined]  # it is a generator
        workers.close()
    assert not multiprocessing.active_children()


SCRIPT = """
import sys
sys.path[:0] = {paths!r}
from askers import open_obedient, tasks_of
from factcheck.batch.processes import Processes
from factcheck.batch.tasks import Asking
from factcheck.settings import Settings

if __name__ == "__main__":
    workers = Processes(Asking(Settings(engine="embedded")), processes=2, opener=open_obedient)
    try:
        for done in workers.run(iter(tasks_of(*["wait 0.2"] * 4, *["wait 60"] * 9))):
            print(done.record["abstention"]["explanation"].split()[-1], flush=True)
    except KeyboardInterrupt:
        workers.close()
        sys.exit(130)
"""


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_no_process_and_no_traceback_is_left_when_the_program_ends(tmp_path: Path, ending: signal.Signals) -> None:
    script = tmp_path / "job.py"
    script.write_text(SCRIPT.format(paths=[str(ROOT), str(ROOT / "tests")]), "utf-8")
    job = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a group of its own, all of which gets Ctrl-C, as at a terminal
    )
    assert job.stdout is not None
    pids = {int(job.stdout.readline()) for _ in range(4)}
    if ending == signal.SIGINT:
        os.killpg(job.pid, ending)
    else:
        job.kill()
    _, said = job.communicate(timeout=60)
    assert said == ""
    assert job.returncode == (130 if ending == signal.SIGINT else -signal.SIGKILL)
    deadline = time.monotonic() + 30
    while any(map(_is_alive, pids)):
        assert time.monotonic() < deadline, "a process outlives the program"
        time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # a zombie has ended; whoever inherits it has not looked yet


def test_workers_fit_the_engine(seed_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(index=str(seed_index))
    monkeypatch.setattr("factcheck.batch.workers.count_cores", lambda: 4)
    assert isinstance(open_workers(Asking(settings)), Processes)
    assert open_workers(Asking(settings), concurrency=3, items=1).name == "3 processes"
    assert [open_workers(Asking(settings), items=items).name for items in (17, 1000)] == ["2 processes", "4 processes"]
    few = open_workers(Asking(settings), items=16)
    assert few.name == "1 thread", "starting a process takes longer than answering them"
    few.close()
    for asking, concurrency in ((Asking(settings), 1), (Asking(replace(settings, threads=4)), None)):
        with_one = open_workers(asking, concurrency=concurrency)
        assert with_one.name == "1 thread"
        with_one.close()
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    shared = open_workers(Asking(settings))
    assert shared.name == "up to 8 threads"
    shared.close()
    assert isinstance(open_workers(Asking(settings, engine="embedded")), Processes)
    with pytest.raises(UsageError, match="at least 1"):
        open_workers(Asking(settings), concurrency=0)
