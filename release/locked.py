"""Read the lock files: every package with its version, its licence, and what it is needed for."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-uv.lock", "requirements-testmodel.lock")
RUNNING, DEVELOPING = "running", "developing"

_PACKAGE = re.compile(r"([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==([^ ;\\]+)")
_VIA = re.compile(r"    # +(?:via )?([A-Za-z0-9_.-]+)")

# SPDX names of the licences that packages name in other ways.
_SPDX = {
    "3-clause bsd license": "BSD-3-Clause", "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0", "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause", "bsd license": "BSD-3-Clause", "isc license (iscl)": "ISC", "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0", "python software foundation license": "PSF-2.0",
}  # fmt: skip
# Of packages whose metadata say nothing, and of those for other systems than the one this is run on: from their
# licence files.
_STATED = {
    "axe-playwright-python": "MIT AND MPL-2.0",
    "colorama": "BSD-3-Clause",
    "httpx2-jsfetch": "BSD-3-Clause",
    "pywin32": "PSF-2.0",
}


@dataclass(frozen=True, slots=True)
class Package:
    """One locked package.

    Attributes:
        name: As the lock writes it.
        version: The locked one.
        needed: For running factcheck with its extras, or for developing it.
        licence: SPDX expression, or "" where it is not known.
    """

    name: str
    version: str
    needed: str
    licence: str


def read_locks() -> list[Package]:
    """Return every locked package, by name."""
    found: dict[str, tuple[str, list[str]]] = {}
    for lock in LOCKS:
        parents: list[str] = []
        for line in (ROOT / lock).read_text("utf-8").splitlines():
            if package := _PACKAGE.match(line):
                parents = []
                found[package[1]] = (package[2], parents)
            elif via := _VIA.match(line):
                parents.append(via[1])
    needed = _find_needed({name: parents for name, (_, parents) in found.items()})
    return [Package(name, version, needed[name], read_licence(name)) for name, (version, _) in sorted(found.items())]


def read_licence(name: str) -> str:
    """Return the licence that a package states, as SPDX; "" where it states none that is known."""
    if name in _STATED:
        return _STATED[name]
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    if expression := about.get("License-Expression"):
        return str(expression)
    classifiers = [text.rpartition(" :: ")[2] for text in about.get_all("Classifier") or () if text[:7] == "License"]
    stated = [text for text in classifiers if text != "OSI Approved"] or [(about.get("License") or "").split("\n")[0]]
    known = [_SPDX.get(text.lower(), text) for text in stated if text]
    return " OR ".join(sorted(known))


def _find_needed(parents: dict[str, list[str]]) -> dict[str, str]:
    """Return what each package is needed for: what needs it, or what pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    asked = [*project["dependencies"], *extras["auth"], *extras["dask"]]
    waiting = [_normal(re.split(r"[^A-Za-z0-9_.-]", requirement)[0]) for requirement in asked]
    needed = dict.fromkeys(parents, DEVELOPING)
    while waiting:
        name = waiting.pop()
        if needed.get(name) == DEVELOPING:
            needed[name] = RUNNING
            waiting += [child for child, above in parents.items() if name in map(_normal, above)]
    return needed


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
