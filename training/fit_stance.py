"""Fit the weights of `factcheck/claims/weights.py`, and measure what they are worth.

    python training/fit_stance.py golden/claims.jsonl:seeds golden/news-claims.jsonl:tests/data/news
    python training/fit_stance.py --measure golden/press-claims.jsonl:tests/data/press

Oracle setting: a supported or refuted claim is held against each of its gold sentences, one that the articles
do not settle against the sentences most like it. Conflicting claims are left out (their citations have no side).
The weights are a softmax regression with an L2 penalty and fixed signs: a mismatch never speaks for "supports".
What is printed without --measure is cross-validated, a story (or a tenth of the claims) at a time.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from factcheck.answering.library import Library
from factcheck.claims import stance
from factcheck.claims.alignment import Alignment, align, measure_similarity
from factcheck.claims.documents import ClaimDoc, EvidenceDoc, read_claim, read_evidence
from factcheck.claims.findings import Mismatch
from factcheck.claims.mismatches import find_mismatches
from factcheck.claims.stance import LABELS, SIGNALS, Label
from factcheck.index.store import Store
from factcheck.index.sync import sync
from factcheck.models.parser import load_parser
from factcheck.retrieval import Retriever, open_retriever
from factcheck.settings import Settings
from factcheck.types import SourceSentence

LIKE = 3  # sentences most like a claim that the articles do not settle
PENALTY = 1.0
STEPS = 1500
COSTLY = 1.2  # a refuted pair counts this much in the fit
RESAMPLES = 2000
TRUE: dict[str, Label] = {"supported": "supports", "refuted": "refutes", "not_enough_evidence": "mentions"}
READER = ("reader_supports", "reader_refutes")


@dataclass(frozen=True)
class Row:
    """A claim held against one sentence."""

    claim: str
    group: str
    label: Label
    doc: ClaimDoc
    evidence: EvidenceDoc
    found: Alignment
    mismatches: tuple[Mismatch, ...]
    read: Any | None
    weight: float

    @property
    def signals(self) -> dict[str, float]:
        """The signals as the product measures them."""
        return stance.measure_signals(self.found, self.mismatches, self.read)

    @property
    def barred(self) -> bool:
        """Whether nothing can make this pair supported."""
        gaps = any(mismatch.kind in stance.VETOES for mismatch in self.mismatches)
        return gaps or self.found.coverage < stance.LEAST_COVERAGE


def main() -> None:
    """Collect the pairs, fit, and print constants and figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("golden", nargs="+", help="GOLDEN:FOLDER")
    parser.add_argument("--measure", action="store_true", help="measure the constants as they are, fit nothing")
    parser.add_argument("--misses", type=int, default=0, help="show that many wrong verdicts")
    parser.add_argument("--no-reader", action="store_true", help="fit and measure the rules alone")
    options = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as scratch:
        for number, pair in enumerate(options.golden):
            golden, _, folder = pair.rpartition(":")
            index = Path(scratch) / f"index-{number}"
            rows += collect(Path(golden), Path(folder), index, with_reader=not options.no_reader)
    counts = {label: sum(row.label == label for row in rows) for label in LABELS}
    print(f"{len({row.claim for row in rows})} claims, {len(rows)} pairs: {counts}")
    systems: list[tuple[str, Callable[[Row], Label]]] = []
    for name, signals in _systems(with_reader=not options.no_reader):
        if options.measure:
            systems.append((name, lambda row, reader=name == "both": judge_fixed(row, with_reader=reader)))
        else:
            predicted = cross_validate(rows, signals)
            systems.append((name, lambda row, known=predicted: known[id(row)]))
            show_weights(name, *fit(rows, signals))
    if not options.no_reader:
        systems.append(("reader alone", read_alone))
    for name, judge in systems:
        report(name, rows, judge)
        if name in {"both", "rules alone"}:
            show_misses(name, rows, judge, options.misses)


def _systems(*, with_reader: bool) -> Iterator[tuple[str, list[str]]]:
    yield "rules alone", [name for name in SIGNALS if name not in READER]
    if with_reader:
        yield "both", list(SIGNALS)


def collect(golden: Path, folder: Path, index: Path, *, with_reader: bool) -> Iterator[Row]:
    """Yield each claim with its gold sentences, or with the sentences most like it."""
    settings = Settings(index=str(index))
    sync([folder], settings=settings)
    reader = None
    if with_reader:
        from factcheck.models.reader import load_reader

        reader = load_reader(settings)
    with Store.open(index) as store:
        retriever = open_retriever(store, settings)
        library = Library(store, load_parser())
        for line in golden.read_text("utf-8").splitlines():
            case = json.loads(line)
            if case["verdict"] in TRUE:
                yield from _pairs(case, golden.stem, retriever, library, reader)
        retriever.close()


def _pairs(
    case: dict[str, Any], name: str, retriever: Retriever, library: Library, reader: Any | None
) -> Iterator[Row]:
    claim = read_claim(case["claim"], library.parser.parse)
    sentences = _sentences(case, retriever, library)
    similar = measure_similarity(retriever.interaction, claim, [s.text for s in sentences]) if sentences else []
    # The seeds' claims carry no story: a tenth of them at a time.
    story = next((tag for tag in case["tags"] if tag.startswith("story:")), f"tenth:{case['id'][-1]}")
    for sentence, cosines in zip(sentences, similar, strict=True):
        evidence, before, after = read_source(sentence, library)
        read = None
        if reader is not None:
            from factcheck.models.reader import Pair

            read = reader.read(case["claim"], [Pair(sentence.text, before, after)])[0].stance
        found = align(claim, evidence, cosines)
        label = TRUE[case["verdict"]]
        weight = (COSTLY if label == "refutes" else 1.0) / len(sentences)
        yield Row(case["id"], f"{name}/{story}", label, claim, evidence, found, find_mismatches(found), read, weight)


def read_source(sentence: SourceSentence, library: Library) -> tuple[EvidenceDoc, str, str]:
    """Return a sentence of the index as evidence, and the texts before and behind it."""
    around = library.around(sentence, 1, 1)
    before = next((s.text for s in around if s.ordinal == sentence.ordinal - 1), "")
    after = next((s.text for s in around if s.ordinal == sentence.ordinal + 1), "")
    attribution = library.attribute(sentence)
    evidence = read_evidence(
        sentence.text,
        library.parser.parse,
        before=before,
        after=after,
        speaker=attribution.speaker if attribution is not None else None,
        date=sentence.date,
        title=sentence.title or "",
    )
    return evidence, before, after


def _sentences(case: dict[str, Any], retriever: Retriever, library: Library) -> list[SourceSentence]:
    if case["verdict"] == "not_enough_evidence":
        return [hit.sentence for hit in retriever.retrieve(case["claim"]).hits[:LIKE]]
    found: dict[int, SourceSentence] = {}
    for citation in case["citations"]:
        for sentence in library.store.sentences_of_file(citation["file"]):
            if citation["quote"] in sentence.text or (len(sentence.text) > 20 and sentence.text in citation["quote"]):
                found[sentence.id] = sentence
    return list(found.values())


def fit(rows: Sequence[Row], names: Sequence[str]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return biases (2,) and weights (2, signals) of the penalised softmax regression with fixed signs."""
    features = np.array([[row.signals[name] for name in names] for row in rows])
    truth = np.array([[row.label == label for label in LABELS] for row in rows], dtype=np.float64)
    weights = np.array([row.weight for row in rows])
    spread = features.std(axis=0) + 1e-3
    scaled = np.c_[features / spread, np.ones(len(rows))]
    least, most = _signs(names)
    penalty = np.array([PENALTY] * len(names) + [0.0])[:, None]
    step = 1 / (np.linalg.eigvalsh((scaled * weights[:, None]).T @ scaled).max() / 2 + PENALTY)
    found = np.zeros((len(names) + 1, 2))
    for _ in range(STEPS):
        scores = np.c_[scaled @ found, np.zeros(len(rows))]
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        error = (powers / powers.sum(axis=1, keepdims=True) - truth)[:, :2] * weights[:, None]
        found = np.clip(found - step * (scaled.T @ error + penalty * found), least, most)
    return found[-1], (found[:-1] / spread[:, None]).T


def _signs(names: Sequence[str]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the least and the most that each weight may be: (signals + bias, 2)."""
    least, most = np.full((len(names) + 1, 2), -np.inf), np.full((len(names) + 1, 2), np.inf)
    for number, name in enumerate(names):
        if name in {"coverage", "reader_supports"}:
            least[number, 0] = 0.0
        else:
            most[number, 0] = 0.0
        if name in {"clash", "reader_refutes"}:
            least[number, 1] = 0.0
        elif name != "coverage":
            most[number, 1] = 0.0
    return least, most


def _judge(row: Row, weights: Any) -> Label:
    scores = [bias + sum(weight * row.signals[name] for name, weight in by_name.items()) for bias, by_name in weights]
    powers = np.exp(np.array([*scores, 0.0]) - max(*scores, 0.0))
    chances: dict[Label, float] = dict(zip(LABELS, (powers / powers.sum()).tolist(), strict=True))
    if row.barred:
        chances = {**chances, "supports": 0.0, "mentions": chances["mentions"] + chances["supports"]}
    return stance.decide(chances)


def cross_validate(rows: Sequence[Row], names: Sequence[str]) -> dict[int, Label]:
    """Judge each group by weights fitted on the others; keyed by the row's identity."""
    judged: dict[int, Label] = {}
    for group in sorted({row.group for row in rows}):
        biases, weights = fit([row for row in rows if row.group != group], names)
        constants = [(float(b), dict(zip(names, w, strict=True))) for b, w in zip(biases, weights, strict=True)]
        judged |= {id(row): _judge(row, constants) for row in rows if row.group == group}
    return judged


def judge_fixed(row: Row, *, with_reader: bool) -> Label:
    """Judge by the constants of the product."""
    return _judge(row, stance.BOTH if with_reader else stance.RULES_ALONE)


def read_alone(row: Row) -> Label:
    """Judge by the reader's probabilities, at the same costs."""
    assert row.read is not None
    return stance.decide({"supports": row.read.supported, "refutes": row.read.refuted, "mentions": row.read.not_enough})


def report(name: str, rows: Sequence[Row], judge: Callable[[Row], Label]) -> None:
    """Print macro-F1 and the share of refuted pairs called supported, resampled by claim."""
    by_claim: dict[str, list[tuple[Label, Label, float]]] = {}
    for row in rows:
        by_claim.setdefault(row.claim, []).append((row.label, judge(row), row.weight))
    claims = list(by_claim)
    drawn = random.Random(0)
    samples = [claims, *(drawn.choices(claims, k=len(claims)) for _ in range(RESAMPLES))]
    figures = np.array([_figures([pair for claim in sample for pair in by_claim[claim]]) for sample in samples])
    low, high = np.nanpercentile(figures[1:], [2.5, 97.5], axis=0)
    for number, title in enumerate(("macro-F1", "refuted called supported", "supported called refuted", "accuracy")):
        print(f"{name:14} {title:26} {figures[0, number]:.3f} [{low[number]:.3f}, {high[number]:.3f}]")
    table = {(t, p): sum(t == x and p == y for g in by_claim.values() for x, y, _ in g) for t in LABELS for p in LABELS}
    print("   ", "; ".join(f"{t}: " + " ".join(f"{p} {table[t, p]}" for p in LABELS) for t in LABELS))


def _figures(pairs: Sequence[tuple[Label, Label, float]]) -> tuple[float, float, float, float]:
    def rate(true: Label, called: Label) -> float:
        of = [pair for pair in pairs if pair[0] == true]
        return sum(pair[1] == called for pair in of) / len(of) if of else float("nan")

    scores = []
    for label in LABELS:
        right = sum(true == called == label for true, called, _ in pairs)
        wrong = sum((true == label) != (called == label) for true, called, _ in pairs)
        scores.append(2 * right / (2 * right + wrong) if right + wrong else float("nan"))
    exact = sum(true == called for true, called, _ in pairs) / len(pairs)
    return float(np.nanmean(scores)), rate("refutes", "supports"), rate("supports", "refutes"), exact


def show_weights(name: str, biases: NDArray[Any], weights: NDArray[Any]) -> None:
    """Print constants as `weights.py` holds them."""
    names = [signal for signal in SIGNALS if name == "both" or signal not in READER]
    sides = []
    for bias, row in zip(biases, weights, strict=True):
        told = ", ".join(
            f'"{signal}": {value:.2f}' for signal, value in zip(names, row, strict=True) if abs(value) > 0.005
        )
        sides.append(f"    ({bias:.2f}, {{{told}}}),")
    print(f"{'BOTH' if name == 'both' else 'RULES_ALONE'}: Weights = (\n" + "\n".join(sides) + "\n)")


def show_misses(name: str, rows: Sequence[Row], judge: Callable[[Row], Label], most: int) -> None:
    """Print wrong verdicts, refuted called supported first."""
    wrong = [row for row in rows if judge(row) != row.label]
    wrong.sort(key=lambda row: -stance.COSTS[judge(row)][row.label])
    for row in wrong[:most]:
        print(f"  {name}: {row.claim} {row.label} called {judge(row)}: {row.doc.text} => {row.evidence.text[:260]}")
        told = "; ".join(f"{m.kind} {m.strength:.1f} ({m.explanation})" for m in row.mismatches[:5])
        print(f"      coverage {row.found.coverage:.2f}; {told} read={row.read}")


if __name__ == "__main__":
    main()
