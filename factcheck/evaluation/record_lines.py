"""The records of a run, read one at a time: ten thousand of them with their traces do not fit into memory well."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from factcheck.errors import UsageError

Record = Mapping[str, Any]


class RecordLines:
    """The lines of a `records.jsonl`, found by their position.

    Args:
        path: The file; it is not kept open.

    Raises:
        UsageError: It cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._starts: list[int] = []
        for start, _ in self._lines():
            self._starts.append(start)

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[Record]:
        for _, line in self._lines():
            yield self._parse(line)

    def read(self, position: int) -> Record:
        """Return the record at a position, from 0.

        Raises:
            UsageError: It cannot be read.
        """
        try:
            with self._path.open("rb") as stream:
                stream.seek(self._starts[position])
                return self._parse(stream.readline())
        except OSError as error:
            raise self._explain(error) from error

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        start = 0
        try:
            with self._path.open("rb") as stream:
                for line in stream:
                    yield start, line
                    start += len(line)
        except OSError as error:
            raise self._explain(error) from error

    def _parse(self, line: bytes) -> Record:
        try:
            found = json.loads(line)
        except ValueError as error:
            raise self._explain(error) from error
        if not isinstance(found, dict):
            raise self._explain(ValueError("a line is no record"))
        return found

    def _explain(self, error: Exception) -> UsageError:
        reason = getattr(error, "strerror", None) or str(error)
        return UsageError(f"the records of the run cannot be read: {reason}", hint="Run the evaluation again.")
