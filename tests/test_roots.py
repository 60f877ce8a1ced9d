"""The folders of an index are known again, and one that has vanished takes nothing with it in silence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from factcheck.errors import UsageError
from factcheck.index.last_run import read_last_run
from factcheck.index.records import IndexReport
from factcheck.index.removed import allow_again, read_removed
from factcheck.index.roots import find_roots
from factcheck.index.store import Store
from factcheck.index.sync import remove, sync
from factcheck.pipeline import Corpus
from factcheck.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(index=str(tmp_path / "index"))


def write(folder: Path, **texts: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    return folder


def run(settings: Settings, *folders: Path, keep_missing: bool = False) -> IndexReport:
    return sync(folders, settings=settings, keep_missing=keep_missing)


def names(settings: Settings) -> list[str]:
    with Store.open(Path(settings.index)) as store:
        return [article.file for article in store.articles()]


def roots(settings: Settings) -> list[tuple[str, int, bool]]:
    with Store.open(Path(settings.index)) as store:
        return [(root.path.name, root.articles, root.missing) for root in find_roots(store.articles())]


def test_roots_come_back_in_an_order_that_keeps_every_name(tmp_path: Path, settings: Settings) -> None:
    z = write(tmp_path / "z", a="Ana Lima left the hall.", c="Cy Moor slept in the hall.")
    a = write(tmp_path / "a", a="Bo Rask came to the hall.")
    run(settings, z, a)
    before = names(settings)
    assert before == ["a.txt", "a/a.txt", "c.txt"]
    assert roots(settings) == [("z", 2, False), ("a", 1, False)]
    with Store.open(Path(settings.index)) as store:
        again = [root.path for root in find_roots(store.articles())]
    assert run(settings, *again).unchanged == 3
    assert names(settings) == before


def test_a_single_file_does_not_bring_its_neighbours(tmp_path: Path, settings: Settings) -> None:
    folder = write(tmp_path / "news", a="Ana Lima left the hall.", b="Bo Rask came to the hall.")
    run(settings, folder / "a.txt")
    assert roots(settings) == [("a.txt", 1, False)]


@pytest.mark.parametrize("empty", [False, True])
def test_a_vanished_folder_keeps_its_articles_where_that_is_wanted(
    tmp_path: Path, settings: Settings, empty: bool
) -> None:
    old = write(tmp_path / "old", a="Ana Lima left the hall.")
    new = write(tmp_path / "new", b="Bo Rask came to the hall.")
    run(settings, old, new)
    shutil.rmtree(old)
    if empty:
        (old / ".trash").mkdir(parents=True)
        (old / ".trash" / "a.txt").write_text("Ana Lima left the hall.", "utf-8")
    assert ("old", 1, True) in roots(settings)
    write(new, a="Cy Moor slept in the hall.")
    report = run(settings, old, new, keep_missing=True)
    assert (report.added, report.removed, report.unchanged) == (1, 0, 2)
    assert names(settings) == ["a.txt", "b.txt", "new/a.txt"]
    report = run(settings, new)  # its a.txt takes the bare name, now that it is free
    assert (report.changed, report.removed) == (1, 1)
    assert names(settings) == ["a.txt", "b.txt"]


def test_a_folder_that_never_was_is_still_an_error(tmp_path: Path, settings: Settings) -> None:
    run(settings, write(tmp_path / "old", a="Ana Lima left the hall."))
    with pytest.raises(UsageError, match="does not exist"):
        run(settings, tmp_path / "old", tmp_path / "typo", keep_missing=True)


def test_the_last_run_is_known_until_something_is_removed(tmp_path: Path, settings: Settings) -> None:
    folder = write(tmp_path / "news", a="Ana Lima left the hall.", b="Bo Rask came to the hall.")
    (folder / "zip.txt").write_bytes(b"PK\x03\x04 nothing to read")
    run(settings, folder)
    last = read_last_run(Path(settings.index))
    assert last is not None and last.added == 2
    assert [(item.file, item.reason) for item in last.skipped] == [
        ("zip.txt", "not text but a PDF, Word or zip file under a wrong suffix")
    ]
    remove(["a.txt"], settings=settings)
    assert read_last_run(Path(settings.index)) is None


@pytest.mark.parametrize("content", ["", "[]", "{", '{"skipped": [], "garbled": [], "more": 1}'])
def test_a_damaged_note_of_the_last_run_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "last-run.json").write_text(content, "utf-8")
    assert read_last_run(tmp_path) is None


def test_a_removal_works_while_this_process_has_the_index_open(tmp_path: Path, settings: Settings) -> None:
    folder = write(
        tmp_path / "news",
        a="Judge Edda Quist opened the bridge at Norrhamn.",
        b="Mayor Ana Lima closed the market at Sundby.",
    )
    run(settings, folder)
    with Corpus.open(settings=settings) as corpus:
        assert "Edda Quist" in str(corpus.ask("Who opened the bridge at Norrhamn?").outcome)
        report = remove(["a.txt"], settings=settings)
        assert report.files == ("a.txt",) and report.searched_files > 3
        assert "Edda Quist" not in str(corpus.ask("Who opened the bridge at Norrhamn?").outcome)
        assert "Ana Lima" in str(corpus.ask("Who closed the market at Sundby?").outcome)
    digest = read_removed(Path(settings.index))
    assert run(settings, folder).skipped[0].file == "a.txt"
    allow_again(Path(settings.index), digest)
    assert run(settings, folder).added == 1
