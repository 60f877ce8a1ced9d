"""The Compare page: its states, its sections and filters, and what its views make of a record."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import streamlit as st
from places import ROOT
from scripted_comparison import PESKOW, ComparedCorpus, alone, citations, compared, many
from scripted_corpus import seed_texts
from streamlit.testing.v1 import AppTest

from factcheck.comparing.records import CompareRecord
from factcheck.errors import FactcheckError, IndexMissing

Start = Callable[..., AppTest]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Start]:
    """Open the page over a corpus, or over an error that opening the index raises, and wait for its comparison."""
    monkeypatch.setenv("FACTCHECK_INDEX", str(tmp_path / "index"))
    st.cache_resource.clear()

    def start(corpus: ComparedCorpus | FactcheckError, *, wait: bool = True) -> AppTest:
        def open_corpus(*_: object, **__: object) -> ComparedCorpus:
            if isinstance(corpus, FactcheckError):
                raise corpus
            return corpus

        pipeline = ModuleType("factcheck.pipeline")
        pipeline.Corpus = type("Corpus", (), {"open": staticmethod(open_corpus)})  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "factcheck.pipeline", pipeline)
        app = AppTest.from_file(str(ROOT / "ui" / "app.py"), default_timeout=20).run()
        app.switch_page("screens/compare.py").run()
        return settle(app) if wait else app

    yield start
    st.cache_resource.clear()


def settle(app: AppTest) -> AppTest:
    """Wait until no comparison runs."""
    deadline = time.monotonic() + 20
    while any(thread.name == "factcheck-compare" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return app.run()


def sheet(app: AppTest) -> dict[str, Any]:
    """What the browser was given to draw."""
    assert not app.exception
    (element,) = app.get("bidi_component")
    data: dict[str, Any] = json.loads(element.proto.json)[0]
    return data


def look_at(app: AppTest, section: str) -> dict[str, Any]:
    app.segmented_control(key="compare-section").set_value(section).run()
    return sheet(app)


def texts(app: AppTest) -> list[str]:
    assert not app.exception
    return [element.value for element in [*app.subheader, *app.text, *app.error, *app.info]]


def corpus(*comparisons: object) -> ComparedCorpus:
    return ComparedCorpus(seed_texts(), comparisons)


def test_without_an_index_the_page_says_so(start: Start) -> None:
    app = start(IndexMissing("there is no index"))
    assert app.subheader[0].value == "No articles yet" and not app.get("bidi_component")


def test_a_few_articles_are_compared_at_once_and_for_everybody_only_once(start: Start) -> None:
    given = corpus(compared())
    app = start(given)
    assert texts(app)[0] == "5 files, 164 sentences, 3 independent origins."
    data = sheet(app)
    assert data["section"] == "quotes" and data["worded"].startswith("1 utterance is told in other words only")
    second = AppTest.from_file(str(ROOT / "ui" / "app.py"), default_timeout=20).run()
    assert sheet(second.switch_page("screens/compare.py").run()) == data
    assert given.compared == [None]


def test_a_quote_that_changed_shows_every_telling_with_its_own_words_marked(start: Start) -> None:
    (drift,) = sheet(start(corpus(compared())))["drifts"]
    assert (drift["label"], drift["headline"]) == (
        "Said and denied",
        "Jake Sullivan: one says “will stand”, the other “will not stand by”",
    )
    first, second, _ = drift["rows"]
    assert "".join(piece["text"] for piece in second["pieces"]) == " ".join(citations()[1].quote.split())
    assert [piece["text"] for piece in second["pieces"] if piece.get("point") and piece.get("edit")] == ["not"]
    assert {piece["edit"] for piece in first["pieces"] if "edit" in piece} == {"out"}
    assert (first["speaker"], first["via"], first["origin"]) == ("Jake Sullivan", "CNN", "Origin 1")


def test_other_words_are_shown_when_they_are_asked_for(start: Start) -> None:
    app = start(corpus(compared()))
    app.selectbox(key="compare-quotes-kind").set_value("wording_only").run()
    assert [drift["kind"] for drift in sheet(app)["drifts"]] == ["wording_only"]
    app.text_input(key="compare-quotes-words").set_value("a word of no article").run()
    assert "No difference fits" in texts(app) and not app.get("bidi_component")


def test_a_click_opens_the_sentence_and_another_section_closes_it(start: Start) -> None:
    app = start(corpus(compared()))
    app.session_state["compare"].open({"group": "quote-0", "position": 1})
    opened = sheet(app.run())["opened"]
    marked = [run["text"] for block in opened["article"]["blocks"] for run in block["runs"] if "marks" in run]
    assert " ".join("".join(marked).split()) == " ".join(citations()[1].quote.split())
    assert (opened["position"], opened["count"]) == (1, 3)
    assert look_at(app, "origins")["opened"] is None


@pytest.mark.parametrize(
    "value", [None, 3, {"group": "quote-0"}, {"group": "quote-0", "position": 9}, {"group": [], "position": 0}]
)
def test_what_the_browser_makes_up_opens_nothing(start: Start, value: object) -> None:
    app = start(corpus(compared()))
    app.session_state["compare"].open(value)
    assert sheet(app.run())["opened"] is None


def test_facts_stand_side_by_side_with_their_articles(start: Start) -> None:
    data = look_at(start(corpus(compared())), "facts")
    (drift,) = data["drifts"]
    assert [(side["value"], side["count"]) for side in drift["sides"]] == [
        ("The Kremlin", "1 article"),
        ("Kremlin spokesman Dmitry Peskov", "1 article"),
    ]
    assert [row["side"] for row in drift["rows"]] == [0, 1]


def test_utterances_are_filtered_by_speaker_article_manner_and_words(start: Start) -> None:
    app = start(corpus(compared()))
    data = look_at(app, "said")
    assert data["summary"] == "6 utterances" and len(data["rows"]) == 6
    assert [row["speaker"] for row in data["rows"]][-1] == "Nobody named"
    app.selectbox(key="compare-said-kind").set_value("direct").run()
    app.text_input(key="compare-said-words").set_value("  BEIJING  warned ").run()
    assert [row["title"] for row in sheet(app)["rows"]] == [compared().files[3].title.replace("  ", " ")]
    assert sheet(app)["summary"] == "1 of 6 utterances"


def test_a_likely_spelling_is_offered_and_shown_only_when_asked_for(start: Start) -> None:
    app = start(corpus(compared()))
    look_at(app, "said")
    app.selectbox(key="compare-said-voice").set_value(1).run()
    data = sheet(app)
    (variant,) = data["voice"]["variants"]
    assert (variant["name"], variant["reason"], variant["shown"]) == (PESKOW, "sounds alike", False)
    assert len(data["rows"]) == 1
    session = app.session_state["compare"]
    session.vary(variant["voice"], frozenset({2}))
    session.vary("2", frozenset({2}))
    session.vary(0, frozenset({2}))
    data = sheet(app.run())
    assert [row["speaker"] for row in data["rows"]] == ["Dmitry Peskov", PESKOW]
    app.selectbox(key="compare-said-voice").set_value(-1).run()
    app.selectbox(key="compare-said-voice").set_value(1).run()
    assert len(sheet(app)["rows"]) == 1, "another choice forgets it"


def test_ten_thousand_utterances_are_sent_by_the_page(start: Start) -> None:
    app = start(corpus(many(compared(), 10_000)))
    data = look_at(app, "said")
    assert data["summary"] == "10,000 utterances" and len(data["rows"]) == 50
    assert len(json.dumps(data)) < 200_000


def test_origins_come_with_links_their_reasons_and_both_sentences(start: Start) -> None:
    app = start(corpus(compared()))
    data = look_at(app, "origins")
    (origin,) = data["origins"]
    assert (origin["count"], len(origin["files"]), data["alone"]["count"]) == (3, 3, 2)
    reasons = {(link["a"], link["b"]): [reason["words"] for reason in link["reasons"]] for link in origin["links"]}
    assert sorted(reasons.values()) == [
        ["nearly the same text", "one credits the other, or both the same outlet: CNN"],
        ["they share utterances"],
    ]
    (group,) = data["groups"]
    evidence = origin["links"][0]["reasons"][0]["evidence"]
    assert [[group["citations"][each]["speaker"] for each in pair] for pair in evidence] == [
        ["Jake Sullivan, via CNN"] * 2
    ]
    app.text_input(key="compare-origins-words").set_value("reuters").run()
    data = sheet(app)
    assert data["origins"] == [] and [file["source"] for file in data["alone"]["files"]] == ["Reuters"]


def test_articles_are_chosen_by_title_and_their_names_are_no_patterns(start: Start) -> None:
    given = ComparedCorpus({"a[1].txt": "One.", "b.txt": "Two.", "c.txt": "Three."}, [compared(), compared()])
    app = start(given)
    app.multiselect(key="compare-files").set_value(["b.txt", "a[1].txt"]).run()
    settle(app)
    assert given.compared == [None, ("a[[]1].txt", "b.txt")]


def test_many_articles_are_not_compared_unasked(start: Start) -> None:
    given = ComparedCorpus({f"{n}.txt": "Text." for n in range(400)}, [compared()])
    app = start(given)
    assert given.compared == [] and "400 articles takes about 20 seconds" in texts(app)[0]
    app.text_input(key="compare-names").set_value("39").run()
    settle(app)
    assert given.compared == [("*39*",)], "eleven are few"
    app.text_input(key="compare-names").set_value("nothing").run()
    assert texts(app) == ["No article has such a name. Choose others."]


def test_progress_is_shown_and_stopping_leaves_no_comparison(start: Start) -> None:
    going = threading.Event()

    def wait(advance: Callable[[str, int, int], None]) -> CompareRecord:
        while True:
            advance("comparing", 128, 219)
            going.set()
            time.sleep(0.01)

    given = corpus(wait, compared())
    app = start(given, wait=False)
    assert going.wait(20)
    app.run()
    assert [element.proto.text for element in app.get("progress")] == ["Comparing: 128 of 219"]
    app.button[0].click().run()
    settle(app)
    assert texts(app) == ["The comparison was stopped. Nothing of it is kept."]
    app.button[0].click().run()
    settle(app)
    assert sheet(app)["drifts"]


def test_a_failure_is_neither_a_comparison_nor_no_difference(start: Start) -> None:
    app = start(corpus(RuntimeError("/secret/path"), FactcheckError("the disk is full", hint="Make room."), compared()))
    assert "Something unexpected went wrong inside factcheck" in texts(app)[0] and "/secret/path" not in str(texts(app))
    app.button[0].click().run()
    settle(app)
    assert "the disk is full" in texts(app)[0] and "Nothing differs" not in str(texts(app))
    app.button[0].click().run()
    assert sheet(settle(app))["drifts"]


def test_one_article_and_no_difference_are_told_apart_from_nothing_done(start: Start) -> None:
    app = start(corpus(alone(compared())))
    assert texts(app)[0] == "One article has nothing to differ from"
    assert len(look_at(app, "said")["rows"]) == 1
    st.cache_resource.clear()
    app = start(corpus(replace(compared(), drift=())))
    assert texts(app) == [
        "Nothing differs",
        "5 files, 164 sentences, 3 independent origins.",
        "5 articles with 164 sentences were compared, 219 pairs of sentences that tell the same word by word.",
    ]


def test_hostile_names_and_words_stay_text(start: Start) -> None:
    nasty = "<img src=x onerror=alert(1)>\u202e$x$ ![a](http://evil)"
    record = compared()
    people = (replace(record.people[0], name=nasty), *record.people[1:])
    files = tuple(replace(file, title=nasty, outlet=nasty) for file in record.files)
    app = start(corpus(replace(record, people=people, files=files)))
    data = look_at(app, "said")
    assert "\u202e" not in json.dumps(data, ensure_ascii=False) and "‹U+202E›" in data["rows"][0]["speaker"]
    assert not any("evil" in str(element.value) for kind in ("markdown", "html") for element in app.get(kind))
