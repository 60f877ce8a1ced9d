"""What a sentence says was done: its verbs with polarity, certainty and who did it to whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from factcheck.claims.vocabulary import ALLEGING, DENYING, NOTHING, PLANNING, POSSIBLE
from factcheck.lexicon import CUES

Certainty = Literal["done", "planned", "alleged"]
_CLAUSE = frozenset({"ccomp", "xcomp", "acl", "pcomp", "dobj", "prep", "pobj", "oprd", "acomp", "attr"})


def find_acts(doc: Any, *, said: bool = True) -> list[Any]:
    """Return the tokens that state something, the main one first.

    Args:
        doc: A parsed sentence.
        said: With False, verbs of saying that govern a clause are left out: what was said counts.
    """
    acts = [
        token
        for token in doc
        if token.pos_ == "VERB" and token.dep_ not in {"aux", "auxpass"} and token.lemma_.lower() not in {"be"}
    ]
    for token in doc:
        if token.lemma_.lower() == "be" and token.dep_ not in {"aux", "auxpass"}:
            acts += [child for child in token.children if child.dep_ in {"acomp", "attr"}]
    if not said:
        acts = [token for token in acts if not _only_says(token)] or acts
    return sorted(acts, key=lambda token: (sum(1 for _ in token.ancestors), token.i))


def _only_says(token: Any) -> bool:
    return token.lemma_.lower() in CUES - DENYING and any(
        child.dep_ in {"ccomp", "parataxis"} for child in token.children
    )


def is_denied(token: Any) -> bool:
    """Whether what a token states is said not to be so; two denials cancel out."""
    count = _own_denials(token)
    seen = 0 if token.pos_ in {"VERB", "ADJ", "AUX"} else 7  # a noun shares only the denial of its own verb
    while token.dep_ in _CLAUSE and token.head != token and seen < 8:
        below, token, seen = token.dep_, token.head, seen + 1
        if token.lemma_.lower() in DENYING and token.pos_ in {"VERB", "NOUN", "ADJ"}:
            count += 1
        # "He did not say that it fell", "it did not begin to fall"; "no one knew, and no one won" are two denials.
        carries = below != "ccomp" or token.lemma_.lower() in CUES
        count += _own_denials(token) if carries and token.pos_ in {"VERB", "AUX"} else 0
    if token.dep_ == "conj" and token.head.pos_ == "VERB" and not _has_subject(token):
        count += _own_denials(token.head)
    return bool(count % 2)


def _own_denials(token: Any) -> int:
    """Count the negations of a token: its own, and those of its subject or object ("no country")."""
    count = 0
    for child in token.children:
        if child.dep_ == "neg" or child.lower_ in NOTHING:
            following = token.doc[child.i + 1].lower_ if child.i + 1 < len(token.doc) else ""
            if following not in {"only", "just", "merely"} and child.dep_ not in {"cc", "preconj"}:
                count += 1
        elif child.dep_ in {"dobj", "nsubj", "nsubjpass", "attr"}:
            inner = [grand.lower_ for grand in child.children]
            if any(word in {"no", "none", "neither"} for word in inner) or (inner[:1] == ["not"]):
                count += 1
        elif child.dep_ == "prep" and any(
            grand.lower_ in {"no", "nobody", "nothing"} or any(g.lower_ == "no" for g in grand.children)
            for grand in child.children
        ):
            count += 1
    if token.dep_ in {"acomp", "attr"} and token.head.lemma_.lower() == "be" and count == 0:
        return 0  # its "not" hangs on the copula, which `is_denied` reaches
    return count


def _has_subject(token: Any) -> bool:
    return any(child.dep_ in {"nsubj", "nsubjpass", "aux"} for child in token.children)


def certainty(token: Any) -> Certainty:
    """Say whether an act was done, is only planned or possible, or is only alleged."""
    verb = token.head if token.dep_ in {"acomp", "attr"} and token.head.lemma_.lower() == "be" else token
    if any(child.lower_ in ALLEGING for child in verb.children):
        return "alleged"
    for child in verb.children:
        if child.dep_ in {"aux", "auxpass"} and child.lower_ in {"will", "’ll", "'ll", "wo", *POSSIBLE}:
            return "planned"
    above = verb
    for _ in range(4):
        if above.dep_ not in {"xcomp", "ccomp", "pcomp", "acl", "prep", "advcl", "dobj"} or above.head == above:
            break
        infinitive = any(child.lower_ == "to" and child.dep_ == "aux" for child in above.children)
        above = above.head
        lemma = above.lemma_.lower()
        if lemma in ALLEGING:
            return "alleged"
        if lemma in PLANNING and (infinitive or above.dep_ != "ROOT" or lemma not in {"say", "let"}):
            return "planned"
        if infinitive and lemma in {"be", "due", "set", "ready"}:
            return "planned"
    return "done"


def actors(verb: Any) -> list[Any]:
    """Return who does an act, also behind a passive's "by"."""
    found = [child for child in verb.children if child.dep_ == "nsubj"]
    found += [
        pobj for child in verb.children if child.dep_ == "agent" for pobj in child.children if pobj.dep_ == "pobj"
    ]
    if not found and verb.dep_ in {"xcomp", "conj"} and verb.head.pos_ in {"VERB", "AUX"}:
        passive = any(child.dep_ == "nsubjpass" for child in verb.children)
        found = [] if passive else actors(verb.head)
    if verb.dep_ == "acl" and verb.tag_ == "VBG":
        found.append(verb.head)
    if verb.dep_ == "relcl":
        found = [verb.head if token.tag_ in {"WP", "WDT"} or token.lower_ == "that" else token for token in found]
    return found


def targets(verb: Any) -> list[Any]:
    """Return what an act is done to, also where a passive makes it the subject."""
    found = [child for child in verb.children if child.dep_ in {"dobj", "nsubjpass", "dative", "attr", "oprd"}]
    for child in verb.children:
        if child.dep_ == "prep" and child.lower_ in {"to", "from", "of", "at", "against", "for", "with"}:
            found += [pobj for pobj in child.children if pobj.dep_ == "pobj"]
    if verb.dep_ == "acl" and verb.tag_ == "VBN":
        found.append(verb.head)
    return [verb.head if verb.dep_ == "relcl" and t.tag_ in {"WP", "WDT"} else t for t in found]


def with_joined(tokens: list[Any]) -> Iterator[Any]:
    """Yield tokens with what is joined to them by "and" or in apposition."""
    for token in tokens:
        yield token
        for child in token.children:
            if child.dep_ in {"conj", "appos"}:
                yield from with_joined([child])
