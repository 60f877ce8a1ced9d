"""The library: open an index and ask it.

from factcheck import Corpus

corpus = Corpus.open(".factcheck")
print(corpus.ask("Who denied the request?").outcome)
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from factcheck import __version__
from factcheck.asking import Asker, Asking, Traced, over_one_state
from factcheck.errors import IndexMissing
from factcheck.filters import Within, read_filter
from factcheck.settings import Settings
from factcheck.types import AnswerRecord, EngineInfo, Exchange, Provenance, SourceSentence, Span, Statement

if TYPE_CHECKING:
    from factcheck.answering.answered import Plan
    from factcheck.answering.verification import Source
    from factcheck.checking.checker import Checker
    from factcheck.checking.record import CheckRecord, CheckTrace
    from factcheck.comparing.comparer import Advance as Comparing
    from factcheck.comparing.records import CompareRecord
    from factcheck.drafts.marking import Advance, DraftRun
    from factcheck.drafts.reading import Draft
    from factcheck.drafts.record import DraftRecord
    from factcheck.index.records import ArticleRow, StoredUtterance
    from factcheck.origins.records import Link


class Corpus:
    """An opened index: ask it, read its articles. Reads only; safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        from factcheck.answering.engines import Engines
        from factcheck.index.store import Store  # numpy and SQLite are not needed for `import factcheck`

        self.settings = settings
        self._store = Store.open(Path(settings.index))
        self._engines = Engines(self._store, settings)
        self._closing = weakref.finalize(self, self._engines.close)
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
        engine: str | None = None,
        history: Sequence[Exchange] = (),
        **within: Unpack[Within],
    ) -> AnswerRecord:
        """Answer a question from the articles.

        Args:
            question: In English, up to 2,000 characters.
            id: Of the record; made up where it is not given.
            engine: "auto", "embedded" or "openai"; by default as the settings say.
            history: Earlier questions and answers of the conversation, oldest first. A question that leans on
                them is read so that it stands alone; the record says how (`read_as`), or that it was not.
            **within: Restricts the search: `files`, `outlets`, `since`, `as_of`; see `Within`.

        Returns:
            The record; its outcome is an `Answer`, an `Abstention` or a `Failure`.

        Raises:
            UsageError: The question, the filter or the engine cannot be used.
        """
        return self._asker.run(Asking(question, id, read_filter(within), engine, tuple(history))).record

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

    def plan(self, question: str, **within: Unpack[Within]) -> Plan:
        """Say what the openai engine would send for a question, and what it would cost; nothing is sent.

        Raises:
            UsageError: The question or the filter cannot be used, or no endpoint is configured.
            EndpointError: The model's window is too small for any evidence.
        """
        from factcheck.answering.inputs import clean_question

        asked, chosen = clean_question(question), read_filter(within)
        return self._engines.openai().plan(asked, self._engines.retriever().retrieve(asked, within=chosen))

    def check(self, claim: str, *, id: str | None = None, **within: Unpack[Within]) -> CheckRecord:
        """Check a claim against the articles.

        The embedded verifier judges, whatever engine answers questions; the record names it.

        Args:
            claim: One statement, or a few, in English, up to 2,000 characters.
            id: Of the record; made up where it is not given.
            **within: As for `ask`.

        Returns:
            The record. Its outcome is `Checked`, a verdict with evidence for and against; or a `Failure`, of the
            stage "claim" where the text is nothing that can be checked (a question, an opinion, too long, …).

        Raises:
            UsageError: The filter cannot be used.
        """
        return self.check_traced(claim, id=id, **within).record

    def check_traced(self, claim: str, *, id: str | None = None, **within: Unpack[Within]) -> CheckTrace:
        """Check like `check`, and give the hits that the evidence was sought in."""
        from factcheck.checking.record import record_check

        chosen = read_filter(within)
        done = over_one_state(self._store.fingerprint, lambda: self.checker().check(claim, within=chosen))
        engine = EngineInfo(self.checker().name, self.checker().model)
        return record_check(claim, id, done, engine, self._provenance({}), self._engines.reader().findings)

    def checker(self) -> Checker:
        """Return what checks claims over this index."""
        from factcheck.checking.checker import Checker

        if self._checker is None:
            engines = self._engines
            self._checker = Checker(engines.retriever(), engines.library(), engines.reader().reader, self._source)
        return self._checker

    def check_draft(self, content: str | bytes, name: str, **within: Unpack[Within]) -> DraftRecord:
        """Go through a draft: every sentence checked, every quotation looked up.

        Args:
            content: The text, or the bytes of a file.
            name: The file's name; its suffix (.md, .txt, .docx) tells the format.
            **within: As for `ask`.

        Raises:
            UnreadableDraft: The draft cannot be read, or is too long.
            UsageError: The filter cannot be used.
        """
        from factcheck.drafts.reading import read_draft

        return self.mark_draft(read_draft(content, name), **within)

    def mark_draft(
        self, draft: Draft, *, advance: Advance | None = None, run: DraftRun | None = None, **within: Unpack[Within]
    ) -> DraftRecord:
        """Go through a draft that was read; `advance` is told how many sentences are done, and of how many.

        `run` holds what is known from an earlier run, and who is told each sentence when it is done.
        """
        from factcheck.drafts.marking import Marker

        chosen = read_filter(within)
        scope = frozenset(row.file for row in self.articles() if chosen.admits(row)) if chosen.active else None

        def check(claim: str, id: str) -> CheckRecord:
            return self.check(claim, id=id, **within)

        marker = Marker(self._engines.library(), check, self._provenance({}))
        return marker.mark(draft, files=scope, advance=advance, run=run)

    def warm(self) -> None:
        """Load the models of the embedded engine now, so that the first question does not wait for them."""
        self._engines.warm()

    def compare(self, files: str | Sequence[str] | None = None, *, advance: Comparing | None = None) -> CompareRecord:
        """Compare the articles: who says what, which share an origin, where quotes and facts differ.

        Args:
            files: Only files whose names match this glob ("2022/*.txt"), or one of these.
            advance: Told what is being done, how much of it is done, and of how much.
        """
        from factcheck.comparing.comparer import compare
        from factcheck.models.parser import load_parser

        return compare(self._store, load_parser().parse_all, self._provenance({}), files=files, advance=advance)

    def articles(self) -> tuple[ArticleRow, ...]:
        """Return all indexed articles, sorted by file name."""
        return self._store.articles()

    def origin_links(self, files: Sequence[str] | None = None) -> list[Link]:
        """Return why files share an origin, with the words that show it: among these files, or all."""
        return self._store.origin_links(files)

    def text(self, file: str) -> str:
        """Return an article's exact text, the one that offsets point into."""
        return self._store.text(file)

    def boilerplate(self, file: str) -> tuple[Span, ...]:
        """Return the spans of an article that are not part of its story."""
        return self._store.boilerplate(file)

    def utterances(self, file: str) -> list[StoredUtterance]:
        """Return who says what in an article, in order."""
        return self._store.utterances([file])

    def sentences_of_file(self, file: str) -> list[SourceSentence]:
        """Return an article's sentences in order."""
        return self._store.sentences_of_file(file)

    def status(self) -> dict[str, Any]:
        """Return engine, index, counts and versions; never a key."""
        from factcheck.models.endpoint import find_endpoint

        endpoint = find_endpoint()
        counts, articles = self._store.counts(), self.articles()
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
        """Close the index; one that nobody holds any more closes by itself."""
        self._closing()

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
    within: Any = {name: value for name, value in options.items() if name in Within.__annotations__}
    rest = {name: value for name, value in options.items() if name not in within}
    return Asking(question, **{**rest, "within": read_filter(within), "history": tuple(options.get("history", ()))})


def _locate(folder: Path) -> Path:
    """Return the index that a folder is, or holds as `.factcheck`."""
    inner = folder / ".factcheck"
    if inner.is_dir() and not (folder / "current").exists():
        return inner
    if not folder.exists():
        raise IndexMissing(f"there is no index {folder}", hint="Make one: factcheck index FOLDER")
    return folder
