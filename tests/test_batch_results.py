"""Reading a job beside whoever works on it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scripted_corpus import ScriptedCorpus, denied, refuted, timed_out, unknown_number

from factcheck.batch.inputs import open_items
from factcheck.batch.job_file import JobDamaged
from factcheck.batch.jobs import Jobs, Selection
from factcheck.batch.preview import preview
from factcheck.batch.results import Results, choose
from factcheck.batch.runner import Serial, run_job
from factcheck.batch.tasks import Asking
from factcheck.batch.writing import write_finished
from factcheck.settings import Settings

JOB = Path("out.csv.job")
LINES = (
    {"question": "Who denied the request?", "desk": "world"},
    {"question": "How many drones?", "desk": "data"},
    {"claim": "China confirmed it.", "desk": "world"},
    {"question": "Who failed?", "desk": "=1+1"},
)


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    with Jobs.open(JOB, {"engine": "embedded"}) as jobs:
        yield jobs


def write_input(*lines: dict[str, str]) -> None:
    Path("in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def work(jobs: Jobs, *replies: Any, **select: Any) -> None:
    """Answer what is open; the error that ends the replies stops the run, as a kill would."""
    corpus = ScriptedCorpus({}, replies)
    run_job(
        open_items("in.jsonl"),
        jobs,
        lambda asking: Serial(corpus, asking),
        asking=Asking(Settings()),
        select=Selection(**select),
    )


def outcomes(results: Results) -> list[str]:
    results.refresh()
    return [row.outcome for row in results.rows]


def test_what_is_finished_shows_while_the_job_is_worked_on(jobs: Jobs) -> None:
    write_input(LINES[0], LINES[1], LINES[3], LINES[2])
    results = Results(JOB)
    results.refresh()
    assert results.rows == [] and results.counts() == {}
    with pytest.raises(KeyboardInterrupt):
        work(jobs, denied(), unknown_number(), KeyboardInterrupt())
    assert outcomes(results) == ["answered", "abstained", "open", "open"]
    first, second, _, last = results.rows
    assert (first.asked, first.gist) == ("Who denied the request?", "Zhao Lijian; Dmitry Peskov")
    assert len(first.files) == 3 and results.files()[first.files[0]] == 1
    assert second.gist == "Sentences mention drones, but none gives a number."
    assert (last.asked, last.is_claim, last.gist) == ("China confirmed it.", True, "")
    changes = results.changes
    results.refresh()
    assert results.changes == changes
    work(jobs, timed_out(), refuted())
    assert outcomes(results) == ["answered", "abstained", "failed", "checked"]
    assert results.changes > changes
    assert (results.rows[3].verdict, results.rows[2].retryable) == ("refuted", True)


def test_a_record_that_was_made_again_is_seen_even_where_it_was_the_last(jobs: Jobs) -> None:
    write_input(LINES[3], LINES[0])
    work(jobs, denied(), timed_out())
    results = Results(JOB)
    assert outcomes(results) == ["answered", "failed"]
    work(jobs, unknown_number(), retry_failed=True)
    assert outcomes(results) == ["answered", "abstained"]


def test_a_job_that_is_begun_anew_is_read_anew(jobs: Jobs) -> None:
    write_input(*LINES[:2])
    work(jobs, denied(), unknown_number())
    results = Results(JOB)
    assert outcomes(results) == ["answered", "abstained"]
    jobs.close()
    with Jobs.open(JOB, {"engine": "embedded"}, restart=True) as fresh:
        assert outcomes(results) == []
        work(fresh, timed_out(), denied())
        assert outcomes(results) == ["failed", "answered"]


def test_a_record_is_read_by_its_position(jobs: Jobs) -> None:
    write_input(*LINES)
    with pytest.raises(KeyboardInterrupt):
        work(jobs, denied(), KeyboardInterrupt())
    results = Results(JOB)
    found = results.read(0)
    assert found is not None and found.item.extra == {"desk": "world"}
    assert found.record["short_answer"] == "Zhao Lijian; Dmitry Peskov"
    assert results.read(1) is None and results.read(99) is None and Results(Path("none")).read(0) is None


def test_many_are_read_page_by_page_and_written_as_the_command_writes_them(jobs: Jobs) -> None:
    write_input(*({"question": f"Who was number {number}?", "desk": "=1+1"} for number in range(150)))
    work(jobs, *[unknown_number() for _ in range(150)])
    results = Results(JOB)
    items = open_items("in.jsonl")
    assert [each.item.id for each in results.finished()] == [str(number) for number in range(1, 151)]
    write_finished(results.finished(), items, Path("read.csv"), format="csv")
    write_finished(jobs.finished(), items, Path("worked.csv"), format="csv")
    assert Path("read.csv").read_bytes() == Path("worked.csv").read_bytes()
    assert b",'=1+1," in Path("read.csv").read_bytes()


def test_reading_leaves_nothing_behind_and_disturbs_nobody(jobs: Jobs) -> None:
    write_input(LINES[0])
    work(jobs, denied())
    results = Results(JOB)
    results.refresh()
    jobs.close()
    assert outcomes(results) == ["answered"]
    assert results.header() == {"engine": "embedded"} and results.spent().tokens == 0
    with Jobs.open(JOB, {"engine": "embedded"}) as again:
        assert again.counts() == {}  # nothing is selected yet
        work(again)
    assert outcomes(results) == ["answered"]


def test_what_is_no_job_is_said_to_be_damaged() -> None:
    JOB.write_bytes(b"no database" * 500)
    with pytest.raises(JobDamaged):
        Results(JOB).refresh()


def test_a_job_that_is_only_just_being_made_is_empty() -> None:
    JOB.touch()
    assert outcomes(Results(JOB)) == []
    sqlite3.connect(JOB).close()
    assert Results(JOB).header() == {}


@pytest.mark.parametrize(
    ("wanted", "positions"),
    [
        ({}, [0, 1, 2, 3]),
        ({"outcome": "failed"}, [3]),
        ({"outcome": "refuted"}, [2]),
        ({"words": "  ZHAO "}, [0]),
        ({"words": "drones"}, [1]),
        ({"words": "4"}, [3]),
        ({"file": "004_6f23aad3c8ffcd27.txt"}, [0]),
        ({"outcome": "answered", "words": "drones"}, []),
    ],
)
def test_results_are_chosen_by_outcome_words_and_file(jobs: Jobs, wanted: dict[str, str], positions: list[int]) -> None:
    write_input(*LINES)
    work(jobs, denied(), unknown_number(), refuted(), timed_out())
    results = Results(JOB)
    results.refresh()
    assert [row.position for row in choose(results.rows, **wanted)] == positions


# Before anything is asked


def test_a_preview_counts_what_is_there_and_names_what_cannot_be_used() -> None:
    Path("in.csv").write_text(
        "question,desk\nWho denied it?,world\nWho denied it?,data\n,empty\n???,marks\nWho won?,sport,broken\n"
    )
    found = preview("in.csv")
    assert (found.format, found.items, found.questions, found.claims, found.unusable) == ("csv", 5, 2, 0, 3)
    assert found.repeated == 1 and found.columns == ("desk", "column_3")
    assert found.problems[0] == "line 4 needs a question or a claim"
    assert found.problems[1] == "line 5: the question is empty"
    assert [item.line for item in found.first][:2] == [2, 3]


def test_a_preview_of_claims_and_of_a_list() -> None:
    Path("in.tsv").write_text("claim\nChina confirmed it.\n")
    assert preview("in.tsv").claims == 1
    Path("in.txt").write_text("Who?\n\nWhen?\n")
    assert (preview("in.txt").questions, preview("in.txt").columns) == (2, ())
