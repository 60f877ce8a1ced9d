"""Everything that is said in one article: by whom, in what role, with which words, through whom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from factcheck.quotes import find_quotations
from factcheck.speech.attributing import MARKS, QUOTED, Kind, Parse, Saying, SpeechReader, may_speak
from factcheck.types import SourceSentence, Span


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing that somebody says in an article.

    Attributes:
        first: Ordinal of the sentence in which it begins, attribution included.
        last: Ordinal of the sentence in which it ends.
        start: Offset of the first sentence's first character.
        end: Offset behind the last sentence.
        content: What is said, in pieces where the speaker stands between: without quotation marks where
            it is direct, with them where it is mixed.
        speaker: Name as fully as the article gives it, else the description ("US official"), or None.
        role: Words of the article that say what the speaker is, or None.
        cue: Words of the text that say that something is said ("according to"), or None.
        verb: Lemma of the cue's verb, or None.
        kind: In quotation marks, in other words, or partly.
        via: Outlet or channel that heard it, or None.
        chain: All through whom the words came, the one nearest to the reader first.
    """

    first: int
    last: int
    start: int
    end: int
    content: tuple[Span, ...]
    speaker: str | None
    role: str | None
    cue: str | None
    verb: str | None
    kind: Kind
    via: str | None = None
    chain: tuple[str, ...] = ()


def find_utterances(text: str, sentences: Sequence[SourceSentence], parse: Parse) -> tuple[Utterance, ...]:
    """Return everything that is said in an article, in order.

    Args:
        text: The article's text.
        sentences: All its sentences in order.
        parse: Returns the spaCy `Doc` of a sentence's text.
    """
    return _Article(text, sentences, SpeechReader(text, sentences, parse)).utterances()


def find_candidates(text: str, sentences: Sequence[SourceSentence]) -> list[str]:
    """Return the sentences that `find_utterances` will surely parse, to be parsed together beforehand."""
    quotations = find_quotations(text)
    return [sentence.text for sentence in sentences if may_speak(text, sentence, quotations)]


class _Article:
    """One article whose reports and quotations are put together."""

    def __init__(self, text: str, sentences: Sequence[SourceSentence], reader: SpeechReader) -> None:
        self._text = text
        self._sentences = sentences
        self._reader = reader

    def utterances(self) -> tuple[Utterance, ...]:
        """Return them in order."""
        found = [self._begin(saying) for saying in self._sayings() if saying.contents]
        found = [item for item in found if not any(_holds(other, item) for other in found)]
        for quotation in self._reader.quotations:
            if not any(_overlap(span, quotation) for item in found for span in item.content):
                self._place(quotation, found)
        found.sort(key=lambda item: (item.content[0].start, item.content[0].end))
        return tuple(_carry_outlets(found))

    def _sayings(self) -> Iterator[Saying]:
        for sentence in self._sentences:
            yield from self._reader.sayings(sentence.ordinal)

    def _begin(self, saying: Saying) -> Utterance:
        content = list(saying.contents)
        if saying.kind == "direct":
            content = [span for piece in content for span in self._paragraphs(piece)]
        cue = saying.cue.of(self._text)
        chain = saying.chain
        item = Utterance(
            saying.ordinal, saying.ordinal, 0, 0, tuple(content), saying.speaker, saying.role, cue,
            saying.verb, saying.kind, chain[0] if chain else None, chain,
        )  # fmt: skip
        return self._bound(item)

    def _bound(self, item: Utterance) -> Utterance:
        """Widen an utterance to the sentences that its content stands in."""
        touched = [
            sentence
            for sentence in self._sentences
            if any(span.start < sentence.end and span.end > sentence.start for span in item.content)
        ]
        first = min([item.first, *(sentence.ordinal for sentence in touched)])
        last = max([item.last, *(sentence.ordinal for sentence in touched)])
        start, end = self._sentences[first].start, self._sentences[last].end
        return replace(item, first=first, last=last, start=start, end=end)

    def _paragraphs(self, piece: Span) -> list[Span]:
        """Return a quotation with its other paragraphs: each opens it again, only the last one closes it."""
        quotations = self._reader.quotations
        place = next((i for i, q in enumerate(quotations) if q.start <= piece.start < q.end), None)
        if place is None:
            return [piece]
        found = [piece]
        at = place
        while at > 0 and self._goes_on(quotations[at - 1], quotations[at]):
            at -= 1
            found.insert(0, self._trim(quotations[at]))
        at = place
        while at + 1 < len(quotations) and self._goes_on(quotations[at], quotations[at + 1]):
            at += 1
            found.append(self._trim(quotations[at]))
        return found

    def _goes_on(self, first: Span, second: Span) -> bool:
        """Whether a quotation without a closing mark is opened again by the next paragraph."""
        between = self._text[first.end : second.start - 1]
        return self._text[first.end : first.end + 1] == "\n" and not between.strip()

    def _trim(self, span: Span) -> Span:
        start, end = span.start, span.end
        while start < end and self._text[start].isspace():
            start += 1
        while end > start and (self._text[end - 1].isspace() or self._text[end - 1] in MARKS + ","):
            end -= 1
        return Span(start, end)

    def _place(self, quotation: Span, found: list[Utterance]) -> None:
        """Give a quotation without a cue to whom it belongs: the one who has just spoken, or one beside it."""
        first = self._reader.sentence_at(quotation.start)
        if first is None or not self._is_speech(quotation, first):
            return
        before = [item for item in found if item.content[0].start < quotation.start and item.last >= first.ordinal - 1]
        latest = max(before, key=lambda item: item.content[-1].end, default=None)
        same = latest is not None and self._sentences[latest.last].line == first.line
        if latest is not None and same and latest.kind == "direct":
            found.remove(latest)
            found.append(
                self._bound(replace(latest, content=(*latest.content, *self._paragraphs(self._trim(quotation)))))
            )
            return
        held = self._reader.holder(quotation)
        if held is None or (latest is None and abs(held.ordinal - first.ordinal) > 2):
            return
        speaker, role = (latest.speaker, latest.role) if latest is not None and same else (held.speaker, held.role)
        item = Utterance(
            first.ordinal, first.ordinal, 0, 0, tuple(self._paragraphs(self._trim(quotation))), speaker, role,
            None, None, "direct",
        )  # fmt: skip
        found.append(self._bound(item))

    def _is_speech(self, quotation: Span, first: SourceSentence) -> bool:
        """Whether a quotation is what somebody says, and not a title or a word at a distance."""
        covered = min(quotation.end, first.end) - quotation.start
        opens = quotation.start - 1 <= first.start
        return opens and covered >= QUOTED * (first.end - first.start) and len(quotation.of(self._text).split()) >= 2


def _overlap(first: Span, second: Span) -> bool:
    return first.start < second.end and second.start < first.end


def _holds(outer: Utterance, inner: Utterance) -> bool:
    """Whether one utterance is told inside another: "he denies it, his lawyer said"."""
    if outer is inner or not outer.content or outer.content == inner.content:
        return False
    return all(any(o.start <= i.start and i.end <= o.end for o in outer.content) for i in inner.content)


def _carry_outlets(found: Sequence[Utterance]) -> Iterator[Utterance]:
    """Yield the utterances; who told an outlet something goes on telling it in the next sentence."""
    previous: Utterance | None = None
    for item in found:
        near = previous is not None and item.first - previous.last <= 1 and item.speaker == previous.speaker
        if near and previous is not None and item.via is None and previous.via and previous.via[:1].isupper():
            item = replace(item, via=previous.via, chain=previous.chain[:1])
        yield item
        previous = item
