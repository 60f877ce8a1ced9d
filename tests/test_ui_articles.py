"""The Articles page: its states, what it says, and what it never does to somebody's files."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import streamlit as st
from places import ROOT
from scripted_corpus import Row, ScriptedCorpus, denied, record, seed_texts
from streamlit.testing.v1 import AppTest

from factcheck.articles.read import Skipped
from factcheck.articles.uploads import Received, list_uploads
from factcheck.errors import FactcheckError, IndexLocked, IndexMismatch, IndexMissing
from factcheck.index.last_run import LastRun, write_last_run
from factcheck.index.records import IndexReport, RemovalReport
from factcheck.index.removed import read_removed, write_removed
from ui.components.articles import build_catalogue, describe_received, describe_removal, describe_run, describe_stale
from ui.components.articles_removing import remove_articles
from ui.runs import RunState
from ui.sessions.articles import Shelf, count_linked, count_own
from ui.sessions.ask import Session

APP = ROOT / "ui" / "app.py"
Start = Callable[..., AppTest]


class FakeRuns:
    """Records what was started; is in the state that a test gives it."""

    def __init__(self) -> None:
        self.started: list[list[str]] = []
        self.state = RunState("none")
        self.stopped = 0

    def start(self, folder: Path, arguments: list[str]) -> None:
        self.started.append(list(arguments))
        self.state = RunState("running", "reading", 3, 12)

    def read(self, folder: Path) -> RunState:
        return self.state

    def stop(self, folder: Path) -> None:
        self.stopped += 1


class Corpus(ScriptedCorpus):
    """Seed articles in a folder of somebody's, and others in the folder of uploads."""

    def __init__(self, texts: dict[str, str], home: Path, uploaded: tuple[str, ...] = ()) -> None:
        super().__init__(texts)
        self.home, self.uploaded = home, uploaded

    def articles(self) -> tuple[Row, ...]:
        return tuple(self._place(row) for row in super().articles())

    def _place(self, row: Row) -> Row:
        root = self.home / ("index-app/articles" if row.file in self.uploaded else "news")
        root.mkdir(parents=True, exist_ok=True)
        (root / row.file).write_text(self.texts[row.file], "utf-8")
        return replace(row, sha256=row.file, origin="o1", root=str(root), path=str(root / row.file))


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeRuns:
    runs = FakeRuns()
    monkeypatch.setattr("ui.indexing.runs", lambda: runs)
    return runs


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fake: FakeRuns) -> Iterator[Start]:
    """Start the app on its Articles page, over a corpus or over an error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACTCHECK_INDEX", str(tmp_path / "index"))
    (tmp_path / "index").mkdir()
    st.cache_resource.clear()

    def start(corpus: ScriptedCorpus | FactcheckError) -> AppTest:
        def open_corpus(*_: object, **__: object) -> ScriptedCorpus:
            if isinstance(corpus, FactcheckError):
                raise corpus
            return corpus

        pipeline = ModuleType("factcheck.pipeline")
        pipeline.Corpus = type("Corpus", (), {"open": staticmethod(open_corpus)})  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "factcheck.pipeline", pipeline)
        app = AppTest.from_file(str(APP), default_timeout=20).run()
        return app.switch_page("screens/articles.py").run()

    yield start
    st.cache_resource.clear()


def said(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(str(element.value) for kind in ("text", "subheader", "caption") for element in app.get(kind))


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    return app


def drop(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    app.file_uploader[0].set_value([(name, data, "text/plain") for name, data in files]).run()
    return app


def tick(app: AppTest, *rows: int) -> AppTest:
    key = app.dataframe[0].key
    app.session_state[key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return app.run()


def reading(app: AppTest) -> dict[str, Any] | None:
    (element,) = app.get("bidi_component")
    opened: dict[str, Any] | None = json.loads(element.proto.json)[0]["opened"]
    return opened


# Without an index


def test_a_first_start_offers_to_drop_files_samples_and_the_command(start: Start, fake: FakeRuns) -> None:
    app = start(IndexMissing("there is no index at .factcheck"))
    assert app.subheader[0].value == "No articles yet"
    assert app.code[0].value == "factcheck index FOLDER"
    press(app, "samples")
    assert fake.started == [["index", "--keep-missing", "--", str(ROOT / "seeds")]]
    assert "Reading your articles" in said(app)


def test_dropped_files_are_kept_and_indexed_and_a_wrong_kind_stops_nothing(
    start: Start, fake: FakeRuns, tmp_path: Path
) -> None:
    app = start(IndexMissing("there is no index"))
    drop(app, ("../a.txt", b"Ana left."), ("b.exe", b"x"), ("c.txt", b""))
    folder = tmp_path / "index-app" / "articles"
    assert (folder / "a.txt").read_bytes() == b"Ana left." and list_uploads(folder) == {"a.txt"}
    assert fake.started == [["index", "--keep-missing", "--", str(folder)]]
    assert "1 file taken in." in said(app)
    assert "b.exe was not taken: .exe is not a kind that is read" in said(app)
    assert "c.txt was not taken: the file is empty." in said(app)
    fake.state = RunState("failed", error="no article to index in '/srv/x/articles'", hint="Save it as UTF-8.")
    app.run()
    assert "The articles could not be read." in said(app) and "/srv" not in said(app)
    press(app, "again-indexing")
    assert len(fake.started) == 2


@pytest.mark.parametrize("error", [IndexMismatch("another splitter", hint="Build it."), IndexLocked("writing")])
def test_an_index_that_cannot_be_used_says_why(start: Start, error: FactcheckError) -> None:
    app = start(error)
    assert "The index cannot be used" in said(app) and error.message in said(app)
    assert not app.file_uploader


# The run


def test_a_run_is_shown_stopped_and_told_of(start: Start, fake: FakeRuns, tmp_path: Path) -> None:
    app = start(Corpus(seed_texts(), tmp_path))
    press(app, "update-index")
    assert fake.started == [["index", "--keep-missing", "--", str(tmp_path / "news")]]
    press(app, "stop-indexing")
    assert fake.stopped == 1
    report = IndexReport(2, 1, 0, 5, (), (Skipped("x.txt", "the file is empty"),), (), 8, 90, 1.0)
    write_last_run(tmp_path / "index", report)
    fake.state = RunState("done", code=0)
    app.run()
    assert "2 articles added, 1 changed and read again, 5 unchanged. 1 file could not be read" in said(app)
    assert "x.txt: not read, the file is empty" in said(app)
    press(app, "close-outcome")
    assert "added" not in said(app)


def test_files_that_come_during_a_run_are_read_behind_it(start: Start, fake: FakeRuns, tmp_path: Path) -> None:
    fake.state = RunState("running")
    app = start(Corpus(seed_texts(), tmp_path))
    assert "Somebody else is adding articles right now" in said(app)
    drop(app, ("new.txt", b"Bo came."))
    assert fake.started == []
    fake.state = RunState("done", code=0)
    app.run()
    folders = [str(tmp_path / "news"), str(tmp_path / "index-app" / "articles")]
    assert fake.started == [["index", "--keep-missing", "--", *folders]]


def test_a_folder_that_vanished_is_asked_about(start: Start, fake: FakeRuns, tmp_path: Path) -> None:
    corpus = Corpus(seed_texts(), tmp_path, uploaded=(next(iter(seed_texts())),))
    app = start(corpus)
    assert "is gone or empty" not in said(app)
    for path in (tmp_path / "news").iterdir():
        path.unlink()
    app.run()
    assert "Folder “news” is gone or empty. Its 4 articles can still be asked about" in said(app)
    assert str(tmp_path) not in said(app)
    press(app, "drop-missing-0")
    assert fake.started == [["index", "--keep-missing", "--", str(tmp_path / "index-app" / "articles")]]


# Uploads that raise a question


def test_another_content_under_a_name_is_asked_about(start: Start, fake: FakeRuns, tmp_path: Path) -> None:
    app = start(Corpus({"a.txt": "Ana left."}, tmp_path, uploaded=("a.txt",)))
    drop(app, ("a.txt", b"Bo came."))
    assert fake.started == [] and "with other content" in said(app)
    press(app, "clash-both")
    assert (tmp_path / "index-app" / "articles" / "a (2).txt").read_bytes() == b"Bo came."
    assert len(fake.started) == 1 and "a.txt is kept as a (2).txt." in said(app)
    fake.state = RunState("done")
    drop(app.run(), ("a.txt", b"Cy slept."))
    press(app, "clash-replace")
    assert (tmp_path / "index-app" / "articles" / "a.txt").read_bytes() == b"Cy slept."


def test_what_was_removed_on_purpose_comes_back_only_when_asked(start: Start, fake: FakeRuns, tmp_path: Path) -> None:
    other = "0" * 64
    app = start(Corpus({"a.txt": "Ana left."}, tmp_path))
    gone = hashlib.sha256(b"Bo came.").hexdigest()
    write_removed(tmp_path / "index", {gone, other})
    drop(app, ("b.txt", b"Bo came."))
    assert "This was removed on purpose" in said(app) and fake.started == []
    press(app, "removed-again")
    assert read_removed(tmp_path / "index") == {other}
    assert list_uploads(tmp_path / "index-app" / "articles") == {"b.txt"} and len(fake.started) == 1


# The table


def test_the_table_is_searched_and_a_tick_never_passes_to_another_row(start: Start, tmp_path: Path) -> None:
    app = start(Corpus({"a.txt": "x", "b.txt": "y", "c.txt": "z"}, tmp_path))
    assert list(app.dataframe[0].value["File"]) == ["a.txt", "b.txt", "c.txt"]
    tick(app, 0)
    assert app.button(key="ask-remove")
    app.text_input(key="articles-search").set_value("C.TXT").run()
    assert list(app.dataframe[0].value["File"]) == ["c.txt"]
    assert "1 of 3" in said(app) and not [b for b in app.button if b.key == "ask-remove"]
    app.text_input(key="articles-search").set_value("nothing").run()
    assert "No article has these words" in said(app)


def test_a_ticked_article_is_read_and_closed(start: Start, tmp_path: Path) -> None:
    app = start(Corpus(seed_texts(), tmp_path))
    assert reading(app) is None
    tick(app, 0)
    press(app, "read-ticked")
    opened = reading(app)
    assert opened is not None and opened["count"] == 0 and opened["article"]["notice"] is None
    assert opened["article"]["about"][1].startswith("Shares its origin with")


def test_titles_are_cells_and_nothing_in_them_is_markup(tmp_path: Path) -> None:
    row = Row("<b>.txt", "\u202eevil\u202c :material/home: **x**\n<script>", sha256="1", path="/p")
    catalogue = build_catalogue({row.file: row, "z.txt": Row("z.txt", None)})
    assert catalogue.table["Title"].to_pylist() == ["‹U+202E›evil‹U+202C› :material/home: **x** <script>", "z.txt"]
    assert catalogue.search("EVIL home") == [0] and list(catalogue.search(" ")) == [0, 1]
    assert catalogue.table["Indexed"].to_pylist() == [None, None]


# Removing


def test_a_removal_is_asked_about_with_what_becomes_stale(
    start: Start, fake: FakeRuns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = start(Corpus(seed_texts(), tmp_path))
    removed: list[str] = []

    def remove(files: Any, **_: object) -> list[str]:
        removed.extend(files)
        return ["1 article removed."]

    monkeypatch.setattr("ui.components.articles_removing.remove_articles", remove)
    session = Session()
    session.add("Who?", record("Who?", denied()))
    app.session_state["ask"] = session
    rows = list(app.dataframe[0].value["File"])
    cited = next(at for at, file in enumerate(rows) if file.startswith("001"))
    tick(app, cited)
    press(app, "ask-remove")
    assert "1 answer of yours in this session cites it." in said(app)
    assert "Files in folders of yours are not touched." in said(app)
    press(app, "remove-ticked")
    for _ in range(100):
        if removed and "1 article removed." in said(app):
            break
        app.run()
    assert removed == [rows[cited]] and "1 article removed." in said(app)


def test_a_removal_that_fails_says_so_and_is_no_removal(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def remove(*_: Any, **__: object) -> list[str]:
        raise IndexLocked("another process is writing to the index /srv/news/index", hint="Wait until it is done.")

    app = start(Corpus({"a.txt": "Ana left."}, tmp_path, uploaded=("a.txt",)))
    monkeypatch.setattr("ui.components.articles_removing.remove_articles", remove)
    tick(app, 0)
    press(app, "ask-remove")
    press(app, "remove-ticked")
    for _ in range(100):
        if "another process" in said(app):
            break
        app.run()
    assert "another process is writing" in said(app) and "/srv" not in said(app)
    assert "removed," not in said(app) and list_uploads(tmp_path / "index-app" / "articles") == {"a.txt"}


def test_only_an_uploaded_file_is_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uploads = tmp_path / "up"
    uploads.mkdir()
    for path in (uploads / "a.txt", tmp_path / "b.txt"):
        path.write_text("Ana left.", "utf-8")
    report = RemovalReport(("a.txt", "b.txt"), 2, (), 7, 1_000_000)
    monkeypatch.setattr("factcheck.index.sync.remove", lambda files, settings: report)
    paths = {"a.txt": str(uploads / "a.txt"), "b.txt": str(tmp_path / "b.txt")}
    lines = remove_articles(["a.txt"], uploads=uploads, paths=paths)
    assert not (uploads / "a.txt").exists() and (tmp_path / "b.txt").exists()
    assert "Proof: searched 7 files of the index (1.0 MB) for their words and found nothing." in lines
    assert "The uploaded file was deleted." in lines and any("not touched" in line for line in lines)


def test_a_file_of_a_folder_is_not_replaced_from_here(start: Start, tmp_path: Path) -> None:
    app = start(Corpus(seed_texts(), tmp_path))
    tick(app, 0)
    press(app, "ask-replace")
    assert "never changed from here" in said(app) and len(app.file_uploader) == 1


def test_an_uploaded_file_keeps_its_name_when_it_is_replaced(start: Start, fake: FakeRuns, tmp_path: Path) -> None:
    app = start(Corpus({"a.txt": "Ana left."}, tmp_path, uploaded=("a.txt",)))
    tick(app, 0)
    press(app, "ask-replace")
    app.file_uploader[1].set_value([("newer.txt", b"Bo came.", "text/plain")]).run()
    folder = tmp_path / "index-app" / "articles"
    assert (folder / "a.txt").read_bytes() == b"Bo came." and list_uploads(folder) == {"a.txt"}
    assert len(fake.started) == 1


# Words


def test_answers_that_cite_a_file_are_counted(tmp_path: Path) -> None:
    session = Session()
    session.add("q", record("q", denied()))
    file = denied().citations[0].file
    assert (count_own(session.turns, {file}), count_own(session.turns, {"other.txt"})) == (1, 0)
    for name, content in {
        "one": {"record": {"citations": [{"file": file}]}},
        "two": {"record": {"citations": [{"file": "other.txt", "quote": f'"{file}"'}]}},
        "own": {"record": {"citations": [{"file": file}]}},
    }.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content), "utf-8")
    (tmp_path / "bad.json").write_text(f'"{file}"{{', "utf-8")
    assert count_linked(tmp_path, {file}, but={"own"}) == 1
    assert count_linked(tmp_path / "missing", {file}) == 0


def test_words_for_what_was_done() -> None:
    run = LastRun("", 0, 0, 0, 0, (), ())
    assert describe_run(run) == "Nothing to do."
    assert describe_run(replace(run, removed=1, unchanged=1200)) == "1 article gone, 1,200 unchanged."
    assert describe_received([Received("d/a.txt", "same", "a.txt"), Received("b.txt", "same", "2022/x.txt")]) == [
        "a.txt is here already.",
        "b.txt is here already, as 2022/x.txt.",
    ]
    assert describe_stale(0, 0) == "No earlier answer cites it."
    assert describe_stale(2, 1).startswith("2 answers of yours in this session and 1 answer kept under a link cite it.")
    report = RemovalReport(("a.txt",), 3, ("b.txt",), 2, 10)
    assert describe_removal(report, deleted=0, kept=())[-1] == "Some of the same sentences stay, in b.txt."
    quoted = replace(report, quoted=("app/articles/a.txt", "app/answers/x.json", "app/visitors/secret/batches/l.csv"))
    (*_, last) = describe_removal(quoted, deleted=1, kept=())
    assert "still quote it, in 2 files" in last and "secret" not in last


def test_what_the_browser_sends_about_rows_is_not_trusted() -> None:
    shelf = Shelf(rows=("a.txt",))
    for row in (1, -1, True, "0", None, [0]):
        shelf.read(row)
        assert shelf.reading is None
    shelf.tick([0, 5, "0"])
    assert shelf.ticked == ("a.txt",)
    shelf.read(0)
    assert shelf.reading == "a.txt"
