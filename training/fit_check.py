"""Fit the weights of `factcheck/claims/found_weights.py` and the verdict's least probabilities.

    python training/fit_check.py golden/claims.jsonl:seeds golden/press-claims.jsonl:tests/data/press

Each claim is held against every sentence that `check` holds against it: its gold sentences speak for or against it,
all others mention it. Conflicting claims choose the least probabilities, but fit no weights (their citations have no
side); neither do the stories that are held out. What is printed is cross-validated, a story at a time.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from factcheck.checking.atomic import split_claim
from factcheck.checking.verdict import VerdictLabel, weigh
from factcheck.claims import stance
from factcheck.claims.documents import read_claim
from factcheck.claims.stance import FOUND_SIGNALS
from factcheck.index.sync import sync
from factcheck.pipeline import Corpus
from factcheck.retrieval import Filter
from factcheck.settings import Settings

HELD = {"story:border", "story:cells", "story:cup"}
PENALTY, GOLD = 2.0, 2.0
TRUE = {"supported": 0, "refuted": 1, "not_enough_evidence": 2}
VERDICTS: tuple[VerdictLabel, ...] = ("supported", "refuted", "conflicting", "not_enough_evidence")
AGAINST = {"act_missing", "missing_number", "missing_name", "missing_date", "not_done", "details"}
CLASHES = {"clash", "clash_covered"}
READER = {"reader_supports", "reader_refutes", "refutes_close", "supports_covered"}
ALLOWED = 0.08  # of the refuted claims called supported


@dataclass(frozen=True)
class Row:
    """A sentence held against a claim: its signals, what is right (-1 unknown), and whether it can support."""

    claim: str
    group: str
    verdict: str
    signals: dict[str, float]
    label: int
    barred: bool


def main() -> None:
    """Collect, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("golden", nargs="+", help="GOLDEN:FOLDER")
    options = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as scratch:
        for number, pair in enumerate(options.golden):
            golden, _, folder = pair.rpartition(":")
            rows += collect(Path(golden), Path(folder), Path(scratch) / str(number))
    print(f"{len({row.claim for row in rows})} claims, {len(rows)} sentences")
    for title, names in (
        ("FOUND_ALONE", [name for name in FOUND_SIGNALS if name not in READER]),
        ("FOUND_BOTH", list(FOUND_SIGNALS)),
    ):
        known = np.array([row.label >= 0 for row in rows])
        show(title, names, fit(rows, names, known))
        choose(rows, cross_validate(rows, names, known))


def collect(golden: Path, folder: Path, index: Path) -> Iterator[Row]:
    """Yield every sentence that is held against each claim."""
    settings = Settings(index=str(index))
    sync([folder], settings=settings)
    with Corpus.open(settings=settings) as corpus:
        finder = corpus.checker().finder
        seen: list[dict[str, float]] = []
        combine = stance.combine_found

        def noting(signals: Any, *, with_reader: bool) -> Any:
            seen.append(dict(signals))
            return combine(signals, with_reader=with_reader)

        stance.combine_found = noting
        for line in golden.read_text("utf-8").splitlines():
            case = json.loads(line)
            if HELD & set(case["tags"]):
                continue
            group = next((tag for tag in case["tags"] if tag.startswith("story:")), f"tenth:{case['id'][-1]}")
            for atom in split_claim(case["claim"], finder.parse):
                seen.clear()
                found = finder.judge(read_claim(atom.text, finder.parse), finder.search(atom.text, Filter()))
                for one, signals in zip(found.judged, seen, strict=True):
                    right = any(_is_gold(case, place) for place in (one.sentence, *one.copies))
                    label = TRUE.get(case["verdict"], -1) if right else 2
                    barred = one.stance.probability["supports"] == 0.0
                    yield Row(case["id"], f"{golden.stem}/{group}", case["verdict"], signals, label, barred)
        stance.combine_found = combine


def _is_gold(case: dict[str, Any], place: Any) -> bool:
    return any(
        cited["file"] == place.file
        and (cited["quote"] in place.text or (len(place.text) > 20 and place.text in cited["quote"]))
        for cited in case["citations"]
    )


def fit(rows: Sequence[Row], names: Sequence[str], chosen: NDArray[Any]) -> NDArray[Any]:
    """Return (2, signals + bias): a penalised softmax regression whose mismatches never speak for "supports"."""
    features = np.array([[*(row.signals[name] for name in names), 1.0] for row in rows])
    spread = features.std(axis=0) + 1e-6
    spread[-1] = 1.0
    scaled, truth = (features / spread)[chosen], np.array([row.label for row in rows])[chosen]
    weight, size = np.where(truth < 2, GOLD, 1.0), scaled.shape[1]

    def loss(flat: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        found = flat.reshape(2, size)
        chance = softmax(scaled, found)
        gradient = ((chance - np.eye(3)[truth])[:, :2] * weight[:, None]).T @ scaled
        gradient[:, :-1] += 2 * PENALTY * found[:, :-1]
        total = -(weight * np.log(chance[np.arange(len(truth)), truth] + 1e-12)).sum()
        return float(total + PENALTY * (found[:, :-1] ** 2).sum()), gradient.ravel()

    limits: list[tuple[float | None, float | None]] = []
    for side in (0, 1):
        for name in names:
            clash = (None, 0.0) if side == 0 else (0.0, None)
            limits.append((None, 0.0) if name in AGAINST else clash if name in CLASHES else (None, None))
        limits.append((None, None))
    start = np.zeros(2 * size)
    best: NDArray[Any] = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=limits).x.reshape(2, size) / spread
    return best


def softmax(features: NDArray[Any], weights: NDArray[Any]) -> NDArray[Any]:
    """Return the probabilities of supports, refutes, mentions."""
    scores = np.c_[features @ weights.T, np.zeros(len(features))]
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    chance: NDArray[Any] = powers / powers.sum(axis=1, keepdims=True)
    return chance


def cross_validate(rows: Sequence[Row], names: Sequence[str], known: NDArray[Any]) -> NDArray[Any]:
    """Return each sentence's probabilities by weights fitted on the other stories."""
    features = np.array([[*(row.signals[name] for name in names), 1.0] for row in rows])
    groups = np.array([row.group for row in rows])
    chance = np.zeros((len(rows), 3))
    for group in sorted(set(groups)):
        chance[groups == group] = softmax(features[groups == group], fit(rows, names, known & (groups != group)))
    barred = np.array([row.barred for row in rows])
    chance[barred, 0] = 0.0
    return chance


def choose(rows: Sequence[Row], chance: NDArray[Any]) -> None:
    """Print the least probabilities that give the best macro-F1 with few refuted claims called supported."""
    loudest: dict[str, tuple[str, float, float]] = {}
    for row, each in zip(rows, chance, strict=True):
        _, support, against = loudest.get(row.claim, ("", 0.0, 0.0))
        loudest[row.claim] = (row.verdict, max(support, each[0]), max(against, each[1]))
    steps, conflicts = np.arange(0.15, 0.7, 0.05), np.arange(0.2, 0.95, 0.1)
    best = (-1.0, "")
    for least_s, least_r, stands_s, stands_r in itertools.product(steps, steps, conflicts, conflicts):
        pairs = [
            (verdict, weigh(s, r, least=(least_s, least_r), stands=(stands_s, stands_r)))
            for verdict, s, r in loudest.values()
        ]
        score, false = macro_f1(pairs), sum(pair == ("refuted", "supported") for pair in pairs)
        rate = false / max(sum(verdict == "refuted" for verdict, _ in pairs), 1)
        value = score - 0.5 * max(0.0, rate - ALLOWED)
        if value > best[0]:
            said = f"macro-F1 {score:.3f}, refuted called supported {rate:.3f}: least {least_s:.2f} {least_r:.2f}"
            best = (value, f"{said}, stands {stands_s:.2f} {stands_r:.2f}")
    print(best[1])


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Return the mean F1 of the four verdicts."""
    scores = []
    for label in VERDICTS:
        right = sum(true == given == label for true, given in pairs)
        wrong = sum((true == label) != (given == label) for true, given in pairs)
        scores.append(2 * right / (2 * right + wrong) if right + wrong else 0.0)
    return sum(scores) / len(scores)


def show(title: str, names: Sequence[str], weights: NDArray[Any]) -> None:
    """Print constants as `found_weights.py` holds them."""
    print(f"{title}: Weights = (")
    for row in weights:
        told = ", ".join(
            f'"{name}": {value:.2f}' for name, value in zip(names, row, strict=False) if abs(value) > 0.005
        )
        print(f"    ({row[-1]:.2f}, {{{told}}}),")
    print(")")


if __name__ == "__main__":
    main()
