"""Break every command at steps that change the disk, and damage what it left: nothing finished is lost, nothing
half done is shown, and the same command goes on.

The steps are found by recording a run. Here each command meets some of them, others whenever the code changes;
`python benchmarks/crash_matrix.py` tries them all.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from crashes import SCENARIOS, Prepared, Scenario, cut_at, kill_at, prepare, remove_article
from disk import FULL, KILL, MEMORY, POSSIBLE, READ_ONLY, STOP, TEAR, Machine, choose_points, copy_place
from places import ROOT
from power import KINDS
from test_sync import check_whole, files, story, write
from toy_embedder import ToyEmbedder

from factcheck.errors import CorruptIndex
from factcheck.index.sync import sync
from factcheck.settings import Settings

needs_compiler = pytest.mark.skipif(not POSSIBLE, reason="needs Linux and a C compiler")
OURS = sorted(path for name in ("index", "batch", "evaluation") for path in (ROOT / "factcheck" / name).glob("*.py"))
TURN = zlib.crc32(b"".join(path.read_bytes() for path in OURS))
"""A number that every change of the code changes, so that other points have their turn."""
# A name is changed, or anything is; and what else can happen.
KILLS = ((KILL, "CMRUD"), (KILL, "CMRUDSTW"))
OTHERS = ((TEAR, "W"), (FULL, "WCM"), (READ_ONLY, "WCMRU"), (STOP, "WCMRUDS"))


@pytest.fixture(scope="module")
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        yield Path(name)


@pytest.fixture(scope="module")
def machine(scratch: Path) -> Iterator[Machine]:
    with Machine(scratch) as machine:
        yield machine


@pytest.fixture(scope="module", params=SCENARIOS, ids=lambda scenario: scenario.name)
def prepared(request: pytest.FixtureRequest, machine: Machine, scratch: Path) -> Prepared:
    scenario: Scenario = request.param
    return prepare(machine, scenario, scratch / str(SCENARIOS.index(scenario)))


@needs_compiler
def test_a_broken_command_leaves_what_the_same_command_finishes(machine: Machine, prepared: Prepared) -> None:
    points = choose_points(prepared.steps)
    turn = TURN + SCENARIOS.index(prepared.scenario)
    for blow, kinds in (KILLS[turn % len(KILLS)], OTHERS[turn // 2 % len(OTHERS)]):
        fitting = [point for point in points if prepared.steps[point - 1].kind in kinds]
        kill_at(machine, prepared, fitting[turn % len(fitting)], blow=blow)


@needs_compiler
def test_a_power_cut_leaves_what_the_same_command_finishes(machine: Machine, prepared: Prepared) -> None:
    turn = TURN + SCENARIOS.index(prepared.scenario)
    end = len(prepared.steps)
    forced = [number + 1 for number, step in enumerate(prepared.steps) if step.kind == "S"]
    cut_at(machine, prepared, end if turn % 3 == 0 else forced[turn % len(forced)], KINDS[turn % len(KINDS)])


def cut(share: float) -> Callable[[Path], None]:
    """Truncate at the border of a page."""

    def damage(path: Path) -> None:
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share) // 4096 * 4096])

    return damage


def flip(seed: int, count: int = 40, start: int = 0) -> Callable[[Path], None]:
    """Change bytes here and there."""

    def damage(path: Path) -> None:
        chance, content = random.Random(seed), bytearray(path.read_bytes())
        for _ in range(count):
            content[chance.randrange(start, len(content))] ^= chance.randrange(1, 256)
        path.write_bytes(content)

    return damage


def fill(byte: bytes, most: int = 1 << 30) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        content = path.read_bytes()
        path.write_bytes((byte * len(content))[:most] + content[most:])

    return damage


def put_log(path: Path) -> None:
    """Put the log of another database beside this one."""
    shutil.copyfile(path, path.with_name(path.name + "-wal"))


def delete(path: Path) -> None:
    path.unlink()


STORE = "build-*/index.sqlite"
DAMAGES = [
    *((STORE, f"cut to {share}", cut(share)) for share in (0.0, 0.02, 0.5, 0.99)),
    *((STORE, f"flipped, seed {seed}", flip(seed)) for seed in range(3)),
    (STORE, "header zeroed", fill(b"\0", 100)),
    (STORE, "garbage", fill(b"garbage ")),
    (STORE, "gone", delete),
    (STORE, "foreign log", put_log),
    ("current", "garbage", fill(b"\xff")),
    ("current", "gone", delete),
    ("build-*/chroma.json", "garbage", fill(b"{")),
    ("build-*/chroma/*/chroma.sqlite3", "cut", cut(0.5)),
    ("build-*/chroma/*/chroma.sqlite3", "flipped", flip(1, 400)),
    ("build-*/chroma/*/chroma.sqlite3", "gone", delete),
    ("build-*/chroma/*/*/*.bin", "zeroed", fill(b"\0")),
    ("build-*/chroma/*/*/*.bin", "flipped", flip(2)),
    ("build-*/chroma/*/*/*.bin", "gone", delete),
    ("last-run.json", "garbage", fill(b"[")),
    ("lock", "garbage", fill(b"x")),
]


@pytest.fixture(scope="module")
def whole(machine: Machine, scratch: Path) -> Path:
    """An index from which an article was removed."""
    base = scratch / "whole" / "base"
    base.mkdir(parents=True)
    remove_article(machine, base)
    return base


@needs_compiler
@pytest.mark.parametrize(("pattern", "words", "damage"), DAMAGES[TURN % 2 :: 2])
def test_a_damaged_file_is_mended_or_told_of(
    machine: Machine, whole: Path, pattern: str, words: str, damage: Callable[[Path], None]
) -> None:
    place = copy_place(whole, whole.parent / "place")
    wanted = machine.look(copy_place(whole, whole.parent / "seen"))
    found = list((place / "index").glob(pattern))
    assert found
    for path in found:
        damage(path)
    code, seen = machine.look(place)
    assert (code, seen) == wanted or told(seen), (code, seen)
    for arguments in (("status",), ("index", "articles")):
        code, said = machine.run(place, arguments)
        assert code == 0 or told(said), (code, said)
    code, said = machine.run(place, ("index", "articles", "--rebuild"))
    assert code == 0, said
    assert machine.look(place) == wanted, "nothing is lost, and what was removed stays removed"


def told(said: object) -> bool:
    """Whether an error says which command makes the index again."""
    words = str(said)
    return "factcheck index FOLDER" in words and "Traceback" not in words and "a bug in" not in words


def test_a_full_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("factcheck.index.sync.load_embedder", lambda _: ToyEmbedder())
    for number in range(24):
        write(tmp_path / "articles", f"a{number:02}.txt", story(f"word{number}", 20))
    write(tmp_path / "few", "a00.txt", story("word0"))
    small = tmp_path / "small"
    small.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(small)], capture_output=True)
    if made.returncode:
        pytest.skip("needs the right to mount a small file system")
    try:
        here = Settings(index=str(small / "index"))
        sync([tmp_path / "few"], settings=here)
        with pytest.raises(CorruptIndex, match="full") as caught:
            sync([tmp_path / "articles"], settings=here)
        assert "still answers" in caught.value.hint
        assert "a00.txt" in files(here)
        check_whole(here)
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)
