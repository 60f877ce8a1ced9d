"""The shortest span of a sentence that answers a typed question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from factcheck.answering import amounts, times_places
from factcheck.answering.descriptions import describe_name
from factcheck.answering.positions import (
    beside,
    find_names,
    is_held,
    nearness,
    of_entity,
)
from factcheck.answering.questions import Question
from factcheck.answering.readings import Candidate, noun_phrase, same_noun, shares_words
from factcheck.lexicon import action_similarity
from factcheck.naming import describe

# Nouns that a name of the right sort answers without being called so.
GENERIC = frozenset(
    "country nation state city town village place region area person company firm group organisation organization "
    "man woman".split()
)
SPECIFIERS = frozenset("include specifically namely particularly notably like".split())


def find_candidates(question: Question, doc: Any, act: Any | None) -> list[Candidate]:
    """Return the spans that may answer, strongest first.

    Args:
        question: What is asked.
        doc: spaCy `Doc` of a sentence.
        act: Token of the question's act in the sentence, or None.

    Returns:
        Candidates with strengths; none where the sentence holds nothing of the kind asked for.
    """
    finders = {
        "who": _who,
        "whom": _who,
        "which": _which,
        "when": times_places.when,
        "where": times_places.where,
        "how_many": amounts.how_many,
        "how_much": amounts.how_much,
        "how_old": amounts.how_old,
        "how_long": amounts.how_long,
        "what": _what,
        "identity": describe_name,
    }
    finder = finders.get(question.kind)
    found = list(finder(question, doc, act)) if finder is not None else []
    words = {word for name in question.names for word in re.findall(r"\w+", name)}
    if question.kind in {"who", "whom", "which"}:
        words |= {term.text for term in question.terms if term.lemma != question.focus}
    if question.kind not in {"identity", "what"}:
        found = [candidate for candidate in found if not shares_words(candidate.text, words)]
    found.sort(key=lambda candidate: (-candidate.strength, candidate.start))
    unique: dict[str, Candidate] = {}
    for candidate in found:
        unique.setdefault(candidate.text.lower(), candidate)
    return list(unique.values())


def _who(question: Question, doc: Any, act: Any | None) -> Iterator[Candidate]:
    if act is not None:
        for token in _role_fillers(question, act):
            yield from _people(token, 1.0)
    if question.focus is not None:
        # "Who is the ambassador?" is answered by who is called so, and by nobody else.
        yield from _holders(doc, question.focus)
        return
    for entity in find_names(doc):
        # Places and peoples act only where the grammar says so: "Moscow denied it".
        if entity.label_ in {"PERSON", "ORG", ""}:
            yield of_entity(entity, nearness(entity, act) * (0.5 if entity.label_ == "PERSON" else 0.35))


def _role_fillers(question: Question, act: Any) -> Iterator[Any]:
    """Yield the tokens that play the asked role of an act: its doer, or whom it was done to."""
    passive = any(child.dep_ in {"nsubjpass", "auxpass", "agent"} for child in act.children)
    if question.kind == "whom" or question.role == "object":
        wanted = {"nsubjpass"} if passive else {"dobj", "dative", "attr"}
        yield from (child for child in act.children if child.dep_ in wanted)
        for preposition in (child for child in act.children if child.dep_ in {"prep", "dative"}):
            if question.preposition in {None, preposition.lower_}:
                yield from (child for child in preposition.children if child.dep_ == "pobj")
        return
    if passive:
        for agent in (child for child in act.children if child.dep_ == "agent"):
            yield from (child for child in agent.children if child.dep_ == "pobj")
        return
    yield from subjects(act)


def subjects(act: Any) -> Iterator[Any]:
    """Yield the doers of an act: its subject and what is joined to it, or the owner of a noun."""
    own = [child for child in act.children if child.dep_ in {"nsubj", "poss"}]
    if act.pos_ == "NOUN":
        # "the owner of the mall, Quayside Estates"; "Thorne, the founder"; "coach Ann Low".
        named = [child for child in act.children if child.dep_ == "appos" and child.pos_ == "PROPN"]
        if act.dep_ in {"appos", "compound"} and act.head.pos_ == "PROPN":
            named.append(act.head)
        if act.dep_ == "nsubj" and act.head.lemma_ == "be":
            named += [child for child in act.head.children if child.dep_ == "attr"]  # "The designer is X."
        if act.dep_ == "attr" and act.head.lemma_ == "be":
            named += [child for child in act.head.children if child.dep_ == "nsubj" and child.pos_ != "PRON"]
        if named:
            yield from named
            return
    if not own and act.pos_ == "NOUN" and act.dep_ in {"dobj", "pobj", "attr"}:
        # "The Kremlin delivered its own denial."
        own = [child for child in act.head.children if child.dep_ == "nsubj"]
    if not own and act.dep_ in {"conj", "xcomp", "advcl", "acl"} and act.head != act:
        yield from subjects(act.head) if act.dep_ != "acl" else [act.head]
        return
    for subject in own:
        if subject.pos_ == "PRON":
            if subject.dep_ == "poss":
                yield from (child for child in act.head.children if child.dep_ == "nsubj" and child.pos_ != "PRON")
            before = subject.doc[subject.i - 1] if subject.i else None
            # Machine translation doubles subjects: "China he denied".
            if before is not None and before.pos_ in {"PROPN", "NOUN"}:
                yield before
            elif subject.tag_ in {"WP", "WDT"} and act.dep_ == "relcl":
                yield act.head
            continue
        yield subject
        yield from (token for token in subject.subtree if token.dep_ == "conj" and token.head == subject)


def _people(token: Any, strength: float) -> Iterator[Candidate]:
    if token.pos_ not in {"PROPN", "NOUN", "ADJ", "NUM"}:
        return
    sentence = token.doc.text
    name = describe(token)
    place = sentence.find(name)
    if place >= 0 and name:
        yield Candidate(place, place + len(name), name, strength)
    else:
        start, end = noun_phrase(token)
        yield Candidate(start, end, sentence[start:end], strength)


def _holders(doc: Any, focus: str) -> Iterator[Candidate]:
    """Yield who holds an office or role: "mayor Ann Low", "Ann Low, the mayor of Lyme"."""
    for entity in find_names(doc):
        if entity.label_ not in {"PERSON", "ORG", ""}:
            continue
        root = beside(entity.root)
        if is_held(entity.root, focus):
            continue
        near = [
            *([root] if root != entity.root else []),
            *root.children,
            root.head,
            *(child for child in root.head.children if child.dep_ in {"attr", "appos"}),
        ]
        before = [doc[i] for i in range(max(0, entity.start - 4), entity.start)]
        if any(action_similarity(focus, token.lemma_.lower()) >= 0.9 for token in [*near, *before]):
            yield of_entity(entity, 0.95)


def _which(question: Question, doc: Any, act: Any | None) -> Iterator[Candidate]:
    fillers = list(_role_fillers(question, act)) if act is not None else []
    apposed = [child for token in fillers for child in token.children if child.dep_ == "appos"]
    for entity in find_names(doc):
        if entity.label_ in question.expects or entity.label_ == "":
            fills = any(entity.start <= token.i < entity.end for token in [*fillers, *apposed])
            named = question.focus in GENERIC or _is_called(entity, question.focus)
            if entity.label_ in {"NORP", "GPE"} and _modifies_asked(question, entity):
                yield of_entity(entity, 1.0)  # "Swedish streaming firm Tonvik"
                continue
            base = 0.6 if entity.label_ in question.expects else 0.5
            if named:
                yield of_entity(entity, (1.0 if fills else base * nearness(entity, act)))
    for token in fillers:
        start, end = noun_phrase(token)
        if token.pos_ in {"NOUN", "PROPN"} and question.focus in {token.lemma_.lower(), None}:
            yield Candidate(start, end, doc.text[start:end], 0.7)


def _modifies_asked(question: Question, entity: Any) -> bool:
    words = {word.lower() for name in question.names for word in re.findall(r"\w+", name)}
    head = entity.root.head
    return entity.root.dep_ in {"amod", "compound", "nmod", "poss"} and (
        head.lower_ in words or any(child.lower_ in words for child in head.children)
    )


def _is_called(entity: Any, noun: str | None) -> bool:
    """Whether a name is called by a noun: "the gas giant Gazprom", "Hotel Bristol", "Bristol, a hotel"."""
    doc = entity.doc
    around = doc[max(0, entity.start - 4) : min(len(doc), entity.end + 6)]
    return noun is not None and any(same_noun(noun, token.lemma_) for token in around)


def _what(question: Question, doc: Any, act: Any | None) -> Iterator[Candidate]:
    if question.focus is not None and re.match(r"(?i)\s*what\s+(?:kinds?|types?|sorts?)\b", question.text):
        yield from _specified(doc)
        return
    if act is None or act.pos_ != "VERB" or question.role not in {"object", "subject"}:
        return
    if question.role == "subject":
        fillers = [token for token in subjects(act) if token.pos_ in {"NOUN", "PROPN"}]
    else:
        fillers = list(_objects(act, question.preposition))
    for token in fillers:
        start, end = noun_phrase(token)
        text = doc.text[start:end]
        if not shares_words(text, [term.text for term in question.terms if term.name]):
            yield Candidate(start, end, text, 0.8 if len(text) <= 80 else 0.4)


def _objects(act: Any, preposition: str | None) -> Iterator[Any]:
    for child in act.children:
        if preposition is None and child.dep_ in {"dobj", "attr", "oprd"} and child.pos_ in {"NOUN", "PROPN", "NUM"}:
            yield child
        if child.dep_ == "prep" and preposition == child.lower_:
            yield from (grand for grand in child.children if grand.dep_ == "pobj")
    if preposition is not None:
        # "requested military assistance" answers "ask for".
        yield from (child for child in act.children if child.dep_ == "dobj" and child.pos_ == "NOUN")


def _specified(doc: Any) -> Iterator[Candidate]:
    """Yield what a sentence names as an instance: "included drones", "specifically drone technology"."""
    for token in doc:
        following = doc[token.i + 1].lower_ if token.i + 1 < len(doc) else ""
        if token.lemma_.lower() not in SPECIFIERS and not (token.lower_ == "such" and following == "as"):
            continue
        for noun in doc[token.i + 1 : token.i + 8]:
            if noun.pos_ in {"NOUN", "PROPN"} and noun.dep_ not in {"compound", "amod", "nmod", "poss"}:
                start, end = noun_phrase(noun)
                if start > token.idx:
                    yield Candidate(start, end, doc.text[start:end], 0.8)
                break
