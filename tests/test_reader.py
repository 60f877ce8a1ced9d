"""The packaged reader: no other bytes than its own, offsets of the article's text, the same reading every time."""

from __future__ import annotations

import json
import math
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.errors import ModelError
from factcheck.models.reader import LONGEST_SPAN, MODEL_FOLDER, Pair, Read, Reader, Stance, best_span, load_reader
from factcheck.settings import Settings

SCORES = st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=60)
CARD: dict[str, Any] = json.loads((MODEL_FOLDER / "reader.json").read_text("utf-8"))
# int8 products are summed in other orders, and saturate elsewhere, on other processors.
PROBABILITY = 0.12
QUESTION = "Who won the race?"
RACE = Pair("Maria Lund won the race on Sunday in Oslo.")
SENTENCES = (
    RACE,
    Pair("The mayor said that the bridge had been safe for years."),
    Pair("She had never been there.", "Maria Lund won the race.", "Nobody saw it."),
    Pair("The race was won by Karin Holm, 35, of Bergen, the organisers said on Monday evening.", "", "It rained."),
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader(Settings(threads=2))


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"reader\.json cannot be read"):
        Reader(tmp_path)
    shutil.copy(MODEL_FOLDER / "reader.json", tmp_path)
    with pytest.raises(ModelError, match=r"reader\.onnx cannot be read"):
        Reader(tmp_path)


def test_an_altered_card_is_never_loaded(tmp_path: Path) -> None:
    card = CARD | {"limits": {**CARD["limits"], "sentence": 4}}
    (tmp_path / "reader.json").write_text(json.dumps(card))
    with pytest.raises(ModelError, match="not the one"):
        Reader(tmp_path)


def test_altered_weights_are_never_loaded(tmp_path: Path) -> None:
    shutil.copy(MODEL_FOLDER / "reader.json", tmp_path)
    weights = bytearray((MODEL_FOLDER / "reader.onnx").read_bytes())
    weights[len(weights) // 2] ^= 1
    (tmp_path / "reader.onnx").write_bytes(weights)
    with pytest.raises(ModelError, match=r"reader\.onnx is not the one"):
        Reader(tmp_path)


@given(SCORES)
def test_the_span_is_the_likeliest_that_is_short_enough(scores: list[tuple[float, float]]) -> None:
    starts, ends = (np.array(column) for column in zip(*scores, strict=True))
    first, last, sure = best_span(starts, ends)
    assert 0 <= first <= last < len(scores) and last - first < LONGEST_SPAN
    allowed = [(i, j) for i in range(len(scores)) for j in range(i, min(i + LONGEST_SPAN, len(scores)))]
    assert starts[first] + ends[last] >= max(starts[i] + ends[j] for i, j in allowed) - 1e-6
    assert 0 < sure <= 1 + 1e-9


@pytest.mark.parametrize(("chance", "odds"), [(0.0, 0.0), (0.5, 0.5), (1.0, 1.0)])
def test_odds_are_put_into_a_share(chance: float, odds: float) -> None:
    assert Read(chance, 0, 1, 0.5, Stance(1.0, 0.0, 0.0)).odds == pytest.approx(odds)


@pytest.mark.parametrize("example", CARD["examples"], ids=lambda example: example["first"])
def test_it_says_what_it_said_when_it_was_exported(example: dict[str, Any], reader: Reader) -> None:
    (read,) = reader.read(example["first"], [Pair(example["sentence"])])
    answer, stance = CARD["calibration"]["answer"], CARD["calibration"]["stance"]
    chance = 1 / (1 + math.exp(-(answer["scale"] * example["answer"] + answer["shift"])))
    assert read.answers == pytest.approx(chance, abs=PROBABILITY)
    powers = np.exp(stance["scale"] * np.array(example["stance"]))
    said = (read.stance.supported, read.stance.refuted, read.stance.not_enough)
    assert said == pytest.approx(tuple(powers / powers.sum()), abs=PROBABILITY)
    if read.span > 0.6:
        assert example["sentence"][read.start : read.end] == example["span"]


def test_it_tells_an_answer_and_a_contradiction(reader: Reader) -> None:
    answering, other = reader.read(QUESTION, [RACE, SENTENCES[1]])
    assert other.answers < 0.5 < answering.answers
    assert RACE.sentence[answering.start : answering.end] == "Maria Lund"
    (same,) = reader.read("Maria Lund won the race.", [RACE])
    (swapped,) = reader.read("The race was won by Karin Holm.", [RACE])
    assert same.stance.supported > 0.5 > swapped.stance.supported
    assert swapped.stance.refuted > same.stance.refuted


@pytest.mark.parametrize(
    ("typeset", "plain"),
    [
        ("“Maria Lund won – at last –”, he’d said.", '"Maria Lund won - at last -", he\'d said.'),
        ("‘Maria\u00a0Lund won’ the „race“ on Sunday.", "'Maria Lund won' the \"race\" on Sunday."),
    ],
)
def test_typeset_marks_change_neither_words_nor_offsets(typeset: str, plain: str, reader: Reader) -> None:
    assert len(typeset) == len(plain)
    assert reader.read(QUESTION, [Pair(typeset)]) == reader.read(QUESTION, [Pair(plain)])


@pytest.mark.parametrize(
    ("sentence", "winner"),
    [
        ("🏅🏅 Maria Lund won the race on Sunday in Oslo. 🎉", "Maria Lund"),
        ("𝗦𝗽𝗼𝗿𝘁: Maria Lund won the race on Sunday in Oslo.", "Maria Lund"),
        ("On Sunday, Zoë Müller-Brontë won the race in Øslo.", "Zoë Müller-Brontë"),
        ("On Sunday, Zoe\u0308 Mu\u0308ller won the race in Oslo.", "Zoe\u0308 Mu\u0308ller"),
        ("\u200fMaria Lund\u200f won the race on Sunday\r\n in \u2028Oslo.", "Maria Lund"),
    ],
)
def test_offsets_are_those_of_the_sentence(sentence: str, winner: str, reader: Reader) -> None:
    (read,) = reader.read(QUESTION, [Pair(sentence)])
    assert sentence[read.start : read.end] == winner


@given(first=st.text(max_size=60), sentence=st.text(max_size=120), before=st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read(first: str, sentence: str, before: str) -> None:
    (read,) = load_reader(Settings(threads=2)).read(first, [Pair(sentence, before)])
    assert 0 <= read.start <= read.end <= len(sentence)
    assert 0 <= read.answers <= 1 and 0 <= read.span <= 1 + 1e-9
    assert math.isclose(read.stance.supported + read.stance.refuted + read.stance.not_enough, 1)


def test_a_sentence_is_read_the_same_in_any_company(reader: Reader) -> None:
    together = reader.read(QUESTION, SENTENCES)
    assert together == [reader.read(QUESTION, [pair])[0] for pair in SENTENCES]
    assert together == reader.read(QUESTION, SENTENCES[::-1])[::-1]
    assert together == load_reader(Settings(threads=1)).read(QUESTION, SENTENCES)


def test_threads_share_it(reader: Reader) -> None:
    questions = [QUESTION, "Where is the bridge?", "Maria Lund won the race.", "When was the race?"] * 3
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda question: reader.read(question, SENTENCES), questions))
    assert together == [reader.read(question, SENTENCES) for question in questions]


def test_it_is_loaded_once(reader: Reader) -> None:
    assert load_reader(Settings(threads=2)) is reader


def test_nothing_is_read_of_nothing(reader: Reader) -> None:
    assert reader.read(QUESTION, []) == []
    (empty,) = reader.read("", [Pair("")])
    assert (empty.start, empty.end, empty.span) == (0, 0, 0.0)
    (blank,) = reader.read(QUESTION, [Pair(" \n\t")])
    assert (blank.start, blank.end) == (0, 0)


def test_what_is_too_long_is_cut(reader: Reader) -> None:
    limits = CARD["limits"]
    long = Pair("race " * limits["sentence"], "before " * limits["before"], "after " * limits["after"])
    longer = Pair(long.sentence + "Maria Lund won. " * 2000, long.before + "Oslo " * 500, long.after + "Oslo " * 500)
    first = "who " * limits["first"]
    assert reader.read(first + "won " * 900, [longer]) == reader.read(first, [long])


def test_the_neighbours_are_read_too(reader: Reader) -> None:
    alone, beside = reader.read(QUESTION, [Pair(SENTENCES[2].sentence), SENTENCES[2]])
    assert alone.answers != beside.answers
