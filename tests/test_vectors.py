"""Vector search with a real Chroma on disk and a real Chroma server, and without a usable one."""

from __future__ import annotations

import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from test_store import write
from toy_embedder import ToyEmbedder

from factcheck.errors import CorruptIndex, FactcheckError, SettingsError
from factcheck.index.chroma import ChromaStore, server_address
from factcheck.index.lock import write_lock
from factcheck.index.note import read_note
from factcheck.index.store import Store
from factcheck.index.vector_update import update_vectors
from factcheck.index.vectors import Vectors
from factcheck.index.writing import WritableStore
from factcheck.settings import Settings

WORDS = [f"{a}{b}" for a in ("alpha", "beta", "gamma", "delta", "omega") for b in range(12)]
EMBEDDED = Settings()


def article(number: int) -> str:
    picked = [WORDS[(number * 7 + place * place) % len(WORDS)] for place in range(30)]
    return f"Story number{number} is about {' '.join(picked)}.\n"


def write_many(index: Path, numbers: range) -> None:
    write(index, **{f"a{number:03}": article(number) for number in numbers})


def delete(index: Path, *files: str) -> None:
    with WritableStore.create(index, index / "build-1", recipe="") as store, store.transaction():
        for file in files:
            store.delete(file)


def embed(text: str) -> np.ndarray:
    return ToyEmbedder().embed([text])[0]


Scores = dict[str, float]


def exact(store: Store, text: str, files: set[str] | None = None) -> Scores:
    """Scores of all articles (each is one passage) by comparison of all vectors."""
    names = store.files_of_passages(store.passage_ids().tolist())
    return {
        names[int(passage)]: float(row @ embed(text))
        for block in store.vectors(store.passage_ids())
        for passage, row in zip(block.ids, block.rows, strict=True)
        if files is None or names[int(passage)] in files
    }


def nearest(store: Store, vectors: Vectors, text: str, limit: int = 5, **options: object) -> Scores:
    """Names and scores that the vector index gives, best first."""
    hits = vectors.search(embed(text), limit=limit, **options)  # type: ignore[arg-type]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    names = store.files_of_passages([hit.passage for hit in hits])
    found = {names[hit.passage]: hit.score for hit in hits}
    assert len(found) == len(hits)
    return found


def best(scores: Scores, limit: int) -> object:
    """What `nearest` must give: these scores and, where no two are equal, these names."""
    kept = sorted(scores.values(), reverse=True)[:limit]
    return pytest.approx({name: score for name, score in scores.items() if score >= kept[-1]}, abs=1e-5)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    index = tmp_path / "index"
    write_many(index, range(40))
    return index


@pytest.fixture
def store(index: Path) -> Iterator[Store]:
    with Store.open(index) as store:
        yield store


def update(index: Path, settings: Settings = EMBEDDED, *, anew: bool = False) -> None:
    with write_lock(index), Store.open(index) as store:
        update_vectors(store, settings, anew=anew)


def test_chroma_gives_what_exact_comparison_gives(index: Path, store: Store) -> None:
    update(index)
    vectors = Vectors.open(store, EMBEDDED)
    assert vectors.kind == "embedded"
    for number in (0, 7, 39):
        hits = vectors.search(embed(article(number)), limit=5)
        assert hits[0].score == pytest.approx(1, abs=1e-5)
        assert nearest(store, vectors, article(number)) == best(exact(store, article(number)), 5)
    vectors.close()


def test_only_the_chosen_files(index: Path, store: Store) -> None:
    update(index)
    vectors = Vectors.open(store, EMBEDDED)
    chosen = {"a003.txt", "a017.txt", "none.txt"}
    assert nearest(store, vectors, article(1), files=frozenset(chosen)) == best(exact(store, article(1), chosen), 9)
    assert nearest(store, vectors, article(1), files=frozenset()) == {}
    assert nearest(store, vectors, article(1), limit=0) == {}
    vectors.close()


def test_many_chosen_passages_are_asked_of_chroma(index: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factcheck.index.vectors._EXACT", 3)
    update(index)
    vectors = Vectors.open(store, EMBEDDED)
    chosen = {f"a{number:03}.txt" for number in range(0, 40, 4)}
    found = nearest(store, vectors, article(1), limit=6, files=frozenset(chosen))
    assert found == best(exact(store, article(1), chosen), 6)
    vectors.close()


def test_what_sqlite_has_on_top_is_found_and_what_is_gone_is_not(index: Path, store: Store) -> None:
    update(index)
    vectors = Vectors.open(store, EMBEDDED)
    write_many(index, range(40, 50))
    delete(index, *[f"a{number:03}.txt" for number in range(30)])
    assert next(iter(nearest(store, vectors, article(44)))) == "a044.txt"
    assert nearest(store, vectors, article(5), limit=20) == best(exact(store, article(5)), 99)
    vectors.close()


@pytest.mark.parametrize("anew_below", [0, 20_000])
def test_an_update_makes_chroma_equal(
    index: Path, store: Store, monkeypatch: pytest.MonkeyPatch, anew_below: int
) -> None:
    monkeypatch.setattr("factcheck.index.vector_update._ANEW_BELOW", anew_below)
    update(index)
    first = read_note(store.build)
    vectors = Vectors.open(store, EMBEDDED)
    write_many(index, range(40, 45))
    delete(index, "a001.txt", "a002.txt")
    update(index)
    second = read_note(store.build)
    assert first and second and second.store != first.store
    assert second.count == 43 == store.passage_count()
    assert second.stale == (2 if anew_below == 0 else 0)
    assert nearest(store, vectors, article(1), limit=43) == best(exact(store, article(1)), 99)
    assert [path.name for path in (store.build / "chroma").iterdir()] == [second.store]
    vectors.close()


def test_nothing_to_do_opens_nothing(index: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    update(index)
    monkeypatch.setattr("factcheck.index.vector_update._Update", None)
    update(index)


@pytest.mark.parametrize("damage", ["no note", "broken note", "store gone", "store emptied", "count differs"])
def test_a_dirty_store_is_made_anew_and_said_so(
    index: Path, store: Store, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    update(index)
    note = index / "build-1" / "chroma.json"
    folder = next((index / "build-1" / "chroma").iterdir())
    if damage == "no note":
        note.unlink()
    elif damage == "broken note":
        note.write_text("{")
    elif damage == "store gone":
        shutil.rmtree(folder)
    elif damage == "store emptied":
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    else:
        note.write_text(json.dumps(json.loads(note.read_text()) | {"count": 39}))
    with caplog.at_level(logging.WARNING, "factcheck"):
        vectors = Vectors.open(store, EMBEDDED)
    assert "from SQLite" in caplog.text
    assert vectors.kind == "embedded"
    assert nearest(store, vectors, article(8)) == best(exact(store, article(8)), 5)
    assert read_note(store.build)
    vectors.close()


def test_while_another_process_writes_vectors_are_compared_exactly(
    index: Path, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with write_lock(index), caplog.at_level(logging.WARNING, "factcheck"):
        vectors = Vectors.open(store, EMBEDDED)
        assert vectors.kind == "exact" and "is being written" in caplog.text
        assert nearest(store, vectors, article(8)) == best(exact(store, article(8)), 5)
    update(index)
    assert nearest(store, vectors, article(8)) == best(exact(store, article(8)), 5)
    assert vectors.kind == "embedded"
    vectors.close()


def test_a_store_that_vanishes_while_it_is_asked_is_followed(
    index: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    update(index)
    vectors = Vectors.open(store, EMBEDDED)
    search = ChromaStore.search
    calls = 0

    def replaced(chroma: ChromaStore, *arguments: object, **options: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 1:
            update(index, anew=True)
            raise CorruptIndex("its files are gone")
        return search(chroma, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(ChromaStore, "search", replaced)
    assert nearest(store, vectors, article(8)) == best(exact(store, article(8)), 5)
    vectors.close()


def test_an_empty_index_has_no_nearest_passage(tmp_path: Path) -> None:
    index = tmp_path / "index"
    write(index)
    update(index)
    with Store.open(index) as store:
        vectors = Vectors.open(store, EMBEDDED)
        assert vectors.search(embed("anything"), limit=5) == []
        vectors.close()


def test_chroma_holds_no_text(index: Path) -> None:
    update(index)
    content = b"".join(path.read_bytes() for path in (index / "build-1" / "chroma").rglob("*") if path.is_file())
    assert b"alpha" not in content and b"Story" not in content


READ_ONLY = """
import logging, os, sys
from pathlib import Path
import chromadb  # while its files can be read
import numpy as np
from factcheck.index.store import Store
from factcheck.index.vectors import Vectors
from factcheck.settings import Settings
logging.basicConfig(stream=sys.stdout)
os.setuid(65534)  # root may write anywhere
index = Path(sys.argv[1])
before = sorted(str(p) for p in index.rglob("*"))
with Store.open(index) as store:
    vectors = Vectors.open(store, Settings())
    assert vectors.kind == "exact"
    assert len(vectors.search(np.ones(64, dtype=np.float32) / 8, limit=7)) == 7
assert sorted(str(p) for p in index.rglob("*")) == before
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to become another user")
def test_an_index_that_cannot_be_written_answers_exactly(index: Path) -> None:
    update(index)
    for folder in [index, *index.parents]:
        if str(folder).startswith("/tmp/"):
            folder.chmod(0o755)
    run = subprocess.run([sys.executable, "-c", READ_ONLY, str(index)], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "cannot be written" in run.stdout


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Chroma server of its own on this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    command = Path(sys.executable).with_name("chroma")
    process = subprocess.Popen(
        [str(command), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "ANONYMIZED_TELEMETRY": "False"},
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{url}/api/v2/heartbeat", timeout=1).close()
                break
            except OSError:
                assert process.poll() is None
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def collections(url: str) -> list[str]:
    address = f"{url}/api/v2/tenants/default_tenant/databases/default_database/collections"
    with urllib.request.urlopen(address, timeout=5) as reply:
        return [item["name"] for item in json.load(reply)]


def test_a_server_holds_the_vectors(index: Path, store: Store, server: str) -> None:
    settings = Settings(chroma_url=server, chroma_token="secret")
    vectors = Vectors.open(store, settings)
    assert vectors.kind == server
    assert not (index / "build-1" / "chroma").exists()
    assert nearest(store, vectors, article(3)) == best(exact(store, article(3)), 5)
    write_many(index, range(40, 44))
    assert next(iter(nearest(store, vectors, article(41)))) == "a041.txt"
    update(index, settings)
    assert nearest(store, vectors, article(2), limit=44) == best(exact(store, article(2)), 99)
    delete(index, "a005.txt")
    update(index, settings, anew=True)
    note = read_note(store.build)
    assert note and note.count == 43
    assert [name for name in collections(server) if name == note.store]
    assert nearest(store, vectors, article(5), limit=43) == best(exact(store, article(5)), 99)
    vectors.close()


def test_a_server_s_collection_changed_in_place_counts_as_dirty_meanwhile(
    index: Path, store: Store, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(chroma_url=server)
    update(index, settings)
    write_many(index, range(40, 44))
    monkeypatch.setattr("factcheck.index.chroma.ChromaStore.add", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        update(index, settings)
    assert read_note(store.build) is None
    monkeypatch.undo()
    before = collections(server)
    vectors = Vectors.open(store, settings)
    assert nearest(store, vectors, article(43)) == best(exact(store, article(43)), 5)
    assert len(collections(server)) == len(before), "the dirty collection was dropped"
    vectors.close()


def test_a_collection_that_the_server_lost_is_made_anew(index: Path, store: Store, server: str) -> None:
    settings = Settings(chroma_url=server)
    update(index, settings)
    note = read_note(store.build)
    assert note
    address = f"{server}/api/v2/tenants/default_tenant/databases/default_database/collections/{note.store}"
    urllib.request.urlopen(urllib.request.Request(address, method="DELETE"), timeout=5).close()
    vectors = Vectors.open(store, settings)
    assert nearest(store, vectors, article(3)) == best(exact(store, article(3)), 5)
    vectors.close()


def test_two_indexes_share_a_server(index: Path, store: Store, server: str, tmp_path: Path) -> None:
    settings = Settings(chroma_url=server)
    other = tmp_path / "other" / "index"
    other.parent.mkdir()
    write_many(other, range(100, 110))
    update(index, settings)
    update(other, settings)
    vectors = Vectors.open(store, settings)
    assert nearest(store, vectors, article(3), limit=60) == best(exact(store, article(3)), 99)
    vectors.close()


def test_a_silent_server_is_not_waited_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factcheck.index.chroma.REPLY_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(FactcheckError, match="cannot be used"):
            Vectors.open(store, Settings(chroma_url=f"http://127.0.0.1:{port}"))


@pytest.fixture
def refusing_server() -> Iterator[str]:
    """A server that wants another token, as a proxy before Chroma does."""

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert self.headers["X-Chroma-Token"] == "very-secret"
            assert self.headers["Authorization"] == "Bearer very-secret"
            self.send_response(401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_token_that_is_refused_is_said_so(store: Store, refusing_server: str) -> None:
    settings = Settings(chroma_url=refusing_server, chroma_token="very-secret")
    with pytest.raises(FactcheckError, match="refused the token") as caught:
        Vectors.open(store, settings)
    assert "very-secret" not in f"{caught.value} {caught.value.hint}"


def test_an_unreachable_server_is_an_error_and_no_fallback(store: Store) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = Settings(chroma_url=f"http://127.0.0.1:{port}", chroma_token="very-secret")
    with pytest.raises(FactcheckError, match=rf"http://127\.0\.0\.1:{port}") as caught:
        Vectors.open(store, settings)
    assert caught.value.retryable and caught.value.hint
    assert "very-secret" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host", "http://", "http://h:99999", "http://h/path"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="not the address"):
        server_address(Settings(chroma_url=url))


def test_addresses() -> None:
    assert server_address(Settings(chroma_url="https://user:pass@chroma.example")) == "https://chroma.example:443"
    assert server_address(Settings(chroma_url="http://h")) == "http://h:8000"
