"""A built wheel, installed where no checkout is, answers from an empty folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from places import ROOT, SEEDS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("factcheck-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with nothing but the wheel, and this one's packages for its dependencies.

    They are put on the path by a .pth file, whose own .pth files Python does not follow: the editable
    install of this checkout is not among them.
    """
    home = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(home, with_pip=False)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(home)}))
    pip = [sys.executable, "-m", "pip", "--python", str(home / "bin/python")]
    install = ["install", "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)]
    subprocess.run([*pip, *install], check=True, capture_output=True)
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin"


def run(*command: str | Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_carries_what_the_program_reads(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for seed in SEEDS.iterdir():
        assert zipfile.ZipFile(wheel).read(f"factcheck/_bundled/seeds/{seed.name}") == seed.read_bytes()
    assert {"factcheck/py.typed", "factcheck/_bundled/ui/app.py"} <= names
    assert any(name.startswith("factcheck/_bundled/prompts/") for name in names)
    assert not [name for name in names if name.endswith(".pyc")]
    assert any(name.endswith("licenses/LICENSE") for name in names)
    for path in (ROOT / "factcheck").rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            assert path.relative_to(ROOT).as_posix() in names


def test_it_answers_from_an_empty_folder(installed: Path) -> None:
    where = run(installed / "python", "-c", "import factcheck; print(factcheck.__file__)")
    assert Path(where).is_relative_to(installed.parent)
    assert "holds 5 articles" in run(installed / "factcheck", "index")
    record = json.loads(run(installed / "factcheck", "ask", "--json", "Who denied the request?"))
    assert record["outcome"] == "answered"
    for citation in record["citations"]:
        text = (SEEDS / citation["file"]).read_bytes().decode("utf-8", "replace")
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_it_finds_its_app(installed: Path) -> None:
    code = "from factcheck.resources import resource; print(resource('ui/app.py'), resource('seeds'))"
    for path in run(installed / "python", "-c", code).split():
        assert "_bundled" in path
