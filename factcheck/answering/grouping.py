"""Gather readings that give the same answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from factcheck.answering.conflicts import number_key
from factcheck.answering.negation import content, opposed, overlap
from factcheck.answering.questions import Question
from factcheck.answering.readings import Candidate, Reading
from factcheck.speech.attributing import Attribution
from factcheck.types import SourceSentence

SAME_CONTENT = 0.7
# From this strength on a span is shown as the short answer of a question that a sentence answers: where the
# reader gives its words 0.4, three in four are right (golden sets, gold sentences).
SHOWN = 0.58
SPOKESPERSON = re.compile(r"(?i)\bspokes(?:man|woman|person|people)\b|\brepresentative\b")


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A reading with its score (ranking), its attribution and its probability of answering.

    `nearness` is that probability by words alone, before it is held against the kind of the question.
    """

    reading: Reading
    score: float
    probability: float
    nearness: float
    attribution: Attribution | None

    @property
    def sentence(self) -> SourceSentence:
        """The sentence read."""
        return self.reading.hit.sentence


@dataclass(slots=True, eq=False)
class Group:
    """Readings that give one answer, best first, and sentences that name who is meant.

    Attributes:
        value: The shortest span, or None where only the sentence answers.
        members: The readings.
        support: Further sentences that the value rests on.
        named_in: Sentences that name the speaker; cited, not repeated in the statement.
    """

    value: str | None
    members: list[Judged]
    support: list[SourceSentence] = field(default_factory=list)
    named_in: list[SourceSentence] = field(default_factory=list)

    @property
    def best(self) -> Judged:
        """The reading with the highest score."""
        return self.members[0]


def group_by_value(question: Question, judged: Sequence[Judged]) -> list[Group]:
    """Group readings by the value of their strongest candidate; best groups first.

    "Zhao" joins "Zhao Lijian", "at least 35" joins "35".
    """
    groups: list[Group] = []
    for item in judged:
        best = item.reading.best
        if best is None:
            continue
        home = next((group for group in groups if _same_value(question, group, best)), None)
        if home is None:
            groups.append(Group(best.text, [item]))
            continue
        home.members.append(item)
        if question.kind in {"who", "whom", "which"} and len(best.text) > len(home.value or "") and _is_name(best.text):
            home.value = best.text
    return groups


def group_by_content(judged: Sequence[Judged]) -> list[Group]:
    """Group readings whose sentences tell the same; best groups first."""
    groups: list[Group] = []
    for item in judged:
        best = item.reading.best
        value = best.text if best is not None and best.strength >= SHOWN else None
        home = next((group for group in groups if _same_content(group, item)), None)
        if home is None:
            groups.append(Group(value, [item]))
        else:
            home.members.append(item)
    return groups


def name_spokespeople(
    groups: Sequence[Group],
    around: Callable[[SourceSentence, int, int], list[SourceSentence]],
    attribute: Callable[[SourceSentence], Attribution | None],
) -> list[Group]:
    """Name who speaks for an institution: "The Kremlin denied it. …, its spokesman X said" names X.

    Args:
        groups: Groups by value.
        around: Returns the sentences around one.
        attribute: Returns who says a sentence.

    Returns:
        The groups, those joined that turn out to mean the same person.
    """
    joined: list[Group] = []
    for group in groups:
        found = _spokesperson(group, around, attribute) if group.value is not None else None
        if found is not None:
            name, sentence = found
            group.support.append(sentence)
            home = next((other for other in joined if same_person(other.value or "", name)), None)
            if home is not None:
                home.members.extend(group.members)
                home.support.append(sentence)
                continue
            group.value = f"{name} ({group.value})"
        home = next((other for other in joined if same_person(other.value or "", group.value or "-")), None)
        if home is not None:
            home.members.extend(group.members)
            home.support.extend(group.support)
        else:
            joined.append(group)
    return joined


def same_person(first: str, second: str) -> bool:
    """Whether two values name the same: one's words are the other's, or its surname."""
    one, two = _words(first), _words(second)
    return bool(one and two) and (one <= two or two <= one)


def _spokesperson(
    group: Group,
    around: Callable[[SourceSentence, int, int], list[SourceSentence]],
    attribute: Callable[[SourceSentence], Attribution | None],
) -> tuple[str, SourceSentence] | None:
    best = group.best
    value = group.value or ""
    doc = best.reading.doc
    if any(entity.label_ == "PERSON" and entity.text in value for entity in doc.ents):
        return None
    sentence = best.sentence
    following = [s for s in around(sentence, 0, 4) if s.ordinal > sentence.ordinal and s.line - sentence.line <= 2]
    for other in following:
        if not SPOKESPERSON.search(other.text):
            continue
        attribution = attribute(other)
        if attribution is None or attribution.speaker not in other.text or " " not in attribution.speaker:
            continue
        before = other.text[: other.text.find(attribution.speaker)]
        title = before[SPOKESPERSON.search(before).start() - 60 if SPOKESPERSON.search(before) else 0 :]  # type: ignore[union-attr]
        named = any(word in title for word in re.findall(r"[A-Z]\w{3,}", value))
        if named or (other.line == sentence.line and SPOKESPERSON.search(title)):
            return attribution.speaker, other
    return None


def _same_value(question: Question, group: Group, candidate: Candidate) -> bool:
    value = group.value or ""
    if question.kind in {"how_many", "how_much"}:
        other = group.members[0].reading.best
        return other is not None and bool(number_key(candidate)) and number_key(candidate) == number_key(other)
    if question.kind == "when":
        return _words(value) <= _words(candidate.text) or _words(candidate.text) <= _words(value)
    return same_person(value, candidate.text)


def _same_content(group: Group, item: Judged) -> bool:
    best = group.best
    if best.sentence.text == item.sentence.text:
        return True
    if opposed(best.reading, item.reading):
        return False
    same_speaker = (
        best.attribution is None
        or item.attribution is None
        or same_person(best.attribution.speaker, item.attribution.speaker)
    )
    enough = min(len(content(best.reading.doc)), len(content(item.reading.doc))) >= 4
    return same_speaker and enough and overlap(best.reading.doc, item.reading.doc) >= SAME_CONTENT


def _is_name(text: str) -> bool:
    return text[:1].isupper() and len(text.split()) <= 5


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower())) - {"the", "a", "an", "on", "in", "of", "mr", "ms", "mrs"}
