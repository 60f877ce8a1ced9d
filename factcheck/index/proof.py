"""Search files byte by byte for what was removed. It knows nothing of how that was deleted.

    texts   → as UTF-8, UTF-16, in JSON, … → every run of 16 bytes, wherever it begins in the file
    names   → words of at least 8 bytes and file names, as written and in lower case
    vectors → runs of four numbers, to 5 digits: Chroma scales a vector anew before it writes it

A run proves nothing if another article, or an empty index, holds it too: such runs are spared. What is
compressed or encrypted cannot be found; an index holds nothing of the kind.
"""

from __future__ import annotations

import html
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_NAME = 8
_LONGEST_NAME = 64
# Of a file, so much is in memory at once, and so much is read twice, so that nothing is cut apart.
_CHUNK, _OVERLAP = 1_048_576, 256
# Texts are looked through together, with something between them, so that the ends of two make no run.
_BLOCK, _GAP = 1_000_000, 32
_ANY_WORD = re.compile(r"\w+")
# The mantissa's last 8 bits go when a vector is scaled anew.
_ROUNDED = 8

Keys = NDArray[np.uint64]
Floats = NDArray[np.float32]
T = TypeVar("T")

FORMS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda text: text.encode("utf-8", "surrogatepass"),
    "lower case": lambda text: text.lower().encode("utf-8", "surrogatepass"),
    "json": lambda text: json.dumps(text)[1:-1].encode(),
    "html": lambda text: html.escape(text).encode("utf-8", "surrogatepass"),
    "latin-1": lambda text: text.encode("latin-1", "replace"),
    "utf-16": lambda text: text.encode("utf-16-le", "surrogatepass"),
    "utf-16-be": lambda text: text.encode("utf-16-be", "surrogatepass"),
}
_NAME_FORMS = ("utf-8", "lower case")


@dataclass(slots=True)
class _Left:
    """What was found in one file and is not spared."""

    runs: Keys
    names: set[bytes]
    vectors: Keys

    def __bool__(self) -> bool:
        return bool(len(self.runs) or self.names or len(self.vectors))

    def describe(self) -> str:
        kinds = ("sentences", len(self.runs)), ("names", len(self.names)), ("vectors", len(self.vectors))
        return " and ".join(name for name, count in kinds if count)


class _Wanted:
    """Keys that are looked up many at a time: a small table tells most of them off."""

    def __init__(self, keys: Keys) -> None:
        self.keys: Keys = np.unique(keys)
        # As small as can be, so that it stays near the processor.
        bits = min(max(16, len(self.keys).bit_length() + 5), 26)
        self._shift = np.uint64(64 - bits)
        self._table = np.zeros(1 << bits, dtype=bool)
        self._table[self._place(self.keys)] = True

    def find(self, keys: Keys) -> NDArray[np.int64]:
        """Return the positions of the keys that are wanted."""
        likely = np.flatnonzero(self._table[self._place(keys)])
        return likely[_among(keys[likely], self.keys)]

    def _place(self, keys: Keys) -> Keys:
        return keys >> self._shift


@dataclass
class Proof:
    """A search for texts, names and vectors.

    Args:
        texts: Whatever of it is as long as a run must not be found.
        names: Must not be found, whatever their length; those under eight bytes are left out.
        vectors: One row each.
        raw: Bytes that must not be found as they are.
    """

    texts: Iterable[str]
    names: Iterable[str]
    vectors: Floats
    raw: Iterable[bytes] = ()
    files: int = 0
    size: int = 0
    _found: dict[Path, _Left] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the tables of what is sought."""
        texts = list(self.texts)
        self._forms = {name: np.unique(_runs(map(form, texts))) for name, form in FORMS.items()}
        self._runs = _Wanted(np.concatenate([_runs(self.raw), *self._forms.values()]))
        words = [*self.names, *(word for text in texts for word in _ANY_WORD.findall(text))]
        cut = {FORMS[form](word)[:_LONGEST_NAME] for word in words for form in _NAME_FORMS}
        self._names: dict[int, set[bytes]] = {}
        for name in cut:
            if len(name) >= _NAME:
                self._names.setdefault(int(_heads(name, 0)[0]), set()).add(name)
        self._heads = _Wanted(np.array(list(self._names), dtype=np.uint64))
        self._vectors = _Wanted(_numbers(self.vectors))

    def search(self, file: Path) -> None:
        """Search a file; what is found counts until it is spared."""
        left = _Left(_none(), set(), _none())
        for data in _chunks(file):
            keys = _pairs(data, 0)
            left.runs = np.union1d(left.runs, keys[self._runs.find(keys)])
            left.names.update(self._names_in(data))
            numbers = _numbers_in(data)
            left.vectors = np.union1d(left.vectors, numbers[self._vectors.find(numbers)])
        self.files += 1
        self.size += file.stat().st_size
        if left:
            self._found[file] = left

    def left(self) -> dict[Path, str]:
        """Return the files in which something was found that is not spared, and what it is."""
        return {file: left.describe() for file, left in self._found.items() if left}

    def spare(self, texts: Callable[[], Iterable[str]]) -> None:
        """Spare what other texts hold, in whatever form it was found.

        Args:
            texts: Called once for each form in which something was found.
        """
        for name, form in FORMS.items():
            sought = any(np.isin(left.runs, self._forms[name]).any() for left in self._found.values())
            if sought or (name in _NAME_FORMS and any(left.names for left in self._found.values())):
                self.spare_bytes(bytes(_GAP).join(map(form, block)) for block in in_blocks(texts(), _BLOCK, size=len))

    def spare_bytes(self, blocks: Iterable[bytes]) -> None:
        """Spare what is in these bytes."""
        for block in blocks:
            if not self.left():
                return
            wanted = _Wanted(np.concatenate([left.runs for left in self._found.values()]))
            innocent = np.concatenate([keys[wanted.find(keys)] for keys in _every_pair(block)])
            for left in self._found.values():
                left.runs = np.setdiff1d(left.runs, innocent)
                left.names = {name for name in left.names if name not in block}

    def spare_names(self, known: Callable[[str], bool]) -> None:
        """Spare names of which it is known elsewhere that they may stay."""
        for left in self._found.values():
            left.names = {name for name in left.names if not known(name.decode("utf-8", "replace"))}

    def spare_vectors(self, blocks: Callable[[], Iterable[Floats]]) -> None:
        """Spare numbers that other vectors hold; called only where there is something to spare."""
        if not any(len(left.vectors) for left in self._found.values()):
            return
        for rows in blocks():
            wanted = _Wanted(np.concatenate([left.vectors for left in self._found.values()]))
            # Scaled anew, a number may go either way.
            for scale in (1 - 2**-22, 1.0, 1 + 2**-22):
                numbers = _numbers((rows * np.float32(scale)).astype("<f4"))
                innocent = numbers[wanted.find(numbers)]
                for left in self._found.values():
                    left.vectors = np.setdiff1d(left.vectors, innocent)

    def _names_in(self, data: bytes) -> Iterator[bytes]:
        for start in range(_NAME):
            heads = _heads(data, start)
            for place in self._heads.find(heads).tolist():
                offset = start + _NAME * place
                names = self._names[int(heads[place])]
                yield from (name for name in names if data.startswith(name, offset))


def find_shared(sentences: Iterable[str], articles: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the files that hold some of the sentences word for word.

    Args:
        sentences: Those shorter than a run stand in any article and are left out.
        articles: Files with their texts.
    """
    heads: dict[int, list[bytes]] = {}
    for sentence in sentences:
        data = FORMS["utf-8"](sentence)
        for key in _pairs(data, 0)[:1].tolist():
            heads.setdefault(key, []).append(data)
    wanted = _Wanted(np.array(list(heads), dtype=np.uint64))
    found: set[str] = set()
    for block in in_blocks(articles, _BLOCK, size=lambda article: len(article[1])):
        texts = [FORMS["utf-8"](text) for _, text in block]
        ends = list(accumulate(len(text) + _GAP for text in texts))
        data = bytes(_GAP).join(texts)
        for start, keys in enumerate(_every_pair(data)):
            for place in wanted.find(keys).tolist():
                offset = start + 8 * place
                if any(data.startswith(sentence, offset) for sentence in heads[int(keys[place])]):
                    found.add(block[bisect_right(ends, offset)][0])
    return tuple(sorted(found))


def _chunks(file: Path) -> Iterator[bytes]:
    """Yield a file in pieces that overlap; each begins at a multiple of eight."""
    with file.open("rb") as stream:
        rest = b""
        while read := stream.read(_CHUNK):
            data = rest + read
            yield data
            rest = data[-_OVERLAP:]


def in_blocks(items: Iterable[T], most: int, *, size: Callable[[T], int]) -> Iterator[list[T]]:
    """Yield items some at a time, until they are of a size together."""
    block: list[T] = []
    total = 0
    for item in items:
        block.append(item)
        total += size(item)
        if total >= most:
            yield block
            block, total = [], 0
    if block:
        yield block


def _words(data: bytes, start: int) -> Keys:
    count = max(0, len(data) - start) // 8
    return np.frombuffer(data, "<u8", count=count, offset=start if count else 0)


def _heads(data: bytes, start: int) -> Keys:
    return _words(data, start) * np.uint64(0x9E3779B97F4A7C15)


def _pairs(data: bytes, start: int) -> Keys:
    """Return keys for sixteen bytes at `start`, `start + 8`, and so on; 0 for a repeated character."""
    words = _words(data, start)
    first, second = words[:-1], words[1:]
    keys: Keys = first * np.uint64(0x9E3779B97F4A7C15) + second * np.uint64(0xC2B2AE3D27D4EB4F)
    keys[first == second] = 0
    return keys


def _every_pair(data: bytes) -> list[Keys]:
    return [_pairs(data, start) for start in range(8)]


def _runs(texts: Iterable[bytes]) -> Keys:
    found: Keys = np.concatenate([_none(), *(keys for data in texts for keys in _every_pair(data))])
    kept: Keys = found[found != 0]
    return kept


def _numbers(rows: Floats) -> Keys:
    bits = np.ascontiguousarray(rows, dtype="<f4").view("<u4")
    return _mixed([bits[:, place : bits.shape[1] - 3 + place].ravel() for place in range(4)])


def _numbers_in(data: bytes) -> Keys:
    """Return a key for four numbers in every 64 bytes, wherever in four bytes they begin."""
    found = []
    for start in range(4):
        count = max(0, len(data) - start) // 64
        bits = np.frombuffer(data, "<u4", count=16 * count, offset=start if count else 0).reshape(-1, 16)
        found.append(_mixed([bits[:, place] for place in range(4)]))
    return np.concatenate(found)


def _mixed(columns: list[NDArray[np.uint32]]) -> Keys:
    rounded = [(column >> np.uint32(_ROUNDED)).astype(np.uint64) for column in columns]
    keys = np.zeros(len(rounded[0]), dtype=np.uint64)
    for column in rounded:
        keys = (keys ^ column) * np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(29)
    different = np.logical_or.reduce([column != rounded[0] for column in rounded[1:]])
    return keys[different]


def _among(keys: Keys, known: Keys) -> NDArray[np.bool_]:
    if not len(known):
        return np.zeros(len(keys), dtype=bool)
    places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    same: NDArray[np.bool_] = known[places] == keys
    return same


def _none() -> Keys:
    return np.zeros(0, dtype=np.uint64)
