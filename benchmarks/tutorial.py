"""Ours beside the chain that everyone copies from tutorials, on the golden questions, in one run.

    python benchmarks/tutorial.py
    python benchmarks/tutorial.py --distractors 200

The tutorial's chain: LangChain's RecursiveCharacterTextSplitter (1,000 characters, 200 of overlap), Chroma,
the top 4 chunks. It gets the same embedder, the same texts and the same questions. Seeds and test news are
one folder; distractors are synthetic articles beside them. A question counts as found where a gold sentence
stands whole in what is shown, apart from white space. Latencies are those of retrieval, and for ours also of
the finished answer; both sides are asked by turns, so that what else runs on the machine hits both.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import chromadb
import corpus
from chromadb.config import Settings as ChromaSettings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from factcheck.index.store import Store
from factcheck.index.sync import sync
from factcheck.models.embedder import Embedder, load_embedder
from factcheck.pipeline import Corpus
from factcheck.retrieval import Retriever, open_retriever
from factcheck.settings import Settings
from factcheck.types import Answer
from golden import Case, read_cases

ROOT = Path(__file__).parent.parent
FOLDERS = (ROOT / "seeds", ROOT / "tests" / "data" / "news")
GOLDEN = (ROOT / "golden" / "questions.jsonl", ROOT / "golden" / "news.jsonl")
CHUNK, OVERLAP, TOP = 1000, 200, 4
OURS = (1, 4, 10)


@dataclass(frozen=True, slots=True)
class Shown:
    """A text that a side shows, and its file."""

    file: str
    text: str


class Tutorial:
    """Splitter, Chroma, top 4."""

    def __init__(self, texts: dict[str, str], embedder: Embedder, folder: Path) -> None:
        splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP)
        self._chunks = [Shown(file, chunk) for file, text in texts.items() for chunk in splitter.split_text(text)]
        self._embedder = embedder
        client = chromadb.PersistentClient(path=str(folder), settings=ChromaSettings(anonymized_telemetry=False))
        self._collection = client.create_collection(
            "tutorial", configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )
        vectors = embedder.embed([chunk.text for chunk in self._chunks])
        for start in range(0, len(self._chunks), 1000):
            stop = min(start + 1000, len(self._chunks))
            self._collection.add(
                ids=[str(number) for number in range(start, stop)],
                embeddings=vectors[start:stop],
                documents=[chunk.text for chunk in self._chunks[start:stop]],
                metadatas=[{"source": chunk.file} for chunk in self._chunks[start:stop]],
            )

    def search(self, question: str) -> list[Shown]:
        """Return the four nearest chunks."""
        found = self._collection.query(
            query_embeddings=self._embedder.embed([question]),
            n_results=TOP,
            include=["documents", "metadatas"],
        )
        rows = zip((found["documents"] or [[]])[0], (found["metadatas"] or [[]])[0], strict=True)
        return [Shown(str(metadata["source"]), document) for document, metadata in rows]


def holds_gold(case: Case, shown: Sequence[Shown]) -> bool:
    """Whether a gold sentence stands whole in one of the texts of its file."""
    return any(gold.file == text.file and _fold(gold.quote) in _fold(text.text) for gold in case.gold for text in shown)


def _fold(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


class Table:
    """Collects found questions, shown characters and milliseconds by name of a side."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[bool, int, float]]] = {}

    def add(self, name: str, case: Case, shown: Sequence[Shown], seconds: float) -> None:
        """Add one question."""
        row = (holds_gold(case, shown), sum(len(text.text) for text in shown), 1000 * seconds)
        self.rows.setdefault(name, []).append(row)

    def summary(self) -> dict[str, object]:
        """Return shares, medians of characters and times."""
        return {
            name: {
                "gold_found": f"{sum(found for found, _, _ in rows)}/{len(rows)}",
                "share": round(sum(found for found, _, _ in rows) / len(rows), 3),
                "characters_p50": statistics.median(size for _, size, _ in rows),
                "ms_p50": round(statistics.median(ms for _, _, ms in rows), 1),
                "ms_p95": round(statistics.quantiles([ms for _, _, ms in rows], n=20)[-1], 1),
            }
            for name, rows in self.rows.items()
        }


def compare(
    cases: Sequence[Case], ours: Corpus, retriever: Retriever, tutorial: Tutorial, embedder: Embedder
) -> dict[str, object]:
    """Ask both sides every answerable question by turns."""
    tables = {"all": Table()} | {path.stem: Table() for path in GOLDEN}
    for case in cases:
        source = "questions" if case.id.startswith("s") else "news"
        started = time.perf_counter()
        chunks = tutorial.search(case.question)
        theirs = time.perf_counter() - started
        embedder.embed(["another text"])  # the model remembers its latest text: nobody profits from the side before
        started = time.perf_counter()
        hits = [Shown(hit.sentence.file, hit.sentence.text) for hit in retriever.retrieve(case.question).hits]
        searched = time.perf_counter() - started
        embedder.embed(["another text"])
        started = time.perf_counter()
        outcome = ours.ask(case.question).outcome
        answered = time.perf_counter() - started
        cited = [Shown(c.file, c.quote) for c in outcome.citations] if isinstance(outcome, Answer) else []
        for table in (tables["all"], tables[source]):
            table.add(f"tutorial: top {TOP} chunks", case, chunks, theirs)
            for count in OURS:
                table.add(f"ours: first {count} hits", case, hits[:count], searched)
            table.add("ours: cited in the answer", case, cited, answered)
    return {name: table.summary() for name, table in tables.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--distractors", type=int, default=0, help="synthetic articles beside the real ones")
    options = parser.parse_args()
    cases = [case for path in GOLDEN for case in read_cases(path) if case.answerable and case.gold]
    with tempfile.TemporaryDirectory() as scratch:
        folder, settings = Path(scratch) / "articles", Settings(index=str(Path(scratch) / "index"))
        corpus.write_corpus(folder, options.distractors, seed=5)
        for source in FOLDERS:
            shutil.copytree(source, folder, dirs_exist_ok=True)
        sync([folder], settings=settings)
        embedder = load_embedder(settings)
        with Store.open(Path(settings.index)) as store, Corpus.open(settings=settings) as ours:
            texts = {row.file: store.text(row.file) for row in store.articles()}
            tutorial = Tutorial(texts, embedder, Path(scratch) / "tutorial")
            retriever = open_retriever(store, settings)
            ours.ask(cases[0].question)  # loads what is loaded once
            figures = compare(cases, ours, retriever, tutorial, embedder)
            retriever.close()
    print(json.dumps({"files": len(texts), "questions": len(cases)} | figures, indent=1))


if __name__ == "__main__":
    main()
