"""Threads at an endpoint: fewer calls where it refuses them, and patience instead of failed records."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from askers import tasks_of
from fakes import Reply, answer, completion, error
from llm import FERRY, HARBOUR, QUESTION, build, scripted
from scripted_corpus import record, unknown_number

from factcheck.batch import limit, threads
from factcheck.batch.tasks import Asking, Done
from factcheck.batch.threads import TRIES, Threads
from factcheck.models import retry
from factcheck.models.overload import hearing_overload, tell_overload
from factcheck.settings import Settings
from factcheck.types import AnswerRecord, Failure

TOO_MANY = error(429, "Rate limit reached for requests")
REPLY = completion(answer(("The repair will cost 12 million euros.", [2])))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("threads"), {"harbour.txt": HARBOUR, "ferry.txt": FERRY})


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits are short."""
    monkeypatch.setattr(limit, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(limit, "BURST_SECONDS", 0.02)
    monkeypatch.setattr(limit, "LONGEST_PAUSE", 0.05)
    monkeypatch.setattr(retry, "FIRST_SECONDS", 0.01)


def answer_all(
    index: Path, monkeypatch: pytest.MonkeyPatch, *replies: Reply, always: Reply | None = None, items: int
) -> tuple[list[Done], Threads, int]:
    with scripted(index, monkeypatch, *replies, always=always) as (corpus, server):
        workers = Threads(Asking(corpus.settings), concurrency=4, asker=corpus)
        done = sorted(workers.run(iter(tasks_of(*[QUESTION] * items))), key=lambda each: each.position)
        workers.close()
        return done, workers, len(server.requests)


def test_a_burst_of_refusals_fails_nothing(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """40 refusals are more than four calls can bear by their own retries."""
    done, workers, calls = answer_all(index, monkeypatch, *[TOO_MANY] * 40, always=REPLY, items=12)
    assert [each.position for each in done] == list(range(12))
    assert {each.record["outcome"] for each in done} == {"answered"}
    assert calls == 40 + 12
    assert 1 <= workers.limit.allowed <= 4


def test_patience_has_an_end(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done, workers, calls = answer_all(index, monkeypatch, always=TOO_MANY, items=2)
    assert [each.record["failure"]["retryable"] for each in done] == [True, True]
    assert "limits the rate" in done[0].record["failure"]["error"]
    assert calls == 2 * TRIES * retry.ATTEMPTS
    assert workers.limit.slots(time.monotonic() + 1) == 1


@pytest.mark.parametrize("reply", [error(429, "You exceeded your current quota"), error(400, "no"), error(500, "no")])
def test_other_errors_are_not_waited_out(index: Path, monkeypatch: pytest.MonkeyPatch, reply: Reply) -> None:
    done, workers, calls = answer_all(index, monkeypatch, always=reply, items=2)
    assert [each.record["outcome"] for each in done] == ["failed"] * 2
    assert calls <= 2 * retry.ATTEMPTS
    assert workers.limit.allowed == 4


class Endpoint:
    """Refuses whatever is more than it bears at a time; counts how many there were."""

    def __init__(self, bears: int) -> None:
        self.bears = bears
        self.most = 0
        self.now = 0
        self.refused = 0
        self._lock = threading.Lock()

    def ask(self, question: str, **options: Any) -> AnswerRecord:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
            over = self.now > self.bears
            self.refused += over
        try:
            time.sleep(0.005)
            if not over:
                return record(question, unknown_number(), id=options["id"])
            tell_overload(Refusal(), None)
            return record(question, Failure("answer", "too many", True, "Wait."), id=options["id"])
        finally:
            with self._lock:
                self.now -= 1


class Refusal(Exception):
    status_code = 429


def test_concurrency_finds_what_the_endpoint_bears() -> None:
    endpoint = Endpoint(bears=3)
    workers = Threads(Asking(Settings(engine="openai")), concurrency=16, asker=endpoint)  # type: ignore[arg-type]
    done = list(workers.run(iter(tasks_of(*["Who?"] * 300))))
    assert sorted(each.position for each in done) == list(range(300))
    assert {each.record["outcome"] for each in done} == {"abstained"}
    assert endpoint.most <= 16 and workers.limit.allowed < 16
    assert endpoint.refused < 300  # without adapting, 13 of 16 are refused: about 1,300


def test_without_refusals_all_threads_are_used() -> None:
    endpoint = Endpoint(bears=99)
    workers = Threads(Asking(Settings(engine="openai")), concurrency=6, asker=endpoint)  # type: ignore[arg-type]
    assert len(list(workers.run(iter(tasks_of(*["Who?"] * 60))))) == 60
    assert endpoint.most == 6 and endpoint.refused == 0


def test_a_refusal_is_told_to_its_own_listener_only() -> None:
    first: list[float | None] = []
    second: list[float | None] = []
    tell_overload(Refusal(), 1.0)
    with hearing_overload(first.append):
        tell_overload(Refusal(), 2.0)
        with hearing_overload(second.append):
            tell_overload(Refusal(), None)
            tell_overload(ValueError(), 3.0)
        other = threading.Thread(target=lambda: tell_overload(Refusal(), 4.0))
        other.start()
        other.join()
    assert (first, second) == ([2.0], [None])


def test_tasks_are_not_taken_while_the_endpoint_wants_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limit, "LONGEST_PAUSE", 0.3)
    monkeypatch.setattr(threads, "TRIES", 2)
    taken: list[float] = []
    refusals = iter([0.3])

    class Pausing:
        def ask(self, question: str, **options: Any) -> AnswerRecord:
            wait = next(refusals, None)
            if wait is None:
                return record(question, unknown_number(), id=options["id"])
            tell_overload(Refusal(), wait)
            return record(question, Failure("answer", "too many", True, "Wait."), id=options["id"])

    def tasks() -> Iterator[Any]:
        for task in tasks_of(*["Who?"] * 3):
            taken.append(time.monotonic())
            yield task

    workers = Threads(Asking(Settings(engine="openai")), concurrency=1, asker=Pausing())  # type: ignore[arg-type]
    done = [each.position for each in workers.run(tasks())]
    assert done == [0, 1, 2]  # the refused one is the first to be asked again
    assert taken[1] - taken[0] >= 0.3
