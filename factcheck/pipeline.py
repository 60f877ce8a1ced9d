"""The library: open an index and ask it.

from factcheck import Corpus

corpus = Corpus.open(".factcheck")
print(corpus.ask("Who denied the request?").outcome)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from factcheck import __version__
from factcheck.asking import Asker, Asking, Traced
from factcheck.errors import IndexMissing
from factcheck.settings import Settings
from factcheck.types import AnswerRecord, EngineInfo, Exchange, Provenance, SourceSentence, Span, Statement

if TYPE_CHECKING:
    from factcheck.answering.answered import Plan
    from factcheck.answering.verification import Source
    from factcheck.checking.checker import Checker
    from factcheck.checking.record import CheckRecord, CheckTrace
    from factcheck.comparing.comparer import Advance as Comparing
    from factcheck.comparing.records import CompareRecord
    from factcheck.drafts.marking import Advance
    from factcheck.drafts.reading import Draft
    from factcheck.drafts.record import DraftRecord
    from factcheck.index.records import ArticleRow


class Corpus:
    """An opened index: ask it, read its articles. Reads only; safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        from factcheck.answering.engines import Engines
        from factcheck.index.store import Store  # numpy and SQLite are not needed for `import factcheck`

        self.settings = settings
        self._store = Store.open(Path(settings.index))
        self._engines = Engines(self._store, settings)
        self._checker: Checker | None = None
        self._asker = Asker(self._engines, settings.engine, self._source, self._provenance)

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
        history: Sequence[Exchange] = (),
    ) -> AnswerRecord:
        """Answer a question from the articles.

        Args:
            question: In English, up to 2,000 characters.
            id: Of the record; made up where it is not given.
            files: Only files whose names match this glob ("2022/*.txt").
            as_of: Only articles dated on or before this ISO date; undated ones are left out.
            engine: "auto", "embedded" or "openai"; by default as the settings say.
            history: Earlier questions and answers of the conversation, oldest first. The openai engine
                rewrites the question so that it stands alone; the embedded engine reads it as it is.

        Returns:
            The record; its outcome is an `Answer`, an `Abstention` or a `Failure`.

        Raises:
            UsageError: The question, the filter or the engine cannot be used.
        """
        return self._asker.run(Asking(question, id, files, as_of, engine, tuple(history))).record

    def ask_traced(self, question: str, **options: Any) -> Traced:
        """Answer like `ask`, and give the hits that the answer was sought in; nothing is searched twice."""
        return self._asker.run(_read_options(question, options))

    def ask_both(self, question: str, **options: Any) -> tuple[AnswerRecord, AnswerRecord]:
        """Answer with the embedded engine and with the openai engine; options as for `ask`."""
        options.pop("engine", None)
        return self.ask(question, engine="embedded", **options), self.ask(question, engine="openai", **options)

    def stream(self, question: str, **options: Any) -> Iterator[Statement | AnswerRecord]:
        """Yield each statement when it is finished and checked, and at last the record.

        The record is what counts: a statement may be marked in it by a later check, and a reply that
        breaks off leaves a failure.

        Args:
            question: As for `ask`.
            **options: As for `ask`.

        Raises:
            UsageError: As for `ask`.
        """
        yield from self._asker.stream(_read_options(question, options))

    def plan(self, question: str, *, files: str | None = None, as_of: str | None = None) -> Plan:
        """Say what the openai engine would send for a question, and what it would cost; nothing is sent.

        Raises:
            UsageError: The question or the filter cannot be used, or no endpoint is configured.
            EndpointError: The model's window is too small for any evidence.
        """
        from factcheck.answering.inputs import check_date, clean_question
        from factcheck.retrieval import Filter

        asked = clean_question(question)
        engine = self._engines.openai()
        within = Filter(files, check_date(as_of))
        return engine.plan(asked, self._engines.retriever().retrieve(asked, within=within))

    def check(
        self, claim: str, *, id: str | None = None, files: str | None = None, as_of: str | None = None
    ) -> CheckRecord:
        """Check a claim against the articles.

        The embedded verifier judges, whatever engine answers questions; the record names it.

        Args:
            claim: One statement, or a few, in English, up to 2,000 characters.
            id: Of the record; made up where it is not given.
            files: Only files whose names match this glob.
            as_of: Only articles dated on or before this ISO date; undated ones are left out.

        Returns:
            The record. Its outcome is `Checked`, a verdict with evidence for and against; or a `Failure`, of the
            stage "claim" where the text is nothing that can be checked (a question, an opinion, too long, …).

        Raises:
            UsageError: The filter cannot be used.
        """
        return self.check_traced(claim, id=id, files=files, as_of=as_of).record

    def check_traced(
        self, claim: str, *, id: str | None = None, files: str | None = None, as_of: str | None = None
    ) -> CheckTrace:
        """Check like `check`, and give the hits that the evidence was sought in."""
        from factcheck.answering.inputs import check_date
        from factcheck.checking.record import record_check
        from factcheck.retrieval import Filter

        done = self.checker().check(claim, within=Filter(files, check_date(as_of)))
        engine = EngineInfo(self.checker().name, self.checker().model)
        return record_check(claim, id, done, engine, self._provenance({}), self._engines.reader().findings)

    def checker(self) -> Checker:
        """Return what checks claims over this index."""
        from factcheck.checking.checker import Checker

        if self._checker is None:
            engines = self._engines
            self._checker = Checker(engines.retriever(), engines.library(), engines.reader().reader, self._source)
        return self._checker

    def check_draft(
        self, content: str | bytes, name: str, *, files: str | None = None, as_of: str | None = None
    ) -> DraftRecord:
        """Go through a draft: every sentence checked, every quotation looked up.

        Args:
            content: The text, or the bytes of a file.
            name: The file's name; its suffix (.md, .txt, .docx) tells the format.
            files: Only articles whose names match this glob.
            as_of: Only articles dated on or before this ISO date; undated ones are left out.

        Raises:
            UnreadableDraft: The draft cannot be read, or is too long.
            UsageError: The filter cannot be used.
        """
        from factcheck.drafts.reading import read_draft

        return self.mark_draft(read_draft(content, name), files=files, as_of=as_of)

    def mark_draft(
        self, draft: Draft, *, files: str | None = None, as_of: str | None = None, advance: Advance | None = None
    ) -> DraftRecord:
        """Go through a draft that was read; `advance` is told how many sentences are done, and of how many."""
        from factcheck.answering.inputs import check_date
        from factcheck.drafts.marking import Marker
        from factcheck.retrieval import Filter, matches

        within = Filter(files, check_date(as_of))
        scope = frozenset(row.file for row in self.articles() if matches(row.file, row.date, within))

        def check(claim: str, id: str) -> CheckRecord:
            return self.check(claim, id=id, files=files, as_of=as_of)

        marker = Marker(self._engines.library(), check, self._provenance({}))
        return marker.mark(draft, files=scope if within.active else None, advance=advance)

    def warm(self) -> None:
        """Load the models of the embedded engine now, so that the first question does not wait for them."""
        self._engines.retriever()
        self._engines.embedded()

    def compare(self, files: str | None = None, *, advance: Comparing | None = None) -> CompareRecord:
        """Compare the articles: who says what, which share an origin, where quotes and facts differ.

        Args:
            files: Only files whose names match this glob ("2022/*.txt").
            advance: Told what is being done, how much of it is done, and of how much.
        """
        from factcheck.comparing.comparer import compare
        from factcheck.models.parser import load_parser

        return compare(self._store, load_parser().parse_all, self._provenance({}), files=files, advance=advance)

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
        from factcheck.models.endpoint import find_endpoint

        endpoint = find_endpoint()
        counts = self._store.counts()
        articles = self.articles()
        return {
            "engine": self.settings.engine if endpoint is not None else "embedded",
            "endpoint": endpoint.public if endpoint is not None else "none",
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
        self._engines.close()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def _source(self, file: str) -> Source:
        from factcheck.answering.verification import Source

        sentences = self._store.sentences_of_file(file)
        return Source(self._store.text(file), sentences[0].sha256 if sentences else None)

    def _provenance(self, prompts: dict[str, str]) -> Provenance:
        return Provenance(self._store.fingerprint(), self.settings.digest(), prompts, __version__)


def _read_options(question: str, options: Mapping[str, Any]) -> Asking:
    return Asking(question, **{**options, "history": tuple(options.get("history", ()))})


def _locate(folder: Path) -> Path:
    """Return the index that a folder is, or holds as `.factcheck`."""
    inner = folder / ".factcheck"
    if inner.is_dir() and not (folder / "current").exists():
        return inner
    if not folder.exists():
        raise IndexMissing(f"there is no index {folder}", hint="Make one: factcheck index FOLDER")
    return folder
