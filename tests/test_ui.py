"""The page's states, run by Streamlit's own test runner over a scripted corpus."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import streamlit as st
from scripted_corpus import ScriptedCorpus, denied, seed_texts, stand_by, timed_out, unknown_number
from streamlit.testing.v1 import AppTest

from factcheck.errors import FactcheckError, IndexLocked, IndexMismatch, IndexMissing

APP = Path(__file__).resolve().parents[1] / "ui" / "app.py"
Start = Callable[..., AppTest]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Start]:
    """Start the app over a corpus, or over an error that opening the index raises."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACTCHECK_INDEX", str(tmp_path / "index"))
    st.cache_resource.clear()

    def start(corpus: ScriptedCorpus | FactcheckError) -> AppTest:
        def open_corpus(*_: object, **__: object) -> ScriptedCorpus:
            if isinstance(corpus, FactcheckError):
                raise corpus
            return corpus

        pipeline = ModuleType("factcheck.pipeline")
        pipeline.Corpus = type("Corpus", (), {"open": staticmethod(open_corpus)})  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "factcheck.pipeline", pipeline)
        return AppTest.from_file(str(APP), default_timeout=20).run()

    yield start
    st.cache_resource.clear()


def ask(app: AppTest, question: str) -> dict[str, Any]:
    """Type a question, press the button and return the newest turn."""
    app.text_input(key="question").set_value(question)
    app.button[0].click().run()
    settle(app)
    turn: dict[str, Any] = desk(app)["turns"][0]
    return turn


def settle(app: AppTest) -> None:
    """Run the page again, as the browser does by itself, until the question is answered."""
    while app.session_state["ask"].asking is not None:
        time.sleep(0.02)
        app.run()


def desk(app: AppTest) -> dict[str, Any]:
    """What the browser was given to draw."""
    assert not app.exception
    (element,) = app.get("bidi_component")
    data: dict[str, Any] = json.loads(element.proto.json)[0]
    return data


def page_text(app: AppTest) -> str:
    kinds = ("text", "subheader", "code", "markdown", "html")
    return "\n".join(str(element.value) for kind in kinds for element in app.get(kind) if element.value)


def test_no_index_shows_the_command_that_makes_one(start: Start) -> None:
    app = start(IndexMissing("there is no index at .factcheck", hint="Make one."))
    assert not app.exception
    assert app.subheader[0].value == "No articles yet"
    assert app.code[0].value == "factcheck index FOLDER"
    assert not app.text_input
    assert not app.get("bidi_component")


@pytest.mark.parametrize(
    "error",
    [
        IndexMismatch("the index was built with another splitter", hint="factcheck index FOLDER --rebuild"),
        IndexLocked("another process is writing", hint="Wait until it is done."),
    ],
)
def test_an_index_that_cannot_be_used_says_what_to_do(start: Start, error: FactcheckError) -> None:
    app = start(error)
    assert not app.exception
    assert [text.value for text in app.text] == [error.message, error.hint]


def test_looking_again_opens_an_index_made_meanwhile(start: Start) -> None:
    app = start(IndexMissing("there is no index"))
    pipeline: Any = sys.modules["factcheck.pipeline"]
    pipeline.Corpus.open = staticmethod(lambda *_, **__: ScriptedCorpus(seed_texts()))
    app.button[0].click().run()
    assert len(desk(app)["examples"]) == 4


def test_the_first_page_offers_questions_made_from_the_articles(start: Start) -> None:
    data = desk(start(ScriptedCorpus({"a.txt": "Mayor Ana Lima said so."})))
    assert data["examples"] == ["What did Ana Lima say?", "Who is Ana Lima?"]
    assert data["shelf"] == [{"title": "a.txt", "source": ""}] and data["count"] == 1
    assert data["turns"] == [] and data["asking"] is None and data["opened"] is None


def test_an_answer_is_asked_once_and_shown_with_its_citations(start: Start) -> None:
    corpus = ScriptedCorpus(seed_texts(), [denied()])
    app = start(corpus)
    turn = ask(app, "  Who denied the request? ")
    assert corpus.questions == ["Who denied the request?"]
    assert turn["outcome"] == "answered"
    assert turn["short"] == "Zhao Lijian; Dmitry Peskov"
    assert [citation["speaker"] for citation in turn["citations"][:3]] == [
        None,
        "Zhao Lijian",
        "Zhao Lijian, via TASS",
    ]
    assert turn["meta"]["engine"]["label"] == "Embedded engine · offline"
    assert turn["origins"] == "3 files, 2 independent origins"
    app.run()
    assert corpus.questions == ["Who denied the request?"], "a rerun must not ask again"


def test_differing_files_unsupported_statements_and_the_endpoint_are_shown(start: Start) -> None:
    turn = ask(start(ScriptedCorpus(seed_texts(), [stand_by()])), "Will the US stand by?")
    assert [statement["support"] for statement in turn["statements"]] == ["entailed", "unsupported"]
    assert [side["citations"] for side in turn["conflicts"][0]["sides"]] == [[0], [1, 2]]
    assert turn["meta"]["engine"]["label"] == "gpt-4o-mini · api.example.com"
    assert "secret" not in json.dumps(turn)
    assert turn["findings"] == ["Statement 2 is not supported by the sentence it cites."]


def test_an_abstention_is_no_answer_and_no_failure(start: Start) -> None:
    turn = ask(start(ScriptedCorpus(seed_texts(), [unknown_number()])), "How many drones?")
    assert turn["outcome"] == "abstained"
    assert turn["abstention"]["explanation"] == "Sentences mention drones, but none gives a number."
    assert turn["abstention"]["searched"] == "Searched 168 sentences in 5 files."
    assert len(turn["citations"]) == 2
    assert "statements" not in turn and "failure" not in turn


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (timed_out(), "The endpoint api.example.com did not answer within 60 seconds."),
        (FactcheckError("the disk is full", hint="Make room."), "the disk is full"),
        (RuntimeError("/secret/path is broken"), "Something unexpected went wrong inside factcheck."),
    ],
)
def test_a_failure_is_shown_as_one(start: Start, reply: object, error: str) -> None:
    app = start(ScriptedCorpus(seed_texts(), [reply]))
    turn = ask(app, "Who?")
    assert turn["outcome"] == "failed"
    assert turn["failure"]["error"] == error
    assert turn["failure"]["hint"]
    assert "statements" not in turn and "abstention" not in turn
    assert "/secret/path" not in json.dumps(turn) + page_text(app)


def test_asking_again_after_a_failure_keeps_both(start: Start) -> None:
    app = start(ScriptedCorpus(seed_texts(), [timed_out(), denied()]))
    ask(app, "Who denied it?")
    ask(app, "Who denied it, then?")
    assert [turn["outcome"] for turn in desk(app)["turns"]] == ["answered", "failed"]


def test_an_empty_question_is_not_asked(start: Start) -> None:
    corpus = ScriptedCorpus(seed_texts())
    app = start(corpus)
    app.text_input(key="question").set_value("   ")
    app.button[0].click().run()
    assert desk(app)["turns"] == [] and corpus.questions == []


def test_an_opened_citation_shows_its_article(start: Start) -> None:
    app = start(ScriptedCorpus(seed_texts(), [denied()]))
    turn = ask(app, "Who denied the request?")
    app.session_state["ask"].open({"group": turn["id"], "position": 3})
    opened = desk(app.run())["opened"]
    assert (opened["position"], opened["count"]) == (3, 5)
    marked = [run for block in opened["article"]["blocks"] for run in block["runs"] if "marks" in run]
    assert [run["marks"] for run in marked] == [[0], [3]]
    assert (
        marked[1]["text"] == "The Kremlin has also denied the reports, insisting Russia has all the resources it needs."
    )


def test_an_article_that_is_gone_is_said_to_be(start: Start) -> None:
    corpus = ScriptedCorpus(seed_texts(), [denied()])
    app = start(corpus)
    turn = ask(app, "Who denied the request?")
    corpus.texts = {}
    app.session_state["ask"].open({"group": turn["id"], "position": 0})
    article = desk(app.run())["opened"]["article"]
    assert article["blocks"] == [] and "no longer" in article["notice"]


def test_two_visitors_do_not_see_each_other(start: Start) -> None:
    corpus = ScriptedCorpus(seed_texts(), [denied(), unknown_number()])
    first, second = start(corpus), start(corpus)
    ask(first, "Who denied the request?")
    assert desk(second.run())["turns"] == []
    ask(second, "How many drones?")
    assert [turn["outcome"] for turn in desk(first.run())["turns"]] == ["answered"]


def test_nothing_that_streamlit_would_format_comes_from_articles_or_people(start: Start) -> None:
    hostile = "Mayor Ana Lima said :material/home: $x$ [a](http://example.com) <b>b</b>"
    app = start(ScriptedCorpus({"<img src=x>.txt": hostile}, [timed_out()]))
    ask(app, "<script>alert(1)</script> $y$ **z**")
    text = page_text(app)
    assert not any(part in text for part in (":material", "$x$", "example.com", "alert(1)", "**z**", "src=x>.txt"))
