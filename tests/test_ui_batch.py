"""The Batch page: its states, what it starts, and that nothing is lost, mixed up or run."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import streamlit as st
from places import ROOT
from scripted_corpus import ScriptedCorpus, denied, refuted, seed_texts, timed_out, unknown_number
from streamlit.testing.v1 import AppTest

from factcheck.batch.headers import describe_job
from factcheck.batch.inputs import open_items
from factcheck.batch.jobs import Jobs
from factcheck.batch.results import Result
from factcheck.batch.runner import Serial, run_job
from factcheck.errors import IndexMissing, UsageError
from factcheck.types import Failure
from ui import batch_runs, batches
from ui.batch_runs import Standing, list_arguments, make_asking, name_download, read_standing, write_download
from ui.batches import Batch, Wish, add_batch, delete, find_batch, list_batches
from ui.components.batch_rows import ROWS, read_row, view_record, view_row, view_rows
from ui.components.batch_running import explain_error, find_reason
from ui.components.batch_start import describe_standing, write_lines
from ui.runs import RUN, RunState
from ui.sessions.batch import Session

APP = ROOT / "ui" / "app.py"
TOKEN = "t" * 32
ME = hashlib.sha256(f"browser {TOKEN}".encode()).hexdigest()[:32]
CSV = b"question,desk\nWho denied the request?,world\nHow many drones?,data\n,nothing\n"
Open = Callable[..., AppTest]


class FakeRuns:
    """Records what is started; is in the state that a test gives it."""

    def __init__(self) -> None:
        self.started: list[list[str]] = []
        self.state = RunState("none")
        self.others = 0
        self.stopped = 0

    def start(self, folder: Path, arguments: list[str]) -> None:
        self.started.append(list(arguments))
        (folder / RUN).write_text("{}")
        self.state = RunState("running", "answering", 1, 3, "2.0/s", 1.0)

    def stop(self, folder: Path) -> None:
        self.stopped += 1
        self.state = RunState("stopped", code=130, error="interrupted", kind="Interrupted")

    def read(self, folder: Path) -> RunState:
        return self.state

    def count(self) -> int:
        return self.others

    def await_end(self, folder: Path) -> RunState:
        return self.state


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeRuns:
    fake = FakeRuns()
    for module in (batches, batch_runs):
        monkeypatch.setattr(module, "runs", lambda: fake)
    return fake


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The visitor's own folder, beside an index."""
    monkeypatch.setenv("FACTCHECK_INDEX", str(tmp_path / "index"))
    return tmp_path / "index-app" / "visitors" / ME / "batches"


@pytest.fixture
def me(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Look at the visitor's folder without a browser."""
    home.mkdir(parents=True)

    def folder(kind: str, *parts: str) -> Path:
        place = home.joinpath(*parts)
        place.mkdir(exist_ok=True)
        return place

    monkeypatch.setattr(batches, "visitor_folder", folder)
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch, fake: FakeRuns) -> Iterator[Open]:
    """Open the page over a scripted corpus; `list` is the address's."""
    st.cache_resource.clear()
    st.cache_data.clear()
    corpus = ScriptedCorpus(seed_texts())
    corpus.status = lambda: {"fingerprint": "f1"}  # type: ignore[attr-defined]

    def open_page(list: str | None = None, *, opening: Exception | None = None) -> AppTest:
        def open_corpus(*_: object, **__: object) -> Any:
            if opening is not None:
                raise opening
            return corpus

        pipeline = ModuleType("factcheck.pipeline")
        pipeline.Corpus = type("Corpus", (), {"open": staticmethod(open_corpus)})  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "factcheck.pipeline", pipeline)
        app = AppTest.from_file(str(APP), default_timeout=20)
        app.session_state["visitor"] = TOKEN
        app.switch_page("screens/batch.py")
        if list is not None:
            app.query_params["list"] = list
        return app.run()

    yield open_page
    st.cache_resource.clear()
    st.cache_data.clear()


def upload(app: AppTest, name: str = "desk.csv", content: bytes = CSV) -> AppTest:
    app.file_uploader[0].upload(name, content, "text/csv").run()
    assert not app.exception
    return app


def work(batch: Batch, *replies: Any, fingerprint: str = "f1") -> None:
    """Do what the command does, up to an error that stops it."""
    asking = make_asking(batch.wish)
    corpus = ScriptedCorpus({}, replies)
    with Jobs.open(batch.job, describe_job(asking, fingerprint)) as jobs:
        try:
            run_job(open_items(str(batch.input)), jobs, lambda asking: Serial(corpus, asking), asking=asking)
        except KeyboardInterrupt:
            pass
    (batch.folder / RUN).write_text("{}")


def the_list(home: Path) -> Batch:
    (folder,) = [each for each in home.iterdir() if (each / "about.json").exists()]
    about = json.loads((folder / "about.json").read_text())
    wish = Wish(**{**about["wish"], "outlets": tuple(about["wish"]["outlets"])})
    return Batch(folder.name, folder, about["name"], about["begun"], about["source"], wish)


def shown(app: AppTest) -> str:
    assert not app.exception
    return str([element.proto for element in app.main])


def sheet(app: AppTest) -> dict[str, Any]:
    assert not app.exception
    (element,) = app.get("bidi_component")
    data: dict[str, Any] = json.loads(element.proto.json)[0]
    return data


# The page


def test_without_an_index_it_says_what_to_do(open_page: Open) -> None:
    app = open_page(opening=IndexMissing("there is no index"))
    assert not app.exception and not app.file_uploader


def test_at_first_there_is_only_the_way_to_give_a_list(open_page: Open) -> None:
    app = open_page()
    assert len(app.file_uploader) == 1 and len(app.text_area) == 1
    assert not app.subheader


def test_an_upload_is_previewed_with_what_cannot_be_used_and_nothing_runs(open_page: Open, fake: FakeRuns) -> None:
    app = upload(open_page())
    assert "2 questions." in [text.value for text in app.text]
    assert "Line 4 needs a question or a claim" in [text.value for text in app.text]
    table = app.dataframe[0].value
    assert list(table.columns) == ["Row", "Question", "desk"]
    assert list(table["Question"]) == ["Who denied the request?", "How many drones?", ""]
    assert fake.started == []
    assert app.query_params["list"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"a,b\n1,2\n", "has no column question or claim"),
        ("a.txt", b"\n\n", "holds no question"),
        ("a.xlsx", b"no workbook", "is not a workbook"),
        ("a.csv", b"PK\x03\x04zip", "workbook or another zip"),
    ],
)
def test_what_is_no_list_says_why_and_leaves_nothing(
    open_page: Open, home: Path, name: str, content: bytes, words: str
) -> None:
    app = upload(open_page(), name, content)
    (error,) = app.error
    told = error.value.replace("\\", "")
    assert words in told and told.startswith(name) and str(home.parents[2]) not in told
    assert not home.exists() or not any(home.iterdir())


def test_lines_can_be_typed(open_page: Open, home: Path) -> None:
    app = open_page()
    app.text_area[0].set_value("Who denied it?\n\n  How many? \n")
    next(button for button in app.button if button.label == "Go on").click().run()
    assert not app.exception
    assert the_list(home).input.read_bytes() == b"Who denied it?\nHow many?"


def test_start_runs_the_command_with_everything_by_flags(open_page: Open, fake: FakeRuns, home: Path) -> None:
    app = upload(open_page())
    app.selectbox(key=f"batch-format-{the_list(home).id}").set_value("xlsx")
    next(each for each in app.text_input if each.label == "File names like").set_value("-x*.txt").run()
    assert "0 of 5 articles" in [text.value for text in app.text]
    app.button(key="batch-start").click().run()
    (arguments,) = fake.started
    batch = the_list(home)
    assert arguments[:2] == ["batch", str(batch.input)]
    assert f"--output={batch.folder / 'answers.xlsx'}" in arguments
    assert f"--index={home.parents[3] / 'index'}" in arguments
    assert {"--engine=embedded", "--file=-x*.txt"} <= set(arguments)
    assert not any("budget" in each or "model" in each for each in arguments)
    assert app.button(key="batch-stop") and app.get("bidi_component")


def test_while_it_runs_what_is_finished_shows_and_a_reload_finds_it(
    open_page: Open, fake: FakeRuns, home: Path
) -> None:
    upload(open_page()).button(key="batch-start").click().run()
    batch = the_list(home)
    work(batch, denied(), KeyboardInterrupt())
    app = open_page(batch.id)  # a session that knows nothing
    data = sheet(app)
    assert [row["outcome"] for row in data["rows"]] == ["answered", "open", "open"]
    assert data["rows"][0]["gist"] == "Zhao Lijian; Dmitry Peskov"
    app.button(key="batch-stop").click().run()
    assert fake.stopped == 1
    assert "Stopped" in shown(app)
    fake.state = RunState("stopped", code=130, error="interrupted", kind="Interrupted")
    app.button(key="batch-go-on").click().run()
    assert fake.started[1] == fake.started[0]


def test_a_finished_list_offers_its_files_and_its_failures_again(open_page: Open, fake: FakeRuns, home: Path) -> None:
    upload(open_page())
    batch = the_list(home)
    work(batch, denied(), unknown_number())
    fake.state = RunState("done", code=1)
    app = open_page(batch.id)
    assert "Finished: 1 answered, 1 not in the articles, 1 failed" in shown(app)
    labels = [button.label for button in app.get("download_button")]
    assert labels == ["Download: CSV", "Excel (.xlsx)", "TSV", "JSON lines"]
    app.button(key="batch-retry").click().run()
    assert fake.started[-1][-1] == "--retry-failed"


def test_a_changed_index_is_a_choice_in_plain_words(open_page: Open, fake: FakeRuns, home: Path) -> None:
    upload(open_page())
    batch = the_list(home)
    work(batch, denied(), KeyboardInterrupt(), fingerprint="f0")
    fake.state = RunState("failed", code=2, error="the job was begun otherwise", kind="JobChanged")
    app = open_page(batch.id)
    (warning,) = app.warning
    assert "the index has changed" in warning.value
    app.button(key="batch-keep").click().run()
    assert fake.started[-1][-1] == "--keep-answers"
    fake.state = RunState("stopped", code=130)
    open_page(batch.id).button(key="batch-restart").click().run()
    assert fake.started[-1][-1] == "--restart"


def test_rows_are_looked_for_by_outcome_words_and_file(open_page: Open, fake: FakeRuns, home: Path) -> None:
    upload(open_page())
    work(the_list(home), denied(), unknown_number())
    fake.state = RunState("done", code=1)
    app = open_page(the_list(home).id)
    app.text_input(key="batch-words").set_value("DRONES").run()
    assert [row["number"] for row in sheet(app)["rows"]] == ["2"]
    app.text_input(key="batch-words").set_value("").run()
    app.selectbox(key="batch-file").set_value("004_6f23aad3c8ffcd27.txt").run()
    assert [row["number"] for row in sheet(app)["rows"]] == ["1"]


def test_an_open_row_shows_its_record_and_its_article(open_page: Open, fake: FakeRuns, home: Path) -> None:
    upload(open_page())
    work(the_list(home), denied(), unknown_number())
    fake.state = RunState("done", code=1)
    app = open_page(the_list(home).id)
    session: Session = app.session_state["batch"]
    session.open_row(0)
    data = sheet(app.run())
    assert data["record"]["statements"] and len(data["record"]["citations"]) == 5
    session.open_citation({"group": "row0", "position": 3}, denied().citations)
    opened = sheet(app.run())["opened"]
    assert (opened["group"], opened["position"], opened["count"]) == ("row0", 3, 5)
    session.open_row(2)
    assert sheet(app.run())["record"]["outcome"] == "failed"


def test_too_many_runs_are_refused_with_a_reason(open_page: Open, fake: FakeRuns) -> None:
    fake.others = 3
    app = upload(open_page())
    app.button(key="batch-start").click().run()
    assert fake.started == []
    assert "other runs are going on" in app.error[0].value


def test_another_visitor_finds_nothing(open_page: Open, home: Path) -> None:
    upload(open_page())
    app = open_page()
    app.session_state["visitor"] = "u" * 32
    app.query_params["list"] = the_list(home).id
    app.session_state["batch"] = Session(the_list(home).id)
    app.run()
    assert not app.dataframe and not app.subheader
    assert len(app.file_uploader) == 1


def test_names_and_texts_of_strangers_are_only_text(open_page: Open, fake: FakeRuns, home: Path) -> None:
    hostile = '**a** <img src=x onerror="alert(1)"> $x$ [l](http://e.example) :red[b].csv'
    app = upload(open_page(), hostile, b"question\n<script>alert(1)</script> **b** $y$\n")
    work(the_list(home), timed_out())
    fake.state = RunState("done", code=1, notes=("**n**",))
    app = open_page(the_list(home).id)
    for element in app.get("html"):
        assert "<img src=x" not in str(element.proto) and "<script>alert" not in str(element.proto)
    for kind in ("markdown", "info", "warning", "error", "caption"):
        assert not any("e.example" in str(each.value) or "**b**" in str(each.value) for each in app.get(kind))
    assert re.fullmatch(r"[\w.-]+-answers\.csv", name_download(the_list(home), "csv"))


# What lies on disk


def test_a_list_is_kept_under_our_names_and_found_by_its_id(me: None, home: Path) -> None:
    batch = add_batch("../../etc/pass|wd.CSV", CSV)
    assert batch.folder.parent == home and batch.input.name == "questions.csv" and batch.name == "pass|wd.CSV"
    assert find_batch(batch.id) == batch
    assert [each.id for each in list_batches()] == [batch.id]
    for id in (None, "", "..", f"../{batch.id}", f"{batch.id}/..", "20200101-000000-abcdef"):
        assert find_batch(id) is None


@pytest.mark.parametrize(("name", "words"), [("a.exe", "no known kind"), ("a", "no known kind"), ("big.csv", "MB")])
def test_what_is_too_large_or_strange_is_refused(
    me: None, home: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    monkeypatch.setattr(batches, "MOST_MEGABYTES", 0)
    with pytest.raises(UsageError, match=words):
        add_batch(name, CSV)
    assert not any(home.iterdir())


def test_there_is_an_end_to_how_many_lists_one_may_keep(me: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST_BATCHES", 1)
    add_batch("a.csv", CSV)
    with pytest.raises(UsageError, match="1 lists already"):
        add_batch("b.csv", CSV)


def test_deleting_stops_the_run_and_leaves_nothing(me: None, fake: FakeRuns, home: Path) -> None:
    batch = add_batch("a.csv", CSV)
    fake.state = RunState("running")
    delete(batch)
    assert fake.stopped == 1 and not any(home.iterdir())


def test_the_command_of_an_endpoint_has_its_model_and_budget_and_no_key(
    me: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    batch = add_batch("a.csv", CSV)
    wish = Wish(engine="openai", budget_usd=2.5, concurrency=4, outlets=("A", "-B"), since="2022-01-01")
    arguments = list_arguments(batches.keep_wish(batch, wish))
    assert {"--engine=openai", "--model=gpt-4o-mini", "--budget-usd=2.5", "--concurrency=4"} <= set(arguments)
    assert {"--outlet=A", "--outlet=-B", "--since=2022-01-01"} <= set(arguments)
    assert "sk-secret" not in " ".join(arguments)
    found = find_batch(batch.id)
    assert found is not None and found.wish == wish


def test_a_download_is_the_command_s_file_or_what_is_finished_in_any_format(me: None, fake: FakeRuns) -> None:
    batch = add_batch("a.csv", b"question,cell\nWho?,=1+1\nWhen?,x\n")
    work(batch, denied(), KeyboardInterrupt())
    part = write_download(batch, "csv").decode("utf-8-sig")
    assert part.splitlines()[1].startswith("Who?,'=1+1,answered") and len(part.split("Who?")) == 2
    work(batch, unknown_number())
    batch.output.write_bytes(b"the command's file")
    assert write_download(batch, "csv") == b"the command's file"
    lines = [json.loads(line) for line in write_download(batch, "jsonl").splitlines()]
    assert [line["outcome"] for line in lines] == ["answered", "abstained"]
    assert write_download(batch, "xlsx").startswith(b"PK")
    assert not list(batch.folder.glob("download-*"))


@pytest.mark.parametrize(
    ("run", "counts", "state"),
    [
        (RunState("none"), {}, "new"),
        (RunState("running"), {"open": 2}, "running"),
        (RunState("done", code=0), {"answered": 2}, "finished"),
        (RunState("done", code=1), {"answered": 1, "open": 1}, "stopped"),  # a budget is spent
        (RunState("stopped", code=130, error="interrupted", kind="Interrupted"), {"open": 2}, "stopped"),
        (RunState("stopped"), {"answered": 2}, "finished"),  # the app was gone when it ended
        (RunState("failed", code=2, error="no", kind="IndexMissing"), {}, "failed"),
        (RunState("failed", code=1, error="no", kind="JobLocked"), {"open": 1}, "failed"),
    ],
)
def test_how_a_list_stands(
    me: None, fake: FakeRuns, monkeypatch: pytest.MonkeyPatch, run: RunState, counts: dict[str, int], state: str
) -> None:
    fake.state = run
    results = batch_runs.Results(Path("none"))
    results.rows = [
        Result(0, "1", 1, "Who?", False, outcome) for outcome, count in counts.items() for _ in range(count)
    ]
    assert read_standing(add_batch("a.csv", CSV), results).state == state


# What is said


def test_the_reason_of_an_early_end_is_told_without_flags() -> None:
    note = "stopped: the budget of 5 USD is spent (5.0012 USD). Raise it and run the same command: it goes on."
    assert find_reason(RunState("done", notes=("x", note))) == "The budget of 5 USD is spent (5.0012 USD). "
    assert find_reason(RunState("done", notes=("3 records",))) == ""
    assert explain_error(RunState("failed", error="no endpoint", hint="Use --engine embedded.")) == "No endpoint."
    assert explain_error(RunState("failed", error="x", kind="JobLocked")).startswith("Another window")


def test_a_standing_is_one_line() -> None:
    counts = {"answered": 1_200, "failed": 1, "open": 3}
    assert describe_standing(Standing("stopped", RunState("stopped"), counts, 1_204)) == (
        "Stopped: 1,200 answered, 1 failed, 3 of 1,204 waiting"
    )
    assert describe_standing(Standing("new", RunState("none"), {}, 0)) == "Not started"


def test_typed_claims_are_claims() -> None:
    name, content = write_lines('He said "no".\n\nShe did.', claims=True)
    assert name.endswith(".jsonl")
    assert [json.loads(line) for line in content.splitlines()] == [{"claim": 'He said "no".'}, {"claim": "She did."}]


def test_rows_come_in_pages_and_a_page_that_is_gone_is_the_last() -> None:
    rows = [Result(number, str(number), number, f"Who {number}?", False) for number in range(ROWS + 3)]
    view = view_rows(rows, 9)
    assert (view["page"], view["pages"], view["first"], view["count"], len(view["rows"])) == (1, 2, 51, 53, 3)
    assert view_rows([], 0)["rows"] == []


def test_a_row_shows_what_would_command_a_reader_spelled_out() -> None:
    view = view_row(Result(0, "1", 1, "Who\u202ewon?", False, "failed", gist="a\u0000b"))
    assert "\u202e" not in view["asked"] and view["label"] == "Failed"
    assert view_row(Result(0, "1", 1, "", False))["asked"] == "(nothing to ask)"


def test_a_check_shows_its_verdict_and_evidence_and_a_failed_one_neither(me: None, fake: FakeRuns) -> None:
    batch = add_batch("c.txt", b"x")
    batch.input.with_suffix(".jsonl").write_text('{"claim": "China confirmed it."}\n{"claim": "Who?"}\n')
    claims = Batch(batch.id, batch.folder, batch.name, batch.begun, "questions.jsonl", Wish("jsonl"))
    work(claims, refuted(), Failure("claim", "a question", False, "Ask it."))
    results = batch_runs.open_results(claims)
    views = [
        view_record(read_row(position, found), {}, offline=True)
        for position in range(2)
        if (found := results.read(position)) is not None
    ]
    assert (views[0]["outcome"], views[0]["headline"]) == ("checked", "Refuted")
    assert views[0]["sides"][0]["items"][0]["position"] == 0 and len(views[0]["citations"]) == 1
    assert views[1]["outcome"] == "failed" and "verdict" not in views[1]


@pytest.mark.parametrize("value", [None, "0", -1, True, 1.5, {}, 10**9])
def test_the_browser_is_not_trusted(value: object) -> None:
    session = Session("a")
    session.open_row(value)
    session.turn_page(value)
    session.open_citation(value, denied().citations)
    assert session.row in (None, 10**9) and session.page in (0, 10**9) and session.opened is None
