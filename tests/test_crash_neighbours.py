"""Clocks that lie, disks that cannot be written, and an index that changes under a reader."""

from __future__ import annotations

import gc
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from test_sync import OLD_NS, check_whole, files, story, write
from toy_embedder import ToyEmbedder

from factcheck.asking import over_one_state
from factcheck.batch.job_file import put_aside
from factcheck.batch.jobs import Jobs
from factcheck.errors import CorruptIndex, FactcheckError, IndexLocked, UsageError
from factcheck.index import scanning
from factcheck.index.store import Store
from factcheck.index.sync import remove, sync
from factcheck.index.vectors import Vectors
from factcheck.pipeline import Corpus
from factcheck.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr("factcheck.index.sync.load_embedder", lambda _: ToyEmbedder())
    return Settings(index=str(tmp_path / "index"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(4):
        write(tmp_path / "articles", f"a{number}.txt", story(f"word{number}"))
    return tmp_path / "articles"


def text(settings: Settings, file: str) -> str:
    with Store.open(Path(settings.index)) as store:
        return store.text(file)


def test_other_bytes_of_the_same_size_and_time_are_seen(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Otherwise everything that is younger than two seconds is read again anyway.
    monkeypatch.setattr("factcheck.index.scanning._CLOCK_GRAIN_NS", 0)
    sync([folder], settings=settings)
    began = time.time_ns()
    while write(folder, "a1.txt", story("wird1")).stat().st_ctime_ns <= began:  # as long as before
        pass
    assert (folder / "a1.txt").stat().st_mtime_ns == OLD_NS, "and of the same time"
    report = sync([folder], settings=settings)
    assert report.changed == 1 and report.unchanged == 3
    assert "wird1" in text(settings, "a1.txt")


@pytest.mark.parametrize("ahead", [-400 * 86_400, 400 * 86_400])
def test_a_clock_that_is_set_between_two_runs_hides_no_change(
    folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    clock = scanning.time.time_ns
    monkeypatch.setattr("factcheck.index.scanning.time.time_ns", lambda: clock() + ahead * 1_000_000_000)
    sync([folder], settings=settings)
    monkeypatch.setattr("factcheck.index.scanning.time.time_ns", clock)
    write(folder, "a1.txt", story("wird1"))
    future = clock() + 86_400_000_000_000
    os.utime(write(folder, "a2.txt", story("wird2")), ns=(future, future))
    assert sync([folder], settings=settings).changed == 2
    assert "wird1" in text(settings, "a1.txt") and "wird2" in text(settings, "a2.txt")
    os.utime(write(folder, "a2.txt", story("wort2")), ns=(future, future))
    assert sync([folder], settings=settings).changed == 1
    assert sync([folder], settings=settings).unchanged == 4


def test_an_unchanged_file_is_not_read_again(folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = scanning.time.time_ns
    monkeypatch.setattr("factcheck.index.scanning.time.time_ns", lambda: clock() + 10_000_000_000)
    sync([folder], settings=settings)
    monkeypatch.setattr("factcheck.index.scanning._hash", lambda state: pytest.fail(f"{state.file} was read"))
    assert sync([folder], settings=settings).unchanged == 4


def test_two_writers_at_once_are_one_after_the_other_or_told(folder: Path, settings: Settings) -> None:
    sync([folder], settings=settings)
    told: list[FactcheckError] = []

    def repeat(work: object) -> None:
        for _ in range(4):
            try:
                work()  # type: ignore[operator]
            except IndexLocked as error:
                told.append(error)

    write(folder, "b.txt", story("novel"))
    works = [lambda: sync([folder], settings=settings, rebuild=True), lambda: sync([folder], settings=settings)]
    threads = [threading.Thread(target=repeat, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(error.retryable and "run the command again" in error.hint for error in told)
    sync([folder], settings=settings)
    remove(["a0.txt"], settings=settings)
    assert files(settings) == ["a1.txt", "a2.txt", "a3.txt", "b.txt"]
    check_whole(settings)


def test_a_reader_goes_on_while_its_index_is_replaced(folder: Path, settings: Settings) -> None:
    sync([folder], settings=settings)
    query = ToyEmbedder().embed(["The word1 was seen near the harbour"])[0]
    with Store.open(Path(settings.index)) as store:
        vectors = Vectors.open(store, settings)
        before = [hit.passage for hit in vectors.search(query, limit=5)]
        write(folder, "a1.txt", story("other", 9))
        sync([folder], settings=settings, rebuild=True)
        assert [hit.passage for hit in vectors.search(query, limit=5)] == before, "what is open stays whole"
        assert all("word" in sentence.text or "News" in sentence.text for sentence in store.sentences_of_file("a1.txt"))
        vectors.close()
    assert "other" in text(settings, "a1.txt")


def test_a_deleted_index_is_told_of(folder: Path, settings: Settings) -> None:
    sync([folder], settings=settings)
    with Store.open(Path(settings.index)) as store:
        vectors = Vectors.open(store, settings)
        shutil.rmtree(settings.index)
        with pytest.raises(FactcheckError) as caught:
            store.is_current()
        assert "factcheck index FOLDER" in caught.value.hint
        vectors.close()


def test_an_index_on_a_read_only_disk_answers_and_is_not_written(folder: Path, settings: Settings) -> None:
    index = Path(settings.index)
    sync([folder], settings=settings)
    if subprocess.run(["mount", "--bind", str(index), str(index)], capture_output=True).returncode:
        pytest.skip("needs the right to mount")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(index)], check=True)
        with Store.open(index) as store:
            vectors = Vectors.open(store, settings)
            query = ToyEmbedder().embed(["harbour"])[0]
            assert len(vectors.search(query, limit=100)) == store.passage_count()
            vectors.close()
        write(folder, "b.txt", story("novel"))
        for work in (lambda: sync([folder], settings=settings), lambda: remove(["a0.txt"], settings=settings)):
            with pytest.raises(CorruptIndex, match="permission denied") as caught:
                work()
            assert "--index DIR" in caught.value.hint
    finally:
        subprocess.run(["umount", "-l", str(index)], check=True)
    check_whole(settings)
    assert len(files(settings)) == 4


def test_an_article_that_goes_while_it_is_read_is_no_wrong_use(folder: Path, settings: Settings) -> None:
    sync([folder], settings=settings)
    with Store.open(Path(settings.index)) as store:
        wanted = ["a1.txt", "a2.txt"]

        def read() -> str:
            if len(wanted) > 1:
                (folder / "a1.txt").unlink()
                sync([folder], settings=settings)
            return store.text(wanted.pop(0))

        assert over_one_state(store.fingerprint, read) == store.text("a2.txt")
        with pytest.raises(UsageError, match="not in the index"):
            over_one_state(store.fingerprint, lambda: store.text("a1.txt"))


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_an_index_that_nobody_holds_is_closed(folder: Path, settings: Settings) -> None:
    sync([folder], settings=settings)
    database = str(next(Path(settings.index).glob("build-*/index.sqlite")).resolve())
    corpus = Corpus.open(settings=settings)
    held = [corpus]
    assert database in open_files()
    del corpus
    gc.collect()
    assert database in open_files(), "somebody asks it still"
    held.clear()
    gc.collect()
    assert database not in open_files()


def test_pages_open_an_index_again_only_when_it_has_changed(folder: Path, settings: Settings) -> None:
    from ui.resources import _stamp

    index = Path(settings.index)
    sync([folder], settings=settings)
    before = _stamp(index)
    (folder / "a0.txt").touch()  # read again, found to be the same, and noted in the database
    sync([folder], settings=settings)
    assert _stamp(index) == before
    write(folder, "b.txt", story("novel"))
    sync([folder], settings=settings)
    changed = _stamp(index)
    shutil.rmtree(index)
    sync([folder], settings=settings)
    assert len({before, changed, _stamp(index)}) == 3


def test_a_job_whose_making_was_killed_is_begun(tmp_path: Path) -> None:
    path = tmp_path / "out.job"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
    assert path.stat().st_size
    with Jobs.open(path, {"index": "i"}) as jobs:
        assert jobs.header == {"index": "i"}


def test_a_job_is_put_aside_with_what_is_only_in_its_log(tmp_path: Path) -> None:
    path, killed = tmp_path / "out.job", tmp_path / "killed.job"
    with Jobs.open(path, {"index": "i"}) as jobs:
        jobs.set_note("paid", "yes")
        for suffix in ("", "-wal"):  # as a kill leaves them
            shutil.copyfile(f"{path}{suffix}", f"{killed}{suffix}")
    aside = put_aside(killed)
    assert aside is not None and sorted(tmp_path.glob("killed*")) == [aside], "one file, moved in one step"
    with Jobs.open(aside, {"index": "i"}) as jobs:
        assert jobs.note("paid") == "yes"


def open_files() -> list[str]:
    found = []
    for name in os.listdir("/proc/self/fd"):
        try:
            found.append(os.readlink(f"/proc/self/fd/{name}"))
        except OSError:  # the folder that was just listed
            pass
    return found
