"""Embeddings of an endpoint: a scripted server on this machine, through the real SDK."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from toy_embedder import ToyEmbedder

from factcheck.errors import EndpointError, IndexMismatch, SettingsError
from factcheck.index.store import Store
from factcheck.index.sync import remove, sync
from factcheck.index.vectors import Vectors
from factcheck.models.embedder import Embedder, load_embedder
from factcheck.models.endpoint_embeddings import EndpointEmbedder
from factcheck.settings import Settings

KEY = "sk-very-secret-key"
Reply = Callable[[list[str]], tuple[int, Any]]


class Endpoint(ThreadingHTTPServer):
    """Answers from a script; once it is used up, with toy embeddings."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[Reply] = []
        self.inputs: list[list[str]] = []
        self.requests: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.path == "/v1/embeddings" and self.headers["Authorization"] == f"Bearer {KEY}"
        self.server.requests.append(request)
        self.server.inputs.append(request["input"])
        reply = self.server.script.pop(0) if self.server.script else embeddings
        status, body = reply(request["input"])
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


def reply_with(rows: list[Any], *, reverse: bool = False) -> tuple[int, Any]:
    data = [{"object": "embedding", "index": number, "embedding": row} for number, row in enumerate(rows)]
    if reverse:
        data.reverse()
    return 200, {
        "object": "list",
        "model": "m",
        "data": data,
        "usage": {"prompt_tokens": 1, "total_tokens": 1},
    }


def embeddings(texts: list[str]) -> tuple[int, Any]:
    # Not of length one and in another order: both are for the embedder to mend.
    return reply_with((3 * ToyEmbedder().embed(texts)).tolist(), reverse=True)


def error(status: int) -> Reply:
    return lambda _: (status, {"error": {"message": f"no, not with {KEY}", "type": "x"}})


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    server = Endpoint()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def embedder(endpoint: Endpoint, tmp_path: Path) -> Iterator[EndpointEmbedder]:
    found = EndpointEmbedder.from_environment("m", cache=tmp_path / "cache.sqlite")
    yield found
    found.close()


def test_vectors_are_unit_rows_in_the_order_of_the_texts(embedder: EndpointEmbedder, endpoint: Endpoint) -> None:
    texts = ["first text", "second", "third one here"]
    assert isinstance(embedder, Embedder)
    assert np.allclose(embedder.embed(texts), ToyEmbedder().embed(texts), atol=1e-5)
    assert embedder.dimension == 64
    assert endpoint.requests[0]["model"] == "m"
    assert embedder.name == f"openai:m@{endpoint.url}" and KEY not in embedder.name


def test_nothing_is_paid_for_twice(embedder: EndpointEmbedder, endpoint: Endpoint, tmp_path: Path) -> None:
    first = embedder.embed(["a b", "c", "a b"])
    assert endpoint.inputs == [["a b", "c"]]
    again = EndpointEmbedder.from_environment("m", cache=tmp_path / "cache.sqlite")
    assert np.array_equal(again.embed(["c", "a b"]), first[[1, 0]])
    assert len(endpoint.inputs) == 1
    other = EndpointEmbedder.from_environment("another", cache=tmp_path / "cache.sqlite")
    other.embed(["c"])
    assert len(endpoint.inputs) == 2
    other.close()
    assert b"a b" not in (tmp_path / "cache.sqlite").read_bytes()


def test_many_texts_go_in_batches_and_finished_ones_are_kept(embedder: EndpointEmbedder, endpoint: Endpoint) -> None:
    texts = [f"text {number}" for number in range(300)]
    endpoint.script = [embeddings, error(400)]
    with pytest.raises(EndpointError):
        embedder.embed(texts)
    assert embedder.embed(texts).shape == (300, 64)
    assert [len(batch) for batch in endpoint.inputs] == [128, 128, 128, 44]


def test_texts_are_made_fit_to_be_sent(embedder: EndpointEmbedder, endpoint: Endpoint) -> None:
    assert embedder.embed([]).shape[0] == 0 and endpoint.inputs == []
    embedder.embed(["", " \n", "broken \ud83d", "word " * 2000])
    (sent,) = endpoint.inputs
    assert sent[:3] == [".", ".", "broken ?"]
    assert sent[3].startswith("word word") and len(sent[3]) == 400 * len("word ")
    assert embedder.count_tokens(["", "two words", "internationalization", "北京"]) == [0, 2, 3, 1]


def test_a_busy_server_is_asked_again_a_bounded_number_of_times(
    embedder: EndpointEmbedder, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openai._base_client.BaseClient._calculate_retry_timeout", lambda *_, **__: 0.0)
    endpoint.script = [error(503), error(429)]
    assert embedder.embed(["a"]).shape == (1, 64)
    endpoint.script = [error(500)] * 10
    with pytest.raises(EndpointError, match="status 500") as caught:
        embedder.embed(["b"])
    assert caught.value.retryable
    assert len(endpoint.inputs) == 3 + 4, "one request and three retries"


@pytest.mark.parametrize(
    ("status", "words", "retryable"),
    [
        (401, "key was refused", False),
        (403, "key was refused", False),
        (404, "no such model", False),
        (400, "400", False),
    ],
)
def test_a_refusal_is_explained_without_the_key(
    embedder: EndpointEmbedder,
    endpoint: Endpoint,
    caplog: pytest.LogCaptureFixture,
    status: int,
    words: str,
    retryable: bool,
) -> None:
    endpoint.script = [error(status)] * 10
    with caplog.at_level(logging.INFO, "factcheck"), pytest.raises(EndpointError, match=words) as caught:
        embedder.embed(["a"])
    shown = f"{caught.value} {caught.value.hint} {caught.value.__cause__} {caplog.text}"
    assert KEY not in shown and endpoint.url in shown and caught.value.hint
    assert caught.value.retryable is retryable


@pytest.mark.parametrize(
    "reply",
    [
        lambda texts: (200, {"data": []}),
        lambda texts: (200, {"data": None}),
        lambda texts: (200, {"surprise": True}),
        lambda texts: (200, ["a list"]),
        lambda texts: reply_with([[0.1, 0.2]]),
        lambda texts: reply_with([[0.1, 0.2], [0.3]]),
        lambda texts: reply_with([[0.1, None], [0.3, 0.4]]),
        lambda texts: reply_with([[], []]),
        lambda texts: reply_with([["a"], ["b"]]),
        lambda texts: reply_with([[float("nan")], [1.0]]),
    ],
)
def test_a_reply_that_is_no_embedding_is_an_error(embedder: EndpointEmbedder, endpoint: Endpoint, reply: Reply) -> None:
    endpoint.script = [reply]
    with pytest.raises(EndpointError):
        embedder.embed(["one", "two"])


def test_a_server_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("openai._base_client.BaseClient._calculate_retry_timeout", lambda *_, **__: 0.0)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://user:{KEY}@127.0.0.1:{port}/v1")
    embedder = EndpointEmbedder.from_environment("m", cache=tmp_path / "cache")
    with pytest.raises(EndpointError, match="cannot be reached") as caught:
        embedder.embed(["a"])
    assert caught.value.retryable and KEY not in str(caught.value)
    embedder.close()


def test_a_broken_cache_costs_money_and_no_answer(
    embedder: EndpointEmbedder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache.sqlite").write_bytes(b"garbage" * 500)
    with caplog.at_level(logging.WARNING, "factcheck"):
        assert embedder.embed(["a"]).shape == (1, 64)
    assert "cannot be used" in caplog.text
    caplog.clear()
    assert embedder.embed(["b"]).shape == (1, 64)
    assert not caplog.text, "it is made anew"


def test_it_needs_an_endpoint() -> None:
    with pytest.raises(SettingsError, match="needs an endpoint"):
        load_embedder(Settings(embedding_model="openai:m"))


def test_an_index_of_an_endpoint(endpoint: Endpoint, tmp_path: Path) -> None:
    folder, settings = (
        tmp_path / "articles",
        Settings(index=str(tmp_path / "index"), embedding_model="openai:m"),
    )
    folder.mkdir()
    for name in ("alpha", "beta"):
        (folder / f"{name}.txt").write_text(f"The {name} came to Porto. It was {name} again.\n")
    sync([folder], settings=settings)
    embedder = load_embedder(settings)
    asked = len(endpoint.inputs)
    with Store.open(Path(settings.index)) as store:
        vectors = Vectors.open(store, settings)
        hits = vectors.search(embedder.embed(["alpha"])[0], limit=2)
        assert store.files_of_passages([hits[0].passage]) == {hits[0].passage: "alpha.txt"}
        with pytest.raises(IndexMismatch, match="64 numbers"):
            vectors.search(np.ones(3, dtype=np.float32), limit=1)
        vectors.close()
    sync([folder], settings=settings, rebuild=True)
    assert len(endpoint.inputs) == asked + 1, "only the question was new"
    assert (tmp_path / "index" / "embeddings.sqlite").exists()
    remove(["alpha.txt"], settings=settings)
    assert not (tmp_path / "index" / "embeddings.sqlite").exists()
    with pytest.raises(IndexMismatch, match="MiniLM"):
        sync([folder], settings=Settings(index=settings.index))
    assert isinstance(embedder, EndpointEmbedder)
    embedder.close()
