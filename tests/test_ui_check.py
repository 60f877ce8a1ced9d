"""The Check page's states, and what it says of a record, over a scripted corpus."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import drafted
import pytest
import streamlit as st
from places import ROOT
from scripted_corpus import refuted, seed_texts, timed_out
from scripted_draft import CLAIM, NOT_A_CLAIM, QUESTION, SLOW, SOURCE, DraftCorpus, check, judged
from streamlit.testing.v1 import AppTest

from factcheck.drafts.reviewing import Decision, as_draft
from factcheck.errors import FactcheckError, IndexMissing, UsageError
from factcheck.evaluation.golden import read_golden
from ui.checking import read_task, read_task_again, start_check
from ui.components.check import find_stale_quotes, mark_stale, view_list, view_panels, view_reading
from ui.components.check_exports import golden_export, list_exports, name_file
from ui.components.check_panel import choose_status, lay_words, list_citations, place_chips, view_panel
from ui.sessions.kept_checks import (
    About,
    KeptCheck,
    delete_check,
    keep_check,
    keep_decisions,
    list_checks,
    make_id,
    read_decisions,
    read_kept,
)
from ui.work import Stopped, Work, Works

HOSTILE = "\u202e<script>alert(1)</script> :material/home: $x$ **b**"


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[AppTest]:
    """The page over the scripted draft corpus."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACTCHECK_INDEX", str(tmp_path / "index"))
    st.cache_resource.clear()
    corpus = DraftCorpus(seed_texts())
    pipeline = ModuleType("factcheck.pipeline")
    pipeline.Corpus = type("Corpus", (), {"open": staticmethod(lambda *_, **__: corpus)})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "factcheck.pipeline", pipeline)
    yield open_page()
    st.cache_resource.clear()


def open_page() -> AppTest:
    return AppTest.from_file(str(ROOT / "ui" / "app.py"), default_timeout=60).switch_page("screens/check.py").run()


def sheet(app: AppTest) -> dict[str, Any]:
    """What the browser was given to draw."""
    assert not app.exception
    (element,) = app.get("bidi_component")
    data: dict[str, Any] = json.loads(element.proto.json)[0]
    return data


def send(app: AppTest, text: str) -> dict[str, Any]:
    """Check a text and wait for what comes of it."""
    app.text_area(key="check-text").set_value(text)
    press(app, "Check")
    return wait(app)


def wait(app: AppTest) -> dict[str, Any]:
    for _ in range(200):
        data = sheet(app)
        if not data.get("running"):
            return data
        time.sleep(0.05)
        app.run()
    raise AssertionError("the check did not end")


def press(app: AppTest, label: str) -> None:
    (button,) = [each for each in app.button if each.label == label]
    button.click().run()


def labels(app: AppTest) -> list[str]:
    return [each.label for each in app.button]


def statuses(data: dict[str, Any]) -> list[str]:
    return [each["status"] for block in data["reading"]["blocks"] for each in block["sentences"]]


# The page


def test_no_index_says_what_to_do(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise IndexMissing("there is no index", hint="Make one.")

    st.cache_resource.clear()
    monkeypatch.setattr(sys.modules["factcheck.pipeline"].Corpus, "open", staticmethod(missing))
    app.run()
    assert app.subheader[0].value == "No articles yet" and not app.get("bidi_component")


def test_an_empty_page_offers_claims_of_the_articles(app: AppTest) -> None:
    data = sheet(app)
    assert data["reading"] is None and data["earlier"] == []
    assert all(any(" ".join(each.split()) in " ".join(text.split()) for text in seed_texts().values())
               for each in data["examples"])  # fmt: skip


def test_one_sentence_is_a_claim_and_says_so(app: AppTest) -> None:
    data = send(app, f"  {CLAIM} ")
    assert data["head"]["read"].startswith("Read as a claim")
    assert data["head"]["engine"]["label"] == "Embedded engine · offline"
    assert statuses(data) == ["refuted"]
    panel = data["panels"]["1"]
    assert (panel["label"], panel["verdict"]["sure"]) == ("Refuted", "90% sure")
    assert panel["sides"][0]["title"] == "Against it" and panel["sides"][0]["origins"].startswith("1 file")
    assert data["summary"]["line"] == "1 checkable, 1 finding, 1 open"


def test_what_is_no_claim_is_refused_and_is_no_failure(app: AppTest) -> None:
    panel = send(app, QUESTION)["panels"]["1"]
    assert panel["status"] == "unchecked" and "failure" not in panel and "verdict" not in panel
    assert panel["refusal"]["error"] == "This is a question, not a claim."
    assert "factcheck ask" not in panel["refusal"]["hint"] and panel["items"] == []
    assert "Try again" not in labels(app)


def test_a_failure_is_no_verdict_and_is_tried_again(app: AppTest) -> None:
    data = send(app, "Broken things were mended.")
    assert statuses(data) == ["failed"]
    panel = data["panels"]["1"]
    assert panel["failure"]["error"].startswith("The endpoint") and "verdict" not in panel and panel["items"] == []
    press(app, "Try again")
    assert statuses(wait(app)) == ["refuted"]


def test_a_draft_is_marked_sentence_by_sentence(app: AppTest) -> None:
    data = send(app, SOURCE)
    assert data["head"]["read"].startswith("Read as a draft: 7 sentences")
    assert [block["kind"] for block in data["reading"]["blocks"]] == [
        "heading",
        "paragraph",
        "item",
        "item",
        "paragraph",
    ]
    assert statuses(data) == [
        "unchecked", "supported", "misquoted", "refuted", "not_enough_evidence", "failed", "unchecked",
    ]  # fmt: skip
    assert data["summary"]["line"] == "5 checkable, 3 findings, 3 open" and data["first"] == 3
    press(app, "Try again")
    data = wait(app)
    assert statuses(data)[5] == "supported", "what failed is done again"
    assert data["panels"]["6"]["verdict"]["only"] == "Only as somebody’s words"


def test_a_decision_outlasts_a_reload(app: AppTest, tmp_path: Path) -> None:
    data = send(app, SOURCE)
    session = app.session_state["check"]
    assert session.decide({"item": "4-negation-1", "state": "rejected", "comment": HOSTILE, "verdict": "supported"})
    assert not session.decide({"item": "4-negation-9", "state": "accepted"})
    assert not session.decide("accepted")
    (folder,) = tmp_path.glob("index-app/visitors/*/checks")
    keep_decisions(folder, data["id"], session.decisions)
    session.show(None)
    app.query_params["check"] = data["id"]
    data = sheet(app.run())
    assert data["decisions"] == {"4-negation-1": {"state": "rejected", "comment": HOSTILE, "verdict": "supported"}}
    assert data["summary"]["line"].endswith("3 findings, 2 open")
    press(app, "Keep the golden cases for Evaluate")
    (path,) = tmp_path.glob("index-app/visitors/*/golden/*.jsonl")
    assert [case.verdict for case in read_golden(path).cases] == ["supported"]


def test_a_draft_is_stopped_found_again_and_gone_on_with(app: AppTest) -> None:
    app.text_area(key="check-text").set_value(SLOW)
    press(app, "Check")
    first = sheet(app)
    assert first["running"] and first["reading"]["rest"]
    app.session_state["check"].show(None)  # as after a reload: only the running work knows
    assert sheet(app.run())["id"] == first["id"]
    press(app, "Stop checking")
    data = wait(app)
    done = len(statuses(data))
    assert data["head"]["state"] == "stopped" and 0 < done < 40
    assert data["reading"]["rest"], "what was not reached stays readable"
    assert "Go on" in labels(app)


def test_a_stop_soon_after_going_on_loses_nothing(tmp_path: Path) -> None:
    class StoppedEarly:
        def mark_draft(self, *_: object, run: Any, **__: object) -> None:
            run.tell(run.known[0])
            raise Stopped

    works, task = Works(), read_task("", ("draft.md", SOURCE.encode()), {})
    finish(start_check(works, "ann", tmp_path, DraftCorpus(seed_texts()), task))  # type: ignore[arg-type]
    before = read_kept(tmp_path, task.about.id)
    assert len(before.record.sentences) > 1
    again = read_task_again(before.about, before.record)
    finish(start_check(works, "ann", tmp_path, StoppedEarly(), again))  # type: ignore[arg-type]
    after = read_kept(tmp_path, task.about.id)
    assert after.about.state == "stopped" and after.record.sentences == before.record.sentences


def test_quotes_that_left_the_articles_are_told_when_a_check_is_reopened() -> None:
    corpus = DraftCorpus(seed_texts())
    draft = read_task("", ("draft.md", SOURCE.encode()), {}).draft
    sentences = corpus.mark_draft(draft).sentences
    assert find_stale_quotes(sentences, SimpleNamespace(corpus=corpus)) == {}  # type: ignore[arg-type]
    changed = SimpleNamespace(corpus=SimpleNamespace(text=lambda file: "Other words."))
    stale = find_stale_quotes(sentences, changed)  # type: ignore[arg-type]
    groups = view_panels(sentences, {}, around=1)[1]
    mark_stale(groups, stale)
    kinds = {each.get("kind") for group in groups for each in group["citations"]}
    assert len(stale) == sum(len(group["citations"]) for group in groups) > 0 and kinds == {"stale"}


def finish(work: Work) -> None:
    for _ in range(500):
        if work.state != "running":
            return
        time.sleep(0.01)
    raise AssertionError("the check did not end")


def test_what_cannot_be_begun_leaves_nothing(tmp_path: Path) -> None:
    class Full(Works):
        def start(self, *_: object, **__: object) -> Work:
            raise UsageError("you have too much running at once")

    with pytest.raises(UsageError):
        start_check(Full(), "ann", tmp_path, DraftCorpus(seed_texts()), read_task(CLAIM, None, {}))  # type: ignore[arg-type]
    assert list_checks(tmp_path) == []


def test_checks_are_listed_reopened_and_deleted(app: AppTest) -> None:
    id = send(app, CLAIM)["id"]
    press(app, "New check")
    (listed,) = sheet(app)["earlier"]
    assert (listed["id"], listed["title"]) == (id, CLAIM) and listed["note"].startswith("Claim · ")
    app.session_state["check"].wanted = ("reopened", id)
    assert sheet(app.run())["id"] == id
    press(app, "Delete")
    assert sheet(app)["earlier"] == []
    app.query_params["check"] = id
    app.run()
    assert "not there any more" in app.error[0].value


def test_nothing_and_too_much_are_told(app: AppTest) -> None:
    press(app, "Check")
    assert "nothing to check" in app.error[0].value
    app.text_area(key="check-text").set_value("***")
    press(app, "Check")
    assert "no words" in app.error[0].value


def test_another_visitor_does_not_see_it(app: AppTest) -> None:
    id = send(app, CLAIM)["id"]
    other = open_page()
    assert sheet(other)["earlier"] == []
    other.query_params["check"] = id
    assert "not there any more" in other.run().error[0].value


# What is sent


@pytest.mark.parametrize(
    ("text", "upload", "said"),
    [
        ("", None, "nothing to check"),
        ("A text.", ("a.txt", b"A file."), "a text and a file"),
        ("", ("a.pdf", b"A file."), "not a format"),
        ("", ("a.docx", b"PK"), "a.docx"),
        ("", ("a.txt", b"x " * 3_000_000), "at most 5 MB"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, upload: tuple[str, bytes] | None, said: str) -> None:
    with pytest.raises(FactcheckError, match=said):
        read_task(text, upload, {})


def test_a_file_is_a_draft_of_its_own_name() -> None:
    task = read_task("", ("../../etc\\passwd.md", b"# Title\n\nOne sentence."), {"files": "a*"})
    assert (task.about.kind, task.about.title, task.draft.format) == ("draft", "passwd.md", "md")
    assert task.about.within == {"files": "a*"}
    assert len(read_task("", (f"{'x' * 300}.txt", b"One."), {}).about.title) <= 90


# What is shown


def test_an_altered_quotation_is_cut_at_its_differences_and_only_the_article_is_quoted() -> None:
    (sentence,) = [each for each in drafted.draft().sentences if each.quotations]
    (quotation,) = view_panel(sentence, {})["quotations"]
    assert quotation["differs"] and quotation["label"] == "Altered"
    assert "".join(piece["text"] for piece in quotation["draft"]) == "We shall stand by"
    article = "".join(piece["text"] for piece in quotation["article"])
    assert article.startswith("We shall not standing by <img")
    assert [piece["edit"] for piece in quotation["article"] if piece["edit"] != "same"] == ["dropped", "changed"]
    changed = [piece for piece in quotation["draft"] if piece["edit"] == "changed"]
    assert changed == [{"text": "stand", "edit": "changed", "letters": [["same", "stand"]]}]


def test_words_that_are_not_there_are_left_out_and_the_text_stays_whole() -> None:
    pieces = lay_words("One two, three.", [("One", "same", []), ("four", "changed", []), ("three", "changed", [])])
    assert [piece["text"] for piece in pieces] == ["One", " two, ", "three", "."]
    assert lay_words("", []) == []


def test_places_become_chips_and_files_their_titles() -> None:
    citations = [each.citation for each in refuted().evidence]
    file, line = citations[0].file, citations[0].line
    assert place_chips(f"It says so ({file}:{line}).", citations, {}) == ["It says so ", 0, "."]
    assert place_chips(f"Nearest is {file}:{line}: no.", citations, {}) == ["Nearest is ", 0, ": no."]
    assert place_chips(f"Not in {file}: no.", citations, {}) == ["Not in ", file, 0, ": no."]
    assert place_chips(f"See {file}:9999.", citations, {}) == [f"See {file}:9999."]
    assert place_chips("Plain.", [], {}) == ["Plain."]


@pytest.mark.parametrize(
    ("outcome", "status"),
    [(refuted(), "refuted"), (timed_out(), "failed"), (NOT_A_CLAIM, "unchecked"),
     (judged(CLAIM, "conflicting", refuted().evidence[0].citation), "conflicting")],
)  # fmt: skip
def test_verdict_refusal_and_failure_are_told_apart(outcome: Any, status: str) -> None:
    (sentence,) = as_draft(check(CLAIM, outcome)).sentences
    assert choose_status(sentence) == status
    panel = view_panel(sentence, {})
    assert ("verdict" in panel, "failure" in panel, "refusal" in panel) == (
        status not in {"failed", "unchecked"}, status == "failed", status == "unchecked",
    )  # fmt: skip


def test_hostile_words_are_spelled_out() -> None:
    record = drafted.draft()
    told = json.dumps([view_reading(record.source, record.sentences, done=True),
                       *view_panels(record.sentences, {}, around=1)])  # fmt: skip
    assert "\\u202e" not in told and "\\u001b" not in told and "U+202E" in told
    listed = view_list([About(make_id(), "draft", HOSTILE)])
    assert listed[0]["title"].startswith("‹U+202E›<script>")


def test_panels_of_a_long_draft_are_sent_around_the_open_sentence() -> None:
    (sentence,) = as_draft(check(CLAIM, refuted())).sentences
    from dataclasses import replace

    many = [replace(sentence, number=number) for number in range(1, 2_001)]
    panels, groups = view_panels(many, {}, around=1_000)
    assert set(panels) == {str(number) for number in range(940, 1_061)} and len(groups) == 121


# On disk and to download


def test_checks_on_disk_are_only_their_own(tmp_path: Path) -> None:
    kept = keep(tmp_path)
    keep_decisions(tmp_path, kept.about.id, kept.decisions)
    assert read_kept(tmp_path, kept.about.id) == kept
    assert read_decisions(tmp_path, kept.about.id) == kept.decisions and read_decisions(tmp_path, make_id()) == {}
    for name in ("..", "../..", "", "x" * 32, make_id()):
        with pytest.raises(FactcheckError):
            read_kept(tmp_path, name)
        delete_check(tmp_path, name)
    (tmp_path / kept.about.id / "record.json").write_text("{", encoding="utf-8")
    with pytest.raises(FactcheckError, match="cannot be read"):
        read_kept(tmp_path, kept.about.id)
    assert [about.id for about in list_checks(tmp_path)] == [kept.about.id]
    delete_check(tmp_path, kept.about.id)
    assert list_checks(tmp_path) == []
    keep_decisions(tmp_path, kept.about.id, kept.decisions)
    assert list_checks(tmp_path) == [], "a decision does not bring a deleted check back"


@pytest.mark.parametrize("kind", ["claim", "draft"])
def test_every_form_can_be_downloaded(tmp_path: Path, kind: str) -> None:
    kept = keep(tmp_path, kind)
    forms = {export.name.split(".", 1)[1]: export.write() for export in list_exports(kept, kept.decisions, {})}
    assert set(forms) == {"html", "checked.md", "json", "claimreview.json"}
    assert "<script" not in forms["html"] and json.loads(forms["claimreview.json"])["@graph"]
    wire = json.loads(forms["json"])
    assert wire["schema"] == f"factcheck/{'check' if kind == 'claim' else 'draft'}/1"
    assert wire["decisions"] == {"1-refuted-1": {"state": "accepted", "comment": HOSTILE, "verdict": None}}


def test_decisions_can_be_downloaded_as_golden_cases(tmp_path: Path) -> None:
    kept = keep(tmp_path)
    export = golden_export(kept, kept.decisions)
    assert export is not None and export.label == "1 golden case (JSONL)"
    path = tmp_path / export.name
    path.write_text(export.write(), encoding="utf-8")
    (case,) = read_golden(path).cases
    assert (case.claim, case.verdict) == (CLAIM, "refuted")
    assert golden_export(kept, {}) is None


@pytest.mark.parametrize(
    ("title", "name"), [("China: “yes”!", "china-yes"), ("../../x", "x"), ("\u202e", "check"), ("a" * 99, "a" * 48)]
)
def test_file_names_are_harmless(title: str, name: str) -> None:
    assert name_file(title) == name


def keep(folder: Path, kind: str = "claim") -> KeptCheck:
    about = About(make_id(), kind, CLAIM, "done", 1)
    record = as_draft(check(CLAIM, refuted()))
    keep_check(folder, about, record)
    return KeptCheck(about, record, {"1-refuted-1": Decision("accepted", HOSTILE)})


def test_what_can_be_opened_is_in_reading_order() -> None:
    (sentence,) = as_draft(check(CLAIM, refuted())).sentences
    assert [each.quote for each in list_citations(sentence)] == [refuted().evidence[0].citation.quote]
