"""Ask a folder of news articles; every answer cites the file and the exact words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from factcheck.pipeline import Corpus

__version__ = "0.1.0"
__all__ = ["Corpus", "__version__"]


def __getattr__(name: str) -> object:
    """Load `Corpus` at first use, so that `import factcheck` costs nothing."""
    if name == "Corpus":
        from factcheck.pipeline import Corpus

        return Corpus
    raise AttributeError(f"module 'factcheck' has no attribute {name!r}")
