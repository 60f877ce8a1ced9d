"""Read a JSON reply while it grows: each statement is handed on when its object is complete.

The final reply is read again as a whole by `replies`; this reader only shortens the wait.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


class StatementReader:
    """Finds finished statements in a growing reply.

    Nothing is handed on before `answerable` is known to be true: a model that changes its mind must
    not have been shown.
    """

    def __init__(self) -> None:
        self._text = ""
        self._place = 0
        self._depth: list[str] = []
        self._in_string = False
        self._escaped = False
        self._string_start = 0
        self._key = ""
        self._last_string = ""
        self._item_start = -1
        self._waiting: list[Any] = []
        self._answerable: bool | None = None
        self._value_start = -1

    def feed(self, piece: str) -> Iterator[Any]:
        """Take the next piece of the reply and yield the statements that it completes, as parsed JSON."""
        self._text += piece
        while self._place < len(self._text):
            self._step(self._text[self._place])
            self._place += 1
        if self._answerable:
            yield from self._waiting
            self._waiting.clear()

    def _step(self, char: str) -> None:
        if self._in_string:
            self._step_string(char)
        elif char == '"' and self._depth:
            self._in_string, self._string_start = True, self._place
        elif char in "{[":
            if char == "{" and self._depth == ["{", "["] and self._key == "statements":
                self._item_start = self._place
            self._depth.append(char)
        elif char in "}]" and self._depth:
            self._note_answerable()
            self._depth.pop()
            if self._depth == ["{", "["] and self._item_start >= 0:
                self._finish_item()
        elif char == ":" and self._depth == ["{"]:
            self._key, self._value_start = self._last_string, self._place + 1
        elif char == "," and self._depth == ["{"]:
            self._note_answerable()

    def _step_string(self, char: str) -> None:
        if self._escaped:
            self._escaped = False
        elif char == "\\":
            self._escaped = True
        elif char == '"':
            self._in_string = False
            if self._depth == ["{"]:
                self._last_string = self._text[self._string_start + 1 : self._place]

    def _note_answerable(self) -> None:
        if self._depth == ["{"] and self._key == "answerable" and self._value_start >= 0:
            value = self._text[self._value_start : self._place].strip()
            self._answerable = value == "true"
            self._value_start = -1

    def _finish_item(self) -> None:
        try:
            self._waiting.append(json.loads(self._text[self._item_start : self._place + 1]))
        except ValueError:  # the whole reply will be refused for it
            pass
        self._item_start = -1
