"""Rules for what a sentence sets apart: "five, not six", a corrected statement, "did not say who", whose brother."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from factcheck.claims.acts import find_acts, is_denied
from factcheck.claims.alignment import Alignment
from factcheck.claims.findings import Mismatch
from factcheck.claims.names import find_names, is_named, spelled
from factcheck.claims.quantities import Quantity, agrees, find_quantities
from factcheck.claims.vocabulary import alike

_RETRACTED = re.compile(
    r"(?i)\b(?:earlier|previous|first|original)\s+(?:version|edition|report|article|story)s?\b[^.;]{0,80}?"
    r"\b(?:said|stated|gave|reported|wrote|named|called|put|misstated|misspelled)\b"
    r"|\b(?:wrongly|mistakenly|erroneously|incorrectly)\s+(?:said|stated|gave|reported|wrote|named|called|put)\b"
)
_TELLING = frozenset("say tell name disclose reveal specify identify announce explain publish comment".split())
_WH = frozenset("who whom whose what which where when why how whether".split())
_MORE = frozenset("more high large long great big much dear expensive many late old fast far heavy over".split())
_LESS = frozenset("less low small short few little cheap early young slow near light under".split())
ENOUGH = 0.5


def find_excluded(found: Alignment) -> Iterator[Mismatch]:
    """Yield what the claim tells and the sentence names only to rule it out: "a fountain, not the factory"."""
    apart = excluded_tokens(found.evidence.doc)
    if not apart:
        return
    claimed = {token.lower_ for token in found.claim.doc}
    if "not" in claimed or "n't" in claimed:
        return
    for word in found.words:
        if word.other is not None and word.other.i in apart and word.token.pos_ in {"NOUN", "PROPN", "ADJ"}:
            if any(alike(t.lemma_.lower(), word.token.lemma_.lower()) for t in found.evidence.doc if t.i not in apart):
                continue
            yield _excluded(found, word.token.text, word.other.text)
            return
    told = find_quantities(found.evidence.doc)
    for quantity in find_quantities(found.claim.doc):
        same = [other for other in told if agrees(quantity, other)]
        if same and all(other.root.i in apart for other in same):
            instead = _instead(told, same[0], apart)
            yield Mismatch("number", quantity.text, instead or f"not {same[0].text}", 1.0,
                           f"the article says {instead or 'not'}, not {same[0].text}" if instead
                           else f"the article says not {same[0].text}")  # fmt: skip
            return


def _excluded(found: Alignment, claimed: str, told: str) -> Mismatch:
    sure = 0.9 if found.coverage >= ENOUGH else 0.5
    return Mismatch("negation", claimed, f"not {told}", sure, f"the article says “not {told}”, the claim “{claimed}”")


def _instead(told: list[Quantity], wrong: Quantity, apart: set[int]) -> str:
    before = [other for other in told if other.root.i < wrong.root.i and other.root.i not in apart]
    return before[-1].text if before else ""


def excluded_tokens(doc: Any) -> set[int]:
    """Return the tokens that a contrasting "not" rules out, up to the next comma or verb."""
    apart: set[int] = set()
    for token in doc:
        if token.lower_ != "not" or token.i == 0 or token.i + 1 >= len(doc):
            continue
        before, behind = doc[token.i - 1], doc[token.i + 1]
        if not (before.is_punct or before.pos_ == "CCONJ") or behind.lower_ in {"only", "just", "merely", "one"}:
            continue
        for following in doc[token.i + 1 : token.i + 9]:
            if following.is_punct or following.pos_ in {"VERB", "AUX"} or following.lower_ in {"but", "as"}:
                break
            apart.add(following.i)
    return apart


def find_retracted(found: Alignment) -> Iterator[Mismatch]:
    """Yield a claim that the sentence tells as an earlier mistake: "an earlier version said that …"."""
    match = _RETRACTED.search(found.evidence.text)
    if match is None or _RETRACTED.search(found.claim.text):
        return
    yield Mismatch("negation", found.claim.text, match.group(), 0.9 if found.coverage >= ENOUGH else 0.4,
                   "the article takes this back as an earlier mistake")  # fmt: skip


def find_undisclosed(found: Alignment) -> Iterator[Mismatch]:
    """Yield that something was told, where the article says that it was not: "did not say how many"."""
    telling = next((act for act in find_acts(found.claim.doc) if act.lemma_.lower() in _TELLING), None)
    if telling is None or is_denied(telling) or not _tells_what(telling):
        return
    for doc, sure in ((found.evidence.doc, 0.9), (found.evidence.after, 0.8)):
        if doc is None:
            continue
        for act in find_acts(doc):
            if act.lemma_.lower() in _TELLING and is_denied(act) and not _has_that(act):
                told = str(doc[max(act.i - 2, 0) : act.i + 1].text)
                yield Mismatch("negation", telling.text, told, sure, f"the article says “{told}”")
                return


def _tells_what(act: Any) -> bool:
    """Whether a verb of saying has a "who …", "how many …" behind it, or names its object."""
    clauses = [child for child in act.children if child.dep_ in {"ccomp", "pcomp"}]
    asked = any(token.lower_ in _WH and token.i > act.i for clause in clauses for token in clause.subtree)
    return asked or act.lemma_.lower() in {"name", "identify", "disclose", "reveal", "specify"}


def _has_that(act: Any) -> bool:
    """Whether what is not said is a whole statement: "did not say that it fell" leaves open what was told."""
    clauses = [child for child in act.children if child.dep_ == "ccomp"]
    return any(not any(token.lower_ in _WH for token in clause.subtree) for clause in clauses)


def find_possessors(found: Alignment) -> Iterator[Mismatch]:
    """Yield "X's brother" where it is the speaker's own: "her brother, she said", and the speaker is not X."""
    speaker = found.evidence.speaker
    if speaker is None:
        return
    here = spelled(found.evidence.text)
    for name in find_names(found.claim.doc):
        noun = name.root.head
        if name.root.dep_ != "poss" or is_named(name, spelled(speaker)) or is_named(name, here):
            continue
        for token in found.evidence.doc:
            own = token.dep_ == "poss" and token.lower_ in {"his", "her", "my"}
            if own and alike(token.head.lemma_.lower(), noun.lemma_.lower()):
                yield Mismatch("name", name.text, speaker, 0.8, f"the article says it of {speaker}, not of {name.text}")
                return


def find_opposite_comparisons(found: Alignment) -> Iterator[Mismatch]:
    """Yield "cheaper than planned" where the article has "more than planned"."""
    for mine, base in _comparisons(found.claim.doc):
        for theirs, other in _comparisons(found.evidence.doc):
            opposite = (mine in _MORE and theirs in _LESS) or (mine in _LESS and theirs in _MORE)
            if opposite and alike(base, other) and base:
                yield Mismatch("antonym", mine, theirs, 0.9, f"the article says “{theirs} than {other}”")
                return


def _comparisons(doc: Any) -> Iterator[tuple[str, str]]:
    """Yield each comparison: the adjective's lemma, and the lemma of what stands behind "than"."""
    for token in doc:
        if token.lower_ != "than" or token.i == 0 or token.i + 1 >= len(doc):
            continue
        behind = next((t for t in doc[token.i + 1 :] if not t.is_stop or t.pos_ == "PRON"), None)
        before = next(
            (
                t
                for t in reversed(list(doc[max(token.i - 6, 0) : token.i]))
                if t.tag_ in {"JJR", "RBR"} or t.lower_ == "more"
            ),
            None,
        )
        if before is not None and behind is not None and not behind.like_num:
            yield (
                {"more": "more", "less": "less", "fewer": "few"}.get(before.lower_, before.lemma_.lower()),
                behind.lemma_.lower(),
            )
