"""The reports of one parsed sentence: which word says that something is said, and whose subject it has.

sentence → its words outside quotation marks → verbs of saying with a subject, "according to"
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from factcheck.lexicon import NEGATIONS
from factcheck.speech.words import (
    BARE_CUES,
    DOCUMENTS,
    INFINITIVE_CUES,
    ORGANISATIONS,
    PARENTHETIC,
    PERSONS,
    SAYING,
    SOFT_CUES,
    URGING,
)
from factcheck.types import Span

CLAUSES = frozenset({"ccomp", "parataxis"})
# Auxiliaries under which nothing has been said yet.
UNREAL = frozenset("would will could may might should shall can must 'll wo ca".split())
QUOTED_VERBS = frozenset({"be", "have", "do", "go", "come", "get", "make", "take", "give", "include", "become"})
# Further off, in characters, no quotation belongs to a verb.
NEAR = 160
MARKS = "“”„«»\"'‘’"


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """A word by which the sentence reports speech.

    Attributes:
        verb: The verb of saying, or "according", a spaCy token.
        subject: The head of the phrase that names who says it.
        clause: The head of the reported clause, or None.
        quoting: The verb that passes it on ("the paper quotes her as saying"), or None.
        through: Who passes it on ("the paper, citing two officials, reported"), or None.
    """

    verb: Any
    subject: Any
    clause: Any | None = None
    quoting: Any | None = None
    through: Any | None = None

    @property
    def lemma(self) -> str:
        """Lemma of the verb, or "according"."""
        return "according" if self.according else str(self.verb.lemma_.lower())

    @property
    def according(self) -> bool:
        """Whether it is "according to"."""
        return bool(self.verb.lower_ == "according")


def outside_tokens(doc: Any, segments: Sequence[Span]) -> Collection[int]:
    """Return the places of the tokens outside quotation marks; segments are offsets into the doc's text."""
    if not segments:
        return range(len(doc))
    return frozenset(token.i for token in doc if not any(span.start <= token.idx < span.end for span in segments))


def find_reports(doc: Any, segments: Sequence[Span]) -> list[Report]:
    """Return the reports of a sentence, in order.

    Args:
        doc: The parsed sentence.
        segments: Its quotations with their marks, as offsets into the doc's text.
    """
    outside = outside_tokens(doc, segments)
    reports = []
    for token in doc:
        if token.i not in outside:
            continue
        if token.lower_ == "according":
            source = _source(token)
            found = Report(token, source) if source is not None and source.i in outside else None
        else:
            found = _read_verb(token, outside, segments)
        if found is not None:
            reports.append(found)
    return reports


def _read_verb(verb: Any, outside: Collection[int], segments: Sequence[Span]) -> Report | None:
    lemma = verb.lemma_.lower()
    if verb.pos_ not in {"VERB", "AUX"}:
        return None
    quoted = bool(segments) and _touches(verb, segments)
    known = lemma in SAYING or lemma in PARENTHETIC
    if not (known or (quoted and lemma not in QUOTED_VERBS)):
        return None
    if _unsaid(verb, outside, quoted=quoted) or (
        lemma in {"quote", "cite"} and any(c.lower_ == "as" for c in verb.children)
    ):
        return None
    if verb.tag_ == "VBG" and verb.dep_ in {"pcomp"} and verb.head.lower_ == "as":
        return _read_quoting(verb, outside)
    subject = find_subject(verb, quoted=quoted)
    if subject is None or subject.i not in outside or not _can_speak(subject, lemma):
        return None
    clause = find_clause(verb)
    if lemma in PARENTHETIC and not (quoted or (clause is not None and clause.i < verb.i and _closes(verb))):
        return None
    embedded = verb.dep_ == "parataxis" or (verb.dep_ == "ccomp" and verb.head.i < verb.i and _after_comma(verb))
    if clause is None and not quoted and not embedded and not _bare(verb, lemma, segments):
        return None
    cited = _cited(verb, subject)
    return Report(verb, cited, clause, through=subject) if cited is not None else Report(verb, subject, clause)


def _cited(verb: Any, subject: Any) -> Any | None:
    """Return whom an outlet cites: "the paper, citing two officials, reported"."""
    citing = next((c for c in [*verb.children, *subject.children] if c.lower_ in {"citing", "quoting"}), None)
    sources = [c for c in citing.children if c.dep_ == "dobj"] if citing is not None else []
    return sources[0] if sources and _can_speak(sources[0], "say") else None


def _read_quoting(verb: Any, outside: Collection[int]) -> Report | None:
    """Read "the paper quotes her as saying" and "she was quoted as saying"."""
    quoting = verb.head.head
    if quoting.lemma_.lower() not in {"quote", "cite"}:
        return None
    passive = any(child.dep_ in {"nsubjpass", "auxpass"} for child in quoting.children)
    wanted = {"nsubjpass"} if passive else {"dobj", "obj"}
    subject = next((child for child in quoting.children if child.dep_ in wanted), None)
    if subject is None or subject.i not in outside:
        return None
    return Report(verb, subject, find_clause(verb), quoting)


def find_clause(verb: Any) -> Any | None:
    """Return the head of what a verb of saying reports."""
    urged = verb.lemma_.lower() in URGING and any(c.dep_ in {"dobj", "dative"} for c in verb.children)
    infinitive = {"xcomp"} if urged or verb.lemma_.lower() in INFINITIVE_CUES else set()
    after = [c for c in verb.children if c.dep_ in CLAUSES | infinitive and c.i > verb.i]
    before = [c for c in verb.children if c.dep_ in CLAUSES and c.i < verb.i]
    return (after or before or [None])[0]


def find_subject(verb: Any, *, quoted: bool) -> Any | None:
    """Return who does the saying, also behind an inverted verb and through "who"."""
    # The last one: the parser calls what stands before a comma a subject too.
    subject = ([child for child in verb.children if child.dep_ == "nsubj"] or [None])[-1]
    if subject is None:
        agent = next((c for by in verb.children if by.dep_ == "agent" for c in by.children if c.dep_ == "pobj"), None)
        if agent is not None or any(child.dep_ in {"nsubjpass", "auxpass"} for child in verb.children):
            return agent
    if subject is None and verb.tag_ != "VBG" and (verb.i == 0 or verb.nbor(-1).text in {"”", '"', ",", "’", "“"}):
        # Inverted after a quotation: "…”, lamented its secretary general."
        subject = next((c for c in verb.children if c.i > verb.i and c.dep_ in {"dobj", "attr", "npadvmod"}), None)
    if subject is None and verb.dep_ in {"conj", "xcomp", "advcl"} and verb.head != verb:
        return find_subject(verb.head, quoted=quoted)
    if subject is not None and subject.tag_ in {"WP", "WDT"}:
        return verb.head if verb.dep_ == "relcl" else None
    return subject or _beside_verb(verb)


def _beside_verb(verb: Any) -> Any | None:
    """Return the noun before a closing verb whose subject the parser lost: "…, Nadia Ossian, said."."""
    if verb.tag_ not in {"VBD", "VBZ", "VBP"} or not _closes(verb) or verb.i < 2:
        return None
    before = verb.nbor(-1) if verb.nbor(-1).text != "," else verb.nbor(-2)
    return before if before.pos_ == "PROPN" and before.ent_type_ not in {"DATE", "TIME"} else None


def _can_speak(subject: Any, lemma: str) -> bool:
    """Whether a subject is somebody who speaks; the softer the verb, the surer it must be."""
    word = subject.lemma_.lower()
    if subject.pos_ == "PRON":
        return subject.lower_ in {"he", "she", "they", "it"} and not (
            subject.lower_ == "it" and lemma in SOFT_CUES - BARE_CUES - INFINITIVE_CUES
        )
    if subject.ent_type_ in {"DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "ORDINAL"}:
        return False
    agent = subject.pos_ == "PROPN" or subject.ent_type_ in {"PERSON", "ORG", "GPE", "NORP"}
    if agent or word in PERSONS or word in ORGANISATIONS or _ends_like_a_person(word):
        return True
    if subject.pos_ == "NUM" and any(
        of.lower_ == "of" and c.pos_ == "NOUN" for of in subject.children for c in of.children
    ):
        return True  # "one of the guards"
    if subject.pos_ in {"ADJ", "NUM", "DET"}:
        return subject.tag_ in {"JJ", "CD", "DT"} and subject.lower_ in {"many", "some", "several", "others", "both"}
    return lemma not in SOFT_CUES or (word in DOCUMENTS and lemma not in {"call", "ask", "point", "read"})


def _ends_like_a_person(word: str) -> bool:
    return word.endswith(("man", "woman", "men", "women", "ist", "ician", "ologist", "person", "people", "eer"))


def _unsaid(verb: Any, outside: Collection[int], *, quoted: bool) -> bool:
    """Whether nothing was said: "did not specify", "declined to comment", "is expected to announce"."""
    infinitive = any(child.lower_ == "to" and child.dep_ == "aux" for child in verb.children)
    if infinitive and not (verb.dep_ == "xcomp" and verb.head.lemma_.lower() in {"go", "continue", "rush"}):
        return True
    auxiliaries = {child.lower_ for child in verb.children if child.dep_ == "aux"}
    if auxiliaries & UNREAL and not quoted:
        return True
    if verb.tag_ == "VBN" and verb.dep_ in {"advcl", "acl"} and not any(c.dep_ == "aux" for c in verb.children):
        return True  # "Asked about the plan, …"
    if verb.tag_ == "VBG" and verb.dep_ in {"xcomp", "pcomp"} and verb.head.lower_ != "as":
        return True
    if verb.dep_ == "xcomp" and verb.head.lemma_.lower() in {"decline", "refuse", "fail"}:
        return True
    own = [child for child in verb.children if child.i in outside]
    return any(child.dep_ == "neg" or child.lower_ in NEGATIONS for child in own)


def _bare(verb: Any, lemma: str, segments: Sequence[Span]) -> bool:
    """Whether a verb reports speech by its object alone, or by words after a colon."""
    objects = [child for child in verb.children if child.dep_ in {"dobj", "oprd", "prep", "attr"} and child.i > verb.i]
    if lemma in BARE_CUES and objects:
        return True
    quoted = any(verb.idx < span.start for span in segments)
    if quoted and objects and lemma in SAYING:
        return True
    colon = next((t for t in verb.doc[verb.i + 1 :] if t.text == ":"), None)
    return colon is not None and colon.i - verb.i <= 8 and lemma in SAYING


def _touches(verb: Any, segments: Sequence[Span]) -> bool:
    """Whether only a subject, a listener or a mark stands between a verb and a quotation."""
    doc = verb.doc
    for span in segments:
        if not -NEAR < verb.idx - span.end < NEAR and not -NEAR < span.start - verb.idx < NEAR:
            continue
        if span.end <= verb.idx:
            between = [t for t in doc if span.end <= t.idx < verb.idx]
            if not any(t.pos_ == "VERB" or t.text in ",;:." for t in between[1:-1]) and len(between) <= 14:
                last = doc.text[: span.end].rstrip(MARKS)[-1:]
                first = between[0].text if between else ""
                if last in {",", "?", "!", "…", ".", "-", "—"} or first in {",", "—", "-"} or verb.nbor(-1).is_punct:
                    return True
        elif verb.idx < span.start:
            between = [t for t in doc if verb.idx < t.idx < span.start]
            if (not between or between[-1].text in {":", ","} or verb.lemma_.lower() in SAYING) and not any(
                t.pos_ == "VERB" for t in between
            ):
                return verb.lemma_.lower() in SAYING or bool(between and between[-1].text == ":")
    return False


def _closes(verb: Any) -> bool:
    """Whether a verb ends its sentence, but for adverbs."""
    return all(t.is_punct or t.dep_ in {"advmod", "npadvmod", "prep", "pobj"} for t in verb.doc[verb.i + 1 :])


def _after_comma(verb: Any) -> bool:
    left = verb.left_edge.i
    return left > 0 and verb.doc[left - 1].text in {",", "–", "—", "”", '"'}


def _source(according: Any) -> Any | None:
    """Return the head of who is named by "according to", where that can say something."""
    for to in according.children:
        for source in to.children:
            if to.lower_ == "to" and source.dep_ == "pobj":
                word = source.lemma_.lower()
                speaks = source.pos_ == "PROPN" or source.ent_type_ in {"PERSON", "ORG", "GPE", "NORP"}
                known = word in PERSONS or word in ORGANISATIONS or word in DOCUMENTS or _ends_like_a_person(word)
                return source if speaks or known or source.lower_ in {"him", "her", "them"} else None
    return None
