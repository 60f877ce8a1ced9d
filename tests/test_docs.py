"""What the documents say is true. `UPDATE_DOCS=1 pytest tests/test_docs.py` writes the README's session again."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import stat
import sys
import tomllib
from pathlib import Path

import click
import pytest
from places import ROOT
from terminals import on_terminal

from factcheck import __version__
from factcheck.cli import main

README = ROOT / "README.md"
EXAMPLE = re.compile(r"<!-- example: factcheck (.+?) -->\n```text\n(.*?)```", re.DOTALL)
COLUMNS = 88
GENERATED = runpy.run_path(str(ROOT / "docs/generate.py"))
REGISTRY_HOSTS = re.compile(
    r"(?i)\bpyp[i]\b|python[h]osted|/simple\b|npm[j]s|deb\.[d]ebian|index-url\s*=|files\.[p]ython"
)
MACHINE_PATHS = re.compile(r"/(?:work|root|tmp/w)/")
TEXTS = (
    *ROOT.glob("*.md"), *ROOT.glob("*.lock"), *ROOT.glob("*.toml"), *(ROOT / "docs").glob("*"),
    ROOT / "Makefile", ROOT / ".ci/run", *(ROOT / ".github").rglob("*.yml"),
)  # fmt: skip


def code_blocks(language: str) -> str:
    return "\n".join(re.findall(rf"```{language}\n(.*?)```", README.read_text("utf-8"), re.DOTALL))


def without_times(text: str) -> str:
    """Output without what differs from run to run: seconds."""
    return re.sub(r"\d+(\.\d+)? s\b", "… s", text)


def run_example(arguments: str, index: Path) -> str:
    environment = {"NO_COLOR": "1", "FACTCHECK_INDEX": str(index)}
    shown = on_terminal(*shlex.split(arguments), columns=COLUMNS, errors=False, **environment)
    return "\n".join(line.rstrip() for line in shown.replace(str(index), ".factcheck").splitlines())


def fill_in(arguments: str, shown: str) -> str:
    return f"<!-- example: factcheck {arguments} -->\n```text\n{shown}\n```"


def test_the_session_in_the_readme_is_what_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = tmp_path / "index"
    monkeypatch.chdir(ROOT)
    text = README.read_text("utf-8")
    examples = EXAMPLE.findall(text)
    assert len(examples) >= 3
    made = {arguments: run_example(arguments, index) for arguments, _ in examples}
    if os.environ.get("UPDATE_DOCS"):
        README.write_text(EXAMPLE.sub(lambda found: fill_in(found[1], made[found[1]]), text), "utf-8")
        return
    for arguments, shown in examples:
        assert without_times(shown.strip()) == without_times(made[arguments].strip()), arguments


@pytest.mark.parametrize("name", GENERATED["PAGES"])
def test_the_reference_is_up_to_date(name: str) -> None:
    assert (ROOT / "docs" / name).read_text("utf-8") == GENERATED["PAGES"][name](), "run: make docs"


def test_commands_in_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    used = [shlex.split(line, comments=True) for line in code_blocks("sh").splitlines() if line.strip()]
    assert used
    for program, *arguments in used:
        if program == "make":
            assert arguments[0] in targets
        else:
            assert program == "factcheck"
            command = main.commands[arguments[0]]
            known = {name for parameter in command.params for name in parameter.opts}
            options = {word for word in arguments[1:] if word.startswith("-")}
            assert isinstance(command, click.Command) and options <= known


def test_the_python_example_runs(seed_index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code_blocks("python").replace(".factcheck", str(seed_index)), "README.md", "exec"), {})
    assert capsys.readouterr().out.strip()


def test_ci_runs_the_readme_s_test_command() -> None:
    section = README.read_text("utf-8").split("## Test\n")[1]
    command = re.findall(r"```sh\n(.*?)\n```", section, re.DOTALL)[0]
    script = ROOT / ".ci/run"
    assert script.read_text().splitlines()[-1] == command
    assert script.stat().st_mode & stat.S_IXUSR
    assert ".ci/run" in (ROOT / ".github/workflows/ci.yml").read_text()


def test_the_changelog_s_top_names_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    top = re.split(r"^## ", changelog, flags=re.MULTILINE)[1]
    assert top.startswith(f"[{__version__}]") or (top.startswith("Unreleased\n") and __version__ in top)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_no_project_file_names_a_registry_or_a_machine(path: Path) -> None:
    if path.is_file():
        text = path.read_text("utf-8")
        assert not REGISTRY_HOSTS.search(text) and not MACHINE_PATHS.search(text)


def test_the_lock_pins_everything_by_hash_and_covers_the_project() -> None:
    for lock in ROOT.glob("*.lock"):
        entries = re.split(r"\n(?=[a-z0-9])", lock.read_text("utf-8"))
        assert all("==" in entry.splitlines()[0] and "--hash=sha256:" in entry for entry in entries)
    locked = set(re.findall(r"^([a-z0-9-]+)(?:\[[^]]*\])?==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]
    for requirement in wanted:
        name = re.match(r"[\w-]+", requirement)
        assert name is not None and name[0].lower().replace("_", "-") in locked, requirement
    assert "llama-cpp-python" not in locked  # it has no wheel and compiles for minutes


def test_python_versions_are_said_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == ">=3.11"
    assert "Python 3.11 or newer" in README.read_text("utf-8")
    assert sys.version_info >= (3, 11)
