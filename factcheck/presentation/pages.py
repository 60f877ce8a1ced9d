"""What every self-contained HTML page has: escaped templates, one style, and a policy that forbids the rest."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from factcheck.presentation.display import displayable

if TYPE_CHECKING:
    from jinja2 import Environment


def open_templates() -> Environment:
    """Return the templates of this package; whatever is put into them is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("factcheck.presentation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["displayable"] = lambda text: displayable(str(text))
    return environment


def make_policy(style: str, script: str = "") -> str:
    """Return a Content Security Policy that allows this style and this script, by hash, and nothing else."""
    parts = {
        "default-src": "'none'",
        "style-src": _hash(style),
        "script-src": _hash(script) if script else "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def _hash(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"
