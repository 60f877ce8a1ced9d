"""Our retrieval as a LangChain retriever, for both engines and for other people's chains."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from factcheck.filters import Filter
from factcheck.retrieval import Retriever
from factcheck.types import Hit, Retrieved


class ArticleRetriever(BaseRetriever):
    """Retrieves sentences as documents whose metadata is a citation.

    Attributes:
        source: The search over one index.
        limit: Most sentences that are returned.
        within: Restricts the search to some files.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    source: Retriever
    limit: int = 24
    within: Filter = Filter()

    def retrieve(self, query: str) -> Retrieved:
        """Return the hits themselves, with what was searched."""
        return self.source.retrieve(query, limit=self.limit, within=self.within)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [to_document(hit) for hit in self.retrieve(query).hits]


def to_document(hit: Hit) -> Document:
    """Return a hit as a LangChain document: the exact sentence, and where it stands."""
    sentence = hit.sentence
    metadata: dict[str, Any] = {
        "file": sentence.file,
        "start": sentence.start,
        "end": sentence.end,
        "line": sentence.line,
        "sha256": sentence.sha256,
        "origin": sentence.origin,
        "title": sentence.title,
        "outlet": sentence.outlet,
        "date": sentence.date,
        "score": hit.score,
        "rank": hit.rank,
    }
    return Document(page_content=sentence.text, metadata=metadata)
