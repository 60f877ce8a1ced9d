"""The store of a job: nothing is lost, nothing is paid for twice, nothing goes on unseen."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from scripted_corpus import ScriptedCorpus, denied, record, timed_out, unknown_number

from factcheck.batch.asking import carry
from factcheck.batch.items import Item
from factcheck.batch.job_file import JobChanged, JobDamaged, JobLocked
from factcheck.batch.jobs import Jobs, Selection
from factcheck.batch.runner import Limits, Progress, Serial, Summary, run_job
from factcheck.batch.tasks import Asking, Done, Stopped, Task
from factcheck.errors import FactcheckError, IndexLocked, UsageError
from factcheck.models.budget import BudgetSpent
from factcheck.settings import Settings
from factcheck.types import AnswerRecord, Failure, Usage

HEADER = {"engine": "embedded", "setting judge": "off", "index": "abc"}
JOB = Path("out.jsonl.job")
ASKING = Asking(Settings())


def questions(*texts: str, tags: Sequence[str] = ()) -> list[Item]:
    return [Item(str(line), question=text, line=line, tags=tuple(tags)) for line, text in enumerate(texts, 1)]


def run(items: list[Item], *replies: object, **options: Any) -> tuple[Summary, ScriptedCorpus]:
    corpus = ScriptedCorpus({}, replies)
    with Jobs.open(JOB, HEADER) as jobs:
        summary = run_job(items, jobs, lambda asking: Serial(corpus, asking), asking=ASKING, **options)
    return summary, corpus


def outcomes() -> list[tuple[str, str]]:
    with Jobs.open(JOB, HEADER) as jobs:
        jobs.select(Selection())
        return [(done.item.id, done.record["outcome"]) for done in jobs.finished()]


def paid(tokens: int = 120, cost: float | None = 0.01) -> AnswerRecord:
    """An answer that cost something."""
    return record("Who?", denied(), usage=Usage(tokens - 20, 20, cost))


def test_a_second_run_answers_only_what_is_open() -> None:
    first, _ = run(questions("a", "b", "c"), denied(), unknown_number(), limits=Limits(), select=Selection(limit=2))
    assert (first.selected, first.counts, first.answered) == (2, {"answered": 1, "abstained": 1}, 2)
    second, corpus = run(questions("a", "b", "c"), denied())
    assert corpus.questions == ["c"]
    assert (second.selected, second.answered, second.complete) == (3, 1, True)
    third, corpus = run(questions("a", "b", "c"))
    assert (third.answered, corpus.questions) == (0, [])


def test_workers_are_not_opened_for_nothing() -> None:
    run(questions("a"), denied())

    def refuse(asking: Asking) -> Serial:
        raise AssertionError("models would be loaded")

    with Jobs.open(JOB, HEADER) as jobs:
        assert run_job(questions("a"), jobs, refuse, asking=ASKING).complete
        bad = [*questions("a"), Item("x", problem="line 2 is not JSON", line=2)]
        assert run_job(bad, jobs, refuse, asking=ASKING).counts == {"answered": 1, "failed": 1}


def test_inputs_are_known_by_their_content() -> None:
    run(questions("a", "b", "c"), denied(), unknown_number(), denied())
    summary, corpus = run(questions("new", "c", "b"), timed_out())
    assert corpus.questions == ["new"]
    changes = summary.changes
    assert (changes.first, changes.new, changes.changed, changes.gone, changes.moved) == (False, 0, 1, 0, True)
    assert outcomes() == [("1", "failed"), ("2", "answered"), ("3", "abstained")]
    summary, corpus = run(questions("a", "b", "c"))
    assert corpus.questions == [], "what comes back was not forgotten"


def test_an_inserted_line_leaves_the_others_as_they_are() -> None:
    run(questions("a", "b", "c"), denied(), denied(), denied())
    summary, corpus = run(questions("a", "new", "b", "c"), denied())
    assert corpus.questions == ["new"]
    assert (summary.changes.new, summary.changes.gone, summary.changes.moved) == (1, 0, False)


def test_an_item_with_an_id_of_its_own_is_changed_when_its_text_is() -> None:
    item = Item("q1", question="a", extra={"row": 1}, line=1)
    run([item], denied())
    for changed in (
        Item("q1", question="b", extra={"row": 1}, line=1),
        Item("q1", question="b", extra={"row": 2}, line=1),
    ):
        summary, _ = run([changed], denied())
        assert (summary.changes.changed, summary.answered) == (1, 1)
    summary, _ = run([Item("q2", question="b", extra={"row": 2}, line=1)], denied())
    assert (summary.changes.new, summary.changes.gone) == (1, 1)


def test_the_same_line_twice_is_answered_twice_and_matched_one_by_one() -> None:
    run(questions("a", "a", "a"), denied(), unknown_number(), denied())
    assert [outcome for _, outcome in outcomes()] == ["answered", "abstained", "answered"]
    summary, corpus = run(questions("a", "a"))
    assert (corpus.questions, summary.changes.gone) == ([], 1)
    _, corpus = run(questions("a", "a", "a", "a"), denied())
    assert corpus.questions == ["a"]


def test_failures_that_may_pass_are_tried_again_and_others_only_on_request() -> None:
    run(questions("a", "b", "c"), denied(), timed_out(), UsageError("the question is empty"))
    summary, corpus = run(questions("a", "b", "c"), IndexLocked("busy", retryable=True))
    assert (corpus.questions, summary.counts["failed"]) == (["b"], 2)
    summary, corpus = run(questions("a", "b", "c"), denied(), denied(), select=Selection(retry_failed=True))
    assert (corpus.questions, summary.counts) == (["b", "c"], {"answered": 3})


def test_a_failure_stays_until_there_is_something_better() -> None:
    run(questions("a"), timed_out())
    with pytest.raises(KeyboardInterrupt):
        run(questions("a"), KeyboardInterrupt())
    assert outcomes() == [("1", "failed")]


def test_a_shuffled_limit_is_the_same_sample_whenever_it_is_drawn() -> None:
    items = questions(*map(str, range(200)))
    samples = []
    for seed in (1, 1, 2):
        JOB.unlink(missing_ok=True)
        _, corpus = run(items, *[denied()] * 20, select=Selection(limit=20, shuffle=True, seed=seed))
        samples.append(corpus.questions)
        ids = [int(id) for id, _ in outcomes()]
        assert ids == sorted(ids), "the output is in the order of the input"
    assert samples[0] == samples[1] != samples[2]
    assert samples[0] != sorted(samples[0], key=int)


def test_a_tag_chooses_and_an_unknown_one_is_refused() -> None:
    items = [*questions("a", tags=["who", "list"]), Item("b", question="b", tags=("when",), line=2)]
    _, corpus = run(items, denied(), select=Selection(only=("when", "why")))
    assert corpus.questions == ["b"]
    with pytest.raises(UsageError, match="no input has the tag why") as caught:
        run(items, select=Selection(only=("why",)))
    assert "list, when, who" in caught.value.hint


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"setting judge": "on"}, "the setting judge was off and is on"),
        ({"index": "def"}, "the index has changed"),
        ({"engine": "openai", "endpoint": "https://a.example/v1"}, "the endpoint was not set and is https://a"),
    ],
)
def test_a_job_begun_otherwise_is_not_gone_on_with_in_silence(change: dict[str, str], words: str) -> None:
    run(questions("a"), denied())
    before = JOB.read_bytes()
    with pytest.raises(JobChanged, match=words) as caught:
        Jobs.open(JOB, {**HEADER, **change})
    assert "--keep-answers" in caught.value.hint and "--restart" in caught.value.hint
    assert JOB.read_bytes() == before
    with Jobs.open(JOB, {**HEADER, **change}, keep_answers=True) as jobs:
        jobs.select(Selection())
        assert jobs.counts() == {"answered": 1}
    Jobs.open(JOB, {**HEADER, **change}).close()


def test_a_restart_keeps_the_old_job() -> None:
    for number in range(3):
        with Jobs.open(JOB, {"engine": str(number)}, restart=True) as jobs:
            jobs.set_note("which", str(number))
    names = {"out.jsonl.job.old": "0", "out.jsonl.job.old2": "1", "out.jsonl.job": "2"}
    for name, which in names.items():
        with Jobs.open(Path(name), {"engine": which}) as jobs:
            assert jobs.note("which") == which


def test_two_runs_of_one_job_are_refused() -> None:
    with Jobs.open(JOB, HEADER), pytest.raises(JobLocked, match="another process works on the job"):
        Jobs.open(JOB, HEADER)
    Jobs.open(JOB, HEADER).close()


@pytest.mark.parametrize("damage", ["text", "database", "torn", "middle", "newer"])
def test_a_damaged_job_is_neither_used_nor_overwritten(damage: str) -> None:
    run(questions(*map(str, range(50))), *[denied()] * 50)
    content = JOB.read_bytes()
    if damage == "text":
        JOB.write_text("not a job\n" * 100)
    elif damage == "torn":
        JOB.write_bytes(content[: len(content) // 2])
    elif damage == "middle":
        JOB.write_bytes(content[:8192] + b"\xff" * 8192 + content[16384:])
    else:
        JOB.unlink()
        with sqlite3.connect(JOB) as database:
            database.execute("CREATE TABLE t(x)")
            if damage == "newer":
                database.executescript(f"PRAGMA application_id = {0x66636A62}; PRAGMA user_version = 99")
        database.close()
    damaged = JOB.read_bytes()
    with pytest.raises(JobDamaged) as caught:
        Jobs.open(JOB, HEADER)
    assert "--restart" in caught.value.hint
    assert JOB.read_bytes() == damaged
    Jobs.open(JOB, HEADER, restart=True).close()
    assert Path(f"{JOB}.old").read_bytes() == damaged


def test_a_full_disk_is_said_and_what_was_finished_is_kept() -> None:
    items = questions(*map(str, range(100)))
    corpus = ScriptedCorpus({}, [denied()] * 100)
    with Jobs.open(JOB, HEADER) as jobs:
        jobs.register(items)
        pages = jobs._connection.execute("PRAGMA page_count").fetchone()[0]
        jobs._connection.execute(f"PRAGMA max_page_count = {pages + 10}")
        with pytest.raises(FactcheckError, match="the disk is full") as caught:
            run_job(items, jobs, lambda asking: Serial(corpus, asking), asking=ASKING)
        assert "same command" in caught.value.hint
    kept = len(outcomes())
    assert 0 < kept == len(corpus.questions) - 1
    _, corpus = run(items, *[denied()] * (100 - kept))
    assert len(corpus.questions) == 100 - kept


@pytest.mark.skipif(shutil.os.name != "posix", reason="folders have no such permissions")  # type: ignore[attr-defined]
def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(FactcheckError, match=r"cannot be (written|read)") as caught:
        Jobs.open(blocked / "out.job", HEADER)
    assert "permissions" in caught.value.hint


def test_notes_are_kept() -> None:
    with Jobs.open(JOB, HEADER) as jobs:
        assert jobs.note("batch") is None
        jobs.set_note("batch", "b_1")
        jobs.set_note("batch", "b_2")
    with Jobs.open(JOB, HEADER) as jobs:
        assert jobs.note("batch") == "b_2"


def test_what_was_used_is_counted_over_all_runs_and_attempts() -> None:
    failure = record("a", Failure("answer", "no reply", True, "Again."), usage=Usage(100, 0, 0.02))
    run(questions("a", "b"), failure, paid())
    summary, _ = run(questions("a", "b"), paid(cost=None))
    assert summary.spent.tokens == 100 + 120 + 120
    assert summary.spent.cost_usd == pytest.approx(0.03)


def test_a_limit_of_tokens_stops_before_the_next_input_and_counts_earlier_runs() -> None:
    items = questions("a", "b", "c", "d")
    summary, corpus = run(items, paid(), paid(), limits=Limits(max_tokens=200))
    assert corpus.questions == ["a", "b"]
    assert isinstance(summary.stopped, Stopped) and "240 of 200 tokens" in summary.stopped.message
    assert not summary.complete and summary.counts == {"answered": 2}
    summary, corpus = run(items, limits=Limits(max_tokens=200))
    assert (corpus.questions, summary.answered) == ([], 0) and summary.stopped is not None
    summary, _ = run(items, paid(), paid(), limits=Limits(max_tokens=1000))
    assert summary.complete and summary.stopped is None


def test_a_budget_of_the_job_counts_earlier_runs_and_workers_get_what_is_left() -> None:
    items = questions("a", "b", "c")
    given: list[float] = []
    corpus = ScriptedCorpus({}, [paid(cost=0.3), paid(cost=0.3), BudgetSpent("the call may cost 0.5 USD")])

    def open_workers(asking: Asking) -> Serial:
        given.append(asking.settings.budget_usd)
        return Serial(corpus, asking)

    for limit in (1, 2, 3):
        with Jobs.open(JOB, HEADER) as jobs:
            summary = run_job(
                items, jobs, open_workers, asking=ASKING, limits=Limits(1.0), select=Selection(limit=limit)
            )
    assert given == pytest.approx([1.0, 0.7, 0.4])
    assert summary.stopped is not None and summary.counts == {"answered": 2}, "no failure is recorded"
    assert [id for id, _ in outcomes()] == ["1", "2"]


def test_a_spent_budget_opens_nothing() -> None:
    run(questions("a"), paid(cost=1.0))
    summary, _ = run(questions("a", "b"), limits=Limits(0.5))
    assert summary.stopped is not None and "budget of 0.5 USD is spent" in summary.stopped.message


def test_a_budget_needs_a_price(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    asking = Asking(Settings(engine="openai", model="unheard-of"))
    with Jobs.temporary() as jobs, pytest.raises(UsageError, match="price of unheard-of is not known"):
        run_job(
            questions("a"), jobs, lambda asking: Serial(ScriptedCorpus({}), asking), asking=asking, limits=Limits(1)
        )


class OutOfOrder:
    """Workers that finish in reverse, three at a time."""

    name = "reversed"

    def run(self, tasks: Iterator[Task]) -> Iterator[Done]:
        batch = list(tasks)
        for task in reversed(batch):
            yield Done(task.position, record(task.item.question or "", denied()).to_dict(), {"hits": [], "read": 3})

    def close(self) -> None:
        pass


def test_records_come_in_the_order_of_the_input_with_their_own_fields_and_traces() -> None:
    items = [Item(f"q{n}", question=str(n), extra={"n": n}, line=n) for n in range(300)]
    with Jobs.open(JOB, HEADER) as jobs:
        jobs.register(items)
        run_job(items, jobs, lambda asking: OutOfOrder(), asking=ASKING)
        records = [(carry(done.item, done.record), done.trace) for done in jobs.finished()]
    assert [(wire["id"], wire["question"], wire["n"]) for wire, _ in records] == [
        (f"q{n}", str(n), n) for n in range(300)
    ]
    assert all(trace == {"hits": [], "read": 3} for _, trace in records)


def test_the_first_gap_ends_what_is_ready() -> None:
    items = questions("a", "b", "c")
    with Jobs.open(JOB, HEADER) as jobs:
        jobs.register(items)
        jobs.select(Selection())
        for position in (2, 0):
            jobs.save(Done(position, record("x", denied()).to_dict()))
        assert [done.position for done in jobs.finished(gaps=False)] == [0]
        assert [done.position for done in jobs.finished(after=0, gaps=False)] == []
        assert [done.position for done in jobs.finished()] == [0, 2]


def test_any_text_survives_the_store() -> None:
    text = "“q” \ud800 \u2028 \x00 \U0001f600"
    item = Item(text, question=text, extra={text: [text, 1.5, None, {"a": True}]}, line=1)
    _, corpus = run([item], denied())
    assert corpus.questions == [text]
    with Jobs.open(JOB, HEADER) as jobs:
        jobs.select(Selection())
        (done,) = jobs.finished()
    assert done.item == item
    _, corpus = run([item])
    assert corpus.questions == []


def test_progress_counts_what_was_finished_before() -> None:
    states: list[Progress] = []
    run(questions("a", "b", "c"), denied(), select=Selection(limit=1))
    run(questions("a", "b", "c"), timed_out(), paid(), progress=states.append)
    assert [(state.done, state.total, state.failed) for state in states] == [(2, 3, 1), (3, 3, 1)]
    assert states[-1].cost_usd == 0.01 and states[-1].seconds_left == 0


def test_a_temporary_job_leaves_nothing() -> None:
    with Jobs.temporary() as jobs:
        folder = jobs.path.parent
        jobs.register(questions("a"))
        assert folder.is_dir()
    assert not folder.exists()


def test_a_job_holds_no_secret() -> None:
    assert "secret" not in json.dumps(Settings(chroma_token="secret").shaping())
