"""Work in threads: it stops, fails as a failure, is forgotten, and belongs to whoever started it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from factcheck.errors import EndpointError, UsageError
from ui.work import MOST_KEPT, MOST_RUNNING, Work, Works

ANN, BOB = "ann", "bob"


def run(works: Works, call: Callable[[Work], Any], owner: str = ANN, kind: str = "check") -> Work:
    """Start work and wait for its end."""
    before = set(threading.enumerate())
    work = works.start(owner, kind, "A draft", call)
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
    assert work.state != "running"
    return work


def test_what_was_done_is_there() -> None:
    work = run(Works(), lambda work: work.advance("checking", 2, 3) or "result")
    assert (work.state, work.result, work.failure) == ("done", "result", None)
    assert (work.what, work.done, work.total) == ("checking", 2, 3)


def test_stopped_work_ends_at_its_next_step_and_has_no_result() -> None:
    at_work, go_on = threading.Event(), threading.Event()

    def call(work: Work) -> str:
        at_work.set()
        assert go_on.wait(10)
        work.advance("checking", 1, 2)
        return "never"

    works = Works()
    work = works.start(ANN, "check", "A draft", call)
    assert at_work.wait(10) and work.state == "running"
    (thread,) = [each for each in threading.enumerate() if each.name == "factcheck-check"]
    work.stop()
    go_on.set()
    thread.join(10)
    assert (work.state, work.result, work.failure) == ("stopped", None, None)


def test_a_known_error_is_a_failure_with_its_hint_and_no_path() -> None:
    def call(work: Work) -> None:
        raise EndpointError("no answer, see /srv/secret/log.txt", hint="Look at /etc/facts/key.", retryable=True)

    work = run(Works(), call)
    assert work.state == "failed" and work.result is None and work.failure is not None
    assert work.failure.error == "no answer, see log.txt" and work.failure.hint == "Look at key."
    assert work.failure.stage == "check" and work.failure.retryable


@pytest.mark.parametrize("error", [RuntimeError("/srv/secret.txt: token abc"), MemoryError(), SystemExit(3)])
def test_any_other_end_is_a_failure_that_says_nothing_of_the_inside(error: BaseException) -> None:
    def call(work: Work) -> None:
        raise error

    work = run(Works(), call)
    assert work.state == "failed" and work.failure is not None
    assert "secret" not in repr(work.failure) and "abc" not in repr(work.failure)


def test_everybody_sees_their_own_newest_first() -> None:
    works = Works()
    first, second = run(works, lambda _: 1), run(works, lambda _: 2)
    run(works, lambda _: 3, owner=BOB)
    run(works, lambda _: 4, kind="compare")
    assert works.of(ANN, "check") == [second, first]
    assert [each.result for each in works.of(BOB, "check")] == [3]
    assert works.of("eve", "check") == []


def test_what_is_dropped_is_told_to_stop_and_forgotten() -> None:
    works = Works()
    work = run(works, lambda _: 1)
    works.drop(work)
    works.drop(work)
    assert work.stopping.is_set() and works.of(ANN, "check") == []


def test_when_the_app_ends_all_work_is_told_to_stop_and_may_tidy_up() -> None:
    works, tidied = Works(), []

    def call(work: Work) -> None:
        try:
            while True:
                work.advance("waiting", 0, 0)
                time.sleep(0.01)
        finally:
            tidied.append(work.id)

    both = [works.start(owner, "compare", "Slow", call) for owner in (ANN, BOB)]
    works.stop_all(patience=10)
    assert [each.state for each in both] == ["stopped", "stopped"] and len(tidied) == 2


def test_the_oldest_of_one_owner_goes_and_nobody_elses() -> None:
    works = Works()
    kept = run(works, lambda _: "bob's", owner=BOB)
    for number in range(MOST_KEPT + 5):
        run(works, lambda _, number=number: number)
    results = [each.result for each in works.of(ANN, "check")]
    assert results == list(range(MOST_KEPT + 4, 4, -1))
    assert works.of(BOB, "check") == [kept]


def test_one_visitor_cannot_take_the_whole_machine() -> None:
    works, release = Works(), threading.Event()
    before = set(threading.enumerate())
    for _ in range(MOST_RUNNING):
        works.start(ANN, "check", "A draft", lambda _: release.wait(10))
    with pytest.raises(UsageError, match="too much running"):
        works.start(ANN, "compare", "Another", lambda _: None)
    assert run(works, lambda _: "done", owner=BOB).result == "done"
    release.set()
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
    assert run(works, lambda _: "again").result == "again"
