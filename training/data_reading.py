"""Builds the reading packs from human questions: QAMR, SelQA, XQuAD and QED.

    python training/data_reading.py DATA OUT

DATA is the folder that holds qamr/, selqa/, xquad_en/ and qed_dev/. Documents are held out for development
whole: a tenth to a fifth of each source, chosen by hash.
"""

from __future__ import annotations

import gzip
import itertools
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data_text import Item, Question, held_out, normalise, seat, stems, write_pack

NEGATIVES = 7  # kept of each question; training draws fewer each time
ABBREVIATIONS = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|No|vs|Jr|Sr|Gen|Col|Lt|Inc|Co|U\.S|[A-Z])\.$")


def main() -> None:
    """Writes read.<source>.<train|dev>.jsonl.gz for each source."""
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    builders = {"qamr": build_qamr, "selqa": build_selqa, "xquad": build_xquad, "qed": build_qed}
    for source, build in builders.items():
        parts: dict[str, list[Question]] = {"train": [], "dev": []}
        for row in build(data, random.Random(5)):
            parts["dev" if held_out(row.origin, SHARES[source]) else "train"].append(row)
        for part, rows in parts.items():
            print(source, part, write_pack(out / f"read.{source}.{part}.jsonl.gz", rows))


SHARES = {"qamr": 0.12, "selqa": 0.12, "xquad": 0.2, "qed": 0.2}


def build_qamr(data: Path, draw: random.Random) -> Iterator[Question]:
    """Yields QAMR's questions, each with its sentence and others of the same document."""
    sentences, documents, tokens = read_sentences(data / "qamr" / "wiki-sentences.tsv.gz")
    asked: dict[tuple[str, str], set[tuple[int, int]]] = defaultdict(set)
    for part in ("dev", "test"):
        with gzip.open(data / "qamr" / f"filtered_{part}.tsv.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                cells = line.rstrip("\n").split("\t")
                places = tokens.get(cells[0])
                if places is None:
                    continue
                key = cells[0], re.sub(r"\s+", " ", cells[5]).strip()
                for answer in (cells[6], *(cell.partition(":")[2] for cell in cells[7:])):
                    span = span_of(answer, places)
                    if span:
                        asked[key].add(span)
    for (name, question), spans in asked.items():
        document = ":".join(name.split(":")[:3])
        right = Item(sentences[name], True, *around(name, sentences), tuple(sorted(spans)))
        answers = {sentences[name][start:end].casefold() for start, end in spans}
        others = [
            Item(sentences[other], False, *around(other, sentences))
            for other in documents[document]
            if other != name and not answers_too(sentences[other], question, answers)
        ]
        yield Question(question, (right, *choose(question, others, draw)), "qamr", document)


def read_sentences(
    path: Path,
) -> tuple[dict[str, str], dict[str, list[str]], dict[str, list[tuple[int, int]]]]:
    """Returns QAMR's sentences by name, the names of each document, and where their tokens lie."""
    sentences, documents, tokens = {}, defaultdict(list), {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            name, text = line.rstrip("\n").split("\t")
            sentences[name], tokens[name] = seat(text.split(" "))
            documents[":".join(name.split(":")[:3])].append(name)
    return sentences, documents, tokens


def span_of(answer: str, places: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Returns the character range of QAMR answer tokens, or None if they are scattered."""
    numbers = [int(number) for number in answer.split() if number.isdigit() and int(number) < len(places)]
    if not numbers or numbers[-1] - numbers[0] + 1 > 1.6 * len(numbers):
        return None
    return places[numbers[0]][0], places[numbers[-1]][1]


def around(name: str, sentences: dict[str, str]) -> tuple[str, str]:
    """Returns the sentences before and after one of QAMR's, if its sample holds them."""
    stem, _, number = name.rpartition(":")
    return sentences.get(f"{stem}:{int(number) - 1}", ""), sentences.get(f"{stem}:{int(number) + 1}", "")


def answers_too(sentence: str, question: str, answers: set[str]) -> bool:
    """Tells whether a sentence may answer as well: it holds an answer and half the question's words."""
    words = stems(question)
    shared = len(words & stems(sentence)) / max(1, len(words))
    return (shared >= 0.5 and any(answer in sentence.casefold() for answer in answers)) or shared > 0.85


def choose(question: str, others: list[Item], draw: random.Random) -> list[Item]:
    """Returns the negatives kept: mostly those that share words with the question, some at random."""
    words = stems(question)
    draw.shuffle(others)
    ranked = sorted(others, key=lambda item: -len(words & stems(item.sentence)))
    kept = ranked[: NEGATIVES - 2]
    return kept + draw.sample(ranked[NEGATIVES - 2 :], min(2, max(0, len(ranked) - NEGATIVES + 2)))


def build_selqa(data: Path, draw: random.Random) -> Iterator[Question]:
    """Yields SelQA's questions with the sentences of their section."""
    for part in ("dev", "test"):
        with gzip.open(data / "selqa" / f"selqa-ass-{part}.json.gz", "rt", encoding="utf-8") as file:
            rows: list[dict[str, Any]] = json.load(file)
        for row in rows:
            told = [normalise(sentence) for sentence in row["candidates"]]
            yield from sort_out(row["question"], told, set(row["answers"]), {}, "selqa", row["article"], draw)


def build_xquad(data: Path, draw: random.Random) -> Iterator[Question]:
    """Yields XQuAD's questions with the sentences of their paragraph and the answer's place."""
    with gzip.open(data / "xquad_en" / "xquad.en.json.gz", "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    for article in articles:
        for paragraph in article["paragraphs"]:
            text = paragraph["context"]
            places = split(text)
            told = [text[start:end] for start, end in places]
            for asked in paragraph["qas"]:
                right: dict[int, list[tuple[int, int]]] = defaultdict(list)
                for answer in asked["answers"]:
                    start, end = answer["answer_start"], answer["answer_start"] + len(answer["text"])
                    for number, (low, high) in enumerate(places):
                        if low <= start and end <= high:
                            right[number].append((start - low, end - low))
                if right:
                    yield from sort_out(asked["question"], told, set(right), right, "xquad", article["title"], draw)


def split(text: str) -> list[tuple[int, int]]:
    """Returns the character ranges of a paragraph's sentences (plain rules; XQuAD is clean)."""
    places, start = [], 0
    for match in re.finditer(r"[.!?][\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])", text):
        if ABBREVIATIONS.search(text[start : match.start() + 1]):
            continue
        places.append((start, match.end() - len(match.group()) + len(match.group().rstrip())))
        start = match.end()
    return [*places, (start, len(text))] if start < len(text) else places


def build_qed(data: Path, draw: random.Random) -> Iterator[Question]:
    """Yields QED's questions (real searches) with the sentences of their paragraph."""
    with gzip.open(data / "qed_dev" / "qed-dev.jsonlines.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    for row in rows:
        text, note = row["paragraph_text"], row["annotation"]
        if note.get("explanation_type") != "single_sentence":
            continue
        edges = [*row["sentence_starts"], len(text)]
        told = [text[low:high].strip() for low, high in itertools.pairwise(edges)]
        number = next((i for i, low in enumerate(edges[:-1]) if low == note["selected_sentence"]["start"]), None)
        if number is None:
            continue
        plain = [normalise(sentence) for sentence in told]
        spans = []
        for group in row["original_nq_answers"]:
            for answer in group:
                place = plain[number].find(normalise(answer["string"]))
                if place >= 0 and edges[number] <= answer["start"] < edges[number + 1]:
                    spans.append((place, place + len(normalise(answer["string"]))))
        right = {number: spans}
        yield from sort_out(row["question_text"], plain, {number}, right, "qed", row["title_text"], draw)


def sort_out(
    question: str,
    told: list[str],
    right: set[int],
    spans: dict[int, list[tuple[int, int]]],
    kind: str,
    origin: str,
    draw: random.Random,
) -> Iterator[Question]:
    """Yields one question with its right sentences and the chosen others of the passage."""
    padded = ["", *told, ""]
    items = [
        Item(sentence, number in right, padded[number], padded[number + 2], tuple(spans.get(number, ())))
        for number, sentence in enumerate(told)
    ]
    good = [item for item in items if item.right]
    if good:
        yield Question(question, (*good, *choose(question, [i for i in items if not i.right], draw)), kind, origin)


if __name__ == "__main__":
    main()
