"""Our search as a LangChain retriever."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda
from newsroom import ARTICLES, write_articles

from factcheck.answering.retriever import ArticleRetriever
from factcheck.filters import Filter
from factcheck.index.store import Store
from factcheck.index.sync import sync
from factcheck.retrieval import open_retriever
from factcheck.settings import Settings


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> ArticleRetriever:
    root: Path = tmp_path_factory.mktemp("langchain")
    settings = Settings(index=str(root / "index"))
    sync([write_articles(root / "articles")], settings=settings)
    return ArticleRetriever(source=open_retriever(Store.open(root / "index"), settings), limit=6)


def test_documents_are_citations(retriever: ArticleRetriever) -> None:
    documents = retriever.invoke("Who convicted Garrett Hollis?")
    assert 0 < len(documents) <= 6
    for rank, document in enumerate(documents, 1):
        place = document.metadata
        assert ARTICLES[place["file"]][place["start"] : place["end"]] == document.page_content
        assert place["rank"] == rank
        assert ARTICLES[place["file"]].count("\n", 0, place["start"]) + 1 == place["line"]
        assert len(place["sha256"]) == 64


def test_it_works_in_other_peoples_chains(retriever: ArticleRetriever) -> None:
    def join(documents: list[Document]) -> str:
        return " | ".join(document.page_content for document in documents)

    chain = retriever | RunnableLambda(join)
    assert "convicted Garrett Hollis" in chain.invoke("Who convicted Garrett Hollis?")
    one, two = chain.batch(["Who convicted Garrett Hollis?", "Who won the Carrow Cup?"])
    assert "convicted" in one
    assert "Carrow Cup" in two
    assert list(chain.stream("Who won the Carrow Cup?")) == [two]
    # In a thread of its own: the browser tests may keep a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: asyncio.run(chain.ainvoke("Who won the Carrow Cup?"))).result() == two


def test_it_returns_the_hits_behind_its_documents(retriever: ArticleRetriever) -> None:
    question = "Who won the Carrow Cup?"
    texts = [hit.sentence.text for hit in retriever.retrieve(question).hits]
    assert texts == [document.page_content for document in retriever.invoke(question)]


def test_it_can_be_restricted(retriever: ArticleRetriever) -> None:
    narrow = retriever.model_copy(update={"within": Filter(files="flood/*"), "limit": 2})
    documents = narrow.invoke("Who won the Carrow Cup?")
    assert len(documents) == 2
    assert all(document.metadata["file"].startswith("flood/") for document in documents)
