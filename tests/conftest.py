"""Every test gets a private home, a clean environment and its own folder; none reaches a network."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from places import SEEDS, find_chromium

if TYPE_CHECKING:
    from factcheck.models.parser import Parser
    from factcheck.pipeline import Corpus

LOOPBACK = ("127.", "::1", "localhost")
PRIVATE = ("FACTCHECK_", "OPENAI_", "AZURE_", "LANGCHAIN_", "LANGSMITH_", "STREAMLIT_", "XDG_")
TERMINAL = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "DISPLAY", "WAYLAND_DISPLAY")


def pytest_report_header() -> str:
    return f"chromium: {find_chromium() or 'not found, so the browser tests are skipped'}"


@pytest.fixture(autouse=True)
def private_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Clean the environment and start in an empty folder."""
    # Streamlit's test runner leaves its script there, and a process that is started later would run it.
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    for name in list(os.environ):
        if name.startswith(PRIVATE) or name in TERMINAL:
            monkeypatch.delenv(name)
    monkeypatch.setenv("STREAMLIT_RUNNER_POST_SCRIPT_GC", "false")  # as `factcheck ui` sets it
    home = tmp_path / "home"
    home.mkdir()
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(work)


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Refuse every connection that leaves this machine."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def allowed(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"a test tried to reach {address!r}")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        allowed(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        allowed(self, address)
        return connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        yield


@pytest.fixture(scope="session")
def seed_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the seed articles, made once; tests read it only."""
    from factcheck.index.sync import sync
    from factcheck.settings import Settings

    index = tmp_path_factory.mktemp("seeds") / "index"
    sync([SEEDS], settings=Settings(index=str(index)))
    return index


@pytest.fixture(scope="session")
def parser() -> Parser:
    """The packaged English model."""
    from factcheck.models.parser import load_parser

    return load_parser()


@pytest.fixture(scope="session")
def seed_corpus(seed_index: Path) -> Iterator[Corpus]:
    """The seed articles, opened once."""
    from factcheck.pipeline import Corpus
    from factcheck.settings import Settings

    with Corpus.open(settings=Settings(index=str(seed_index))) as corpus:
        yield corpus


@pytest.fixture(scope="session")
def news_corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    """The articles of newsroom.py, indexed and opened once."""
    from newsroom import write_articles

    from factcheck.index.sync import sync
    from factcheck.pipeline import Corpus
    from factcheck.settings import Settings

    root = tmp_path_factory.mktemp("news")
    settings = Settings(index=str(root / "index"))
    sync([write_articles(root / "articles")], settings=settings)
    with Corpus.open(settings=settings) as corpus:
        yield corpus
