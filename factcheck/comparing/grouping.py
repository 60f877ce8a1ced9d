"""The origin groups of the compared files, each link with its reason and the words that show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from factcheck.comparing.citing import CitationList
from factcheck.comparing.records import Origin, Reason
from factcheck.index.records import ArticleRow
from factcheck.origins.records import Link
from factcheck.types import SourceSentence, Span

# Pairs of sentences that show a link.
MOST_SHOWN = 3


def group_origins_of(
    rows: Sequence[ArticleRow],
    links: Sequence[Link],
    sentences: Mapping[str, Sequence[SourceSentence]],
    citations: CitationList,
) -> tuple[Origin, ...]:
    """Return the origins of the compared files, those of most files first."""
    files: dict[str, list[str]] = defaultdict(list)
    origin_of: dict[str, str] = {}
    for row in rows:
        origin_of[row.file] = row.origin or row.file
        files[origin_of[row.file]].append(row.file)
    reasons: dict[str, list[Reason]] = defaultdict(list)
    for link in links:
        if link.a not in origin_of or link.b not in origin_of or origin_of[link.a] != origin_of[link.b]:
            continue
        shown = [
            (first, second)
            for a, b in link.evidence
            if (first := _cite(sentences[link.a], a, citations)) and (second := _cite(sentences[link.b], b, citations))
        ]
        evidence = tuple(dict.fromkeys(shown))[:MOST_SHOWN]
        reasons[origin_of[link.a]].append(
            Reason(link.a, link.b, link.reason, round(link.strength, 3), tuple(link.names), evidence)
        )
    found = [Origin(id_, tuple(group), tuple(reasons[id_])) for id_, group in files.items()]
    return tuple(sorted(found, key=lambda origin: (-len(origin.files), origin.files)))


def _cite(sentences: Sequence[SourceSentence], span: Span, citations: CitationList) -> int | None:
    """Return the citation of the sentence that holds most of a span."""
    best = max(sentences, key=lambda each: min(each.end, span.end) - max(each.start, span.start), default=None)
    if best is None or min(best.end, span.end) <= max(best.start, span.start):
        return None
    return citations.cite(best)
