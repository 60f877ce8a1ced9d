"""The stages of scale.py; each runs in a process of its own and returns its figures."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import corpus
import questions
import word_vectors

from factcheck.index import sync
from factcheck.settings import Settings

Figures = dict[str, Any]
QUESTIONS = 40
SEED = 1
# What fills the database: name, table, column.
COLUMNS = (
    ("text", "texts", "text"),
    ("vectors", "passages", "vector"),
    ("states", "token_codes", "codes"),
    ("keys", "texts", "keys"),
    ("sketches", "texts", "shingles"),
)


def run(folder: Path, *, stage: str, size: int, first: int, vectors: str, workers: int) -> Figures:
    """Run one stage.

    Args:
        folder: Holds the articles, the index and the records.
        stage: Its name.
        size: Articles that the index holds, or will hold.
        first: Articles that it holds before.
        vectors: "words" or "model".
        workers: Processes that read and embed.
    """
    if vectors == "words":
        word_vectors.stand_in()
    place = _Place(folder, size, first, workers)
    stages: dict[str, Callable[[_Place], Figures]] = {
        "index": _index, "disk": _disk, "start": _start, "ask": _ask, "verify": _verify,
        "change": _change, "remove one": _remove_one, "remove 1 %": _remove_hundredth,
    }  # fmt: skip
    return stages[stage](place)


class _Place:
    """Where everything is."""

    def __init__(self, folder: Path, size: int, first: int, workers: int) -> None:
        self.folder, self.size, self.first, self.workers = folder, size, first, workers
        self.articles = folder / "articles"
        self.index = folder / "index"
        self.records = folder / f"records-{size}.jsonl"

    def settings(self, index: Path | None = None) -> Settings:
        return Settings(index=str(index or self.index), engine="embedded")

    @contextmanager
    def copy(self) -> Iterator[Settings]:
        """A copy of the index that may be changed."""
        copied = self.folder / "copy"
        shutil.rmtree(copied, ignore_errors=True)
        shutil.copytree(self.index, copied)
        try:
            yield self.settings(copied)
        finally:
            shutil.rmtree(copied)


def _timed(action: Callable[[], Any]) -> tuple[Any, Figures]:
    wall, cpu = time.perf_counter(), _cpu()
    result = action()
    wall, cpu = time.perf_counter() - wall, _cpu() - cpu
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = sum(resource.getrusage(kind).ru_maxrss for kind in kinds) // 1024
    return result, {"seconds": round(wall, 2), "cpu_seconds": round(cpu, 2), "peak_mb": peak}


def _cpu() -> float:
    return sum(os.times()[:4])


def _index(place: _Place) -> Figures:
    started = time.perf_counter()
    corpus.write_corpus(place.articles, place.size, seed=SEED, first=place.first)
    written = time.perf_counter() - started
    phases: dict[str, float] = {}
    last = ["", time.perf_counter()]

    def watch(progress: sync.Progress) -> None:
        now = time.perf_counter()
        phases[str(last[0])] = phases.get(str(last[0]), 0.0) + now - float(last[1])
        last[:] = [progress.phase, now]

    def work() -> Any:
        return sync.sync([place.articles], settings=place.settings(), progress=watch)

    report, figures = _timed(work)
    phases[str(last[0])] = phases.get(str(last[0]), 0.0) + time.perf_counter() - float(last[1])
    assert report.articles == place.size, report.articles
    parts = {name or "scan": round(seconds, 1) for name, seconds in phases.items()}
    return {**figures, "added": report.added, "sentences": report.sentences, "generator_seconds": round(written, 1),
            "phases": parts, "workers": place.workers}  # fmt: skip


def _disk(place: _Place) -> Figures:
    build = place.index / (place.index / "current").read_text().strip()
    files = {path: path.stat().st_size for path in place.index.rglob("*") if path.is_file()}
    chroma = sum(size for path, size in files.items() if (build / "chroma") in path.parents)
    database = sum(size for path, size in files.items() if path.name.startswith("index.sqlite"))
    with closing(sqlite3.connect(f"file:{build / 'index.sqlite'}?mode=ro", uri=True)) as opened:
        words = opened.execute("SELECT coalesce(sum(length(block)), 0) FROM passage_words_data").fetchone()[0]
        columns = {
            name: opened.execute(f"SELECT coalesce(sum(length({column})), 0) FROM {table}").fetchone()[0]
            for name, table, column in COLUMNS
        }
        passages = opened.execute("SELECT count(*) FROM passages").fetchone()[0]
        sentences = opened.execute("SELECT count(*) FROM sentences").fetchone()[0]
    articles = sum(path.stat().st_size for path in place.articles.iterdir())
    parts = {"articles": articles, "sqlite": database - words, "fts": words, "chroma": chroma,
             "other": sum(files.values()) - database - chroma}  # fmt: skip
    megabytes = {f"{name}_mb": round(size / 1e6, 1) for name, size in (parts | columns).items()}
    return {**megabytes, "passages": passages, "sentences": sentences, "index_mb": round(sum(files.values()) / 1e6, 1)}


def _start(place: _Place) -> Figures:
    """Time a fresh process from its first import to its first answer, and to the first search."""
    code = (
        "import time, json; started = time.perf_counter()\n"
        "from factcheck import Corpus; from factcheck.settings import Settings\n"
        "import sys; corpus = Corpus.open(settings=Settings(index=sys.argv[1], engine='embedded'))\n"
        "opened = time.perf_counter() - started\n"
        "record = corpus.ask(sys.argv[2]); answered = time.perf_counter() - started\n"
        "times = __import__('os').times()\n"
        "print(json.dumps({'open_seconds': round(opened, 2), 'seconds': round(answered, 2),"
        " 'cpu_seconds': round(times[0] + times[1], 2), 'retrieve_ms': round(record.timing.retrieve, 1)}))\n"
    )
    question = next(corpus.make_articles(1, seed=SEED))[1].question
    command = [sys.executable, "-c", code, str(place.index), question]
    process = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    figures: Figures = json.loads(process.stdout.splitlines()[-1])
    return figures


def _ask(place: _Place) -> Figures:
    from factcheck import Corpus

    draw = random.Random(place.size)
    # A fact of each of some articles in all parts of the corpus, and questions of other kinds.
    chosen = sorted(draw.sample(range(place.size), QUESTIONS))
    facts = [next(corpus.make_articles(number + 1, seed=SEED, first=number))[1] for number in chosen]
    totals, stages, outcomes, right = [], [], dict[str, int](), 0
    with Corpus.open(settings=place.settings()) as opened, place.records.open("w") as stream:
        opened.warm()
        opened.ask("What is this about?")
        cpu = _cpu()
        for question in questions.make_questions(facts, QUESTIONS):
            started = time.perf_counter()
            record = opened.ask(question)
            totals.append(1000 * (time.perf_counter() - started))
            stages.append(record.timing)
            said = record.to_dict()
            outcomes[said["outcome"]] = outcomes.get(said["outcome"], 0) + 1
            right += any(fact.question == question and fact.answer in said["answer"] for fact in facts)
            stream.write(json.dumps(said) + "\n")
        cpu = _cpu() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {
        "p50_ms": round(statistics.median(totals), 1), "p95_ms": round(statistics.quantiles(totals, n=20)[-1], 1),
        "retrieve_p50_ms": round(statistics.median(each.retrieve for each in stages), 1),
        "retrieve_p95_ms": round(statistics.quantiles([each.retrieve for each in stages], n=20)[-1], 1),
        "cpu_ms": round(1000 * cpu / len(totals), 1), "questions": len(totals), "outcomes": outcomes,
        "facts_right": right, "facts_asked": QUESTIONS // 2, "peak_mb": peak,
    }  # fmt: skip


def _verify(place: _Place) -> Figures:
    command = [sys.executable, "-m", "factcheck", "verify", str(place.records), "--index", str(place.index)]
    _, figures = _timed(lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True))
    return {**figures, "records": sum(1 for _ in place.records.open())}


def _change(place: _Place) -> Figures:
    """Change a word in every hundredth article and index again; then put the articles back."""
    kept: dict[Path, tuple[bytes, os.stat_result]] = {}
    for path in [place.articles / f"{number:05}.txt" for number in range(0, place.size, 100)]:
        kept[path] = path.read_bytes(), path.stat()
        path.write_bytes(kept[path][0].replace(b"\n\nBy ", b" again\n\nBy "))
    try:
        with place.copy() as settings:
            report, figures = _timed(lambda: sync.sync([place.articles], settings=settings))
            _, again = _timed(lambda: sync.sync([place.articles], settings=settings))
    finally:
        for path, (content, before) in kept.items():
            path.write_bytes(content)
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert report.changed == len(kept), report.changed
    return {**figures, "changed": report.changed, "unchanged_seconds": again["seconds"],
            "unchanged_cpu_seconds": again["cpu_seconds"]}  # fmt: skip


def _remove_one(place: _Place) -> Figures:
    return _remove(place, [place.size // 2])


def _remove_hundredth(place: _Place) -> Figures:
    return _remove(place, list(range(50, place.size, 100)))


def _remove(place: _Place, numbers: list[int]) -> Figures:
    with place.copy() as settings:
        names = [f"{number:05}.txt" for number in numbers]
        report, figures = _timed(lambda: sync.remove(names, settings=settings))
    return {**figures, "removed": len(report.files), "searched_mb": round(report.searched_bytes / 1e6, 1)}
