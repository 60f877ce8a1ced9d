"""What the reader costs: time beside the bare model, memory of a process, agreement of int8 with float."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.reader_sets import Passage, read_clapnq, read_fever, read_qamr, spread_out
from factcheck.models.reader import Pair, Reader
from factcheck.models.sessions import spread

CANDIDATES = 20
QUESTIONS = 30
SAMPLE = 150  # rows of each set on which int8 and float are compared one by one
# Indexes, asks, and reads, all in one process, as the embedded engine does.
PROCESS = """
import sys
from pathlib import Path
from factcheck.index.sync import sync
from factcheck.models.reader import Pair, load_reader
from factcheck.pipeline import Corpus
from factcheck.settings import Settings

settings = Settings(index=sys.argv[1])
sync([Path(sys.argv[2])], settings=settings)
with Corpus.open(settings=settings) as corpus:
    for question in ("Who denied the request?", "What happened in the port?", "How many people were hurt?"):
        corpus.ask(question)
        load_reader(settings).read(question, [Pair("The minister said on Monday that nothing was decided. " * 3)] * 20)
for line in Path("/proc/self/status").read_text().splitlines():
    if line.startswith("VmHWM"):
        print(int(line.split()[1]) // 1024)
"""


class Recorder:
    """Stands before the model's session and keeps what it is fed."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.fed: list[tuple[Sequence[str], Mapping[str, Any]]] = []

    def run(self, names: Sequence[str], feed: Mapping[str, Any]) -> Any:
        """Run the model."""
        self.fed.append((names, feed))
        return self.session.run(names, feed)


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock, and of CPU, which other processes disturb less."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @contextmanager
    def measure(self) -> Iterator[None]:
        """Note what is spent inside."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.cpu.append(time.process_time() - cpu)
        self.wall.append(time.perf_counter() - wall)


def measure_time(reader: Reader, rows: Sequence[Passage]) -> dict[str, Any]:
    """Return the time of re-ranking twenty candidates, beside the bare model on the same pieces, by turns.

    Args:
        reader: The reader.
        rows: Questions and passages that the candidates are taken from.
    """
    sentences = [
        Pair(text, *beside)
        for row in rows
        for text, beside in zip(row.told, zip(("", *row.told), (*row.told[1:], ""), strict=False), strict=True)
    ]
    session = reader._session
    around, bare, pieces = Spent(), Spent(), []
    for number, row in enumerate(rows[:QUESTIONS]):
        low = number * CANDIDATES % max(1, len(sentences) - CANDIDATES)
        pairs = sentences[low : low + CANDIDATES]
        recorder = Recorder(session)
        reader._session = recorder
        reader.read(row.question, pairs)
        reader._session = session
        with around.measure():
            reader.read(row.question, pairs)
        with bare.measure():
            spread(lambda fed: session.run(*fed), recorder.fed, threads=reader._threads)
        pieces += [feed["input_ids"].shape[1] for _, feed in recorder.fed]
    return {
        "threads": reader._threads,
        "word_pieces_a_pair": round(statistics.mean(pieces), 1),
        "ms_a_pair": round(1000 * statistics.median(around.wall) / CANDIDATES, 2),
        "ms_for_20": round(1000 * statistics.median(around.wall), 1),
        "bare_model_ms_for_20": round(1000 * statistics.median(bare.wall), 1),
        "cpu_ms_a_pair": round(1000 * statistics.median(around.cpu) / CANDIDATES, 2),
        "over_bare_model": round(statistics.median(around.wall) / statistics.median(bare.wall), 3),
        "over_bare_model_by_cpu": round(sum(around.cpu) / sum(bare.cpu), 3),
    }


def measure_memory(articles: Path) -> int:
    """Return the most memory, in MiB, of a process that indexes, asks and reads with the packaged reader (Linux)."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-c", PROCESS, str(Path(scratch) / "index"), str(articles)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-1])


def measure_agreement(small: Reader, precise: Reader, data: Path, limit: int | None) -> dict[str, float]:
    """Return how far int8 says what float says: of ClapNQ's answers, QAMR's spans and FEVER-symmetric's stances."""
    passages = spread_out(read_clapnq(data), min(limit or SAMPLE, SAMPLE))
    spans = spread_out(read_qamr(data), min(limit or SAMPLE, SAMPLE))
    claims = spread_out(read_fever(data), min(limit or SAMPLE, SAMPLE))
    answers, places, labels = [], [], []
    for reader in (small, precise):
        told = [reader.read(row.question, [Pair(text) for text in row.told]) for row in passages]
        answers.append([read.odds for reads in told for read in reads])
        shown = [reader.read(row.question, [Pair(row.sentence)])[0] for row in spans]
        places.append([(read.start, read.end) for read in shown])
        held = [reader.read(row.claim, [Pair(*row.evidence[0])])[0].stance for row in claims]
        labels.append([max(fields(stance), key=lambda field: getattr(stance, field.name)).name for stance in held])
    return {
        "answer_r": round(float(np.corrcoef(*answers)[0, 1]), 4),
        "span_same": _share(places),
        "stance_same": _share(labels),
    }


def _share(both: Sequence[Sequence[Any]]) -> float:
    return round(statistics.mean(float(a == b) for a, b in zip(*both, strict=True)), 4)
