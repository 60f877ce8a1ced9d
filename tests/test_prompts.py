"""Prompts: parts, placeholders, hashes."""

from __future__ import annotations

import hashlib

import pytest
from places import ROOT

from factcheck.errors import SettingsError
from factcheck.prompts import PLACEHOLDERS, load_prompt, parse_prompt

GOOD = b"## System\nA {{one}}.\n## User\n{{two}}\n"


@pytest.mark.parametrize("name", sorted(PLACEHOLDERS))
def test_every_prompt_is_sound_and_hashed(name: str) -> None:
    prompt = load_prompt(name)
    assert prompt.placeholders == PLACEHOLDERS[name]
    assert prompt.sha256 == hashlib.sha256((ROOT / "prompts" / name).read_bytes()).hexdigest()


def test_every_file_is_known() -> None:
    files = {path.name for path in (ROOT / "prompts").glob("*.md")} - {"README.md"}
    assert files == set(PLACEHOLDERS)


def test_values_are_put_in_once() -> None:
    prompt = parse_prompt("p.md", GOOD, placeholders=frozenset({"one", "two"}))
    filled = prompt.fill(one="{{two}}", two="{{one}} \\1")
    assert filled.system == "A {{two}}."
    assert filled.user == "{{one}} \\1"


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"## System\nA\n## User\n{{two}} {{three}} {{four}}\n", ["one", "three", "four"]),
        (b"## System\n{{one}}\n", ["two parts"]),
        (b"{{one}} {{two}}", ["two parts"]),
        (b"\xff\xfe", ["UTF-8"]),
        (b"", ["two parts"]),
    ],
)
def test_what_is_wrong_is_named_at_once(data: bytes, named: list[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_prompt("p.md", data, placeholders=frozenset({"one", "two"}))
    for word in named:
        assert word in caught.value.message


def test_missing_and_unknown_values_are_named() -> None:
    prompt = parse_prompt("p.md", GOOD, placeholders=frozenset({"one", "two"}))
    with pytest.raises(SettingsError, match="missing value two, unknown value three"):
        prompt.fill(one="", three="")


def test_a_file_from_windows_is_the_same_prompt() -> None:
    prompt = parse_prompt("p.md", GOOD.replace(b"\n", b"\r\n"), placeholders=frozenset({"one", "two"}))
    assert prompt.system == "A {{one}}."
