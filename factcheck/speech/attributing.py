"""Who says a sentence, where it is reported speech.

sentence with its article → in-sentence cue ("X said", "according to X")
                          → else the attribution of the quotation it lies in → speaker by full name
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from factcheck.lexicon import CUES, NEGATIONS
from factcheck.naming import clean_name, describe, find_referent
from factcheck.quotes import find_quotations, inside
from factcheck.types import SourceSentence, Span

Parse = Callable[[str], Any]

# Cues that report speech even without a quotation or a clause: "The Kremlin denied the reports."
BARE_CUES = frozenset("deny reject refute dismiss rebut warn accuse announce confirm acknowledge condemn".split())
PRONOUNS = frozenset("he she they it".split())
# How far an attribution may stand from its sentence, in sentences.
BACK = 4
PRONOUN_BACK = 8
AHEAD = 1
QUOTED = 0.6
ACCORDING = re.compile(r"\baccording\s+to\b", re.IGNORECASE)
NAME = re.compile(r"[A-Z][\w'’-]+(?:\s+(?:[a-z]{2,3}\s+)?[A-Z][\w.'’-]*)*")


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
    kind: Literal["direct", "indirect", "mixed"]
    via: str | None = None


class SpeechReader:
    """Attributes the sentences of one article.

    Args:
        text: The article's text.
        sentences: All its sentences in order.
        parse: Returns the spaCy `Doc` of a sentence's text.
    """

    def __init__(self, text: str, sentences: Sequence[SourceSentence], parse: Parse) -> None:
        self._text = text
        self._sentences = sentences
        self._parse = parse
        self._quotations = find_quotations(text)
        self._found: dict[int, Attribution | None] = {}

    def attribute(self, ordinal: int) -> Attribution | None:
        """Return who says the sentence at a position, or None where the article itself speaks."""
        if ordinal not in self._found:
            self._found[ordinal] = self._attribute(ordinal)
        return self._found[ordinal]

    def _attribute(self, ordinal: int) -> Attribution | None:
        sentence = self._sentences[ordinal]
        share = inside(self._quotations, sentence.start, sentence.end)
        own = self._own(ordinal, share)
        if own is not None:
            return own
        if share < QUOTED:
            return None
        for other in self._around(ordinal):
            found = self._own(other, inside(self._quotations, *_range(self._sentences[other])))
            if found is not None:
                return replace(found, kind="direct")
        return None

    def _around(self, ordinal: int) -> list[int]:
        """Return where the attribution of a quotation may stand, likeliest first.

        First the sentences in which the quotation begins and ends, then the rest of its paragraph, then
        the paragraphs before it.
        """
        sentence = self._sentences[ordinal]
        quotation = max(
            (span for span in self._quotations if span.start < sentence.end and span.end > sentence.start),
            key=lambda span: min(span.end, sentence.end) - max(span.start, sentence.start),
        )
        first = self._sentence_at(quotation.start - 1)
        last = self._sentence_at(quotation.end)
        ends = [found.ordinal for found in (last, first) if found is not None]
        line = sentence.line
        ahead = [
            other
            for other in range(ordinal + 1, min(ordinal + 1 + AHEAD, len(self._sentences)))
            if self._sentences[other].line == line and not self._opens_quotation(other)
        ]
        back = list(range(ordinal - 1, max(ordinal - 1 - BACK, -1), -1))
        same = [other for other in back if self._sentences[other].line == line]
        order = [*ends, *same[:1], *ahead, *same[1:], *back]
        return [other for other in dict.fromkeys(order) if other != ordinal]

    def _opens_quotation(self, ordinal: int) -> bool:
        """A sentence that opens a quotation of its own does not attribute the one before."""
        start = self._sentences[ordinal].start
        return any(span.start - 1 == start for span in self._quotations)

    def _own(self, ordinal: int, share: float) -> Attribution | None:
        sentence = self._sentences[ordinal]
        doc = self._parse(sentence.text)
        outside = _outside(doc, sentence.start, self._quotations)
        kind: Literal["direct", "indirect", "mixed"] = "direct" if share > 0.5 else "mixed" if share > 0 else "indirect"
        spoken = _cue(doc, outside, quoted=share > 0)
        according = _according(doc, outside)
        if spoken is not None:
            verb, subject = spoken
            speaker = self._name(subject, ordinal, outside)
            if speaker is not None:
                via = according if according is not None and according != speaker else _via(verb, speaker)
                return Attribution(speaker, verb.lemma_.lower(), kind, via)
        if according is not None:
            return Attribution(self._full_name(according), "according", kind)
        return None

    def _name(self, subject: Any, ordinal: int, outside: Collection[int]) -> str | None:
        if subject.pos_ != "PRON":
            return self._full_name(describe(subject))
        if subject.lower_ not in PRONOUNS:
            return None
        before = subject.doc[subject.i - 1] if subject.i else None
        if before is not None and before.pos_ in {"PROPN", "NOUN"}:
            # Machine translation doubles subjects: "China he denied".
            return self._full_name(describe(before))
        return self._antecedent(subject, ordinal, outside)

    def _antecedent(self, pronoun: Any, ordinal: int, outside: Collection[int]) -> str | None:
        """Resolve a pronoun: a person earlier in the sentence, else the latest speaker or subject before."""
        plural = pronoun.lower_ == "they"
        earlier = [token for token in pronoun.doc[: pronoun.i] if token.i in outside]
        found = find_referent(earlier, plural=plural)
        if found is not None:
            return self._full_name(describe(found))
        for other in range(ordinal - 1, max(ordinal - 1 - PRONOUN_BACK, -1), -1):
            sentence = self._sentences[other]
            doc = self._parse(sentence.text)
            spoken = _outside(doc, sentence.start, self._quotations)
            found = find_referent([token for token in doc if token.i in spoken], plural=plural)
            if found is not None:
                return self._full_name(describe(found))
        return None

    def _full_name(self, name: str) -> str:
        """Complete a lone surname by the fuller name that the article gives first."""
        if " " in name or not name[:1].isupper() or len(name) < 3:
            return name
        for match in re.finditer(rf"\b{re.escape(name)}\b", self._text):
            sentence = self._sentence_at(match.start())
            if sentence is None:
                continue
            doc = self._parse(sentence.text)
            for entity in doc.ents:
                words = entity.text.split()
                if entity.label_ == "PERSON" and name in (words[0], words[-1]) and len(words) > 1:
                    return clean_name(entity.text)
        return name

    def _sentence_at(self, offset: int) -> SourceSentence | None:
        return next((s for s in self._sentences if s.start <= offset < s.end), None)


def _range(sentence: SourceSentence) -> tuple[int, int]:
    return sentence.start, sentence.end


def _outside(doc: Any, offset: int, quotations: tuple[Span, ...]) -> Collection[int]:
    """Return the places of the tokens that stand outside quotation marks."""
    near = [span for span in quotations if span.end > offset and span.start < offset + len(doc.text)]
    if not near:
        return range(len(doc))
    return {token.i for token in doc if not any(span.start <= token.idx + offset < span.end for span in near)}


def _cue(doc: Any, outside: Collection[int], *, quoted: bool) -> tuple[Any, Any] | None:
    """Return the verb of saying and its subject, outside quotation marks."""
    for verb in doc:
        if verb.lemma_.lower() not in CUES or verb.pos_ != "VERB" or verb.i not in outside or _unsaid(verb):
            continue
        subject = _subject(verb)
        if subject is None or subject.i not in outside:
            continue
        clause = any(child.dep_ in {"ccomp", "parataxis"} for child in verb.children)
        embedded = verb.dep_ in {"parataxis", "ccomp", "relcl"} and verb.dep_ != "relcl" and verb.head != verb
        if clause or quoted or embedded or verb.lemma_.lower() in BARE_CUES:
            if verb.dep_ in {"ccomp", "relcl", "acl"} and not quoted and not clause:
                continue
            return verb, subject
    return None


def _unsaid(verb: Any) -> bool:
    """Whether nothing was said: "did not specify", "declined to comment"."""
    if verb.dep_ == "xcomp" and verb.head.lemma_.lower() in {"decline", "refuse", "fail"}:
        return True
    return any(child.dep_ == "neg" or child.lower_ in NEGATIONS for child in verb.children)


def _subject(verb: Any) -> Any | None:
    subject = next((child for child in verb.children if child.dep_ == "nsubj"), None)
    if subject is None and verb.i > 0 and verb.nbor(-1).text in {"”", '"', ",", "’"}:
        # Inverted after a quotation: "…”, lamented its secretary general."
        subject = next((c for c in verb.children if c.i > verb.i and c.dep_ in {"dobj", "attr", "npadvmod"}), None)
    if subject is None and verb.dep_ in {"conj", "xcomp", "advcl"}:
        return _subject(verb.head) if verb.head != verb else None
    if subject is not None and subject.tag_ in {"WP", "WDT"}:
        return verb.head if verb.dep_ == "relcl" else None
    return subject


def _according(doc: Any, outside: Collection[int]) -> str | None:
    for token in doc:
        if token.lower_ == "according" and token.i in outside:
            for to in token.children:
                for source in to.children:
                    if to.lower_ == "to" and source.dep_ == "pobj":
                        return describe(source)
    return None


def _via(verb: Any, speaker: str) -> str | None:
    """Return the outlet that was told: "told CNN", "in an interview with CNN"."""
    for child in verb.subtree:
        if child.ent_type_ == "ORG" and child.dep_ in {"dobj", "dative", "pobj"}:
            direct = child.head == verb and verb.lemma_.lower() in {"tell", "inform"}
            spoken = child.head.lower_ in {"to", "with"} and child.head.head.lower_ in {
                "interview", "email", "e-mail", "statement", "told", "said", "speaking", "spoke",
            }  # fmt: skip
            if direct or spoken:
                entity = next((e for e in child.doc.ents if e.start <= child.i < e.end), None)
                name = clean_name(str(entity.text if entity is not None else child.text))
                return name if name != speaker else None
    return None
