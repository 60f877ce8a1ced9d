"""Utterances as the index keeps them: one row each, deleted with their article."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from factcheck.index.opened import OpenIndex
from factcheck.index.records import StoredUtterance
from factcheck.speech.utterances import Utterance
from factcheck.types import Span


def pack_utterance(utterance: Utterance) -> str:
    """Return an utterance as JSON in ASCII: SQLite takes neither NUL nor lone surrogates as text."""
    record = asdict(utterance)
    record["content"] = [[span.start, span.end] for span in utterance.content]
    return json.dumps(record, ensure_ascii=True)


def read_utterances(index: OpenIndex, files: Collection[str] | None = None) -> list[StoredUtterance]:
    """Return the utterances of these files or of all, ordered by file and start."""
    rows = index.match(
        "SELECT u.id, a.file, a.sha256, a.origin, u.record FROM utterances u JOIN articles a ON a.id = u.article"
        " WHERE ?1 IS NULL OR a.file IN (SELECT value FROM json_each(?1)) ORDER BY a.file, u.start, u.id",
        None if files is None else json.dumps(list(files)),
    )
    return [StoredUtterance(row[0], row[1], row[2], row[3] or None, _unpack(row[4])) for row in rows]


def _unpack(record: str) -> Utterance:
    values: dict[str, Any] = json.loads(record)
    values["content"] = tuple(Span(start, end) for start, end in values["content"])
    values["chain"] = tuple(values["chain"])
    return Utterance(**values)
