"""How long `factcheck compare` takes on many articles, and whether planted changes come out.

    python benchmarks/compare.py --articles 1000

The articles are synthetic (corpus.py). Of every tenth one an edited copy is written, in which one number has two
digits exchanged; the vectors of the index are not what is measured and are sums of word vectors (word_vectors.py).
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import tempfile
import time
from pathlib import Path

from corpus import write_corpus
from word_vectors import WordVectors

from factcheck.index import sync
from factcheck.models.parser import load_parser
from factcheck.pipeline import Corpus
from factcheck.settings import Settings

COPIED = 10


def main() -> None:
    """Write, index, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1000, help="with their edited copies")
    parser.add_argument("--index", type=Path, help="index of an earlier run, kept with --keep")
    parser.add_argument("--keep", type=Path, help="leave articles and index here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        place = options.index or options.keep or Path(scratch)
        planted = write_articles(place / "articles", options.articles)
        settings = Settings(index=str(place / "index"))
        if options.index is None:
            sync.load_embedder = lambda *_: WordVectors()
            started = time.perf_counter()
            sync.sync([place / "articles"], settings=settings)
            print(f"indexed in {time.perf_counter() - started:.1f} s")
        print(json.dumps(measure(settings, planted), indent=1))


def write_articles(folder: Path, articles: int) -> dict[str, str]:
    """Write articles and edited copies; return the changed sentence of each copy."""
    originals = articles * COPIED // (COPIED + 1)
    planted = {}
    for number, fact in enumerate(write_corpus(folder, originals)):
        swapped = re.sub(r"(\d)(\d)(?=\D*$)", r"\2\1", fact.sentence, count=1)
        if number % COPIED == 0 and swapped != fact.sentence:
            text = (folder / fact.file).read_text("utf-8")
            copy = f"copy-{fact.file}"
            (folder / copy).write_text(text.replace(fact.sentence, swapped), "utf-8")
            planted[copy] = swapped
    return planted


def measure(settings: Settings, planted: dict[str, str]) -> dict[str, object]:
    """Compare once, the language model loaded before."""
    load_parser().parse("Warm up.")
    with Corpus.open(settings=settings) as corpus:
        started, cpu = time.perf_counter(), time.process_time()
        record = corpus.compare()
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    quotes = {citation.id: citation.quote for citation in record.citations}
    shown = {
        quotes[id_]
        for drift in record.drift
        if drift.kind == "number"
        for side in drift.sides
        for id_ in side.citations
    }
    return {
        "files": record.compared.files,
        "sentences": record.compared.sentences,
        "pairs": record.compared.pairs,
        "pairs_left_out": record.compared.left_out,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "drift": len(record.drift),
        "material": sum(drift.material for drift in record.drift),
        "planted": len(planted),
        "planted_found": sum(sentence in shown for sentence in planted.values()),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    main()
