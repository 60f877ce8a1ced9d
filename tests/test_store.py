"""The store: what is read is what was written, exactly, also beside a writer and without write access."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from toy_embedder import ToyEmbedder

from factcheck.articles.read import read_article
from factcheck.errors import CorruptIndex, IndexMismatch, IndexMissing, UsageError
from factcheck.index.lock import DATABASE, publish_build
from factcheck.index.preparing import prepare_windows
from factcheck.index.store import Store
from factcheck.index.writing import FileState, WritableStore, line_numbers, passage_hash, passage_texts
from factcheck.models.embedder import Embedder, Encoded
from factcheck.types import Searched

RECIPE = "for tests"
TALKS = "Talks in Rome\n\nThe talks lasted seven hours. The White House called them “intense”.\r\nNo deal was made.\n"
DENIAL = "The Kremlin denied the reports. Zhao called them “malicious”.\n"


def write(index: Path, embedder: Embedder | None = None, **articles: str) -> None:
    """Put articles into the index, as `sync` does."""
    folder = index.parent / "articles"
    folder.mkdir(exist_ok=True)
    states = []
    for name, text in articles.items():
        path = folder / f"{name}.txt"
        path.write_bytes(text.encode())
        states.append(FileState(path.name, str(folder), str(path), len(text), 1, 2))
    build = index / "build-1"
    with WritableStore.create(index, build, recipe=RECIPE) as store:
        for window in prepare_windows(states, store, embedder or ToyEmbedder(), max_bytes=10**6):
            with store.transaction():
                for prepared in window.articles:
                    store.put(prepared, window.vectors)
    publish_build(index, build)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    index = tmp_path / "index"
    write(index, talks=TALKS, denial=DENIAL)
    return index


@pytest.fixture
def store(index: Path) -> Iterator[Store]:
    with Store.open(index) as store:
        yield store


def test_every_sentence_is_the_text_at_its_offsets(store: Store) -> None:
    assert store.text("talks.txt") == TALKS
    sentences = store.sentences_of_file("talks.txt")
    assert [sentence.text for sentence in sentences] == [
        "Talks in Rome",
        "The talks lasted seven hours.",
        "The White House called them “intense”.",
        "No deal was made.",
    ]
    for ordinal, sentence in enumerate(sentences):
        assert TALKS[sentence.start : sentence.end] == sentence.text
        assert sentence.ordinal == ordinal
    assert [sentence.line for sentence in sentences] == [1, 3, 3, 4]


def test_text_comes_back_as_it_was(tmp_path: Path) -> None:
    odd = "\ufeffA title\x0b with\ttabs.\n\nHe said 🙂 “no”.\r\nNaïve café.\rשלום עולם. End\n\n"
    write(tmp_path / "index", odd=odd)
    with Store.open(tmp_path / "index") as store:
        assert store.text("odd.txt") == odd
        assert all(odd[s.start : s.end] == s.text for s in store.sentences_of_file("odd.txt"))


def test_a_nul_and_a_lone_surrogate_survive(tmp_path: Path) -> None:
    index, path = tmp_path / "index", tmp_path / "a.txt"
    path.write_text("One sentence. Another one.")
    text = "One\0 sentence. Another \ud83d one."
    with WritableStore.create(index, index / "build-1", recipe=RECIPE) as store:
        state = FileState("a.txt", str(tmp_path), str(path), 1, 1, 2)
        window = next(prepare_windows([state], store, ToyEmbedder(), max_bytes=100))
        article = replace(read_article(path, "a.txt", max_bytes=100), text=text)
        texts = passage_texts(article, window.articles[0].passages)
        vectors = dict(zip(map(passage_hash, texts), window.vectors.values(), strict=True))
        with store.transaction():
            store.put(replace(window.articles[0], article=article, texts=texts), vectors)
        assert store.text("a.txt") == text


class Encoder(ToyEmbedder):
    """Keeps something of every sentence."""

    def encode_passages(self, passages: Sequence[Sequence[str]]) -> list[Encoded]:
        rows = self.embed([" ".join(sentences) for sentences in passages])
        return [Encoded(row, tuple(map(code_of, texts))) for row, texts in zip(rows, passages, strict=True)]


def code_of(sentence: str) -> bytes:
    return hashlib.sha512(sentence.encode()).digest() * 20


def test_what_the_model_saw_of_a_sentence_is_found_copied_and_goes_with_its_article(tmp_path: Path) -> None:
    index, encoder = tmp_path / "index", Encoder()
    write(index, encoder, talks=TALKS, denial=DENIAL)
    write(index, encoder, copy=TALKS)
    with WritableStore.create(index, index / "build-1", recipe=RECIPE) as store:
        sentences = [sentence for file in ("talks.txt", "copy.txt") for sentence in store.sentences_of_file(file)]
        assert len(sentences) >= 8
        assert store.token_codes(sentences[::-1]) == [code_of(sentence.text) for sentence in sentences[::-1]]
        assert len(encoder.texts) == len(set(encoder.texts))
        with store.transaction():
            store.delete("denial.txt")
        assert store.checkpoint()
        gone = code_of("The Kremlin denied the reports.")[:64]
        assert gone not in (index / "build-1" / DATABASE).read_bytes()
        with store.transaction():
            store.delete("copy.txt")
        assert store.token_codes(sentences) == [code_of(s.text) if s.file == "talks.txt" else b"" for s in sentences]


def test_what_is_counted_once_is_counted_again_when_the_index_changes(store: Store, index: Path) -> None:
    before = store.counts(), store.passage_count(), store.fingerprint()
    assert (store.counts(), store.passage_count(), store.fingerprint()) == before
    write(index, third="A third article came. It has two sentences.\n")
    assert store.counts() == Searched(before[0].files + 1, before[0].sentences + 2)
    assert store.passage_count() > before[1] and store.fingerprint() != before[2]


def test_passages_hold_every_sentence_once(store: Store) -> None:
    ids = store.passage_ids()
    assert store.passage_count() == len(ids)
    found = store.sentences_of_passages(ids.tolist())
    wanted = [s for article in store.articles() for s in store.sentences_of_file(article.file)]
    assert sorted(found, key=lambda s: s.id) == sorted(wanted, key=lambda s: s.id)


def test_sentences_come_in_the_order_of_the_passages_asked_for(store: Store) -> None:
    ids = store.passage_ids().tolist()
    backwards = store.sentences_of_passages([*reversed(ids), 999])
    assert list(dict.fromkeys(s.passage for s in backwards)) == ids[::-1]
    assert store.sentences_of_passages([]) == []
    assert store.files_of_passages([*ids, 999]).keys() == set(ids)


def test_neighbours_stay_in_the_article(store: Store) -> None:
    first, second, third, last = store.sentences_of_file("talks.txt")
    assert store.neighbours(second, 1, 1) == [first, third]
    assert store.neighbours(first, 3, 1) == [second]
    assert store.neighbours(last, 1, 5) == [third]
    assert store.neighbours(last, 0, 0) == []


def test_counts(store: Store) -> None:
    assert (store.counts().files, store.counts().sentences) == (2, 6)
    chosen = store.counts(["denial.txt", "unknown.txt"])
    assert (chosen.files, chosen.sentences) == (1, 2)
    assert (store.counts([]).files, store.counts([]).sentences) == (0, 0)


def test_an_unknown_file_is_named_with_near_names(store: Store) -> None:
    with pytest.raises(UsageError, match=r"'talk\.txt'") as caught:
        store.text("talk.txt")
    assert "talks.txt" in caught.value.hint


def test_the_fingerprint_follows_content(index: Path, store: Store) -> None:
    before, generation = store.fingerprint(), store.generation
    assert before == store.fingerprint()
    write(index, denial=DENIAL + "One more sentence.\n")
    assert store.generation > generation
    assert store.fingerprint() != before


def test_an_article_is_replaced_whole(index: Path, store: Store) -> None:
    old = store.passage_ids()
    write(index, talks="Nothing happened.\n")
    assert [s.text for s in store.sentences_of_file("talks.txt")] == ["Nothing happened."]
    assert store.text("talks.txt") == "Nothing happened.\n"
    fresh = store.passage_ids()
    assert fresh.max() > old.max(), "a row is never used twice"
    assert store.counts().files == 2


def test_reading_goes_on_while_another_process_writes(index: Path, store: Store) -> None:
    with WritableStore.create(index, index / "build-1", recipe=RECIPE) as writer, writer.transaction():
        writer.delete("talks.txt")
        assert store.counts().files == 2
        assert store.text("talks.txt") == TALKS
    assert store.counts().files == 1


def test_an_aborted_transaction_leaves_nothing(index: Path, store: Store) -> None:
    with WritableStore.create(index, index / "build-1", recipe=RECIPE) as writer:
        with pytest.raises(RuntimeError), writer.transaction():
            writer.delete("talks.txt")
            raise RuntimeError
        assert writer.counts().files == store.counts().files == 2


def test_threads_share_a_store(store: Store) -> None:
    failures: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(50):
                assert len(store.sentences_of_file("talks.txt")) == 4
                assert len(store.sentences_of_passages(store.passage_ids().tolist())) == 6
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


READ_ONLY = """
import os, sys
from pathlib import Path
from factcheck.index.store import Store
os.setuid(65534)  # root may write anywhere
index = Path(sys.argv[1])
before = sorted(str(p) for p in index.rglob("*"))
with Store.open(index) as store:
    assert store.counts().files == 2
    assert sorted(str(p) for p in index.rglob("*")) == before
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to become another user")
def test_a_folder_that_cannot_be_written_is_read_and_gets_no_files(index: Path) -> None:
    for folder in [index, *index.parents]:
        if str(folder).startswith("/tmp/"):
            folder.chmod(0o755)
    subprocess.run([sys.executable, "-c", READ_ONLY, str(index)], check=True)


def test_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing) as caught:
        Store.open(tmp_path / "nothing")
    assert "factcheck index" in caught.value.hint
    assert not (tmp_path / "nothing").exists()


def test_a_database_of_something_else_is_refused(index: Path) -> None:
    (index / "build-1" / "index.sqlite").write_bytes(b"this is not a database" * 1000)
    with pytest.raises(CorruptIndex) as caught:
        Store.open(index)
    assert "--rebuild" in caught.value.hint


@pytest.mark.parametrize("sql", ["UPDATE meta SET value = 99 WHERE name = 'schema'", "DROP TABLE meta"])
def test_another_schema_is_refused(index: Path, sql: str) -> None:
    database = sqlite3.connect(index / "build-1" / "index.sqlite")
    with database:
        database.execute(sql)
    database.close()
    with pytest.raises(IndexMismatch, match="another version") as caught:
        Store.open(index)
    assert "--rebuild" in caught.value.hint


def test_another_recipe_is_refused(store: Store) -> None:
    store.require(RECIPE)
    with pytest.raises(IndexMismatch, match=r"for tests.*something else"):
        store.require("something else")


def test_line_numbers_count_each_line_end_once() -> None:
    text = "a\r\nb\nc\rd\n\ne"
    places = [text.index(letter) for letter in "abcde"]
    # "c\rd" is one line: a lone carriage return ends none.
    assert line_numbers(text, places) == [1, 2, 3, 3, 5]
    assert line_numbers("", []) == []
