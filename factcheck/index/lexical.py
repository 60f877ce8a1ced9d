"""Search the words of passages with SQLite's FTS5 (BM25, English stems, accents ignored)."""

from __future__ import annotations

import functools
import json
import re
import sqlite3
import threading
from collections.abc import Iterable, Sequence

from factcheck.index.records import PassageHit
from factcheck.index.store import Store

# The cost of an OR is that of reading where its words occur: 170 ms for 230,000 places. The rarest
# words tell most; three are always searched.
MOST_TERMS = 12
MOST_PLACES = 80_000
FEWEST_TERMS = 3
# Nobody asks with more different words; a pasted page is searched by the rarest of its first ones.
_MOST_WORDS = 400
_WORD = re.compile(r"\w+(?:[.'’&-]\w+)*")
_STOP = frozenset(
    "a about all also an and any are as at be been but by can could did do does for from had has have he her"
    " his how i if in into is it its just many me more most much my no not of on one or other our out over"
    " said she should so some such than that the their them then there these they this those to up us was we"
    " were what when where which who whom whose why will with would you your".split()
)


def search(store: Store, query: str, *, limit: int, files: frozenset[str] | None = None) -> list[PassageHit]:
    """Return the passages that hold the query's rarest words, best first.

    Args:
        store: The index.
        query: Anything a person types; it is never read as FTS5 or SQL syntax.
        limit: Most passages that are returned.
        files: Only passages of these files.
    """
    terms = _choose(store, query)
    if not terms or limit <= 0:
        return []
    return _match(store, " OR ".join(_quote(term) for term in terms), limit=limit, files=files)


def search_phrase(store: Store, phrase: str, *, limit: int, files: frozenset[str] | None = None) -> list[PassageHit]:
    """Return passages that hold words one behind the other, best first; English stems are one.

    Args:
        store: The index.
        phrase: The words; it is never read as FTS5 or SQL syntax.
        limit: Most passages that are returned.
        files: Only passages of these files.
    """
    if limit <= 0 or not stem(phrase):
        return []
    return _match(store, _quote(phrase), limit=limit, files=files)


def document_frequency(store: Store, terms: Sequence[str]) -> dict[str, int]:
    """Return in how many passages each term occurs, inflected forms counted as one.

    A term of several words ("White House") counts as the phrase; one without any letter or
    digit counts 0.
    """
    return {term: store.remember_frequency(term, lambda word: _count(store, word)) for term in terms}


def stem(term: str) -> tuple[str, ...]:
    """Return the stems that the index holds for a term."""
    return _tokenizer().stem(term)


def words_left(store: Store, texts: Iterable[str], *, passages: Sequence[int]) -> list[str]:
    """Return the words of deleted texts that the index still holds for their passages.

    Args:
        store: The index.
        texts: What was deleted.
        passages: The rows that it had.
    """
    words = sorted({word for text in texts for word in _WORD.findall(text.lower()) if stem(word)})
    # Words of deleted passages stay in older parts of the index until these are merged.
    if len(store.match("SELECT DISTINCT segid FROM passage_words_idx LIMIT 2")) > 1:
        return words
    sql = "SELECT 1 FROM passage_words WHERE passage_words MATCH ? AND rowid BETWEEN ? AND ? LIMIT 1"
    runs = [(run[0], run[-1]) for run in _runs(passages)]
    return [word for word in words if any(store.match(sql, _quote(word), *run) for run in runs)]


def _runs(rows: Sequence[int]) -> list[list[int]]:
    """Return rows in runs of successive numbers."""
    runs: list[list[int]] = []
    for row in sorted(rows):
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _match(store: Store, query: str, *, limit: int, files: frozenset[str] | None) -> list[PassageHit]:
    """Return the passages that an FTS5 query finds, best first."""
    sql = "SELECT rowid, bm25(passage_words) FROM passage_words WHERE passage_words MATCH ?"
    values: list[object] = [query]
    if files is not None:
        sql += (
            " AND rowid IN (SELECT p.id FROM passages p JOIN articles a ON a.id = p.article"
            " WHERE a.file IN (SELECT value FROM json_each(?)))"
        )
        values.append(json.dumps(sorted(files)))
    rows = store.match(f"{sql} ORDER BY rank, rowid LIMIT ?", *values, limit)
    return [PassageHit(passage, -score) for passage, score in rows]


def _choose(store: Store, query: str) -> list[str]:
    """Return the words of a query that are worth searching: known, rarest first."""
    words = list(dict.fromkeys(match.group().lower() for match in _WORD.finditer(query)))[:_MOST_WORDS]
    telling = [word for word in words if word not in _STOP] or words
    frequency = document_frequency(store, telling)
    known = [word for word in telling if frequency[word]]
    chosen: list[str] = []
    places = 0
    for word in sorted(known, key=lambda word: frequency[word])[:MOST_TERMS]:
        places += frequency[word]
        if len(chosen) >= FEWEST_TERMS and places > MOST_PLACES:
            break
        chosen.append(word)
    return chosen


def _count(store: Store, term: str) -> int:
    stems = stem(term)
    if not stems:
        return 0
    if len(stems) == 1:
        rows = store.match("SELECT doc FROM passage_vocabulary WHERE term = ?", stems[0])
        return int(rows[0][0]) if rows else 0
    return int(store.match("SELECT count(*) FROM passage_words WHERE passage_words MATCH ?", _quote(term))[0][0])


def _quote(term: str) -> str:
    return '"' + _bindable(term).replace('"', '""') + '"'


def _bindable(term: str) -> str:
    """Return a term without what SQLite cannot take: NUL and lone surrogates (a broken paste)."""
    return term.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


class _Tokenizer:
    """The index's own tokenizer, asked through an empty FTS5 table in memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.executescript(
            'CREATE VIRTUAL TABLE words USING fts5(body, tokenize = "porter unicode61 remove_diacritics 2");'
            "CREATE VIRTUAL TABLE found USING fts5vocab(words, instance);"
        )

    def stem(self, term: str) -> tuple[str, ...]:
        with self._lock:
            self._database.execute("INSERT INTO words (rowid, body) VALUES (1, ?)", (_bindable(term),))
            rows = self._database.execute('SELECT term FROM found ORDER BY "offset"').fetchall()
            self._database.execute("DELETE FROM words")
        return tuple(row[0] for row in rows)


@functools.cache
def _tokenizer() -> _Tokenizer:
    return _Tokenizer()
