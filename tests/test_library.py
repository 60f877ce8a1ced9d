"""What the engines read beside the hits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from newsroom import ARTICLES, write_articles

from factcheck.answering import library as reading
from factcheck.answering.library import Library
from factcheck.index.store import Store
from factcheck.index.sync import sync
from factcheck.models.parser import Parser
from factcheck.settings import Settings


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, parser: Parser) -> Library:
    root: Path = tmp_path_factory.mktemp("library")
    sync([write_articles(root / "articles")], settings=Settings(index=str(root / "index")))
    return Library(Store.open(root / "index"), parser)


def test_neighbours_stay_in_their_article(library: Library) -> None:
    sentences = library.store.sentences_of_file("flood/river-monday.txt")
    first, last = sentences[0], sentences[-1]
    assert library.around(first, 2, 1) == sentences[:2]
    assert library.around(last, 1, 5) == sentences[-2:]
    assert library.around(sentences[2], 0, 0) == [sentences[2]]
    assert library.around(sentences[2], 1, 1) == sentences[1:4]


def test_speakers_are_found_by_their_sentence(library: Library) -> None:
    by_text = {s.text: s for s in library.store.sentences_of_file("court/hollis-wire.txt")}
    said = library.attribute(by_text["“There was no mistake here.”"])
    assert said is not None
    assert (said.speaker, said.kind) == ("Lena Whitfield", "direct")
    assert library.attribute(by_text["Witnesses did not identify the buyer of the boat."]) is None


def test_a_sentence_that_was_replaced_has_no_speaker(library: Library) -> None:
    by_text = {s.text: s for s in library.store.sentences_of_file("court/hollis-wire.txt")}
    sentence = by_text["“There was no mistake here.”"]
    assert library.attribute(replace(sentence, start=sentence.start + 1)) is None
    assert library.attribute(replace(sentence, ordinal=999)) is None


def test_words_are_counted_by_their_stems(library: Library) -> None:
    found = library.frequencies(["flood", "floods", "Zelensky"])
    assert found["flood"] == found["floods"] > 0
    assert found["Zelensky"] == 0
    assert library.frequencies([]) == {}


def test_threads_and_a_small_cache_give_the_same_speakers(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CACHED_ARTICLES", 2)
    sentences = [s for file in ARTICLES for s in library.store.sentences_of_file(file)]
    once = [library.attribute(sentence) for sentence in sentences]
    assert any(once)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(library.attribute, sentences * 2)) == once * 2
