"""Remove articles, and prove that nothing of them stays in the index folder.

    what is to go → note of it (unfinished.py) → tombstones → SQLite → every store rewritten
                  → every file searched (proof.py) → the note is deleted

The note makes it one step: a removal that was interrupted, or that another program kept from its end, is
finished by the next run of `factcheck remove` or `factcheck index`.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np

from factcheck.errors import CorruptIndex
from factcheck.index.chroma_files import sync_files
from factcheck.index.failures import explained
from factcheck.index.last_run import forget_last_run
from factcheck.index.lexical import document_frequency, stem, words_left
from factcheck.index.lock import current_build, delete_other_builds, write_lock
from factcheck.index.proof import Proof, find_shared, in_blocks
from factcheck.index.records import ArticleRow, RemovalReport
from factcheck.index.removed import read_removed, write_removed
from factcheck.index.unfinished import (
    FILE,
    Doomed,
    encode,
    forget_unfinished,
    read_unfinished,
    write_unfinished,
)
from factcheck.index.vector_update import update_vectors
from factcheck.index.writing import WritableStore
from factcheck.models.embedder import ENDPOINT_CACHE
from factcheck.models.memory import FILE as REPLIES
from factcheck.settings import Settings

# What the index derives from texts, of articles that are still there.
_OF_OTHERS = (
    "SELECT u.record FROM utterances u JOIN articles a ON a.id = u.article"
    " WHERE a.file NOT IN (SELECT value FROM json_each(?1))",
    "SELECT p.links FROM origin_pairs p JOIN articles a ON a.id = p.a JOIN articles b ON b.id = p.b"
    " WHERE a.file NOT IN (SELECT value FROM json_each(?1)) AND b.file NOT IN (SELECT value FROM json_each(?1))",
)
_CODES_OF_OTHERS = (
    "SELECT t.codes FROM token_codes t JOIN sentences s ON s.id = t.sentence JOIN articles a ON a.id = s.article"
    " WHERE t.sentence BETWEEN ?2 AND ?3 AND a.file NOT IN (SELECT value FROM json_each(?1))"
)
# Words by which Chroma names the parts of its own files.
_CHROMA = b"dimensionality total_elements_added max_seq_id id_to_label label_to_id id_to_seq_id"

# Characters of removed articles that are sought at once; each takes 1.5 kB of memory.
_AT_ONCE, _OVERLAP = 200_000, 64


def remove(files: Sequence[str], *, settings: Settings) -> RemovalReport:
    """Remove articles from every store, and keep their content out of later runs.

    Byte-identical copies under other names go too: their content is what is kept out.

    Args:
        files: Names in the index, or in a removal that was not finished.
        settings: Name the index and the Chroma server.

    Raises:
        UsageError: A name is not in the index; all such names are listed, with near ones.
        IndexLocked: Another process is writing.
        CorruptIndex: Something of an article was found after its removal.
    """
    index = Path(settings.index)
    build = current_build(index)
    with write_lock(index), explained(index), WritableStore.create(index, build, recipe="") as store:
        begun = read_unfinished(index)
        named = set(files) - {item.file for item in begun}
        doomed = [*begun, *(_describe(store, article) for article in _choose(store, sorted(named)))]
        write_unfinished(index, doomed)
        return _carry_out(store, doomed, settings)


def finish_removal(store: WritableStore, settings: Settings) -> None:
    """Finish a removal that was interrupted; only for the process that holds the write lock.

    Raises:
        CorruptIndex: Something of an article was found after its removal.
    """
    removed = read_removed(store.index)
    # One without a tombstone was not begun, or was taken back.
    doomed = [item for item in read_unfinished(store.index) if item.sha256 in removed]
    if doomed:
        _carry_out(store, doomed, settings)
    else:
        forget_unfinished(store.index)


def _choose(store: WritableStore, files: Sequence[str]) -> list[ArticleRow]:
    articles = store.articles()
    known = {article.file: article.sha256 for article in articles}
    unknown = [file for file in files if file not in known]
    if unknown:
        raise store.unknown(unknown)
    hashes = {known[file] for file in files}
    return [article for article in articles if article.sha256 in hashes]


def _describe(store: WritableStore, article: ArticleRow) -> Doomed:
    """Return all by which something of an article could be recognised."""
    blocks = store.vectors(store.passage_ids({article.file}))
    sentences = store.sentences_of_file(article.file)
    return Doomed(
        file=article.file, path=article.path, sha256=article.sha256,
        about=tuple(filter(None, (article.title, article.byline))),
        text=store.text(article.file),
        passages=tuple(store.passage_ids({article.file}).tolist()),
        sentences=tuple(sentence.text for sentence in sentences),
        vectors=encode(block.rows.astype("<f4").tobytes() for block in blocks),
        codes=tuple(encode([codes]) for codes in store.token_codes(sentences)),
    )  # fmt: skip


def _carry_out(store: WritableStore, doomed: Sequence[Doomed], settings: Settings) -> RemovalReport:
    index = store.index
    write_removed(index, read_removed(index) | {item.sha256 for item in doomed})
    present = {article.file: article.sha256 for article in store.articles()}
    with store.transaction():
        for item in doomed:
            if present.get(item.file) == item.sha256:
                store.delete(item.file)
    _purge(store, settings)
    proof = _prove(store, doomed, settings, index)
    if proof.left:
        # What is cheap was not enough: perhaps this version of Chroma keeps its vectors in another way.
        update_vectors(store, settings, anew=True)
        proof = _prove(store, doomed, settings, index)
    left = [f"{path.relative_to(index).as_posix()} ({what})" for path, what in sorted(proof.left.items())]
    passages = [passage for item in doomed for passage in item.passages]
    if words_left(store, (item.text for item in doomed), passages=passages):
        left.append("the word index")
    if left:
        raise CorruptIndex(
            f"parts of removed articles are still in {', '.join(left)}",
            hint="Close other programs that use the index and run the command again, or delete the index folder.",
        )
    return _report(store, doomed, proof, settings)


def _report(store: WritableStore, doomed: Sequence[Doomed], proof: _Proved, settings: Settings) -> RemovalReport:
    sync_files(store.index)  # what was overwritten, cut and deleted stays so after a power cut
    forget_unfinished(store.index)
    sentences = list(chain.from_iterable(item.sentences for item in doomed))
    # The app's folder (ui/visitor.py): uploads, answers, batches, evaluations. They are the user's to keep.
    app = store.index.absolute().with_name(f"{store.index.name}-app")
    quoted = _prove(store, doomed, settings, app).left if app.is_dir() else {}
    return RemovalReport(
        files=tuple(item.file for item in doomed),
        sentences=len(sentences),
        shared=find_shared(sentences, ((row.file, store.text(row.file)) for row in _others(store, doomed))),
        searched_files=proof.files,
        searched_bytes=proof.size,
        vectors=sum(len(item.passages) for item in doomed),
        quoted=tuple(str(path) for path in sorted(quoted)),
    )


def _purge(store: WritableStore, settings: Settings) -> None:
    """Rewrite every store without what was deleted."""
    index = store.index
    store.merge_words()
    store.compact()
    if not store.checkpoint():
        raise CorruptIndex(
            "the articles are removed, but another program still reads the old state of the index",
            hint="Close it and run factcheck remove with the same files, or factcheck index.",
            retryable=True,
        )
    delete_other_builds(index)
    forget_last_run(index)
    # Replies and vectors of an endpoint, with SQLite's own files beside them, and what a crash left.
    for pattern in (f"{ENDPOINT_CACHE}*", f"{REPLIES}*", "*.new"):
        for path in index.glob(pattern):
            path.unlink(missing_ok=True)
    update_vectors(store, settings, anew=bool(settings.chroma_url))


@dataclass(frozen=True, slots=True)
class _Proved:
    """In which files something was found, and what; how much was searched."""

    left: dict[Path, str]
    files: int
    size: int


def _prove(store: WritableStore, doomed: Sequence[Doomed], settings: Settings, folder: Path) -> _Proved:
    """Search every file of a folder, for some of the articles at a time."""
    others = _others(store, doomed)
    left: dict[Path, str] = {}
    files = size = 0
    for some in in_blocks(_pieces(doomed), _AT_ONCE, size=lambda item: len(item.text)):
        proof = _search(store, some, others, settings, folder)
        left |= proof.left()
        files, size = proof.files, proof.size
    return _Proved(left, files, size)


def _pieces(doomed: Sequence[Doomed]) -> Iterator[Doomed]:
    """Yield articles, long ones in parts that overlap."""
    for item in doomed:
        yield replace(item, text=item.text[: _AT_ONCE + _OVERLAP])
        for start in range(_AT_ONCE, len(item.text), _AT_ONCE):
            part = item.text[start : start + _AT_ONCE + _OVERLAP]
            yield replace(item, text=part, passages=(), vectors="", codes=())


def _search(
    store: WritableStore, doomed: Sequence[Doomed], others: Sequence[ArticleRow], settings: Settings, folder: Path
) -> Proof:
    """Search every file of a folder, and spare what is there for another reason."""
    texts = chain.from_iterable((item.text, item.path, *item.about) for item in doomed)
    rows = [item.rows for item in doomed if item.passages]
    proof = Proof(
        list(texts),
        [Path(item.file).name for item in doomed],
        np.concatenate(rows) if rows else np.zeros((0, 4), dtype=np.float32),
        [codes for item in doomed for codes in item.raw],
    )
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != store.index / FILE:
            proof.search(path)
    proof.spare_bytes(_other_rows(store, others))
    proof.spare(lambda: (store.text(row.file) for row in others))
    staying = [row.file for row in others]
    proof.spare_vectors(lambda: (block.rows for block in store.vectors(store.passage_ids(staying))))
    if proof.left():
        proof.spare_bytes(_other_codes(store, others))
        # The word index writes words without accents.
        proof.spare_names(lambda name: stem(name) == (name,) and bool(document_frequency(store, [name])[name]))
    if proof.left():
        proof.spare_bytes(_empty_index(store.recipe, settings))
    return proof


def _others(store: WritableStore, doomed: Sequence[Doomed]) -> list[ArticleRow]:
    """Return the articles that stay; not one that should have gone."""
    gone = {(item.file, item.sha256) for item in doomed}
    return [row for row in store.articles() if (row.file, row.sha256) not in gone]


def _other_rows(store: WritableStore, others: Sequence[ArticleRow]) -> Iterator[bytes]:
    """Yield what the index says of the articles that stay, beside their texts."""
    yield os.fsencode(store.index.absolute())
    known = ((row.file, row.path, row.root, row.title, row.outlet, row.byline) for row in others)
    yield "\n".join(filter(None, chain.from_iterable(known))).encode("utf-8", "surrogatepass")
    lingering = _lingering(store, others)
    for sql in _OF_OTHERS:
        yield "\n".join(text for (text,) in store.match(sql, lingering)).encode("utf-8", "surrogatepass")


def _other_codes(store: WritableStore, others: Sequence[ArticleRow]) -> Iterator[bytes]:
    """Yield what is kept of the model's states of the sentences that stay."""
    lingering = _lingering(store, others)
    ((last,),) = store.match("SELECT coalesce(max(sentence), 0) FROM token_codes")
    for start in range(0, last + 1, 1000):
        rows = store.match(_CODES_OF_OTHERS, lingering, start, start + 999)
        yield b"".join(codes for (codes,) in rows)


def _lingering(store: WritableStore, others: Sequence[ArticleRow]) -> str:
    """Return the files that should have gone and are still there, for SQL: none, as a rule."""
    return json.dumps(sorted({row.file for row in store.articles()} - {row.file for row in others}))


def _empty_index(recipe: str, settings: Settings) -> Iterator[bytes]:
    """Yield the files of an index that holds nothing: names of tables and the like."""
    yield _CHROMA
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder)
        with WritableStore.create(index, index / "build-1", recipe=recipe) as store:
            update_vectors(store, replace(settings, index=folder, chroma_url=""))
        for path in index.rglob("*"):
            if path.is_file():
                yield path.read_bytes()
