"""A removal that is not finished: what is to go, and what must not be found when it has gone.

    INDEX/removing.json      from before the first deletion until nothing was found; then deleted

Without it, a removal that was interrupted could not be proved later: what to look for would be gone
from most places, and still be in some.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from factcheck.index.lock import sync_folder, write_durably

log = logging.getLogger(__name__)

FILE = "removing.json"


@dataclass(frozen=True, slots=True)
class Doomed:
    """An article that is to go.

    Attributes:
        file: Name in the index.
        path: Where it was read.
        sha256: Hex digest of its bytes.
        about: Title and byline.
        text: What was read, menus and other boilerplate included.
        sentences: Its sentences.
        passages: Their rows in the index.
        vectors: One for each passage, one behind the other, in base64.
        codes: What is kept of the model's states of each sentence, in base64.
    """

    file: str
    path: str
    sha256: str
    about: tuple[str, ...]
    text: str
    sentences: tuple[str, ...]
    passages: tuple[int, ...]
    vectors: str
    codes: tuple[str, ...] = ()

    @property
    def rows(self) -> NDArray[np.float32]:
        """The vectors, one row each."""
        return np.frombuffer(base64.b64decode(self.vectors), dtype="<f4").reshape(len(self.passages), -1)

    @property
    def raw(self) -> tuple[bytes, ...]:
        """The codes as they are written."""
        return tuple(map(base64.b64decode, self.codes))


def read_unfinished(index: Path) -> tuple[Doomed, ...]:
    """Return the articles of a removal that was begun and not finished."""
    try:
        found: list[dict[str, Any]] = json.loads((index / FILE).read_text("ascii"))
        lists = ("about", "sentences", "passages", "codes")
        return tuple(Doomed(**{**item, **{name: tuple(item[name]) for name in lists}}) for item in found)
    except FileNotFoundError:
        return ()
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        log.warning("%s cannot be read (%s): what an interrupted removal left is not known", index / FILE, error)
        return ()


def write_unfinished(index: Path, doomed: Sequence[Doomed]) -> None:
    """Note what is about to be removed, before anything of it is."""
    write_durably(index / FILE, json.dumps([asdict(item) for item in doomed]))


def forget_unfinished(index: Path) -> None:
    """Delete the note: the removal is finished."""
    if (index / FILE).exists():
        (index / FILE).unlink()
        sync_folder(index)


def encode(parts: Iterable[bytes]) -> str:
    """Return bytes, one behind the other, as `Doomed` holds them."""
    return base64.b64encode(b"".join(parts)).decode()
