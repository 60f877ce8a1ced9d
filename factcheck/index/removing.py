"""Remove articles, and prove that nothing of them stays in the index folder."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from factcheck.errors import CorruptIndex
from factcheck.index.failures import explained
from factcheck.index.last_run import forget_last_run
from factcheck.index.lock import current_build, delete_other_builds, write_lock
from factcheck.index.records import ArticleRow, RemovalReport
from factcheck.index.removed import read_removed, write_removed
from factcheck.index.vector_update import update_vectors
from factcheck.index.writing import WritableStore
from factcheck.models.embedder import ENDPOINT_CACHE
from factcheck.models.memory import forget_replies
from factcheck.settings import Settings

# Shorter sentences ("He declined.") stand in any article and prove nothing.
_SHORTEST = 16
# SQLite splits long texts over pages, so that pieces of a sentence are sought too.
_PIECE = 48


def remove(files: Sequence[str], *, settings: Settings) -> RemovalReport:
    """Remove articles from every store, and keep their content out of later runs.

    Byte-identical copies under other names go too: their content is what is kept out.

    Args:
        files: Names in the index.
        settings: Name the index and the Chroma server.

    Raises:
        UsageError: A name is not in the index; all such names are listed, with near ones.
        IndexLocked: Another process is writing.
        CorruptIndex: Something of an article was found after its removal.
    """
    index = Path(settings.index)
    build = current_build(index)
    with write_lock(index), explained(index), WritableStore.create(index, build, recipe="") as store:
        doomed = _choose(store, files)
        names = tuple(article.file for article in doomed)
        # Also words outside the index's sentences: menus and other boilerplate are stored with the text.
        sentences = [s.text for name in names for s in store.sentences_of_file(name)]
        # First, so that an interruption here leaves an article that the next run removes.
        write_removed(index, read_removed(index) | {article.sha256 for article in doomed})
        with store.transaction():
            for name in names:
                store.delete(name)
        _purge(store, index, settings)
        sought = _find_own(sentences, store)
        found = _search(index, sought.pieces)
        if found.hits:
            raise CorruptIndex(
                f"words of removed articles are still in {', '.join(found.hits)}",
                hint="Close other programs that use the index and run the command again, or delete the index folder.",
            )
    return RemovalReport(names, len(sentences), sought.shared, found.files, found.bytes)


@dataclass(frozen=True, slots=True)
class _Sought:
    """Pieces of text that must not be found, and files that hold others of them legitimately."""

    pieces: frozenset[bytes]
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """Files in which something was found, and what was searched."""

    hits: tuple[str, ...]
    files: int
    bytes: int


def _choose(store: WritableStore, files: Sequence[str]) -> list[ArticleRow]:
    articles = store.articles()
    known = {article.file: article.sha256 for article in articles}
    unknown = [file for file in files if file not in known]
    if unknown:
        raise store.unknown(unknown)
    hashes = {known[file] for file in files}
    return [article for article in articles if article.sha256 in hashes]


def _purge(store: WritableStore, index: Path, settings: Settings) -> None:
    """Rewrite every store without what was deleted."""
    store.merge_words()
    store.compact()
    if not store.checkpoint():
        raise CorruptIndex(
            "the articles are removed, but another program still reads the old state of the index",
            hint="Close it and run factcheck remove with the same files, or factcheck index.",
            retryable=True,
        )
    delete_other_builds(index)
    with suppress(FileNotFoundError):
        # Vectors by hash of the endpoint's embedder; the index holds those that are needed.
        (index / ENDPOINT_CACHE).unlink()
    forget_replies(index)
    forget_last_run(index)
    update_vectors(store, settings, anew=True)


def _find_own(sentences: Sequence[str], store: WritableStore) -> _Sought:
    """Return the pieces that no remaining article holds, and the articles that hold others."""
    pieces = {piece for sentence in sentences for piece in _cut(sentence)}
    shared = []
    for article in store.articles():
        text = store.text(article.file).encode("utf-8", "surrogatepass")
        held = {piece for piece in pieces if piece in text}
        if held:
            shared.append(article.file)
            pieces -= held
    return _Sought(frozenset(pieces), tuple(shared))


def _cut(sentence: str) -> Iterator[bytes]:
    data = sentence.encode("utf-8", "surrogatepass")
    if len(data) >= _SHORTEST:
        yield data
    for start in range(0, len(data) - _PIECE, _PIECE):
        yield data[start : start + _PIECE]


def _search(index: Path, pieces: frozenset[bytes]) -> _Found:
    """Search every file of the index folder byte by byte."""
    hits, size = [], 0
    files = [path for path in sorted(index.rglob("*")) if path.is_file()]
    for path in files:
        length = path.stat().st_size
        size += length
        if not length:
            continue
        with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
            if any(content.find(piece) >= 0 for piece in pieces):
                hits.append(path.relative_to(index).as_posix())
    return _Found(tuple(hits), len(files), size)
