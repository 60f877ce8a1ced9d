"""`factcheck eval` and its run: asked once, resumed, scored again, compared, required."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from fakes import answer, completion, serving
from llm import FERRY, HARBOUR, build

from factcheck.batch.jobs import Jobs
from factcheck.batch.runner import Serial
from factcheck.batch.tasks import Asking, Done, Stopped, Task
from factcheck.cli import main
from factcheck.errors import FactcheckError, UsageError
from factcheck.evaluation import provenance
from factcheck.evaluation.folder import load_evaluation, load_records, to_golden_line
from factcheck.evaluation.golden import GoldenError, read_golden
from factcheck.evaluation.runner import RUNS, Evaluated, Options, Watch, evaluate
from factcheck.evaluation.sampling import Sample, choose_cases
from factcheck.pipeline import Corpus
from factcheck.settings import Settings

COST = "Mayor Ines Duarte said the repair will cost 12 million euros."
CREW = "The ferry company hired 40 sailors in March."
CASES: list[dict[str, Any]] = [
    {
        "id": "cost", "question": "How much will the repair cost?", "answers": [["12 million"]],
        "citations": [{"file": "harbour.txt", "quote": COST}], "answerable": True, "tags": ["how_much", "not:900"],
    },
    {
        "id": "crew", "question": "How many sailors did the ferry company hire?", "answers": [["40", "forty"]],
        "citations": [{"file": "ferry.txt", "quote": CREW, "all": True}], "answerable": True, "tags": ["how_many"],
    },
    {
        "id": "king", "question": "Who is the king of Denmark?", "answers": [], "citations": [],
        "answerable": False, "tags": ["off_topic"],
    },
    {
        "id": "claim", "claim": "The repair will cost 12 million euros.", "verdict": "supported",
        "citations": [{"file": "harbour.txt", "quote": COST, "speaker": "Ines Duarte"}], "tags": ["number"],
    },
]  # fmt: skip
QUESTIONS = CASES[:3]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("eval"), {"harbour.txt": HARBOUR, "ferry.txt": FERRY})


def write(path: Path, cases: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in cases), encoding="utf-8")
    return path


def run(index: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["eval", *arguments, "--index", str(index), "--concurrency", "1"])


class Recording:
    """Workers that answer in this thread, remember what they were asked, and may stop before the end."""

    name = "recording"

    def __init__(self, index: Path, *, stop_after: int | None = None, stop: BaseException | None = None) -> None:
        self.asked: list[str] = []
        self._corpus = Corpus.open(settings=Settings(index=str(index), engine="embedded"))
        self._stop_after = stop_after
        self._stop = stop or KeyboardInterrupt()

    def __call__(self, asking: Asking) -> Recording:
        self._serial = Serial(self._corpus, asking)
        return self

    def run(self, tasks: Iterator[Task]) -> Iterator[Done]:
        for task in tasks:
            if len(self.asked) == self._stop_after:
                raise self._stop
            self.asked.append(task.item.id)
            yield from self._serial.run(iter([task]))

    def close(self) -> None:
        self._corpus.close()


def evaluate_with(
    workers: Recording, golden: Path, out: Path, index: Path, notices: list[str] | None = None, **options: Any
) -> Evaluated:
    settings = Settings(index=str(index), engine="embedded", **options.pop("settings", {}))
    watch = Watch(notice=notices.append if notices is not None else lambda text: None)
    return evaluate(golden, out, asking=Asking(settings), workers=workers, options=Options(**options), watch=watch)


def without_clock(path: Path) -> list[dict[str, Any]]:
    records = [dict(record) for record in load_records(path)]
    for record in records:
        del record["timing_ms"]
    return records


def test_a_run_scores_every_case_and_writes_all_its_files(index: Path, tmp_path: Path) -> None:
    golden, out = write(tmp_path / "golden.jsonl", CASES), tmp_path / "run"
    result = run(index, str(golden), "-o", str(out), "--misses")
    assert result.exit_code == 0, result.output
    assert "4 of 4 rows right" in result.stdout
    evaluation = load_evaluation(out)
    assert [(row.id, row.right, row.outcome) for row in evaluation.rows] == [
        ("cost", True, "answered"),
        ("crew", True, "answered"),
        ("king", True, "abstained"),
        ("claim", True, "checked"),
    ]
    for found in evaluation.results:
        assert found.scored + found.unscored + found.failed == len(CASES)
    assert evaluation.misses == {}
    assert set(evaluation.by_tag) == {"how_much", "how_many", "off_topic", "number"}
    records = load_records(out)
    assert [record["id"] for record in records] == [row.id for row in evaluation.rows]
    hits = records[0]["trace"]["hits"]
    assert COST in {HARBOUR[start:end] for file, start, end, _ in hits if file == "harbour.txt"}
    assert records[0]["trace"]["read"] == 14
    suite = ElementTree.fromstring((out / "junit.xml").read_bytes())
    assert len(suite.findall(".//testcase")) == len(CASES)
    assert "12 million" in (out / "report.html").read_text("utf-8")


def test_the_copy_of_the_golden_set_is_the_golden_set(tmp_path: Path) -> None:
    before = read_golden(write(tmp_path / "golden.jsonl", CASES)).cases
    copy = tmp_path / "copy.jsonl"
    copy.write_text("".join(to_golden_line(case) + "\n" for case in before), encoding="utf-8")
    assert read_golden(copy).cases == before


def test_a_run_says_what_produced_it(index: Path, tmp_path: Path) -> None:
    golden, out = write(tmp_path / "golden.jsonl", QUESTIONS), tmp_path / "run"
    evaluate_with(Recording(index), golden, out, index, flags={"limit": 3})
    found = load_evaluation(out).provenance
    with Corpus.open(index) as corpus:
        assert found["index"] == corpus.status()["fingerprint"]
    assert found["engine"] == "embedded"
    assert found["golden"] == read_golden(golden).sha256
    assert found["settings"]["index"] == str(index)
    assert "chroma_token" not in found["settings"]
    assert found["packages"]["numpy"]
    assert found["flags"] == {"limit": 3}
    assert found["started"] <= found["scored"]
    assert found["seconds"] > 0


def test_a_finished_run_is_scored_again_without_asking(index: Path, tmp_path: Path) -> None:
    golden, out = write(tmp_path / "golden.jsonl", QUESTIONS), tmp_path / "run"
    first = evaluate_with(Recording(index), golden, out, index)
    notices: list[str] = []
    again = Recording(index)
    second = evaluate_with(again, golden, out, index, notices)
    assert again.asked == []
    (notice,) = notices
    assert notice.startswith("everything was answered before: scored again, nothing asked")
    assert second.evaluation.rows == first.evaluation.rows
    assert second.evaluation.results == first.evaluation.results
    assert second.evaluation.provenance["started"] == first.evaluation.provenance["started"]


def test_answers_of_other_code_are_said_to_be(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    golden, out = write(tmp_path / "golden.jsonl", QUESTIONS), tmp_path / "run"
    evaluate_with(Recording(index), golden, out, index)
    monkeypatch.setattr(provenance, "find_commit", lambda: provenance.Commit("f" * 40, False))
    notices: list[str] = []
    evaluate_with(Recording(index), golden, out, index, notices)
    assert "made at commit" in notices[0] and "--restart" in notices[0]


def test_mended_gold_is_scored_again_and_a_new_question_asked_alone(index: Path, tmp_path: Path) -> None:
    golden, out = write(tmp_path / "golden.jsonl", QUESTIONS), tmp_path / "run"
    evaluate_with(Recording(index), golden, out, index)
    mended = {**QUESTIONS[0], "answers": [["13 million"]]}
    write(golden, [mended, QUESTIONS[1], {**QUESTIONS[2], "question": "Who is the queen of Denmark?"}])
    notices: list[str] = []
    workers = Recording(index)
    evaluated = evaluate_with(workers, golden, out, index, notices)
    assert workers.asked == ["king"]
    assert [row.right for row in evaluated.evaluation.rows] == [False, True, True]
    assert any("2 cases changed since the last run: cost, king" in notice for notice in notices)
    assert any("1 changed" in notice and "only what is new is asked" in notice for notice in notices)


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), Stopped("the budget is spent", hint="Raise it.")])
def test_a_run_that_was_stopped_goes_on_and_ends_like_any_other(
    stop: BaseException, index: Path, tmp_path: Path
) -> None:
    golden, out = write(tmp_path / "golden.jsonl", CASES), tmp_path / "run"
    stopped = Recording(index, stop_after=2, stop=stop)
    expected = KeyboardInterrupt if isinstance(stop, KeyboardInterrupt) else FactcheckError
    with pytest.raises(expected, match="2 of 4 cases were answered, then" if expected is FactcheckError else None):
        evaluate_with(stopped, golden, out, index)
    with pytest.raises(UsageError, match="not finished"):
        load_evaluation(out)
    rest = Recording(index)
    evaluate_with(rest, golden, out, index)
    assert stopped.asked + rest.asked == [case["id"] for case in CASES]
    evaluate_with(Recording(index), golden, tmp_path / "whole", index)
    assert without_clock(out) == without_clock(tmp_path / "whole")


def test_the_code_of_a_run_that_was_stopped_is_told(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    golden, out = write(tmp_path / "golden.jsonl", QUESTIONS), tmp_path / "run"
    monkeypatch.setattr(provenance, "find_commit", lambda: provenance.Commit("a" * 40, False))
    with pytest.raises(KeyboardInterrupt):
        evaluate_with(Recording(index, stop_after=2), golden, out, index)
    monkeypatch.setattr(provenance, "find_commit", lambda: provenance.Commit("b" * 40, False))
    found = evaluate_with(Recording(index), golden, out, index).evaluation.provenance
    assert found["commits"] == ["a" * 40, "b" * 40]
    with Jobs(out / "job") as jobs:
        first, second = json.loads(jobs.note(RUNS) or "")
    assert first["seconds"] > 0
    assert found["started"] == first["started"]
    assert found["seconds"] == pytest.approx(first["seconds"] + second["seconds"])


def test_a_run_begun_with_other_settings_is_not_mixed(index: Path, tmp_path: Path) -> None:
    golden, out = write(tmp_path / "golden.jsonl", QUESTIONS), tmp_path / "run"
    evaluate_with(Recording(index), golden, out, index)
    before = (out / "run.json").read_bytes()
    other = Recording(index)
    with pytest.raises(UsageError) as caught:
        evaluate_with(other, golden, out, index, settings={"embedding_model": "openai:other"})
    assert "embedding_model was minilm and is openai:other" in caught.value.message
    assert "--restart" in caught.value.hint and "--keep-answers" not in caught.value.hint
    assert other.asked == []
    assert (out / "run.json").read_bytes() == before


def test_a_baseline_that_cannot_be_read_is_said_before_anything_is_asked(index: Path, tmp_path: Path) -> None:
    golden, before, out = write(tmp_path / "golden.jsonl", QUESTIONS), tmp_path / "before", tmp_path / "run"
    evaluate_with(Recording(index), golden, before, index)
    (before / "records.jsonl").unlink()
    result = run(index, str(golden), "-o", str(out), "--baseline", str(before))
    assert result.exit_code == 2
    assert "records" in result.stderr and not out.exists()


def test_restart_asks_everything_again(index: Path, tmp_path: Path) -> None:
    golden, out = write(tmp_path / "golden.jsonl", QUESTIONS), tmp_path / "run"
    evaluate_with(Recording(index), golden, out, index)
    again = Recording(index)
    evaluate_with(again, golden, out, index, restart=True)
    assert again.asked == ["cost", "crew", "king"]


def test_gold_over_articles_that_are_not_indexed_is_refused(index: Path, tmp_path: Path) -> None:
    cited = [{"file": f"other{n}.txt", "quote": "x"} for n in range(7)]
    golden = write(tmp_path / "golden.jsonl", [{**QUESTIONS[0], "citations": cited}])
    result = run(index, str(golden), "-o", str(tmp_path / "run"))
    assert result.exit_code == 2
    assert "7 files that the index" in result.stderr and "other0.txt" in result.stderr
    assert "factcheck index FOLDER" in result.stderr
    assert not (tmp_path / "run").exists()


def test_quotes_that_are_not_in_their_articles_are_all_named(index: Path, tmp_path: Path) -> None:
    wrong = [{**case, "citations": [{"file": "ferry.txt", "quote": "Not there."}]} for case in QUESTIONS[:2]]
    golden = write(tmp_path / "golden.jsonl", wrong)
    with pytest.raises(GoldenError) as caught:
        evaluate_with(Recording(index), golden, tmp_path / "run", index)
    assert [problem.id for problem in caught.value.problems] == ["cost", "crew"]


def test_a_folder_with_other_files_is_left_alone(index: Path, tmp_path: Path) -> None:
    golden = write(tmp_path / "golden.jsonl", QUESTIONS)
    result = run(index, str(golden), "-o", str(tmp_path))
    assert result.exit_code == 2
    assert "holds other files and no run" in result.stderr
    result = run(index, str(golden), "-o", str(golden))
    assert result.exit_code == 2
    assert "is a file" in result.stderr


def test_a_sample_is_drawn_by_its_seed_and_keeps_its_order(tmp_path: Path) -> None:
    many = [{**QUESTIONS[2], "id": f"q{n}", "tags": ["even" if n % 2 == 0 else "odd"]} for n in range(40)]
    cases = read_golden(write(tmp_path / "golden.jsonl", many)).cases
    drawn = [case.id for case in choose_cases(cases, Sample(limit=10, seed=1))]
    assert drawn == [case.id for case in choose_cases(cases, Sample(limit=10, seed=1))]
    assert drawn != [case.id for case in choose_cases(cases, Sample(limit=10, seed=2))]
    assert drawn == sorted(drawn, key=lambda id: int(id[1:])) and len(set(drawn)) == 10
    assert len(choose_cases(cases, Sample(only=("odd",)))) == 20
    assert len(choose_cases(cases, Sample(without=("odd",)))) == 20
    with pytest.raises(UsageError, match="leave no case"):
        choose_cases(cases, Sample(only=("odd",), without=("odd",)))
    with pytest.raises(UsageError, match="no case has the tag oddd") as caught:
        choose_cases(cases, Sample(only=("oddd",)))
    assert "even, odd" in caught.value.hint


def test_a_requirement_that_is_missed_is_exit_code_3(index: Path, tmp_path: Path) -> None:
    cases = [*QUESTIONS, {**CASES[3], "claim": "What will the repair cost?"}]  # which is no claim, so it fails
    golden, out = write(tmp_path / "golden.jsonl", cases), tmp_path / "run"
    result = run(index, str(golden), "-o", str(out), "--require", "right=0.9", "--require", "failure_rate=0.1")
    assert result.exit_code == 3
    assert "failure_rate is 0.25, required at most 0.1: missed by 0.15" in result.stderr
    assert "right is" not in result.stderr  # 3 of 3: the failed row is no wrong one
    failures = ElementTree.fromstring((out / "junit.xml").read_bytes()).findall(".//failure")
    assert any("failure_rate" in (failure.get("message") or "") for failure in failures)


def test_a_wrong_requirement_is_said_before_anything_is_asked(index: Path, tmp_path: Path) -> None:
    golden = write(tmp_path / "golden.jsonl", QUESTIONS)
    result = run(index, str(golden), "-o", str(tmp_path / "run"), "--require", "rihgt=0.9")
    assert result.exit_code == 2
    assert "did you mean right?" in result.stderr
    assert not (tmp_path / "run").exists()


def test_a_run_is_compared_with_its_baseline(index: Path, tmp_path: Path) -> None:
    golden, before, after = write(tmp_path / "golden.jsonl", QUESTIONS), tmp_path / "before", tmp_path / "after"
    assert run(index, str(golden), "-o", str(before)).exit_code == 0
    write(golden, [*QUESTIONS[:2], {**QUESTIONS[2], "id": "other"}])
    result = run(
        index, str(golden), "-o", str(after), "--baseline", str(before), "--file", "ferry*", "--require", "no-worse"
    )
    assert result.exit_code == 0, result.output
    assert "--file: none → ferry*" in " ".join(result.stdout.split())
    assert "cost: answered → " in result.stdout
    same = run(index, str(golden), "-o", str(after), "--baseline", str(after))
    assert same.exit_code == 2
    assert "the same folder" in same.stderr
    missing = run(index, str(golden), "-o", str(after), "--baseline", str(tmp_path / "none"))
    assert missing.exit_code == 2
    assert "there is no run" in missing.stderr


def test_json_is_the_run(index: Path, tmp_path: Path) -> None:
    golden, out = write(tmp_path / "golden.jsonl", QUESTIONS), tmp_path / "run"
    result = run(index, str(golden), "-o", str(out), "--json")
    assert json.loads(result.stdout) == json.loads((out / "run.json").read_text("utf-8"))


def test_an_endpoint_is_measured_by_the_same_path(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    golden, out = write(tmp_path / "golden.jsonl", QUESTIONS[:1]), tmp_path / "run"
    with serving(completion(answer(("The repair will cost 12 million euros.", [1]), short="12 million"))) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.address)
        result = run(index, str(golden), "-o", str(out), "--no-cache", "--model", "gpt-4o")
        assert result.exit_code == 0, result.output
    (record,) = load_records(out)
    assert record["trace"]["read"] == record["call"]["shown"]
    found = load_evaluation(out).provenance
    assert (found["engine"], found["model"], found["endpoint"]) == ("openai", "gpt-4o", server.address)
    assert set(found["prompts"]) == {"answer.md", "rewrite.md"}


def test_an_endpoint_that_fails_measures_nothing(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    golden = write(tmp_path / "golden.jsonl", QUESTIONS[:1])
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("FACTCHECK_TIMEOUT", "1")
    result = run(index, str(golden), "-o", str(tmp_path / "run"))
    assert result.exit_code == 1, result.output
    evaluation = load_evaluation(tmp_path / "run")
    assert evaluation.misses == {"failed": 1}
    assert {each.name: each.value for each in evaluation.results}["right"] is None


def test_a_judge_may_grade_a_finished_run(index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    golden, out = write(tmp_path / "golden.jsonl", QUESTIONS), tmp_path / "run"
    evaluate_with(Recording(index), golden, out, index)
    with serving(completion({"grade": "correct"}), completion({"grade": "partly"})) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.address)
        result = run(index, str(golden), "-o", str(out), "--engine", "embedded", "--judge-model", "judge-1")
    assert result.exit_code == 0, result.output
    assert "nothing asked" in result.stderr
    assert (
        "the judge judge-1 graded 1 answer, 1 got no grade; it agrees with answer_correctness on 100%" in result.stderr
    )
    evaluation = load_evaluation(out)
    (judged,) = [each for each in evaluation.results if each.name == "judge_correctness"]
    assert (judged.value, judged.scored, judged.unscored) == (1.0, 1, 2)
    assert evaluation.provenance["judge"]["agreement"]["rows"] == 1
    without = evaluate_with(Recording(index), golden, out, index)
    assert without.evaluation.provenance["judge"] is None
