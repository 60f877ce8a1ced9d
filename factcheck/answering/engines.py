"""Choose and load engines: models are loaded when the first question needs them, once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

from factcheck.errors import ModelError, UsageError
from factcheck.models.endpoint import find_endpoint
from factcheck.settings import Settings
from factcheck.types import Finding

if TYPE_CHECKING:
    from factcheck.answering.embedded import EmbeddedEngine
    from factcheck.answering.library import Library
    from factcheck.answering.llm_engine import LlmEngine
    from factcheck.index.store import Store
    from factcheck.models.budget import Budget
    from factcheck.models.reader import Reader
    from factcheck.retrieval import Retriever


def choose_engine(name: str) -> str:
    """Return "embedded" or "openai" for an engine's name; nothing falls back in silence.

    Raises:
        UsageError: It is not known, no single engine, or no endpoint is configured for it.
    """
    if name == "auto":
        return "openai" if find_endpoint() is not None else "embedded"
    if name == "both":
        raise UsageError("engine both gives two answers", hint="Use `factcheck ask`, or Corpus.ask_both.")
    if name not in {"embedded", "openai"}:
        raise UsageError(f"engine {name!r} is not known", hint="Use auto, embedded, openai or both.")
    if name == "openai" and find_endpoint() is None:
        raise UsageError(
            "no endpoint is configured for the openai engine",
            hint="Set OPENAI_API_KEY, or OPENAI_BASE_URL for another server; or use --engine embedded.",
        )
    return name


class ReaderState(NamedTuple):
    """The packaged reader, or why it cannot be used.

    Attributes:
        reader: The model, or None.
        findings: Said in every record that it is missing from; empty where it is there.
    """

    reader: Reader | None
    findings: tuple[Finding, ...]


class Engines:
    """The retriever and the engines over one index; safe to share between threads."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._lock = threading.RLock()
        self._retriever: Retriever | None = None
        self._library: Library | None = None
        self._embedded: EmbeddedEngine | None = None
        self._llm: dict[tuple[str, str, str], LlmEngine] = {}
        self._budget: Budget | None = None

    def warm(self) -> None:
        """Load all that the embedded engine answers with."""
        from factcheck.answering import chain  # noqa: F401 - LangChain: as long as a model

        self.retriever()
        self.embedded()

    def retriever(self) -> Retriever:
        """Return the search over the index."""
        with self._lock:
            if self._retriever is None:
                from factcheck.retrieval import open_retriever

                self._retriever = open_retriever(self._store, self._settings)
            return self._retriever

    def embedded(self) -> EmbeddedEngine:
        """Return the embedded engine."""
        with self._lock:
            if self._embedded is None:
                from factcheck.answering.embedded import EmbeddedEngine

                self._embedded = EmbeddedEngine(self.library(), self.reader().reader)
            return self._embedded

    def reader(self) -> ReaderState:
        """Return the packaged reader; without it the rest goes on, and every record says so."""
        from factcheck.models.reader import load_reader

        try:
            return ReaderState(load_reader(self._settings), ())
        except ModelError as error:
            message = f"without the packaged reader: {error.message}; `factcheck doctor` says what to do"
            return ReaderState(None, (Finding("reader", message),))

    def library(self) -> Library:
        """Return what both engines read beside the hits."""
        with self._lock:
            if self._library is None:
                from factcheck.answering.library import Library
                from factcheck.models.parser import load_parser

                self._library = Library(self._store, load_parser())
            return self._library

    def openai(self) -> LlmEngine:
        """Return the LLM engine of the endpoint that is configured now.

        Raises:
            UsageError: There is none.
        """
        endpoint = find_endpoint()
        if endpoint is None:
            choose_engine("openai")
            raise AssertionError("unreachable")
        key = (endpoint.address, endpoint.api_key, endpoint.azure_version)
        with self._lock:
            if key not in self._llm:
                self._llm[key] = self._build()
            return self._llm[key]

    def close(self) -> None:
        """Close the connections, the search and the index."""
        self.close_connections()
        with self._lock:
            if self._retriever is not None:
                self._retriever.close()
        self._store.close()

    def close_connections(self) -> None:
        """Close the connections to endpoints; the next question opens them again."""
        with self._lock:
            for engine in self._llm.values():
                engine.close()
            self._llm.clear()

    def _build(self) -> LlmEngine:
        from factcheck.answering.connecting import open_chat
        from factcheck.answering.llm_engine import LlmEngine
        from factcheck.answering.reader_support import ReaderSupport
        from factcheck.answering.statement_check import StatementCheck
        from factcheck.answering.support import AlignmentSupport, SupportModel
        from factcheck.models.budget import Budget

        settings = self._settings
        endpoint = find_endpoint()
        assert endpoint is not None
        if self._budget is None:
            self._budget = Budget(settings.budget_usd)
        answering = open_chat(endpoint, settings.model, settings, self._budget)
        library = self.library()
        reader = self.reader().reader
        alignment = AlignmentSupport(self.retriever().interaction, library.parser)
        support: SupportModel = ReaderSupport(alignment, reader) if reader is not None else alignment
        judging = settings.judge_model or settings.model
        return LlmEngine(
            answering,
            library,
            StatementCheck(library, support),
            facts=answering.facts,
            judge=open_chat(endpoint, judging, settings, self._budget) if settings.judge else None,
        )
