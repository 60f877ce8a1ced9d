"""Numbers, amounts, ages and durations as answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from factcheck.answering.positions import attached, nearness, nearness_of, of_entity
from factcheck.answering.questions import DEATHS, Question
from factcheck.answering.readings import Candidate, is_number, same_noun
from factcheck.lexicon import NOUN_QUESTIONS

# Adverbs that belong to a number: "at least 35", "more than 1,000".
HEDGES = frozenset(
    "at least most about around nearly almost over more less than up to some roughly approximately".split()
)
AGE = re.compile(
    r"(?i)\b(?P<a>\d{1,3})[- ]years?[- ]old\b|\baged?\s+(?:of\s+)?(?P<b>\d{1,3})\b|,\s(?P<c>\d{1,3}),|"
    r"\b(?:am|is|was|turned|turns)\s+(?P<d>\d{1,3})\b(?!\s*(?:%|per|percent|[a-z]))"
)
UNIT = re.compile(
    r"(?i)\b(?:second|minute|hour|day|week|month|year|decade|century|centurie)s?\b|\d-(?:word|page|year|day|hour)"
)
CURRENCY = re.compile(
    r"(?i)^\s*(?:dollars?|euros?|pounds?|yen|yuan|rubles?|roubles?|crowns?|kron(?:er|or|a)|francs?|rupees?|pesos?|"
    r"rand|lira|shillings?|dinars?|marks?|cents?|%|per ?cent)\b|^\s+[a-z]{3,12}(?=\s\((?:about\s)?(?:US)?[$€£¥])"
)


def how_many(question: Question, doc: Any, act: Any | None) -> Iterator[Candidate]:
    """Yield numbers of the things asked about."""
    counted = question.focus if question.focus not in NOUN_QUESTIONS else None
    counted = "people" if question.focus in DEATHS else counted
    for first, last in _numbers(doc):
        head = doc[last].head
        nouns = [head, *([doc[last + 1]] if last + 1 < len(doc) else [])]
        # "1,200 Chechen fighters": the noun that is counted may stand behind adjectives.
        nouns += [doc[i] for i in range(last + 1, min(last + 4, len(doc))) if doc[i].pos_ in {"NOUN", "PROPN"}]
        start, end = _with_hedge(doc, first, last)
        text = doc.text[start:end]
        if doc.text[end : end + 1] == "%" or doc[last].ent_type_ in {"PERCENT", "MONEY"}:
            continue
        matched = counted is not None and any(same_noun(counted, noun.lemma_) for noun in nouns)
        elided = act is not None and (head == act or doc[last] in list(act.children)) and doc[last].dep_ != "pobj"
        verb = head
        while verb.dep_ == "prep" and verb.head != verb:
            verb = verb.head
        if counted == "people" and question.focus is not None and verb.pos_ == "VERB" and head.lower_ != "from":
            # "The toll reaches 13", "rose to 13".
            matched = matched or any(t.lemma_.lower() == question.focus for t in verb.children)
        if question.focus in DEATHS and not matched:
            # "The death toll has risen to 61."
            before = [token.lemma_.lower() for token in doc[max(0, first - 8) : first]]
            free = last + 1 >= len(doc) or doc[last + 1].pos_ not in {"NOUN", "PROPN"}
            matched = free and question.focus in before and head.lower_ != "from"
        if matched:
            near = 1.0 if act is None or attached(doc[last], act) else 0.75
            yield Candidate(start, end, text, near)
        elif elided and (counted is None or same_noun(counted, "people")):
            yield Candidate(start, end, text, 0.8)
        elif counted is None and act is not None and attached(doc[last], act):
            yield Candidate(start, end, text, 0.7)
    if counted is None:
        for entity in doc.ents:
            if entity.label_ in question.expects:
                yield of_entity(entity, 0.4 * nearness(entity, act))


def how_much(question: Question, doc: Any, act: Any | None) -> Iterator[Candidate]:
    """Yield amounts of money, shares and measures."""
    percent = question.focus in {"percentage", "percent", "share", "proportion", "turnout"}
    named = question.focus is not None and any(same_noun(question.focus, token.lemma_) for token in doc)
    for start, end, root, label in _amounts(doc):
        if label == "QUANTITY" and {question.focus, question.action} & MONEY_WORDS:
            continue
        if label not in question.expects or (percent and label != "PERCENT"):
            continue
        base = 0.9 * nearness_of(root, act)
        yield Candidate(start, end, doc.text[start:end], min(1.0, base + (0.1 if named or attached(root, act) else 0)))


def _amounts(doc: Any) -> Iterator[tuple[int, int, Any, str]]:
    """Yield amounts (start, end, token, label): of money, shares, measures; also "85,000 crowns"."""
    for entity in doc.ents:
        if entity.label_ in {"MONEY", "PERCENT", "QUANTITY"}:
            start, end = _with_hedge(doc, entity.start, entity.end - 1)
            if doc.text[start - 1 : start] in {"$", "€", "£", "¥"}:
                start -= 1
            yield start, end, entity.root, entity.label_
    for first, last in _numbers(doc):
        start, end = _with_hedge(doc, first, last)
        unit = CURRENCY.match(doc.text[end:])
        if unit is not None and doc[last].ent_type_ not in {"MONEY", "PERCENT"}:
            percent = "%" in unit.group() or "cent" in unit.group().lower()
            yield start, end + unit.end(), doc[last], "PERCENT" if percent else "MONEY"


SCALE = re.compile(r"(?:m|bn|k|tn)\b")
MONEY_WORDS = frozenset("cost price pay spend earn budget fine salary fee revenue profit worth wage bill".split())


def how_old(question: Question, doc: Any, act: Any | None) -> Iterator[Candidate]:
    """Yield ages."""
    for match in AGE.finditer(doc.text):
        group = next(name for name in "abcd" if match.group(name) is not None)
        start, end = match.span(group)
        yield Candidate(start, end, doc.text[start:end], _age_strength(question, doc.text, start, end))


def _age_strength(question: Question, text: str, start: int, end: int) -> float:
    """Return how surely an age is the asked person's: that of the nearest name before it, or right behind it."""
    words = {word.lower() for name in question.names for word in re.findall(r"\w+", name)}
    before = re.findall(r"[A-Z]\w+", text[max(0, start - 60) : start])
    behind = re.findall(r"[A-Z]\w+", text[end : end + 30])
    if not words or not before + behind:
        return 0.7
    nearest = [*before[-2:], *behind[:2]]
    return 1.0 if any(word.lower() in words for word in nearest) else 0.2


def how_long(question: Question, doc: Any, act: Any | None) -> Iterator[Candidate]:
    """Yield durations."""
    for entity in doc.ents:
        if (
            entity.label_ in {"DATE", "TIME", "QUANTITY"}
            and UNIT.search(entity.text)
            and re.search(r"\d|\w", entity.text)
        ):
            if re.search(r"(?i)\b(?:ago|last|next|old)\b", entity.text):
                continue
            start, end = _with_hedge(doc, entity.start, entity.end - 1)
            strength = (1.0 if attached(entity.root, act) else 0.6) * nearness(entity, act)
            yield Candidate(start, end, doc.text[start:end], strength)


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
    while first < last and doc[first].lower_ == "at" and doc[first + 1].lower_ not in {"least", "most"}:
        first += 1
    end = int(doc[last].idx + len(doc[last].text))
    scale = SCALE.match(doc.text, end)  # "£31m"
    return int(doc[first].idx), scale.end() if scale is not None else end
