from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.presentation.display import cells, displayable, wrap
from factcheck.presentation.jsonl import to_line

HOSTILE = "safe\x1b[31mred\x1b[0m\x07\x9b2J\u202egnp.exe\u2066x\u2069\u200b\ufeff\u2028next\x00\udcff"


def test_nothing_that_commands_a_terminal_gets_through() -> None:
    shown = displayable(HOSTILE)
    assert not set(shown) & set("\x1b\x07\x9b\u202e\u2066\u2069\u200b\ufeff\u2028\x00\udcff")
    assert shown == "safe␛[31mred␛[0m␇‹U+009B›2J‹U+202E›gnp.exe‹U+2066›x‹U+2069› next␀‹U+DCFF›"


@pytest.mark.parametrize("text", ["“Да”, сказал он", "العربية", "日本語のテキスト", "e\u0301", "👩‍👩‍👧", "a b"])
def test_ordinary_text_of_any_language_stays(text: str) -> None:
    assert displayable(text) == text


@given(st.text())
def test_what_is_shown_is_one_printable_line(text: str) -> None:
    shown = displayable(text)
    assert shown.splitlines() in ([], [shown])
    shown.encode("utf-8")


@given(st.text(alphabet=st.sampled_from("ab 日本e\u0301")), st.integers(min_value=4, max_value=30))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, width: int) -> None:
    line = displayable(text)
    wrapped = wrap(line, width)
    assert all(cells(part) <= width for part in wrapped)
    assert "".join(wrapped).replace(" ", "") == line.replace(" ", "")


def test_without_a_width_nothing_is_wrapped() -> None:
    assert wrap("word " * 100, None) == ["word " * 100]


def test_a_word_longer_than_the_line_is_cut() -> None:
    assert wrap("see " + "x" * 10, 4) == ["see", "xxxx", "xxxx", "xx"]


def test_wide_characters_take_two_columns() -> None:
    assert wrap("日本語", 4) == ["日本", "語"]


@given(st.text() | st.just(HOSTILE))
def test_a_line_of_json_is_exact_and_harmless(text: str) -> None:
    for ascii_only in (False, True):
        line = to_line({"quote": text}, ascii_only=ascii_only)
        assert json.loads(line) == {"quote": text}
        assert line.splitlines() == [line]
        assert not set(line) & set("\x1b\x9b\u202e\u2066")


def test_json_keeps_other_languages_readable() -> None:
    assert to_line({"a": "“Да”"}) == '{"a": "“Да”"}'
    assert to_line({"a": "Да"}, ascii_only=True).isascii()
