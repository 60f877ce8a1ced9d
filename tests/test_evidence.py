"""Packing sentences into a prompt, and counting its tokens offline."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from factcheck.answering.evidence import pack
from factcheck.models import tokens
from factcheck.models.tokens import FALLBACK, TokenCounter, count_pieces, load_counter
from factcheck.speech.attributing import Attribution
from factcheck.types import Hit, SourceSentence

WORDS = TokenCounter("words", lambda text: len(text.split()))


def hit(number: int, file: str, text: str = "five words are in this", origin: str | None = None) -> Hit:
    sentence = SourceSentence(number, file, "", number, 0, 0, len(text), 1, text, origin=origin)
    return Hit(sentence, 1.0 / number, number)


def test_everything_fits_and_is_grouped_by_file_in_article_order() -> None:
    hits = [hit(3, "b.txt", "third"), hit(1, "a.txt", "first"), hit(2, "b.txt", "second")]
    packed = pack(hits, budget=1000, counter=WORDS)
    assert packed.text == "# b.txt\n[1] second\n[2] third\n# a.txt\n[3] first"
    assert [packed.sentences[number].id for number in (1, 2, 3)] == [2, 3, 1]
    assert packed.available == 3


@pytest.mark.parametrize("budget", [0, 7, 9, 20, 33, 60])
def test_the_budget_holds_and_what_is_shown_is_counted(budget: int) -> None:
    hits = [hit(number, f"{number % 3}.txt") for number in range(1, 20)]
    packed = pack(hits, budget=budget, counter=WORDS)
    assert WORDS.count(packed.text) <= budget
    assert packed.tokens <= budget
    assert packed.available == 19
    assert len(packed.sentences) == packed.text.count("five words")


def test_copies_of_one_story_do_not_drown_another() -> None:
    hits = [hit(number, f"copy{number}.txt", origin="o1") for number in range(1, 9)] + [
        hit(9, "other.txt", origin="o2")
    ]
    packed = pack(hits, budget=1000, counter=WORDS, limit=4)
    assert "other.txt" in {sentence.file for sentence in packed.sentences.values()}


def test_a_long_sentence_makes_room_for_shorter_ones() -> None:
    hits = [hit(1, "a.txt", "long " * 500), hit(2, "a.txt", "short")]
    assert [s.id for s in pack(hits, budget=20, counter=WORDS).sentences.values()] == [2]


def test_a_speaker_is_named_where_the_sentence_does_not_name_him() -> None:
    def attribute(sentence: SourceSentence) -> Attribution | None:
        return Attribution("Ines Duarte", "say", "direct") if sentence.id < 3 else None

    hits = [hit(1, "a.txt", "It is free."), hit(2, "a.txt", "Duarte said so."), hit(3, "a.txt", "It rained.")]
    packed = pack(hits, budget=100, counter=WORDS, attribute=attribute)
    assert "[1] (Ines Duarte:) It is free.\n[2] Duarte said so.\n[3] It rained." in packed.text


@pytest.mark.parametrize(("encoding", "count"), [("o200k_base", 4), ("cl100k_base", 4)])
def test_tokens_are_counted_offline_with_checked_tables(
    encoding: str, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "tables"
    monkeypatch.setenv(tokens.CACHE_VARIABLE, str(folder))
    assert tokens._provide(encoding)
    (file,) = folder.iterdir()
    before = file.read_bytes()
    file.write_bytes(b"altered")
    assert tokens._provide(encoding)
    assert file.read_bytes() == before
    assert load_counter(encoding).count("The bridge is closed") == count
    assert load_counter(encoding).count("<|endoftext|>") > 1


def test_without_tables_the_counter_over_counts_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_unpack", lambda encoding: None)
    monkeypatch.setenv(tokens.CACHE_VARIABLE, os.devnull + "/nowhere")
    load_counter.cache_clear()
    try:
        counter = load_counter("o200k_base")
    finally:
        load_counter.cache_clear()
    assert counter.name == FALLBACK
    assert counter.count("The bridge is closed.") == count_pieces("The bridge is closed.") == 5
    assert load_counter("p50k_base").name == FALLBACK
