"""How a sentence relates to a question: where its act is, and which spans could answer it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from factcheck.answering.questions import Question
from factcheck.lexicon import NEGATIONS, action_similarity, same_stem
from factcheck.models.reader import Read
from factcheck.speech.attributing import Attribution
from factcheck.types import Hit, QueryWord, Retrieved

# A word of the sentence this close to the question's verb, in context, names a related act.
RELATED_ACT = 0.62
# A question word this well matched counts as addressed.
ADDRESSED = 0.6

PEOPLE = frozenset(
    "people person man woman child resident civilian soldier victim passenger worker employee student patient "
    "troop officer protester demonstrator migrant refugee survivor crew member inhabitant villager citizen "
    "fighter volunteer runner life death fatality staff guest visitor voter fan "
    "farmer miner teacher nurse pupil family household other".split()
)
NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion "
    "trillion dozen dozens hundreds thousands millions half".split()
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of a sentence that may answer.

    Attributes:
        start: Offset in the sentence's text.
        end: Offset behind it.
        text: The span's text.
        strength: How sure the grammar is, in 0..1 (1: the right role of the matched act).
    """

    start: int
    end: int
    text: str
    strength: float


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One hit, parsed and held against the question.

    Attributes:
        hit: The hit.
        words: The question's words, in the order of the hit's similarities.
        doc: spaCy `Doc` of the sentence.
        act: Token that names the question's act, or None.
        act_score: 1.0 same word, 0.9+ same class or stem, below that only close in context, 0.0 none.
        coverage: Weighted share of the question's content words that the sentence addresses, 0..1.
        candidates: Spans that may answer, strongest first.
        parsed: Whether grammar found one of them, and not only the reader.
        read: What the reader says of the sentence, or None where it did not read it.
    """

    hit: Hit
    words: tuple[QueryWord, ...]
    doc: Any
    act: Any | None
    act_score: float
    coverage: float
    candidates: tuple[Candidate, ...]
    read: Read | None = None
    parsed: bool = True

    @property
    def best(self) -> Candidate | None:
        """The strongest candidate."""
        return self.candidates[0] if self.candidates else None


def read_hit(
    question: Question,
    retrieved: Retrieved,
    hit: Hit,
    doc: Any,
    read: Read | None = None,
    attribution: Attribution | None = None,
) -> Reading:
    """Hold one sentence against the question.

    Args:
        question: What is asked.
        retrieved: The retrieval that `hit` belongs to, for its words and weights.
        hit: The sentence.
        doc: Its parse.
        read: What the reader says of it, or None.
        attribution: Who says it, or None.
    """
    from factcheck.answering.closely import with_span  # these need the helpers of this module
    from factcheck.answering.spans import find_candidates
    from factcheck.answering.speakers import find_speaker

    act, act_score = find_act(question, retrieved, hit, doc)
    found = find_candidates(question, doc, act if act_score >= 0.5 else None)
    speaker = find_speaker(question, attribution, hit.sentence.text)
    if speaker is not None and not any(_names_same(other, speaker) for other in found[:1]):
        found = [speaker, *found]
    spans = with_span(question, doc, found, read)
    covered = coverage(question, retrieved, hit)
    return Reading(hit, retrieved.words, doc, act, act_score, covered, tuple(spans), read, bool(found))


def _names_same(found: Candidate, speaker: Candidate) -> bool:
    """Whether grammar is sure of the same speaker; its span is the one in the sentence."""
    words = set(speaker.text.lower().split())
    return found.strength >= speaker.strength and bool(words & set(found.text.lower().split()))


def find_act(question: Question, retrieved: Retrieved, hit: Hit, doc: Any) -> tuple[Any | None, float]:
    """Return the token that names the question's act, and how surely."""
    if question.action is None:
        return None, 0.0
    best: tuple[float, Any | None] = (0.0, None)
    for token in doc:
        if token.pos_ not in {"VERB", "NOUN", "ADJ", "AUX"}:
            continue
        score = action_similarity(question.action, token.lemma_.lower())
        # A verb beats its noun, and the main clause beats a subordinate one.
        score -= 0.02 * (token.pos_ != "VERB") + 0.01 * (token.dep_ != "ROOT")
        if score > best[0]:
            best = (score, token)
    if best[1] is not None and best[0] > 0.5:
        return best[1], best[0]
    for word, similarity, (start, end) in zip(retrieved.words, hit.similarity, hit.spans, strict=False):
        term = next((t for t in question.terms if t.start <= word.start < t.end), None)
        if term is not None and term.lemma == question.action and similarity >= RELATED_ACT:
            span = doc.char_span(start, end, alignment_mode="expand")
            if span is not None and action_similarity(question.action, span.root.lemma_.lower()) >= 0:
                return span.root, float(similarity) - 0.1
    return None, 0.0


def coverage(question: Question, retrieved: Retrieved, hit: Hit) -> float:
    """Return the weighted share (0..1) of the question's content words that the sentence addresses."""
    total = addressed = 0.0
    for word, similarity in zip(retrieved.words, hit.similarity, strict=False):
        if any(term.start <= word.start < term.end for term in question.terms):
            total += word.weight
            addressed += word.weight * min(1.0, max(0.0, similarity) / ADDRESSED)
    return addressed / total if total else 0.0


def negated(token: Any) -> bool:
    """Whether a verb is denied: directly, through its object ("no country"), or by the verb above it.

    "Not only" denies nothing, and what is joined to a denied verb by "and" shares its negation.
    """
    for child in token.children:
        if child.dep_ == "neg" or child.lower_ in NEGATIONS:
            following = token.doc[child.i + 1].lower_ if child.i + 1 < len(token.doc) else ""
            if following not in {"only", "just", "merely"}:
                return True
        if child.dep_ in {"dobj", "nsubj", "nsubjpass", "attr"} and any(
            grand.lower_ in {"no", "none", "neither"} for grand in child.children
        ):
            return True
        if child.dep_ == "ccomp" and _infinitive_of_nobody(child):
            return True
    if token.dep_ == "acomp":
        return negated(token.head)
    if token.dep_ == "xcomp" and token.head.pos_ == "VERB":
        return token.head.lemma_.lower() in {"refuse", "decline", "fail"} or negated(token.head)
    joined = token.dep_ == "conj" and not any(child.dep_ in {"nsubj", "aux"} for child in token.children)
    return bool(joined and token.head.pos_ == "VERB" and token.head != token and negated(token.head))


def _infinitive_of_nobody(verb: Any) -> bool:
    """Whether nobody may do it: "to help" in "we will allow no country to help"."""
    subjects = [child for child in verb.children if child.dep_ == "nsubj"]
    return any(child.dep_ == "aux" and child.lower_ == "to" for child in verb.children) and any(
        grand.lower_ == "no" for subject in subjects for grand in subject.children
    )


def noun_phrase(head: Any, *, clauses: bool = False) -> tuple[int, int]:
    """Return the character range of a noun phrase in its sentence, articles and clauses cut off."""
    cut = {"relcl", "acl", "appos", "advcl", "punct", "cc", "conj", "parataxis", "ccomp"} if not clauses else set()
    tokens = [head]
    for child in head.children:
        if child.dep_ not in cut:
            tokens.extend(token for token in child.subtree if clauses or token.dep_ not in {"relcl", "acl"})
    first = min(tokens, key=lambda token: token.i)
    last = max(tokens, key=lambda token: token.i)
    doc = head.doc
    start = first.i
    while start < last.i and (doc[start].pos_ in {"DET", "PUNCT"} or doc[start].dep_ in {"neg", "advmod"}):
        start += 1
    stop = last.i
    while stop > start and doc[stop].is_punct:
        stop -= 1
    return int(doc[start].idx), int(doc[stop].idx + len(doc[stop].text))


def is_number(token: Any) -> bool:
    """Whether a token is (part of) a number, not a date's or a name's."""
    if token.ent_type_ in {"DATE", "TIME"} and not re.fullmatch(r"[\d.,]+", token.text):
        return False
    return token.like_num or token.lower_ in NUMBER_WORDS


def shares_words(text: str, words: Iterable[str]) -> bool:
    """Whether a span repeats a word of the question."""
    own = {word.lower() for word in re.findall(r"\w+", text)}
    return any(word.lower() in own for word in words)


def same_noun(first: str, second: str) -> bool:
    """Whether two noun lemmas count the same things."""
    first, second = first.lower(), second.lower()
    if first in {"people", "person", "casualty", "victim"} and second in PEOPLE:
        return True
    if first == second or same_stem(first, second):
        return True
    # A slip of the keyboard: "volunters".
    return min(len(first), len(second)) >= 6 and SequenceMatcher(None, first, second).ratio() >= 0.85
