"""The packaged spaCy model: offline, checked by hash, shared between threads."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from factcheck.errors import ModelError
from factcheck.models import parser as parsing
from factcheck.models.parser import PACKAGED, SHA256, UPSTREAM, Parser, check_model, find_model, load_parser


def test_the_installed_model_is_the_released_one() -> None:
    name, folder = find_model()
    check_model(name, folder)
    assert name in {PACKAGED, UPSTREAM}


def test_it_is_loaded_once() -> None:
    assert load_parser() is load_parser()


def copy_weights(folder: Path) -> Path:
    _, source = find_model()
    for part in SHA256:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / part, folder / part)
    return folder


@pytest.mark.parametrize("part", sorted(SHA256))
def test_an_altered_or_missing_file_is_refused(part: str, tmp_path: Path) -> None:
    folder = copy_weights(tmp_path / "model")
    check_model(PACKAGED, folder)
    with (folder / part).open("r+b") as file:
        file.write(b"\0" * 8)
    with pytest.raises(ModelError, match=part) as raised:
        check_model(PACKAGED, folder)
    assert raised.value.hint
    (folder / part).unlink()
    with pytest.raises(ModelError, match=part):
        check_model(PACKAGED, folder)


def test_no_model_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "UPSTREAM", "no_such_model_a")
    monkeypatch.setattr(parsing, "PACKAGED", "no_such_model_b")
    with pytest.raises(ModelError, match="not installed"):
        find_model()


def test_parses_keep_the_text_and_its_offsets(parser: Parser) -> None:
    text = "  Dmitry Peskov\tsaid “no”… 🙂 \n"
    doc = parser.parse(text)
    assert doc.text == text
    for token in doc:
        assert text[token.idx : token.idx + len(token.text)] == token.text


@pytest.mark.parametrize("text", ["", " ", "\n", "…", "🙂", "谁否认了", "a" * 3000])
def test_odd_texts_are_parsed(text: str, parser: Parser) -> None:
    assert parser.parse(text).text == text


def test_order_and_repeats_are_kept(parser: Parser) -> None:
    texts = ["One fell.", "Two rose.", "One fell.", "Three stood."]
    assert [doc.text for doc in parser.parse_all(texts)] == texts
    assert parser.parse_all([]) == []


def test_the_cache_is_bounded_and_still_right(parser: Parser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "CACHED_PARSES", 3)
    texts = [f"Number {n} fell." for n in range(8)]
    assert [doc.text for doc in parser.parse_all(texts)] == texts
    assert parser.parse(texts[0]).text == texts[0]


def test_threads_get_the_same_parses(parser: Parser) -> None:
    texts = [f"Minister number {n} denied the {word}." for n in range(6) for word in ("report", "request")]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(parser.parse, texts * 3))
    assert [doc.text for doc in found] == texts * 3
    assert all(len({token.dep_ for token in doc}) > 2 for doc in found)
