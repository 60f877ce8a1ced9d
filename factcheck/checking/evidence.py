"""Find what the articles say for and against an atomic claim, and how each sentence stands to it.

claim → distinct hits → the closest ones → parsed with neighbours and speaker, read by the reader → stance
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from factcheck.answering.library import Library
from factcheck.checking.kinds import find_subject, tells_speech
from factcheck.checking.reported import is_reported
from factcheck.claims.alignment import measure_similarity
from factcheck.claims.documents import ClaimDoc, read_evidence
from factcheck.claims.names import name_words, same_word
from factcheck.claims.stance import SentenceStance, judge_stance
from factcheck.filters import Filter
from factcheck.models.reader import Pair, Reader
from factcheck.models.reader import Stance as ReaderStance
from factcheck.retrieval import Distinct, Retriever
from factcheck.speech.attributing import Attribution
from factcheck.types import Hit, Retrieved, Searched, SourceSentence, Span

# Sentences that are held against a claim; behind them a settling one is rare.
CLOSELY = 16
# Weight of a claim's "the", "has", "not" in how near a sentence is.
MINOR = 0.2
# "five, not six as first reported", "an earlier report gave", "corrected to five"
_CORRECTING = re.compile(
    r"(?i)\b(?:as|than|was|were|had)?\s*(?:first|earlier|initially|originally|previously|wrongly|mistakenly)\s+"
    r"(?:been\s+)?(?:reported|stated|said|given|announced)\b"
    r"|\b(?:corrects?|corrected|correction)\b|\brevised\s+(?:up|down|to|from)\b"
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence held against a claim.

    Attributes:
        sentence: The sentence.
        attribution: Who says it, or None where the article speaks.
        stance: How it stands to the claim.
        closeness: How much of the claim's words it is near to, 0..1.
        said: The article only reports it as said by somebody.
        corrects: It says that what was reported before was wrong.
        elsewhere: The claim is about what somebody said, and this is said by another.
        copies: Sentences of other places with the same text.
    """

    sentence: SourceSentence
    attribution: Attribution | None
    stance: SentenceStance
    closeness: float
    said: bool = False
    corrects: bool = False
    elsewhere: bool = False
    copies: tuple[SourceSentence, ...] = ()


@dataclass(frozen=True, slots=True)
class CloseHit:
    """A hit, how near it is to the claim (0..1), and the places in it of what matches the claim's content words."""

    hit: Hit
    closeness: float
    matched: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was found for a claim.

    Attributes:
        judged: Sentences that were held against it, the closest first.
        hits: All that were found, the closest first.
        searched: What was searched.
    """

    judged: tuple[Judged, ...]
    hits: tuple[Hit, ...]
    searched: Searched


class EvidenceFinder:
    """Holds sentences of one index against claims; safe to share between threads.

    Args:
        retriever: Searches the index.
        library: Neighbours and speakers of its sentences.
        reader: The packaged reader, or None where the rules judge alone.
    """

    def __init__(self, retriever: Retriever, library: Library, reader: Reader | None) -> None:
        self._retriever = retriever
        self._library = library
        self._reader = reader
        self.parse = library.parser.parse

    def search(self, text: str, within: Filter) -> Distinct:
        """Find sentences near a claim.

        Raises:
            UsageError: The filter leaves no file.
        """
        return self._retriever.retrieve_distinct(text, within=within)

    def judge(self, claim: ClaimDoc, found: Distinct) -> Gathered:
        """Hold the closest sentences against a claim, the closest first."""
        ranked = rank_hits(claim, found.retrieved)
        near = ranked[:CLOSELY]
        sentences = [close.hit.sentence for close in near]
        similar = measure_similarity(self._retriever.interaction, claim, [s.text for s in sentences]) if near else []
        around = [self._around(sentence) for sentence in sentences]
        reads = self._read(claim, sentences, around)
        judged = [
            self._judge(claim, close, cosines, beside, read, found.copies.get(close.hit.sentence.id, ()))
            for close, cosines, beside, read in zip(near, similar, around, reads, strict=True)
        ]
        return Gathered(tuple(judged), tuple(close.hit for close in ranked), found.retrieved.searched)

    def _judge(
        self,
        claim: ClaimDoc,
        close: CloseHit,
        cosines: Mapping[int, float],
        beside: tuple[str, str],
        read: ReaderStance | None,
        copies: tuple[SourceSentence, ...],
    ) -> Judged:
        sentence = close.hit.sentence
        attribution = self._library.attribute(sentence)
        evidence = read_evidence(
            sentence.text,
            self._library.parser.parse,
            before=beside[0],
            after=beside[1],
            speaker=attribution.speaker if attribution is not None else None,
            date=sentence.date,
            title=sentence.title or "",
        )
        stance = judge_stance(claim, evidence, read, similar=cosines, closeness=close.closeness)
        return Judged(
            sentence=sentence,
            attribution=attribution,
            stance=stance,
            closeness=close.closeness,
            said=stance.label != "mentions" and self._is_reported(claim, close, attribution),
            corrects=_CORRECTING.search(sentence.text) is not None,
            elsewhere=_is_elsewhere(claim, attribution),
            copies=copies,
        )

    def _is_reported(self, claim: ClaimDoc, close: CloseHit, attribution: Attribution | None) -> bool:
        sentence = close.hit.sentence
        utterances = [stored.utterance for stored in self._library.store.utterances({sentence.file})]
        return is_reported(sentence, close.matched, attribution, utterances, find_subject(claim))

    def _around(self, sentence: SourceSentence) -> tuple[str, str]:
        """Return the texts of the sentences before and behind one."""
        beside = self._library.around(sentence, 1, 1)
        before = " ".join(other.text for other in beside if other.ordinal < sentence.ordinal)
        after = " ".join(other.text for other in beside if other.ordinal > sentence.ordinal)
        return before, after

    def _read(
        self, claim: ClaimDoc, sentences: Sequence[SourceSentence], around: Sequence[tuple[str, str]]
    ) -> list[ReaderStance | None]:
        if self._reader is None:
            return [None] * len(sentences)
        pairs = [Pair(sentence.text, *beside) for sentence, beside in zip(sentences, around, strict=True)]
        return [read.stance for read in self._reader.read(claim.text, pairs)]


def _is_elsewhere(claim: ClaimDoc, attribution: Attribution | None) -> bool:
    """Whether a claim is about what somebody said, and a sentence has somebody else say something."""
    if attribution is None or not tells_speech(claim):
        return False
    claimed = claim.speech.speaker if claim.speech is not None else find_subject(claim)
    mine, theirs = name_words(claimed), name_words(attribution.speaker)
    return bool(mine) and not any(same_word(word, other) for word in mine for other in theirs)


def rank_hits(claim: ClaimDoc, retrieved: Retrieved) -> list[CloseHit]:
    """Return the hits, those nearest to the claim's content words first, all words counting alike.

    Not by the retriever's score: that weighs words by how many passages have them, which copies change.
    """
    content = {token.idx for token in claim.doc if not token.is_stop and not token.is_punct}
    weights = [1.0 if word.start in content else MINOR for word in retrieved.words]
    total = sum(weights) or 1.0
    close = [
        CloseHit(
            hit,
            sum(weight * value for weight, value in zip(weights, hit.similarity, strict=True)) / total,
            tuple(Span(*span) for span, weight in zip(hit.spans, weights, strict=True) if weight == 1.0),
        )
        for hit in retrieved.hits
    ]
    return sorted(close, key=lambda one: (-one.closeness, one.hit.sentence.file, one.hit.sentence.ordinal))
