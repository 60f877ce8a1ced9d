"""The library: open an index and ask it.

from factcheck import Corpus

corpus = Corpus.open(".factcheck")
print(corpus.ask("Who denied the request?").outcome)
"""

from __future__ import annotations

import os
import re
import threading
import time
import unicodedata
import uuid
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from factcheck import __version__
from factcheck.errors import IndexMissing, UsageError
from factcheck.settings import Settings
from factcheck.types import (
    AnswerRecord,
    EngineInfo,
    Failure,
    Provenance,
    SourceSentence,
    Span,
    Usage,
)

if TYPE_CHECKING:
    from factcheck.answering.embedded import EmbeddedEngine
    from factcheck.answering.verification import Source
    from factcheck.index.records import ArticleRow
    from factcheck.retrieval import Retriever

LONGEST_QUESTION = 2000  # characters; more is a pasted page, not a question
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Corpus:
    """An opened index: ask it, read its articles. Reads only; safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        from factcheck.index.store import Store  # numpy and SQLite are not needed for `import factcheck`

        self.settings = settings
        self._store = Store.open(Path(settings.index))
        self._lock = threading.Lock()
        self._retriever: Retriever | None = None
        self._engine: EmbeddedEngine | None = None

    @classmethod
    def open(cls, index: str | Path | None = None, *, settings: Settings | None = None) -> Self:
        """Open an index for reading.

        Args:
            index: Its folder, or a folder that holds it as `.factcheck`; by default as the settings say.
            settings: By default `factcheck.toml` and the environment.

        Raises:
            IndexMissing: There is no index.
            IndexMismatch: It was built by another version, splitter or embedder.
            CorruptIndex: It cannot be read.
        """
        chosen = settings if settings is not None else Settings.load()
        if index is not None:
            chosen = replace(chosen, index=str(_locate(Path(index))))
        return cls(chosen)

    def ask(
        self,
        question: str,
        *,
        id: str | None = None,
        files: str | None = None,
        as_of: str | None = None,
        engine: str | None = None,
    ) -> AnswerRecord:
        """Answer a question from the articles.

        Args:
            question: In English, up to 2,000 characters.
            id: Of the record; made up where it is not given.
            files: Only files whose names match this glob ("2022/*.txt").
            as_of: Only articles dated on or before this ISO date; undated ones are left out.
            engine: "auto", "embedded" or "openai"; by default as the settings say.

        Returns:
            The record; its outcome is an `Answer`, an `Abstention` or a `Failure`.

        Raises:
            UsageError: The question, the filter or the engine cannot be used.
        """
        from factcheck.answering.chain import Asked, build_chain
        from factcheck.retrieval import Filter

        asked = clean_question(question)
        within = Filter(files, _check_date(as_of))
        start = time.perf_counter()
        self._choose(engine or self.settings.engine)
        retriever, embedded = self._load()
        chain = build_chain(lambda text: retriever.retrieve(text, within=within), embedded, self._source)
        done = chain.invoke(Asked(asked))
        total = (time.perf_counter() - start) * 1000
        outcome = done.outcome or Failure(
            "answer", "no outcome was produced", False, "Please report this bug."
        )
        return AnswerRecord(
            id=id or uuid.uuid4().hex[:12],
            question=question,
            outcome=outcome,
            engine=EngineInfo(embedded.name, embedded.model, None),
            timing=replace(done.timing, total=total),
            usage=Usage(),
            provenance=self._provenance(),
            findings=done.findings,
        )

    def warm(self) -> None:
        """Load the models now, so that the first question does not wait for them."""
        self._load()

    def articles(self) -> tuple[ArticleRow, ...]:
        """Return all indexed articles, sorted by file name."""
        return self._store.articles()

    def text(self, file: str) -> str:
        """Return an article's exact text, the one that offsets point into."""
        return self._store.text(file)

    def boilerplate(self, file: str) -> tuple[Span, ...]:
        """Return the spans of an article that are not part of its story."""
        return self._store.boilerplate(file)

    def sentences_of_file(self, file: str) -> list[SourceSentence]:
        """Return an article's sentences in order."""
        return self._store.sentences_of_file(file)

    def status(self) -> dict[str, Any]:
        """Return engine, index, counts and versions; never a key."""
        counts = self._store.counts()
        articles = self.articles()
        return {
            "engine": "embedded",
            "endpoint": "configured" if _endpoint_configured() else "none",
            "index": str(Path(self.settings.index)),
            "fingerprint": self._store.fingerprint(),
            "built_with": self._store.recipe,
            "files": counts.files,
            "sentences": counts.sentences,
            "passages": self._store.passage_count(),
            "origins": len({article.origin for article in articles}),
            "articles": [article.file for article in articles],
            "version": __version__,
        }

    def close(self) -> None:
        """Close the index."""
        with self._lock:
            if self._retriever is not None:
                self._retriever.close()
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def _load(self) -> tuple[Retriever, EmbeddedEngine]:
        """Load the models at the first question; they cost seconds that reading an article should not."""
        with self._lock:
            if self._retriever is None or self._engine is None:
                from factcheck.answering.embedded import EmbeddedEngine
                from factcheck.answering.library import Library
                from factcheck.models.parser import load_parser
                from factcheck.retrieval import open_retriever

                self._retriever = open_retriever(self._store, self.settings)
                self._engine = EmbeddedEngine(Library(self._store, load_parser()))
            return self._retriever, self._engine

    def _choose(self, engine: str) -> None:
        """Refuse an engine that is not there: nothing falls back in silence."""
        if engine in {"auto", "embedded"}:
            return
        if engine == "openai":
            raise UsageError(
                "the openai engine is not part of this version", hint="Use --engine embedded (or auto)."
            )
        raise UsageError(f"engine {engine!r} is not known", hint="Use auto, embedded or openai.")

    def _source(self, file: str) -> Source:
        from factcheck.answering.verification import Source

        sentences = self._store.sentences_of_file(file)
        return Source(self._store.text(file), sentences[0].sha256 if sentences else None)

    def _provenance(self) -> Provenance:
        return Provenance(self._store.fingerprint(), self.settings.digest(), {}, __version__)


def clean_question(text: str) -> str:
    """Return a question without control characters and doubled spaces.

    Raises:
        UsageError: Nothing is left to ask, or it is too long.
    """
    kept = "".join(
        " " if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} else c for c in text
    )
    words = " ".join(kept.split())
    if not any(c.isalnum() for c in words):
        raise UsageError("the question is empty", hint='Ask something, for example "Who denied the request?"')
    if len(words) > LONGEST_QUESTION:
        raise UsageError(
            f"the question has {len(words):,} characters; at most {LONGEST_QUESTION:,} are read",
            hint="Ask one question; for many use `factcheck batch`.",
        )
    return words


def _check_date(text: str | None) -> str | None:
    from datetime import date

    if text is None:
        return None
    try:
        if not DATE.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(
            f"{text!r} is not a date", hint="Write it as YYYY-MM-DD, for example 2022-03-14."
        ) from None


def _locate(folder: Path) -> Path:
    """Return the index that a folder is, or holds as `.factcheck`."""
    inner = folder / ".factcheck"
    if inner.is_dir() and not (folder / "current").exists():
        return inner
    if not folder.exists():
        raise IndexMissing(f"there is no index {folder}", hint="Make one: factcheck index FOLDER")
    return folder


def _endpoint_configured() -> bool:
    return bool(os.environ.get("OPENAI_API_KEY") or os.environ.get("OPENAI_BASE_URL"))
