"""Look at everything an answer depends on, one examination each."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from factcheck.errors import FactcheckError, IndexMissing
from factcheck.resources import resource
from factcheck.settings import Settings

LEAST_FREE_MB = 500
REINSTALL = "Install factcheck again; in a checkout, run `make run`."


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What one examination found.

    Attributes:
        part: What was looked at.
        ok: Whether it can be used.
        found: What was found, in one line.
        fix: What to do, "" where nothing needs doing.
    """

    part: str
    ok: bool
    found: str
    fix: str = ""


def examine(settings: Settings) -> Iterator[Diagnosis]:
    """Yield a diagnosis for each part; a broken part does not stop the others."""
    examinations: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("Python", _python),
        ("SQLite", _sqlite),
        ("embedding model", _embedder),
        ("language model", _parser),
        ("reader", _reader),
        ("vector store", _chroma),
        ("app", _app),
        ("disk", _disk),
        ("endpoint", _endpoint),
        ("index", _index),
    )
    for part, look in examinations:
        try:
            yield Diagnosis(part, True, look(settings))
        except FactcheckError as error:
            yield Diagnosis(part, False, error.message, error.hint)
        except Exception as error:
            yield Diagnosis(part, False, f"{type(error).__name__}: {error}", REINSTALL)


def _python(settings: Settings) -> str:
    return ".".join(map(str, sys.version_info[:3]))


def _sqlite(settings: Settings) -> str:
    database = sqlite3.connect(":memory:")
    try:
        database.execute("CREATE VIRTUAL TABLE words USING fts5(text, tokenize='porter unicode61')")
    except sqlite3.Error as error:
        hint = "Use a Python whose SQLite has full-text search (FTS5)."
        raise FactcheckError(f"SQLite {sqlite3.sqlite_version}: {error}", hint=hint) from error
    finally:
        database.close()
    return f"{sqlite3.sqlite_version} with full-text search"


def _embedder(settings: Settings) -> str:
    from factcheck.models.embedder import load_embedder

    embedder = load_embedder(settings)
    vectors = embedder.embed(["The request was denied."])
    return f"{embedder.name}, {vectors.shape[1]} dimensions"


def _parser(settings: Settings) -> str:
    from factcheck.models.parser import load_parser

    parser = load_parser()
    parser.parse("The Kremlin denied the request.")
    return parser.name


def _reader(settings: Settings) -> str:
    from factcheck.models.reader import Pair, load_reader

    reader = load_reader(settings)
    reader.read("Who denied the request?", [Pair("The Kremlin denied the request.")])
    return reader.name


def _chroma(settings: Settings) -> str:
    return f"Chroma {version('chromadb')}" + (" on a server" if settings.chroma_url else ", embedded")


def _app(settings: Settings) -> str:
    resource("ui/app.py")
    return f"Streamlit {version('streamlit')}"


def _disk(settings: Settings) -> str:
    folder = Path(settings.index).absolute()
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir():
        raise FactcheckError(f"{folder} is not a folder", hint="Choose another place with --index DIR.")
    if not os.access(folder, os.W_OK):
        hint = "Change its permissions, or choose another with --index DIR."
        raise FactcheckError(f"{folder} cannot be written", hint=hint)
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < LEAST_FREE_MB:
        hint = "Free some space, or choose another disk with --index DIR."
        raise FactcheckError(f"only {free:,} MB free for {folder}", hint=hint)
    return f"{free:,} MB free"


def _endpoint(settings: Settings) -> str:
    """Say whether an endpoint is configured; it is not called, and its key is not shown."""
    address = os.environ.get("OPENAI_BASE_URL", "")
    if address:
        from urllib.parse import urlsplit

        return f"{urlsplit(address).hostname or 'OPENAI_BASE_URL'}, not called here"
    if os.environ.get("OPENAI_API_KEY"):
        return "OpenAI, not called here"
    return "none configured; the packaged models answer"


def _index(settings: Settings) -> str:
    from factcheck.index.failures import damaged
    from factcheck.index.opened import OpenIndex
    from factcheck.pipeline import Corpus

    try:
        with OpenIndex.open(Path(settings.index)) as opened:
            problem = str(opened.match("PRAGMA quick_check(1)")[0][0])
        if problem != "ok":
            raise damaged(Path(settings.index), problem)
        with closing(Corpus.open(settings=settings)) as corpus:
            return f"{settings.index} holds {len(corpus.articles()):,} articles"
    except IndexMissing:
        return "none yet; make one with: factcheck index FOLDER"
