from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from scripted_corpus import ScriptedCorpus, denied, refuted, timed_out, unknown_number

from factcheck.batch.asking import carry
from factcheck.batch.inputs import read_jsonl
from factcheck.batch.jobs import Jobs
from factcheck.batch.runner import Serial, run_job
from factcheck.batch.tasks import Asking
from factcheck.cli import main
from factcheck.errors import IndexLocked, UsageError
from factcheck.settings import Settings
from factcheck.types import Failure


def answer_all(lines: list[bytes], replies: list[object]) -> list[dict[str, Any]]:
    corpus = ScriptedCorpus({}, replies)
    with Jobs.temporary() as jobs:
        run_job(read_jsonl(lines), jobs, lambda asking: Serial(corpus, asking), asking=Asking(Settings()))
        return [carry(done.item, done.record) for done in jobs.finished()]


def test_every_line_gets_one_record_in_order() -> None:
    lines = [
        b'\xef\xbb\xbf{"id": "a", "question": "Who?"}\n',
        b"\n",
        b'{"question": "How many?", "row": 7}\n',
        b"not json\n",
        b'{"id": "d", "claim": "Russia asked for drones."}\n',
        b'{"id": 5, "question": "When?"}',
    ]
    records = answer_all(lines, [denied(), unknown_number(), refuted(), timed_out()])
    assert [(record["id"], record["outcome"]) for record in records] == [
        ("a", "answered"), ("3", "abstained"), ("4", "failed"), ("d", "checked"), ("5", "failed"),
    ]  # fmt: skip
    assert records[1]["row"] == 7
    assert records[3]["schema"] == "factcheck/check/1" and records[3]["verdict"] == "refuted"


def test_a_claim_that_cannot_be_checked_is_a_failed_check_record() -> None:
    (record,) = answer_all([b'{"id": "d", "claim": "Who?"}'], [Failure("claim", "a question", False, "Ask it.")])
    assert (record["schema"], record["outcome"], record["verdict"]) == ("factcheck/check/1", "failed", None)
    assert record["failure"]["stage"] == "claim"


@pytest.mark.parametrize(
    "line",
    [
        b"{", b"[]", b'"Who?"', b"3", b"{}", b'{"question": 3}', b'{"question": null}', b'{"id": "x"}',
        b'{"question": "a", "claim": "b"}', b'{"question": ["Who?"]}', b'{"question": "\xff"}',
        b'{"question": "Who?", "score": NaN}', b"[" * 100_000, b'{"question": "Who?"} {"question": "Who?"}',
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_used_is_a_failure_never_a_gap(line: bytes) -> None:
    (record,) = answer_all([line], [])
    assert record["outcome"] == "failed"
    assert record["failure"]["stage"] == "input"
    assert "line 1" in record["failure"]["error"]


@pytest.mark.parametrize(
    ("error", "stage", "retryable"),
    [
        (UsageError("the question is empty", hint="Ask something."), "question", False),
        (IndexLocked("another process writes", retryable=True), "answer", True),
        (ZeroDivisionError("by zero"), "answer", False),
    ],
)
def test_an_error_in_one_question_is_its_failure_and_the_others_go_on(
    error: Exception, stage: str, retryable: bool
) -> None:
    failed, answered = answer_all([b'{"question": "a"}', b'{"question": "b"}'], [error, denied()])
    assert (failed["outcome"], answered["outcome"]) == ("failed", "answered")
    assert (failed["failure"]["stage"], failed["failure"]["retryable"]) == (stage, retryable)


def test_fields_with_the_name_of_a_record_s_field_are_kept_apart() -> None:
    line = json.dumps({"id": "g1", "question": "Who?", "citations": ["gold"], "tags": ["list"]}).encode()
    (record,) = answer_all([line], [denied()])
    assert record["input"] == {"citations": ["gold"]}
    assert record["tags"] == ["list"]
    assert record["citations"][0]["file"]


def test_a_line_that_has_moved_is_named_where_it_stands() -> None:
    with Jobs.temporary() as jobs:
        for lines in ([b"\n", b"{"], [b"\n", b"[1]", b"{"]):
            summary = run_job(read_jsonl(lines), jobs, lambda _: pytest.fail("asked"), asking=Asking(Settings()))
        assert summary.answered == 1  # the other line keeps its record
        *_, last = (carry(done.item, done.record) for done in jobs.finished())
    assert last["failure"]["error"].startswith("line 3 is not JSON: Expecting property name")
    assert last["failure"]["error"].endswith("at column 2")


def test_the_same_id_twice_stays_twice() -> None:
    line = b'{"id": "q", "question": "Who?"}'
    assert [record["id"] for record in answer_all([line] * 3, [denied()] * 3)] == ["q"] * 3


def batch(index: Path, *arguments: str, input: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["batch", *arguments, "--index", str(index)], input=input)


def write_questions(*questions: str) -> Path:
    file = Path("in.jsonl")
    file.write_text("".join(json.dumps({"question": question}) + "\n" for question in questions))
    return file


def test_answers_go_to_the_file_and_the_counts_to_standard_error(seed_index: Path) -> None:
    file = write_questions("Who denied the request?", "Who won the chess tournament?")
    result = batch(seed_index, str(file), "-o", "out.jsonl")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "2 records: 1 answered, 1 abstained, 0 failed" in result.stderr
    records = [json.loads(line) for line in Path("out.jsonl").read_text("utf-8").splitlines()]
    assert [record["id"] for record in records] == ["1", "2"]
    assert not Path("out.jsonl.partial").exists()


def test_a_failure_in_it_is_told_by_the_exit_code(seed_index: Path) -> None:
    result = batch(seed_index, "-", "-o", "-", input=b'{"question": ""}\n{"question": "Who denied it?"}\n')
    assert result.exit_code == 1
    first, second = map(json.loads, result.stdout.splitlines())
    assert (first["outcome"], second["outcome"]) == ("failed", "answered")


@pytest.mark.parametrize("output", ["in.jsonl", "./in.jsonl", ".", "missing/out.jsonl"])
def test_an_output_that_cannot_be_used_is_refused_before_anything_is_asked(seed_index: Path, output: str) -> None:
    file = write_questions("Who?")
    before = file.read_bytes()
    result = batch(seed_index, str(file), "-o", output)
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 2)
    assert file.read_bytes() == before


@pytest.mark.parametrize("source", ["missing.jsonl", ".", "empty.jsonl"])
def test_an_input_that_cannot_be_read_is_refused(seed_index: Path, source: str) -> None:
    Path("empty.jsonl").write_text("\n\n")
    result = batch(seed_index, source, "-o", "out.jsonl")
    assert result.exit_code == 2
    assert not Path("out.jsonl").exists()
