"""How a span of a parsed sentence stands to its verb and to the names beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from factcheck.answering.readings import Candidate
from factcheck.lexicon import action_similarity


def attached(token: Any, act: Any | None) -> bool:
    """Whether a token hangs on the act, without another clause between."""
    node = token
    while act is not None and node.head != node:
        node = node.head
        if node == act:
            return True
        if node.pos_ == "VERB":
            return False
    return False


def nearness(entity: Any, act: Any | None) -> float:
    """Return how near an entity stands to the act, as `nearness_of`."""
    return nearness_of(entity.root, act)


def nearness_of(token: Any, act: Any | None) -> float:
    """Return 1.0 beside the act down to 0.6 far from it; 0.8 without one."""
    return 0.8 if act is None else max(0.6, 1.0 - 0.02 * abs(int(token.i) - int(act.i)))


def of_entity(entity: Any, strength: float) -> Candidate:
    """Return an entity as a candidate, its article and possessive ending cut off."""
    start, end = entity.start_char, entity.end_char
    text = entity.text
    lead = re.match(r"(?i)(?:the|a|an)\s+", text)
    if lead is not None and entity.label_ not in {"DATE", "TIME"}:
        start, text = start + lead.end(), text[lead.end() :]
    tail = re.search(r"['’]s?$", text)
    if tail is not None:
        end, text = end - len(tail.group()), text[: tail.start()]
    return Candidate(start, end, text, max(0.0, min(1.0, strength)))


def belongs(token: Any, act: Any | None) -> float:
    """Return 1.0 where a time belongs to the act, 0.4 where it belongs to another verb, else 0.6."""
    if attached(token, act):
        return 1.0
    node = token
    while act is not None and node.head != node and node.pos_ != "VERB":
        node = node.head
    # "He denied on Monday that it had asked": Monday is when he denied it.
    other = act is not None and node.pos_ == "VERB" and node != act and act in list(node.subtree)
    return 0.4 if other else 0.6


def beside(root: Any) -> Any:
    """Return what a name stands beside: in "the coach of Lyme, Ann Low" parsers hang Ann Low on Lyme."""
    holder = root.head
    if root.dep_ == "appos" and holder.dep_ == "pobj" and holder.head.head.pos_ == "NOUN":
        return holder.head.head
    return root


def is_held(root: Any, focus: str) -> bool:
    """Whether a name says what the office is of: Lyme in "the mayor of Lyme"."""
    office = root.head.head if root.dep_ == "pobj" and root.head.lower_ in {"of", "for", "at"} else None
    return office is not None and action_similarity(focus, office.lemma_.lower()) >= 0.9


def find_names(doc: Any) -> Iterator[Any]:
    """Yield the entities, and the runs of proper nouns that the entity recogniser passed over."""
    covered = {token.i for entity in doc.ents for token in entity}
    yield from doc.ents
    first = -1
    for token in doc:
        free = token.pos_ == "PROPN" and token.i not in covered and token.text[:1].isupper()
        if free and first < 0:
            first = token.i
        elif not free and first >= 0:
            yield doc[first : token.i]
            first = -1
    if first >= 0:
        yield doc[first : len(doc)]
