"""What all visitors share: the opened index. Read-only; per-visitor state is in sessions/."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from factcheck.errors import FactcheckError
from factcheck.index.opened import OpenIndex
from factcheck.settings import Settings
from factcheck.suggestions import suggest_claims, suggest_questions
from ui.work import loading

if TYPE_CHECKING:
    from factcheck.pipeline import Corpus

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Library:
    """An opened index and what the page shows of it.

    Attributes:
        corpus: Answers questions; used by many sessions at once.
        articles: Its articles by file.
        examples: Questions that these articles may answer.
        claims: Sentences of them that may be checked.
        sentences: Number of sentences that are searched.
        offline: Whether the embedded engine works without any endpoint.
    """

    corpus: Corpus
    articles: Mapping[str, Any]
    examples: tuple[str, ...]
    claims: tuple[str, ...]
    sentences: int
    offline: bool


def open_library() -> Library:
    """Return the library of the configured index; opened once, and again when the index changes.

    Raises:
        FactcheckError: There is no index, or it cannot be used; the message says what to do.
    """
    settings = Settings.load()
    return _open_library(settings, _stamp(Path(settings.index)))


@st.cache_resource(show_spinner=False, max_entries=1, hash_funcs={Settings: Settings.digest})
def _open_library(settings: Settings, stamp: object) -> Library:
    """Open an index; another `stamp` means that it has changed and is opened anew."""
    from factcheck.pipeline import Corpus  # the models behind it take seconds to import

    corpus = Corpus.open(settings.index, settings=settings)
    articles = {article.file: article for article in corpus.articles()}
    library = Library(
        corpus=corpus,
        articles=articles,
        examples=tuple(suggest_questions(corpus)),
        claims=tuple(suggest_claims(corpus)),
        sentences=sum(article.sentences for article in articles.values()),
        offline=not settings.embedding_model.startswith("openai:"),
    )
    # The first question would wait for the models; a visitor needs longer to type it.
    threading.Thread(target=_warm, args=(corpus,), name="factcheck-warm", daemon=True).start()
    return library


def _warm(corpus: Corpus) -> None:
    try:
        with loading:
            corpus.warm()
    except Exception:  # the first question meets the same error and shows it
        log.debug("the models could not be loaded ahead", exc_info=True)


def _stamp(index: Path) -> tuple[str, int, int] | None:
    """Describe the state of an index, so that what a `factcheck index` has changed shows; None: it cannot be read.

    Not by the times of its database: they change too when its log is written back, which changes no answer.
    """
    folder = index / ".factcheck" if (index / ".factcheck").is_dir() else index
    try:
        with OpenIndex.open(folder) as opened:
            # Numbers begin anew where somebody has deleted the folder; a build is made current once.
            return opened.build.name, opened.generation, (folder / "current").stat().st_mtime_ns
    except FactcheckError:
        return None  # whoever opens it is told what is wrong
