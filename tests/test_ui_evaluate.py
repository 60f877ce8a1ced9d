"""The Evaluate page: its states, what it starts, and what its views make of a run."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import streamlit as st
from evaluated import CASES, COMPARISON, EVALUATION, RECORDS, ROWS, TEXTS
from evaluated_runs import FIRST, SECOND, keep_run, many, worsened, write_run
from places import ROOT
from scripted_corpus import ScriptedCorpus, seed_texts
from streamlit.testing.v1 import AppTest

import ui.evaluations as evaluations
from factcheck.errors import FactcheckError, IndexMissing, UsageError
from factcheck.evaluation.charts import PALETTE
from factcheck.evaluation.golden import read_golden
from factcheck.evaluation.wording import explain_metrics
from ui.components.evaluate_figures import describe_change, draw_differences, draw_headlines, split_differences
from ui.components.evaluate_plots import draw_table, list_plots
from ui.components.evaluate_row import make_side, view_groups, view_lost, view_row
from ui.components.evaluate_rows import Filters, build_flips, build_table, count_results, filter_table
from ui.components.evaluate_runs import name_time
from ui.evaluation_imports import keep_imported
from ui.evaluations import Wish, list_arguments, name_safely, read_evaluating
from ui.reviews import open_review
from ui.runs import RunState
from ui.visitor import visitor_folder

Start = Callable[..., AppTest]
VISITOR = "v" * 32
GOLDEN = [
    {"id": "q1", "question": "Who denied it?", "answers": [["Kremlin"]], "answerable": True, "tags": ["who"],
     "citations": [{"file": "001_d26e30d51aa5f213.txt", "quote": "The Kremlin has also denied the reports"}]},
    {"id": "c1", "claim": "The Kremlin confirmed it.", "verdict": "refuted", "tags": ["claim"]},
]  # fmt: skip


class StillRuns:
    """Notes what is started, and says how far it is."""

    def __init__(self) -> None:
        self.started: list[Sequence[str]] = []
        self.stopped: list[Path] = []
        self.state = RunState("running", what="asking", done=3, total=12)

    def start(self, folder: Path, arguments: Sequence[str]) -> None:
        self.started.append(arguments)

    def stop(self, folder: Path) -> None:
        self.stopped.append(folder)
        self.state = RunState("stopped", done=3, total=12)

    def read(self, folder: Path) -> RunState:
        return self.state

    def await_end(self, folder: Path) -> RunState:
        return self.state


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> StillRuns:
    """No process is started."""
    still = StillRuns()
    monkeypatch.setattr("ui.evaluations.runs", lambda: still)
    monkeypatch.setattr("ui.components.evaluate_runs.runs", lambda: still)
    return still


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of the visitor's evaluations."""
    monkeypatch.setenv("FACTCHECK_INDEX", str(tmp_path / "index"))
    monkeypatch.setattr("ui.visitor.visitor", lambda: VISITOR)
    folder = visitor_folder("evaluations")
    st.cache_resource.clear()
    st.cache_data.clear()
    ours = tmp_path / "golden"
    ours.mkdir()
    for name in ("claims", "questions", "press-claims", "pairs"):
        kept = (ROOT / "golden" / f"{name}.jsonl").read_text("utf-8").splitlines()[:9]
        (ours / f"{name}.jsonl").write_text("\n".join(kept), "utf-8")
    monkeypatch.setattr("ui.components.evaluate_start.resource", lambda name: tmp_path / name)
    return folder


@pytest.fixture
def start(home: Path, started: StillRuns, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Open the page over the seeds, or over an error that opening the index raises."""

    def start(corpus: ScriptedCorpus | FactcheckError | None = None, **query: str) -> AppTest:
        def open_corpus(*_: object, **__: object) -> ScriptedCorpus:
            if isinstance(corpus, FactcheckError):
                raise corpus
            return corpus or ScriptedCorpus(seed_texts())

        pipeline = ModuleType("factcheck.pipeline")
        pipeline.Corpus = type("Corpus", (), {"open": staticmethod(open_corpus)})  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "factcheck.pipeline", pipeline)
        app = AppTest.from_file(str(ROOT / "ui" / "app.py"), default_timeout=30).run()
        app.switch_page("screens/evaluate.py")
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    yield start
    st.cache_resource.clear()
    st.cache_data.clear()


def page_text(app: AppTest) -> str:
    assert not app.exception
    kinds = ("text", "subheader", "caption", "markdown", "html")
    found = [each for kind in kinds for each in app.get(kind)]
    return "\n".join(str(getattr(each, "value", "") or each.proto) for each in found)


def review_data(app: AppTest, part: str) -> dict[str, Any]:
    """What the browser was given to draw, of the component that has this part."""
    assert not app.exception
    datas = [json.loads(element.proto.json)[0] for element in app.get("bidi_component")]
    (found,) = [data for data in datas if part in data]
    return dict(found)


def button(app: AppTest, label: str) -> Any:
    return next(each for each in app.button if each.label == label)


def upload(app: AppTest, content: bytes, name: str = "mine.jsonl") -> AppTest:
    app.selectbox(key="evaluate-set").set_value("Upload a file").run()
    return app.file_uploader(key="evaluate-upload").set_value((name, content, "application/jsonl")).run()


def lines(rows: Sequence[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def test_without_an_index_nothing_can_be_started(start: Start) -> None:
    app = start(IndexMissing("there is no index at .factcheck", hint="Make one."))
    assert not app.exception
    assert "No articles yet" in page_text(app)
    assert not [each for each in app.selectbox if each.key == "evaluate-set"]


def test_only_sets_that_fit_the_articles_are_offered(start: Start) -> None:
    app = start()
    assert app.selectbox(key="evaluate-set").options == ["claims", "questions", "Upload a file"]
    assert "9 claims, citing 5 articles. All of it is in the index." in page_text(app)


def test_starting_runs_the_command_with_the_options(start: Start, started: StillRuns, home: Path) -> None:
    app = start()
    app.selectbox(key="evaluate-set").set_value("questions").run()
    app.multiselect[0].set_value(["who", "which"])
    app.multiselect[1].set_value(["outlet"])
    app.number_input[0].set_value(5)
    app.number_input[1].set_value(7)
    app.run()
    button(app, "Start the evaluation").click().run()
    ((command, golden, *options),) = started.started
    (folder,) = [path for path in home.iterdir() if path.name != "upload"]
    assert command == "eval" and Path(golden) == folder / "set" / "questions.jsonl"
    assert options == [
        f"--output={folder / 'out'}", "--engine=embedded", "--seed=7", "--only=who", "--only=which", "--without=outlet",
        "--limit=5",
    ]  # fmt: skip
    assert len(read_golden(Path(golden)).cases) == 9
    assert app.query_params["run"] == [folder.name] or app.query_params["run"] == folder.name


def test_a_running_run_can_be_stopped_and_gone_on_with(start: Start, started: StillRuns) -> None:
    app = start()
    button(app, "Start the evaluation").click().run()
    assert "It goes on when you close this page." in page_text(app)
    button(app, "Stop").click().run()
    assert len(started.stopped) == 1
    assert "Stopped after 3 of 12." in page_text(app)
    button(app, "Go on").click().run()
    assert started.started[0] == started.started[1]


def test_a_run_that_failed_says_why_and_shows_no_figure(start: Start, started: StillRuns, home: Path) -> None:
    app = start()
    button(app, "Start the evaluation").click().run()
    started.state = RunState("failed", code=1, error="the endpoint is down", hint="Start it.")
    app.run()
    text = page_text(app)
    assert "The run failed: the endpoint is down" in text and "Start it." in text
    assert '<table class="fc-figures' not in text
    assert button(app, "Try again")


def test_an_upload_is_read_measured_and_can_be_started(start: Start, started: StillRuns) -> None:
    app = upload(start(), lines(GOLDEN), "../../my <set>.jsonl")
    assert "1 question and 1 claim, citing 1 article. All of it is in the index." in page_text(app)
    button(app, "Start the evaluation").click().run()
    assert Path(started.started[0][1]).name == "my-set.jsonl"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            [GOLDEN[0] | {"citations": [{"file": "gone.txt", "quote": "It is gone."}]}],
            "1 cited article not in the index: gone.txt.",
        ),
        (
            [GOLDEN[0] | {"citations": [{"file": "001_d26e30d51aa5f213.txt", "quote": "It is not there."}]}],
            "1 cited sentence not in the articles as they are now:",
        ),
    ],
)
def test_a_set_that_does_not_fit_says_so_and_cannot_be_started(
    start: Start, started: StillRuns, rows: Sequence[dict[str, Any]], words: str
) -> None:
    app = upload(start(), lines(rows))
    assert words in page_text(app) and "Nothing was started." in page_text(app)
    assert button(app, "Start the evaluation").disabled
    assert not started.started


def test_a_file_that_is_no_golden_set_names_its_first_lines(start: Start) -> None:
    app = upload(start(), lines([{"id": f"x{at}", "question": "<b>Why?</b>"} for at in range(9)]))
    text = page_text(app)
    assert "This file cannot be used: 9 problems. The first ones:" in text
    assert "line 1 (x0): answerable is missing" in text and "line 7" not in text
    assert not [each for each in app.button if each.label == "Start the evaluation"]


def test_finished_runs_are_listed_with_their_figure(start: Start, home: Path) -> None:
    keep_run(home)
    keep_run(home, SECOND, worsened())
    text = page_text(start())
    assert text.index("50 % right") and text.count("<b>golden.jsonl</b>") == 2
    assert "12 to 88 %" in text


def test_a_run_of_another_visitor_is_not_opened(start: Start, home: Path) -> None:
    keep_run(home.parents[1] / ("w" * 32) / "evaluations")
    text = page_text(start(run=FIRST))
    assert "Row by row" not in text and "<b>golden.jsonl</b>" not in text
    for id in ("../../secret", f"../../{'w' * 32}/evaluations/{FIRST}", "", FIRST):
        assert read_evaluating(id) is None


def test_the_address_opens_a_run_with_figures_misses_and_rows(start: Start, home: Path) -> None:
    keep_run(home)
    app = start(run=FIRST)
    text = page_text(app)
    assert "50.0 %" in text and "12 to 88 %" in text
    assert [each["stage"] for each in review_data(app, "lost")["lost"]] == ["abstained_wrong", "judged_wrong", "failed"]
    table = app.dataframe[0].value
    assert table["Result"].tolist() == [
        "Right",
        "Wrong, no answer",
        "Right, no answer",
        "Failed",
        "Wrong",
        "Not judged",
    ]
    assert table["Lost at"].tolist() == ["", "Held back", "", "Failed", "Wrong verdict", ""]


def test_filters_narrow_the_rows(start: Start, home: Path) -> None:
    keep_run(home)
    app = start(run=FIRST)
    app.selectbox(key="evaluate-tag").set_value("who").run()
    app.text_input(key="evaluate-words").set_value("DENIED kremlin").run()
    assert app.dataframe[0].value["_id"].tolist() == ["g1", "g2"]
    app.session_state["evaluate"].stage = "abstained_wrong"
    app.run()
    assert app.dataframe[0].value["_id"].tolist() == ["g2"]


def test_rows_open_beside_what_is_right(start: Start, home: Path) -> None:
    keep_run(home)
    app = start(run=FIRST)
    for id, shape in (("g1", "answered"), ("g2", "abstained"), ("g4", "failed"), ("g5", "checked")):
        app.session_state["evaluate"].row = id
        app.run()
        row = review_data(app, "row")["row"]
        assert row["id"] == id and [side["shape"] for side in row["sides"]] == [shape]


def test_comparing_shows_rows_that_got_worse_first_and_both_sides(start: Start, home: Path) -> None:
    keep_run(home)
    keep_run(home, SECOND, worsened())
    app = start(run=SECOND)
    app.segmented_control(key="evaluate-view").set_value("Compare").run()
    assert "1 row went from wrong to right, 1 from right to wrong." in page_text(app)
    assert app.dataframe[0].value["Change"].tolist() == ["Worse", "Better"]
    app.session_state["evaluate"].row = "g1"
    app.run()
    data = review_data(app, "row")
    assert [side["name"] for side in data["row"]["sides"]] == ["Before", "Now"]
    assert [group["id"] for group in data["groups"]] == ["before", "now"]


def test_every_view_of_a_run_is_drawn(start: Start, home: Path) -> None:
    keep_run(home)
    app = start(run=FIRST)
    app.segmented_control(key="evaluate-view").set_value("All measures").run()
    assert "Retrieval" not in page_text(app) and "Answer correct" in page_text(app)
    app.segmented_control(key="evaluate-view").set_value("Plots").run()
    assert len(app.get("vega_lite_chart")) == 5 and not app.exception
    app.toggle[0].set_value(True).run()
    assert not app.get("vega_lite_chart") and "Milliseconds at most" in page_text(app)


def test_deleting_removes_the_folder(start: Start, home: Path) -> None:
    folder = keep_run(home)
    app = start(run=FIRST)
    button(app, "Delete it").click().run()
    assert not folder.exists() and not app.exception
    assert "run" not in app.query_params


def test_a_run_whose_files_are_broken_says_so(start: Start, home: Path) -> None:
    folder = keep_run(home)
    (folder / "out" / "scores.jsonl").write_text("{}\n", "utf-8")
    app = start(run=FIRST)
    assert not app.exception and "cannot be read" in app.error[0].value
    assert str(home) not in app.error[0].value


def test_the_table_of_a_run_is_built_once_and_records_are_read_one_by_one(home: Path) -> None:
    evaluation, records = many(600)
    review = open_review(write_run(home / "run", evaluation, records))
    assert open_review(home / "run").table is review.table
    found = filter_table(review.table, Filters(result="Wrong", tag="claim", words="number CONFIRMED"))
    assert found["_id"].tolist() == [f"r{at}" for at in range(4, 600, 6)]
    assert review.record("r599")["outcome"] == RECORDS[599 % 6]["outcome"]


def test_hostile_words_stay_words() -> None:
    bad = "<script>alert(1)</script>\u202e"
    rows = (replace(ROWS[1], asked=bad, tags=(bad,)),)
    case = replace(CASES[1], answers=((bad,),))
    table = build_table(rows, {"g2": case}, [bad])
    assert "\u202e" not in "".join(map(str, table.iloc[0][:6]))
    plots = list_plots(replace(EVALUATION, by_tag={bad: EVALUATION.by_tag["who"]}), dark=False)
    assert "<script>" not in draw_table(plots[0])


def test_right_sentences_are_in_their_articles_and_missing_parts_are_named() -> None:
    texts = ScriptedCorpus(TEXTS)
    side = make_side("Answer", RECORDS[0] | {"short_answer": "Liu", "answer": "Liu."}, CASES[0], texts)
    assert side.given == 2 and len(side.citations) == 3
    assert all(TEXTS[each.file][each.start : each.end] == each.quote for each in side.citations)
    row = view_row(ROWS[0], CASES[0], [side], texts, {})
    assert [group["met"] for group in row["right"]["groups"]] == [False, False]
    assert [gold["position"] for gold in row["gold"]] == [2, None]
    assert [gold["cited"] for gold in row["gold"]] == [True, False]
    (group,) = view_groups([side], {})
    assert [each.get("label") for each in group["citations"]] == [None, None, "R1"]


def test_a_removed_article_leaves_its_sentences_unopened() -> None:
    texts = ScriptedCorpus({})
    side = make_side("Answer", RECORDS[1], CASES[1], texts)
    row = view_row(ROWS[1], CASES[1], [side], texts, {})
    assert [gold["position"] for gold in row["gold"]] == [None]


def test_bars_say_which_is_chosen() -> None:
    bars = view_lost({"abstained_wrong": 4, "failed": 1, "not_indexed": 0}, "failed")
    assert [(bar["name"], bar["share"], bar["chosen"]) for bar in bars] == [
        ("Held back", 1.0, False),
        ("Failed", 0.25, True),
    ]


def test_counts_add_up() -> None:
    table = build_table(ROWS, {case.id: case for case in CASES}, [""] * 6)
    assert count_results(table) == {"All": 6, "Right": 2, "Wrong": 2, "Abstained": 2, "Failed": 1}


def test_headlines_leave_out_what_is_not_known() -> None:
    drawn = draw_headlines(EVALUATION.results, explain_metrics())
    assert "50.0 %" in drawn and "Verdict right" not in drawn and "Cost a row" not in drawn


def test_differences_that_are_clear_come_first() -> None:
    clear, others = split_differences(COMPARISON)
    assert [each.name for each in clear] == ["right", "answer_correctness"]
    assert [each.name for each in others] == ["latency_ms_p50"]
    drawn = draw_differences(clear, explain_metrics())
    assert "−25.0" in drawn and "−40.0 to −10.0" in drawn and "&lt; 0.001" in drawn
    assert describe_change(COMPARISON)[0] == "Worse: 75.0 % right before, 50.0 % now, on 4 rows of both."
    unknown = replace(COMPARISON, differences=())
    assert describe_change(unknown)[0].startswith("These runs cannot be compared")


def test_a_failed_row_is_neither_better_nor_worse() -> None:
    table = build_table(ROWS, {}, [""] * 6)
    flips = (replace(COMPARISON.flips[0], failed=True), COMPARISON.flips[1])
    assert build_flips(table, flips, {})["Change"].tolist() == ["Failed in one", "Better"]


def test_plots_take_the_colours_of_the_page() -> None:
    light, dark = (
        json.dumps([dict(plot.spec) for plot in list_plots(EVALUATION, dark=dark)]) for dark in (False, True)
    )
    assert PALETTE["ink"][0] in light and PALETTE["ink"][0] not in dark and PALETTE["ink"][1] in dark
    assert "http" not in dark.replace("https://vega.github.io/schema/", "")


def test_a_run_made_elsewhere_is_taken_in_whole_or_not_at_all(home: Path, tmp_path: Path) -> None:
    out = write_run(tmp_path / "elsewhere")
    files = {name: (out / name).read_bytes() for name in ("run.json", "scores.jsonl", "records.jsonl", "golden.jsonl")}
    found = read_evaluating(keep_imported(files))
    assert found is not None and found.finished and found.wish.title == "golden.jsonl"
    assert len(read_golden(found.out / "golden.jsonl").cases) == 6
    with pytest.raises(UsageError, match="not of the same run"):
        keep_imported({**files, "records.jsonl": files["records.jsonl"].split(b"\n")[0]})
    wrong = {
        "run.json": files["run.json"].replace(b'"scored": 4', b'"scored": "<b>"', 1),
        "scores.jsonl": files["scores.jsonl"].replace(b'"asked": "', b'"asked": 1, "was": "', 1),
        "records.jsonl": files["records.jsonl"].replace(b'"citations"', b'"gone"', 1),
    }
    for name, content in wrong.items():
        assert content != files[name]
        with pytest.raises(UsageError):
            keep_imported({**files, name: content})
    assert len([path for path in home.iterdir() if path.name[0] == "2"]) == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\sets\\a b.CSV", "a-b.csv"),
        ("..", "golden"),
        ("-rf.jsonl", "rf.jsonl"),
        ("x" * 300 + ".jsonl", "x" * 60 + ".jsonl"),
        ("\u202elnosj.jsonl", "lnosj.jsonl"),
    ],
)
def test_names_of_uploads_become_names_of_files(given: str, kept: str) -> None:
    assert name_safely(given) == kept


def test_no_value_is_taken_for_an_option() -> None:
    wish = Wish("t", 3, only=("--restart",), judge_model="-x")
    found = list_arguments(Path("/g.jsonl"), Path("/o"), wish)
    assert "--only=--restart" in found and "--judge-model=-x" in found


def test_times_are_read_as_people_write_them() -> None:
    assert name_time("2026-11-22T09:05:00+00:00") == "22 Nov 2026, 09:05 UTC"
    assert name_time("never") == "never"
    assert evaluations.stamp(Path("missing")) == 0
