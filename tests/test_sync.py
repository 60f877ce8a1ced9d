"""Indexing: the index equals the folders, whatever happened before, and removal leaves nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from toy_embedder import ToyEmbedder

from factcheck.errors import EndpointError, IndexLocked, IndexMismatch, UsageError
from factcheck.index import preparing
from factcheck.index.lock import write_lock
from factcheck.index.records import IndexReport, Progress
from factcheck.index.store import Store
from factcheck.index.sync import remove, sync
from factcheck.index.vectors import Vectors
from factcheck.settings import Settings
from factcheck.speech.utterances import find_utterances

OLD_NS = 1_600_000_000_000_000_000  # long before any test runs


@pytest.fixture(autouse=True)
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of a few small articles has several windows."""
    monkeypatch.setattr(preparing, "WINDOW_BYTES", 2000)


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> ToyEmbedder:
    toy = ToyEmbedder()
    monkeypatch.setattr("factcheck.index.sync.load_embedder", lambda _: toy)
    return toy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(tmp_path: Path, embedder: ToyEmbedder) -> Settings:
    return Settings(index=str(tmp_path / "index"))


@pytest.fixture
def index(folder: Path, settings: Settings) -> Callable[..., IndexReport]:
    return lambda **options: sync([folder], settings=settings, **options)


def write(folder: Path, name: str, text: str, *, old: bool = True) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    if old:
        os.utime(path, ns=(OLD_NS, OLD_NS))
    return path


def story(word: str, sentences: int = 6) -> str:
    lines = [f"The {word} number {n} was seen near the {word} harbour on Monday." for n in range(sentences)]
    return f"News of {word}\n\n" + " ".join(lines) + "\n"


def files(settings: Settings) -> list[str]:
    with Store.open(Path(settings.index)) as store:
        return [article.file for article in store.articles()]


def changes(report: IndexReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged


def check_whole(settings: Settings) -> None:
    """Every sentence is its text, every passage has its words and its vector."""
    with Store.open(Path(settings.index)) as store:
        for article in store.articles():
            text = store.text(article.file)
            sentences = store.sentences_of_file(article.file)
            assert len(sentences) == article.sentences
            assert all(text[s.start : s.end] == s.text for s in sentences)
        ids = store.passage_ids().tolist()
        assert [row for block in store.vectors(store.passage_ids()) for row in block.ids.tolist()] == ids
        words = store.match("SELECT count(*) FROM passage_words")[0][0]
        assert words == len(ids)
        vectors = Vectors.open(store, settings)
        query = ToyEmbedder().embed(["anything"])[0]
        assert sorted(hit.passage for hit in vectors.search(query, limit=len(ids) + 1)) == ids
        vectors.close()


def test_the_index_equals_the_folder(folder: Path, settings: Settings, index: Callable[..., IndexReport]) -> None:
    for word in ("alpha", "beta", "gamma"):
        write(folder, f"{word}.txt", story(word))
    assert changes(index()) == (3, 0, 0, 0)
    check_whole(settings)

    write(folder, "beta.txt", story("betatron"), old=False)
    (folder / "gamma.txt").unlink()
    write(folder, "sub/delta.txt", story("delta"))
    report = index()
    assert changes(report) == (1, 1, 1, 1)
    assert files(settings) == ["alpha.txt", "beta.txt", "sub/delta.txt"]
    assert report.articles == 3 and report.sentences == 3 * 7
    check_whole(settings)


def test_unchanged_files_are_not_even_opened(
    folder: Path, settings: Settings, index: Callable[..., IndexReport], embedder: ToyEmbedder
) -> None:
    path = write(folder, "alpha.txt", story("alpha"))
    index()
    embedder.texts.clear()
    path.chmod(0)
    shutil.copystat(path, path)
    assert changes(index()) == (0, 0, 0, 1)
    assert embedder.texts == []
    path.chmod(0o644)


def test_same_size_and_time_within_the_clock_s_grain_is_hashed(
    folder: Path, settings: Settings, index: Callable[..., IndexReport]
) -> None:
    path = write(folder, "alpha.txt", story("alpha"), old=False)
    status = path.stat()
    index()
    path.write_text(story("omega"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert changes(index()) == (0, 1, 0, 0)
    with Store.open(Path(settings.index)) as store:
        assert "omega" in store.text("alpha.txt")


def test_a_touched_file_is_hashed_once_and_stays(
    folder: Path, index: Callable[..., IndexReport], embedder: ToyEmbedder, settings: Settings
) -> None:
    path = write(folder, "alpha.txt", story("alpha"))
    index()
    embedder.texts.clear()
    with Store.open(Path(settings.index)) as store:
        before = store.generation
        os.utime(path, ns=(OLD_NS + 1, OLD_NS + 1))
        assert changes(index()) == (0, 0, 0, 1)
        assert embedder.texts == [] and store.generation == before


def test_known_passages_are_not_embedded_again(
    folder: Path, settings: Settings, index: Callable[..., IndexReport], embedder: ToyEmbedder
) -> None:
    write(folder, "alpha.txt", story("alpha", 20))
    index()
    assert embedder.texts
    embedder.texts.clear()
    (folder / "alpha.txt").rename(folder / "renamed.txt")
    write(folder, "copy.txt", story("alpha", 20))
    assert changes(index()) == (2, 0, 1, 0)
    assert embedder.texts == []
    check_whole(settings)


def test_copies_are_indexed_and_marked(folder: Path, settings: Settings, index: Callable[..., IndexReport]) -> None:
    write(folder, "b.txt", story("alpha"))
    write(folder, "a.txt", story("alpha"))
    write(folder, "c.txt", "Bakers of the old town went on strike over the price of flour last week.")
    assert index().copies == (("a.txt", "b.txt"),)
    with Store.open(Path(settings.index)) as store:
        assert [article.origin for article in store.articles()] == ["o1", "o1", "o2"]
        assert store.sentences_of_file("c.txt")[0].origin == "o2"
    (folder / "a.txt").unlink()
    assert index().copies == ()


def test_folders_that_share_names(tmp_path: Path, settings: Settings) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    write(one, "a.txt", story("alpha"))
    write(two, "a.txt", story("beta"))
    write(two, "b.txt", story("gamma"))
    assert changes(sync([one, two], settings=settings)) == (3, 0, 0, 0)
    assert files(settings) == ["a.txt", "b.txt", "two/a.txt"]
    assert changes(sync([one, two], settings=settings)) == (0, 0, 0, 3)
    with Store.open(Path(settings.index)) as store:
        assert "beta" in store.text("two/a.txt")
        assert {article.root for article in store.articles()} == {str(one), str(two)}
    assert changes(sync([two], settings=settings)) == (0, 1, 1, 1)
    assert files(settings) == ["a.txt", "b.txt"]
    check_whole(settings)


def test_folders_that_overlap_hold_each_file_once(folder: Path, settings: Settings) -> None:
    write(folder, "sub/a.txt", story("alpha"))
    assert sync([folder, folder / "sub", folder], settings=settings).articles == 1


def test_a_single_file(folder: Path, settings: Settings) -> None:
    path = write(folder, "a.txt", story("alpha"))
    write(folder, "b.txt", story("beta"))
    assert sync([path], settings=settings).articles == 1
    assert files(settings) == ["a.txt"]


@pytest.mark.parametrize("kind", ["missing", "empty", "only other files", "other file"])
def test_nothing_to_index_is_an_error_and_the_index_stays(
    tmp_path: Path, folder: Path, settings: Settings, kind: str
) -> None:
    write(folder, "a.txt", story("alpha"))
    sync([folder], settings=settings)
    wrong = tmp_path / "wrong"
    if kind != "missing":
        wrong.mkdir()
    if kind.startswith("o"):
        write(wrong, "picture.png", "x")
    with pytest.raises(UsageError, match="wrong") as caught:
        sync([wrong / "picture.png" if kind == "other file" else wrong], settings=settings)
    assert ".txt" in caught.value.hint
    assert files(settings) == ["a.txt"]


def test_a_wrong_folder_leaves_no_index_behind(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(UsageError):
        sync([tmp_path / "nowhere"], settings=settings)
    assert not Path(settings.index).exists()


def test_no_readable_article_is_an_error_that_names_the_reasons(folder: Path, settings: Settings) -> None:
    write(folder, "a.txt", "")
    with pytest.raises(UsageError, match=r"articles.*a\.txt: .*empty"):
        sync([folder], settings=settings)
    assert not list(Path(settings.index).glob("build-*"))
    write(folder, "a.txt", story("alpha"))
    sync([folder], settings=settings)
    write(folder, "a.txt", "")
    with pytest.raises(UsageError, match="empty"):
        sync([folder], settings=settings)
    assert files(settings) == ["a.txt"], "the earlier index stays"


def test_files_in_another_encoding_are_read_and_listed(folder: Path, index: Callable[..., IndexReport]) -> None:
    write(folder, "good.txt", story("otter"))
    (folder / "latin.txt").write_bytes(story("café").encode("latin-1"))
    report = index()
    assert report.added == 2
    assert not report.skipped
    assert [item.file for item in report.garbled] == ["latin.txt"]
    assert "not UTF-8" in report.garbled[0].reason


def test_a_fault_in_one_article_s_speech_stops_nothing(
    folder: Path, settings: Settings, index: Callable[..., IndexReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = find_utterances

    def find(text: str, *rest: Any) -> Any:
        if "badger" in text:
            raise IndexError("list index out of range")
        return heard(text, *rest)

    monkeypatch.setattr(preparing, "find_utterances", find)
    write(folder, "bad.txt", 'The badger fled. "It is gone," Mayor Ann Low said on Monday.\n')
    write(folder, "good.txt", 'The otter fled. "It is gone," Mayor Ann Low said on Monday.\n')
    report = index()
    assert report.added == 2
    assert [(item.file, "IndexError" in item.reason) for item in report.garbled] == [("bad.txt", True)]
    with Store.open(Path(settings.index)) as store:
        assert [found.file for found in store.utterances()] == ["good.txt"]


def test_unreadable_files_are_skipped_and_listed(
    folder: Path, settings: Settings, index: Callable[..., IndexReport]
) -> None:
    write(folder, "good.txt", story("alpha"))
    write(folder, "turned.txt", story("beta"))
    write(folder, "empty.txt", "")
    write(folder, "name with 'quotes' and\nnewline 🙂.txt", story("gamma"))
    report = index()
    assert changes(report) == (3, 0, 0, 0)
    assert [item.file for item in report.skipped] == ["empty.txt"] and report.skipped[0].reason
    write(folder, "turned.txt", "")
    report = index()
    assert changes(report) == (0, 0, 1, 2)
    assert [item.file for item in report.skipped] == ["empty.txt", "turned.txt"]
    assert "turned.txt" not in files(settings)


def test_progress_counts_up_to_the_total(folder: Path, index: Callable[..., IndexReport]) -> None:
    for number in range(30):
        write(folder, f"a{number:02}.txt", story(f"word{number}", 20))
    seen: list[Progress] = []
    report = index(progress=seen.append)
    assert {state.phase for state in seen} == {"reading", "comparing", "vectors"}
    reading = [state for state in seen if state.phase == "reading"]
    assert [state.done for state in reading] == sorted(state.done for state in reading)
    assert (reading[0].done, reading[-1].done, reading[-1].total) == (0, 30, 30)
    assert len(reading) > 3, "more than one window"
    assert reading[-1].sentences == report.sentences and reading[-1].rate > 0
    assert reading[-1].seconds_left == 0
    vectors = [state for state in seen if state.phase == "vectors"]
    assert vectors[-1].done == vectors[-1].total > 0


def test_another_embedder_is_refused_until_rebuilt(
    folder: Path, settings: Settings, index: Callable[..., IndexReport], embedder: ToyEmbedder
) -> None:
    write(folder, "a.txt", story("alpha"))
    index()
    embedder.name = "another"
    with pytest.raises(IndexMismatch, match="another") as caught:
        index()
    assert "--rebuild" in caught.value.hint
    assert changes(index(rebuild=True)) == (1, 0, 0, 0)
    assert changes(index()) == (0, 0, 0, 1)
    check_whole(settings)


def test_a_rebuild_mends_a_damaged_index_and_keeps_removals(
    folder: Path, settings: Settings, index: Callable[..., IndexReport]
) -> None:
    write(folder, "a.txt", story("alpha"))
    write(folder, "b.txt", story("beta"))
    index()
    remove(["b.txt"], settings=settings)
    database = next(Path(settings.index).rglob("index.sqlite"))
    database.write_bytes(b"garbage" * 1000)
    report = index(rebuild=True)
    assert files(settings) == ["a.txt"] and [item.file for item in report.skipped] == ["b.txt"]
    check_whole(settings)


def test_the_old_index_answers_while_a_rebuild_runs_and_after_it_failed(
    folder: Path, settings: Settings, index: Callable[..., IndexReport], embedder: ToyEmbedder
) -> None:
    for number in range(20):
        write(folder, f"a{number:02}.txt", story(f"word{number}", 20))
    index()

    def look(state: Progress) -> None:
        assert len(files(settings)) == 20
        if state.done > 5:
            raise KeyboardInterrupt

    with Store.open(Path(settings.index)) as reader:
        with pytest.raises(KeyboardInterrupt):
            index(rebuild=True, progress=look)
        assert len(files(settings)) == 20 and reader.is_current()
        embedder.texts.clear()
        assert changes(index(rebuild=True))[0] < 20, "the next rebuild goes on"
        assert not reader.is_current()
    assert len(list(Path(settings.index).glob("build-*"))) == 1
    check_whole(settings)


def test_an_interruption_keeps_what_is_finished(
    folder: Path, settings: Settings, index: Callable[..., IndexReport], embedder: ToyEmbedder
) -> None:
    for number in range(20):
        write(folder, f"a{number:02}.txt", story(f"word{number}", 20))

    def stop(state: Progress) -> None:
        if state.done > 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index(progress=stop)
    kept = files(settings)
    assert 8 < len(kept) < 20
    check_whole(settings)
    assert changes(index()) == (20 - len(kept), 0, 0, len(kept))
    check_whole(settings)


def test_a_failing_embedder_keeps_what_is_finished(
    folder: Path,
    settings: Settings,
    index: Callable[..., IndexReport],
    embedder: ToyEmbedder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(folder, "a.txt", story("alpha"))
    index()
    write(folder, "b.txt", story("beta"))

    def fail(texts: object) -> None:
        raise EndpointError("the server is gone", retryable=True)

    monkeypatch.setattr(embedder, "embed", fail)
    with pytest.raises(EndpointError):
        index()
    assert files(settings) == ["a.txt"]


def test_two_writers_are_kept_apart(folder: Path, settings: Settings, index: Callable[..., IndexReport]) -> None:
    write(folder, "a.txt", story("alpha"))
    index()
    with write_lock(Path(settings.index)):
        with pytest.raises(IndexLocked, match="another process") as caught:
            index()
        assert caught.value.retryable
        with pytest.raises(IndexLocked):
            remove(["a.txt"], settings=settings)
        assert files(settings) == ["a.txt"]
    index()


def test_the_lock_file_of_a_dead_process_blocks_nobody(
    folder: Path, settings: Settings, index: Callable[..., IndexReport]
) -> None:
    write(folder, "a.txt", story("alpha"))
    Path(settings.index).mkdir()
    (Path(settings.index) / "lock").write_text("4711")
    assert index().added == 1


def test_removal_leaves_nothing(folder: Path, settings: Settings, index: Callable[..., IndexReport]) -> None:
    secret = "The hidden witness Ottokar Vesely lives at number nine in Brenner Street."
    write(folder, "a.txt", story("alpha"))
    write(folder, "b.txt", f"Court report\n\n{secret} He denied it.\n\n" + story("beta", 40))
    write(folder, "same.txt", f"Court report\n\n{secret} He denied it.\n\n" + story("beta", 40))
    write(folder, "c.txt", story("gamma") + "\n" + story("beta", 1))
    index()
    everything = b"".join(path.read_bytes() for path in Path(settings.index).rglob("*") if path.is_file())
    assert secret.encode() in everything
    report = remove(["b.txt"], settings=settings)
    assert report.files == ("b.txt", "same.txt"), "a byte-identical copy goes too"
    assert report.shared == ("c.txt",)
    everything = b"".join(path.read_bytes() for path in Path(settings.index).rglob("*") if path.is_file())
    assert secret.encode() not in everything and b"Ottokar" not in everything and b"ottokar" not in everything
    assert report.searched_files > 5 and report.searched_bytes >= len(everything)
    assert files(settings) == ["a.txt", "c.txt"]
    check_whole(settings)


def test_utterances_come_change_and_go_with_their_article(
    folder: Path, settings: Settings, index: Callable[..., IndexReport]
) -> None:
    def told() -> list[tuple[str, str | None, str]]:
        with Store.open(Path(settings.index)) as store:
            return [
                (item.file, item.utterance.speaker, item.utterance.content[0].of(store.text(item.file)))
                for item in store.utterances()
            ]

    write(
        folder, "a.txt", "Drains\n\nIt rained.\n\n“The drains were blocked,” said Mayor Edda Lindqvist. “Nobody cared.”"
    )
    write(folder, "b.txt", "Tax\n\nAda Brook denied the reports.")
    write(folder, "c.txt", "Weather\n\nIt rained all day in the valley.")
    index()
    assert told() == [("a.txt", "Edda Lindqvist", "The drains were blocked"), ("b.txt", "Ada Brook", "the reports")]
    with Store.open(Path(settings.index)) as store:
        (item,) = store.utterances({"a.txt"})
        assert [span.of(store.text("a.txt")) for span in item.utterance.content][1:] == ["Nobody cared."]
        assert item.sha256 == store.articles()[0].sha256 and item.utterance.role == "Mayor"
        assert store.utterances(()) == []
    write(folder, "b.txt", "Tax\n\nAda Brook warned that taxes would rise.")
    index()
    assert told()[1:] == [("b.txt", "Ada Brook", "taxes would rise")]
    remove(["a.txt"], settings=settings)
    assert [file for file, _, _ in told()] == ["b.txt"]
    everything = b"".join(path.read_bytes() for path in Path(settings.index).rglob("*") if path.is_file())
    assert b"Edda Lindqvist" not in everything
    (folder / "b.txt").unlink()
    index()
    assert told() == []


def test_what_was_removed_stays_out_until_it_is_taken_back(
    folder: Path, settings: Settings, index: Callable[..., IndexReport]
) -> None:
    write(folder, "a.txt", story("alpha"))
    write(folder, "b.txt", story("beta"))
    index()
    remove(["b.txt"], settings=settings)
    (folder / "b.txt").rename(folder / "other name.txt")
    report = index()
    assert changes(report) == (0, 0, 0, 1)
    assert [item.file for item in report.skipped] == ["other name.txt"]
    assert "--again" in report.skipped[0].reason
    assert changes(index(again=True)) == (1, 0, 0, 1)
    assert changes(index()) == (0, 0, 0, 2)


def test_a_changed_text_is_another_content(folder: Path, settings: Settings, index: Callable[..., IndexReport]) -> None:
    write(folder, "a.txt", story("alpha"))
    write(folder, "b.txt", story("beta"))
    index()
    remove(["b.txt"], settings=settings)
    write(folder, "b.txt", story("harmless"))
    assert changes(index()) == (1, 0, 0, 1)


def test_the_last_article_can_be_removed(folder: Path, settings: Settings, index: Callable[..., IndexReport]) -> None:
    write(folder, "a.txt", story("alpha"))
    index()
    assert remove(["a.txt"], settings=settings).shared == ()
    assert files(settings) == []
    check_whole(settings)


def test_unknown_names_are_all_listed_and_nothing_is_removed(
    folder: Path, settings: Settings, index: Callable[..., IndexReport]
) -> None:
    write(folder, "alpha.txt", story("alpha"))
    index()
    with pytest.raises(UsageError, match=r"'alpa\.txt', 'zzz'") as caught:
        remove(["alpha.txt", "alpa.txt", "zzz"], settings=settings)
    assert "alpha.txt" in caught.value.hint
    assert files(settings) == ["alpha.txt"]


def test_vanished_articles_leave_nothing_in_a_small_index(
    folder: Path, settings: Settings, index: Callable[..., IndexReport]
) -> None:
    write(folder, "a.txt", story("alpha"))
    write(folder, "b.txt", story("zeppelin"))
    index()
    (folder / "b.txt").unlink()
    index()
    everything = b"".join(path.read_bytes() for path in Path(settings.index).rglob("*") if path.is_file())
    assert b"zeppelin" not in everything


def test_the_real_embedder_indexes_the_seeds(seed_index: Path) -> None:
    with Store.open(seed_index) as store:
        assert store.counts().files == 5
        assert "MiniLM" in store.recipe
