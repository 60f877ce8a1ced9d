"""Measures a reader on sets it never saw, with baselines beside it and 95 % bootstrap intervals.

    python training/measure_reader.py --model reader.onnx|checkpoint.pt --tokenizer tokenizer.json \
        --weights model.safetensors --evaluation DIR --packs DIR [--only clapnq,qamr,fever,wice]

ClapNQ: is a gold sentence first among its passage's, and does the best score tell answerable from
unanswerable questions. QAMR: short answers on held-out documents. FEVER-symmetric: supported or refuted,
where the claim alone tells nothing; beside it the reader with the evidence blanked out. WiCE: supported
against the rest, by the three sentences of the web page that share most words with the claim.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from batches import Assembler, load_tokenizer
from data_text import Claim, Item, Question, normalise, read_packs, stems
from dev_metrics import area, best_span, exact, overlap, run_pairs
from export_reader import Session
from numpy.typing import NDArray
from reader_model import Heads, Reader, load_reader
from torch import Tensor

Model = Callable[[Tensor, Tensor, Tensor], Heads]
RESAMPLES = 1000
BASIC = NDArray[np.float64]


def main() -> None:
    """Prints one JSON object of figures."""
    parser = argparse.ArgumentParser()
    for name in ("model", "tokenizer", "weights", "evaluation", "packs"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--only", default="clapnq,qamr,fever,wice")
    given = parser.parse_args()
    torch.set_num_threads(1)
    model = open_model(given.model)
    assembler = Assembler(load_tokenizer(given.tokenizer))
    figures: dict[str, Any] = {}
    if "clapnq" in given.only:
        figures["clapnq"] = measure_clapnq(model, assembler, given.evaluation / "clapnq_dev", given.weights)
    if "qamr" in given.only:
        figures["qamr"] = measure_qamr(model, assembler, given.packs / "read.qamr.dev.jsonl.gz")
    if "fever" in given.only:
        figures["fever_symmetric"] = measure_fever(model, assembler, given.evaluation / "fever_symmetric")
    if "wice" in given.only:
        figures["wice"] = measure_wice(model, assembler, given.evaluation / "wice" / "test.jsonl.gz")
    print(json.dumps(figures, indent=1))


def open_model(path: Path) -> Model:
    """Opens an exported or a float reader."""
    if path.suffix == ".onnx":
        return Session(path)
    model = Reader()
    model.load_state_dict(torch.load(path))
    return model.eval()


def interval(rows: Sequence[Any], figure: Callable[[Sequence[Any]], float]) -> list[float]:
    """Returns a figure with its 95 % bootstrap interval."""
    draw = np.random.default_rng(3)
    values = []
    for _ in range(RESAMPLES):
        values.append(figure([rows[number] for number in draw.integers(0, len(rows), len(rows))]))
    low, high = np.nanpercentile(values, [2.5, 97.5])
    return [round(value, 3) for value in (figure(rows), float(low), float(high))]


def mean(rows: Sequence[float]) -> float:
    """Returns the mean."""
    return float(np.mean(rows))


def auroc(rows: Sequence[tuple[float, bool]]) -> float:
    """Returns the AUROC of scored truths."""
    return area(np.array([score for score, _ in rows]), np.array([truth for _, truth in rows]))


def measure_clapnq(model: Model, assembler: Assembler, folder: Path, weights: Path) -> dict[str, Any]:
    """Returns P@1 and answerable AUROC of the reader, BM25 and cosine."""
    asked: list[tuple[str, list[str], set[int], bool]] = []
    for name, answerable in (("answerable", True), ("unanswerable", False)):
        for line in (folder / f"clapnq_dev_{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            told = [normalise(text) for text in row["passages"][0]["sentences"]]
            gold = {normalise(text) for output in row["output"] for text in output.get("selected_sentences") or []}
            asked.append((row["input"], told, {n for n, text in enumerate(told) if text in gold}, answerable))
    encoder = load_encoder(weights)
    scorers: dict[str, Callable[[str, list[str]], BASIC]] = {
        "bm25": bm25_of([told for _, told, _, _ in asked]),
        "cosine": lambda question, told: cosine(encoder, assembler, question, told),
        "reader": lambda question, told: answers(model, assembler, question, told, context=False),
        "reader with neighbours": lambda question, told: answers(model, assembler, question, told, context=True),
    }
    figures: dict[str, Any] = {}
    for name, scorer in scorers.items():
        scores = [scorer(question, told) for question, told, _, _ in asked]
        first = [
            float(int(score.argmax()) in gold)
            for score, (_, _, gold, answerable) in zip(scores, asked, strict=True)
            if answerable and gold
        ]
        best = [(float(score.max()), row[3]) for score, row in zip(scores, asked, strict=True)]
        figures[name] = {"p1": interval(first, mean), "answerable_auroc": interval(best, auroc)}
    return figures


def answers(model: Model, assembler: Assembler, question: str, told: list[str], *, context: bool) -> BASIC:
    """Returns the reader's answer score of each sentence."""
    padded = ["", *told, ""]
    items = [
        Item(text, False, padded[n] if context else "", padded[n + 2] if context else "") for n, text in enumerate(told)
    ]
    said = run_pairs(model, [assembler.question_pair(question, item, 0) for item in items], assembler)
    return np.array([float(heads.answer) for heads in said])


def bm25_of(passages: list[list[str]]) -> Callable[[str, list[str]], BASIC]:
    """Returns BM25 over sentences, its word weights taken from all passages."""
    sentences = [stems(text) for told in passages for text in told]
    seen = Counter(word for words in sentences for word in words)
    length = float(np.mean([len(words) for words in sentences]))

    def score(question: str, told: list[str]) -> BASIC:
        values = []
        for text in told:
            words = stems(text)
            norm = 1.2 * (0.25 + 0.75 * len(words) / length)
            weight = [math.log(1 + len(sentences) / (1 + seen[word])) for word in stems(question) & words]
            values.append(sum(weight) * 2.2 / (1 + norm))
        return np.array(values)

    return score


def load_encoder(weights: Path) -> Reader:
    """Loads the untrained sentence encoder for the cosine baseline."""
    from safetensors.torch import load_file

    model = load_reader(str(weights))
    with torch.no_grad():
        model.segments.weight[:] = load_file(str(weights))["embeddings.token_type_embeddings.weight"][0]
    return model.eval()


def cosine(encoder: Reader, assembler: Assembler, question: str, told: list[str]) -> BASIC:
    """Returns the cosine of mean-pooled embeddings."""
    vectors = []
    for text in (question, *told):
        ids = torch.tensor([assembler.tokenizer.encode(text).ids[:128]])
        with torch.no_grad():
            vector = encoder.encode(ids, torch.zeros_like(ids), torch.ones_like(ids)).mean(dim=1)[0]
        vectors.append((vector / vector.norm()).numpy())
    return np.stack(vectors[1:]) @ vectors[0]


def measure_qamr(model: Model, assembler: Assembler, path: Path) -> dict[str, Any]:
    """Returns span EM and F1 on every third held-out question, for all and for Wikinews alone."""
    rows = [row for row in read_packs([path]) if isinstance(row, Question)][::3]
    pairs = [assembler.question_pair(row.question, row.items[0], 0) for row in rows]
    found: dict[str, list[tuple[float, float]]] = {"all": [], "wikinews": []}
    for row, pair, heads in zip(rows, pairs, run_pairs(model, pairs, assembler), strict=True):
        item = row.items[0]
        text = best_span(heads, pair, item.sentence, assembler)
        golds = [item.sentence[start:end] for start, end in item.spans]
        both = max(exact(text, gold) for gold in golds), max(overlap(text, gold) for gold in golds)
        found["all"].append(both)
        if "wikinews" in row.origin:
            found["wikinews"].append(both)
    return {
        name: {
            "n": len(values),
            "em": interval([em for em, _ in values], mean),
            "f1": interval([f for _, f in values], mean),
        }
        for name, values in found.items()
    }


def measure_fever(model: Model, assembler: Assembler, folder: Path) -> dict[str, Any]:
    """Returns two-way accuracy, beside it the reader's without evidence."""
    rows = [
        json.loads(line) for line in (folder / "fever_symmetric_test.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    truth = [int(row["gold_label"] == "REFUTES") for row in rows]
    figures = {}
    for name, blank in (("reader", False), ("claim alone", True)):
        claims = [Claim(normalise(row["claim"]), "." if blank else normalise(row["evidence"]), 0, "") for row in rows]
        said = run_pairs(model, [assembler.claim_pair(claim) for claim in claims], assembler)
        hits = [float(int(heads.stance[:2].argmax()) == label) for heads, label in zip(said, truth, strict=True)]
        figures[name] = {"accuracy": interval(hits, mean)}
        if not blank:
            chance = [float(heads.stance.softmax(0)[0]) for heads in said]
            figures[name]["supported_auroc"] = interval(
                [(c, t == 0) for c, t in zip(chance, truth, strict=True)], auroc
            )
    return figures


def measure_wice(model: Model, assembler: Assembler, path: Path) -> dict[str, Any]:
    """Returns the AUROC of supported against partly and not supported."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    words: list[tuple[float, bool]] = []
    single: list[tuple[float, bool]] = []
    joined: list[tuple[float, bool]] = []
    for row in rows:
        claim, truth = normalise(row["claim"]), row["label"] == "supported"
        told = [normalise(text) for text in row["evidence"] if len(text) > 20]
        asked = stems(claim)
        told.sort(key=lambda text: -len(asked & stems(text)) / (6 + len(stems(text))) ** 0.5)
        best = told[:8] or ["."]
        words.append((len(asked & set().union(*(stems(text) for text in best[:3]))) / max(1, len(asked)), truth))
        texts = [*best, " ".join(best[:3])]
        said = run_pairs(model, [assembler.claim_pair(Claim(claim, text, 0, "")) for text in texts], assembler)
        chance = [float(heads.stance.softmax(0)[0]) for heads in said]
        single.append((max(chance[:-1]), truth))
        joined.append((chance[-1], truth))
    return {
        "word overlap": {"supported_auroc": interval(words, auroc)},
        "reader, best sentence": {"supported_auroc": interval(single, auroc)},
        "reader, three sentences": {"supported_auroc": interval(joined, auroc)},
    }


if __name__ == "__main__":
    main()
