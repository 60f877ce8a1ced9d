"""The tables of the index, and how its database is opened."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from factcheck.articles.sentences import SPLITTER
from factcheck.errors import IndexMismatch
from factcheck.index.failures import damaged
from factcheck.index.lock import DATABASE

# Change it with the tables: an index of another schema is refused with the command that rebuilds it.
SCHEMA = 3
# Identifiers are never used twice (AUTOINCREMENT): a passage that a vector index still knows and
# SQLite does not is recognised as gone, and is never another passage.
TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    file TEXT NOT NULL UNIQUE, root TEXT NOT NULL, path TEXT NOT NULL,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, checked_ns INTEGER NOT NULL,
    sha256 TEXT NOT NULL, format TEXT NOT NULL,
    title TEXT, outlet TEXT, byline TEXT, date TEXT,
    boilerplate TEXT NOT NULL, sentences INTEGER NOT NULL, origin TEXT NOT NULL DEFAULT ''
);
-- The text is bytes: SQLite ends TEXT at a NUL, and an article may hold one.
CREATE TABLE texts (
    article INTEGER PRIMARY KEY REFERENCES articles,
    shingles BLOB NOT NULL, keys BLOB NOT NULL, text BLOB NOT NULL
);
-- What two articles have in common (origins.py); the file name of a sorts before that of b.
CREATE TABLE origin_pairs (
    a INTEGER NOT NULL REFERENCES articles, b INTEGER NOT NULL REFERENCES articles,
    strength REAL NOT NULL, related INTEGER NOT NULL, links TEXT NOT NULL, PRIMARY KEY (a, b)
) WITHOUT ROWID;
CREATE INDEX origin_pairs_of_b ON origin_pairs (b);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles, ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, hash BLOB NOT NULL, vector BLOB NOT NULL
);
CREATE INDEX passages_of_article ON passages (article, ordinal);
CREATE INDEX passages_by_hash ON passages (hash);
CREATE TABLE sentences (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles, passage INTEGER NOT NULL REFERENCES passages,
    ordinal INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, line INTEGER NOT NULL
);
CREATE INDEX sentences_of_article ON sentences (article, ordinal);
CREATE INDEX sentences_of_passage ON sentences (passage, ordinal);
-- What the model saw of each sentence (models/token_codes.py), so that no question has to look again.
CREATE TABLE token_codes (sentence INTEGER PRIMARY KEY REFERENCES sentences, codes BLOB NOT NULL);
CREATE TABLE utterances (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles, start INTEGER NOT NULL, record TEXT NOT NULL
);
CREATE INDEX utterances_of_article ON utterances (article, start);
-- Contentless: the passage's words are searchable and its text is not stored a second time.
CREATE VIRTUAL TABLE passage_words USING fts5(
    body, content = '', tokenize = "porter unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE passage_vocabulary USING fts5vocab(passage_words, row);
"""

BUSY_SECONDS = 10.0
_MOST_CHECKED = 100_000_000


def recipe(embedder: str) -> str:
    """Name everything that an index must agree on with the program that uses it."""
    return f"schema {SCHEMA}, splitter {SPLITTER}, embedder {embedder}"


def connect_reading(build: Path) -> sqlite3.Connection:
    """Open a build's database for reading, also where its folder cannot be written."""
    file = build / DATABASE
    database = _connect(file, "mode=ro")
    try:
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        database.close()
        log = file.with_name(DATABASE + "-wal")
        # SQLite reads a write-ahead-log database only beside files it may create, unless it is
        # told that nobody writes. That is true where nobody can and no log is left.
        if os.access(build, os.W_OK) or (log.exists() and log.stat().st_size):
            raise
        database = _connect(file, "immutable=1")
    database.execute("PRAGMA query_only = ON")
    return database


def connect_writing(build: Path) -> sqlite3.Connection:
    """Open or create a build's database for the one process that writes."""
    build.mkdir(parents=True, exist_ok=True)
    database = _connect(build / DATABASE, "mode=rwc")
    database.execute("PRAGMA journal_mode = WAL")  # readers go on while articles are written
    # One sync a second at most (see sync.py), so the safest level costs nothing that can be measured.
    database.execute("PRAGMA synchronous = FULL")
    database.execute("PRAGMA secure_delete = ON")  # what is removed is overwritten
    return database


def create_tables(database: sqlite3.Connection, made_by: str) -> None:
    """Create the tables of an empty database."""
    database.executescript(f"BEGIN; {TABLES} COMMIT;")
    with database:
        database.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [("schema", SCHEMA), ("recipe", made_by), ("generation", 0), ("origins", 0)],
        )


def check_schema(database: sqlite3.Connection, index: Path) -> None:
    """Refuse a database that another version of factcheck wrote.

    Raises:
        IndexMismatch: Its schema is another one.
    """
    made = database.execute("SELECT name FROM sqlite_master WHERE name = 'meta'").fetchone()
    row = database.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone() if made else None
    if row is None or row[0] != SCHEMA:
        raise IndexMismatch(
            f"the index {index} was written by another version of factcheck"
            f" (schema {row[0] if row else 'unknown'}, this one reads {SCHEMA})",
            hint="Build it again: factcheck index FOLDER --rebuild",
        )


def check_pages(database: sqlite3.Connection, build: Path, index: Path) -> None:
    """Refuse to write to a damaged database: what is written onto damaged pages is lost or does more damage.

    Half a second for 10,000 articles; a larger database is checked by `factcheck doctor`.

    Raises:
        CorruptIndex: Its pages do not fit together.
    """
    if (build / DATABASE).stat().st_size <= _MOST_CHECKED:
        problem = database.execute("PRAGMA quick_check(1)").fetchone()[0]
        if problem != "ok":
            raise damaged(index, problem)


def _connect(file: Path, mode: str) -> sqlite3.Connection:
    # Threads share a connection; SQLite is built with its own locks, and Store adds one.
    return sqlite3.connect(
        f"file:{quote(str(file.absolute()))}?{mode}", uri=True, timeout=BUSY_SECONDS, check_same_thread=False
    )
