"""The Ask page beyond one question: follow-ups, filters, engines, stops, links and files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scripted_corpus import ScriptedCorpus, denied, seed_texts, stand_by, unknown_number
from streamlit.testing.v1 import AppTest
from test_ui import Start, ask, desk, settle, start

from factcheck.types import Exchange
from ui.sessions.ask import Session

__all__ = ["start"]


class Recording(ScriptedCorpus):
    """Keeps the options of every question."""

    def __init__(self, replies: list[object]) -> None:
        super().__init__(seed_texts(), replies)
        self.options: list[dict[str, Any]] = []

    def ask(self, question: str, **options: Any) -> Any:
        self.options.append(options)
        return super().ask(question)


def session(app: AppTest) -> Session:
    found: Session = app.session_state["ask"]
    return found


def kept(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "index-app" / "answers").glob("*.json"))


def test_a_follow_up_goes_with_the_conversation_and_other_questions_alone(start: Start) -> None:
    corpus = Recording([denied(), unknown_number(), denied()])
    app = start(corpus)
    ask(app, "Who denied the request?")
    ask(app, "And what did he say about drones?")
    ask(app, "How many drones did Russia request from China?")
    first, second, third = (options["history"] for options in corpus.options)
    assert (first, third) == ([], [])
    assert second == [Exchange("Who denied the request?", "", "Zhao Lijian; Dmitry Peskov", ("Zhao Lijian",))]


def test_the_chosen_engine_and_the_filters_go_with_the_question(start: Start) -> None:
    corpus = Recording([denied()])
    app = start(corpus)
    file = next(iter(seed_texts()))
    app.session_state["engine"] = "embedded"
    app.multiselect(key="ask_files").set_value([file])
    app.run()
    assert any("Searches 1 of 5 articles" in caption.value for caption in app.caption)
    turn = ask(app, "Who denied the request?")
    assert corpus.options == [{"files": (file,), "engine": "embedded", "history": []}]
    assert turn["within"] == file
    next(button for button in app.button if button.label == "Clear filters").click().run()
    assert app.multiselect(key="ask_files").value == []
    assert not [button for button in app.button if button.label == "Clear filters"]


def test_a_filter_that_leaves_nothing_says_so_before_anything_is_asked(start: Start) -> None:
    app = start(ScriptedCorpus(seed_texts()))
    app.date_input(key="ask_since").set_value("2022-03-01")
    app.run()
    assert any("nothing can be found" in caption.value for caption in app.caption)


def test_of_ten_thousand_files_a_few_are_offered(start: Start) -> None:
    app = start(ScriptedCorpus({f"{number:05}.txt": "Ana Lima spoke." for number in range(10_000)}))
    assert len(app.multiselect(key="ask_files").options) == 50
    app.text_input(key="ask_find").set_value("09999")
    app.run()
    assert app.multiselect(key="ask_files").options == ["09999.txt"]


def test_a_link_opens_the_record_as_it_was(start: Start, tmp_path: Path) -> None:
    first = start(ScriptedCorpus(seed_texts(), [stand_by()]))
    asked = ask(first, "Will the US stand by?")
    (path,) = kept(tmp_path)
    assert len(path.stem) == 32 and asked["link"] == f"?answer={path.stem}"
    assert first.query_params["answer"] == path.stem
    other = AppTest.from_file(first._script_path, default_timeout=20)
    other.query_params["answer"] = path.stem
    (turn,) = desk(other.run())["turns"]
    assert turn["asked"].endswith("UTC")
    for part in ("question", "statements", "conflicts", "citations", "findings", "text", "stale"):
        assert turn[part] == asked[part], part


def test_an_unknown_link_is_calmly_said_to_be_one(start: Start) -> None:
    app = start(ScriptedCorpus(seed_texts()))
    app.query_params["answer"] = "../../../etc/passwd"
    data = desk(app.run())
    assert data["turns"] == [] and data["notice"].startswith("There is no answer under this link.")


def test_what_no_longer_stands_in_the_articles_is_marked_and_never_highlighted(start: Start) -> None:
    corpus = ScriptedCorpus(seed_texts(), [denied()])
    app = start(corpus)
    file = ask(app, "Who denied the request?")["citations"][0]["place"].split(",")[0]
    corpus.texts[file] = "New. " + corpus.texts[file]
    other = AppTest.from_file(app._script_path, default_timeout=20)
    other.query_params["answer"] = session(app).turns[0].id
    (turn,) = desk(other.run())["turns"]
    kinds = [citation.get("kind") for citation in turn["citations"]]
    assert kinds == ["stale", None, None, "stale", None]
    assert "2 of 5 cited sentences" in turn["stale"]
    session(other).open({"group": turn["id"], "position": 0})
    article = desk(other.run())["opened"]["article"]
    assert not [run for block in article["blocks"] for run in block["runs"] if 0 in run.get("marks", [])]


def test_a_file_is_handed_over_once(start: Start) -> None:
    app = start(ScriptedCorpus(seed_texts()))
    session(app).download = {"name": "answer.md", "type": "text/markdown", "text": "x"}
    assert desk(app.run())["download"]["name"] == "answer.md"
    assert desk(app.run())["download"] is None


def test_a_new_conversation_forgets_and_what_is_stopped_is_not_shown(start: Start) -> None:
    app = start(ScriptedCorpus(seed_texts(), [denied(), denied()]))
    ask(app, "Who denied the request?")
    session(app).submit("Who denied it?")
    session(app).stop()
    settle(app.run())
    assert len(desk(app)["turns"]) == 1
    session(app).clear()
    assert desk(app.run())["turns"] == []
