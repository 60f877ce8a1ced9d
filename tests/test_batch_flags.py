"""The flags of `factcheck batch`: what they choose, stop, keep and refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from fakes import KEY, answer, completion, serving
from llm import FERRY, HARBOUR, build
from scripted_batch import PaidCorpus
from scripted_corpus import ScriptedCorpus, denied, timed_out

from factcheck.batch import workers
from factcheck.batch.jobs import Jobs
from factcheck.batch.runner import Serial
from factcheck.cli import main


def write(*questions: str, **fields: Any) -> None:
    lines = (json.dumps({"question": question, **fields}) + "\n" for question in questions)
    Path("in.jsonl").write_text("".join(lines))


def read(name: str = "out.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(name).read_text("utf-8").splitlines()]


class Batch:
    """Runs `factcheck batch` over scripted answers, each of which costs 120 tokens and 0.001 USD."""

    def __init__(self, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._index = str(index)
        self._patch = monkeypatch
        self.ledger = Path("ledger.txt")
        self.ledger.touch()
        self.use(PaidCorpus(self.ledger))

    def use(self, corpus: Any) -> None:
        self._patch.setattr(workers, "open_workers", lambda asking, **_: Serial(corpus, asking))

    @property
    def asked(self) -> list[str]:
        return self.ledger.read_text().splitlines()

    def __call__(self, *flags: str, output: str = "out.jsonl", code: int = 0) -> Result:
        result = CliRunner().invoke(main, ["batch", "in.jsonl", "-o", output, "--index", self._index, *flags])
        assert result.exit_code == code, result.stderr
        return result


@pytest.fixture
def batch(seed_index: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Batch]:
    yield Batch(seed_index, monkeypatch)


def test_a_finished_job_is_written_again_without_asking(batch: Batch) -> None:
    write("a", "b")
    batch()
    first = Path("out.jsonl").read_bytes()
    Path("out.jsonl").unlink()
    batch.use(None)
    batch()
    assert Path("out.jsonl").read_bytes() == first
    batch("--limit", "1")
    assert [record["question"] for record in read()] == ["a"]


def test_repeated_ids_are_named_and_each_input_has_its_record(batch: Batch) -> None:
    lines = [{"id": id, "question": question} for id, question in [("x", "a"), ("y", "b"), ("x", "c"), ("y", "d")]]
    Path("in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    result = batch()
    assert "2 ids stand at more than one input (x, y); each input gets its own record" in result.stderr
    assert [(record["id"], record["question"]) for record in read()] == [
        (line["id"], line["question"]) for line in lines
    ]


def test_nothing_of_an_input_is_lost_where_names_clash(batch: Batch) -> None:
    given = [
        {"id": "1", "question": "a", "input": "mine", "outcome": "open"},
        {"id": "2", "question": "b", "claim": "c"},
    ]
    Path("in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in given))
    batch(code=1)
    first, second = read()
    assert first["input"] == {"input": "mine", "outcome": "open"}
    assert (second["claim"], second["input"]) == ("c", {"question": "b"})


def test_one_job_fills_tables_and_lines(batch: Batch) -> None:
    write("a", "b", note="=1+1")
    batch(output="out.csv")
    header = Path("out.csv").read_text("utf-8-sig").splitlines()[0]
    assert header.startswith("id,question,note,outcome")
    assert len(batch.asked) == 2


@pytest.mark.parametrize("flags", [["--as-of", "2022-03-14"], ["--file", "000*"]])
def test_other_filters_are_another_job(batch: Batch, flags: list[str]) -> None:
    write("a")
    batch()
    result = batch(*flags, code=2)
    assert flags[0] in result.stderr and flags[1] in result.stderr
    assert "--keep-answers" in result.stderr
    batch(*flags, "--keep-answers")
    assert batch.asked == ["a"]
    result = batch("--restart")
    assert "the old job is now out.jsonl.job.old" in result.stderr
    assert batch.asked == ["a", "a"]


def test_other_settings_are_named(batch: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a")
    batch()
    monkeypatch.setenv("FACTCHECK_MAX_TOKENS", "77")
    assert "the setting max_tokens was 1024 and is 77" in batch(code=2).stderr
    monkeypatch.delenv("FACTCHECK_MAX_TOKENS")
    monkeypatch.setenv("FACTCHECK_TIMEOUT", "9")
    batch()


def test_another_index_is_noticed(batch: Batch, tmp_path: Path) -> None:
    write("a")
    batch()
    other = build(tmp_path / "other", {"ferry.txt": FERRY})
    result = CliRunner().invoke(main, ["batch", "in.jsonl", "-o", "out.jsonl", "--index", str(other)])
    assert result.exit_code == 2 and "the index has changed" in result.stderr


def test_a_changed_input_is_said_in_one_line(batch: Batch) -> None:
    write("a", "b", "c")
    batch()
    write("new", "a", "c", "other")
    lines = [line for line in batch().stderr.splitlines() if "have changed" in line]
    assert lines == ["the inputs have changed since the last run: 2 new, 1 gone; what stayed keeps its answer"]
    assert batch.asked == ["a", "b", "c", "new", "other"]
    assert [record["question"] for record in read()] == ["new", "a", "c", "other"]


def test_tokens_stop_the_job_and_the_same_command_goes_on(batch: Batch) -> None:
    write(*"abcde")
    result = batch("--max-tokens", "300", code=1)
    assert "stopped: the job has used 360 of 300 tokens" in result.stderr
    assert [record["question"] for record in read("out.jsonl.partial")] == ["a", "b", "c"]
    assert not Path("out.jsonl").exists()
    batch("--max-tokens", "3000")
    assert batch.asked == list("abcde")
    assert not Path("out.jsonl.partial").exists()


def test_failures_are_tried_again_as_the_help_says(batch: Batch) -> None:
    write("a", "b")
    Path("in.jsonl").write_text('{"question": "a"}\n{"claim": "b"}\n')
    batch.use(ScriptedCorpus({}, [timed_out(), timed_out()]))
    batch(code=1)
    corpus = ScriptedCorpus({}, [denied(), timed_out()])
    batch.use(corpus)
    batch("--retry-failed", code=1)
    assert corpus.questions == ["a", "b"]
    assert [record["outcome"] for record in read()] == ["answered", "failed"]


def test_tags_choose(batch: Batch) -> None:
    lines = [{"question": "a", "tags": ["who"]}, {"question": "b", "tags": ["when"]}, {"question": "c"}]
    Path("in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    batch("--only", "when")
    assert [record["question"] for record in read()] == ["b"]
    result = batch("--only", "where", code=2)
    assert "no input has the tag where" in result.stderr and "when, who" in result.stderr
    assert "goes on" not in result.stderr


def test_a_sample_is_written_in_the_order_of_the_input(batch: Batch) -> None:
    write(*(f"question {number}" for number in range(50)))
    batch("--shuffle", "--limit", "10", "--seed", "3")
    ids = [int(record["id"]) for record in read()]
    assert len(ids) == 10 and ids == sorted(ids) and ids != list(range(1, 11))
    assert len(batch.asked) == 10


def test_a_damaged_job_is_said(batch: Batch) -> None:
    write("a")
    Path("out.jsonl.job").write_text("something else\n" * 50)
    result = batch(code=1)
    assert "damaged" in result.stderr and "--restart" in result.stderr
    batch("--restart")
    assert Path("out.jsonl.job.old").read_text().startswith("something else")


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--dask", "tcp://x:1", "--provider-batch"], "exclude each other"),
        (["--cancel"], "--cancel is for --provider-batch"),
        (["--engine", "both"], "engine both gives two answers"),
        (["--engine", "openai"], "no endpoint is configured"),
        (["--limit", "0"], "--limit"),
    ],
)
def test_flags_that_cannot_be_meant_are_refused(batch: Batch, flags: list[str], words: str) -> None:
    write("a")
    assert words in batch(*flags, code=2).stderr
    assert not batch.asked and not Path("out.jsonl.job").exists()


def test_a_name_that_says_no_format_is_refused_before_anything_is_asked(batch: Batch) -> None:
    write("a")
    assert "names no format" in batch(output="out.pdf", code=2).stderr
    assert not batch.asked


def test_standard_output_gets_records_in_order_and_no_job_is_left(batch: Batch) -> None:
    write("a", "b", "c")
    result = batch("--shuffle", output="-")
    assert [json.loads(line)["question"] for line in result.stdout.splitlines()] == ["a", "b", "c"]
    assert sorted(path.name for path in Path().iterdir()) == ["in.jsonl", "ledger.txt"]


def test_a_budget_stops_calls_before_they_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = build(tmp_path, {"harbour.txt": HARBOUR})
    questions = [f"What will the repair of the harbour bridge cost, asked {n} times?" for n in range(12)]
    write(*questions)
    reply = completion(answer(("Mayor Ines Duarte said the repair will cost 12 million euros.", [1])))
    command = ["batch", "in.jsonl", "-o", "out.jsonl", "--index", str(index), "--engine", "openai", "--no-cache"]
    with serving(always=reply) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.address)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        dry = CliRunner().invoke(main, [*command, "--dry-run"])
        assert dry.exit_code == 0 and "12 questions" in dry.stdout and "USD" in dry.stdout, dry.stderr
        assert not server.requests
        stopped = CliRunner().invoke(main, [*command, "--budget-usd", "0.0009", "--concurrency", "2"])
        assert stopped.exit_code == 1
        assert "stopped: " in stopped.stderr and "0.0009 USD" in stopped.stderr
        made = len(server.requests)
        assert 0 < made < 12
        assert len(read("out.jsonl.partial")) == made
        assert "failed" not in {record["outcome"] for record in read("out.jsonl.partial")}
        done = CliRunner().invoke(main, [*command, "--budget-usd", "1"])
        assert done.exit_code == 0, done.stderr
    assert len(server.requests) == 12
    assert [record["question"] for record in read()] == questions
    with Jobs(Path("out.jsonl.job")) as jobs:
        assert jobs.spent().tokens == 12 * 120
        assert KEY not in json.dumps(jobs.header)
    assert KEY.encode() not in Path("out.jsonl.job").read_bytes()
