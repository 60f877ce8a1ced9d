"""Dates, times and places as answers."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

from factcheck.answering.positions import attached, belongs, find_names, nearness, nearness_of, of_entity
from factcheck.answering.questions import Question
from factcheck.answering.readings import Candidate, noun_phrase, shares_words

TIMES = frozenset(
    "spring summer autumn winter dawn noon midday midnight dusk night afternoon morning evening weekend christmas "
    "easter ramadan tonight tomorrow yesterday today".split()
)
WEEKDAY = re.compile(r"(?i)\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b")
PLACE = re.compile(
    r"(?i)\b(?:fjord|river|lake|mount|mountains?|bay|valley|street|road|avenue|square|park|island|sea|harbou?r|bridge|"
    r"station|airport|port|hall|stadium|university|hospital|castle|church|museum|market|beach|forest|point)\b"
)
JOINS_TIME = re.compile(r"(?i)\s*(?:local time\s*)?(?:\([^)]*\)\s*)?,?\s*(?:on\s+)?")
CLOCK = re.compile(
    r"(?i)\b(?:at|around|about|by|before|after|until)\s+((?:a\s+)?(?:quarter|half)\s+(?:to|past|after)\s+\w+|"
    r"\d{1,2}(?:[:.]\d{2})?\s?(?:a\.?m\.?|p\.?m\.?|o['’]clock)|\d{1,2}:\d{2})"
)
LENGTH = re.compile(r"(?i)old|\d-(?:day|week|month|year|hour)")
DURATION = re.compile(r"\b(?:days?|weeks?|months?|years?|hours?|minutes?|decades?)\b(?!\s+(?:ago|later|earlier))", re.I)
ANCHORED = re.compile(
    r"\b(?:last|next|this|earlier|later|ago|early|late|since|first|same)\b|\d{4}|\d+(?:st|nd|rd|th)?\b", re.I
)
LOCATIVE = frozenset("in at near outside inside from to across around off along on between through via into".split())


def when(question: Question, doc: Any, act: Any | None) -> Iterator[Candidate]:
    """Yield dates and times."""
    asked = {term.text for term in question.terms}
    for entity in doc.ents:
        if entity.label_ not in {"DATE", "TIME"}:
            continue
        text = entity.text
        if shares_words(text, asked) and not any(c.isdigit() for c in text):
            continue
        if re.search(r"(?i)old|\d-(?:day|week|month|year|hour)", text) or (
            DURATION.search(text) and not ANCHORED.search(text)
        ):
            continue
        yield of_entity(entity, _time_strength(entity, act))
    for early, late in itertools.pairwise(e for e in doc.ents if e.label_ in {"DATE", "TIME"}):
        # "9:45 p.m. on Saturday" is one time.
        if early.label_ == "TIME" and JOINS_TIME.fullmatch(doc.text[early.end_char : late.start_char]):
            text = doc.text[early.start_char : late.end_char]
            yield Candidate(early.start_char, late.end_char, text, min(1.0, _time_strength(early, act) + 0.05))
    for match in CLOCK.finditer(doc.text):
        yield Candidate(match.start(1), match.end(1), match.group(1), 0.8)
    for token in doc:
        # Times that the entity recogniser passes over: "in the autumn", "at dawn".
        if token.lower_ in TIMES and token.ent_type_ not in {"DATE", "TIME"}:
            strength = (0.9 if attached(token, act) else 0.55) * nearness_of(token, act)
            yield Candidate(token.idx, token.idx + len(token.text), token.text, strength)


def _time_strength(entity: Any, act: Any | None) -> float:
    exact = 1.0 if any(c.isdigit() for c in entity.text) or WEEKDAY.search(entity.text) else 0.85
    return belongs(entity.root, act) * exact * nearness(entity, act)


def where(question: Question, doc: Any, act: Any | None) -> Iterator[Candidate]:
    """Yield places."""
    for entity in find_names(doc):
        place = entity.label_ in {"GPE", "LOC", "FAC"}
        before = doc[entity.start - 1].lower_ if entity.start else ""
        if before == "the" and entity.start > 1:
            before = doc[entity.start - 2].lower_
        placed = before in LOCATIVE
        called = bool(PLACE.search(entity.text))
        if entity.label_ not in {"GPE", "LOC", "FAC", "ORG", ""} or not (place or placed or called):
            if entity.label_ != "PERSON" or before not in {"in", "near", "at"} or not attached(entity.root, act):
                continue  # small towns are taken for people: "founded in Holm"
        base = (0.9 if placed else 0.5) * (1.0 if place or called else 0.7)
        yield of_entity(entity, base * nearness(entity, act) + (0.1 if attached(entity.root, act) else 0.0))
    prepositions = [] if act is None else [token for token in act.subtree if token.dep_ == "prep"]
    for preposition in prepositions:
        for place in preposition.children:
            if place.dep_ == "pobj" and place.pos_ == "NOUN" and preposition.lower_ in LOCATIVE:
                if place.ent_type_ not in {"DATE", "TIME"}:
                    start, end = noun_phrase(place)
                    yield Candidate(start, end, doc.text[start:end], 0.6)
