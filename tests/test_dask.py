"""A real cluster on this machine: same records, a killed worker's tasks done by the others, clear errors."""

from __future__ import annotations

import builtins
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from askers import open_nothing, open_obedient, process_of, tasks_of
from llm import FERRY, HARBOUR, QUESTION, build

from factcheck.batch.dask import Dask, Flight
from factcheck.batch.dask_worker import Job, answer_there, find_problem
from factcheck.batch.runner import Serial
from factcheck.batch.tasks import Asking, Done, Stopped, Task
from factcheck.errors import FactcheckError, IndexMissing, ModelError, UsageError
from factcheck.pipeline import Corpus
from factcheck.settings import Settings

pytest.importorskip("distributed")
pytestmark = [
    pytest.mark.slow,
    # `distributed` leaves sockets and event loops to the collector when a worker is killed.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("dask"), {"harbour.txt": HARBOUR, "ferry.txt": FERRY})


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    from distributed import LocalCluster

    # Without a port of its own it insists on 8787, which another cluster may have.
    options: dict[str, Any] = {"dashboard_address": "127.0.0.1:0", "memory_limit": 0, "silence_logs": 50}
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **options) as cluster:
        yield cluster


@pytest.fixture
def asking(index: Path) -> Asking:
    return Asking(Settings(index=str(index), engine="embedded"))


def test_a_cluster_answers_as_one_process_does(cluster: Any, asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a relative path too, which the workers could not find."""
    tasks = tasks_of(QUESTION, "Who denied that the bridge was unsafe?", "How many sailors were hired?", "")
    folder = Path(asking.settings.index)
    monkeypatch.chdir(folder.parent)
    near = replace(asking, settings=replace(asking.settings, index=folder.name), trace=True)
    with Corpus.open(settings=asking.settings) as corpus:
        expected = list(Serial(corpus, near).run(iter(tasks)))
    workers = Dask(near, cluster.scheduler_address)
    found = sorted(workers.run(iter(tasks)), key=lambda done: done.position)
    workers.close()
    assert len(found) == len(expected) == 4
    for one, other in zip(found, expected, strict=True):
        assert {**one.record, "timing_ms": None} == {**other.record, "timing_ms": None}
        assert one.trace == other.trace


def test_the_tasks_of_a_killed_worker_are_done_by_the_others(cluster: Any, asking: Asking) -> None:
    workers = Dask(asking, cluster.scheduler_address, opener=open_obedient)
    done, killed = [], 0
    for each in workers.run(iter(tasks_of(*["wait 0.05"] * 60))):
        done.append(each)
        if len(done) == 10:
            killed = process_of(each.record)
            os.kill(killed, signal.SIGKILL)
    workers.close()
    assert sorted(each.position for each in done) == list(range(60))
    assert {each.record["outcome"] for each in done} == {"abstained"}
    assert killed not in {process_of(each.record) for each in done[20:]}


class ScriptedClient:
    """A cluster whose workers die on one question; real deaths also end the nannies that start workers."""

    def __init__(self, deadly: str, blamed: str) -> None:
        self.deadly = deadly
        self.blamed = [blamed]
        self.sent: list[str] = []

    def nthreads(self) -> dict[str, int]:
        return {"tcp://a": 2}

    def submit(self, work: Any, task: Task, job: Job, *, pure: bool) -> ScriptedFuture:
        assert work is answer_there and not pure
        question = task.item.question or ""
        self.sent.append(question)
        if question == self.deadly or question in self.blamed:
            self.blamed = []
            return ScriptedFuture("error", None)
        return ScriptedFuture("finished", Done(task.position, {"outcome": "abstained"}))


@dataclass(eq=False)
class ScriptedFuture:
    status: str
    done: Done | None

    def add_done_callback(self, tell: Callable[[Any], None]) -> None:
        tell(self)

    def result(self) -> Done | None:
        return self.done

    def exception(self) -> Exception:
        from distributed import KilledWorker
        from distributed.scheduler import WorkerState

        return KilledWorker("task", WorkerState.__new__(WorkerState), 3)


def test_a_task_whose_workers_die_is_tried_alone_and_then_a_failure(asking: Asking) -> None:
    """A task that was only in store at a worker that died is blamed by the scheduler too, and answered."""
    client = ScriptedClient("die", blamed="Who?")
    flight = Flight(client, Job(asking, "", "", open_obedient), "tcp://x")
    tasks = iter(tasks_of("Who?", "die", "When?"))
    found = {}
    flight.fill(tasks)
    while flight.pending:
        done = flight.land()
        if done is not None:
            assert isinstance(done, Done)
            found[done.position] = done.record
        flight.fill(tasks)
    assert client.sent == ["Who?", "die", "When?", "Who?", "die"]
    assert [found[place]["outcome"] for place in range(3)] == ["abstained", "failed", "abstained"]
    assert "4 workers died" in found[1]["failure"]["error"] and found[1]["failure"]["retryable"]


def test_a_spent_budget_stops_the_job(cluster: Any, asking: Asking) -> None:
    workers = Dask(asking, cluster.scheduler_address, opener=open_obedient)
    done = []
    with pytest.raises(Stopped, match="the budget is spent"):
        for each in workers.run(iter(tasks_of("Who?", "spend", *["wait 0.01"] * 300))):
            done.append(each.position)
    workers.close()
    assert 1 not in done and len(done) < 300


def test_an_error_that_concerns_every_task_is_raised(cluster: Any, asking: Asking) -> None:
    workers = Dask(asking, cluster.scheduler_address, opener=open_nothing)
    with pytest.raises(ModelError, match="the model is missing"):
        list(workers.run(iter(tasks_of("Who?", "When?"))))
    workers.close()


def test_giving_up_leaves_the_cluster_usable(cluster: Any, asking: Asking) -> None:
    workers = Dask(asking, cluster.scheduler_address, opener=open_obedient)
    answers = workers.run(iter(tasks_of(*["wait 0.01"] * 100)))
    next(answers)
    answers.close()  # type: ignore[attr-defined]  # it is a generator
    assert len(list(workers.run(iter(tasks_of("Who?"))))) == 1
    workers.close()


def test_a_wrong_address_is_an_error_soon(asking: Asking) -> None:
    begun = time.monotonic()
    for address in ("tcp://127.0.0.1:9", "nonsense://x", "127.0.0.1:99999"):
        with pytest.raises(FactcheckError, match=address.split(":")[-1]) as caught:
            Dask(asking, address)
        assert caught.value.hint
    assert time.monotonic() - begun < 120  # far above what three attempts may take; a hang is longer


def test_a_missing_package_says_how_to_install_it(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "distributed":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(UsageError) as caught:
        Dask(asking, "tcp://127.0.0.1:9")
    assert 'pip install "factcheck[dask]"' in caught.value.hint


def test_a_missing_index_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        Dask(Asking(Settings(index=str(tmp_path / "nowhere"), engine="embedded")), "tcp://127.0.0.1:9")


def test_a_worker_says_why_it_cannot_do_a_job(asking: Asking, index: Path, tmp_path: Path) -> None:
    from factcheck import __version__
    from factcheck.index.store import Store

    store = Store.open(index)
    job = Job(asking, __version__, store.fingerprint(), open_obedient)
    store.close()
    assert find_problem(job) is None
    elsewhere = replace(asking, settings=replace(asking.settings, index=str(tmp_path / "nowhere")))
    for wrong, said in (
        (replace(job, version="0.0.0"), "0.0.0"),
        (replace(job, index="another"), "another index"),
        (replace(job, asking=elsewhere), "nowhere"),
        (replace(job, asking=replace(asking, engine="openai")), "no endpoint"),
    ):
        problem = find_problem(wrong)
        assert problem is not None and said in problem.message and problem.hint
