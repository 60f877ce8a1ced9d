"""Kill, interrupt and starve an indexing process: nothing finished is lost, nothing half done answers.

The process is a real one; it is stopped by a hook that the test puts around one of its steps.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from places import ROOT
from test_sync import check_whole, files, story, write
from toy_embedder import ToyEmbedder

from factcheck.errors import CorruptIndex
from factcheck.index.store import Store
from factcheck.index.sync import remove, sync
from factcheck.settings import Settings

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and limits of POSIX")

DRIVER = """
import importlib, os, resource, sys
from pathlib import Path
from toy_embedder import ToyEmbedder
from factcheck.errors import FactcheckError
from factcheck.index import removing, sync as syncing
from factcheck.settings import Settings

index, folder, action, where, nth, blow = sys.argv[1:]
syncing.load_embedder = lambda _: ToyEmbedder()
calls = 0
if where:
    module, _, path = where.partition(":")
    owner = importlib.import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    original = getattr(owner, name)

    def step(*arguments, **options):
        global calls
        calls += 1
        if calls == int(nth):
            os.kill(os.getpid(), int(blow))
        return original(*arguments, **options)

    setattr(owner, name, step)
settings = Settings(index=index)
try:
    if action == "remove":
        syncing.remove(["a03.txt"], settings=settings)
    else:
        syncing.sync([Path(folder)], settings=settings, rebuild=action == "rebuild")
except FactcheckError as error:
    sys.exit(f"{type(error).__name__}: {error.message} / {error.hint}")
except KeyboardInterrupt:
    sys.exit(130)
"""

KILL, TERM = str(int(signal.SIGKILL)), str(int(signal.SIGTERM))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(24):
        write(tmp_path / "articles", f"a{number:02}.txt", story(f"word{number}", 20))
    return tmp_path / "articles"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr("factcheck.index.sync.load_embedder", lambda _: ToyEmbedder())
    return Settings(index=str(tmp_path / "index"))


def start(
    settings: Settings, folder: Path, action: str, where: str = "", nth: int = 0, blow: str = "0"
) -> subprocess.Popen[str]:
    environment = dict(os.environ, PYTHONPATH=f"{ROOT}:{ROOT / 'tests'}")
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER, settings.index, str(folder), action, where, str(nth), blow],
        env=environment, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def run(settings: Settings, folder: Path, action: str, where: str = "", nth: int = 0, blow: str = "0") -> int:
    process = start(settings, folder, action, where, nth, blow)
    process.communicate(timeout=120)
    return process.returncode


PUT = "factcheck.index.writing:WritableStore.put"
ADD = "factcheck.index.chroma:ChromaStore.add"
NOTE = "factcheck.index.vector_update:write_note"
SYNCED = "factcheck.index.vector_update:sync_files"
ORIGINS = "factcheck.index.sync:update_origins"
MERGE = "factcheck.index.writing:WritableStore.merge_words"
CURRENT = "factcheck.index.lock:write_durably"


@pytest.mark.parametrize(
    ("where", "nth", "kept"),
    [(PUT, 9, range(1, 9)), (ORIGINS, 1, [24]), (ADD, 1, [24]), (SYNCED, 1, [24]), (NOTE, 1, [24])],
)
@pytest.mark.parametrize("blow", [KILL, TERM])
def test_a_stopped_first_run_keeps_what_was_finished(
    folder: Path, settings: Settings, where: str, nth: int, kept: range, blow: str
) -> None:
    assert run(settings, folder, "sync", where, nth, blow) == (-int(KILL) if blow == KILL else 130)
    assert len(files(settings)) in kept
    check_whole(settings)
    report = sync([folder], settings=settings)
    assert report.articles == 24 and report.added == 24 - report.unchanged
    check_whole(settings)


@pytest.mark.parametrize(
    ("where", "nth"),
    [
        (PUT, 3),
        (MERGE, 1),
        ("factcheck.index.vector_update:open_folder", 1),
        (ADD, 1),
        (NOTE, 1),
        ("factcheck.index.vector_update:shutil.rmtree", 1),
    ],
)
def test_a_killed_update_leaves_an_index_that_answers(folder: Path, settings: Settings, where: str, nth: int) -> None:
    sync([folder], settings=settings)
    for number in (1, 5, 9):
        write(folder, f"a{number:02}.txt", story(f"changed{number}", 25), old=False)
    (folder / "a11.txt").unlink()
    assert run(settings, folder, "sync", where, nth, KILL) == -int(KILL)
    assert len(files(settings)) in (23, 24)
    check_whole(settings)
    sync([folder], settings=settings)
    assert len(files(settings)) == 23
    with Store.open(Path(settings.index)) as store:
        assert all(f"changed{number}" in store.text(f"a{number:02}.txt") for number in (1, 5, 9))
    check_whole(settings)


@pytest.mark.parametrize(("where", "nth"), [(PUT, 10), (NOTE, 1), ("factcheck.index.sync:publish_build", 1)])
def test_a_killed_rebuild_leaves_the_old_index(folder: Path, settings: Settings, where: str, nth: int) -> None:
    sync([folder], settings=settings)
    with Store.open(Path(settings.index)) as before:
        assert run(settings, folder, "rebuild", where, nth, KILL) == -int(KILL)
        assert before.is_current()
    assert len(files(settings)) == 24
    check_whole(settings)
    sync([folder], settings=settings)
    assert len(list(Path(settings.index).glob("build-*"))) == 1, "what was left is deleted"


@pytest.mark.parametrize(
    ("where", "nth"),
    [
        ("factcheck.index.removing:write_removed", 1),
        ("factcheck.index.writing:WritableStore.delete", 1),
        ("factcheck.index.removing:_purge", 1),
        (NOTE, 1),
    ],
)
def test_a_killed_removal_is_finished_by_either_command(
    folder: Path, settings: Settings, tmp_path: Path, where: str, nth: int
) -> None:
    sync([folder], settings=settings)
    assert run(settings, folder, "remove", where, nth, KILL) == -int(KILL)
    check_whole(settings)
    copy = tmp_path / "copy"
    shutil.copytree(settings.index, copy)
    if "a03.txt" in files(settings):
        remove(["a03.txt"], settings=settings)
    sync([folder], settings=settings)
    assert b"word3 " not in everything(settings.index)
    if not (where.endswith("write_removed")):
        # Without the command again: the next run knows that the content is to stay out.
        sync([folder], settings=Settings(index=str(copy)))
        assert b"word3 " not in everything(copy)


def everything(index: str | Path) -> bytes:
    return b"".join(path.read_bytes() for path in Path(index).rglob("*") if path.is_file())


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.9, 1.2, 1.6, 2.2, 3.0, 3.6, 4.2])
def test_a_kill_at_any_time(folder: Path, settings: Settings, seconds: float) -> None:
    process = start(settings, folder, "sync")
    time.sleep(seconds)
    process.kill()
    process.communicate()
    sync([folder], settings=settings)
    assert len(files(settings)) == 24
    check_whole(settings)


LIMITED = DRIVER.replace(
    "settings = Settings",
    "resource.setrlimit(resource.RLIMIT_FSIZE, (int(nth), int(nth)))\nsettings = Settings",
)


@pytest.mark.parametrize("limit", [5_000, 60_000, 150_000, 300_000])
def test_a_full_disk_is_an_error_and_the_earlier_index_answers(folder: Path, settings: Settings, limit: int) -> None:
    few = folder.parent / "few"
    for number in range(3):
        write(few, f"a{number:02}.txt", story(f"word{number}", 20))
    sync([few], settings=settings)
    environment = dict(os.environ, PYTHONPATH=f"{ROOT}:{ROOT / 'tests'}")
    # A file cannot grow beyond the limit: what a full disk looks like from inside.
    script = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n" + LIMITED
    done = subprocess.run(
        [sys.executable, "-c", script, settings.index, str(folder), "sync", "", str(limit), "0"],
        env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert done.stderr.startswith("CorruptIndex: ") and "Traceback" not in done.stderr
    assert "still answers" in done.stderr or "Run factcheck index" in done.stderr
    assert {"a00.txt", "a01.txt", "a02.txt"} <= set(files(settings))
    check_whole(settings)
    sync([folder], settings=settings)
    assert len(files(settings)) == 24
    check_whole(settings)


def test_a_full_file_system(folder: Path, settings: Settings, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(small)], capture_output=True)
    if made.returncode:
        pytest.skip("needs the right to mount a small file system")
    try:
        here = Settings(index=str(small / "index"))
        few = tmp_path / "few"
        write(few, "a00.txt", story("word0"))
        sync([few], settings=here)
        with pytest.raises(CorruptIndex, match="full") as caught:
            sync([folder], settings=here)
        assert "still answers" in caught.value.hint
        assert "a00.txt" in files(here)
        check_whole(here)
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)
