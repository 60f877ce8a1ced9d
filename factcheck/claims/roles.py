"""Rules for who, where and whose: another name in the same place of the sentence, actor and target exchanged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from factcheck.claims.acts import actors, targets, with_joined
from factcheck.claims.alignment import ActMatch, Alignment
from factcheck.claims.findings import Mismatch
from factcheck.claims.names import Name, find_names, same_names, same_word
from factcheck.claims.vocabulary import alike, siblings

PLACE = frozenset({"GPE", "LOC", "FAC"})
BODY = frozenset({"ORG", "GPE", "NORP", "PERSON"})
LOCATIVE = frozenset({"in", "at", "near", "from", "to", "outside", "into"})
# Two acts whose actor and target change places when one is told as the other.
CONVERSE = frozenset({frozenset(pair.split("/")) for pair in "buy/sell lend/borrow send/receive win/lose".split()})
ENOUGH = 0.3  # share of an act's arguments from which both sentences tell of one thing
SYMMETRIC = frozenset("meet marry join talk discuss negotiate agree differ resemble face divorce merge".split())


def find_name_mismatches(found: Alignment) -> Iterator[Mismatch]:
    """Yield names that the article does not have, with the one it has in their place."""
    told = find_names(found.evidence.doc)
    own = [match.name for match in found.names]
    for match in found.names:
        if match.where != "nowhere":
            continue
        others = [name for name in told if not any(same_names(name, mine) for mine in own)]
        rival = _in_same_place(found, match.name, others)
        if rival is not None:
            kind, sure, name = rival
            yield Mismatch("place" if kind == "place" else "name", match.name.text, name.text, sure,
                           f"the article says {name.text}, the claim {match.name.text}")  # fmt: skip
        else:
            yield Mismatch("missing_name", match.name.text, "", 1.0, f"the sentence does not name {match.name.text}")


def find_namesakes(found: Alignment) -> Iterator[Mismatch]:
    """Yield people for whom the sentence has somebody else of the same surname."""
    told = [name for name in find_names(found.evidence.doc) if len(name.words) == 2]
    for match in found.names:
        name = match.name
        if len(name.words) != 2 or name.label not in {"PERSON", ""}:
            continue
        others = [other for other in told if other.words[1] == name.words[1]]
        given = name.words[0]
        same = any(same_word(other.words[0], given) or other.words[0][0] == given[0] for other in others)
        if others and not same:
            yield Mismatch("name", name.text, others[0].text, 0.9,
                           f"the article says {others[0].text}, the claim {name.text}")  # fmt: skip


def _in_same_place(found: Alignment, name: Name, others: Sequence[Name]) -> tuple[str, float, Name] | None:
    """Return the name that stands where the claim has another one, and how surely."""
    place = name.label in PLACE and _before(name.root) in LOCATIVE
    for other in others:
        if place and other.label in PLACE and _before(other.root) in LOCATIVE:
            return "place", 0.9 if found.coverage >= 0.6 else 0.5, other
    for other in others:
        kinds = {name.label, other.label}
        if len(kinds) > 1 and not kinds <= BODY | {""}:
            continue
        if _at_same_noun(name, other):
            return "name", 0.8, other
        for match in found.acts:
            if match.shared >= ENOUGH and _same_role(match, name.root, other.root):
                return "name", 0.9 if len(kinds) == 1 else 0.5, other
    return None


def _before(token: Any) -> str:
    above = token.head
    return str(above.lower_) if token.dep_ == "pobj" else ""


def _at_same_noun(name: Name, other: Name) -> bool:
    """Whether both names say whose or which the same noun is: "Kremlin spokesman", "spokesman of the ministry"."""
    mine, theirs = _noun_above(name.root), _noun_above(other.root)
    return mine is not None and theirs is not None and alike(mine.lemma_.lower(), theirs.lemma_.lower()) > 0


def _noun_above(token: Any) -> Any | None:
    above = token.head
    if token.dep_ in {"compound", "poss", "amod", "nmod"} and above.pos_ in {"NOUN", "PROPN"}:
        return above
    if token.dep_ == "pobj" and above.lower_ in {"of", "for", "at"} and above.head.pos_ in {"NOUN", "PROPN"}:
        return above.head
    return None


def _same_role(match: ActMatch, one: Any, two: Any) -> bool:
    verb = match.act.head if match.act.dep_ in {"acomp", "attr"} else match.act
    other = _verb(match.other)
    return (one in _all(actors(verb)) and two in _all(actors(other))) or (
        one in _all(targets(verb)) and two in _all(targets(other))
    )


def _all(tokens: list[Any]) -> list[Any]:
    """Return tokens with what is joined to them and the other words of their names."""
    joined = list(with_joined(tokens))
    return joined + [
        child for token in joined if token.pos_ == "PROPN" for child in token.children if child.pos_ == "PROPN"
    ]


def _verb(token: Any) -> Any:
    while token.pos_ not in {"VERB", "AUX"} and token.head != token:
        token = token.head
    return token


def find_sibling_mismatches(found: Alignment) -> Iterator[Mismatch]:
    """Yield people of one kind in the same place: "by his mother" where the article says "by his father"."""
    told = [token for token in found.evidence.doc if token.pos_ == "NOUN"]
    for word in found.words:
        if word.token.pos_ != "NOUN" or word.where == "sentence":
            continue
        for other in told:
            if siblings(word.token.lemma_.lower(), other.lemma_.lower()):
                yield Mismatch("name", word.token.text, other.text, 0.8 if found.coverage >= 0.5 else 0.4,
                               f"the article says {other.text}, the claim {word.token.text}")  # fmt: skip
                break


def find_swaps(found: Alignment) -> Iterator[Mismatch]:
    """Yield acts whose actor and target are exchanged; a passive exchanges nothing."""
    for match in found.acts:
        verb, other = match.act, match.other
        pair = frozenset({verb.lemma_.lower(), other.lemma_.lower()})
        if sum(act.act.lemma_ == verb.lemma_ for act in found.acts) > 1:
            continue  # "sells more to B than B sells to A"
        if other.pos_ != "VERB" or verb.lemma_.lower() in SYMMETRIC or (match.opposite and pair not in CONVERSE):
            continue
        doers, sufferers = _all(actors(verb)), _all(targets(verb))
        their_doers, their_sufferers = _all(actors(other)), _all(targets(other))
        crossed = _share(doers, their_sufferers) and not _share(doers, their_doers)
        crossed = crossed and _share(sufferers, their_doers)
        straight = _share(doers, their_doers) and not _share(doers, their_sufferers)
        if crossed and not match.opposite:
            yield Mismatch(
                "swapped", verb.text, other.text, 1.0, f"who “{other.text}” and whom are exchanged in the claim"
            )
        elif straight and pair in CONVERSE and match.opposite and _share(sufferers, their_sufferers):
            yield Mismatch("swapped", verb.text, other.text, 1.0,
                           f"the article says “{other.text}”, the claim “{verb.text}”")  # fmt: skip


def _share(first: Sequence[Any], second: Sequence[Any]) -> bool:
    return any(
        alike(one.lemma_.lower(), two.lemma_.lower()) >= 0.9 or same_word(one.lower_, two.lower_)
        for one in first
        for two in second
        if one.pos_ != "PRON" and two.pos_ != "PRON"
    )


def is_converse(match: ActMatch) -> bool:
    """Whether two opposite verbs tell one act from its two ends: "A sold it to B", "B bought it from A"."""
    return frozenset({match.act.lemma_.lower(), match.other.lemma_.lower()}) in CONVERSE
