"""A small corpus behind a scripted model: what the tests of the LLM engine share."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from fakes import KEY, Reply, ScriptedServer, serving

from factcheck.pipeline import Corpus
from factcheck.settings import Settings
from factcheck.types import Answer, AnswerRecord, Failure

HARBOUR = "\n".join(
    (
        "Harbour bridge closed after storm",
        "",
        "The harbour bridge was closed on Monday after the storm damaged two of its cables. "
        "Mayor Ines Duarte said the repair will cost 12 million euros. "
        "“We will reopen the bridge in June,” Duarte told reporters.",
        "",
        "Engineer Paul Okafor denied that the bridge had been unsafe before the storm. "
        "The ferry carries 900 passengers a day while the bridge is closed.",
    )
)
FERRY = "\n".join(
    (
        "Ferry company hires crew",
        "",
        "The ferry company hired 40 sailors in March. "
        "Its director, Lena Brandt, said that the company does not expect a profit this year.",
    )
)
QUESTION = "What will the repair of the harbour bridge cost?"


def build(folder: Path, texts: dict[str, str]) -> Path:
    """Index texts and return the index."""
    from factcheck.index.sync import sync

    articles = folder / "articles"
    articles.mkdir(parents=True)
    for name, text in texts.items():
        (articles / name).write_text(text, encoding="utf-8")
    index = folder / "index"
    sync([articles], settings=Settings(index=str(index)))
    return index


@contextmanager
def scripted(
    index: Path, monkeypatch: pytest.MonkeyPatch, *replies: Reply, always: Reply | None = None, **settings: Any
) -> Iterator[tuple[Corpus, ScriptedServer]]:
    """Open an index with the endpoint of a scripted server."""
    chosen = {"index": str(index), "engine": "openai", "cache": False, "timeout": 20.0, **settings}
    corpus = _open(Settings(**chosen))
    with serving(*replies, always=always) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.address)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        try:
            yield corpus, server
        finally:
            corpus._engines.close_connections()


@lru_cache(maxsize=32)
def _open(settings: Settings) -> Corpus:
    """Open an index once for all tests that ask it in the same way."""
    corpus = Corpus.open(settings=settings)
    atexit.register(corpus.close)
    return corpus


def number_of(server: ScriptedServer, words: str, place: int = -1) -> int:
    """The number that the prompt gave to the sentence with these words."""
    (line,) = [line for line in server.prompt(place).split("\n") if line.startswith("[") and words in line]
    return int(line[1 : line.index("]")])


def hold(record: AnswerRecord, corpus: Corpus) -> None:
    """Every citation and quotation of a record is exact, and no key is in it."""
    assert KEY not in str(record.to_dict())
    if isinstance(record.outcome, Failure):
        assert record.outcome.error and record.outcome.hint
        return
    if not isinstance(record.outcome, Answer):
        return
    for citation in record.outcome.citations:
        assert corpus.text(citation.file)[citation.start : citation.end] == citation.quote
    known = {citation.id: citation.quote for citation in record.outcome.citations}
    for statement in record.outcome.statements:
        if statement.support == "unsupported":
            assert not statement.citations
        else:
            assert statement.citations
        assert set(statement.citations) <= set(known)
