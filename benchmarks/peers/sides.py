"""What is compared: each side is given the same texts and the same embedder, and set up as its own guide does.

A side is built over texts and then asked; what it gives back is what a reader, or a language model, is shown.
Packages are imported where a side is made: each runs in a process of its own, and pays for its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

CHUNK, OVERLAP = 1000, 200
TOP = 4
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Shown:
    """A text that a side shows, and its file."""

    file: str
    text: str


class Side(Protocol):
    """One tool over one set of texts."""

    def search(self, question: str) -> list[Shown]:
        """Return what is shown for a question, best first."""


Embed = Callable[[Sequence[str]], np.ndarray]


def _embedder() -> Embed:
    """Return the packaged embedder, the same for all."""
    from factcheck.models.embedder import load_embedder
    from factcheck.settings import Settings

    return load_embedder(Settings()).embed


def _chunks(texts: Mapping[str, str]) -> list[Shown]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP)
    return [Shown(file, chunk) for file, text in texts.items() for chunk in splitter.split_text(text)]


class LangChain:
    """The chain of the tutorials: RecursiveCharacterTextSplitter, Chroma, the four nearest chunks."""

    def __init__(self, texts: Mapping[str, str], folder: Path) -> None:
        from langchain_chroma import Chroma
        from langchain_core.documents import Document
        from langchain_core.embeddings import Embeddings

        embed = _embedder()

        class Packaged(Embeddings):
            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                return embed(texts).tolist()

            def embed_query(self, text: str) -> list[float]:
                return embed([text])[0].tolist()

        self._store = Chroma(
            "tutorial",
            Packaged(),
            persist_directory=str(folder / "chroma"),
            collection_configuration={"hnsw": {"space": "cosine"}},
        )
        documents = [Document(each.text, metadata={"file": each.file}) for each in _chunks(texts)]
        for start in range(0, len(documents), BATCH):
            self._store.add_documents(documents[start : start + BATCH])
        self._retriever = self._store.as_retriever(search_kwargs={"k": TOP})

    def search(self, question: str) -> list[Shown]:
        """Return the four nearest chunks."""
        return [Shown(each.metadata["file"], each.page_content) for each in self._retriever.invoke(question)]


class Txtai:
    """txtai with content and hybrid search (BM25 and vectors), over the same chunks."""

    def __init__(self, texts: Mapping[str, str], folder: Path) -> None:
        from txtai import Embeddings

        embed = _embedder()
        self._store = Embeddings(method="external", transform=lambda texts: embed(texts), content=True, hybrid=True)
        chunks = _chunks(texts)
        self._files = [each.file for each in chunks]
        self._store.index((place, each.text, None) for place, each in enumerate(chunks))
        self._store.save(str(folder / "txtai"))

    def search(self, question: str) -> list[Shown]:
        """Return the four best chunks."""
        return [Shown(self._files[int(each["id"])], each["text"]) for each in self._store.search(question, TOP)]


class Haystack:
    """Haystack's hybrid pipeline: DocumentSplitter, BM25 and embedding retrievers, joined by reciprocal rank."""

    def __init__(self, texts: Mapping[str, str], folder: Path) -> None:
        os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
        from haystack import Document, Pipeline
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.preprocessors import DocumentSplitter
        from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        self._embed = _embedder()
        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        splitter = DocumentSplitter(split_by="word", split_length=150, split_overlap=20)
        whole = [Document(content=text, meta={"file": file}) for file, text in texts.items()]
        parts = splitter.run(documents=whole)["documents"]
        vectors = self._embed([each.content or "" for each in parts])
        for part, vector in zip(parts, vectors, strict=True):
            part.embedding = vector.tolist()
        store.write_documents(parts)
        self._pipeline = Pipeline()
        self._pipeline.add_component("words", InMemoryBM25Retriever(store))
        self._pipeline.add_component("vectors", InMemoryEmbeddingRetriever(store))
        self._pipeline.add_component("join", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=TOP))
        self._pipeline.connect("words", "join")
        self._pipeline.connect("vectors", "join")
        store.save_to_disk(str(folder / "haystack.json"))

    def search(self, question: str) -> list[Shown]:
        """Return the four best parts."""
        vector = self._embed([question])[0].tolist()
        done: dict[str, Any] = self._pipeline.run(
            {"words": {"query": question}, "vectors": {"query_embedding": vector}}
        )
        return [Shown(each.meta["file"], each.content or "") for each in done["join"]["documents"]]


class Factcheck:
    """factcheck: its retrieval alone; what it shows is sentences, of which the first twenty are taken."""

    MOST = 20

    def __init__(self, texts: Mapping[str, str], folder: Path) -> None:
        from factcheck.index.sync import sync
        from factcheck.pipeline import Corpus
        from factcheck.settings import Settings

        settings = Settings(index=str(folder / "index"))
        articles = folder / "articles"
        for file, text in texts.items():
            path = articles / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        sync([articles], settings=settings)
        self._corpus = Corpus.open(settings=settings)
        self._retriever = self._corpus._engines.retriever()

    def search(self, question: str) -> list[Shown]:
        """Return the twenty best sentences."""
        hits = self._retriever.retrieve(question).hits[: self.MOST]
        return [Shown(each.sentence.file, each.sentence.text) for each in hits]


class Answered(Factcheck):
    """factcheck: the finished answer, checked; what it shows is the sentences it cites."""

    def search(self, question: str) -> list[Shown]:
        """Return the cited sentences; none where it abstains."""
        outcome = self._corpus.ask(question).outcome
        return [Shown(each.file, each.quote) for each in getattr(outcome, "citations", ())]


SIDES: dict[str, Callable[[Mapping[str, str], Path], Side]] = {
    "LangChain + Chroma": LangChain,
    "txtai": Txtai,
    "Haystack": Haystack,
    "factcheck, retrieval": Factcheck,
    "factcheck, answers": Answered,
}
