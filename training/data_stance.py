"""Builds the stance packs from human pairs: FEVER, Fool Me Twice, MultiNLI, SNLI and DialFact.

    python training/data_stance.py DATA OUT

DATA is the folder that holds pairs/. Not-enough pairs for FEVER and Fool Me Twice are claims beside a
sentence that shares words with them but is evidence of something else. Claims that give their label away
by their wording alone weigh less (`weigh`), so that the reader has to look at the sentence.
"""

from __future__ import annotations

import gzip
import itertools
import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from data_text import Claim, held_out, normalise, stems, write_pack

STANCES = {"SUPPORTED": 0, "REFUTED": 1, "NOT_ENOUGH_INFO": 2}
SHARES = {"fever": 0.06, "fm2": 0.25, "mnli": 0.08, "snli": 0.08, "dialfact": 0.0}
SOURCES = {
    "fever_dev": "fever",
    "fool_me_twice": "fm2",
    "mnli_dev": "mnli",
    "snli_dev": "snli",
    "dialfact_small": "dialfact",
}
LONGEST = 460  # characters of evidence; longer evidence keeps the sentences that share most with the claim
BUCKETS = 1 << 18
FOLDS = 5


def main() -> None:
    """Writes stance.<source>.<train|dev>.jsonl.gz for each source."""
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    rows = list(read_pairs(data / "pairs" / "claim_evidence.jsonl.gz"))
    rows += list(find_unrelated(rows, random.Random(6)))
    parts: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for row in rows:
        parts[row.kind, "dev" if held_out(row.origin, SHARES[row.kind]) else "train"].append(row)
    for (kind, part), claims in sorted(parts.items()):
        kept = list(weigh(claims)) if part == "train" else claims
        count = write_pack(out / f"stance.{kind}.{part}.jsonl.gz", kept)
        print(kind, part, count, sorted(Counter(claim.stance for claim in kept).items()))


def read_pairs(path: Path) -> Iterator[Claim]:
    """Yields the ready pairs as claims; the claim is the origin by which pairs are held out."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            claim = normalise(row["claim"])
            evidence = shorten(normalise(row["evidence"]), claim)
            if claim and evidence:
                yield Claim(claim, evidence, STANCES[row["label"]], SOURCES[row["source"]], origin=claim)


def shorten(evidence: str, claim: str) -> str:
    """Returns the sentences of long evidence that share most words with the claim, in their order."""
    if len(evidence) <= LONGEST:
        return evidence
    sentences = re.split(r"(?<=[.!?]) +(?=[\"'A-Z(])", evidence)
    words = stems(claim)
    ranked = sorted(range(len(sentences)), key=lambda number: -len(words & stems(sentences[number])))
    kept: list[int] = []
    for number in ranked:
        if kept and sum(len(sentences[other]) for other in [*kept, number]) > LONGEST:
            break
        kept.append(number)
    return " ".join(sentences[number] for number in sorted(kept))


def find_unrelated(rows: list[Claim], draw: random.Random) -> Iterator[Claim]:
    """Yields claims beside evidence of other claims that names some of the same things."""
    for kind, wanted in (("fever", 5200), ("fm2", 300)):
        pool = [row for row in rows if row.kind == kind and row.stance != 2]
        holders: dict[str, list[int]] = defaultdict(list)
        words = [stems(row.sentence) for row in pool]
        for number, found in enumerate(words):
            for word in found:
                holders[word].append(number)
        draw.shuffle(pool_order := list(range(len(pool))))
        made = 0
        for number in pool_order:
            claim = stems(pool[number].claim)
            near: Counter[int] = Counter()
            for word in claim:
                if len(holders[word]) < 400:
                    near.update(holders[word])
            for other, shared in near.most_common(40):
                if pool[other].claim == pool[number].claim or pool[other].sentence == pool[number].sentence:
                    continue
                if shared < 1 or len(claim & words[other]) > 0.7 * len(claim) or draw.random() < 0.5:
                    continue
                yield Claim(pool[number].claim, pool[other].sentence, 2, kind, origin=pool[number].origin)
                made += 1
                break
            if made >= wanted:
                break


def weigh(rows: list[Claim]) -> Iterator[Claim]:
    """Yields claims weighing less, the surer a model that sees only the claim is of their label.

    The model is a softmax regression over hashed words and word pairs; each fold is judged by the others.
    """
    features = [sorted(set(hashed(row.claim))) for row in rows]
    labels = np.array([row.stance for row in rows])
    folds = np.array([hash_of(row.claim) % FOLDS for row in rows])
    sure = np.full(len(rows), 1 / 3)
    for fold in range(FOLDS):
        seen = np.flatnonzero(folds != fold)
        weights = fit(features, labels, seen)
        for number in np.flatnonzero(folds == fold):
            sure[number] = softmax(weights[features[number]].sum(axis=0))[labels[number]]
    print("claim-only: mean probability of the true label", round(float(sure.mean()), 3))
    raw = np.clip(1.15 - sure, 0.15, 1.0)
    totals = np.array([raw[labels == label].mean() if (labels == label).any() else 1.0 for label in range(3)])
    for row, value in zip(rows, raw, strict=True):
        yield replace(row, weight=round(float(value / totals[row.stance]), 3))


def hash_of(text: str) -> int:
    """Returns a number of a text that is the same in every process."""
    value = 5381
    for char in text:
        value = (value * 33 + ord(char)) & 0x7FFFFFFF
    return value


def hashed(text: str) -> Iterable[int]:
    """Returns the buckets of a text's words and word pairs."""
    words = ["^", *re.findall(r"\w+|[^\w\s]", text.casefold()), "$"]
    return [hash_of(word) % BUCKETS for word in words] + [
        hash_of(" ".join(pair)) % BUCKETS for pair in itertools.pairwise(words)
    ]


def fit(features: list[list[int]], labels: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Fits the claim-only model by stochastic steps."""
    weights = np.zeros((BUCKETS, 3))
    order = np.random.default_rng(7)
    for step in (0.15, 0.1, 0.05, 0.03):
        for number in order.permutation(rows):
            found = features[number]
            slope = softmax(weights[found].sum(axis=0))
            slope[labels[number]] -= 1.0
            weights[found] -= step * slope + 1e-4 * weights[found]
    return weights


def softmax(scores: np.ndarray) -> np.ndarray:
    """Returns probabilities of scores."""
    grown = np.exp(scores - scores.max())
    return grown / grown.sum()


if __name__ == "__main__":
    main()
