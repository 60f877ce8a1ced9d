"""Split a claim into atomic ones: each tells one thing that can be borne out or refuted by itself.

    claim → sentences → appositions and "who …" clauses taken out → predicates joined by "and" or "but"

"X said that A and B" stays one: it tells what X said. So does what cannot be taken apart safely: "or", "neither",
a denial that may cover both predicates, an "it" or "him" that points at the other half. Each part
knows where its words stand in the claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from factcheck.articles.sentences import split_sentences
from factcheck.claims.documents import Parse
from factcheck.lexicon import CUES
from factcheck.types import Span

_VERBS = frozenset({"VERB", "AUX"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "expl", "csubj"})
_AUXILIARIES = frozenset({"aux", "auxpass"})
_JOINING = frozenset({"and", "but", "while", "whereas"})
_DASHES = frozenset({",", "–", "—", "("})


@dataclass(frozen=True, slots=True)
class AtomicClaim:
    """One statement of a claim.

    Attributes:
        text: As a sentence of its own; the words are the claim's, but for an "is" where an apposition has none.
        parts: Where its words stand in the claim, in their order; never empty.
    """

    text: str
    parts: tuple[Span, ...]


def split_claim(text: str, parse: Parse) -> tuple[AtomicClaim, ...]:
    """Return the atomic claims of a text, in its order.

    Args:
        text: A claim without doubled spaces.
        parse: Returns the spaCy `Doc` of a sentence.
    """
    found: list[AtomicClaim] = []
    for sentence in split_sentences(text):
        start = sentence.start
        doc = parse(text[start : sentence.end])
        found += [_compose(doc, piece, start) for piece in _split(doc)]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Tokens of one statement; `word` stands before the token `at` without being the claim's."""

    tokens: tuple[int, ...]
    word: str = ""
    at: int = -1


def _split(doc: Any) -> Iterator[_Piece]:
    """Yield the statements of a sentence, the main ones first."""
    root = next((token for token in doc if token.dep_ == "ROOT"), None)
    if root is None or root.pos_ not in _VERBS:
        yield _Piece(tuple(range(len(doc))))
        return
    aside: set[int] = set()
    extra: list[_Piece] = []
    for token in doc:
        taken = _take_apposition(token) or _take_relative(token)
        if taken is not None and not aside & taken[1]:
            extra.append(taken[0])
            aside |= taken[1]
    yield from _predicates(doc, root, aside)
    yield from extra


def _take_apposition(token: Any) -> tuple[_Piece, set[int]] | None:
    """Return what an apposition tells of a name, and its tokens: "Liu, a spokesman of the embassy, …"."""
    head = token.head
    if token.dep_ != "appos" or {token.pos_, head.pos_} != {"NOUN", "PROPN"} or not _is_set_off(token):
        return None
    if head.dep_ not in _SUBJECTS | {"dobj", "pobj", "agent"}:
        return None
    own = _tokens(token)
    if any(doc_token.dep_ == "relcl" for doc_token in own) or token.i < head.i:
        return None
    named = [t for t in _tokens(head) if t.i not in {o.i for o in own} and not t.is_punct]
    named = [t for t in named if t.i < token.i]
    return _Piece((*_ids(named), *_ids(own)), "is", own[0].i), _with_commas(own)


def _take_relative(token: Any) -> tuple[_Piece, set[int]] | None:
    """Return what a clause set off by commas tells of its noun, and its tokens: "Voss, who was an engineer, …"."""
    if token.dep_ != "relcl" or not _is_set_off(token):
        return None
    pronoun = next((child for child in token.children if child.dep_ in {"nsubj", "nsubjpass"}), None)
    if pronoun is None or pronoun.lower_ not in {"who", "which"}:
        return None
    own = _tokens(token)
    named = [t for t in _tokens(token.head) if t.i < own[0].i and not (t.is_punct and t.i == own[0].i - 1)]
    told = [t for t in own if t.i != pronoun.i]
    return _Piece((*_ids(named), *_ids(told))), _with_commas(own)


def _is_set_off(token: Any) -> bool:
    first = _tokens(token)[0]
    return first.i > 0 and first.doc[first.i - 1].text in _DASHES


def _with_commas(tokens: list[Any]) -> set[int]:
    doc, first, last = tokens[0].doc, tokens[0].i, tokens[-1].i
    taken = set(_ids(tokens))
    if first > 0 and doc[first - 1].is_punct:
        taken.add(first - 1)
    if last + 1 < len(doc) and doc[last + 1].text in {",", "–", "—", ")"}:
        taken.add(last + 1)
    return taken


def _predicates(doc: Any, root: Any, aside: set[int]) -> Iterator[_Piece]:
    """Yield the sentence once for each of its joined predicates."""
    verbs = [root]
    for verb in verbs:
        verbs += [child for child in verb.children if child.dep_ == "conj" and child.pos_ in _VERBS]
    kept = [token.i for token in doc if token.i not in aside]
    pointing = any(token.tag_ == "PRP" and token.dep_ != "expl" for token in doc)
    if len(verbs) == 1 or pointing or not all(_can_stand_alone(verb, root) for verb in verbs[1:]):
        yield _Piece(tuple(kept))
        return
    verbs.sort(key=lambda verb: int(verb.i))
    own = {verb.i: _own_tokens(verb, verbs) for verb in verbs}
    shared = _shared_start(root)
    for verb in verbs:
        tokens = [i for i in kept if i in own[verb.i]]
        if verb != root and not _has_subject(verb):
            tokens = sorted({*(i for i in shared if i not in aside), *_needed_auxiliaries(verb, root), *tokens})
        yield _Piece(tuple(tokens))


def _can_stand_alone(verb: Any, root: Any) -> bool:
    """Whether a joined predicate may be told without the others."""
    above = verb.head
    joining = [child for child in above.children if child.dep_ in {"cc", "preconj"}]
    if any(child.lower_ not in _JOINING for child in joining):
        return False
    if _has_subject(verb):
        return True
    # "He did not sign and send it": the denial may be of both.
    denied = any(child.dep_ == "neg" for child in root.children)
    said = root.lemma_.lower() in CUES and any(child.dep_ == "ccomp" for child in root.children)
    return not denied and bool(_subjects(root)) and not (said and above != root)


def _own_tokens(verb: Any, verbs: list[Any]) -> set[int]:
    """Return the tokens of a predicate without those of the predicates joined to it."""
    others = {i for other in verbs if other != verb and verb in other.ancestors for i in _ids(other.subtree)}
    own = {token.i for token in verb.subtree} - others
    return {i for i in own if not (verb.doc[i].dep_ in {"cc", "preconj"} and verb.doc[i].head in verbs)}


def _shared_start(root: Any) -> list[int]:
    """Return what stands before the first predicate: its subject, and where and when it was."""
    verbal = {root.i, *(child.i for child in root.children if child.dep_ in {*_AUXILIARIES, "neg"})}
    return [token.i for token in root.doc[: min(verbal)]]


def _needed_auxiliaries(verb: Any, root: Any) -> list[int]:
    """Return the auxiliaries that a predicate shares with the first: "was arrested and charged"."""
    if any(child.dep_ in _AUXILIARIES for child in verb.children) or verb.tag_ not in {"VB", "VBN", "VBG"}:
        return []
    return [child.i for child in root.children if child.dep_ in _AUXILIARIES]


def _has_subject(verb: Any) -> bool:
    return bool(_subjects(verb))


def _subjects(verb: Any) -> list[Any]:
    return [child for child in verb.children if child.dep_ in _SUBJECTS]


def _tokens(token: Any) -> list[Any]:
    return sorted(token.subtree, key=lambda one: int(one.i))


def _ids(tokens: Iterable[Any]) -> list[int]:
    return [token.i for token in tokens]


def _compose(doc: Any, piece: _Piece, offset: int) -> AtomicClaim:
    """Write a piece as a sentence, and say where its words stand."""
    tokens = list(piece.tokens)
    while len(tokens) > 1 and doc[tokens[-1]].is_punct and doc[tokens[-1]].text in {",", ";", ".", ":", "–", "—"}:
        tokens.pop()
    while len(tokens) > 1 and doc[tokens[0]].is_punct and doc[tokens[0]].text in {",", ";", "–", "—"}:
        tokens.pop(0)
    written = ""
    parts: list[Span] = []
    for place, i in enumerate(tokens):
        token = doc[i]
        if piece.word and i == piece.at:
            written = f"{written.rstrip()} {piece.word} "
        joins = place > 0 and tokens[place - 1] == i - 1
        if place > 0 and not joins and not token.is_punct and not written.endswith(" "):
            written += " "
        written += token.text_with_ws
        start, end = offset + token.idx, offset + token.idx + len(token.text)
        if joins and parts:
            parts[-1] = Span(parts[-1].start, end)
        else:
            parts.append(Span(start, end))
    text = " ".join(written.split())
    text = text[:1].upper() + text[1:]
    return AtomicClaim(text if text[-1:] in '.!?"”’' else f"{text}.", tuple(parts))
