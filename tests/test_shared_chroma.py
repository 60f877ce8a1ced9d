"""Several processes and indexes that share one Chroma server, a real one on this machine."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from test_store import write
from test_vectors import article, best, collections, delete, embed, exact, nearest, server, update, write_many
from toy_embedder import ToyEmbedder

from factcheck.cli import main
from factcheck.errors import FactcheckError
from factcheck.index import sync as syncing
from factcheck.index.lock import write_lock
from factcheck.index.note import read_note
from factcheck.index.ownership import claim_prefix, own_prefix
from factcheck.index.store import Store
from factcheck.index.sync import remove, sync
from factcheck.index.vector_update import update_vectors
from factcheck.index.vectors import Vectors
from factcheck.settings import Settings

__all__ = ["server"]  # a fixture

DOWN = "http://127.0.0.1:9"

# Searches for the words of one article until its input ends, and tells whenever what it finds first changes.
READER = """
import sys, threading
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from test_vectors import article, best, exact, nearest
from factcheck.index.store import Store
from factcheck.index.vectors import Vectors
from factcheck.settings import Settings
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
with Store.open(Path(sys.argv[1])) as store:
    vectors = Vectors.open(store, Settings(chroma_url=sys.argv[2]))
    told = None
    while not ended.is_set():
        first = next(iter(nearest(store, vectors, article(41))))
        if first != told:
            told = first
            print(first, vectors.kind, flush=True)
    assert nearest(store, vectors, article(7), limit=50) == best(exact(store, article(7)), 99)
    print("complete", vectors.kind, flush=True)
    vectors.close()
"""


@pytest.fixture
def index(tmp_path: Path) -> Path:
    index = tmp_path / "index"
    write_many(index, range(40))
    return index


def count(url: str, prefix: str | None) -> int:
    return sum(name.startswith(prefix or "none") for name in collections(url))


def test_processes_search_while_one_writes(index: Path, server: str) -> None:
    """A reader never misses what is indexed, whatever the collection holds at that moment."""
    settings = Settings(chroma_url=server)
    update(index, settings)
    command = [sys.executable, "-c", READER, str(index), server, str(Path(__file__).parent)]
    pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    readers = [subprocess.Popen(command, **pipes) for _ in range(2)]
    try:
        for reader in readers:
            assert reader.stdout and reader.stdout.readline().endswith(f"{server}\n")
        write_many(index, range(40, 44))
        for reader in readers:
            assert reader.stdout and reader.stdout.readline().split()[0] == "a041.txt", "found before Chroma has it"
        delete(index, "a005.txt", "a006.txt")
        update(index, settings)
    finally:
        ends = [reader.communicate(timeout=60) for reader in readers]
    for out, errors in ends:
        assert out.splitlines()[-1] == f"complete {server}", errors


def test_a_copied_index_makes_a_collection_of_its_own(index: Path, server: str) -> None:
    settings = Settings(chroma_url=server)
    update(index, settings)
    copy = index.with_name("copy")
    shutil.copytree(index, copy)
    assert own_prefix(index) and own_prefix(copy) is None
    with Store.open(copy) as copied:
        vectors = Vectors.open(copied, settings)
        assert vectors.kind == server
        delete(index, *[f"a{number:03}.txt" for number in range(20)])
        update(index, settings)
        assert nearest(copied, vectors, article(3), limit=40) == best(exact(copied, article(3)), 99)
        vectors.close()
    assert own_prefix(copy) not in {None, own_prefix(index)}
    assert count(server, own_prefix(index)) == count(server, own_prefix(copy)) == 1


def test_a_copy_that_cannot_be_written_is_compared_exactly(
    index: Path, server: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(chroma_url=server)
    update(index, settings)
    copy = index.with_name("copy")
    shutil.copytree(index, copy)
    with Store.open(copy) as copied, write_lock(copy), caplog.at_level(logging.WARNING, "factcheck"):
        vectors = Vectors.open(copied, settings)
        assert vectors.kind == "exact" and "one by one" in caplog.text
        assert nearest(copied, vectors, article(3)) == best(exact(copied, article(3)), 5)
        vectors.close()


def test_a_moved_index_keeps_its_collection(index: Path, server: str) -> None:
    update(index, Settings(chroma_url=server))
    before = own_prefix(index)
    moved = index.rename(index.with_name("moved"))
    with write_lock(moved):
        assert claim_prefix(moved) == before == own_prefix(moved)


@pytest.fixture
def articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of articles, with an embedder that costs nothing."""
    monkeypatch.setattr(syncing, "load_embedder", lambda settings: ToyEmbedder())
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(6):
        (folder / f"a{number}.txt").write_text(article(number))
    return folder


def test_a_rebuild_and_a_removal_leave_no_collection_behind(articles: Path, tmp_path: Path, server: str) -> None:
    index = tmp_path / "index"
    settings = Settings(index=str(index), chroma_url=server)
    sync([articles], settings=settings)
    sync([articles], settings=settings, rebuild=True)
    assert count(server, own_prefix(index)) == 1
    first = read_note(next(index.glob("build-*")))
    remove(["a3.txt"], settings=settings)
    second = read_note(next(index.glob("build-*")))
    assert first and second and (first.count, second.count) == (6, 5)
    assert first.store not in collections(server) and second.store in collections(server)


def test_leaving_the_server_says_what_stays_there(index: Path, server: str, caplog: pytest.LogCaptureFixture) -> None:
    update(index, Settings(chroma_url=server))
    with Store.open(index) as store, caplog.at_level(logging.WARNING, "factcheck"):
        note = read_note(store.build)
        vectors = Vectors.open(store, Settings())
        assert vectors.kind == "embedded" and nearest(store, vectors, article(3)) == best(exact(store, article(3)), 5)
        vectors.close()
    assert note and note.store in caplog.text and server in caplog.text


def test_without_the_server_a_question_fails_and_says_why(seed_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACTCHECK_CHROMA_URL", DOWN)
    result = CliRunner().invoke(main, ["ask", "Who denied the request?", "--json", "--index", str(seed_index)])
    assert result.exit_code == 1 and result.stdout == ""
    assert f"error: the Chroma server {DOWN} cannot be used" in result.stderr and "hint: Check" in result.stderr


def test_without_the_server_an_index_run_keeps_what_it_read(articles: Path, tmp_path: Path, server: str) -> None:
    index = tmp_path / "index"
    with pytest.raises(FactcheckError, match=DOWN) as caught:
        sync([articles], settings=Settings(index=str(index), chroma_url=DOWN))
    assert caught.value.retryable
    assert sync([articles], settings=Settings(index=str(index), chroma_url=server)).unchanged == 6
    with Store.open(index) as store:
        vectors = Vectors.open(store, Settings(chroma_url=server))
        assert vectors.kind == server and len(vectors.search(embed("number3"), limit=9)) == 6
        vectors.close()


def test_a_server_takes_as_much_at_once_as_it_says(index: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chromadb.api.client.Client.get_max_batch_size", lambda self: 7)
    with write_lock(index), Store.open(index) as store:
        update_vectors(store, Settings(chroma_url=server))
        vectors = Vectors.open(store, Settings(chroma_url=server))
        assert len(vectors.search(embed(article(1)), limit=99)) == 40
        vectors.close()


def test_an_index_finds_its_collection_among_many(tmp_path: Path, server: str) -> None:
    address = f"{server}/api/v2/tenants/default_tenant/databases/default_database/collections"
    for number in range(120):
        body = json.dumps({"name": f"other-{number}"}).encode()
        headers = {"Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=5).close()
    index = tmp_path / "index"
    write(index, **{"a": article(1)})
    update(index, Settings(chroma_url=server))
    with Store.open(index) as store:
        vectors = Vectors.open(store, Settings(chroma_url=server))
        assert vectors.kind == server and count(server, own_prefix(index)) == 1
        vectors.close()
