"""Who says a sentence, where it is reported speech.

sentence with its article → in-sentence cue ("X said", "according to X")
                          → else the attribution of the quotation it lies in → speaker by full name
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from factcheck.lexicon import CUES, NEGATIONS, NOUN_ENTITIES
from factcheck.quotes import find_quotations, inside
from factcheck.types import SourceSentence, Span

Parse = Callable[[str], Any]

# Cues that report speech even without a quotation or a clause: "The Kremlin denied the reports."
BARE_CUES = frozenset(
    "deny reject refute dismiss rebut warn accuse announce confirm acknowledge condemn".split()
)
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

    def attribute(self, ordinal: int) -> Attribution | None:
        """Return who says the sentence at a position, or None where the article itself speaks."""
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
        kind: Literal["direct", "indirect", "mixed"] = (
            "direct" if share > 0.5 else "mixed" if share > 0 else "indirect"
        )
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

    def _name(self, subject: Any, ordinal: int, outside: set[Any]) -> str | None:
        if subject.pos_ != "PRON":
            return self._full_name(describe(subject))
        if subject.lower_ not in PRONOUNS:
            return None
        before = subject.doc[subject.i - 1] if subject.i else None
        if before is not None and before.pos_ in {"PROPN", "NOUN"}:
            # Machine translation doubles subjects: "China he denied".
            return self._full_name(describe(before))
        return self._antecedent(subject, ordinal, outside)

    def _antecedent(self, pronoun: Any, ordinal: int, outside: set[Any]) -> str | None:
        """Resolve a pronoun: a person earlier in the sentence, else the latest speaker or subject before."""
        plural = pronoun.lower_ == "they"
        earlier = [token for token in outside if token.i < pronoun.i]
        found = _referent(sorted(earlier, key=lambda token: token.i), plural=plural)
        if found is not None:
            return self._full_name(describe(found))
        for other in range(ordinal - 1, max(ordinal - 1 - PRONOUN_BACK, -1), -1):
            sentence = self._sentences[other]
            doc = self._parse(sentence.text)
            tokens = sorted(_outside(doc, sentence.start, self._quotations), key=lambda token: token.i)
            found = _referent(tokens, plural=plural)
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
                    return _clean(entity.text)
        return name

    def _sentence_at(self, offset: int) -> SourceSentence | None:
        return next((s for s in self._sentences if s.start <= offset < s.end), None)


def _referent(tokens: Sequence[Any], *, plural: bool) -> Any | None:
    """Return the subject that a pronoun may stand for, speakers first."""
    subjects = [
        token for token in tokens if token.dep_ in {"nsubj", "nsubjpass"} and token.pos_ in {"NOUN", "PROPN"}
    ]
    for subject in sorted(subjects, key=lambda token: token.head.lemma_.lower() not in CUES):
        person = subject.ent_type_ == "PERSON" or any(
            child.ent_type_ == "PERSON" for child in subject.children
        )
        if plural:
            if subject.tag_ in {"NNS", "NNPS"} and "PERSON" in NOUN_ENTITIES.get(subject.lemma_.lower(), ()):
                return subject
        elif person or "PERSON" in NOUN_ENTITIES.get(subject.lemma_.lower(), ()):
            return subject
    return None


def describe(subject: Any) -> str:
    """Return a noun phrase as a speaker: the person's name if it holds one, else the phrase itself.

    Args:
        subject: The phrase's head, a spaCy token.

    Returns:
        The name ("Zhao Lijian"), or the phrase without article and clauses ("US official").
    """
    doc = subject.doc
    for entity in doc.ents:
        if entity.label_ == "PERSON" and entity.start <= subject.i < entity.end:
            return _clean(str(entity.text))
    for child in subject.children:
        # "its managing director, Neil Garrity": the name stands in apposition.
        if child.dep_ == "appos" and child.pos_ == "PROPN":
            return _clean(str(doc[_name_run(child)].text))
    phrase = _phrase(subject)
    span = doc[min(token.i for token in phrase) : max(token.i for token in phrase) + 1]
    for entity in doc.ents:
        within = span.start <= entity.start and entity.end <= span.end and entity.root.dep_ != "poss"
        if entity.label_ == "PERSON" and within and subject.pos_ in {"NOUN", "PROPN"}:
            return _clean(str(entity.text))
    return _clean(str(span.text))


def _name_run(token: Any) -> slice:
    """Return the run of proper nouns around one."""
    first = last = token.i
    doc = token.doc
    while first > 0 and doc[first - 1].pos_ == "PROPN":
        first -= 1
    while last + 1 < len(doc) and doc[last + 1].pos_ == "PROPN":
        last += 1
    return slice(first, last + 1)


def _phrase(subject: Any) -> list[Any]:
    """Return the tokens of a noun phrase without relative clauses, participles and appositions."""
    cut = {"relcl", "acl", "appos", "punct", "advcl", "prep", "cc", "conj", "advmod", "npadvmod"}
    tokens = [subject]
    for child in subject.children:
        if child.dep_ not in cut or (
            child.dep_ == "prep" and child.lower_ in {"of", "for", "at"} and child.i > subject.i
        ):
            tokens.extend(t for t in child.subtree if t.dep_ not in {"relcl", "acl"})
    return tokens


def _clean(text: str) -> str:
    text = re.sub(
        r"^(?:the|a|an)\s+|['’]s$", "", re.sub(r"[\[\]()]", "", text).strip(" ,;:“”\"'’"), flags=re.IGNORECASE
    )
    return " ".join(text.split())


def _range(sentence: SourceSentence) -> tuple[int, int]:
    return sentence.start, sentence.end


def _outside(doc: Any, offset: int, quotations: tuple[Span, ...]) -> set[Any]:
    """Return the tokens that stand outside quotation marks."""
    near = [span for span in quotations if span.end > offset and span.start < offset + len(doc.text)]
    return {token for token in doc if not any(span.start <= token.idx + offset < span.end for span in near)}


def _cue(doc: Any, outside: set[Any], *, quoted: bool) -> tuple[Any, Any] | None:
    """Return the verb of saying and its subject, outside quotation marks."""
    for verb in doc:
        if verb.lemma_.lower() not in CUES or verb.pos_ != "VERB" or verb not in outside or _unsaid(verb):
            continue
        subject = _subject(verb)
        if subject is None or subject not in outside:
            continue
        clause = any(child.dep_ in {"ccomp", "parataxis"} for child in verb.children)
        embedded = (
            verb.dep_ in {"parataxis", "ccomp", "relcl"} and verb.dep_ != "relcl" and verb.head != verb
        )
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


def _according(doc: Any, outside: set[Any]) -> str | None:
    for token in doc:
        if token.lower_ == "according" and token in outside:
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
                name = _clean(str(entity.text if entity is not None else child.text))
                return name if name != speaker else None
    return None
