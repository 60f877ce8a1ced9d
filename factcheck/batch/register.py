"""Take a job's input and match it with the one the job knew, by content.

    items → incoming → matched with inputs → new, changed, gone, moved → inputs

All of it happens in the database: a million inputs need no more memory than a hundred.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from factcheck.batch.inputs import Item
from factcheck.presentation.jsonl import to_line

_INCOMING = "CREATE TEMP TABLE incoming(position INTEGER PRIMARY KEY, hash BLOB, id TEXT, tags TEXT, body TEXT)"
_SAME = """
SELECT (SELECT count(*) FROM inputs) = (SELECT count(*) FROM incoming) AND NOT EXISTS (
    SELECT 1 FROM incoming n LEFT JOIN inputs o USING (position) WHERE o.hash IS NOT n.hash OR o.id IS NOT n.id)
"""
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
    """

    total: int
    first: bool
    new: int = 0
    changed: int = 0
    gone: int = 0
    moved: bool = False


def register(database: sqlite3.Connection, items: Iterable[Item]) -> Changes:
    """Make these items the job's input, in a transaction that the caller has begun."""
    _drop(database)
    database.execute(_INCOMING)
    database.executemany("INSERT INTO incoming VALUES (?, ?, ?, ?, ?)", map(_to_row, enumerate(items)))
    total, known = database.execute("SELECT (SELECT count(*) FROM incoming), (SELECT count(*) FROM inputs)").fetchone()
    changes = Changes(total, not known)
    if not database.execute(_SAME).fetchone()[0]:
        for statement in _MATCH:
            database.execute(statement)
        fresh, gone, changed = database.execute(_COUNT).fetchone()
        moved = bool(database.execute(_MOVED).fetchone()[0])
        changed = min(changed, gone)
        changes = Changes(total, not known, fresh - changed, changed, gone - changed, moved)
        for statement in _REPLACE:
            database.execute(statement)
    _drop(database)
    return changes


def to_item(body: str) -> Item:
    """Return the item that a row of the inputs holds."""
    fields = json.loads(body)
    return Item(**{**fields, "tags": tuple(fields["tags"])})


def _to_row(numbered: tuple[int, Item]) -> tuple[int, bytes, str, str, str]:
    position, item = numbered
    line = str(item.line)
    # A line's number says where it is, not what it is.
    own = None if item.id == line else item.id
    problem = item.problem.replace(f"line {line}", "line").replace(f"row {line}", "row")
    content = to_line({"id": own, "q": item.question, "c": item.claim, "p": problem, "x": item.extra})
    hash = hashlib.blake2b(content.encode(), digest_size=16).digest()
    # JSON, because a database holds no half of a character that JSON may hold.
    return position, hash, json.dumps(item.id), json.dumps(item.tags), to_line(asdict(item))


def _drop(database: sqlite3.Connection) -> None:
    for table in ("incoming", "matched", "gone", "fresh"):
        database.execute(f"DROP TABLE IF EXISTS temp.{table}")
