"""Two runs: rows in pairs, verdicts, flips, what else differs, requirements."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from evaluations import row, run

from factcheck.errors import UsageError
from factcheck.evaluation.comparing import compare, find_worse, list_changes
from factcheck.evaluation.records import Comparison, Difference
from factcheck.evaluation.requiring import check_requirements, explain_unmet, read_requirements
from factcheck.evaluation.wording import describe_comparison


def rows(right: int, wrong: int) -> list:  # type: ignore[type-arg]
    return [row(f"q{n}", n < right) for n in range(right + wrong)]


def difference(comparison: Comparison, name: str) -> Difference:
    return next(each for each in comparison.differences if each.name == name)


def test_a_run_that_lost_many_rows_is_worse_with_interval_p_and_flips() -> None:
    comparison = compare(run(rows(18, 2)), run(rows(8, 12)))
    found = difference(comparison, "right")
    assert (found.before, found.after, found.rows) == (18 / 20, 8 / 20, 20)
    assert found.change == pytest.approx(-10 / 20)
    assert found.low is not None and found.high is not None and found.p is not None
    assert found.low < -10 / 20 < found.high < 0
    assert found.p < 0.05
    assert found.verdict == "worse"
    assert [flip.id for flip in comparison.flips] == [f"q{n}" for n in range(8, 18)]
    assert all(flip.before and not flip.after and "now read wrong" in flip.explanation for flip in comparison.flips)
    assert difference(compare(run(rows(8, 12)), run(rows(18, 2))), "right").verdict == "better"


def test_one_row_more_or_less_is_noise() -> None:
    found = difference(compare(run(rows(15, 5)), run(rows(14, 6))), "right")
    assert found.change == pytest.approx(-1 / 20)
    assert found.verdict == "same"


def test_a_run_compared_with_itself_differs_in_nothing() -> None:
    comparison = compare(run(rows(3, 2), engine="embedded"), run(rows(3, 2), engine="embedded"))
    assert {each.verdict for each in comparison.differences} <= {"same", "unknown"}
    assert (comparison.flips, comparison.changed, comparison.missing, comparison.altered) == ((), (), (), ())


def test_only_rows_of_the_same_gold_are_compared_and_the_others_are_listed() -> None:
    before = [row("same", True), row("gone", True), row("mended", True, digest="old")]
    after = [row("same", True), row("mended", False, digest="new"), row("new", False)]
    comparison = compare(run(before), run(after))
    assert comparison.missing == ("gone", "new")
    assert comparison.altered == ("mended",)
    assert comparison.flips == ()
    assert difference(comparison, "right").rows == 1


def test_a_failure_is_no_wrong_answer() -> None:
    before = rows(10, 0)
    after = [row("q0", True, outcome="failed"), *before[1:]]
    comparison = compare(run(before), run(after))
    assert difference(comparison, "right").rows == 9
    assert difference(comparison, "right").change == 0
    assert difference(comparison, "failure_rate").change == pytest.approx(1 / 10)
    assert [flip.id for flip in comparison.flips] == ["q0"]
    assert "answered → failed" in comparison.flips[0].explanation
    said = describe_comparison(comparison)
    assert "0 rows went from wrong to right, 0 from right to wrong." in said
    assert "1 row that one run has right failed in the other." in said


def test_runs_without_a_row_in_common_are_not_comparable() -> None:
    comparison = compare(run([row("a", True)]), run([row("b", True)]))
    assert {each.verdict for each in comparison.differences} == {"unknown"}


def test_what_else_differs_is_said_by_name() -> None:
    before = {"engine": "embedded", "settings": {"timeout": 60.0, "cache": True}, "commit": "a" * 40, "prompts": {}}
    after = {
        "engine": "openai",
        "settings": {"timeout": 5.0, "cache": True},
        "commit": "b" * 40,
        "prompts": {"answer.md": "c" * 64},
    }
    assert list_changes(before, after) == (
        "engine: embedded → openai",
        f"commit: {'a' * 12} → {'b' * 12}",
        "setting timeout: 60.0 → 5.0",
        f"prompt answer.md: none → {'c' * 12}",
    )


def test_many_metrics_tested_together_are_allowed_their_chance_findings() -> None:
    comparison = compare(run(rows(5, 5)), run(rows(5, 5)))
    tested = [each for each in comparison.differences if each.p is not None and each.name != "latency_ms_p50"]
    chance = [
        replace(each, p=0.04 if each is tested[0] else 1.0, verdict="worse" if each is tested[0] else "same")
        for each in tested
    ]
    assert find_worse(replace(comparison, differences=tuple(chance))) == ()
    real = replace(chance[0], p=0.05 / len(chance) / 2)
    assert find_worse(replace(comparison, differences=(real, *chance[1:]))) == (real,)


def test_slower_is_no_lower_quality() -> None:
    comparison = compare(run(rows(5, 5)), run(rows(5, 5)))
    slow = replace(difference(comparison, "latency_ms_p50"), p=0.0001, change=50.0, verdict="worse")
    assert find_worse(replace(comparison, differences=(slow,))) == ()


# Requirements


def test_all_that_is_wrong_with_requirements_is_said_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        read_requirements(["rigth=0.8", "aurc=low", "mrr", "mrr=nan", "no-worse", "right=0.5"], baseline=False)
    for words in ("'rigth' is no metric (did you mean right?)", "'aurc=low' needs a number", "'mrr' needs a number"):
        assert words in caught.value.message
    assert "'mrr=nan'" in caught.value.message
    assert "no-worse needs a --baseline" in caught.value.message
    assert "answer_correctness" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("right=0.6", True),
        ("right=0.61", False),
        ("failure_rate=0", True),  # lower is better: at most
        ("wrong_abstention_rate=-0.1", False),
        ("verdict_accuracy=0", False),  # no claims: not available is not met
        ("judge_correctness=0", False),  # nobody judged
    ],
)
def test_a_requirement_is_met_by_its_metric_s_direction(text: str, met: bool) -> None:
    evaluation = run(rows(6, 4))
    (found,) = check_requirements(read_requirements([text], baseline=False), evaluation, None)
    assert found.met is met
    if not met:
        assert found.metric in explain_unmet(found, None)


def test_requirements_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "levels.txt"
    file.write_text("# reached in May\nright=0.8  # of 109\n\nno-worse\n", encoding="utf-8")
    found = read_requirements([f"@{file}", "mrr=0.5"], baseline=True)
    assert [(each.metric, each.bound) for each in found] == [("right", 0.8), ("no-worse", None), ("mrr", 0.5)]
    with pytest.raises(UsageError, match="No such file"):
        read_requirements(["@none.txt"], baseline=True)


def test_how_much_is_missing_is_said() -> None:
    (found,) = check_requirements(read_requirements(["right=0.8"], baseline=False), run(rows(6, 4)), None)
    assert explain_unmet(found, None) == "right is 0.6, required at least 0.8: missed by 0.2"


def test_no_worse_holds_a_run_to_its_baseline() -> None:
    wanted = read_requirements(["no-worse"], baseline=True)
    after = run(rows(6, 34))
    comparison = compare(run(rows(36, 4)), after)
    (found,) = check_requirements(wanted, after, comparison)
    assert not found.met
    assert "right" in explain_unmet(found, comparison)
    (same,) = check_requirements(wanted, after, compare(after, after))
    assert same.met


def test_no_worse_is_not_met_where_nothing_can_be_compared() -> None:
    wanted = read_requirements(["no-worse"], baseline=True)
    after = run(rows(1, 39))
    for other in (run([row(f"other{n}", True) for n in range(40)]), run([row("q0", True)])):
        comparison = compare(other, after)
        (found,) = check_requirements(wanted, after, comparison)
        assert (found.value, found.met) == (None, False)
        assert "nothing to compare" in explain_unmet(found, comparison)
