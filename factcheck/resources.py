"""Find the files that ship beside the code: prompts/, seeds/ and ui/.

In a checkout they sit beside the package; in a wheel they are inside it, under `_bundled/`.
"""

from __future__ import annotations

from pathlib import Path

from factcheck.errors import FactcheckError

_PACKAGE = Path(__file__).resolve().parent


def resource(name: str) -> Path:
    """Return the folder or file of that name ("seeds", "ui/app.py").

    Raises:
        FactcheckError: It is in neither place; the installation is incomplete.
    """
    for root in (_PACKAGE / "_bundled", _PACKAGE.parent):
        path = root / name
        if path.exists():
            return path
    raise FactcheckError(f"{name} is missing from this installation", hint="Install factcheck again.")
