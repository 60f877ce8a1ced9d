"""Chroma: an index of the vectors that is made from SQLite and can be thrown away at any time.

This is the only module that knows Chroma. A store holds vectors and row numbers, no text; no
embedding function, since Chroma would download one. Which store may be opened is decided by the
note (note.py): a kill while Chroma writes can leave a store that loses vectors, or that ends the
process which opens it.
"""

from __future__ import annotations

import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from factcheck.errors import CorruptIndex, FactcheckError, SettingsError
from factcheck.index.records import PassageHit
from factcheck.settings import Settings

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

log = logging.getLogger(__name__)

EMBEDDED = "embedded"
BATCH = 1000
REPLY_SECONDS = 10.0
TIMEOUT_SECONDS = 60.0
_NAME = "passages"
_AUTH_ERRORS = frozenset({"AuthorizationError", "ChromaAuthError"})
# Chroma keeps its clients in a dictionary of the process without a lock.
_opening = threading.Lock()


class ChromaStore:
    """One collection of vectors, embedded or on a server.

    Args:
        client: Connection to the store.
        collection: The collection.
        where: "embedded" or the server's address, for messages.
    """

    # Any: the interface that Chroma annotates its clients with lacks `close`.
    def __init__(self, client: Any, collection: Collection, *, where: str) -> None:
        self._client = client
        self._collection = collection
        self._where = where

    def add(self, ids: NDArray[np.int64], rows: NDArray[np.float32]) -> None:
        """Add vectors under new row numbers."""
        names = [str(number) for number in ids.tolist()]
        batch = min(BATCH, self._call(self._client.get_max_batch_size))
        for start in range(0, len(names), batch):
            part = slice(start, start + batch)
            self._call(self._collection.add, ids=names[part], embeddings=rows[part])
        if len(names) == 1:  # Chroma writes its graph from two records on; the second of one name is ignored
            self._call(self._collection.add, ids=names, embeddings=rows)

    def delete(self, ids: Sequence[int]) -> None:
        """Delete vectors."""
        names = [str(number) for number in ids]
        for start in range(0, len(names), BATCH):
            self._call(self._collection.delete, ids=names[start : start + BATCH])

    def ids(self) -> NDArray[np.int64]:
        """Return the row numbers of all vectors, ascending."""
        found = self._call(self._collection.get, include=[])["ids"]
        return np.sort(np.array([int(name) for name in found], dtype=np.int64))

    def rows(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """Return vectors, one row each, in no particular order."""
        found = self._call(self._collection.get, ids=[str(number) for number in ids], include=["embeddings"])
        return np.array(found["embeddings"], dtype=np.float32)

    def count(self) -> int:
        """Return the number of vectors."""
        return int(self._call(self._collection.count))

    def search(self, vector: NDArray[np.float32], *, limit: int) -> list[PassageHit]:
        """Return the nearest row numbers with their cosines, best first."""
        reply = self._call(
            self._collection.query, query_embeddings=vector[None, :], n_results=limit, include=["distances"]
        )
        ids, distances = reply["ids"][0], reply["distances"][0]
        return [PassageHit(int(name), 1.0 - float(far)) for name, far in zip(ids, distances, strict=True)]

    def close(self) -> None:
        """Close the connection; what was written is in the store's files."""
        with _opening:
            _close(self._client)

    def _call(self, method: Any, **arguments: Any) -> Any:
        with _explained(self._where):
            return method(**arguments)


def open_folder(folder: Path, *, create: bool = False) -> ChromaStore:
    """Open an embedded store.

    Raises:
        CorruptIndex: It cannot be opened, or its folder cannot be written (Chroma writes to open).
    """
    import chromadb  # two seconds that only searching needs

    path = str(folder.absolute())  # because Chroma keeps a system per path for the process
    with _opening, _explained(EMBEDDED):
        client = chromadb.PersistentClient(path=path, settings=_silent())
        with _closed_on_error(client):
            return ChromaStore(client, _collection(client, _NAME, create), where=EMBEDDED)


def open_server(settings: Settings, name: str, *, create: bool = False) -> ChromaStore | None:
    """Open a collection on the server that the settings name; None where it has none of that name.

    Raises:
        FactcheckError: The server cannot be reached or refuses the token.
    """
    where = server_address(settings)
    with _opening, _explained(where):
        client = _connect(settings)
        with _closed_on_error(client):
            if create or name in _names(client):
                return ChromaStore(client, _collection(client, name, create), where=where)
        _close(client)
    return None


def drop_collections(settings: Settings, prefix: str, *, but: str = "") -> None:
    """Delete the collections on the server whose names begin so, but for those that begin otherwise.

    Raises:
        FactcheckError: The server cannot be reached or refuses the token.
    """
    with _opening, _explained(server_address(settings)):
        client = _connect(settings)
        try:
            for name in _names(client):
                if name.startswith(prefix) and not (but and name.startswith(but)):
                    client.delete_collection(name)
        finally:
            _close(client)


def server_address(settings: Settings) -> str:
    """Return the server's address without anything secret.

    Raises:
        SettingsError: The setting is no address of a server.
    """
    parts = urlsplit(settings.chroma_url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 8000)
    except ValueError:
        port = 0
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port or parts.path.strip("/"):
        raise SettingsError(
            "chroma_url is not the address of a Chroma server",
            hint="Use http://HOST:PORT or https://HOST:PORT, and chroma_token for a token.",
        )
    return f"{parts.scheme}://{parts.hostname}:{port}"


@contextmanager
def _explained(where: str) -> Iterator[None]:
    """Turn Chroma's errors into ones a user can act on."""
    try:
        yield
    except Exception as error:  # Chroma raises its own errors, httpx's and plain ones
        raise _explain(error, where) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # Chroma's Rust, over a damaged file; no Exception
            raise
        raise _explain(RuntimeError(error), where) from error


@contextmanager
def _closed_on_error(client: Any) -> Iterator[None]:
    try:
        yield
    except BaseException:
        _close(client)
        raise


def _close(client: Any) -> None:
    sessions = list(_sessions(client))
    client.close()
    for session in sessions:
        session.close()  # Chroma leaves the connections to a server open


def _sessions(client: Any) -> Iterator[Any]:
    """Yield the HTTP sessions of a client and of the one it has for its own checks."""
    for part in (client, getattr(client, "_admin_client", None)):
        session = getattr(getattr(part, "_server", None), "_session", None)
        if session is not None:
            yield session


def _names(client: ClientAPI) -> list[str]:
    return [collection.name for collection in client.list_collections()]


def _connect(settings: Settings) -> ClientAPI:
    import chromadb  # two seconds that only searching needs
    from chromadb.config import DEFAULT_DATABASE, DEFAULT_TENANT

    parts = urlsplit(server_address(settings))
    token = settings.chroma_token
    headers = {"Authorization": f"Bearer {token}", "X-Chroma-Token": token} if token else {}
    _await_reply(f"{server_address(settings)}/api/v2/heartbeat", headers)
    client = chromadb.HttpClient(
        host=parts.hostname or "",
        port=parts.port or 0,
        ssl=parts.scheme == "https",
        headers=headers,
        settings=_silent(),
        tenant=settings.chroma_tenant or DEFAULT_TENANT,
        database=settings.chroma_database or DEFAULT_DATABASE,
    )
    for session in _sessions(client):
        session.timeout = TIMEOUT_SECONDS  # Chroma would wait for ever
    return client


def _silent() -> Any:
    """Return Chroma's settings: whatever the environment or a file .env says, it reports to nobody."""
    from chromadb.config import Settings as ChromaSettings

    return ChromaSettings(anonymized_telemetry=False, chroma_otel_collection_endpoint="")


def _await_reply(url: str, headers: dict[str, str]) -> None:
    """Ask whether the server lives: Chroma's client would wait for a silent one for ever."""
    try:
        urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=REPLY_SECONDS).close()
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in {401, 403}:
            raise PermissionError("token") from None
        # Otherwise it lives, and Chroma's own requests tell what is wrong.


def _collection(client: ClientAPI, name: str, create: bool) -> Collection:
    if not create:
        return client.get_collection(name, embedding_function=None)
    # Vectors have length one; cosine makes a distance that is 1 - cosine.
    # The graph is written at once: a reader that finds none writes one, filled up with its process's memory.
    graph: Any = {"space": "cosine", "batch_size": 2, "sync_threshold": 2}
    return client.create_collection(name, embedding_function=None, configuration={"hnsw": graph})


def _explain(error: Exception, where: str) -> FactcheckError:
    if where == EMBEDDED:
        if "disk is full" in str(error) or "No space left" in str(error):
            return CorruptIndex(
                "the disk is full: the vector index could not be written",
                hint="Free some space and run the command again; what was indexed before still answers.",
                retryable=True,
            )
        return CorruptIndex(
            f"the vector index cannot be used ({type(error).__name__})",
            hint="Run factcheck index FOLDER again; it is made anew from the database.",
        )
    refused = isinstance(error, PermissionError) or type(error).__name__ in _AUTH_ERRORS
    reason = "refused the token" if refused else "cannot be used"
    log.debug("Chroma server %s: %s", where, type(error).__name__)
    return FactcheckError(
        f"the Chroma server {where} {reason} ({type(error).__name__})",
        hint="Check that it runs (chroma_url, chroma_token), or unset chroma_url for the embedded store.",
        retryable=True,
    )
