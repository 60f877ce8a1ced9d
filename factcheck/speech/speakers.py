"""Who a subject is: the name as fully as the article gives it, and what he is.

subject → named member of the cast, or description → pronoun, "the minister", "the company" resolved
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from factcheck.lexicon import CUES
from factcheck.naming import clean_name, describe
from factcheck.speech.cast import Cast, Member
from factcheck.speech.words import MEN, ORGANISATIONS, PERSONS, WOMEN
from factcheck.types import SourceSentence

PRONOUN_BACK = 8
ROLE_BACK = 4
LONGEST = 80
# "the company", for one that was named before
_STANDING_FOR = frozenset(
    "company firm group paper newspaper club agency charity airline bank carmaker retailer".split()
)
_PLACES = frozenset({"GPE", "NORP", "LOC"})
_DEFINITE = frozenset("the this that".split())
_WHOM = {"he": False, "him": False, "she": True, "her": True}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: a name or a description, and what the article says that he is."""

    name: str
    role: str | None = None


class Speakers:
    """Names the speakers of one article.

    Args:
        cast: Its people.
        sentences: Its sentences in order.
        read: Returns the parsed sentence at a position and the places of its tokens outside quotation marks.
    """

    def __init__(
        self, cast: Cast, sentences: Sequence[SourceSentence], read: Callable[[int], tuple[Any, Collection[int]]]
    ) -> None:
        self._cast = cast
        self._sentences = sentences
        self._read = read

    def find(self, subject: Any, ordinal: int) -> Speaker | None:
        """Return who the subject of a report is, or None where the article does not tell."""
        if subject.pos_ == "PRON" and subject.lower_ in {"he", "she", "they", "it", "him", "her", "them"}:
            return self._antecedent(subject, ordinal)
        if subject.pos_ == "PRON" and subject.tag_ in {"PRP", "WP", "WDT"}:
            return None
        return self._describe(subject, ordinal)

    def _describe(self, subject: Any, ordinal: int) -> Speaker | None:
        place = self._sentences[ordinal].start + int(subject.idx)
        member = self._member(subject, ordinal)
        name = member.name if member is not None else describe(subject)
        if member is None and self._stands_for(subject):
            found = self._named_before(subject, name, ordinal)
            if found is not None:
                return found
        if not name or len(name) > LONGEST:
            name = clean_name(str(subject.text))
        if " " not in name and name[:1].isupper() and len(name) > 2:
            full = self._cast.full(name, place)
            if subject.ent_type_ not in _PLACES or self._cast.role(full, place) is not None:
                name = full
        role = self._cast.role(name, place + len(subject.doc.text))
        if role is None and subject.pos_ == "NOUN" and name[:1].islower() and _is_person(subject):
            role = name
        return Speaker(name, role) if name else None

    def _member(self, subject: Any, ordinal: int) -> Member | None:
        """Return the member of the cast that a subject or its apposition names."""
        offset = self._sentences[ordinal].start
        apposed = [child for child in subject.children if child.dep_ == "appos" and child.pos_ == "PROPN"]
        for token in [subject, *apposed]:
            member = self._cast.at(offset + int(token.idx))
            if member is not None and token.pos_ in {"PROPN", "NOUN", "ADJ", "X"}:
                return member
        name = describe(subject)
        within = self._cast.between(offset, offset + len(subject.doc.text)) if " of " in name else []
        return next((m for m in within if name.endswith(f" {m.name}") and " " in m.name), None)

    def _stands_for(self, subject: Any) -> bool:
        """Whether a noun may stand for somebody who was named: "the spokesman", "his lawyer" does not."""
        definite = any(child.lower_ in _DEFINITE for child in subject.children if child.dep_ == "det")
        named = any(child.pos_ == "PROPN" for child in subject.children)
        return bool(definite and not named and subject.pos_ == "NOUN" and subject.tag_ == "NN")

    def _named_before(self, subject: Any, description: str, ordinal: int) -> Speaker | None:
        place = self._sentences[ordinal].start
        if subject.lemma_.lower() in _STANDING_FOR:
            return self._organisation(ordinal)
        if _is_person(subject):
            member = self._cast.holder(description, place)
            return Speaker(member.name, member.role) if member is not None else None
        return None

    def _antecedent(self, pronoun: Any, ordinal: int) -> Speaker | None:
        """Resolve a pronoun: somebody earlier in the sentence, else the latest speaker or subject before."""
        kind = pronoun.lower_
        doc, outside = self._read(ordinal)
        before = doc[pronoun.i - 1] if pronoun.i else None
        doubled = before is not None and before.pos_ in {"PROPN", "NOUN"} and before.i in outside
        if doubled and _doubles(before):
            # Machine translation doubles subjects: "China he denied".
            return self._describe(before, ordinal)
        if kind == "it":
            return self._organisation(ordinal, pronoun.i)
        earlier = [token for token in doc[: pronoun.i] if token.i in outside]
        for candidate in _subjects(earlier):
            if self._fits(candidate, kind, ordinal):
                return self._describe(candidate, ordinal)
        return self._look_back(kind, ordinal)

    def _look_back(self, kind: str, ordinal: int) -> Speaker | None:
        for other in range(ordinal - 1, max(ordinal - 1 - PRONOUN_BACK, -1), -1):
            doc, outside = self._read(other)
            if not outside:
                continue
            tokens = [token for token in doc if token.i in outside]
            for candidate in _subjects(tokens):
                if self._fits(candidate, kind, other):
                    return self._describe(candidate, other)
            named = self._mentioned(other, kind) if kind != "they" else None
            if named is not None:
                return named
        return None

    def _mentioned(self, ordinal: int, kind: str) -> Speaker | None:
        """Return the one person with a role that a sentence names beside its subject."""
        sentence = self._sentences[ordinal]
        members = [m for m in self._cast.between(sentence.start, sentence.end) if m.role and self._is_sex(m.name, kind)]
        return Speaker(members[0].name, members[0].role) if len(members) == 1 else None

    def _fits(self, token: Any, kind: str, ordinal: int) -> bool:
        """Whether a pronoun may stand for a subject."""
        if kind in {"they", "them"}:
            return bool(token.tag_ in {"NNS", "NNPS"} and (_is_person(token) or token.lemma_.lower() in ORGANISATIONS))
        if token.tag_ in {"NNS", "NNPS"}:
            return False
        words = {child.lower_.strip(".") for child in token.children} | {token.lower_}
        if words & (WOMEN if not _WHOM.get(kind, False) else MEN):
            return False
        member = self._member(token, ordinal)
        if member is not None:
            who = any(c.lower_ == "who" for child in token.children if child.dep_ == "relcl" for c in child.children)
            person = bool(member.role) or token.ent_type_ in {"PERSON", ""} or _has_person(token) or who
            return person and self._is_sex(member.name, kind)
        if token.ent_type_ == "PERSON" or _has_person(token) or (token.pos_ == "NOUN" and _is_person(token)):
            return self._is_sex(describe(token), kind)
        # A lone name that the article gives in full somewhere: "Achebe".
        place = self._sentences[ordinal].start + int(token.idx)
        full = self._cast.full(str(token.text), place) if token.pos_ == "PROPN" else ""
        place_name = token.ent_type_ in {"GPE", "LOC", "FAC"} and self._cast.role(full, place) is None
        return full.endswith(f" {token.text}") and not place_name and self._is_sex(full, kind)

    def _is_sex(self, name: str, kind: str) -> bool:
        known = self._cast.woman(name) if name else None
        return known is None or kind not in _WHOM or known == _WHOM[kind]

    def _organisation(self, ordinal: int, before: int | None = None) -> Speaker | None:
        """Return the organisation that was the latest subject."""
        for other in range(ordinal, max(ordinal - 1 - ROLE_BACK, -1), -1):
            doc, outside = self._read(other)
            if doc is None or (other == ordinal and before is None):
                continue  # all of it is quoted, or nothing stands before
            end = before if other == ordinal else len(doc)
            for token in _subjects([t for t in doc[:end] if t.i in outside]):
                place = self._sentences[other].start + int(token.idx)
                apposed = [c for c in token.children if c.dep_ == "appos" and c.pos_ == "PROPN"]
                person = token.ent_type_ == "PERSON" or (token.pos_ == "NOUN" and _is_person(token))
                named = token.pos_ == "PROPN" or apposed
                if named and not person and self._cast.role(clean_name(str(token.text)), place) is None:
                    return self._describe(token, other)
                if before is not None and token.pos_ == "NOUN" and token.lemma_.lower() in ORGANISATIONS:
                    return self._describe(token, other)
        return None


def _subjects(tokens: Sequence[Any]) -> Iterator[Any]:
    """Yield the subjects among tokens, those of verbs of saying first."""
    found = [token for token in tokens if token.dep_ in {"nsubj", "nsubjpass"} and token.pos_ in {"NOUN", "PROPN"}]
    sources = [
        token for token in tokens
        if token.dep_ == "pobj" and token.head.lower_ == "to" and token.head.head.lower_ == "according"
    ]  # fmt: skip
    agents = [token for token in tokens if token.dep_ == "pobj" and token.head.dep_ == "agent"]
    yield from sorted(
        [*found, *sources, *agents], key=lambda token: (token.head.lemma_.lower() not in CUES, _nameless(token))
    )


def _nameless(token: Any) -> bool:
    return token.pos_ != "PROPN" and not any(c.dep_ == "appos" and c.pos_ == "PROPN" for c in token.children)


def _is_person(token: Any) -> bool:
    word = token.lemma_.lower()
    return word in PERSONS or word.endswith(("man", "woman", "person", "ist", "ician"))


def _doubles(token: Any) -> bool:
    """Whether a noun before a pronoun may be its double."""
    return token.ent_type_ not in {"DATE", "TIME"} and token.dep_ not in {"pobj", "dobj"}


def _has_person(token: Any) -> bool:
    return any(child.ent_type_ == "PERSON" and child.dep_ in {"appos", "compound", "flat"} for child in token.children)
