"""Fit the weights of `factcheck/answering/abstention.py`.

    python training/fit_abstention.py xquad.en.json golden/questions.jsonl:seeds golden/news.jsonl:tests/data/news

Every paragraph of the SQuAD-like file becomes an article. Each question is asked twice: with its paragraph
in the index, and with the paragraph's sentences taken out of the hits, which leaves near misses of the same
topic. Golden questions count three times. A reading is right if it lies in the gold sentence. The weights
are a logistic regression with an L2 penalty; those of features are not negative but that of `typed`, those of
misfits not positive. With `--reader` the packaged reader reads the first hits, and `WITH_READER` is printed.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from factcheck.answering.abstention import MISFITS, Features
from factcheck.answering.judging import Judge
from factcheck.answering.library import Library
from factcheck.answering.misfits import find_misfits
from factcheck.answering.questions import analyse_question
from factcheck.index.store import Store
from factcheck.index.sync import sync
from factcheck.models.parser import load_parser
from factcheck.models.reader import Reader, load_reader
from factcheck.retrieval import Retriever, open_retriever
from factcheck.settings import Settings
from factcheck.types import SourceSentence

READINGS = 5  # of each question
GOLDEN_WEIGHT = 3.0
PENALTY = 2.0
# Misfits are rare in the data: their weights are drawn to one that halves the odds twice, not to nothing.
PRIOR, PRIOR_PENALTY = -1.5, 8.0
FEATURES = [field.name for field in dataclasses.fields(Features)]
Row = tuple[tuple[float, ...], float, float]  # features and misfits, whether it is right, weight


@dataclass(frozen=True)
class Case:
    """A question and where its answer stands; no gold for one that cannot be answered."""

    question: str
    gold: tuple[tuple[str, str], ...]
    weight: float
    take_out: bool = False


def main() -> None:
    """Collect the features, fit, and print the constants."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("squad", type=Path)
    parser.add_argument("golden", nargs="*", help="GOLDEN:FOLDER")
    parser.add_argument("--questions", type=int, default=350, help="questions of the SQuAD-like file")
    parser.add_argument("--without", action="append", default=[], help="leave out golden cases with this tag")
    parser.add_argument("--reader", action="store_true", help="let the packaged reader read")
    options = parser.parse_args()
    reader = load_reader(Settings()) if options.reader else None
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as scratch:
        articles = Path(scratch) / "squad"
        cases = list(read_squad(options.squad, articles, options.questions))
        rows += collect(cases, articles, Path(scratch) / "squad-index", reader)
        for number, pair in enumerate(options.golden):
            golden, _, folder = pair.rpartition(":")
            index = Path(scratch) / f"index-{number}"
            rows += collect(read_golden(Path(golden), options.without), Path(folder), index, reader)
    features, labels, weights = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    names = [*(FEATURES if options.reader else FEATURES[:-1]), *MISFITS]
    bias, fitted = fit(names, features, labels, weights)
    print(f"{len(labels)} readings, {labels.mean():.1%} right; in this order: {', '.join(names)}")
    values, misfits = np.split(fitted, [-len(MISFITS)])
    printed = [", ".join(f"{weight:.2f}" for weight in part) for part in (values, misfits)]
    print(f"{'WITH_READER' if options.reader else 'ALONE'} = Weights({bias:.2f}, ({printed[0]}), ({printed[1]}))")


def read_squad(path: Path, folder: Path, most: int) -> Iterator[Case]:
    """Write each paragraph as an article and yield each question with and without it."""
    folder.mkdir()
    cases: list[Case] = []
    paragraphs = [p for article in json.loads(path.read_text("utf-8"))["data"] for p in article["paragraphs"]]
    for number, paragraph in enumerate(paragraphs):
        name = f"{number:05}.txt"
        (folder / name).write_bytes(paragraph["context"].encode() + b"\n")
        cases += [Case(q["question"], ((name, q["answers"][0]["text"]),), 1.0) for q in paragraph["qas"]]
    random.Random(0).shuffle(cases)
    for case in cases[:most]:
        yield case
        yield replace(case, take_out=True)


def read_golden(path: Path, without: list[str]) -> Iterator[Case]:
    """Yield the golden questions that carry none of the tags."""
    for line in path.read_text("utf-8").splitlines():
        record = json.loads(line)
        if not set(record["tags"]) & set(without):
            gold = tuple((citation["file"], citation["quote"]) for citation in record["citations"])
            yield Case(record["question"], gold, GOLDEN_WEIGHT)


def collect(cases: Iterator[Case] | list[Case], folder: Path, index: Path, reader: Reader | None) -> Iterator[Row]:
    """Yield the first readings of each case."""
    settings = Settings(index=str(index))
    sync([folder], settings=settings)
    with Store.open(index) as store:
        retriever = open_retriever(store, settings)
        library = Library(store, load_parser())
        for case in cases:
            yield from _readings(case, retriever, library, Judge(library, reader))
        retriever.close()


def _readings(case: Case, retriever: Retriever, library: Library, judge: Judge) -> Iterator[Row]:
    retrieved = retriever.retrieve(case.question)
    if case.take_out:
        kept = tuple(hit for hit in retrieved.hits if hit.sentence.file != case.gold[0][0])
        retrieved = replace(retrieved, hits=kept)
    question = analyse_question(case.question, library.parser.parse(case.question))
    for judged in judge.judge(question, retrieved)[:READINGS]:
        if judged.probability > 0:
            found = judge.features(question, judged.reading, judged.attribution).vector()
            against = find_misfits(question, judged.reading, judged.attribution, library.around)
            right = not case.take_out and any(_holds(judged.sentence, file, text) for file, text in case.gold)
            yield (*found, *(float(name in against) for name in MISFITS)), float(right), case.weight


def _holds(sentence: SourceSentence, file: str, text: str) -> bool:
    return sentence.file == file and (text in sentence.text or sentence.text in text)


def fit(
    names: list[str], features: NDArray[np.float64], labels: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """Return bias and weights of the penalised, sign-constrained logistic regression."""
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    scaled = np.c_[(features - mean) / spread, np.ones(len(features))]
    misfit = np.array([name in MISFITS for name in names])
    penalty = np.append(np.where(misfit, PRIOR_PENALTY / spread**2, PENALTY), 0.0)
    drawn_to = np.append(np.where(misfit, PRIOR * spread, 0.0), 0.0)

    def loss(found: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds, away = scaled @ found, found - drawn_to
        value = (weights * (np.logaddexp(0, odds) - labels * odds)).sum() + (penalty * away**2).sum() / 2
        error = weights * (1 / (1 + np.exp(-odds)) - labels)
        return float(value), scaled.T @ error + penalty * away

    bounds = [(None, 0) if name in MISFITS else (None if name == "typed" else 0, None) for name in names]
    start = np.zeros(len(names) + 1)
    found = minimize(loss, start, jac=True, bounds=[*bounds, (None, None)], method="L-BFGS-B").x
    fitted = found[:-1] / spread
    return float(found[-1] - (fitted * mean).sum()), fitted


if __name__ == "__main__":
    main()
