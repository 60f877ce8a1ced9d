"""Look up what a draft puts in quotation marks in the indexed articles.

    words → passages that hold them (phrase, then the rarest words) → stretches of articles
          → laid over word by word → the nearest wording, and who says it there

Nothing reads all articles: the lexical index names the passages, and only a few are read closely.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from factcheck.answering.library import Library
from factcheck.drafts.records import Difference, Naming, Quotation, QuotationMatch
from factcheck.drafts.speakers import Teller, compare_speakers, find_speaker
from factcheck.drafts.wording import Laid, Piece, Word, alike, find_run, find_words, lay, omits
from factcheck.index import lexical
from factcheck.quotes import find_quotations, inside
from factcheck.types import Citation, SourceSentence, Span

# Passages that are looked at, and stretches that are laid over word by word.
MOST_PASSAGES = 24
MOST_LAID = 5
# A quotation this like a stretch of an article is that stretch, altered.
ALTERED = 0.5
# Below that, a stretch this like it is shown as the nearest, and no more.
NEAR = 0.3
FEWEST_SHARED = 2
# Where this much is alike, light words count too: "It is our Christmas".
SURELY_ONE = 0.6
# How far the two ends of an omission may lie apart, in characters.
LONGEST_OMISSION = 1500
LONGEST_STRETCH = 12_000
# Words of a quotation that are searched as a phrase.
LONGEST_PHRASE = 24
# Words in quotation marks inside a longer quotation of the article still count as quoted.
QUOTED = 0.6
_EDGES = " \t\n,.;:!?…-–—\"'“”‘’"


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of an article that may hold the quotation."""

    file: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Wording:
    """A quotation laid over an article."""

    file: str
    laid: Laid
    naming: Naming
    citation: Citation


class QuotationFinder:
    """Looks up quotations; safe to share between threads.

    Args:
        library: The indexed articles.
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        self._store = library.store

    def find(self, text: str, span: Span, speaker: str | None, *, files: frozenset[str] | None = None) -> Quotation:
        """Look up a quotation.

        Args:
            text: The words between the quotation marks.
            span: Where they stand in the draft.
            speaker: Who says them in the draft, or None.
            files: Only these articles.
        """
        words = find_words(text, omissions=True)
        if not words:
            return Quotation(span.start, span.end, text, "not_found", "unknown" if speaker else "unnamed", speaker)
        laid = self._lay_all(text, words, files)
        best = self._choose(laid, words, speaker)
        if best is None:
            return Quotation(span.start, span.end, text, "not_found", "unknown" if speaker else "unnamed", speaker)
        article = self._store.text(best.file)
        match = _match(text, best, article)
        if match == "not_found" and best.laid.likeness < NEAR:
            return Quotation(span.start, span.end, text, "not_found", "unknown" if speaker else "unnamed", speaker)
        quoted = inside(find_quotations(article), best.citation.start, best.citation.end) >= QUOTED
        if match in {"exact", "typography", "elision"} and best.naming == "differs":
            match = "other_speaker"
        return Quotation(
            start=span.start,
            end=span.end,
            text=text,
            match=match,
            naming=best.naming if match != "not_found" else ("unknown" if speaker else "unnamed"),
            speaker=speaker,
            source=best.citation,
            quoted=quoted,
            likeness=round(best.laid.likeness, 3),
            difference=_describe(best.laid, text, article),
            files=_files_of(laid, best) if match != "not_found" else (),
        )

    def _lay_all(self, text: str, words: Sequence[Word], files: frozenset[str] | None) -> list[tuple[str, Laid]]:
        """Return the quotation laid over the likeliest stretches, the likest first."""
        stretches = self._find_stretches(text, words, files)
        told = [find_words(self._store.text(each.file), each.start, each.end) for each in stretches]
        whole = [
            (each.file, lay(words, there))
            for each, there in zip(stretches, told, strict=True)
            if not _has_gaps(words) and find_run(words, there) >= 0
        ]
        if whole:
            return whole
        order = sorted(range(len(told)), key=lambda place: -_share(words, told[place]))[:MOST_LAID]
        laid = [(stretches[place].file, lay(words, told[place])) for place in order]
        return sorted((each for each in laid if each[1].likeness > 0), key=lambda each: -each[1].likeness)

    def _find_stretches(self, text: str, words: Sequence[Word], files: frozenset[str] | None) -> list[_Stretch]:
        phrase = " ".join(text[word.start : word.end] for word in _longest_part(words))
        hits = [
            *lexical.search_phrase(self._store, phrase, limit=MOST_PASSAGES // 2, files=files),
            *lexical.search(self._store, text, limit=MOST_PASSAGES, files=files),
        ]
        passages = list(dict.fromkeys(hit.passage for hit in hits))[:MOST_PASSAGES]
        ranges: dict[int, tuple[str, int, int]] = {}
        for sentence in self._store.sentences_of_passages(passages):
            known = ranges.get(sentence.passage, (sentence.file, sentence.start, sentence.end))
            ranges[sentence.passage] = (sentence.file, min(known[1], sentence.start), max(known[2], sentence.end))
        reach = int(len(text) * 1.3) + 80 + (LONGEST_OMISSION if _has_gaps(words) else 0)
        return _join(ranges.values(), reach)

    def _choose(self, laid: Sequence[tuple[str, Laid]], words: Sequence[Word], speaker: str | None) -> _Wording | None:
        """Return the likest wording; among equal ones that whose speaker agrees."""
        best: _Wording | None = None
        for file, each in laid:
            if best is not None and each.likeness < best.laid.likeness - 1e-9:
                break
            if not _is_near(each, words):
                continue
            citation, teller = self._cite(file, each)
            naming = compare_speakers(speaker, teller, self._store.text(file))
            if best is None or _RANK[naming] < _RANK[best.naming]:
                best = _Wording(file, each, naming, citation)
            if naming == "agrees":
                break
        return best

    def _cite(self, file: str, laid: Laid) -> tuple[Citation, Teller]:
        """Return the citation of the article's words, and who says them."""
        sentences = self._store.sentences_of_file(file)
        touched = [each for each in sentences if each.start < laid.last and each.end > laid.first]
        text = self._store.text(file)
        teller = find_speaker(self.library, file, Span(laid.first, laid.last), touched)
        first: SourceSentence = touched[0] if touched else sentences[0]
        citation = Citation(
            id=0,
            file=file,
            start=laid.first,
            end=laid.last,
            line=text.count("\n", 0, laid.first) + 1,
            quote=text[laid.first : laid.last],
            sha256=first.sha256,
            speaker=teller.name,
            via=teller.via,
            origin=first.origin,
        )
        return citation, teller


_RANK: dict[Naming, int] = {"agrees": 0, "unnamed": 1, "unknown": 1, "differs": 2}


def _join(ranges: Iterable[tuple[str, int, int]], reach: int) -> list[_Stretch]:
    """Return the ranges widened by a reach, those of a file that touch made one, in their order."""
    joined: list[_Stretch] = []
    for file, start, end in ranges:
        low, high = max(0, start - reach), end + reach
        for place, other in enumerate(joined):
            if other.file == file and other.start <= high and low <= other.end and high - low < LONGEST_STRETCH:
                joined[place] = _Stretch(file, min(low, other.start), max(high, other.end))
                break
        else:
            joined.append(_Stretch(file, low, high))
    return joined


def _has_gaps(words: Sequence[Word]) -> bool:
    return any(word.gap for word in words)


def _longest_part(words: Sequence[Word]) -> list[Word]:
    """Return the longest run of words without an omission."""
    parts: list[list[Word]] = [[]]
    for word in words:
        if word.gap:
            parts.append([])
        parts[-1].append(word)
    return max(parts, key=len)[:LONGEST_PHRASE]


def _share(words: Sequence[Word], told: Sequence[Word]) -> float:
    """Return how much of a quotation's words stand somewhere in a stretch."""
    known = {word.key for word in told}
    return sum(word.weight for word in words if word.key in known)


def _is_near(laid: Laid, words: Sequence[Word]) -> bool:
    """Whether enough telling words are shared to speak of one wording; of a short quotation, nearly all."""
    telling = sum(word.weight == 1 for word in words)
    near = sum(piece.edit == "changed" and _is_slip(piece) for piece in laid.pieces)
    same = sum(piece.edit == "same" for piece in laid.pieces)
    enough = laid.shared + near >= min(FEWEST_SHARED, max(telling, 1))
    return enough or (laid.likeness >= SURELY_ONE and same > FEWEST_SHARED)


def _is_slip(piece: Piece) -> bool:
    return piece.quoted is not None and piece.told is not None and alike(piece.quoted.key, piece.told.key)


def _match(text: str, best: _Wording, article: str) -> QuotationMatch:
    laid = best.laid
    if laid.likeness < ALTERED:
        return "not_found"
    if any(piece.edit in {"changed", "added", "dropped"} for piece in laid.pieces):
        return "altered"
    if text.strip(_EDGES) in article[max(0, laid.first - 3) : laid.last + 3]:
        return "exact"
    return "elision" if omits(text) else "typography"


def _describe(laid: Laid, text: str, article: str) -> tuple[Difference, ...]:
    """Return the difference as runs of words of one kind, with the exact words of both; none where all are the same."""
    if all(piece.edit == "same" for piece in laid.pieces):
        return ()
    found: list[Difference] = []
    for edit, run in groupby(laid.pieces, key=lambda piece: piece.edit):
        pieces = list(run)
        quoted = [piece.quoted for piece in pieces if piece.quoted is not None]
        told = [piece.told for piece in pieces if piece.told is not None]
        draft = text[quoted[0].start : quoted[-1].end] if quoted else ""
        there = article[told[0].start : told[-1].end] if told else ""
        found.append(Difference(edit, draft, there))
    return tuple(found)


def _files_of(laid: Sequence[tuple[str, Laid]], best: _Wording) -> tuple[str, ...]:
    """Return the files that have the best wording, its own first."""
    alike_ = (file for file, each in laid if each.likeness >= best.laid.likeness - 1e-9)
    return tuple(dict.fromkeys((best.file, *alike_)))
