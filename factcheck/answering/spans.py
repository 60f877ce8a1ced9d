"""The shortest span of a sentence that answers a typed question."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from factcheck.answering.questions import Question
from factcheck.answering.readings import Candidate, is_number, noun_phrase, same_noun, shares_words
from factcheck.lexicon import NOUN_ENTITIES, NOUN_QUESTIONS
from factcheck.speech import describe

# Adverbs that belong to a number: "at least 35", "more than 1,000".
HEDGES = frozenset(
    "at least most about around nearly almost over more less than up to some roughly approximately".split()
)
DURATION = re.compile(
    r"\b(?:days?|weeks?|months?|years?|hours?|minutes?|decades?)\b(?!\s+(?:ago|later|earlier))", re.I
)
ANCHORED = re.compile(
    r"\b(?:last|next|this|earlier|later|ago|early|late|since|first|same)\b|\d{4}|\d+(?:st|nd|rd|th)?\b", re.I
)
LOCATIVE = frozenset(
    "in at near outside inside from to across around off along on between through via into".split()
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
        "when": _when,
        "where": _where,
        "how_many": _how_many,
        "how_much": _how_much,
        "what": _what,
        "identity": _identity,
    }
    finder = finders.get(question.kind)
    found = list(finder(question, doc, act)) if finder is not None else []
    words = {word for name in question.names for word in re.findall(r"\w+", name)}
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
        yield from _holders(doc, question.focus)
    for entity in doc.ents:
        if entity.label_ in question.expects:
            yield _of_entity(entity, _nearness(entity, act) * (0.5 if entity.label_ == "PERSON" else 0.35))


def _role_fillers(question: Question, act: Any) -> Iterator[Any]:
    """Yield the tokens that play the asked role of an act: its doer, or whom it was done to."""
    passive = any(child.dep_ in {"nsubjpass", "auxpass"} for child in act.children)
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
    if not own and act.pos_ == "NOUN" and act.dep_ in {"dobj", "pobj", "attr"}:
        # "The Kremlin delivered its own denial."
        own = [child for child in act.head.children if child.dep_ == "nsubj"]
    if not own and act.dep_ in {"conj", "xcomp", "advcl", "acl"} and act.head is not act:
        yield from subjects(act.head) if act.dep_ != "acl" else [act.head]
        return
    for subject in own:
        if subject.pos_ == "PRON":
            if subject.dep_ == "poss":
                yield from (
                    child for child in act.head.children if child.dep_ == "nsubj" and child.pos_ != "PRON"
                )
            before = subject.doc[subject.i - 1] if subject.i else None
            # Machine translation doubles subjects: "China he denied".
            if before is not None and before.pos_ in {"PROPN", "NOUN"}:
                yield before
            elif subject.tag_ in {"WP", "WDT"} and act.dep_ == "relcl":
                yield act.head
            continue
        yield subject
        yield from (token for token in subject.subtree if token.dep_ == "conj" and token.head is subject)


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
    for entity in doc.ents:
        if entity.label_ not in {"PERSON", "ORG"}:
            continue
        root = entity.root
        near = [
            *root.children,
            root.head,
            *(child for child in root.head.children if child.dep_ in {"attr", "appos"}),
        ]
        before = [doc[i] for i in range(max(0, entity.start - 4), entity.start)]
        if any(token.lemma_.lower() == focus for token in [*near, *before]):
            yield _of_entity(entity, 0.95)


def _which(question: Question, doc: Any, act: Any | None) -> Iterator[Candidate]:
    fillers = list(_role_fillers(question, act)) if act is not None else []
    for entity in doc.ents:
        if entity.label_ in question.expects:
            fills = any(entity.start <= token.i < entity.end for token in fillers)
            yield _of_entity(entity, 1.0 if fills else 0.5 * _nearness(entity, act))
    for token in fillers:
        start, end = noun_phrase(token)
        if token.pos_ in {"NOUN", "PROPN"} and question.focus in {token.lemma_.lower(), None}:
            yield Candidate(start, end, doc.text[start:end], 0.7)


def _when(question: Question, doc: Any, act: Any | None) -> Iterator[Candidate]:
    asked = {term.text for term in question.terms}
    for entity in doc.ents:
        if entity.label_ not in {"DATE", "TIME"}:
            continue
        text = entity.text
        if shares_words(text, asked) and not any(c.isdigit() for c in text):
            continue
        if "old" in text.lower() or (DURATION.search(text) and not ANCHORED.search(text)):
            continue
        yield _of_entity(entity, (1.0 if _attached(entity.root, act) else 0.6) * _nearness(entity, act))


def _where(question: Question, doc: Any, act: Any | None) -> Iterator[Candidate]:
    for entity in doc.ents:
        if entity.label_ in {"GPE", "LOC", "FAC", "ORG"}:
            before = doc[entity.start - 1].lower_ if entity.start else ""
            if before == "the" and entity.start > 1:
                before = doc[entity.start - 2].lower_
            placed = before in LOCATIVE
            if entity.label_ == "ORG" and not placed:
                continue
            base = (0.9 if placed else 0.5) * (0.7 if entity.label_ == "ORG" else 1.0)
            yield _of_entity(
                entity, base * _nearness(entity, act) + (0.1 if _attached(entity.root, act) else 0.0)
            )


def _how_many(question: Question, doc: Any, act: Any | None) -> Iterator[Candidate]:
    counted = question.focus if question.focus not in NOUN_QUESTIONS else None
    for first, last in _numbers(doc):
        head = doc[last].head
        nouns = [head, *([doc[last + 1]] if last + 1 < len(doc) else [])]
        # "1,200 Chechen fighters": the noun that is counted may stand behind adjectives.
        nouns += [
            doc[i] for i in range(last + 1, min(last + 4, len(doc))) if doc[i].pos_ in {"NOUN", "PROPN"}
        ]
        start, end = _with_hedge(doc, first, last)
        text = doc.text[start:end]
        matched = counted is not None and any(same_noun(counted, noun.lemma_) for noun in nouns)
        elided = (
            act is not None and (head is act or doc[last] in list(act.children)) and doc[last].dep_ != "pobj"
        )
        if matched:
            near = 1.0 if act is None or _attached(doc[last], act) else 0.75
            yield Candidate(start, end, text, near)
        elif elided and (counted is None or same_noun(counted, "people")):
            yield Candidate(start, end, text, 0.8)
        elif counted is None and act is not None and _attached(doc[last], act):
            yield Candidate(start, end, text, 0.7)
    if counted is None:
        for entity in doc.ents:
            if entity.label_ in question.expects - {"DATE", "TIME"} or (
                entity.label_ in question.expects and act is None
            ):
                yield _of_entity(entity, 0.4 * _nearness(entity, act))


def _how_much(question: Question, doc: Any, act: Any | None) -> Iterator[Candidate]:
    percent = question.focus in {"percentage", "percent", "share", "proportion", "turnout"}
    for entity in doc.ents:
        if entity.label_ not in question.expects:
            continue
        if percent and entity.label_ != "PERCENT":
            continue
        base = 0.9 if entity.label_ in {"MONEY", "PERCENT", "QUANTITY"} else 0.3
        named = question.focus is not None and any(token.lemma_.lower() == question.focus for token in doc)
        strength = base * _nearness(entity, act) + (0.1 if named or _attached(entity.root, act) else 0.0)
        start, end = _with_hedge(doc, entity.start, entity.end - 1)
        if doc.text[start - 1 : start] in {"$", "€", "£", "¥"}:
            start -= 1
        yield Candidate(start, end, doc.text[start:end], min(1.0, strength))


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
        if (
            preposition is None
            and child.dep_ in {"dobj", "attr", "oprd"}
            and child.pos_ in {"NOUN", "PROPN", "NUM"}
        ):
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


def _identity(question: Question, doc: Any, act: Any | None) -> Iterator[Candidate]:
    """Yield descriptions of the name asked about: titles, appositions, predicates."""
    words = {word.lower() for name in question.names for word in re.findall(r"\w+", name)}
    for entity in _mentions(doc, words):
        root = entity.root
        title = [doc[i] for i in range(entity.start - 1, max(-1, entity.start - 9), -1)]
        run = []
        for token in title:
            if (
                token.pos_ in {"PROPN", "NOUN", "ADJ", "PART"}
                and not token.is_punct
                and token.lower_ not in words
            ):
                run.append(token)
            elif token.lower_ in {"of", "for", "and", "the"} and run and token.i > 0 and doc[token.i - 1].pos_ in {"NOUN", "PROPN"}:  # fmt: skip
                run.append(token)
            else:
                break
        if run and any(token.pos_ in {"NOUN", "PROPN"} for token in run):
            start, end = run[-1].idx, run[0].idx + len(run[0].text)
            yield Candidate(start, end, doc.text[start:end], 0.9)
        for child in root.children:
            if child.dep_ == "appos" and child.i > root.i:
                start, end = noun_phrase(child, clauses=True)
                yield Candidate(start, end, doc.text[start:end], 1.0)
        if root.dep_ == "nsubj" and root.head.lemma_ == "be":
            for child in root.head.children:
                if child.dep_ == "attr":
                    start, end = noun_phrase(child, clauses=True)
                    yield Candidate(start, end, doc.text[start:end], 1.0)
        if root.dep_ == "appos" and root.head.pos_ in {"NOUN", "PROPN"}:
            start, end = noun_phrase(root.head)
            yield Candidate(start, end, doc.text[start:end], 0.85)


def _mentions(doc: Any, words: set[str]) -> Iterator[Any]:
    """Yield the longest runs of tokens that are the name's words."""
    run: list[int] = []
    for token in doc:
        if token.lower_ in words:
            run.append(token.i)
        elif run:
            yield doc[run[0] : run[-1] + 1]
            run = []
    if run:
        yield doc[run[0] : run[-1] + 1]


def _numbers(doc: Any) -> Iterator[tuple[int, int]]:
    """Yield runs of number tokens (first, last)."""
    first = -1
    for token in doc:
        if is_number(token) and token.ent_type_ not in {"DATE", "TIME"}:
            first = token.i if first < 0 else first
        elif first >= 0:
            yield first, token.i - 1
            first = -1
    if first >= 0:
        yield first, len(doc) - 1


def _with_hedge(doc: Any, first: int, last: int) -> tuple[int, int]:
    """Widen a number by the words that limit it."""
    while first > 0 and doc[first - 1].lower_ in HEDGES and doc[first - 1].pos_ != "PART":
        first -= 1
    while first < last and doc[first].lower_ in {"to", "than", "some"} and first == last - 1:
        first += 1
    return int(doc[first].idx), int(doc[last].idx + len(doc[last].text))


def _of_entity(entity: Any, strength: float) -> Candidate:
    start, end = entity.start_char, entity.end_char
    text = entity.text
    lead = re.match(r"(?i)(?:the|a|an)\s+", text)
    if lead is not None and entity.label_ not in {"DATE", "TIME"}:
        start, text = start + lead.end(), text[lead.end() :]
    tail = re.search(r"['’]s?$", text)
    if tail is not None:
        end, text = end - len(tail.group()), text[: tail.start()]
    return Candidate(start, end, text, max(0.0, min(1.0, strength)))


def _attached(token: Any, act: Any | None) -> bool:
    """Whether a token hangs on the act, without another clause between."""
    node = token
    while act is not None and node.head is not node:
        node = node.head
        if node is act:
            return True
        if node.pos_ == "VERB":
            return False
    return False


def _nearness(entity: Any, act: Any | None) -> float:
    """Return 1.0 beside the act down to 0.6 far from it; 0.8 without one."""
    if act is None:
        return 0.8
    distance = max(0, entity.start - act.i if entity.start > act.i else act.i - entity.end)
    return max(0.6, 1.0 - 0.02 * distance)


def noun_labels(noun: str | None) -> frozenset[str]:
    """Return the entity labels that a noun asks for."""
    return NOUN_ENTITIES.get(noun or "", frozenset())
