"""Build the wheel and the source archive twice, in two places, and keep them if they are the same bytes.

    python release/build.py [COMMIT]      → dist/factcheck-X…whl, dist/factcheck-X.tar.gz, the SBOM, SHA256SUMS

What is built is what is committed; times in the archives are that of the commit.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"


def main() -> None:
    """Build, compare, keep."""
    commit = _git("rev-parse", "--short", sys.argv[1] if len(sys.argv) > 1 else "HEAD")
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        first, second = build(commit, Path(one) / "first"), build(commit, Path(other) / "2nd", umask=0o077)
        different = [name for name in first.keys() | second.keys() if first.get(name) != second.get(name)]
        if different:
            sys.exit(f"error: built twice, and not the same: {', '.join(sorted(different))}")
        shutil.rmtree(DIST, ignore_errors=True)
        shutil.copytree(Path(one) / "first" / "dist", DIST)
    sums = "".join(f"{digest}  {name}\n" for name, digest in sorted(first.items()))
    (DIST / "SHA256SUMS").write_text(sums, "utf-8")
    print(f"built twice with the same bytes, from commit {commit}:\n{sums}", end="")


def build(commit: str, folder: Path, *, umask: int = 0o022) -> dict[str, str]:
    """Build a commit in a folder of its own and return the hash of each file that came of it."""
    folder.mkdir()
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "-x"], cwd=folder, input=archive, check=True, umask=umask)
    times = {"SOURCE_DATE_EPOCH": _git("log", "-1", "--format=%ct", commit), "TZ": "UTC"}
    command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--target", "wheel"]
    subprocess.run(command, cwd=folder, env=os.environ | times, umask=umask, check=True, capture_output=True)
    dist = folder / "dist"
    version = next(dist.glob("*.whl")).name.split("-")[1]
    shutil.copyfile(folder / "sbom.cdx.json", dist / f"factcheck-{version}.cdx.json")
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in dist.iterdir()}


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    main()
