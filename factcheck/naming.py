"""Name who a noun phrase or a pronoun stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from factcheck.lexicon import CUES, NOUN_ENTITIES

# Machine translation doubles subjects, and the pronoun passes for a part of the name.
_DOUBLED = re.compile(r"(?<=\w)\s+(?:He|She|It|They)$")


def find_referent(tokens: Sequence[Any], *, plural: bool) -> Any | None:
    """Return the subject that a pronoun may stand for, speakers first."""
    subjects = [token for token in tokens if token.dep_ in {"nsubj", "nsubjpass"} and token.pos_ in {"NOUN", "PROPN"}]
    for subject in sorted(subjects, key=lambda token: token.head.lemma_.lower() not in CUES):
        person = subject.ent_type_ == "PERSON" or any(child.ent_type_ == "PERSON" for child in subject.children)
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
            return clean_name(str(entity.text))
    for child in subject.children:
        # "its managing director, Neil Garrity": the name stands in apposition.
        if child.dep_ == "appos" and child.pos_ == "PROPN":
            return clean_name(str(doc[_name_run(child)].text))
    phrase = _phrase(subject)
    span = doc[min(token.i for token in phrase) : max(token.i for token in phrase) + 1]
    for entity in doc.ents:
        within = span.start <= entity.start and entity.end <= span.end and entity.root.dep_ != "poss"
        if entity.label_ == "PERSON" and within and subject.pos_ in {"NOUN", "PROPN"}:
            return clean_name(str(entity.text))
    return clean_name(str(span.text))


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


def clean_name(text: str) -> str:
    """Return a name without article, brackets, quotation marks, possessive ending and doubled subject ("China He")."""
    text = re.sub(
        r"^(?:the|a|an)\s+|['’]s$", "", re.sub(r"[\[\]()]", "", text).strip(" ,;:“”\"'’"), flags=re.IGNORECASE
    )
    return _DOUBLED.sub("", " ".join(text.split()))
