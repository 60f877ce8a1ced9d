"""Write the index: one article is one unit, present whole or not at all."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from factcheck.index.failures import explained, explained_rows
from factcheck.index.schema import check_pages, check_schema, connect_writing, create_tables
from factcheck.index.store import Store
from factcheck.index.texts import join_sentences
from factcheck.index.texts import passage_hash as passage_hash
from factcheck.index.utterances import pack_utterance
from factcheck.models.embedder import Encoded
from factcheck.origins.seeking import Marks
from factcheck.speech.utterances import Utterance
from factcheck.types import Article, Passage


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was when it was indexed.

    Attributes:
        file: Name in the index.
        root: The folder that was named for indexing, or the file itself where it was named alone.
        path: Where it is.
        size: In bytes.
        mtime_ns: Time of its last change.
        checked_ns: When its content was read; a change within the clock's grain of this time
            may have left size and `mtime_ns` as they are.
        sha256: Hex digest of its bytes.
        ctime_ns: Time of the last change of the file or of what the system records of it, its times among
            that; no program can set it. Not kept.
    """

    file: str
    root: str
    path: str
    size: int
    mtime_ns: int
    checked_ns: int
    sha256: str = ""
    ctime_ns: int = 0


@dataclass(frozen=True, slots=True)
class PreparedArticle:
    """An article ready to be written, but for its vectors.

    Attributes:
        state: The file.
        article: What was read.
        passages: Runs of its sentences.
        texts: The text of each passage as it is embedded and searched.
        marks: Hashes by which articles of the same origin are found (origins/seeking.py).
        utterances: Who says what in it.
    """

    state: FileState
    article: Article
    passages: tuple[Passage, ...]
    texts: tuple[str, ...]
    marks: Marks
    utterances: tuple[Utterance, ...] = ()

    @property
    def pieces(self) -> tuple[tuple[str, ...], ...]:
        """The sentences of each passage as text."""
        text = self.article.text
        return tuple(tuple(text[span.start : span.end] for span in passage.sentences) for passage in self.passages)

    @property
    def sentences(self) -> int:
        """Number of sentences."""
        return sum(len(passage.sentences) for passage in self.passages)


class WritableStore(Store):
    """The index opened by the one process that holds the write lock."""

    @classmethod
    def create(cls, index: Path, build: Path, *, recipe: str) -> Self:
        """Open a build for writing; one that is not there yet is created."""
        with explained_rows(index):
            database = connect_writing(build)
            try:
                if database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
                    create_tables(database, recipe)
                check_schema(database, index)
                check_pages(database, build, index)
            except BaseException:
                database.close()
                raise
        return cls(build, database, index=index)

    def states(self) -> dict[str, FileState]:
        """Return every indexed file as it was, by its name in the index."""
        rows = self._rows("SELECT file, root, path, size, mtime_ns, checked_ns, sha256 FROM articles")
        return {row[0]: FileState(*row) for row in rows}

    def known_vectors(self, hashes: Sequence[bytes]) -> dict[bytes, Encoded]:
        """Return the vectors, and the codes of the sentences, of passage texts that are indexed already."""
        found: dict[bytes, Encoded] = {}
        for key in set(hashes):
            for number, vector in self._rows("SELECT id, vector FROM passages WHERE hash = ? LIMIT 1", key):
                codes = self._rows(
                    "SELECT t.codes FROM sentences s JOIN token_codes t ON t.sentence = s.id WHERE s.passage = ?"
                    " ORDER BY s.ordinal",
                    number,
                )
                found[key] = Encoded(np.frombuffer(vector, dtype="<f4"), tuple(code for (code,) in codes))
        return found

    @contextmanager
    def transaction(self, *, counts: bool = True) -> Iterator[None]:
        """Make everything in the block one change.

        Args:
            counts: Whether answers may change by it, so that it makes a new generation.
        """
        with self._lock, explained(self.index), self._database:
            self._database.execute("BEGIN IMMEDIATE")
            yield
            if counts:
                self._database.execute("UPDATE meta SET value = value + 1 WHERE name = 'generation'")

    def put(self, prepared: PreparedArticle, vectors: Mapping[bytes, Encoded]) -> None:
        """Write an article in place of the one of that name; inside a transaction."""
        self.delete(prepared.state.file)
        article, state = prepared.article, prepared.state
        boilerplate = json.dumps([[span.start, span.end] for span in article.boilerplate])
        number = self._insert(
            "articles",
            file=state.file, root=state.root, path=state.path, size=state.size,
            mtime_ns=state.mtime_ns, checked_ns=state.checked_ns, sha256=article.sha256,
            format=article.format, title=article.title, outlet=article.outlet, byline=article.byline,
            date=article.date, boilerplate=boilerplate,
            sentences=prepared.sentences,
        )  # fmt: skip
        text = article.text.encode("utf-8", "surrogatepass")
        self._insert("texts", article=number, shingles=prepared.marks.sketch, keys=prepared.marks.keys, text=text)
        starts = [sentence.start for passage in prepared.passages for sentence in passage.sentences]
        lines = iter(line_numbers(article.text, starts))
        ordinal = 0
        for position, (passage, body) in enumerate(zip(prepared.passages, prepared.texts, strict=True)):
            key = passage_hash(body)
            row = self._insert(
                "passages",
                article=number, ordinal=position, start=passage.start, end=passage.end,
                hash=key, vector=vectors[key].vector.astype("<f4").tobytes(),
            )  # fmt: skip
            self._database.execute("INSERT INTO passage_words (rowid, body) VALUES (?, ?)", (row, _searchable(body)))
            self._database.executemany(
                'INSERT INTO sentences (article, passage, ordinal, start, "end", line) VALUES (?, ?, ?, ?, ?, ?)',
                [
                    (number, row, ordinal + place, sentence.start, sentence.end, next(lines))
                    for place, sentence in enumerate(passage.sentences)
                ],
            )
            self._put_codes(row, ordinal, vectors[key].codes)
            ordinal += len(passage.sentences)
        self._database.executemany(
            "INSERT INTO utterances (article, start, record) VALUES (?, ?, ?)",
            [(number, utterance.start, pack_utterance(utterance)) for utterance in prepared.utterances],
        )

    def delete(self, file: str) -> None:
        """Delete an article of that name, if there is one; inside a transaction."""
        rows = self._rows("SELECT id FROM articles WHERE file = ?", file)
        if not rows:
            return
        number = rows[0][0]
        for passage, body in self._passage_texts(number):
            # A contentless FTS5 table forgets a row when it is told what was in it.
            self._database.execute(
                "INSERT INTO passage_words (passage_words, rowid, body) VALUES ('delete', ?, ?)",
                (passage, _searchable(body)),
            )
        self._database.execute(
            "DELETE FROM token_codes WHERE sentence IN (SELECT id FROM sentences WHERE article = ?)", (number,)
        )
        for table in ("utterances", "sentences", "passages", "texts"):
            self._database.execute(f"DELETE FROM {table} WHERE article = ?", (number,))
        self._database.execute("DELETE FROM origin_pairs WHERE a = ?1 OR b = ?1", (number,))
        self._database.execute("DELETE FROM articles WHERE id = ?", (number,))

    def touch(self, states: Sequence[FileState]) -> None:
        """Record the new size and times of files whose content is the same; in a transaction."""
        self._database.executemany(
            "UPDATE articles SET root = ?, path = ?, size = ?, mtime_ns = ?, checked_ns = ? WHERE file = ?",
            [(s.root, s.path, s.size, s.mtime_ns, s.checked_ns, s.file) for s in states],
        )

    @property
    def origins_generation(self) -> int:
        """The generation for which origins were last recorded."""
        return int(self._meta("origins"))

    def set_origins(self, origins: Mapping[str, str]) -> None:
        """Record the origin of files; inside a transaction that counts."""
        self._database.execute(
            "UPDATE meta SET value = (SELECT value + 1 FROM meta WHERE name = 'generation') WHERE name = 'origins'"
        )
        self._database.executemany(
            "UPDATE articles SET origin = ? WHERE file = ?",
            [(origin, file) for file, origin in origins.items()],
        )

    def put_comparisons(self, found: Sequence[tuple[str, str, float, bool, str]]) -> None:
        """Record what pairs of files have in common (origins.py); inside a transaction."""
        self._database.executemany(
            "INSERT OR REPLACE INTO origin_pairs (a, b, strength, related, links)"
            " SELECT a.id, b.id, ?3, ?4, ?5 FROM articles a, articles b WHERE a.file = ?1 AND b.file = ?2",
            found,
        )

    def delete_comparisons(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Forget what pairs of files have in common; inside a transaction."""
        self._database.executemany(
            "DELETE FROM origin_pairs WHERE a = (SELECT id FROM articles WHERE file = ?)"
            " AND b = (SELECT id FROM articles WHERE file = ?)",
            pairs,
        )

    def merge_words(self) -> None:
        """Merge the word index into one part: deleted words go, searching gets faster."""
        with self._lock, explained(self.index), self._database:
            self._database.execute("INSERT INTO passage_words (passage_words) VALUES ('optimize')")

    def checkpoint(self) -> bool:
        """Move the write-ahead log into the database and empty it; False while readers prevent it."""
        with self._lock, explained(self.index):
            busy = self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy

    def compact(self) -> None:
        """Rewrite the database, so that no page holds anything that was deleted."""
        with self._lock, explained(self.index):
            self._database.execute("VACUUM")

    def _insert(self, table: str, **values: object) -> int:
        names = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join("?" * len(values))
        cursor = self._database.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))
        return int(cursor.lastrowid or 0)

    def _put_codes(self, passage: int, first: int, codes: Sequence[bytes]) -> None:
        self._database.executemany(
            "INSERT INTO token_codes SELECT id, ? FROM sentences WHERE passage = ? AND ordinal = ?",
            [(code, passage, ordinal) for ordinal, code in enumerate(codes, first)],
        )

    def _passage_texts(self, article: int) -> list[tuple[int, str]]:
        text = self._texts.get(article)
        self._texts.forget(article)
        bodies: dict[int, list[str]] = {}
        rows: list[tuple[Any, ...]] = self._rows(
            'SELECT passage, start, "end" FROM sentences WHERE article = ? ORDER BY ordinal', article
        )
        for passage, start, end in rows:
            bodies.setdefault(passage, []).append(text[start:end])
        return [(passage, join_sentences(parts)) for passage, parts in bodies.items()]


def passage_texts(article: Article, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Return what of each passage is embedded and searched: its sentences, no boilerplate between."""
    return tuple(
        join_sentences([article.text[sentence.start : sentence.end] for sentence in passage.sentences])
        for passage in passages
    )


def line_numbers(text: str, offsets: Sequence[int]) -> list[int]:
    r"""Return the line (from 1) of each offset; lines end at \n, so that \r\n counts once."""
    ends = []
    end = text.find("\n")
    while end >= 0:
        ends.append(end)
        end = text.find("\n", end + 1)
    return [bisect_right(ends, offset - 1) + 1 for offset in offsets]


def _searchable(text: str) -> str:
    """Return a text that SQLite can take as TEXT: without NUL and lone surrogates."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
