"""Look the locked packages up among the known vulnerabilities, with pip-audit.

    python release/audit.py      → 0 none known · 1 some are, listed · 3 nothing could be looked up

pip-audit is run by uv from its own environment: it is no part of factcheck, and needs the network.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from locked import LOCKS, ROOT

UV, PIP_AUDIT = Path(sys.executable).with_name("uv"), "pip-audit==2.10.1"
# Its vulnerabilities have been known since 2019: who does not name them does not know any.
KNOWN_BAD = "jinja2==2.10"
NOT_DONE = 3


class NotAudited(Exception):
    """Nothing was looked up, and why."""


def main() -> None:
    """Audit every lock file."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            control = Path(folder) / "control.txt"
            control.write_text(KNOWN_BAD + "\n", "utf-8")
            if not list(name_vulnerabilities(audit(control))):
                raise NotAudited(f"the service that answers knows of nothing, not even of {KNOWN_BAD}")
        packages = [package for lock in LOCKS for package in audit(ROOT / lock)]
    except NotAudited as error:
        print(f"error: the locked packages were not audited: {error}", file=sys.stderr)
        print("hint: run it where pip-audit can reach its data.", file=sys.stderr)
        sys.exit(NOT_DONE)
    found = list(name_vulnerabilities(packages))
    print("\n".join([*found, f"{len(packages)} locked packages, {len(found)} known vulnerabilities"]))
    sys.exit(1 if found else 0)


def audit(lock: Path) -> list[dict[str, Any]]:
    """Return what pip-audit says of each package of a file."""
    what = ["--disable-pip", "--no-deps", "--requirement", str(lock), "--format", "json", "--progress-spinner", "off"]
    command = [str(UV), "tool", "run", PIP_AUDIT, *what]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        report: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except ValueError:
        raise NotAudited(" ".join(done.stderr.split()[-30:]) or "pip-audit said nothing") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotAudited(str(error)) from None
    if skipped := [package["name"] for package in report if "skip_reason" in package]:
        raise NotAudited(f"not known to the service: {', '.join(skipped)}")
    return report


def name_vulnerabilities(packages: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a line for each known vulnerability."""
    for package in packages:
        for known in package["vulns"]:
            mended = ", ".join(known["fix_versions"]) or "no version"
            yield f"{package['name']} {package['version']}: {known['id']} (mended in {mended})"


if __name__ == "__main__":
    main()
