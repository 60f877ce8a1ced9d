"""Articles read by other processes: real ones, here and on a Dask cluster, and scripted ones that fail."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from newsroom import write_articles

from factcheck.cli import main
from factcheck.errors import FactcheckError, UsageError
from factcheck.index import dask as spreading
from factcheck.index import fanning, preparing
from factcheck.index.dask import Cluster, ClusterJob, find_problem, read_checked
from factcheck.index.fanning import Files, Processes
from factcheck.index.preparing import Fan, Window
from factcheck.index.sync import sync
from factcheck.settings import Settings

pytestmark = [
    pytest.mark.slow,
    # `distributed` leaves sockets and event loops to the collector when a worker is killed.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
ARTICLES = 7
Rows = dict[str, list[Any]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some articles, one of them in two files, and one that cannot be read."""
    root = tmp_path_factory.mktemp("fanning")
    written = sorted(path for path in write_articles(root / "all").rglob("*.*") if path.is_file())[:ARTICLES]
    folder = root / "articles"
    folder.mkdir()
    for path in written:
        shutil.copy(path, folder)
    shutil.copy(written[0], folder / "zz-copy.txt")
    (folder / "scan.pdf").write_bytes(b"%PDF-1.4 torn")
    return folder


@pytest.fixture(autouse=True)
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few articles are several windows, and enough for processes."""
    monkeypatch.setattr(preparing, "WINDOW_BYTES", 500)
    monkeypatch.setattr(fanning, "LEAST_BYTES", 0)


def rows(index: Path) -> Rows:
    """Everything that an index holds, but for the times at which files were looked at."""
    build = index / (index / "current").read_text()
    with sqlite3.connect(build / "index.sqlite") as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        held = {name: database.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
        times = [place for place, row in enumerate(database.execute("PRAGMA table_info(articles)")) if "_ns" in row[1]]
    database.close()
    held["articles"] = [tuple(v for place, v in enumerate(row) if place not in times) for row in held["articles"]]
    return held


@pytest.fixture(scope="module")
def expected(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    """What a run in this process makes of the articles."""
    index = tmp_path_factory.mktemp("expected") / "index"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preparing, "WINDOW_BYTES", 500)
        sync([folder], settings=Settings(index=str(index)))
    return rows(index)


def test_processes_make_the_same_index(folder: Path, expected: Rows, tmp_path: Path) -> None:
    index = tmp_path / "index"
    result = CliRunner().invoke(main, ["index", str(folder), "--workers", "2", "--index", str(index)])
    assert result.exit_code == 0 and "scan.pdf" in result.stderr and "killed" not in result.stderr
    assert rows(index) == expected


def test_processes_that_die_leave_the_rest_to_this_one(
    folder: Path, expected: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def dying(self: Processes, parts: Sequence[Files], max_bytes: int) -> Iterator[Window]:
        for part in parts[:2]:
            yield fanning.take(fanning.read_there(part, Settings(), max_bytes))
        raise BrokenProcessPool("killed")

    monkeypatch.setattr(Processes, "_spread", dying)
    settings = Settings(index=str(tmp_path / "index"))
    sync([folder], settings=settings, fan=Processes(settings, 2))
    assert rows(tmp_path / "index") == expected
    assert "this one reads the rest" in caplog.text


@dataclass
class Interrupted:
    """A fan that is stopped by Ctrl-C after some windows."""

    inner: Fan
    windows: int

    def read(self, states: Sequence[Any], *, max_bytes: int) -> Iterator[Window]:
        for place, window in enumerate(self.inner.read(states, max_bytes=max_bytes)):
            if place == self.windows:
                raise KeyboardInterrupt
            yield window


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed")
    # Without a port of its own it insists on 8787, which another cluster may have.
    options: dict[str, Any] = {"dashboard_address": "127.0.0.1:0", "memory_limit": 0, "silence_logs": 50}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **options) as cluster:
        yield cluster


def test_a_cluster_makes_the_same_index_though_a_worker_is_killed_and_the_run_interrupted(
    cluster: Any, folder: Path, expected: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(index=str(tmp_path / "index"))
    fan = Cluster(cluster.scheduler_address, [folder], settings)
    with pytest.raises(KeyboardInterrupt):
        sync([folder], settings=settings, fan=Interrupted(fan, 2))
    kept = rows(tmp_path / "index")["articles"]
    assert 0 < len(kept) < ARTICLES, "finished windows are kept"
    victim = next(iter(fan._client.run(os.getpid).values()))
    correct, killed = Cluster._correct, []

    def kill(self: Cluster, part: Files, window: Window, max_bytes: int) -> Window:
        if not killed:
            killed.append(victim)
            os.kill(victim, signal.SIGKILL)
        return correct(self, part, window, max_bytes)

    monkeypatch.setattr(Cluster, "_correct", kill)
    report = sync([folder], settings=settings, fan=fan)
    fan.close()
    assert killed and report.unchanged == len(kept) and report.articles == ARTICLES + 1
    made = rows(tmp_path / "index")
    for table in ("articles", "texts", "passages", "sentences", "token_codes", "utterances", "origin_pairs"):
        assert made[table] == expected[table], table


class ScriptedClient:
    """A cluster in this process; what its workers see of a file may be another content, or nothing."""

    def __init__(self, see: Callable[[Path], Path]) -> None:
        self.see = see
        self.cancelled: list[Any] = []

    def nthreads(self) -> dict[str, int]:
        return {"tcp://a": 2}

    def submit(self, work: Any, part: Files, job: ClusterJob, max_bytes: int, *, pure: bool) -> ScriptedFuture:
        assert work is read_checked and not pure
        seen = tuple(replace(state, path=str(self.see(Path(state.path)))) for state in part)
        window = fanning.take(fanning.read_there(seen, job.settings, max_bytes))
        own = {state.file: state for state in part}
        found = tuple(replace(each, state=own[each.state.file]) for each in window.articles)
        return ScriptedFuture(replace(window, articles=found))

    def cancel(self, futures: list[Any], *, force: bool) -> None:
        self.cancelled += futures


@dataclass
class ScriptedFuture:
    window: Window
    status: str = "finished"

    def result(self, timeout: float) -> Window:
        return self.window


@pytest.mark.parametrize("there", ["another text", "nothing"])
def test_what_is_indexed_is_what_lies_here(
    there: str, folder: Path, expected: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Offsets into a file that a worker read elsewhere would be wrong here."""
    stale = tmp_path / "stale.txt"
    if there == "another text":
        stale.write_text("Nobody denied anything. It was never said.")
    first = min(folder.glob("*.txt")).name
    client = ScriptedClient(lambda path: stale if path.name == first else path)
    monkeypatch.setattr(spreading, "join_cluster", lambda *_: client)
    settings = Settings(index=str(tmp_path / "index"))
    sync([folder], settings=settings, fan=Cluster("tcp://scripted:1", [folder], settings))
    assert rows(tmp_path / "index") == expected


def test_a_worker_says_why_it_cannot_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreading, "join_cluster", lambda *_: None)
    job = Cluster("tcp://scripted:1", [folder], Settings())._job
    assert find_problem(job) is None
    for wrong, said in (
        (replace(job, version="0.0.0"), "0.0.0"),
        (replace(job, recipe="schema 0"), "schema"),
        (replace(job, folders=("/nowhere",)), "/nowhere"),
    ):
        problem = find_problem(wrong)
        assert problem is not None and said in problem.message and problem.hint
        assert isinstance(read_checked((), wrong, 1), FactcheckError)


def test_an_endpoint_is_not_spread(folder: Path) -> None:
    with pytest.raises(UsageError, match="endpoint"):
        Cluster("tcp://127.0.0.1:9", [folder], Settings(embedding_model="openai:x"))


def test_dask_and_workers_exclude_each_other(folder: Path) -> None:
    result = CliRunner().invoke(main, ["index", str(folder), "--workers", "2", "--dask", "tcp://127.0.0.1:9"])
    assert result.exit_code == 2 and "exclude each other" in result.stderr
