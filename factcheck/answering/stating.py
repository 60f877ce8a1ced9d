"""Word a group of readings as a statement: sentences of the articles, never rewritten."""

from __future__ import annotations

from factcheck.answering.grouping import Group, Judged
from factcheck.speech.attributing import Attribution
from factcheck.types import SourceSentence, Statement

FILES_PER_STATEMENT = 5


def one_per_file(group: Group) -> list[Judged]:
    """Return the best reading of each file, best first."""
    best: dict[str, Judged] = {}
    for item in sorted(group.members, key=lambda item: -item.score):
        best.setdefault(item.sentence.file, item)
    return list(best.values())[:FILES_PER_STATEMENT]


def state(group: Group) -> str:
    """Return the text of a group's statement: its best sentence and what belongs to it."""
    text = with_speaker(group.best.sentence, group.best.attribution)
    for sentence in dict.fromkeys(group.support):
        if sentence.file == group.best.sentence.file and sentence.text not in text:
            text = f"{text} {sentence.text}"
    return text


def with_speaker(sentence: SourceSentence, attribution: Attribution | None) -> str:
    """Return a sentence, its speaker before it where it does not name him itself."""
    if attribution is None or any(word in sentence.text for word in attribution.speaker.split()[-1:]):
        return sentence.text
    return f"{attribution.speaker}: {sentence.text}"


def with_markers(statement: Statement) -> str:
    """Return a statement with the markers of its citations."""
    return statement.text + " " + "".join(f"[{id_}]" for id_ in statement.citations)
