"""Embed with the OpenAI-compatible endpoint of `OPENAI_BASE_URL` and `OPENAI_API_KEY`.

What was embedded once is kept by content hash in a small SQLite file beside the index, so that
an interrupted run and a rebuild pay for nothing twice. The file holds hashes and vectors, no text.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from factcheck.errors import EndpointError, SettingsError

if TYPE_CHECKING:
    from openai import OpenAI

log = logging.getLogger(__name__)

Floats = NDArray[np.float32]

# Texts per request; below the 300,000 tokens and 2,048 inputs that OpenAI allows.
BATCH = 128
RETRIES = 3
TIMEOUT_SECONDS = 60.0
# Endpoints do not say how much they read; every common embedding model takes 512 tokens, and
# passages longer than that would make worse quotes anyway.
MAX_TOKENS = 384
_TOKEN = re.compile(r"\w{1,7}|[^\w\s]")


class EndpointEmbedder:
    """Embeddings of an OpenAI-compatible server; safe to share between threads.

    Args:
        model: The server's name for the model.
        base_url: Address of the server.
        api_key: Key for it; never part of a message, a log line or `name`.
        cache: SQLite file for what was embedded; created when first written.
    """

    max_tokens = MAX_TOKENS

    def __init__(self, model: str, *, base_url: str, api_key: str, cache: Path) -> None:
        self.model = model
        self.base_url = _public_address(base_url)
        self._address = base_url
        self._api_key = api_key
        self._cache = _Cache(cache)
        self._client: OpenAI | None = None
        self._dimension = 0
        self._lock = threading.Lock()

    @classmethod
    def from_environment(cls, model: str, *, cache: Path) -> EndpointEmbedder:
        """Return an embedder for the endpoint of the OpenAI SDK's own variables.

        Raises:
            SettingsError: Neither a key nor an address is configured, or no model is named.
        """
        base_url, api_key = os.environ.get("OPENAI_BASE_URL", ""), os.environ.get("OPENAI_API_KEY", "")
        if not model or not (base_url or api_key):
            raise SettingsError(
                f"embedding_model openai:{model} needs an endpoint and the name of a model",
                hint="Set OPENAI_API_KEY, or OPENAI_BASE_URL for another server; or use minilm.",
            )
        # Local servers want no key; the SDK insists on one.
        return cls(
            model, base_url=base_url or "https://api.openai.com/v1", api_key=api_key or "none", cache=cache
        )

    @property
    def name(self) -> str:
        """Name the model and its server: another server's model of that name may differ."""
        return f"openai:{self.model}@{self.base_url}"

    @property
    def dimension(self) -> int:
        """Length of a vector, learnt from the first reply."""
        if not self._dimension:
            self.embed(["dimension"])
        return self._dimension

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return an over-estimate of each text's tokens (English: 14 to 17 % too many)."""
        return [len(_TOKEN.findall(text)) for text in texts]

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return one L2-normalised row per text, in their order, from the cache where it is known.

        Raises:
            EndpointError: The server failed or replied with something that is no embedding.
        """
        keys = [
            hashlib.sha256(f"{self.name}\0{text}".encode("utf-8", "surrogatepass")).digest() for text in texts
        ]
        vectors = self._cache.get(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in vectors}
        pending = list(missing.items())
        for start in range(0, len(pending), BATCH):
            batch = pending[start : start + BATCH]
            rows = self._request([text for _, text in batch])
            fresh = {key: row for (key, _), row in zip(batch, rows, strict=True)}
            self._cache.put(fresh)
            vectors.update(fresh)
        if not texts:
            return np.zeros((0, self._dimension), dtype=np.float32)
        rows = np.stack([vectors[key] for key in keys])
        self._dimension = rows.shape[1]
        return rows

    def forget(self, texts: Sequence[str]) -> None:
        """Drop the vectors of removed texts from the cache."""
        self._cache.drop(
            [
                hashlib.sha256(f"{self.name}\0{text}".encode("utf-8", "surrogatepass")).digest()
                for text in texts
            ]
        )

    def _request(self, texts: Sequence[str]) -> Floats:
        import openai  # a second of CPU that the packaged embedder does not need

        # An empty input is refused by most servers.
        sent = [text if text.strip() else "." for text in texts]
        try:
            # Many compatible servers do not know the base64 that the SDK asks for by default.
            reply = self._connect().embeddings.create(model=self.model, input=sent, encoding_format="float")
        except openai.OpenAIError as error:
            raise self._explain(error) from None  # the original's request carries the key
        return self._read(reply, len(texts))

    def _connect(self) -> OpenAI:
        from openai import OpenAI

        with self._lock:
            if self._client is None:
                self._client = OpenAI(
                    api_key=self._api_key,
                    base_url=self._address,
                    max_retries=RETRIES,
                    timeout=TIMEOUT_SECONDS,
                )
            return self._client

    def _read(self, reply: Any, expected: int) -> Floats:
        """Return the reply's vectors in input order, checked and normalised."""
        try:
            items = sorted(reply.data, key=lambda item: item.index)
            rows = np.array([item.embedding for item in items], dtype=np.float32)
            indices = [item.index for item in items]
        except (AttributeError, TypeError, ValueError):
            rows, indices = np.zeros((0, 0), dtype=np.float32), []
        if rows.ndim != 2 or indices != list(range(expected)) or not rows.size or not np.isfinite(rows).all():
            raise EndpointError(
                f"{self.base_url} sent something that is not {expected} embeddings",
                hint=f"Check that {self.model} is an embedding model of this server.",
            )
        if self._dimension and rows.shape[1] != self._dimension:
            raise EndpointError(
                f"{self.base_url} sent vectors of {rows.shape[1]} numbers after {self._dimension}",
                hint="Its model changed; run factcheck index --rebuild.",
            )
        unit: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return unit

    def _explain(self, error: Exception) -> EndpointError:
        import openai

        where = f"embeddings of {self.model} at {self.base_url}"
        if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
            return EndpointError(f"{where}: the key was refused", hint="Check OPENAI_API_KEY.")
        if isinstance(error, openai.NotFoundError):
            return EndpointError(
                f"{where}: no such model or address",
                hint="Check OPENAI_BASE_URL and FACTCHECK_EMBEDDING_MODEL.",
            )
        if isinstance(error, openai.APITimeoutError):
            return EndpointError(f"{where}: no reply in time", hint="Try again later.", retryable=True)
        if isinstance(error, openai.APIConnectionError):
            return EndpointError(
                f"{where}: the server cannot be reached", hint="Check OPENAI_BASE_URL.", retryable=True
            )
        if isinstance(error, openai.APIStatusError):
            busy = error.status_code in {408, 409, 429} or error.status_code >= 500
            hint = "Try again later." if busy else "Check the model's name and what the server supports."
            return EndpointError(f"{where}: status {error.status_code}", hint=hint, retryable=busy)
        return EndpointError(f"{where}: {type(error).__name__}", hint="Check what the server supports.")


class _Cache:
    """Vectors by content hash; a cache that cannot be used costs money, never an answer."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Floats]:
        if not self._file.exists():
            return {}
        found: dict[bytes, Floats] = {}
        with self._lock, self._guard("read"), self._open() as database:
            for key in keys:
                row = database.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
                if row is not None:
                    found[key] = np.frombuffer(row[0], dtype="<f4").astype(np.float32)
        return found

    def put(self, vectors: dict[bytes, Floats]) -> None:
        rows = [(key, vector.astype("<f4").tobytes()) for key, vector in vectors.items()]
        with self._lock, self._guard("written"):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._open() as database:
                database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def drop(self, keys: Sequence[bytes]) -> None:
        if self._file.exists():
            with self._lock, self._open() as database:
                database.executemany("DELETE FROM vectors WHERE key = ?", [(key,) for key in keys])

    def _open(self) -> _Connection:
        return _Connection(self._file)

    def _guard(self, done: str) -> _LogErrors:
        return _LogErrors(f"the cache of embeddings {self._file} could not be {done}")


class _Connection:
    """A connection that commits and closes at the end of a `with` block."""

    def __init__(self, file: Path) -> None:
        self._database = sqlite3.connect(file, timeout=10)

    def __enter__(self) -> sqlite3.Connection:
        self._database.execute("PRAGMA secure_delete = ON")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)"
        )
        return self._database

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._database.commit()
        self._database.close()


class _LogErrors:
    """Turns errors of the cache into a warning."""

    def __init__(self, message: str) -> None:
        self._message = message

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, sqlite3.Error | OSError):
            log.warning("%s: %s", self._message, error)
            return True
        return False


def _public_address(url: str) -> str:
    """Return the address without user, password and query."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}".rstrip("/")
