"""The terminal table, the files of a run, JUnit XML and the plots."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from datetime import datetime
from xml.etree import ElementTree

import pytest
from evaluated import COMPARISON, EVALUATION, RESULTS, ROWS, result

from factcheck.errors import UsageError
from factcheck.evaluation import charts
from factcheck.evaluation.junit import to_junit
from factcheck.evaluation.metrics import METRICS
from factcheck.evaluation.records import STAGES, Comparison, Difference, Evaluation, MetricResult, Requirement
from factcheck.evaluation.report import to_terminal
from factcheck.evaluation.wire import from_json, to_json, to_score_lines
from factcheck.evaluation.wording import (
    GROUPS,
    describe_comparison,
    describe_counts,
    explain_metrics,
    judge_row,
    list_worst_tags,
    show_change,
    show_p,
    show_value,
)
from factcheck.evaluation.wording import (
    STAGES as STAGE_WORDS,
)
from factcheck.presentation.display import cells

HOSTILE = "evil\x1b[31m\x00\x07\ud800\uffff\u202e</failure>&\"'<x>\n2"
EMPTY = Evaluation("empty.jsonl", (), {}, {}, {}, {}, (), {})
MET = Requirement("right", 0.5, 0.5, True)
MISSED = Requirement("aurc", 0.2, 0.25, False)
UNKNOWN = Requirement("cost_usd", 0.2, None, False)
WORSE = Requirement("no-worse", 0.0, 1.0, False)


def hostile_evaluation() -> Evaluation:
    rows = tuple(
        replace(
            row,
            id=f"{row.id} {HOSTILE}",
            tags=(HOSTILE,),
            asked=HOSTILE,
            miss=row.miss and replace(row.miss, explanation=HOSTILE),
        )
        for row in ROWS
    )
    by_tag = {HOSTILE: (MetricResult("right", 0.25, 0.0, 1.0, "higher", 4, 0, 0),)}
    return replace(
        EVALUATION, name=HOSTILE, rows=rows, by_tag=by_tag, provenance={"engine": HOSTILE, "commit": HOSTILE}
    )


class TestWords:
    def test_every_metric_has_a_heading_and_every_stage_its_words(self) -> None:
        headed = {name for names in GROUPS.values() for name in names}
        assert {metric.name for metric in METRICS} <= headed
        assert headed == set(explain_metrics())
        assert set(STAGE_WORDS) == set(STAGES)

    @pytest.mark.parametrize(
        ("name", "value", "shown"),
        [
            ("right", None, "n/a"),
            ("right", 0.0, "0.000"),
            ("right", 2 / 3, "0.667"),
            ("latency_ms_p50", 1234.4, "1,234 ms"),
            ("latency_ms_p50", 9.96, "10.0 ms"),
            ("cost_usd", 0.0, "$0"),
            ("cost_usd", 0.01234, "$0.0123"),
            ("tokens", 12345.6, "12,346"),
        ],
    )
    def test_a_figure_carries_its_unit(self, name: str, value: float | None, shown: str) -> None:
        assert show_value(name, value) == shown

    def test_a_change_carries_its_sign(self) -> None:
        assert show_change("right", 0.02) == "+0.020"
        assert show_change("cost_usd", -0.5) == "−$0.5000"
        assert show_change("right", None) == "n/a"
        assert (show_p(0.0004), show_p(0.0123), show_p(None)) == ("< 0.001", "0.012", "")

    def test_rows_are_right_wrong_failed_or_unscored(self) -> None:
        assert [judge_row(row) for row in ROWS] == ["right", "wrong", "right", "failed", "wrong", "unscored"]
        assert (
            describe_counts(EVALUATION) == "2 of 6 rows right (50 % of those judged), 2 wrong, 1 failed, 1 not scored."
        )
        assert describe_counts(EMPTY) == "0 of 0 rows right, 0 wrong, 0 failed."

    def test_the_verdict_is_a_plain_sentence(self) -> None:
        assert describe_comparison(COMPARISON) == (
            "Worse than the baseline: right 0.750 → 0.500 (−0.250, 95 % interval −0.400 … −0.100, p < 0.001, 4 rows). "
            "Got better: answer_correctness. 1 row went from wrong to right, 1 from right to wrong."
        )

    def test_many_changes_are_counted_not_listed(self) -> None:
        many = tuple(Difference(f"m{n}", 0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 9, "better") for n in range(6))
        said = describe_comparison(Comparison({}, many, (), (), ()))
        assert "Got better: m0; m1; m2; m3 and 2 more." in said
        assert said.startswith("Not comparable with the baseline.")

    def test_worst_tags_are_below_the_whole_and_large_enough(self) -> None:
        assert [tag for tag, _ in list_worst_tags(EVALUATION)] == ["who"]
        assert list_worst_tags(EMPTY) == []


class TestTerminal:
    def test_it_says_all_that_matters(self) -> None:
        shown = to_terminal(EVALUATION, COMPARISON, [MET, MISSED, UNKNOWN, WORSE], width=80)
        for part in (
            "golden.jsonl, embedded (minilm) engine",
            "2 of 6 rows right",
            "Worse than the baseline",
            "What else differs: setting threads: 1 → 2",
            "1  abstained wrong",
            "▼ g2: answered → abstained",
            "▲ g1: was read wrong",
            "Without a value, no row has one: cost_usd, verdict_macro_f1",
            "met    right 0.500, required at least 0.500",
            "missed aurc 0.250, required at most 0.200",
            "missed cost_usd n/a",
            "missed no-worse: 1 metric got worse",
        ):
            assert part in shown
        assert re.search(r"right +0\.500 0\.125 … 0\.875 +4/1/1 ▼ −0\.250 +<\.001", shown)

    def test_all_metrics_fit_eighty_columns(self) -> None:
        results = tuple(
            MetricResult(metric.name, value, value, value, metric.direction, 1000, 200, 30)
            for metric in METRICS
            for value in [1234.5 if metric.unit in {"ms", "tokens"} else 0.123]
        )
        differences = tuple(
            Difference(each.name, each.value, each.value, each.value, None, None, 0.0, 1000, "better")
            for each in results
        )
        comparison = replace(COMPARISON, differences=differences)
        shown = to_terminal(replace(EVALUATION, results=results), comparison, width=80)
        assert max(map(cells, shown.splitlines())) <= 80
        for metric in METRICS:  # each on one line, with all its figures
            assert re.search(rf"^{metric.name} .*1000/200/30 ▲ .* <\.001$", shown, re.MULTILINE)

    def test_without_a_terminal_it_is_plain_text(self) -> None:
        assert "\x1b" not in to_terminal(EVALUATION, COMPARISON, [MET])
        assert "\x1b[31m" in to_terminal(EVALUATION, COMPARISON, [MET], color=True)

    def test_nothing_in_it_commands_the_terminal(self) -> None:
        shown = to_terminal(hostile_evaluation(), replace(COMPARISON, changed=(HOSTILE,)), width=80)
        assert not set(shown) & set("\x1b\x00\x07\ud800\u202e")

    def test_an_empty_run_is_shown(self) -> None:
        assert to_terminal(EMPTY).startswith("empty.jsonl\n0 of 0 rows right")


class TestFiles:
    def test_what_was_written_is_read_back(self) -> None:
        assert from_json(to_json(EVALUATION), to_score_lines(EVALUATION.rows)) == EVALUATION
        assert from_json(to_json(EMPTY), []) == EMPTY

    def test_none_is_null_and_nan_never(self) -> None:
        odd = replace(EVALUATION, results=(result("right", math.nan, math.inf), *RESULTS[5:]))
        run = to_json(odd)
        assert "NaN" not in run and "Infinity" not in run
        figures = json.loads(run)["results"]
        assert [(each["value"], each["low"]) for each in figures] == [(None, None)] * 3

    def test_rows_are_not_in_the_run_and_each_is_one_line(self) -> None:
        run = json.loads(to_json(hostile_evaluation()))
        assert run["rows"] == 6
        lines = [*to_score_lines(hostile_evaluation().rows)]
        assert [len(line.splitlines()) for line in lines] == [1] * 6
        assert json.loads(lines[0])["asked"] == HOSTILE

    @pytest.mark.parametrize(
        "run", ["", "[]", "{}", '{"schema": "factcheck/evaluation/9"}', to_json(EVALUATION)[:-200]]
    )
    def test_a_broken_file_is_a_clear_error(self, run: str) -> None:
        with pytest.raises(UsageError, match=r"run\.json") as raised:
            from_json(run, to_score_lines(ROWS))
        assert "factcheck eval" in raised.value.hint

    def test_rows_that_are_missing_are_noticed(self) -> None:
        with pytest.raises(UsageError, match=r"holds 5 rows, run\.json says 6"):
            from_json(to_json(EVALUATION), [*to_score_lines(ROWS)][:5])
        with pytest.raises(UsageError, match="cannot be read"):
            from_json(to_json(EVALUATION), ['{"id": "g1"}'])


class TestJUnit:
    def test_each_row_and_each_requirement_is_a_test_case(self) -> None:
        root = ElementTree.fromstring(to_junit(EVALUATION, [MET, MISSED, WORSE]))
        rows, requirements = root.findall("testsuite")
        found = {case.attrib["name"]: [child.tag for child in case] for case in rows.iter("testcase")}
        assert found == {"g1": [], "g2": ["failure"], "g3": [], "g4": ["error"], "g5": ["failure"], "g6": ["skipped"]}
        assert [case.attrib["classname"] for case in rows.iter("testcase")][:4] == [
            "who",
            "who",
            "absent",
            "golden.jsonl",
        ]
        counts = {name: rows.attrib[name] for name in ("tests", "failures", "errors", "skipped")}
        assert counts == {"tests": "6", "failures": "2", "errors": "1", "skipped": "1"}
        assert float(rows.attrib["time"]) == pytest.approx(6 * 0.051)
        failure = rows.find("testcase[@name='g2']/failure")
        assert failure is not None and failure.text is not None
        assert failure.attrib["message"] == "abstained wrong: the gold sentence was hit 1 of 2"
        assert failure.text.splitlines()[0] == "Who denied it?"
        messages = [case.attrib["message"] for case in requirements.iter("failure")]
        assert messages == ["aurc 0.250, required at most 0.200", "no-worse: 1 metric got worse"]

    def test_figures_are_properties(self) -> None:
        root = ElementTree.fromstring(to_junit(EVALUATION))
        found = {each.attrib["name"]: each.attrib["value"] for each in root.iter("property")}
        assert found["right"] == "0.5" and found["right.high"] == "0.875" and found["right.failed"] == "1"
        assert "cost_usd" not in found and found["cost_usd.unscored"] == "5"
        assert found["provenance.commit"] == "0123456789abcdef"
        assert len(root.findall("testsuite")) == 1

    def test_it_fits_the_schemas_of_ant_and_jenkins(self) -> None:
        root = ElementTree.fromstring(to_junit(EVALUATION, [MISSED]))
        assert (root.tag, dict(root.attrib)) == ("testsuites", {})
        for number, suite in enumerate(root):
            children = [child.tag for child in suite]
            assert children == ["properties", *["testcase"] * (len(children) - 3), "system-out", "system-err"]
            assert suite.attrib["id"] == str(number)
            assert {"package", "name", "hostname", "timestamp", "tests", "failures", "errors", "time"} <= set(
                suite.attrib
            )
            assert datetime.fromisoformat(suite.attrib["timestamp"]).tzinfo is None
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
            for case in suite.iter("testcase"):
                assert set(case.attrib) == {"name", "classname", "time"} and len(case) <= 1
                assert re.fullmatch(r"\d+\.\d{3}", case.attrib["time"])
                assert all("type" in child.attrib for child in case if child.tag != "skipped")

    def test_what_xml_cannot_hold_is_spelled_out(self) -> None:
        root = ElementTree.fromstring(to_junit(hostile_evaluation(), [MISSED]).encode())
        names = [case.attrib["name"] for case in root.iter("testcase")]
        assert names[0] == "g1 evil␛[31m␀␇‹U+D800›\ufffd‹U+202E›</failure>&\"'<x> 2"
        assert len(names) == 7
        assert ElementTree.fromstring(to_junit(EMPTY)).find("testsuite") is not None


def draw(run: Evaluation) -> dict[str, str]:
    plotted = {
        "intervals": charts.plot_intervals(run.results, COMPARISON, {"right": "Right at all"}),
        "risk": charts.plot_risk_coverage(run.curves.get("risk_coverage", ())),
        "outcome": charts.plot_confusion(run.confusion.get("outcome", {})),
        "tags": charts.plot_tags(run.by_tag),
        "latency": charts.plot_latency(run.curves.get("latency_ms", ())),
        "misses": charts.plot_misses(run.misses),
    }
    return {name: charts.to_svg(chart, name) for name, chart in plotted.items() if chart is not None}


def texts(svg: str) -> set[str]:
    elements = ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    return {"".join(element.itertext()) for element in elements}


@pytest.fixture(scope="module")
def drawn() -> dict[str, str]:
    return draw(EVALUATION)


class TestCharts:
    def test_nothing_to_plot_is_no_chart(self) -> None:
        assert draw(EMPTY) == {}
        assert charts.plot_confusion({"a": {"a": 0}}) is None
        assert charts.plot_misses({"failed": 0}) is None

    def test_every_chart_is_drawn_in_the_palette(self, drawn: dict[str, str]) -> None:
        light = {colors[0] for colors in charts.PALETTE.values()}
        assert len(drawn) == 6
        for name, svg in drawn.items():
            elements = [*ElementTree.fromstring(svg).iter()]
            used = {each.get(key) for each in elements for key in ("fill", "stroke")} - {None, "none", "transparent"}
            assert used <= light, name
            # The page's policy forbids the one, the other would leave it.
            assert "style=" not in svg and "href" not in svg
            assert all(each.get("id", f"{name}-").startswith(f"{name}-") for each in elements)

    def test_figures_that_are_no_shares_are_not_among_them(self, drawn: dict[str, str]) -> None:
        assert {"Right at all", "answer_correctness"} <= texts(drawn["intervals"])
        assert not {"latency_ms_p50", "cost_usd"} & texts(drawn["intervals"])

    def test_counts_and_sizes_are_written(self, drawn: dict[str, str]) -> None:
        assert {"who (n = 3)", "absent (n = 1)"} <= texts(drawn["tags"])
        assert {"answered", "abstained", "2", "1", "0"} <= texts(drawn["outcome"])
        assert {"abstained wrong", "judged wrong", "failed", "1"} <= texts(drawn["misses"])
        assert "not indexed" not in texts(drawn["misses"])

    def test_names_that_xml_cannot_hold_are_spelled_out(self) -> None:
        # Not caught here, this ends the whole process.
        assert {each[:5] for each in texts(draw(hostile_evaluation())["tags"])} >= {"evil␛"}

    def test_a_long_curve_is_thinned(self) -> None:
        chart = charts.plot_risk_coverage([(n / 100_000, 0.1) for n in range(1, 100_001)])
        assert chart is not None
        (values,) = (
            chart.to_dict()["datasets"].values() if "datasets" in chart.to_dict() else [chart.layer[0].data.values]
        )
        assert len(values) <= charts.MOST_POINTS + 1
        assert values[-1] == {"coverage": 1.0, "risk": 0.1}
