"""Compare the articles of an index.

files → sentences, utterances → likely pairs → parsed, laid beside each other → differences → drift, conflicts
→ utterances by person; origins with their reasons
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Self

from factcheck.comparing.aligning import Aligner, Line, Pair
from factcheck.comparing.citing import CitationList
from factcheck.comparing.differences import lay_differences
from factcheck.comparing.drifts import list_conflicts, list_drifts
from factcheck.comparing.grouping import group_origins_of
from factcheck.comparing.joining import Found
from factcheck.comparing.likeness import counts, share_speaker
from factcheck.comparing.records import ComparedFile, CompareRecord, Extent
from factcheck.comparing.sides import Laid, Side, read_beside
from factcheck.comparing.voices import gather_voices
from factcheck.errors import UsageError
from factcheck.index.records import StoredUtterance
from factcheck.index.store import Store
from factcheck.types import Provenance, SourceSentence

ParseAll = Callable[[Sequence[str]], list[Any]]
# What is being done, how much of it is done, and of how much.
Advance = Callable[[str, int, int], None]
# Pairs that are laid beside each other, about 20 seconds' work; of more those where something may differ.
MOST_PAIRS = 2000
BATCH = 32
INDIRECT = "indirect"


def compare(
    store: Store,
    parse_all: ParseAll,
    provenance: Provenance,
    *,
    files: str | Sequence[str] | None = None,
    advance: Advance | None = None,
) -> CompareRecord:
    """Compare the articles of an index with one another.

    Args:
        store: The opened index.
        parse_all: Returns the spaCy `Doc` of each text.
        provenance: What the record is stamped with.
        files: Only files whose names match this glob, or one of these.
        advance: Told how far the work has come.

    Raises:
        UsageError: No file matches, or there is none.
        CorruptIndex: A sentence is not the text at its place.
    """
    started = time.perf_counter()
    globs = (files,) if isinstance(files, str) else files
    rows = [row for row in store.articles() if globs is None or any(fnmatchcase(row.file, glob) for glob in globs)]
    if not rows:
        raise _nothing(store, files)
    names = [row.file for row in rows]
    tell = advance or _keep_quiet
    tell("reading", 0, len(names))
    material = Material.gather(store, names)
    citations = CitationList(store.text, material.attribute)
    tell("finding what tells the same", 0, 0)
    pairs = material.aligner().align()
    found = [each for pair in _find(material, pairs[:MOST_PAIRS], parse_all, tell) for each in pair]
    drifts = list_drifts(found, citations)
    voices = gather_voices(material.utterances, material.by_file, citations)
    origins = group_origins_of(rows, store.origin_links(names), material.by_file, citations)
    return CompareRecord(
        files=tuple(ComparedFile(row.file, row.title, row.outlet, row.date, row.sentences, row.origin) for row in rows),
        origins=origins,
        people=voices,
        drift=drifts,
        conflicts=list_conflicts(drifts),
        citations=citations.all(),
        compared=Extent(
            len(rows), len(material.sentences), min(len(pairs), MOST_PAIRS), max(0, len(pairs) - MOST_PAIRS)
        ),
        milliseconds=1000 * (time.perf_counter() - started),
        provenance=provenance,
    )


class Material:
    """The sentences that are compared, with who says them.

    Args:
        by_file: All sentences of each file, in order.
        utterances: What is said in these files.
    """

    def __init__(self, by_file: Mapping[str, Sequence[SourceSentence]], utterances: Sequence[StoredUtterance]) -> None:
        self.by_file = by_file
        self.utterances = utterances
        self.sentences = [sentence for found in by_file.values() for sentence in found]
        self._places = {sentence.id: place for place, sentence in enumerate(self.sentences)}
        self._said: dict[tuple[str, int], StoredUtterance] = {}
        for stored in utterances:
            for ordinal in range(stored.utterance.first, stored.utterance.last + 1):
                self._said.setdefault((stored.file, ordinal), stored)

    @classmethod
    def gather(cls, store: Store, files: Sequence[str]) -> Self:
        """Read sentences and utterances of files from an index."""
        return cls({file: store.sentences_of_file(file) for file in files}, store.utterances(files))

    def attribute(self, sentence: SourceSentence) -> tuple[str | None, str | None]:
        """Return who says a sentence and through whom, each None where the article itself tells it."""
        stored = self._said.get((sentence.file, sentence.ordinal))
        return (stored.utterance.speaker, stored.utterance.via) if stored is not None else (None, None)

    def is_one_utterance(self, a: SourceSentence, b: SourceSentence, laid: Laid) -> bool:
        """Whether both sentences are somebody's words: quoted on both sides, or of one speaker."""
        one, two = (self._said.get((each.file, each.ordinal)) for each in (a, b))
        if one is None or two is None:
            return False
        return INDIRECT not in (one.utterance.kind, two.utterance.kind) or share_speaker(laid)

    def aligner(self) -> Aligner:
        """Return what finds the sentences that may tell the same."""
        return Aligner([Line(each.file, each.text, self.attribute(each)[0]) for each in self.sentences])

    def side(self, sentence: SourceSentence, doc: Any) -> Side:
        """Return a sentence with what is known of it."""
        place = self._places[sentence.id]
        before, after = self._beside(place, -1), self._beside(place, 1)
        return read_beside(
            doc, before, after, speaker=self.attribute(sentence)[0], date=sentence.date, title=sentence.title or ""
        )

    def _beside(self, place: int, step: int) -> str:
        """Return the sentence before or after one, "" where the article ends there."""
        beside = place + step
        same = 0 <= beside < len(self.sentences) and self.sentences[beside].file == self.sentences[place].file
        return self.sentences[beside].text if same else ""


def _find(material: Material, pairs: Sequence[Pair], parse_all: ParseAll, tell: Advance) -> Iterator[list[Found]]:
    """Yield the differences of each pair that count."""
    done = 0
    for start in range(0, len(pairs), BATCH):
        batch = pairs[start : start + BATCH]
        places = sorted({place for pair in batch for place in (pair.a, pair.b)})
        docs = parse_all([material.sentences[place].text for place in places])
        sides = {place: material.side(material.sentences[place], doc) for place, doc in zip(places, docs, strict=True)}
        for pair in batch:
            laid = Laid(sides[pair.a], sides[pair.b])
            a, b = material.sentences[pair.a], material.sentences[pair.b]
            said = material.is_one_utterance(a, b, laid)
            yield [
                Found(a, b, difference, said)
                for difference in lay_differences(laid)
                if counts(laid, difference) and (difference.material or said)
            ]
        done += len(batch)
        tell("comparing", done, len(pairs))


def _keep_quiet(what: str, done: int, total: int) -> None:
    """Tell nobody how far the work is."""


def _nothing(store: Store, files: str | Sequence[str] | None) -> UsageError:
    if files is None:
        return UsageError("the index holds no article", hint="Add a folder first: factcheck index FOLDER")
    names = [row.file for row in store.articles()]
    hint = f"For example: --file {names[0]!r}" if names else "Add a folder first: factcheck index FOLDER"
    return UsageError(f"no indexed file matches {files!r}", hint=hint)
