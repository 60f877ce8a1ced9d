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
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from factcheck.errors import EndpointError, SettingsError
from factcheck.models.memory import drop_damaged
from factcheck.models.overload import tell_overload
from factcheck.models.retry import read_retry_after

if TYPE_CHECKING:
    from openai import OpenAI

log = logging.getLogger(__name__)

Floats = NDArray[np.float32]

# Texts per request; below the 300,000 tokens and 2,048 inputs that OpenAI allows.
BATCH = 128
RETRIES = 3
TIMEOUT_SECONDS = 60.0
# Servers do not say how much a model reads. The smallest common limit is 512 tokens; passages of
# half of that leave room for tokenizers that cut finer, and longer texts are cut before it.
MAX_TOKENS = 256
_CUT = 400
# Over-counts English by some 15 %; other scripts have a token for every character or two.
_TOKEN = re.compile(r"[A-Za-z0-9_]{1,7}|\w{1,2}|[^\w\s]")


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
        return cls(model, base_url=base_url or "https://api.openai.com/v1", api_key=api_key or "none", cache=cache)

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
        """Return an over-estimate of each text's tokens."""
        return [len(_TOKEN.findall(text)) for text in texts]

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return one L2-normalised row per text, in their order, from the cache where it is known.

        Raises:
            EndpointError: The server failed or replied with something that is no embedding.
        """
        keys = [self._key(text) for text in texts]
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
        if len({len(vectors[key]) for key in keys}) != 1:
            raise self._changed()
        rows = np.stack([vectors[key] for key in keys])
        self._dimension = int(rows.shape[1])
        return rows

    def close(self) -> None:
        """Close the connections to the server."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = None

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self.name}\0{text}".encode("utf-8", "surrogatepass")).digest()

    def _request(self, texts: Sequence[str]) -> Floats:
        import openai  # a second of CPU that the packaged embedder does not need

        # An empty input is refused by most servers, a lone surrogate cannot be sent.
        sent = [_sendable(text) for text in texts]
        try:
            # Many compatible servers do not know the base64 that the SDK asks for by default.
            reply = self._connect().embeddings.create(model=self.model, input=sent, encoding_format="float")
        except openai.OpenAIError as error:
            response = getattr(error, "response", None)
            tell_overload(error, read_retry_after(response.headers if response is not None else {}))
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
            raise self._changed()
        unit: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return unit

    def _changed(self) -> EndpointError:
        return EndpointError(
            f"{self.model} at {self.base_url} now gives vectors of another length: the model changed",
            hint=f"Delete {self._cache.file} and run factcheck index FOLDER --rebuild.",
        )

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
        self.file = file
        self._lock = threading.Lock()

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Floats]:
        found: dict[bytes, Floats] = {}

        def read(database: sqlite3.Connection) -> None:
            for key in set(keys):
                row = database.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
                if row is not None:
                    found[key] = np.frombuffer(row[0], dtype="<f4").astype(np.float32)

        if self.file.exists():
            self._use(read)
        return found

    def put(self, vectors: dict[bytes, Floats]) -> None:
        rows = [(key, vector.astype("<f4").tobytes()) for key, vector in vectors.items()]
        # Beside an index only: asking never makes the folder of an index.
        if self.file.parent.is_dir():
            self._use(lambda database: database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows))

    def _use(self, action: Callable[[sqlite3.Connection], object]) -> None:
        try:
            with self._lock, closing(sqlite3.connect(self.file, timeout=10)) as database, database:
                database.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")
                action(database)
        except (sqlite3.Error, OSError) as error:
            log.warning("the cache of embeddings %s cannot be used: %s", self.file, error)
            drop_damaged(self.file, error)


def _sendable(text: str) -> str:
    clean = text.encode("utf-8", "replace").decode("utf-8")
    end = next((match.start() for number, match in enumerate(_TOKEN.finditer(clean)) if number == _CUT), None)
    return clean[:end] if clean.strip() else "."


def _public_address(url: str) -> str:
    """Return the address without user, password and query."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}{parts.path}".rstrip("/")
