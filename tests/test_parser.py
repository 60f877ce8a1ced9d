"""The packaged spaCy model: offline, checked by hash, shared between threads."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from factcheck.errors import ModelError
from factcheck.models import parser as parsing
from factcheck.models.parser import SHA256, Parser, check_model, find_model, load_parser


def test_the_installed_model_is_the_released_one() -> None:
    check_model(find_model())
    unread = {"LICENSE", "LICENSES_SOURCES", "README.md", "accuracy.json"}
    found = {path.relative_to(find_model()).as_posix() for path in find_model().rglob("*") if path.is_file()}
    assert found == {*SHA256, *unread}, "every file that is read is checked"


def test_it_is_loaded_once() -> None:
    assert load_parser() is load_parser()


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(find_model(), tmp_path_factory.mktemp("model") / "copy"))


@pytest.mark.parametrize("part", sorted(SHA256))
def test_an_altered_or_missing_file_is_refused(part: str, copied: Path) -> None:
    content = (copied / part).read_bytes()
    changed = bytearray(content)
    changed[len(changed) // 2] ^= 1
    (copied / part).write_bytes(changed)
    with pytest.raises(ModelError, match=part) as raised:
        check_model(copied)
    assert raised.value.hint
    (copied / part).unlink()
    with pytest.raises(ModelError, match=part):
        check_model(copied)
    (copied / part).write_bytes(content)


def test_an_altered_model_is_not_loaded(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "find_model", lambda: copied)
    (copied / "config.cfg").write_text("[nlp]\nlang = 'en'\n")
    with pytest.raises(ModelError, match="config"):
        load_parser.__wrapped__()


def test_no_model_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "PACKAGE", "no_such_model")
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
