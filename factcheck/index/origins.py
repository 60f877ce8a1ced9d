"""Origins as the index keeps them: what pairs of articles have in common, found once, and the groups.

A comparison depends on its two articles only, so it stays until one of them changes or goes; which pairs
are compared, and the groups, follow from all articles each time one came or went.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from factcheck.origins.pairs import JOINS, compare
from factcheck.origins.profiles import Profile, profile
from factcheck.origins.records import Comparison, Link, Story
from factcheck.origins.seeking import Marks, find_pairs, group_compared, is_settled, settle
from factcheck.types import Span

if TYPE_CHECKING:
    from factcheck.index.opened import OpenIndex
    from factcheck.index.writing import WritableStore

# Profiles held at a time; articles of one story mostly follow one another.
PROFILES = 1024
# Comparisons that an interruption loses at most.
WRITTEN_TOGETHER = 500

Pair = tuple[str, str]


def update_origins(store: WritableStore) -> None:
    """Compare what is new with its likely companions and record the groups, if articles came or went."""
    if store.origins_generation == store.generation:
        return
    before, marks = _read_marks(store)
    wanted = find_pairs(marks)
    known = _read_comparisons(store)
    with store.transaction(counts=False):
        store.delete_comparisons(sorted(known.keys() - wanted.keys()))
    fresh = _compare_pairs(store, {pair: share for pair, share in wanted.items() if pair not in known})
    found = [known[pair] for pair in wanted if pair in known]
    while part := list(islice(fresh, WRITTEN_TOGETHER)):
        with store.transaction(counts=False):
            store.put_comparisons([(item.a, item.b, item.strength, item.related, _pack(item.links)) for item in part])
        found += part
    origins = group_compared(marks, found).origins
    with store.transaction():
        store.set_origins({file: origin for file, origin in origins.items() if before[file] != origin})


def read_links(index: OpenIndex, files: Collection[str] | None = None) -> list[Link]:
    """Return why files share an origin, for the pairs of these files or of all.

    Sorted by file names, the strongest reason of a pair first.
    """
    chosen = None if files is None else json.dumps(list(files))
    rows = index.match(
        "SELECT a.file, b.file, p.links FROM origin_pairs p"
        " JOIN articles a ON a.id = p.a JOIN articles b ON b.id = p.b"
        " WHERE p.strength >= ?1 AND a.origin = b.origin AND a.origin != '' AND (?2 IS NULL OR"
        " (a.file IN (SELECT value FROM json_each(?2)) AND b.file IN (SELECT value FROM json_each(?2))))"
        " ORDER BY a.file, b.file",
        JOINS,
        chosen,
    )
    return [link for row in rows for link in _unpack(*row)]


def read_copies(index: OpenIndex) -> tuple[tuple[str, ...], ...]:
    """Return the groups of files that tell the same text, sorted."""
    rows = index.match(
        "SELECT a.file, b.file FROM origin_pairs p JOIN articles a ON a.id = p.a JOIN articles b ON b.id = p.b"
        " WHERE p.strength >= ? AND a.origin = b.origin AND json_extract(p.links, '$[0][0]') = 'near_copy'"
        " ORDER BY a.file, b.file",
        JOINS,
    )
    groups: dict[str, list[str]] = {}
    for pair in rows:
        one, other = (groups.setdefault(file, [file]) for file in pair)
        if one is not other:
            joined = one + other
            groups.update(dict.fromkeys(joined, joined))
    return tuple(sorted({tuple(sorted(group)) for group in groups.values()}))


def _read_marks(store: WritableStore) -> tuple[dict[str, str], list[Marks]]:
    rows = store.match(
        "SELECT a.file, a.origin, t.shingles, t.keys FROM articles a JOIN texts t ON t.article = a.id ORDER BY a.file"
    )
    return {row[0]: row[1] for row in rows}, [Marks(file, shingles, keys) for file, _, shingles, keys in rows]


def _read_comparisons(store: WritableStore) -> dict[Pair, Comparison]:
    """Return what was found before, without the reasons."""
    rows = store.match(
        "SELECT a.file, b.file, p.strength, p.related FROM origin_pairs p"
        " JOIN articles a ON a.id = p.a JOIN articles b ON b.id = p.b"
    )
    return {(row[0], row[1]): Comparison(row[0], row[1], row[2], related=bool(row[3])) for row in rows}


def _compare_pairs(store: WritableStore, pairs: Mapping[Pair, float]) -> Iterator[Comparison]:
    outlets = dict(store.match("SELECT file, outlet FROM articles")) if pairs else {}

    @lru_cache(maxsize=PROFILES)
    def read(file: str) -> Profile:
        said = [stored.utterance for stored in store.utterances([file])]
        story = Story(file, store.text(file), store.sentences_of_file(file), outlets[file], said or None)
        return profile(story)

    for (a, b), share in pairs.items():
        yield settle(a, b) if is_settled(share) else compare(read(a), read(b), copied=share)


def _pack(links: Iterable[Link]) -> str:
    """Return links as JSON in ASCII: SQLite takes neither NUL nor lone surrogates as text."""
    rows = [[link.reason, link.strength, [_offsets(pair) for pair in link.evidence], link.names] for link in links]
    return json.dumps(rows, ensure_ascii=True)


def _offsets(pair: Iterable[Span]) -> list[int]:
    return [offset for span in pair for offset in (span.start, span.end)]


def _unpack(a: str, b: str, packed: str) -> tuple[Link, ...]:
    return tuple(
        Link(a, b, reason, strength, tuple((Span(*four[:2]), Span(*four[2:])) for four in evidence), tuple(names))
        for reason, strength, evidence, names in json.loads(packed)
    )
