"""Read new and changed files and embed their passages, some articles at a time.

    files → (windows) → article → sentences → passages → who says what → vectors

A window is parsed, embedded and written together. Which files it holds depends on the files alone, so that other
processes can read windows (fanning.py) and the index is the same.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from factcheck.articles.read import Skipped, read_article
from factcheck.articles.sentences import group_passages, split_sentences
from factcheck.errors import UnreadableArticle
from factcheck.index.writing import (
    FileState,
    PreparedArticle,
    WritableStore,
    line_numbers,
    passage_hash,
    passage_texts,
)
from factcheck.models.embedder import Embedder, Encoded, encode_passages
from factcheck.models.parser import load_parser
from factcheck.origins.records import Story
from factcheck.origins.seeking import mark_story
from factcheck.speech.utterances import find_candidates, find_utterances
from factcheck.types import SourceSentence

log = logging.getLogger(__name__)

# Passages that are embedded together, some seconds on two cores, and about so many bytes of plain text: the work that
# a kill can lose.
WINDOW = 48
WINDOW_BYTES = 32_000

Vectors = Mapping[bytes, Encoded]


@dataclass(frozen=True, slots=True)
class Window:
    """Files that are written together.

    Attributes:
        articles: Those that could be read.
        skipped: Those that could not.
        vectors: Vectors of the articles' passages by `passage_hash`.
        unheard: Articles in which a fault kept from finding who says what.
    """

    articles: tuple[PreparedArticle, ...]
    skipped: tuple[Skipped, ...]
    vectors: Vectors
    unheard: tuple[Skipped, ...] = ()

    @property
    def garbled(self) -> list[Skipped]:
        """The articles that were read with a loss: characters that are not UTF-8, speech that was not found."""
        lost = {prepared.state.file: prepared.article.text.count("\ufffd") for prepared in self.articles}
        reason = "read, but {:,} of its characters are not UTF-8 and show as \ufffd; save it as UTF-8"
        return [*(Skipped(file, reason.format(count)) for file, count in lost.items() if count), *self.unheard]


class Fan(Protocol):
    """Reads windows of files in other processes (fanning.py, dask.py)."""

    def read(self, states: Sequence[FileState], *, max_bytes: int) -> Iterator[Window]:
        """Yield the files in windows, in their order, with or without vectors.

        Raises:
            FactcheckError: They cannot be read there.
        """


def prepare_windows(
    states: Sequence[FileState],
    store: WritableStore,
    embedder: Embedder,
    *,
    max_bytes: int,
    fan: Fan | None = None,
) -> Iterator[Window]:
    """Yield the files, read and embedded, in windows.

    Args:
        states: Files to read.
        store: Knows the vectors of passages that are indexed already.
        embedder: Embeds the others.
        max_bytes: Largest file that is read.
        fan: Reads elsewhere; by default this process does.

    Raises:
        ModelError: The embedder failed.
        EndpointError: The embedder's server failed.
        FactcheckError: The files cannot be read elsewhere.
    """
    here = (read_window(part, embedder, max_bytes=max_bytes) for part in split_windows(states))
    for window in fan.read(states, max_bytes=max_bytes) if fan else here:
        yield _add_vectors(window, store, embedder)


def split_windows(states: Sequence[FileState]) -> Iterator[tuple[FileState, ...]]:
    """Yield the files of each window."""
    part: list[FileState] = []
    size = 0
    for state in states:
        part.append(state)
        size += state.size
        if size >= WINDOW_BYTES or len(part) == WINDOW:
            yield tuple(part)
            part, size = [], 0
    if part:
        yield tuple(part)


def read_window(states: Sequence[FileState], embedder: Embedder, *, max_bytes: int) -> Window:
    """Return some files, read but not embedded."""
    articles: list[PreparedArticle] = []
    skipped: list[Skipped] = []
    for state in states:
        try:
            articles.append(_prepare(state, embedder, max_bytes))
        except UnreadableArticle as error:
            skipped.append(Skipped(state.file, error.message))
    unheard: list[Skipped] = []
    return Window(tuple(_hear(articles, unheard)), tuple(skipped), {}, tuple(unheard))


def embed_window(window: Window, embedder: Embedder, known: Vectors) -> Window:
    """Return a window with the vectors of all its passages; each text is embedded once, known ones not at all.

    Raises:
        ModelError: The embedder failed.
        EndpointError: The embedder's server failed.
    """
    passages = {
        passage_hash(text): sentences
        for prepared in window.articles
        for text, sentences in zip(prepared.texts, prepared.pieces, strict=True)
    }
    vectors = {**known, **window.vectors}
    missing = [(key, sentences) for key, sentences in passages.items() if key not in vectors]
    # A long article is embedded in parts, so that an interruption is heard.
    for start in range(0, len(missing), 2 * WINDOW):
        part = missing[start : start + 2 * WINDOW]
        encoded = encode_passages(embedder, [sentences for _, sentences in part])
        vectors.update(zip([key for key, _ in part], encoded, strict=True))
    return replace(window, vectors=vectors)


def _add_vectors(window: Window, store: WritableStore, embedder: Embedder) -> Window:
    """Return a window with vectors where it lacks them: known ones from the index, others from the embedder.

    Raises:
        ModelError: The embedder failed.
        EndpointError: The embedder's server failed.
        IndexMismatch: The embedder's vectors are of another length than the index's.
    """
    keys = {passage_hash(text) for prepared in window.articles for text in prepared.texts}
    full = embed_window(window, embedder, store.known_vectors(sorted(keys - window.vectors.keys())))
    for length in {len(encoded.vector) for encoded in full.vectors.values()}:
        store.require_dimension(length)
    return full


def _hear(articles: Sequence[PreparedArticle], unheard: list[Skipped]) -> Iterator[PreparedArticle]:
    """Yield the articles with who says what in them; what may hold speech is parsed together.

    A fault in reading one article's speech is told of, and stops neither the article nor the others.
    """
    numbered = [_number(prepared) for prepared in articles]
    candidates = [
        text
        for prepared, sentences in zip(articles, numbered, strict=True)
        for text in find_candidates(prepared.article.text, sentences)
    ]
    if not candidates:
        yield from articles
        return
    parser = load_parser()
    for start in range(0, len(candidates), 4 * WINDOW):
        parser.parse_all(candidates[start : start + 4 * WINDOW])  # in parts, so that an interruption is heard
    for prepared, sentences in zip(articles, numbered, strict=True):
        try:
            found = find_utterances(prepared.article.text, sentences, parser.parse)
        except Exception as error:
            log.debug("speech in %s", prepared.state.file, exc_info=True)
            reason = f"read, but not who says what in it: a bug in factcheck ({type(error).__name__}); please report it"
            unheard.append(Skipped(prepared.state.file, reason))
            found = ()
        yield replace(prepared, utterances=found)


def _number(prepared: PreparedArticle) -> list[SourceSentence]:
    """Return an article's sentences as they will be indexed, but for their rows."""
    article = prepared.article
    spans = [sentence for passage in prepared.passages for sentence in passage.sentences]
    lines = line_numbers(article.text, [span.start for span in spans])
    return [
        SourceSentence(
            0, article.file, article.sha256, number, 0, span.start, span.end, line,
            article.text[span.start : span.end],
        )
        for number, (span, line) in enumerate(zip(spans, lines, strict=True))
    ]  # fmt: skip


def _prepare(state: FileState, embedder: Embedder, max_bytes: int) -> PreparedArticle:
    article = read_article(Path(state.path), state.file, max_bytes=max_bytes)
    sentences = split_sentences(article.text, article.boilerplate)
    passages = group_passages(sentences, embedder.count_tokens, article.text, max_tokens=embedder.max_tokens)
    texts = passage_texts(article, passages)
    marks = mark_story(Story(article.file, article.text, sentences))
    return PreparedArticle(state, article, passages, texts, marks)
