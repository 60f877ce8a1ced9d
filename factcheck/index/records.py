"""The records that the index hands out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from factcheck.articles.read import Skipped
from factcheck.speech.utterances import Utterance


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One indexed article without its text.

    Attributes:
        file: Its name in the index: the path relative to its folder, with "/".
        format: "txt", "md", "html", "pdf" or "docx".
        title: Headline as the text gives it, or None.
        outlet: Publisher as the text gives it, or None.
        byline: Author as the text gives it, or None.
        date: ISO date as the text gives it, or None.
        sha256: Hex digest of the file's bytes at indexing.
        sentences: Number of indexed sentences.
        origin: Origin group; copies share one.
        root: The folder that was named for indexing, or the file itself where it was named alone.
        path: Where the file was read.
        read_ns: When its content was last read, in nanoseconds since 1970.
    """

    file: str
    format: str
    title: str | None
    outlet: str | None
    byline: str | None
    date: str | None
    sha256: str
    sentences: int
    origin: str
    root: str
    path: str
    read_ns: int = 0


@dataclass(frozen=True, slots=True)
class StoredUtterance:
    """An utterance of the index with the article it stands in.

    Attributes:
        id: Row in the index; changes when the article is indexed again.
        file: The article's file.
        sha256: Hex digest of the article's bytes.
        origin: Origin group of the article, or None.
        utterance: Who says what, with offsets into the article's text.
    """

    id: int
    file: str
    sha256: str
    origin: str | None
    utterance: Utterance


@dataclass(frozen=True, slots=True)
class PassageHit:
    """A passage's row in the index and its score for one query (higher is better)."""

    passage: int
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class VectorRows:
    """Rows of passages and their vectors, one row of `rows` for each of `ids`."""

    ids: NDArray[np.int64]
    rows: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an indexing run is.

    Attributes:
        phase: "reading" (new and changed files are read and embedded), "comparing" (copies are
            sought) or "vectors" (Chroma is brought up to date).
        done: Files done, of `total`; passages in the phase "vectors".
        total: Files that have to be read.
        sentences: Sentences embedded so far.
        rate: Sentences per second, 0 until it is known.
        seconds_left: Estimate for the phase, None until it is known.
    """

    phase: str
    done: int
    total: int
    sentences: int
    rate: float
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an indexing run did.

    Attributes:
        added: Files that were new.
        changed: Files whose content differed.
        removed: Files that are gone, or can no longer be read.
        unchanged: Files that cost nothing.
        copies: Groups of files that tell the same text.
        skipped: Files that were found and not indexed, with the reason.
        garbled: Files newly indexed with characters that are not UTF-8 and are shown as "�".
        articles: Articles in the index now.
        sentences: Sentences in the index now.
        seconds: How long it took.
    """

    added: int
    changed: int
    removed: int
    unchanged: int
    copies: tuple[tuple[str, ...], ...]
    skipped: tuple[Skipped, ...]
    garbled: tuple[Skipped, ...]
    articles: int
    sentences: int
    seconds: float


@dataclass(frozen=True, slots=True)
class RemovalReport:
    """What was removed, and the proof that nothing of it stays.

    Attributes:
        files: Removed articles, byte-identical copies under other names included.
        sentences: How many sentences they had.
        shared: Files still indexed that hold some of these sentences themselves.
        searched_files: Files of the index folder that were searched byte by byte.
        searched_bytes: Their size.
        vectors: How many vectors were sought in them, beside the words.
        quoted: Files of the app's folder that still hold words of the articles: uploads, answers, batches.
    """

    files: tuple[str, ...]
    sentences: int
    shared: tuple[str, ...]
    searched_files: int
    searched_bytes: int
    vectors: int = 0
    quoted: tuple[str, ...] = ()
