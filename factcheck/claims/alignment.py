"""Lay a claim over a sentence: which word, name and act of the claim has its counterpart where.

    claim, sentence → words (same, inflected, same class, close in context) → names → acts with shared arguments

What only stands around the sentence (its neighbours, title, speaker) counts as context: it explains a pronoun,
and never carries the claim alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from factcheck.claims.acts import actors, find_acts, targets, with_joined
from factcheck.claims.documents import ClaimDoc, EvidenceDoc
from factcheck.claims.names import Name, find_names, is_named, same_word, spelled
from factcheck.claims.vocabulary import LIGHT, alike, contrary

if TYPE_CHECKING:
    from factcheck.models.late_interaction import LateInteraction

Where = Literal["sentence", "meaning", "around", "nowhere"]
WEIGHTS = {"PROPN": 1.0, "NOUN": 1.0, "VERB": 1.0, "ADJ": 0.7, "ADV": 0.3}
WORTH: dict[Where, float] = {"sentence": 1.0, "meaning": 0.7, "around": 0.5, "nowhere": 0.0}
# Cosine from which a word without a counterpart in the lexicon counts as said in other words.
CLOSE = 0.6
LIGHT_WEIGHT = 0.1
# An act's likeness counts this much against the share of its arguments that are the same.
BY_ARGUMENTS = 0.5
# "Has" is one act only where it has the same things.
SURE_OF_LIGHT = 0.75


@dataclass(frozen=True, slots=True, eq=False)
class WordMatch:
    """A content word of the claim and its counterpart.

    Attributes:
        token: The claim's token.
        other: The sentence's token, or None where there is none.
        where: How it was found.
        weight: What the word counts for.
    """

    token: Any
    other: Any | None
    where: Where
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class NameMatch:
    """A name of the claim, and where the article has it."""

    name: Name
    where: Where


@dataclass(frozen=True, slots=True, eq=False)
class ActMatch:
    """An act of the claim and the same or the opposite act of the sentence.

    Attributes:
        act: The claim's token.
        other: The sentence's token.
        opposite: They are antonyms.
        shared: Share of the claim's arguments that stand at the other act, 0..1.
    """

    act: Any
    other: Any
    opposite: bool
    shared: float


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """A claim laid over a sentence."""

    claim: ClaimDoc
    evidence: EvidenceDoc
    words: tuple[WordMatch, ...]
    names: tuple[NameMatch, ...]
    acts: tuple[ActMatch, ...]

    @property
    def coverage(self) -> float:
        """Weighted share (0..1) of the claim's content words that the sentence, or its context, has."""
        total = sum(word.weight for word in self.words)
        return sum(word.weight * WORTH[word.where] for word in self.words) / total if total else 0.0

    @property
    def missing(self) -> tuple[WordMatch, ...]:
        """Content words that the article has nothing for; names and numbers are looked at apart."""
        return tuple(word for word in self.words if word.where == "nowhere" and word.weight > LIGHT_WEIGHT)


def align(claim: ClaimDoc, evidence: EvidenceDoc, similar: Mapping[int, float] | None = None) -> Alignment:
    """Lay a claim over a sentence.

    Args:
        claim: The claim.
        evidence: The sentence.
        similar: Best cosine of the claim's words with the sentence, by their offset (`measure_similarity`).
    """
    around = spelled(evidence.around)
    names = tuple(_place_name(name, evidence, around) for name in find_names(claim.doc))
    named = {token.i: match.where for match in names for token in _tokens_of(match.name)}
    words = tuple(
        _match(token, evidence, around, similar or {}, named.get(token.i))
        for token in claim.doc
        if _is_content(token) or token.i in named
    )
    return Alignment(claim, evidence, words, names, tuple(_match_acts(claim.doc, evidence)))


def measure_similarity(
    interaction: LateInteraction, claim: ClaimDoc, sentences: Sequence[str]
) -> list[dict[int, float]]:
    """Return the best cosine of each word of the claim with each sentence, by the word's offset."""
    encoded = interaction.encode_question(claim.text)
    return [
        {word.start: float(value) for word, value in zip(encoded.words, found.similarity, strict=True)}
        for found in interaction.align(encoded, sentences)
    ]


def _is_content(token: Any) -> bool:
    return (
        token.pos_ in WEIGHTS
        and not token.like_num
        and token.ent_type_ not in {"PERCENT", "MONEY", "ORDINAL"}
        and (not token.is_stop or token.pos_ in {"VERB", "PROPN"})
    )


def _tokens_of(name: Name) -> list[Any]:
    doc = name.root.doc
    start = name.root.sent.start if doc.has_annotation("SENT_START") else 0
    words = set(name.words)
    near = [token for token in doc[max(start, name.root.i - 6) : name.root.i + 7] if token.text in name.text]
    return [token for token in near if token.lower_ in words]


def _place_name(name: Name, evidence: EvidenceDoc, around: Sequence[str]) -> NameMatch:
    if is_named(name, spelled(evidence.text)):
        return NameMatch(name, "sentence")
    return NameMatch(name, "around" if is_named(name, around) else "nowhere")


def _match(
    token: Any, evidence: EvidenceDoc, around: Sequence[str], similar: Mapping[int, float], named: Where | None
) -> WordMatch:
    lemma = token.lemma_.lower()
    weight = LIGHT_WEIGHT if lemma in LIGHT else WEIGHTS.get(token.pos_, 0.3)
    best = find_counterpart(token, evidence.doc)
    if best is not None:
        return WordMatch(token, best, "sentence", weight)
    if named is not None:
        return WordMatch(token, None, named, weight)
    lower = token.lower_
    if any(same_word(lower, word) for word in around):
        return WordMatch(token, None, "around", weight)
    if similar.get(token.idx, 0.0) >= CLOSE and not any(
        contrary(lemma, other.lemma_.lower()) for other in evidence.doc
    ):
        return WordMatch(token, None, "meaning", weight)
    return WordMatch(token, None, "nowhere", weight)


def find_counterpart(token: Any, doc: Any) -> Any | None:
    """Return the token of a sentence that says the same as one of the claim, the likest first."""
    lemma, lower, taken = token.lemma_.lower(), token.lower_, _list_lemmas(token.doc)
    named = token.pos_ == "PROPN"
    best: tuple[float, Any | None] = (0.0, None)
    for other in _list_words(doc):
        if (other.lemma in taken and other.lemma != lemma) or (other.stop and other.lower != lower):
            continue
        score = alike(lemma, other.lemma)
        if not score and (named or other.named) and same_word(lower, other.lower):
            score = 0.9
        if score > best[0]:
            best = (score, other.token)
    return best[1]


class _Word(NamedTuple):
    """What is asked of a token again and again; spaCy looks each up in its table of strings."""

    token: Any
    lemma: str
    lower: str
    stop: bool
    named: bool


@lru_cache(maxsize=32)
def _list_words(doc: Any) -> tuple[_Word, ...]:
    return tuple(
        _Word(token, token.lemma_.lower(), token.lower_, token.is_stop, token.pos_ == "PROPN")
        for token in doc
        if not token.is_punct
    )


@lru_cache(maxsize=32)
def _list_lemmas(doc: Any) -> frozenset[str]:
    """Return the lemmas of a claim's words, each of which has a claim on its own counterpart.

    "Accepted the agreement" is not borne out by the word "agreement" alone.
    """
    return frozenset(token.lemma_.lower() for token in doc if token.pos_ in WEIGHTS)


def _match_acts(doc: Any, evidence: EvidenceDoc) -> Iterable[ActMatch]:
    """Pair each act of the claim with the likest act of the sentence that has the most of its arguments."""
    others = [
        (token, token.lemma_.lower(), token.pos_)
        for token in evidence.doc
        if token.pos_ in {"VERB", "NOUN", "ADJ", "AUX", "ADV", "ADP"}
    ]
    for act in find_acts(doc):
        lemma = act.lemma_.lower()
        mine, taken = _arguments(act), _list_lemmas(act.doc)
        best: tuple[float, ActMatch | None] = (0.0, None)
        for other, its, pos in others:
            if its in taken and its != lemma:
                continue
            likeness, opposite = alike(lemma, its), contrary(lemma, its)
            if likeness == 0 and not opposite:
                continue
            if pos in {"ADP", "ADV"} and not opposite:
                continue
            shared = share_arguments(mine, other, evidence)
            if lemma in LIGHT and (its != lemma or shared < SURE_OF_LIGHT or opposite):
                continue
            score = (likeness or 0.9) + BY_ARGUMENTS * shared + 0.2 * (pos == act.pos_)
            if score > best[0]:
                best = (score, ActMatch(act, other, opposite, shared))
        if best[1] is not None:
            yield best[1]


def _arguments(act: Any) -> list[Any]:
    """Return the content words at an act that make it this act and no other."""
    verb = act.head if act.dep_ in {"acomp", "attr"} else act
    subtree = [token for token in verb.subtree if token.i != act.i]
    return [token for token in subtree if token.pos_ in {"NOUN", "PROPN", "ADJ"} or token.like_num]


def share_arguments(arguments: Sequence[Any], other: Any, evidence: EvidenceDoc) -> float:
    """Return the share (0..1) of an act's arguments that the other act has in its clause.

    A pronoun at the other act may stand for any one of them.
    """
    if not arguments:
        return 0.5
    clause = [token for token in _clause(other) if not token.is_punct]
    words = dict.fromkeys((near.lemma_.lower(), near.lower_) for near in clause)
    wanted = [(token.lemma_.lower(), token.lower_) for token in arguments]
    found = sum(
        any(alike(lemma, near) or same_word(lower, written) for near, written in words) for lemma, lower in wanted
    )
    pronoun = any(near.pos_ == "PRON" and near.lower_ not in {"which", "who", "that", "it"} for near in clause)
    return min(1.0, (found + 0.5 * pronoun) / len(arguments))


def _clause(token: Any) -> list[Any]:
    """Return the tokens of the clause that an act stands in: its own subtree, and its subject further up."""
    verb = token
    while verb.pos_ not in {"VERB", "AUX"} and verb.head != verb:
        verb = verb.head
    tokens = list(verb.subtree)
    for who in (*actors(verb), *targets(verb)):
        tokens += list(with_joined([who]))
    if verb.dep_ in {"xcomp", "acl", "relcl", "conj", "ccomp", "advcl"}:
        tokens += [child for child in verb.head.children if child.dep_ in {"nsubj", "nsubjpass"}]
        tokens += [verb.head] if verb.head.pos_ in {"NOUN", "PROPN"} else []
    return tokens
