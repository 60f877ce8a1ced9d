"""Rules of the design that a reader can rely on, checked on the syntax tree."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from places import ROOT

PACKAGE = ROOT / "factcheck"
FILES = sorted(PACKAGE.rglob("*.py"))
UI_FILES = sorted((ROOT / "ui").rglob("*.py"))
MOST_LINES = 300
MOST_FUNCTION_LINES = 60

# Data flows down this list; a module imports only from its own line or from lines above it.
LAYERS = (
    ("texts", "model_calls", "types", "errors", "durable", "soundness", "admission", "clusters"),
    ("settings", "prompts", "resources"),
    ("lexicon", "quotes", "naming", "suggestions", "filters", "follow_ups"),
    ("models",),
    ("articles",),
    ("speech", "origins"),
    ("index",),
    ("retrieval",),
    ("claims",),
    ("comparing",),
    ("answering",),
    ("checking",),
    ("drafts",),
    ("sources",),
    ("asking", "pipeline"),
    ("presentation",),
    ("batch", "doctor", "storage"),
    ("evaluation",),
    ("mcp",),
    ("cli",),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}

# Where a framework may be imported: below these paths and nowhere else.
HOMES = {
    "chromadb": ("factcheck/index/vectors.py", "factcheck/index/chroma.py"),
    "langchain": ("factcheck/answering/", "factcheck/retrieval.py"),
    "langchain_core": ("factcheck/answering/", "factcheck/retrieval.py"),
    "langchain_openai": ("factcheck/answering/",),
    "openai": ("factcheck/answering/", "factcheck/models/", "factcheck/batch/"),
    "streamlit": ("ui/",),
    "spacy": ("factcheck/models/parser.py",),
    "onnxruntime": ("factcheck/models/",),
    "tokenizers": ("factcheck/models/",),
    "click": ("factcheck/cli/",),
    "rich": ("factcheck/cli/", "factcheck/evaluation/report.py"),
    "pypdf": ("factcheck/articles/",),
    "docx": ("factcheck/articles/", "factcheck/drafts/"),
    "mcp": ("factcheck/mcp.py",),
    "trafilatura": ("factcheck/articles/",),
    "openpyxl": ("factcheck/batch/",),
    "distributed": ("factcheck/clusters.py", "factcheck/batch/", "factcheck/index/dask.py"),
    "ir_measures": ("factcheck/evaluation/",),
    "scipy": ("factcheck/evaluation/",),
    "altair": ("factcheck/evaluation/", "ui/"),
    "vl_convert": ("factcheck/evaluation/",),
    "jinja2": ("factcheck/evaluation/", "factcheck/presentation/"),
}
HEAVY = {
    "altair",
    "chromadb",
    "langchain_core",
    "langchain_openai",
    "numpy",
    "onnxruntime",
    "openai",
    "openpyxl",
    "scipy",
    "spacy",
    "streamlit",
}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def typing_only(module: ast.Module) -> set[ast.AST]:
    """Nodes under `if TYPE_CHECKING:`, which import nothing when the program runs."""
    guarded: set[ast.AST] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            guarded.update(child for part in node.body for child in ast.walk(part))
    return guarded


def imports(path: Path) -> Iterator[str]:
    """Dotted names of everything a file imports when it runs, inside functions too."""
    module = tree(path)
    guarded = typing_only(module)
    for node in ast.walk(module):
        if node in guarded:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(dotted: str) -> str | None:
    """The part of the package that a dotted name lies in, or None for the package itself."""
    names = dotted.split(".")
    return names[1] if names[0] == "factcheck" and len(names) > 1 and names[1] != "__version__" else None


@pytest.mark.parametrize("path", FILES + UI_FILES, ids=name_of)
def test_no_file_and_no_function_is_long(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= MOST_LINES, f"{lines} lines"
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= MOST_FUNCTION_LINES, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    here = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if here in {"__init__", "__main__"}:
        return
    assert here in RANK, f"give {here} its place in LAYERS"
    for dotted in imports(path):
        there = part(dotted)
        if there is not None:
            assert RANK[there] <= RANK[here], f"{here} imports {there}, which comes later"


@pytest.mark.parametrize("path", FILES + UI_FILES, ids=name_of)
def test_every_framework_has_one_home(path: Path) -> None:
    for dotted in imports(path):
        homes = HOMES.get(dotted.split(".")[0])
        assert homes is None or name_of(path).startswith(homes), f"{dotted} belongs in {homes}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_command_line_prints(path: Path) -> None:
    if name_of(path).startswith("factcheck/cli/"):
        return
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called != "print" and not called.startswith(("sys.stdout", "sys.stderr")), ast.unparse(node)


@pytest.mark.parametrize("path", FILES + UI_FILES, ids=name_of)
def test_no_module_is_a_drawer_for_everything(path: Path) -> None:
    assert path.stem not in {"utils", "util", "helpers", "helper", "base", "common", "misc", "manager"}


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        f"import sys; sys.argv[1:] = {arguments!r}\n"
        "from factcheck.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in run.stderr.split()}
    assert "factcheck" in loaded
    assert not loaded & HEAVY
