"""Answers on disk and as files: kept, read back, refused where somebody spoiled them."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from scripted_corpus import ScriptedCorpus, denied, record, seed_texts, stand_by, timed_out, unknown_number

from factcheck.errors import UsageError
from ui.components.turns import find_stale, view_origins, write_file
from ui.resources import Library
from ui.sessions import kept_answers
from ui.sessions.ask import Session, Turn, recall
from ui.sessions.kept_answers import keep_answer, read_kept


def turn_of(outcome: Any, question: str = "Who?") -> Turn:
    return Session().add(question, record(question, outcome), {"files": ("a*",), "since": "2022-01-01"})


def library_of(corpus: Any) -> Library:
    articles = {row.file: row for row in corpus.articles()}
    return Library(corpus=corpus, articles=articles, examples=(), claims=(), sentences=0, offline=True)


@pytest.mark.parametrize("outcome", [denied(), stand_by().outcome, unknown_number(), timed_out()])
def test_what_is_kept_is_read_back_as_it_was(tmp_path: Path, outcome: Any) -> None:
    turn = turn_of(outcome)
    assert keep_answer(tmp_path / "answers", turn)
    found = read_kept(tmp_path / "answers", turn.id)
    assert (found.result, found.asked, found.kept, found.reopened) == (turn.result, turn.asked, True, True)
    assert found.within == {"files": ["a*"], "since": "2022-01-01"}
    assert stat.S_IMODE((tmp_path / "answers").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "id", ["", "0" * 32, "0" * 31, "A" * 32, "../kept", "..", "0" * 5_000, "0" * 31 + "\0", "٠" * 32]
)
def test_no_other_name_opens_anything(tmp_path: Path, id: str) -> None:
    with pytest.raises(UsageError, match="There is no answer under this link"):
        read_kept(tmp_path, id)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: "[]",
        lambda text: "null",
        lambda text: text[: len(text) // 2],
        lambda text: text.replace('"start": ', '"start": "1", "was": '),
        lambda text: text.replace('"file": "', '"file": 7, "was": "'),
        lambda text: text.replace('"quote": "', '"quote": ["x"], "was": "'),
        lambda text: text.replace('"speaker": ', '"speaker": {}, "was": '),
        lambda text: text.replace('"answered"', '"denied"'),
        lambda text: text.replace('"short_answer": ', '"short_answer": {}, "was": '),
        lambda text: text.replace('"since": "2022-01-01"', '"since": "soon"'),
        lambda text: text.replace('"asked": ', '"asked": 5, "was": '),
        lambda text: text.replace('"files": 3', '"files": "3"'),
        lambda text: '{"schema": "factcheck/kept-answer/1"}',
        lambda text: "[" * 100_000,
        lambda text: text + " " * 2_000_000,
    ],
)  # fmt: skip
def test_a_spoiled_file_is_refused(tmp_path: Path, spoil: Any) -> None:
    turn = turn_of(denied())
    keep_answer(tmp_path, turn)
    path = tmp_path / f"{turn.id}.json"
    path.write_text(spoil(path.read_text("ascii")))
    with pytest.raises(UsageError, match="cannot be read any more"):
        read_kept(tmp_path, turn.id)


def test_the_oldest_go_and_what_is_too_big_or_has_no_place_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_answers, "MOST_KEPT", 2)
    turns = [turn_of(unknown_number()) for _ in range(4)]
    assert all(keep_answer(tmp_path, turn) for turn in turns)
    assert len(list(tmp_path.glob("*.json"))) == 2
    monkeypatch.setattr(kept_answers, "MOST_BYTES", 10)
    assert not keep_answer(tmp_path, turns[0])
    monkeypatch.undo()
    (tmp_path / "file").write_text("")
    assert not keep_answer(tmp_path / "file", turns[0])
    assert not keep_answer(tmp_path, Turn("0" * 32, "Who?", timed_out()))


@pytest.mark.parametrize("form", ["markdown", "html", "json", "exe"])
def test_a_conversation_becomes_a_file(form: str) -> None:
    library = library_of(ScriptedCorpus(seed_texts()))
    turns = [turn_of(denied(), "Who denied the <b>request</b>?"), turn_of(unknown_number()), turn_of(timed_out())]
    file = write_file(turns, form, library)
    if form == "exe":
        assert file is None
        return
    assert file is not None and file["name"].startswith("conversation-")
    assert "Zhao Lijian" in file["text"] and "none gives a number" in file["text"]
    assert "did not answer within 60 seconds" in file["text"]
    if form == "json":
        assert [each["outcome"] for each in json.loads(file["text"])] == ["answered", "abstained", "failed"]
        return
    assert "<b>request" not in file["text"].replace("\\<", "")
    if form == "html":
        assert "default-src 'none'" in file["text"].replace("&#39;", "'") and "<script" not in file["text"]
        assert "000_4d4c2d312526015d.txt" in file["text"] and "3 files, 2 independent origins" in file["text"]


def test_what_moved_or_went_does_not_hold() -> None:
    corpus = ScriptedCorpus(seed_texts())
    citations = denied().citations
    assert find_stale(citations, library_of(corpus)) == {}
    first, second = citations[0].file, citations[1].file
    corpus.texts[first] = " " + corpus.texts[first]
    del corpus.texts[second]
    stale = find_stale(citations, library_of(corpus))
    assert {position: reason.split()[1] for position, reason in stale.items()} == {
        0: "article",
        1: "article",
        3: "article",
    }
    assert "no longer" in stale[1] and "has changed" in stale[0]


def test_origins_say_what_links_the_files() -> None:
    from factcheck.origins.records import Link
    from factcheck.types import Span

    class Linked(ScriptedCorpus):
        def origin_links(self, files: Any = None) -> list[Link]:
            a, b = sorted(each for each in files if each[:3] in {"000", "001"})
            evidence = ((Span(0, 9), Span(0, 12)),)
            return [Link(a, b, "near_copy", 0.9, evidence), Link(a, b, "credited_outlet", 0.4, (), ("CNN",))]

    answer = denied()
    views = view_origins(answer, library_of(Linked(seed_texts())))
    assert [len(view["files"]) for view in views] == [3]
    (link,) = views[0]["links"]
    assert link["reason"] == "their texts are nearly the same"
    first, second = (seed_texts()[name] for name in sorted(seed_texts())[:2])
    assert link["pairs"] == [[first[:9].strip(), second[:12].strip()]]


def test_a_conversation_is_recalled_oldest_first_without_failures() -> None:
    turns = [turn_of(denied(), "third?"), turn_of(timed_out(), "failed?"), turn_of(unknown_number(), "second?")]
    assert [(each.question, each.short_answer) for each in recall(turns)] == [
        ("second?", None),
        ("third?", "Zhao Lijian; Dmitry Peskov"),
    ]
