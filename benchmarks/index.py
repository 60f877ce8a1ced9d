"""How fast indexing is, beside the bare embedder in the same run.

    python benchmarks/index.py --articles 1000 --parts 5 --files 10000

The rate of the bare embedder is that of embedding exactly the same sentences, one vector each, in
batches of 8 sorted by length, with nothing around it. Both are measured by turns over parts of the
corpus, so that what else runs on the machine hits both. The unchanged run has FILES articles of
one sentence each.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import os
import pstats
import resource
import tempfile
import time
from pathlib import Path

from corpus import write_corpus

from factcheck.index.store import Store
from factcheck.index.sync import sync
from factcheck.models.embedder import load_embedder
from factcheck.settings import Settings


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--parts", type=int, default=5)
    parser.add_argument("--files", type=int, default=10_000, help="files of the unchanged run; 0 leaves it out")
    parser.add_argument("--profile", action="store_true", help="show where the last part's time goes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measure_rate(Path(folder), options.articles, options.parts, profile=options.profile)
        if options.files:
            figures |= measure_unchanged(Path(folder), options.files)
    print(json.dumps(figures, indent=1))


def measure_rate(place: Path, articles: int, parts: int, *, profile: bool) -> dict[str, object]:
    """Index a growing folder in parts, and embed the same sentences bare between them."""
    settings = Settings(index=str(place / "index"))
    embedder = load_embedder(settings)
    embedder.embed(["warm up"] * 8)
    sync_seconds = bare_seconds = sync_cpu = bare_cpu = 0.0
    sentences = 0
    folders: list[Path] = []
    for part in range(parts):
        folders.append(place / f"part{part}")
        write_corpus(folders[-1], articles // parts, seed=part)
        profiler = cProfile.Profile()
        if profile and part == parts - 1:
            profiler.enable()
        wall, cpu = time.perf_counter(), time.process_time()
        sync(folders, settings=settings)
        sync_seconds += time.perf_counter() - wall
        sync_cpu += time.process_time() - cpu
        profiler.disable()
        texts = new_sentences(settings, folders[-1])
        sentences += len(texts)
        wall, cpu = time.perf_counter(), time.process_time()
        embedder.embed(texts)
        bare_seconds += time.perf_counter() - wall
        bare_cpu += time.process_time() - cpu
        if profile and part == parts - 1:
            pstats.Stats(profiler).sort_stats("tottime").print_stats(25)
    size = sum(path.stat().st_size for path in (place / "index").rglob("*") if path.is_file())
    return {
        "articles": articles,
        "sentences": sentences,
        "sync_sentences_per_second": round(sentences / sync_seconds, 1),
        "bare_sentences_per_second": round(sentences / bare_seconds, 1),
        "share_of_the_bare_rate": round(bare_seconds / sync_seconds, 3),
        "share_of_the_bare_rate_by_cpu": round(bare_cpu / sync_cpu, 3),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "index_mb": round(size / 1e6, 1),
    }


def new_sentences(settings: Settings, folder: Path) -> list[str]:
    """Return the indexed sentences of one folder."""
    with Store.open(Path(settings.index)) as store:
        files = [article.file for article in store.articles() if article.root == str(folder)]
        return [sentence.text for file in files for sentence in store.sentences_of_file(file)]


def measure_unchanged(place: Path, files: int) -> dict[str, object]:
    """Index many small files, then index them again."""
    folder, settings = place / "many", Settings(index=str(place / "many-index"))
    folder.mkdir()
    old = time.time() - 3600  # settled: younger files are hashed once more
    for number in range(files):
        path = folder / f"{number:06}.txt"
        path.write_text(f"Report {number} was published in Porto.\n", "utf-8")
        os.utime(path, (old, old))
    sync([folder], settings=settings)
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        report = sync([folder], settings=settings)
        seconds.append(time.perf_counter() - started)
        assert report.unchanged == files
    return {"files": files, "unchanged_seconds": round(sorted(seconds)[1], 2)}


if __name__ == "__main__":
    main()
