"""Take a job's input and match it with the one the job knew, by content.

    items → incoming → matched with inputs → new, changed, gone, moved → inputs

All of it happens in the database: a million inputs need no more memory than a hundred.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from factcheck.batch.items import Item

_DIGEST = "digest of the input"
# ASCII, because a database holds no half of a character that JSON may hold.
_encode = json.JSONEncoder(separators=(",", ":")).encode

_INCOMING = "CREATE TEMP TABLE incoming(position INTEGER PRIMARY KEY, hash BLOB, id TEXT, tags TEXT, body TEXT)"
_MATCH = (
    "CREATE TEMP TABLE matched AS SELECT"
    " position, hash, row_number() OVER (PARTITION BY hash ORDER BY position) - 1 AS twin, id FROM incoming",
    "CREATE UNIQUE INDEX temp.matched_content ON matched(hash, twin)",
    "CREATE TEMP TABLE gone AS SELECT o.id FROM inputs o LEFT JOIN matched n USING (hash, twin) WHERE n.hash IS NULL",
    "CREATE TEMP TABLE fresh AS SELECT n.id FROM matched n LEFT JOIN inputs o USING (hash, twin) WHERE o.hash IS NULL",
    "CREATE INDEX temp.gone_id ON gone(id)",
)
_COUNT = """
SELECT (SELECT count(*) FROM fresh), (SELECT count(*) FROM gone),
       (SELECT count(*) FROM fresh WHERE id IN (SELECT id FROM gone))
"""
_MOVED = """
SELECT EXISTS (SELECT 1 FROM (
    SELECT o.position AS was, lag(o.position) OVER (ORDER BY n.position) AS before
    FROM matched n JOIN inputs o USING (hash, twin)
) WHERE was < before)
"""
_REPLACE = (
    "DELETE FROM inputs",
    "INSERT INTO inputs SELECT position, m.hash, m.twin, n.id, n.tags, n.body"
    " FROM matched m JOIN incoming n USING (position) ORDER BY position",
)

EXAMPLES = 3
_REPEATED = "SELECT id FROM inputs GROUP BY id HAVING count(*) > 1"


@dataclass(frozen=True, slots=True)
class Changes:
    """How the input differs from the one that the job knew.

    Attributes:
        total: Inputs now.
        first: Whether the job knew none.
        new: Inputs that it did not know.
        changed: Inputs of a known id and other content.
        gone: Inputs that are no longer there; what was answered is kept in case they come back.
        moved: Whether those that stayed are in another order.
        repeated: Ids that stand at more than one input.
        examples: The first of them.
    """

    total: int
    first: bool
    new: int = 0
    changed: int = 0
    gone: int = 0
    moved: bool = False
    repeated: int = 0
    examples: tuple[str, ...] = ()


def register(database: sqlite3.Connection, items: Iterable[Item]) -> Changes:
    """Make these items the job's input, in a transaction that the caller has begun."""
    known = database.execute("SELECT count(*) FROM inputs").fetchone()[0]
    if known and not isinstance(items, Iterator) and _digest(items) == _last_digest(database):
        return Changes(known, False)
    _drop(database)
    database.execute(_INCOMING)
    digest = hashlib.blake2b(digest_size=16)
    database.executemany("INSERT INTO incoming VALUES (?, ?, ?, ?, ?)", _to_rows(items, digest))
    for statement in _MATCH:
        database.execute(statement)
    total = database.execute("SELECT count(*) FROM incoming").fetchone()[0]
    fresh, gone, changed = database.execute(_COUNT).fetchone()
    moved = bool(database.execute(_MOVED).fetchone()[0])
    changed = min(changed, gone)
    for statement in _REPLACE:
        database.execute(statement)
    database.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (_DIGEST, digest.hexdigest()))
    _drop(database)
    repeated = database.execute(f"SELECT count(*) FROM ({_REPEATED})").fetchone()[0]
    first = database.execute(f"{_REPEATED} ORDER BY min(position) LIMIT ?", (EXAMPLES,)).fetchall()
    examples = tuple(json.loads(row[0]) for row in first)
    return Changes(total, not known, fresh - changed, changed, gone - changed, moved, repeated, examples)


def to_item(body: str) -> Item:
    """Return the item that a row of the inputs holds."""
    (_, question, claim, _, extra), id, problem, line, tags = json.loads(body)
    return Item(id, question, claim, problem, extra, line, tuple(tags))


def _to_rows(items: Iterable[Item], digest: hashlib.blake2b) -> Iterator[tuple[int, bytes, str, str, str]]:
    for position, item in enumerate(items):
        content, id, tags = _content(item), _encode(item.id), _encode(item.tags)
        hash = hashlib.blake2b(content.encode(), digest_size=16).digest()
        digest.update(f"{content}{id}{item.line}\n".encode())
        yield position, hash, id, tags, f"[{content},{id},{_encode(item.problem)},{item.line},{tags}]"


def _content(item: Item) -> str:
    """Return what an item is, without where it is: its line is no part of it, nor an id that is only its line."""
    line = str(item.line)
    own = None if item.id == line else item.id
    problem = item.problem and item.problem.replace(f"line {line}", "line").replace(f"row {line}", "row")
    return _encode((own, item.question, item.claim, problem, item.extra))


def _digest(items: Iterable[Item]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for item in items:
        digest.update(f"{_content(item)}{_encode(item.id)}{item.line}\n".encode())
    return digest.hexdigest()


def _last_digest(database: sqlite3.Connection) -> str | None:
    row = database.execute("SELECT value FROM notes WHERE name = ?", (_DIGEST,)).fetchone()
    return str(row[0]) if row else None


def _drop(database: sqlite3.Connection) -> None:
    for table in ("incoming", "matched", "gone", "fresh"):
        database.execute(f"DROP TABLE IF EXISTS temp.{table}")
