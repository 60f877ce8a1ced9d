"""Cut a draft into sentences: what sort each is, what it quotes and from whom, and the claim it makes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from factcheck.articles.lines import is_terminated
from factcheck.articles.sentences import split_sentences
from factcheck.checking.checker import LONGEST_CLAIM
from factcheck.checking.kinds import ClaimKind, find_kind
from factcheck.claims.documents import Parse
from factcheck.drafts.marks import find_quoted
from factcheck.drafts.prose import Prose
from factcheck.drafts.reading import Draft
from factcheck.naming import describe, find_referent
from factcheck.quotes import inside
from factcheck.speech.attributing import SpeechReader
from factcheck.speech.utterances import Utterance, find_utterances
from factcheck.types import Sentence, SourceSentence, Span

SentenceKind = Literal[ClaimKind, "heading", "aside"]
KINDS: tuple[str, ...] = get_args(SentenceKind)
# A whole line without a full stop and no longer than this is a heading.
HEADING_WORDS = 14
# How many sentences back a pronoun may point.
BACK = 3
_PRONOUN = re.compile(r"(?:He|She|They)\b")


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words between quotation marks: their span in the prose, and who says them in the draft."""

    span: Span
    speaker: str | None


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence of a draft.

    Attributes:
        span: Its place in the prose.
        text: Its words on one line.
        kind: What sort of sentence it is.
        claim: What is checked of it: the sentence, a leading pronoun replaced by the name it stands for.
        name: That name, or None where the claim is the sentence as written.
        quoted: What it puts in quotation marks; a quotation of several sentences belongs to its first.
        share: How much of it stands in quotation marks, 0..1.
        speaker: Whose words it tells, or None where the draft itself speaks.
    """

    span: Span
    text: str
    kind: SentenceKind
    claim: str
    name: str | None
    quoted: tuple[Quoted, ...]
    share: float
    speaker: str | None


def cut_sentences(draft: Draft, parse: Parse) -> tuple[DraftSentence, ...]:
    """Return the sentences of a draft in order.

    Args:
        draft: As read.
        parse: Returns the spaCy `Doc` of a sentence.
    """
    prose = draft.prose
    quotations = find_quoted(prose.text)
    found = _join_quoted(split_sentences(prose.text), quotations)
    sources = [_as_source(draft, sentence, number) for number, sentence in enumerate(found)]
    speech = SpeechReader(prose.text, sources, parse)
    utterances = find_utterances(prose.text, sources, parse)
    owners = _own(found, quotations)
    docs: list[Any] = []
    cut: list[DraftSentence] = []
    for number, sentence in enumerate(found):
        words = " ".join(prose.text[sentence.start : sentence.end].split())
        said = speech.attribute(number)
        beside = said.speaker if said is not None else None
        quoted = tuple(Quoted(span, _find_speaker(span, utterances) or beside) for span in owners.get(number, ()))
        doc = parse(words)
        layout = _find_layout(prose, sentence)
        kind: SentenceKind = layout or find_kind(doc, attributed=said is not None)
        claim, name = _stand_alone(words, docs) if layout is None else (words, None)
        cut.append(
            DraftSentence(
                span=Span(sentence.start, sentence.end),
                text=words,
                kind=kind,
                claim=claim,
                name=name,
                quoted=quoted,
                share=inside(quotations, sentence.start, sentence.end),
                speaker=beside,
            )
        )
        if layout is None:
            docs.append(doc)
    return tuple(cut)


def is_one_claim(draft: Draft) -> bool:
    """Whether a draft is one sentence that quotes nobody: it is checked as a claim."""
    text = draft.prose.text
    return len(draft.source) <= LONGEST_CLAIM and len(split_sentences(text)) == 1 and not find_quoted(text)


def _join_quoted(sentences: Sequence[Sentence], quotations: Sequence[Span]) -> tuple[Sentence, ...]:
    """Return the sentences, those that one quotation runs over joined: their speaker stands in one of them."""
    joined: list[Sentence] = []
    number = 0
    for sentence in sentences:
        while number < len(quotations) and quotations[number].end <= sentence.start:
            number += 1
        if joined and number < len(quotations) and quotations[number].start < joined[-1].end:
            joined[-1] = Sentence(joined[-1].start, sentence.end)
        else:
            joined.append(sentence)
    return tuple(joined)


def _find_speaker(span: Span, utterances: Sequence[Utterance]) -> str | None:
    """Return who says a quotation: the speaker of what covers most of it."""
    best, most = None, 0
    for utterance in utterances:
        told = sum(max(0, min(span.end, part.end) - max(span.start, part.start)) for part in utterance.content)
        if told > most and utterance.speaker:
            best, most = utterance.speaker, told
    return best


def _as_source(draft: Draft, sentence: Sentence, number: int) -> SourceSentence:
    text = draft.prose.text
    line = text.count("\n", 0, sentence.start) + 1
    words = text[sentence.start : sentence.end]
    return SourceSentence(0, draft.name, draft.sha256, number, 0, sentence.start, sentence.end, line, words)


def _own(sentences: Sequence[Sentence], quotations: Sequence[Span]) -> dict[int, list[Span]]:
    """Return the quotations of each sentence: those that begin in it."""
    owners: dict[int, list[Span]] = {}
    number = 0
    for span in quotations:
        while number + 1 < len(sentences) and sentences[number + 1].start <= span.start:
            number += 1
        owners.setdefault(number, []).append(span)
    return owners


def _find_layout(prose: Prose, sentence: Sentence) -> Literal["heading", "aside"] | None:
    """Say whether the layout makes no sentence of it: a heading, a cell of a table."""
    for spans, kind in ((prose.headings, "heading"), (prose.asides, "aside")):
        if any(span.start <= sentence.start and sentence.end <= span.end for span in spans):
            return kind  # type: ignore[return-value]
    text = prose.text
    before, behind = text[: sentence.start].rstrip(" \t"), text[sentence.end :]
    alone = (not before or before[-1] in "\r\n") and (behind.lstrip(" \t")[:1] in {"\n", "\r"}) and behind.strip()
    words = text[sentence.start : sentence.end]
    if alone and not is_terminated(words) and len(words.split()) <= HEADING_WORDS and not prose.places:
        return "heading"
    return None


def _stand_alone(words: str, before: Sequence[Any]) -> tuple[str, str | None]:
    """Return a sentence with the name that its leading pronoun stands for in its place, and that name."""
    pronoun = _PRONOUN.match(words)
    if pronoun is None:
        return words, None
    for doc in reversed(before[-BACK:]):
        found = find_referent(list(doc), plural=pronoun.group() == "They")
        if found is not None:
            name = describe(found)
            return f"{name[:1].upper()}{name[1:]}{words[pronoun.end() :]}", name
    return words, None
