"""kill -9 at every step of a provider batch: the next run goes on, and nothing is paid for twice.

One process holds the loaded models and forks for each run; the run kills itself at the step that the test names.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from batch_server import BatchServer, Body, completion_body, question_of
from fakes import KEY
from llm import FERRY, HARBOUR, build
from places import ROOT
from test_provider import COST, QUESTIONS, SAYS, say

from factcheck.batch.inputs import Item
from factcheck.batch.jobs import Jobs, Selection

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

DRIVER = """
import importlib, json, os, signal, sys
import openai, langchain_openai
import factcheck.answering.llm_engine, factcheck.answering.embedded, factcheck.retrieval
from pathlib import Path
from factcheck.batch.inputs import Item
from factcheck.batch.jobs import Jobs
from factcheck.batch.provider import Polling, ProviderBatch
from factcheck.batch.runner import run_job
from factcheck.batch.tasks import Asking
from factcheck.models.parser import load_parser
from factcheck.settings import Settings

def arm(where, nth, after):
    module, _, path = where.partition(":")
    owner = importlib.import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    original, calls = getattr(owner, name), 0

    def step(*arguments, **options):
        nonlocal calls
        calls += 1
        if calls == nth and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*arguments, **options)
        if calls == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, step)

def run(index, job, questions, where, nth, after):
    if where:
        arm(where, nth, after)
    settings = Settings(index=index, engine="openai", cache=False, timeout=20.0)
    items = [Item(f"q{place}", question=question) for place, question in enumerate(questions)]
    with Jobs.open(Path(job), {"index": "i"}) as jobs:
        opener = lambda asking: ProviderBatch(asking, jobs, polling=Polling(first=0.01, longest=0.05))
        run_job(items, jobs, opener, asking=Asking(settings))

load_parser().parse("Loaded once.")
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        try:
            run(*json.loads(line))
        except BaseException as error:
            print(type(error).__name__, error, file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""

SERVICE, LEDGER = "factcheck.batch.provider_service:BatchService", "factcheck.batch.provider_ledger:Ledger"
# What is called: the first batch is noted (1 uploading, 2 uploaded, 3 created), read (4 begun, 5 read); then the
# second one, with the question whose first reply was off the schema, in the same way (6 to 10).
STEPS = [
    (f"{SERVICE}.upload", 1, False),
    (f"{SERVICE}.upload", 1, True),
    (f"{SERVICE}.create", 1, True),
    (f"{SERVICE}.look", 2, True),
    (f"{SERVICE}.download", 1, True),
    ("factcheck.batch.jobs:Jobs.save", 2, True),
    (f"{LEDGER}.keep", 5, False),
    (f"{LEDGER}.keep", 5, True),
    (f"{LEDGER}.keep", 7, False),
    (f"{SERVICE}.create", 2, True),
    ("factcheck.batch.jobs:Jobs.save", 5, True),
]


class Driver:
    """Runs jobs in processes of their own."""

    def __init__(self) -> None:
        environment = dict(os.environ, PYTHONPATH=str(ROOT), OPENAI_API_KEY=KEY)
        self._process = subprocess.Popen(
            [sys.executable, "-c", DRIVER], env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def run(self, index: Path, job: Path, where: str = "", nth: int = 0, after: bool = False) -> int:
        """Run a job and return its exit code."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(index), str(job), QUESTIONS, where, nth, after]) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("crash"), {"harbour.txt": HARBOUR, "ferry.txt": FERRY})


@pytest.fixture(scope="module")
def server() -> Iterator[BatchServer]:
    server = BatchServer(_prose_first)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def driver(server: BatchServer) -> Iterator[Driver]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_BASE_URL", server.address)
        driver = Driver()
    yield driver
    driver.close()


def _prose_first(body: Body) -> Any:
    if question_of(body) == COST and len(body["messages"]) == 2:
        return completion_body("Twelve million.")
    return say(body)


@pytest.mark.parametrize(("where", "nth", "after"), STEPS, ids=lambda value: str(value).rpartition(":")[2])
def test_a_killed_run_is_gone_on_with_and_nothing_is_paid_twice(
    where: str, nth: int, after: bool, index: Path, tmp_path: Path, server: BatchServer, driver: Driver
) -> None:
    server.paid.clear()
    server.batches.clear()
    server.files.clear()
    job = tmp_path / "out.job"
    assert driver.run(index, job, where, nth, after) == -signal.SIGKILL
    assert driver.run(index, job) == 0
    # Five questions and one that is asked once more.
    assert set(server.paid.values()) == {1} and len(server.paid) == 6
    assert len(server.batches) == 2
    with Jobs.open(job, {"index": "i"}) as jobs:
        jobs.register(Item(f"q{place}", question=question) for place, question in enumerate(QUESTIONS))
        jobs.select(Selection())
        finished = list(jobs.finished())
        spent = jobs.spent()
    assert [done.record["id"] for done in finished] == [f"q{place}" for place in range(5)]
    for done in finished:
        (citation,) = done.record["citations"]
        assert SAYS[done.record["question"]] in citation["quote"]
    assert sum(done.record["usage"]["cost_usd"] for done in finished) == pytest.approx(6 * 0.000105)
    assert spent.cost_usd == pytest.approx(6 * 0.000105)
