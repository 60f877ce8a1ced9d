"""The public sets that the reader is measured on, none of which it was trained on.

    FOLDER/evaluation/{clapnq_dev,fever_symmetric,wice}    never read by training/
    FOLDER/training/{qamr,xquad_en,qed_dev,selqa}          only the documents that training/ holds out

Which documents are held out, and what plain text is, training's own modules tell; neither needs PyTorch.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

sys.path.append(str(Path(__file__).resolve().parents[1] / "training"))

from data_reading import SHARES, build_qamr, build_qed, build_selqa, build_xquad
from data_text import Question, held_out, normalise, stems

__all__ = ["Claim", "Passage", "Span", "read_clapnq", "read_fever", "read_passages", "read_qamr", "read_wice", "stems"]

Row = TypeVar("Row")
QAMR_SHARE = 3  # every third held-out question
NEAREST = 8  # sentences of a web page that a claim is held against
LEAST_LENGTH = 20  # characters; shorter lines of web pages are menus


@dataclass(frozen=True, slots=True)
class Passage:
    """A question over the sentences of a passage; `gold` are those that answer it."""

    question: str
    told: tuple[str, ...]
    gold: frozenset[int]
    answerable: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A question, the sentence that answers it, and the right short answers."""

    question: str
    sentence: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, and sentences with what stands before and behind each, nearest first."""

    claim: str
    supported: bool
    evidence: tuple[tuple[str, str, str], ...]


def spread_out(rows: Sequence[Row], limit: int | None) -> list[Row]:
    """Return at most so many rows, taken evenly; by odd steps, because held-out passages come in pairs."""
    return list(rows[:: -(-len(rows) // limit) | 1]) if limit else list(rows)


def read_clapnq(data: Path) -> list[Passage]:
    """Return 300 questions that a passage answers and 300 that their passage does not."""
    found = []
    for name, answerable in (("answerable", True), ("unanswerable", False)):
        for row in _lines(data / "evaluation/clapnq_dev" / f"clapnq_dev_{name}.jsonl"):
            told = tuple(normalise(text) for text in row["passages"][0]["sentences"])
            gold = {normalise(text) for output in row["output"] for text in output.get("selected_sentences") or []}
            places = frozenset(number for number, text in enumerate(told) if text in gold)
            found.append(Passage(row["input"], told, places, answerable))
    return found


def read_passages(data: Path) -> list[Passage]:
    """Return questions of held-out documents, each with its passage and with the answering sentences taken out."""
    found = []
    for source, build in (("xquad", build_xquad), ("qed", build_qed), ("selqa", build_selqa)):
        for row in _held_out(build(data / "training", random.Random(5)), source):
            wrong = tuple(item.sentence for item in row.items if not item.right)
            told = tuple(item.sentence for item in row.items)
            gold = frozenset(number for number, item in enumerate(row.items) if item.right)
            if wrong:
                found += [Passage(row.question, told, gold, True), Passage(row.question, wrong, frozenset(), False)]
    return found


def read_qamr(data: Path) -> list[Span]:
    """Return every third question of held-out documents with the places that people marked."""
    rows = list(_held_out(build_qamr(data / "training", random.Random(5)), "qamr"))[::QAMR_SHARE]
    firsts = ((row.question, row.items[0]) for row in rows)
    return [
        Span(question, item.sentence, tuple(item.sentence[start:end] for start, end in item.spans))
        for question, item in firsts
    ]


def read_fever(data: Path) -> list[Claim]:
    """Return claims with one sentence each that supports or refutes it."""
    rows = _lines(data / "evaluation/fever_symmetric/fever_symmetric_test.jsonl")
    return [
        Claim(normalise(row["claim"]), row["gold_label"] == "SUPPORTS", ((normalise(row["evidence"]), "", ""),))
        for row in rows
    ]


def read_wice(data: Path) -> list[Claim]:
    """Return claims with the sentences of their web page that share most words with them, weighed by length."""
    found = []
    for row in _lines(data / "evaluation/wice/test.jsonl.gz"):
        claim = normalise(row["claim"])
        told = [normalise(text) for text in row["evidence"] if len(text) > LEAST_LENGTH] or ["."]
        padded, asked = ["", *told, ""], stems(claim)
        places = sorted(
            range(len(told)),
            key=lambda number: -len(asked & stems(told[number])) / (6 + len(stems(told[number]))) ** 0.5,
        )
        near = tuple((told[number], padded[number], padded[number + 2]) for number in places[:NEAREST])
        found.append(Claim(claim, row["label"] == "supported", near))
    return found


def _held_out(rows: Iterator[Question], source: str) -> Iterator[Question]:
    return (row for row in rows if held_out(row.origin, SHARES[source]))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
