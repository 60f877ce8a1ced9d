"""Figures on held-out documents while training: small samples, the same every time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from answers import exact, overlap
from batches import LIMITS, Assembler, Pair, load_tokenizer
from data_text import Claim, Question, read_packs
from numpy.typing import NDArray
from reader_model import Heads, Reader
from torch import Tensor

__all__ = ["area", "best_span", "measure_dev", "run_pairs"]

SAMPLE = {"read": 30, "stance": 110}
LONGEST_SPAN = 24


def measure_dev(model: Reader, packs: Path, tokenizer: Path, *, sample: bool = True) -> dict[str, float]:
    """Returns figures per development pack: first-place rate, AUROC, span EM and F1, stance accuracy."""
    assembler = Assembler(load_tokenizer(tokenizer))
    figures: dict[str, float] = {}
    for path in sorted(packs.glob("*.dev.jsonl.gz")):
        task, source = path.name.split(".")[:2]
        if task not in SAMPLE:
            continue
        rows = list(read_packs([path]))
        if sample:
            rows = rows[:: max(1, len(rows) // SAMPLE[task]) | 1]  # odd: twins come in fours
        if task == "read":
            found = measure_reading(model, assembler, [row for row in rows if isinstance(row, Question)])
        else:
            found = measure_stance(model, assembler, [row for row in rows if isinstance(row, Claim)])
        figures.update({f"{source}.{name}": round(value, 4) for name, value in found.items()})
    return figures


def run_pairs(
    model: Callable[[Tensor, Tensor, Tensor], Heads], pairs: list[Pair], assembler: Assembler, size: int = 24
) -> list[Heads]:
    """Returns the heads' figures of each pair, in order, running pairs of like length together."""
    order = sorted(range(len(pairs)), key=lambda number: len(pairs[number].ids))
    out: dict[int, Heads] = {}
    with torch.no_grad():
        for low in range(0, len(order), size):
            numbers = order[low : low + size]
            batch = assembler.collate([pairs[number] for number in numbers])
            heads = model(batch.ids, batch.segments, batch.mask)
            for row, number in enumerate(numbers):
                out[number] = Heads(
                    heads.answer[row], heads.start[row], heads.end[row], heads.stance[row], heads.mismatch[row]
                )
    return [out[number] for number in range(len(pairs))]


def measure_reading(model: Reader, assembler: Assembler, rows: list[Question]) -> dict[str, float]:
    """Returns how often a right sentence is first, the AUROC over all pairs, and span EM and F1."""
    pairs, owners, items = [], [], []
    for number, row in enumerate(rows):
        for item in row.items:
            pairs.append(assembler.question_pair(row.question, item, number))
            owners.append(number)
            items.append(item)
    said = run_pairs(model, pairs, assembler)
    scores = np.array([float(heads.answer) for heads in said])
    right = np.array([item.right for item in items])
    first, both = [], 0
    for number in range(len(rows)):
        inside = np.flatnonzero(np.array(owners) == number)
        if right[inside].any() and not right[inside].all():
            both += 1
            first.append(bool(right[inside[scores[inside].argmax()]]))
    exacts, overlaps = [], []
    for item, pair, heads in zip(items, pairs, said, strict=True):
        if item.right and item.spans:
            text = best_span(heads, pair, item.sentence, assembler)
            golds = [item.sentence[start:end] for start, end in item.spans]
            exacts.append(max(exact(text, gold) for gold in golds))
            overlaps.append(max(overlap(text, gold) for gold in golds))
    figures = {"auroc": area(scores, right)}
    if first:
        figures["p1"] = float(np.mean(first))
    if exacts:
        figures |= {"em": float(np.mean(exacts)), "f1": float(np.mean(overlaps))}
    return figures


def best_span(heads: Heads, pair: Pair, sentence: str, assembler: Assembler) -> str:
    """Returns the text of the likeliest span of at most a few tokens inside the sentence."""
    opening = pair.segments.index(1)
    count = pair.segments.count(1)
    start = heads.start[opening : opening + count].numpy()
    end = heads.end[opening : opening + count].numpy()
    table = np.triu(start[:, None] + end[None, :] + 1e5) - np.triu(np.ones((count, count)), LONGEST_SPAN) * 1e6
    low, high = np.unravel_index(int(table.argmax()), table.shape)
    offsets = assembler.tokenizer.encode(sentence, add_special_tokens=False).offsets[: LIMITS.sentence]
    return sentence[offsets[low][0] : offsets[high][1]]


def measure_stance(model: Reader, assembler: Assembler, rows: list[Claim]) -> dict[str, float]:
    """Returns three-way accuracy, two-way accuracy (supported, refuted), and AUROC of supported and refuted."""
    pairs = [assembler.claim_pair(row) for row in rows]
    said = torch.stack([heads.stance for heads in run_pairs(model, pairs, assembler)])
    chance = said.softmax(1).numpy()
    truth = np.array([row.stance for row in rows])
    two = truth < 2
    figures = {
        "acc": float((chance.argmax(1) == truth).mean()),
        "acc2": float((chance[two, :2].argmax(1) == truth[two]).mean()),
        "sup": area(chance[:, 0], truth == 0),
        "ref": area(chance[:, 1], truth == 1),
    }
    return figures


def area(scores: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Returns the AUROC, counting ties as half."""
    if right.all() or not right.any():
        return float("nan")
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    good = int(right.sum())
    return float((ranks[right].sum() - good * (good + 1) / 2) / (good * (len(right) - good)))
