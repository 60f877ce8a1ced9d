"""What of an article is held against another: telling words by sentence, what is said, and its credits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from factcheck.articles.outlets import find_outlet
from factcheck.origins.credits import Credit, find_credits, same_outlet
from factcheck.origins.records import Story
from factcheck.origins.wording import key_words, read_keys, read_words
from factcheck.quotes import find_quotations
from factcheck.speech.utterances import Utterance
from factcheck.types import Sentence, SourceSentence, Span

# Of a book only the beginning is compared.
MOST_SENTENCES = 400
MOST_SAID = 200
_NEXT_PARAGRAPH = re.compile(r"[ \t\r]*\n\s*")
_MARK = re.compile(r"[“”„«»\"]")
_LONGEST_REST = 600
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’]{0,3}\s+")
_LONGEST_PIECE = 3000
# A speaker is known by his name; his interview may be named this many sentences before or behind.
_NEAR = 2


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence that somebody said, in his own words.

    Attributes:
        span: Where it stands.
        words: All its words, in order.
        keys: Its telling words.
        speaker: Telling words of the speaker's name, empty where he is not known.
        vias: Outlets named beside it.
    """

    span: Span
    words: tuple[str, ...]
    keys: frozenset[str]
    speaker: frozenset[str]
    vias: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """An article ready to be compared.

    Attributes:
        file: Name in the index.
        outlet: Publisher, or None.
        spans: Its sentences.
        keys: Telling words of each sentence.
        plain: Each sentence's words, joined, to find the ones that are equal.
        said: What is said in it.
        credits: Outlets that it names as sources.
    """

    file: str
    outlet: str | None
    spans: tuple[Span, ...]
    keys: tuple[frozenset[str], ...]
    plain: tuple[str, ...]
    said: tuple[Said, ...]
    credits: tuple[Credit, ...]


def profile(story: Story) -> Profile:
    """Read from an article what it is compared by."""
    sentences = story.sentences[:MOST_SENTENCES]
    credits = find_credits(story)
    return Profile(
        file=story.file,
        outlet=story.outlet,
        spans=tuple(Span(sentence.start, sentence.end) for sentence in sentences),
        keys=read_keys(story.text, sentences),
        plain=tuple(" ".join(read_words(story.text[sentence.start : sentence.end])) for sentence in sentences),
        said=tuple(_find_said(story, sentences, credits))[:MOST_SAID],
        credits=credits,
    )


def _find_said(
    story: Story, sentences: Sequence[Sentence | SourceSentence], credits: Sequence[Credit]
) -> Iterator[Said]:
    if not sentences:
        return
    if story.utterances is None:
        for quotation in find_quotations(story.text):
            if any(sentence.start <= quotation.start < sentence.end for sentence in sentences):
                yield from _split(story, quotation, None, ())
        return
    for utterance in story.utterances:
        if utterance.kind != "indirect":
            vias = _find_vias(story, utterance, credits)
            for piece in (*utterance.content, *_find_rest(story.text, utterance)):
                yield from _split(story, piece, utterance.speaker, vias)


def _find_rest(text: str, utterance: Utterance) -> Iterator[Span]:
    """Yield what follows in the next paragraph where a quotation is not closed at the end of its own."""
    if utterance.kind != "direct" or not utterance.content:
        return
    end = utterance.content[-1].end
    following = _NEXT_PARAGRAPH.match(text, end)
    mark = _MARK.search(text, following.end(), following.end() + _LONGEST_REST) if following else None
    if following and mark and text[following.end() : mark.start()].strip():
        yield Span(following.end(), mark.start())


def _split(story: Story, piece: Span, speaker: str | None, vias: tuple[str, ...]) -> Iterator[Said]:
    """Yield each sentence of a quotation."""
    text = story.text
    last = min(piece.end, piece.start + _LONGEST_PIECE)
    cuts = [piece.start, *(match.end() for match in _SENTENCE_END.finditer(text, piece.start, last)), last]
    name = _name_keys(speaker or "")
    for start, end in pairwise(cuts):
        words = tuple(read_words(text[start:end]))
        if words:
            yield Said(Span(start, end), words, key_words(text[start:end]), name, vias)


def _name_keys(speaker: str) -> frozenset[str]:
    """Return the telling words of a name; none of a description ("a US official")."""
    words = speaker.split()
    if not all(word[:1].isupper() for word in words):
        return frozenset()
    names = frozenset(read_words(speaker))
    return frozenset(key for key in key_words(speaker, names) if key[0] == "@")


def _find_vias(story: Story, utterance: Utterance, credits: Sequence[Credit]) -> tuple[str, ...]:
    """Return the outlets that an utterance was made to: named with it, or near it beside the speaker's name.

    What is no outlet ("news conference", "reporters") was said to all.
    """
    sure = [credit for credit in credits if credit.sure]
    via = utterance.via or ""
    found = [via] if find_outlet(via) or any(same_outlet(via, credit.name) for credit in sure) else []
    surname = utterance.speaker.split()[-1] if utterance.speaker else ""
    ordinals = {sentence.start: place for place, sentence in enumerate(story.sentences)}
    for credit in sure:
        for place in credit.places:
            ordinal = ordinals[place.start]
            within = utterance.first <= ordinal <= utterance.last
            near = utterance.first - _NEAR <= ordinal <= utterance.last + _NEAR
            if within or (near and surname and surname in place.of(story.text)):
                found.append(credit.name)
    return tuple(dict.fromkeys(found))
