"""Read the index: SQLite holds articles, sentences, vectors and words, and is the truth.

Reading works while another process indexes, and on a folder that cannot be written. A `Store` is
safe to share between threads. Chroma (vectors.py) is made from it and can be thrown away.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from factcheck.errors import IndexMismatch, UsageError
from factcheck.index.failures import damaged, explained_rows
from factcheck.index.opened import OpenIndex
from factcheck.index.origins import read_links
from factcheck.index.records import ArticleRow, StoredUtterance, VectorRows
from factcheck.index.texts import Texts, join_sentences, passage_hash
from factcheck.index.utterances import read_utterances
from factcheck.origins.records import Link
from factcheck.types import Searched, SourceSentence, Span

_KEPT_FREQUENCIES = 20_000
_SENTENCE_COLUMNS = 's.id, s.article, s.ordinal, s.passage, s.start, s."end", s.line'
# Whatever is passed as one JSON parameter has no limit of length, unlike a list of "?".
_IN = "IN (SELECT value FROM json_each(?))"


class Store(OpenIndex):
    """The indexed articles, opened for reading.

    Args:
        build: Folder of one complete index.
        database: An open connection to its database.
        index: Folder of the index, which names the current build.
    """

    def __init__(self, build: Path, database: sqlite3.Connection, *, index: Path) -> None:
        super().__init__(build, database, index=index)
        self._texts = Texts(self._load_text)
        self._figures: dict[tuple[int, str], Any] = {}
        self._frequencies: dict[tuple[int, str], int] = {}

    def require_dimension(self, dimension: int) -> None:
        """Refuse vectors of another length than the index's: the embedder changed under its name.

        Raises:
            IndexMismatch: The length differs.
        """
        row = self._rows("SELECT length(vector) / 4 FROM passages LIMIT 1")
        if row and row[0][0] != dimension:
            raise IndexMismatch(
                f"the index {self.index} holds vectors of {row[0][0]} numbers, and the embedder now gives {dimension}",
                hint="Build it again: factcheck index FOLDER --rebuild",
            )

    def fingerprint(self) -> str:
        """Return a short hash of the recipe and of every article's name and content."""
        return str(self._once("fingerprint", self._digest))

    def articles(self) -> tuple[ArticleRow, ...]:
        """Return all articles, sorted by file name."""
        rows = self._rows(
            "SELECT file, format, title, outlet, byline, date, sha256, sentences, origin, root, path, checked_ns"
            " FROM articles ORDER BY file"
        )
        return tuple(ArticleRow(*row) for row in rows)

    def text(self, file: str) -> str:
        """Return an article's text, the one that offsets point into.

        Raises:
            UsageError: No article of that name is indexed.
        """
        return self._texts.get(self._find(file))

    def boilerplate(self, file: str) -> tuple[Span, ...]:
        """Return the spans of an article that are not part of its story.

        Raises:
            UsageError: No article of that name is indexed.
        """
        row = self._rows("SELECT boilerplate FROM articles WHERE id = ?", self._find(file))[0]
        with explained_rows(self.index):
            return tuple(Span(start, end) for start, end in json.loads(row[0]))

    def counts(self, files: Collection[str] | None = None) -> Searched:
        """Return how many files and sentences there are, in these files or in all."""
        sql = "SELECT count(*), coalesce(sum(sentences), 0) FROM articles"
        if files is None:
            return Searched(*self._once("counts", lambda: self._rows(sql)[0]))
        return Searched(*self._rows(f"{sql} WHERE file {_IN}", json.dumps(list(files)))[0])

    def passage_count(self) -> int:
        """Return the number of passages."""
        return int(self._once("passages", lambda: self._rows("SELECT count(*) FROM passages")[0][0]))

    def passage_ids(self, files: Collection[str] | None = None, *, after: int = 0) -> NDArray[np.int64]:
        """Return the rows of all passages, or of those of some files, above a row, ascending."""
        if files is None:
            rows = self._rows("SELECT id FROM passages WHERE id > ? ORDER BY id", after)
        else:
            rows = self._rows(
                "SELECT p.id FROM passages p JOIN articles a ON a.id = p.article"
                f" WHERE p.id > ? AND a.file {_IN} ORDER BY p.id",
                after,
                json.dumps(list(files)),
            )
        return np.array([row[0] for row in rows], dtype=np.int64)

    def files_of_passages(self, passages: Sequence[int]) -> dict[int, str]:
        """Return the file of each passage that is (still) indexed."""
        rows = self._rows(
            f"SELECT p.id, a.file FROM passages p JOIN articles a ON a.id = p.article WHERE p.id {_IN}",
            json.dumps(list(map(int, passages))),
        )
        return dict(rows)

    def vectors(self, passages: NDArray[np.int64], *, batch: int = 1000) -> Iterator[VectorRows]:
        """Yield the vectors of passages, some at a time; passages that are gone are left out."""
        for start in range(0, len(passages), batch):
            wanted = json.dumps(passages[start : start + batch].tolist())
            rows = self._rows(f"SELECT id, vector FROM passages WHERE id {_IN} ORDER BY id", wanted)
            if rows:
                ids = np.array([row[0] for row in rows], dtype=np.int64)
                with explained_rows(self.index):
                    joined = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4").reshape(len(rows), -1)
                yield VectorRows(ids, joined.astype(np.float32, copy=False))

    def sentences_of_passages(self, passages: Sequence[int]) -> list[SourceSentence]:
        """Return the sentences of passages, in the order of the passages given."""
        rows = self._rows(
            f"SELECT {_SENTENCE_COLUMNS} FROM json_each(?) j JOIN sentences s ON s.passage = j.value"
            " ORDER BY j.key, s.ordinal",
            json.dumps(list(map(int, passages))),
        )
        return self._sentences(rows)

    def sentences_of_file(self, file: str) -> list[SourceSentence]:
        """Return all sentences of an article, in order.

        Raises:
            UsageError: No article of that name is indexed.
        """
        return self._sentences(
            self._rows(
                f"SELECT {_SENTENCE_COLUMNS} FROM sentences s WHERE s.article = ? ORDER BY s.ordinal",
                self._find(file),
            )
        )

    def neighbours(self, sentence: SourceSentence, before: int, after: int) -> list[SourceSentence]:
        """Return the sentences around one, in order, without itself."""
        rows = self._rows(
            f"SELECT {_SENTENCE_COLUMNS} FROM sentences s"
            " WHERE s.article = (SELECT article FROM sentences WHERE id = ?)"
            " AND s.ordinal BETWEEN ? AND ? AND s.id != ? ORDER BY s.ordinal",
            sentence.id,
            sentence.ordinal - before,
            sentence.ordinal + after,
            sentence.id,
        )
        return self._sentences(rows)

    def token_codes(self, sentences: Sequence[SourceSentence]) -> list[bytes]:
        """Return what is kept of the model's states of each sentence, empty where nothing is."""
        ids = [sentence.id for sentence in sentences]
        found = dict(self._rows(f"SELECT sentence, codes FROM token_codes WHERE sentence {_IN}", json.dumps(ids)))
        return [found.get(number, b"") for number in ids]

    def utterances(self, files: Collection[str] | None = None) -> list[StoredUtterance]:
        """Return who says what in these files or in all, ordered by file and start."""
        with explained_rows(self.index):
            return read_utterances(self, files)

    def origin_links(self, files: Collection[str] | None = None) -> list[Link]:
        """Return why files share an origin, for the pairs of these files or of all, ordered by file."""
        with explained_rows(self.index):
            return read_links(self, files)

    def remember_frequency(self, term: str, count: Callable[[str], int]) -> int:
        """Return a term's count, counted once for each state of the index."""
        key = (self.generation, term)
        if key not in self._frequencies:
            if len(self._frequencies) >= _KEPT_FREQUENCIES:
                self._frequencies.clear()
            self._frequencies[key] = count(term)
        return self._frequencies[key]

    def _once(self, name: str, find: Callable[[], Any]) -> Any:
        """Return what takes reading all articles, found once for each state of the index."""
        key, known = (self.generation, name), self._figures
        if key not in known:
            known = {**{other: value for other, value in known.items() if other[0] == key[0]}, key: find()}
            self._figures = known
        return known[key]

    def _digest(self) -> str:
        digest = hashlib.sha256(self.recipe.encode())
        for file, sha256 in self._rows("SELECT file, sha256 FROM articles ORDER BY file"):
            digest.update(f"\0{file}\0{sha256}".encode())
        return digest.hexdigest()[:16]

    def _sentences(self, rows: Sequence[tuple[Any, ...]]) -> list[SourceSentence]:
        articles = self._articles_by_id({row[1] for row in rows})
        found = []
        for id_, article, ordinal, passage, start, end, line in rows:
            if article not in articles:
                continue  # replaced by another process between two queries
            file, sha256, origin, title, outlet, date = articles[article]
            text = self._texts.get(article)[start:end]
            found.append(
                SourceSentence(
                    id=id_, file=file, sha256=sha256, ordinal=ordinal, passage=passage, start=start,
                    end=end, line=line, text=text, origin=origin or None, title=title,
                    outlet=outlet, date=date,
                )
            )  # fmt: skip
        return found

    def _articles_by_id(self, ids: Collection[int]) -> dict[int, tuple[Any, ...]]:
        rows = self._rows(
            f"SELECT id, file, sha256, origin, title, outlet, date FROM articles WHERE id {_IN}",
            json.dumps(sorted(ids)),
        )
        return {row[0]: row[1:] for row in rows}

    def _load_text(self, article: int) -> str:
        """Return the text of an article, as it was indexed: SQLite keeps no sums of what its pages hold."""
        row = self._rows("SELECT text FROM texts WHERE article = ?", article)
        try:
            text = str(row[0][0], "utf-8", "surrogatepass") if row else ""
        except (UnicodeDecodeError, TypeError) as error:
            raise damaged(self.index, "a text") from error
        spans = self._rows(
            'SELECT p.id, p.hash, s.start, s."end" FROM sentences s JOIN passages p ON p.id = s.passage'
            " WHERE s.article = ? ORDER BY s.ordinal",
            article,
        )
        for (_, key), group in groupby(spans, itemgetter(0, 1)):
            if row and passage_hash(join_sentences([text[start:end] for *_, start, end in group])) != key:
                raise damaged(self.index, "a text")
        return text

    def _find(self, file: str) -> int:
        row = self._rows("SELECT id FROM articles WHERE file = ?", file)
        if not row:
            raise self.unknown([file])
        return int(row[0][0])

    def unknown(self, files: Sequence[str]) -> UsageError:
        """Return the error for names that are not in the index, with the nearest ones that are."""
        known = [row[0] for row in self._rows("SELECT file FROM articles ORDER BY file")]
        near = list(dict.fromkeys(name for file in files for name in difflib.get_close_matches(file, known, 3, 0.5)))
        hint = f"Near names: {', '.join(near)}." if near else "factcheck status lists what is indexed."
        named = ", ".join(repr(file) for file in files)
        return UsageError(f"not in the index {self.index}: {named}", hint=hint)
