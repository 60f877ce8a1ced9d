"""Make an index of 100,000 passages in minutes, for measuring how searching scales.

    python benchmarks/large.py FOLDER --passages 100000

The articles are synthetic and their vectors are sums of one random vector per word, so that
passages that share words are near and nothing has to be embedded. The index says it was made with
the packaged embedder and opens like any other; what it ranks means nothing.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from corpus import write_corpus
from word_vectors import WordVectors

from factcheck.index import lexical, sync
from factcheck.index.store import Store
from factcheck.index.vectors import Vectors
from factcheck.settings import Settings

QUERIES = (
    "What figure did the energy ministry in Gdynia give for flood defences along the river?",
    "Who denied the closure of the old refinery?",
    "How many apartments were affected on Monday in Porto?",
    "Why did the U.S. investor withdraw from the tramway?",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=100_000)
    options = parser.parse_args()
    sync.load_embedder = lambda settings: WordVectors()  # type: ignore[assignment]
    settings = Settings(index=str(options.folder / "index"))
    # An article of this corpus has about four passages.
    write_corpus(options.folder / "articles", options.passages // 4, seed=7)
    figures: dict[str, object] = {}
    report = _timed(figures, "index", lambda: sync.sync([options.folder / "articles"], settings=settings))
    (options.folder / "articles" / "00000.txt").unlink()
    _timed(figures, "delete_one", lambda: sync.sync([options.folder / "articles"], settings=settings))
    _timed(figures, "unchanged", lambda: sync.sync([options.folder / "articles"], settings=settings))
    figures |= {"articles": report.articles, "sentences": report.sentences}
    print(json.dumps(figures | measure(settings), indent=1))


def _timed(figures: dict[str, object], name: str, action):  # type: ignore[no-untyped-def]
    started = time.perf_counter()
    result = action()
    figures[f"{name}_seconds"] = round(time.perf_counter() - started, 2)
    return result


def measure(settings: Settings) -> dict[str, object]:
    """Return median milliseconds of the parts of a search."""
    embedder = WordVectors()
    with Store.open(Path(settings.index)) as store:
        started = time.perf_counter()
        vectors = Vectors.open(store, settings)
        opened = time.perf_counter() - started
        times: dict[str, list[float]] = {}
        for _ in range(5):
            for query in QUERIES:
                vector = embedder.embed([query])[0]
                for name, action in (
                    ("dense", lambda vector=vector: vectors.search(vector, limit=50)),
                    ("lexical", lambda query=query: lexical.search(store, query, limit=50)),
                ):
                    started = time.perf_counter()
                    hits = action()
                    times.setdefault(name, []).append(time.perf_counter() - started)
                started = time.perf_counter()
                store.sentences_of_passages([hit.passage for hit in hits])
                times.setdefault("sentences", []).append(time.perf_counter() - started)
        vectors.close()
        milliseconds = {f"{name}_ms": round(1000 * sorted(found)[len(found) // 2], 1) for name, found in times.items()}
        first = {f"{name}_first_ms": round(1000 * found[0], 1) for name, found in times.items()}
        return {"passages": store.passage_count(), "open_seconds": round(opened, 2), **milliseconds, **first}


if __name__ == "__main__":
    main()
