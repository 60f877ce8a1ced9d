"""The number of questions under way: half after a refusal, one more for every round without."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from factcheck.batch.limit import BURST_SECONDS, LONGEST_PAUSE, Limit


def test_it_begins_with_all_it_may_have() -> None:
    assert Limit.at_most(8).slots(0.0) == 8


def test_a_refusal_halves_it_and_a_burst_counts_once() -> None:
    limit = Limit.at_most(8).after_overload(10.0)
    for _ in range(7):
        limit = limit.after_overload(10.0 + BURST_SECONDS / 2)
    assert limit.allowed == 8 / 2
    assert limit.after_overload(10.0 + BURST_SECONDS * 2).allowed == 8 / 2 / 2


def test_never_fewer_than_one() -> None:
    limit = Limit.at_most(3)
    for second in range(20):
        limit = limit.after_overload(2.0 * second)
    assert limit.slots(1e9) == 1


def test_nothing_begins_before_the_server_wants_it() -> None:
    limit = Limit.at_most(4).after_overload(100.0, retry_after=7.0)
    assert (limit.slots(106.9), limit.slots(107.0)) == (0, 2)
    assert limit.pause(103.0) == 107.0 - 103.0
    assert limit.pause(200.0) == 0.0


def test_a_longer_wait_asked_for_in_the_same_burst_is_obeyed() -> None:
    limit = Limit.at_most(4).after_overload(100.0, retry_after=1.0).after_overload(100.1, retry_after=9.0)
    assert (limit.allowed, limit.resume) == (2.0, 100.1 + 9.0)


def test_a_server_cannot_stop_a_job_for_hours() -> None:
    assert Limit.at_most(4).after_overload(0.0, retry_after=86_400.0).resume == LONGEST_PAUSE


def test_without_a_wish_of_the_server_pauses_double_until_something_succeeds() -> None:
    limit, pauses = Limit.at_most(8), []
    for second in (0.0, 100.0, 200.0):
        limit = limit.after_overload(second)
        pauses.append(limit.pause(second))
    assert pauses == [0.5, 0.5 * 2, 0.5 * 2 * 2]
    assert limit.after_success().after_overload(300.0).pause(300.0) == 0.5


def test_it_grows_by_one_in_a_round_and_not_above_its_most() -> None:
    limit = Limit(most=4, allowed=2.0)
    for _ in range(3):  # two answers make about one more: 2 + 1/2 + 1/2.5 + 1/2.9 > 3
        limit = limit.after_success()
    assert limit.slots(0.0) == 3
    for _ in range(100):
        limit = limit.after_success()
    assert limit.allowed == 4


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e9)), max_size=60), st.integers(1, 64))
def test_whatever_happens_it_stays_within_its_bounds(events: list[float | None], most: int) -> None:
    limit, now = Limit.at_most(most), 0.0
    for event in events:
        now += 0.3
        limit = limit.after_success() if event is None else limit.after_overload(now, event)
        assert 1 <= limit.allowed <= most
        assert limit.pause(now) <= LONGEST_PAUSE + 1e-6
        assert limit.slots(now + LONGEST_PAUSE + 1e-6) >= 1
