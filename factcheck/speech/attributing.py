"""Who says a sentence, where it is reported speech.

sentence with its article → its own reports ("X said", "according to X")
→ else those of the quotation it lies in → speaker by full name
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from factcheck.quotes import find_quotations, inside
from factcheck.speech.cast import Cast
from factcheck.speech.chains import find_chain, is_outlet
from factcheck.speech.contents import find_contents
from factcheck.speech.reports import Report, find_reports, outside_tokens
from factcheck.speech.speakers import Speakers
from factcheck.speech.words import has_cue
from factcheck.types import SourceSentence, Span

Parse = Callable[[str], Any]
Kind = Literal["direct", "indirect", "mixed"]

# How far an attribution may stand from its sentence, in sentences.
BACK = 4
AHEAD = 1
QUOTED = 0.6
# Shorter quotations without a cue are titles and words at a distance.
LONG = 3
MARKS = '“”„«»"'


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says something and how it is reported.

    Attributes:
        speaker: Name or description, articles cut off ("Dmitry Peskov", "US official").
        cue: Lemma of the verb of saying, or "according".
        kind: In quotation marks, in other words, or partly.
        via: Through whom the words came ("CNN"), or None.
    """

    speaker: str
    cue: str
    kind: Kind
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Saying:
    """One report of a sentence with its speaker; offsets are into the article's text.

    Attributes:
        ordinal: The sentence.
        speaker: Who says it.
        role: What the article says that he is, or None.
        cue: The words that report it.
        verb: Lemma of the cue.
        kind: In quotation marks, in other words, or partly.
        contents: What is said in this sentence; a quotation reaches as far as it goes.
        chain: Through whom the words came, the one nearest to the reader first.
    """

    ordinal: int
    speaker: str
    role: str | None
    cue: Span
    verb: str
    kind: Kind
    contents: tuple[Span, ...]
    chain: tuple[str, ...]


class SpeechReader:
    """Attributes the sentences of one article, and parses no more of it than that needs.

    Args:
        text: The article's text.
        sentences: All its sentences in order.
        parse: Returns the spaCy `Doc` of a sentence's text.
    """

    def __init__(self, text: str, sentences: Sequence[SourceSentence], parse: Parse) -> None:
        self.quotations = find_quotations(text)
        self._text = text
        self._sentences = sentences
        self._parse = parse
        self._speakers: Speakers | None = None
        self._sayings: dict[int, tuple[Saying, ...]] = {}

    def attribute(self, ordinal: int) -> Attribution | None:
        """Return who says the sentence at a position, or None where the article itself speaks."""
        own = self.sayings(ordinal)
        if own:
            return _attribution(own[0], own[0].kind)
        sentence = self._sentences[ordinal]
        if inside(self.quotations, sentence.start, sentence.end) < QUOTED:
            return None
        held = self.holder(self._quotation_of(sentence))
        return _attribution(held, "direct") if held is not None else None

    def sayings(self, ordinal: int) -> tuple[Saying, ...]:
        """Return who says what by the sentence's own words."""
        if ordinal not in self._sayings:
            found = may_speak(self._text, self._sentences[ordinal], self.quotations)
            self._sayings[ordinal] = self._find_sayings(ordinal) if found else ()
        return self._sayings[ordinal]

    def holder(self, quotation: Span) -> Saying | None:
        """Return the report that a quotation belongs to, which may stand in a sentence beside it."""
        for other in self._around(quotation):
            found = self.sayings(other)
            if found:
                return found[-1] if self._sentences[other].end <= quotation.start else found[0]
        return None

    def sentence_at(self, offset: int) -> SourceSentence | None:
        """Return the sentence at an offset."""
        return next((s for s in self._sentences if s.start <= offset < s.end), None)

    def _quotation_of(self, sentence: SourceSentence) -> Span:
        return max(
            (span for span in self.quotations if span.start < sentence.end and span.end > sentence.start),
            key=lambda span: min(span.end, sentence.end) - max(span.start, sentence.start),
        )

    def _around(self, quotation: Span) -> list[int]:
        """Return where the attribution of a quotation may stand, likeliest first.

        First the sentences in which the quotation begins and ends, then the rest of its paragraph, then
        the paragraphs before it.
        """
        first = self.sentence_at(quotation.start - 1) or self.sentence_at(quotation.start)
        last = self.sentence_at(quotation.end) or self.sentence_at(quotation.end - 1)
        if first is None or last is None:
            return []
        line = last.line
        ahead = [
            other
            for other in range(last.ordinal + 1, min(last.ordinal + 1 + AHEAD, len(self._sentences)))
            if self._sentences[other].line == line and not self._opens_quotation(other)
        ]
        back = list(range(first.ordinal - 1, max(first.ordinal - 1 - BACK, -1), -1))
        same = [other for other in back if self._sentences[other].line == line]
        order = [last.ordinal, first.ordinal, *same[:1], *ahead, *same[1:], *back]
        return list(dict.fromkeys(order))

    def _opens_quotation(self, ordinal: int) -> bool:
        """A sentence that opens a quotation of its own does not attribute the one before."""
        start = self._sentences[ordinal].start
        return any(span.start - 1 == start for span in self.quotations)

    def _read(self, ordinal: int) -> tuple[Any, Collection[int]]:
        sentence = self._sentences[ordinal]
        segments = find_segments(self._text, sentence, self.quotations)
        if len(segments) == 1 and segments[0].end - segments[0].start >= len(sentence.text) - 1:
            return None, ()  # nothing outside quotation marks: no need to parse
        doc = self._parse(sentence.text)
        return doc, outside_tokens(doc, segments)

    def _find_sayings(self, ordinal: int) -> tuple[Saying, ...]:
        doc, outside = self._read(ordinal)
        if not outside:
            return ()
        sentence = self._sentences[ordinal]
        segments = find_segments(self._text, sentence, self.quotations)
        reports = find_reports(doc, segments)
        if self._speakers is None:
            self._speakers = Speakers(Cast(self._text), self._sentences, self._read)
        speakers = self._speakers
        found: list[Saying] = []
        for report in reports:
            if _passes_on(report, reports):
                continue
            speaker = speakers.find(report.subject, ordinal)
            if speaker is None or any(_within(report, saying, sentence.start) for saying in found):
                continue
            pieces = find_contents(report, doc, segments, reports)
            contents = tuple(self._whole(piece, sentence.start) for piece in pieces)
            kind = self._kind(contents) if contents else self._share_kind(sentence)
            chain = find_chain(report, reports, outside, self._text[: sentence.start])
            spans = tuple(self._unmarked(span) if kind == "direct" else span for span in contents)
            cue = _cue_span(report, sentence.start)
            found.append(Saying(ordinal, speaker.name, speaker.role, cue, report.lemma, kind, spans, chain))
        return tuple(found)

    def _whole(self, piece: Span, offset: int) -> Span:
        """Return a stretch in the article; a quotation that goes on beyond it is taken in whole."""
        start, end = piece.start + offset, piece.end + offset
        for span in self.quotations:
            closed = span.end + (self._text[span.end : span.end + 1] in MARKS)
            if span.start <= start < span.end and span.start - 1 < start:
                start = span.start - 1 if not self._text[span.start : start].strip() or span.start < start else start
            if span.start < end < closed:
                end = closed
        return Span(start, end)

    def _unmarked(self, span: Span) -> Span:
        """Return a quotation without its marks, and without the comma before the cue."""
        start, end = span.start, span.end
        while start < end and (self._text[start] in MARKS or self._text[start].isspace()):
            start += 1
        while end > start and (self._text[end - 1] in MARKS + "," or self._text[end - 1].isspace()):
            end -= 1
        return Span(start, end)

    def _kind(self, contents: Sequence[Span]) -> Kind:
        bare = [self._unmarked(span) for span in contents]
        shares = [inside(self.quotations, span.start, span.end) for span in bare]
        if all(share > 0.999 for share in shares):
            return "direct"
        return "mixed" if any(shares) else "indirect"

    def _share_kind(self, sentence: SourceSentence) -> Kind:
        share = inside(self.quotations, sentence.start, sentence.end)
        return "direct" if share > 0.5 else "mixed" if share > 0 else "indirect"


def find_segments(text: str, sentence: SourceSentence, quotations: Sequence[Span]) -> list[Span]:
    """Return the quotations of a sentence with their marks, as offsets into its text."""
    found = []
    for span in quotations:
        if span.start >= sentence.end or span.end <= sentence.start - 1:
            continue
        end = span.end + 1 if text[span.end : span.end + 1] in MARKS else span.end
        start, end = max(span.start - 1, sentence.start), min(end, sentence.end)
        if start < end:
            found.append(Span(start - sentence.start, end - sentence.start))
    return found


def may_speak(text: str, sentence: SourceSentence, quotations: Sequence[Span]) -> bool:
    """Return whether a sentence is worth parsing: it has a cue, or a quotation of some words among others."""
    segments = find_segments(text, sentence, quotations)
    rest, last = [], 0
    for span in segments:
        rest.append(sentence.text[last : span.start])
        last = span.end
    words = " ".join([*rest, sentence.text[last:]])
    long = any(len(sentence.text[span.start : span.end].split()) >= LONG for span in segments)
    return has_cue(words) or (long and any(c.isalpha() for c in words))


def _attribution(saying: Saying, kind: Kind) -> Attribution:
    return Attribution(saying.speaker, saying.verb, kind, saying.chain[0] if saying.chain else None)


def _passes_on(report: Report, reports: Sequence[Report]) -> bool:
    """Whether a report only names the outlet that passes another one on."""
    others = [other for other in reports if other is not report]
    if report.according:
        return bool(others)
    inner = [o for o in others if report.clause is not None and (report.clause == o.verb)]
    return bool(inner) and is_outlet(report.subject)


def _within(report: Report, saying: Saying, offset: int) -> bool:
    """Whether a report is itself part of what somebody says."""
    return any(span.start <= offset + report.verb.idx < span.end for span in saying.contents)


def _cue_span(report: Report, offset: int) -> Span:
    start, end = report.verb.idx, report.verb.idx + len(report.verb.text)
    doc = report.verb.doc
    if report.according:
        to = next((child for child in report.verb.children if child.lower_ == "to"), report.verb)
        end = to.idx + len(to.text)
    elif report.quoting is not None:
        start = doc[report.verb.i - 1].idx
    return Span(offset + start, offset + end)
