"""Where sentences that answer one question differ: negation, number, name, said or not said."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from factcheck.answering.negation import Disagreement, Side, aligned, find_denied_words, find_negations, overlap
from factcheck.answering.questions import Question
from factcheck.answering.readings import Candidate, Reading, negated
from factcheck.comparing.conflicts import Told
from factcheck.comparing.conflicts import find_conflicts as compare_told
from factcheck.lexicon import UNSPECIFIED_VERBS, action_similarity
from factcheck.speech.attributing import Attribution
from factcheck.types import SourceSentence

# Sentences that share this much may tell of one event with different numbers.
SAME_EVENT = 0.3
SOME_WORDS = 0.15
# How sure the grammar must be of a number before it contradicts another.
LEAST = {"how_many": 0.7, "how_much": 0.55, "how_long": 0.5, "how_old": 0.7}
# Names this alike, and not the same, may be one name spelt twice.
VARIANT = (0.6, 0.97)


def find_conflicts(question: Question, answering: Sequence[Reading], near: Sequence[Reading]) -> list[Disagreement]:
    """Return the points on which the readings of different files differ.

    Args:
        question: What is asked.
        answering: The sentences that answer, best first.
        near: Sentences that come near, best first; one may contradict an answer.
    """
    readings = [*answering, *near]
    found = [*_said_or_not(question, readings), *_numbers(question, readings)]
    return _merge([*found, *_by_pairs(answering, near)])


def find_told_differently(
    answering: Sequence[Reading],
    near: Sequence[Reading],
    known: Sequence[Disagreement],
    attribute: Callable[[SourceSentence], Attribution | None],
) -> list[Disagreement]:
    """Return where a sentence that answers is told differently elsewhere, by the comparison of sentences.

    Args:
        answering: The sentences that answer, best first.
        near: Sentences that come near, best first.
        known: What was found already; a pair of sentences differs once.
        attribute: Returns who says a sentence.
    """
    told = []
    for reading in [*answering, *near]:
        said_by = attribute(reading.hit.sentence)
        told.append(Told(reading.hit.sentence, reading.doc, said_by.speaker if said_by is not None else None))
    answers = {reading.hit.sentence.id for reading in answering}
    shown = [{sentence.id for side in each.sides for sentence in side.sentences} for each in known]
    found = []
    for joined in compare_told(told):
        sides = tuple(Side(form.value, tuple(place for place, _ in form.places)) for form in joined.forms)
        places = {sentence.id for side in sides for sentence in side.sentences}
        if joined.best.kind != "name" and places & answers and not any(places <= other for other in shown):
            found.append(Disagreement(joined.about, sides))
    return found


def unspecified(doc: Any) -> tuple[int, int] | None:
    """Return where a sentence says that something was not said: "did not specify", "declined to say"."""
    for token in doc:
        if token.pos_ != "VERB" or token.lemma_.lower() not in UNSPECIFIED_VERBS:
            continue
        declined = token.dep_ == "xcomp" and token.head.lemma_.lower() in {"decline", "refuse", "want"}
        if declined or negated(token):
            first = token.head if declined else token
            start = min([first.idx, *(c.idx for c in first.children if c.dep_ in {"aux", "neg", "auxpass"})])
            if declined and first.lemma_.lower() == "want" and not negated(first):
                continue
            return int(start), int(token.idx + len(token.text))
    return None


def _said_or_not(question: Question, readings: Sequence[Reading]) -> list[Disagreement]:
    """Return where one file did not specify what another gives."""
    if question.kind in {"yes_no", "say", "identity", "why"} or action_similarity(question.action or "", "say") > 0:
        return []
    silent = [(r, span) for r in readings if (span := unspecified(r.doc)) is not None and _on_topic(question, r)]
    spoken = [
        r
        for r in readings
        if r.best is not None and r.best.strength >= 0.7 and unspecified(r.doc) is None and _names_act(question, r)
    ]
    spoken += [r for r in readings if r.best is not None and _other_than(r)]
    if not silent or not spoken:
        return []
    silent = [(r, span) for r, span in silent if all(r is not other for other in spoken)]
    files = {reading.hit.sentence.file for reading, _ in silent}
    spoken = [r for r in spoken if r.hit.sentence.file not in files]
    if not silent or not spoken:
        return []
    start, end = silent[0][1]
    not_said = Side(silent[0][0].doc.text[start:end], tuple(r.hit.sentence for r, _ in silent))
    said: dict[str, Side] = {}
    for reading in spoken:
        assert reading.best is not None
        key = reading.best.text.lower()
        sentences = said[key].sentences if key in said else ()
        said[key] = Side(reading.best.text, (*sentences, reading.hit.sentence))
    about = question.focus or question.action or "what is asked"
    return [Disagreement(about, (not_said, *said.values()))]


def _other_than(reading: Reading) -> bool:
    """Whether a refusal says something after all: "did not comment, other than that it included drones"."""
    return bool(re.search(r"\b(?:other than|except|apart from)\b", reading.doc.text)) and bool(reading.candidates)


def _on_topic(question: Question, reading: Reading) -> bool:
    lemmas = {token.lemma_.lower() for token in reading.doc}
    named = question.focus is not None and any(action_similarity(question.focus, lemma) >= 0.9 for lemma in lemmas)
    return named or reading.act_score >= 0.85 or reading.coverage >= 0.9


def _numbers(question: Question, readings: Sequence[Reading]) -> list[Disagreement]:
    """Different numbers of the same things, in sentences of different files that tell the same."""
    if question.kind not in {"how_many", "how_much", "how_long", "how_old"} or not readings:
        return []
    first = readings[0]
    sides: dict[str, Side] = {}
    for reading in readings:
        best = reading.best
        same = reading is first or (_names_act(question, reading) and _same_event(first, reading))
        same = same and _unit(best) == _unit(first.best)
        key = number_key(best) if best is not None and best.strength >= LEAST[question.kind] and same else ""
        if best is not None and key:
            sentences = sides[key].sentences if key in sides else ()
            sides[key] = Side(sides[key].value if key in sides else best.text, (*sentences, reading.hit.sentence))
    files = [{sentence.file for sentence in side.sentences} for side in sides.values()]
    apart = any(not one & two for one, two in itertools.combinations(files, 2))
    if len(sides) < 2 or not apart:
        return []
    return [Disagreement(question.focus or question.action or "number", tuple(sides.values()))]


def _unit(candidate: Candidate | None) -> str:
    """Return what sort of number it is: a share and a sum never contradict each other."""
    text = candidate.text if candidate is not None else ""
    if re.search(r"%|per ?cent", text):
        return "share"
    return "sum" if re.search(r"[$€£¥]|dollar|euro|pound|yuan|yen", text) else ""


def _same_event(first: Reading, second: Reading) -> bool:
    """Whether two sentences seem to tell of one event, though perhaps with different numbers."""
    years = [set(re.findall(r"\b(?:19|20)\d\d\b", reading.doc.text)) for reading in (first, second)]
    if years[0] != years[1] and years[1] - years[0]:
        return False  # "five people died in July 2021" is another flood
    shared = overlap(first.doc, second.doc)
    return shared >= SAME_EVENT or (shared >= SOME_WORDS and second.coverage >= 0.75 * first.coverage)


def _names_act(question: Question, reading: Reading) -> bool:
    return question.action is None or reading.act_score >= 0.85


def number_key(candidate: Candidate) -> str:
    """Return a number without hedges and separators, so that "at least 35" equals "35"."""
    digits = re.findall(r"\d[\d.,]*", candidate.text)
    scale = re.search(r"(?i)hundred|thousand|million|billion|trillion|dozen|%|percent|per cent", candidate.text)
    if digits:
        unit = scale.group().lower().replace("per cent", "%").replace("percent", "%") if scale else ""
        return f"{digits[0].rstrip('.,').replace(',', '')}{unit}"
    words = [word for word in re.findall(r"[a-z]+", candidate.text.lower()) if word in _WORD_NUMBERS]
    return f"{_WORD_NUMBERS[words[0]]}{scale.group().lower() if scale else ''}" if words else ""


_WORD_NUMBERS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}


def _by_pairs(answering: Sequence[Reading], near: Sequence[Reading]) -> list[Disagreement]:
    """Compare the sentences that answer with one another, and with what comes near for a lost "not"."""
    found: list[Disagreement] = []
    for first, second in itertools.combinations(answering, 2):
        if aligned(first, second):
            found += [*find_negations(first, second), *find_denied_words(first, second), *_names(first, second)]
    for first, second in itertools.product(answering, near):
        if aligned(first, second):
            found += find_negations(first, second)
    return found


def _names(first: Reading, second: Reading) -> Iterator[Disagreement]:
    """Names of people in aligned sentences that are nearly the same, or share only the surname."""
    for one in _persons(first.doc):
        for two in _persons(second.doc):
            if _is_variant(one, two):
                yield Disagreement("name", (Side(one, (first.hit.sentence,)), Side(two, (second.hit.sentence,))))


def _is_variant(one: str, two: str) -> bool:
    first, second = one.lower().split(), two.lower().split()
    if first[-1] == second[-1]:
        given, other = first[0], second[0]
        short = min(len(given), len(other)) < 3 or given.startswith(other[:3])
        return len(first) == len(second) and given != other and not short
    ratio = SequenceMatcher(None, one.lower(), two.lower()).ratio()
    return VARIANT[0] <= ratio <= VARIANT[1] and not set(first) & set(second)


def _persons(doc: Any) -> list[str]:
    return [entity.text for entity in doc.ents if entity.label_ == "PERSON" and " " in entity.text]


def _merge(found: Sequence[Disagreement]) -> list[Disagreement]:
    """Join disagreements about the same point, equal values into one side."""
    points: dict[str, dict[str, Side]] = {}
    labels: dict[str, str] = {}
    for disagreement in found:
        word = disagreement.about.split(" ")[0]  # "stand" and "stand by" are one point
        labels[word] = max(labels.get(word, ""), disagreement.about, key=len)
        sides = points.setdefault(word, {})
        for side in disagreement.sides:
            key = side.key or side.value.lower()
            before = sides[key].sentences if key in sides else ()
            value = sides[key].value if key in sides else side.value
            sides[key] = Side(value, tuple(dict.fromkeys((*before, *side.sentences))), side.key)
    return [Disagreement(labels[word], tuple(sides.values())) for word, sides in points.items() if len(sides) > 1]
