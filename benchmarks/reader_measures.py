"""Measures of the reader, each a table of rows that a fold turns into a figure.

Systems of one measure have the same rows in the same order, so that two of them can be compared in pairs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import rankdata

from benchmarks import reader_sets
from benchmarks.reader_peers import Bm25, Rules, Scores, cosines, share_words
from benchmarks.reader_sets import Claim, Passage
from factcheck.evaluation.statistics import Fold, mean
from factcheck.models.embedder import MiniLM
from factcheck.models.reader import Pair, Read, Reader

sys.path.append(str(Path(__file__).resolve().parents[1] / "training"))

from answers import exact, overlap

READER, PEER, SIGNALS = "reader", "baseline", "signals"
SHARE = "BM25, share of the best"
TOGETHER = 3  # sentences of a web page that are read as one


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One system on one measure.

    Attributes:
        data: Name of the set.
        measure: What is measured.
        system: What was measured.
        role: The reader as the product runs it, a baseline, or a combination of signals.
        table: Columns by rows.
        fold: Turns the columns into the figure.
        than: The system that it is compared with in pairs.
    """

    data: str
    measure: str
    system: str
    role: str
    table: Scores
    fold: Fold = mean
    than: str | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    """What the measures need.

    Attributes:
        data: Folder of the public sets.
        reader: The reader that is measured.
        limit: Most rows of a set, or None for all.
        peers: Embedder and rules, or None where only the reader is measured.
    """

    data: Path
    reader: Reader
    limit: int | None
    peers: tuple[MiniLM, Rules] | None


def area_of(
    data: str, measure: str, system: str, role: str, scores: Iterable[float], truth: Scores, than: str | None
) -> Measured:
    """Return an AUROC; ranks stand for the scores, so that those of two systems can be exchanged in a test."""
    ranks = rankdata(np.fromiter(scores, dtype=np.float64))
    return Measured(data, measure, system, role, np.stack([ranks, truth]), auroc, than)


def auroc(scores: Scores, truth: Scores) -> Scores:
    """Return the area under the ROC curve, counting ties as half."""
    ranks = rankdata(scores, axis=-1)
    right = truth.sum(axis=-1)
    pairs = right * (truth.shape[-1] - right)
    area = ((ranks * truth).sum(axis=-1) - right * (right + 1) / 2) / np.maximum(pairs, 1)
    return np.where(pairs > 0, area, np.nan)


def measure_clapnq(bench: Bench) -> Iterator[Measured]:
    """Is a gold sentence first, and does the best score tell whether the passage answers?"""
    rows = reader_sets.spread_out(reader_sets.read_clapnq(bench.data), bench.limit)
    scores = {"reader": _answers(bench.reader, rows, beside=True)}
    scores["reader, sentence alone"] = _answers(bench.reader, rows, beside=False)
    yield from _choices("ClapNQ dev", rows, _with_peers(bench, rows, scores))


def measure_passages(bench: Bench) -> Iterator[Measured]:
    """The same where the sentences that answer were taken out: right topic, missing fact."""
    rows = reader_sets.spread_out(reader_sets.read_passages(bench.data), bench.limit)
    scores = {"reader": _answers(bench.reader, rows, beside=False)}
    yield from _choices("held-out passages", rows, _with_peers(bench, rows, scores))


def _answers(reader: Reader, rows: Sequence[Passage], *, beside: bool) -> list[Scores]:
    found = []
    for row in rows:
        padded = ("", *row.told, "") if beside else ("",) * (len(row.told) + 2)
        pairs = [Pair(text, padded[number], padded[number + 2]) for number, text in enumerate(row.told)]
        found.append(np.array([read.odds for read in reader.read(row.question, pairs)]))
    return found


def _with_peers(bench: Bench, rows: Sequence[Passage], own: dict[str, list[Scores]]) -> dict[str, list[Scores]]:
    """Add BM25, cosine, and the mean of these and the reader, each put on one scale over all sentences."""
    if bench.peers is None:
        return own
    bm25 = Bm25(row.told for row in rows)
    lexical = [bm25.score(row.question, row.told) for row in rows]
    share = [bm25.normalise(row.question, score) for row, score in zip(rows, lexical, strict=True)]
    cosine = [cosines(bench.peers[0], row.question, row.told) for row in rows]
    read = _standardise(own["reader"])
    near, words = _standardise(cosine), _standardise(share)
    return {
        "BM25": lexical,
        SHARE: share,
        "cosine": cosine,
        **own,
        "cosine and BM25": _add(near, words),
        "reader and cosine": _add(read, near),
        "reader and BM25": _add(read, words),
        "reader, cosine and BM25": _add(read, near, words),
    }


def _standardise(scores: list[Scores]) -> list[Scores]:
    together = np.concatenate(scores)
    return [(each - together.mean()) / together.std() for each in scores]


def _add(*parts: list[Scores]) -> list[Scores]:
    return [np.sum(each, axis=0) for each in zip(*parts, strict=True)]


def _choices(data: str, rows: Sequence[Passage], scores: dict[str, list[Scores]]) -> Iterator[Measured]:
    truth = np.array([float(row.answerable) for row in rows])
    for system, found in scores.items():
        role, than = _role(system)
        pairs = zip(found, rows, strict=True)
        first = [float(int(each.argmax()) in row.gold) for each, row in pairs if row.answerable and row.gold]
        if system != SHARE:  # within a question it ranks as BM25 does
            yield Measured(data, "P@1", system, role, np.array([first]), than=than)
        yield area_of(data, "answerable AUROC", system, role, (each.max() for each in found), truth, than)


def _role(system: str) -> tuple[str, str | None]:
    """Return the role of a scorer of sentences, and what it is compared with."""
    if system == "reader":
        return READER, "cosine"
    compared = {
        "reader, sentence alone": "reader",
        "cosine and BM25": "cosine",
        "reader and cosine": "cosine",
        "reader and BM25": "reader",
        "reader, cosine and BM25": "cosine and BM25",
    }
    return (SIGNALS, compared[system]) if system in compared else (PEER, None)


def measure_qamr(bench: Bench) -> Iterator[Measured]:
    """Are the likeliest words the ones that people marked?"""
    rows = reader_sets.spread_out(reader_sets.read_qamr(bench.data), bench.limit)
    reads = [bench.reader.read(row.question, [Pair(row.sentence)])[0] for row in rows]
    said = {"reader": [row.sentence[read.start : read.end] for row, read in zip(rows, reads, strict=True)]}
    if bench.peers is not None:
        rules = bench.peers[1]
        said["grammar"] = [rules.find_span(row, None) for row in rows]
        pairs = zip(rows, reads, strict=True)
        said["grammar and reader"] = [rules.find_span(row, read) for row, read in pairs]
    roles = {"reader": (READER, "grammar"), "grammar": (PEER, None), "grammar and reader": (SIGNALS, "reader")}
    for name, like in (("span EM", exact), ("span F1", overlap)):
        for system, texts in said.items():
            pairs_of = zip(texts, rows, strict=True)
            values = [max(like(text, answer) for answer in row.answers) for text, row in pairs_of]
            yield Measured("QAMR held out", name, system, roles[system][0], np.array([values]), than=roles[system][1])


def measure_fever(bench: Bench) -> Iterator[Measured]:
    """Supported or refuted, where every claim occurs as both?"""
    rows = reader_sets.spread_out(reader_sets.read_fever(bench.data), bench.limit)
    reads = _stances(bench.reader, rows)
    blank = [bench.reader.read(row.claim, [Pair(".")]) for row in rows]
    chances = {"reader": _two_ways(reads), "claim alone": _two_ways(blank)}
    if bench.peers is not None:
        for system, told in (("rules", None), ("rules and reader", reads)):
            found = _by_rules(bench.peers[1], rows, told)
            chances[system] = np.array([yes / max(yes + no, 1e-9) for ((yes, no),) in found])
    truth = np.array([float(row.supported) for row in rows])
    roles = {"reader": (READER, "rules"), "rules and reader": (SIGNALS, "reader")}
    for system, chance in chances.items():
        role, than = roles.get(system, (PEER, None))
        right = ((chance > 0.5) == (truth > 0)).astype(float)
        yield Measured("FEVER-symmetric", "accuracy", system, role, right[None], than=than)
        yield area_of("FEVER-symmetric", "supported AUROC", system, role, chance, truth, than)


def measure_wice(bench: Bench) -> Iterator[Measured]:
    """Supported by a web page, or only in part or not at all?"""
    rows = reader_sets.spread_out(reader_sets.read_wice(bench.data), bench.limit)
    reads = _stances(bench.reader, rows)
    bare = [bench.reader.read(row.claim, [Pair(text) for text, _, _ in row.evidence]) for row in rows]
    joined = [bench.reader.read(row.claim, [Pair(_first_sentences(row))]) for row in rows]
    scores = {
        "reader": [read.stance.supported for (read,) in joined],
        "reader, best sentence with neighbours": _best(reads),
        "reader, best sentence alone": _best(bare),
    }
    if bench.peers is not None:
        model, rules = bench.peers
        scores["shared words"] = [share_words(row.claim, [e[0] for e in row.evidence[:TOGETHER]]) for row in rows]
        scores["cosine"] = [float(cosines(model, row.claim, [e[0] for e in row.evidence]).max()) for row in rows]
        scores["rules"] = [max(yes for yes, _ in found) for found in _by_rules(rules, rows, None)]
        scores["rules and reader"] = [max(yes for yes, _ in found) for found in _by_rules(rules, rows, reads)]
        parts = [_standardise([np.array(scores[name])])[0] for name in ("reader", "shared words")]
        scores["reader and shared words"] = list(sum(parts))
    truth = np.array([float(row.supported) for row in rows])
    for system, values in scores.items():
        signals = "reader" in system and system != "reader"
        role = SIGNALS if signals else READER if system == "reader" else PEER
        than = "reader" if signals else "shared words" if role == READER else None
        yield area_of("WiCE test", "supported AUROC", system, role, values, truth, than)


def _first_sentences(row: Claim) -> str:
    return " ".join(text for text, _, _ in row.evidence[:TOGETHER])


def _stances(reader: Reader, rows: Iterable[Claim]) -> list[list[Read]]:
    return [reader.read(row.claim, [Pair(*evidence) for evidence in row.evidence]) for row in rows]


def _two_ways(reads: Sequence[Sequence[Read]]) -> Scores:
    stances = [read.stance for (read,) in reads]
    return np.array([stance.supported / max(stance.supported + stance.refuted, 1e-9) for stance in stances])


def _best(reads: Sequence[Sequence[Read]]) -> list[float]:
    return [max(read.stance.supported for read in each) for each in reads]


def _by_rules(
    rules: Rules, rows: Sequence[Claim], reads: Sequence[Sequence[Read]] | None
) -> list[list[tuple[float, float]]]:
    told = [[read.stance for read in each] for each in reads] if reads else [[None] * len(row.evidence) for row in rows]
    return [rules.stances(row, stances) for row, stances in zip(rows, told, strict=True)]


MEASURES = {
    "clapnq": measure_clapnq,
    "passages": measure_passages,
    "qamr": measure_qamr,
    "fever": measure_fever,
    "wice": measure_wice,
}
