"""What a sentence tells of a name: its title, apposition or predicate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from factcheck.answering.questions import Question
from factcheck.answering.readings import Candidate, noun_phrase


def describe_name(question: Question, doc: Any, act: Any | None) -> Iterator[Candidate]:
    """Yield descriptions of the name asked about: titles, appositions, predicates."""
    words = {word.lower() for name in question.names for word in re.findall(r"\w+", name)}
    for entity in _mentions(doc, words):
        root = entity.root
        title = [doc[i] for i in range(entity.start - 1, max(-1, entity.start - 9), -1)]
        run = []
        for token in title:
            if token.pos_ in {"PROPN", "NOUN", "ADJ", "PART"} and not token.is_punct and token.lower_ not in words:
                run.append(token)
            elif token.lower_ in {"of", "for", "and", "the"} and run and _noun_before(token):
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
            if child.dep_ == "prep" and child.lower_ in {"of", "from"} and child.i > root.i:
                tokens = list(child.subtree)
                start, end = child.idx, tokens[-1].idx + len(tokens[-1].text)
                yield Candidate(start, end, doc.text[start:end], 0.7)
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


def _noun_before(token: Any) -> bool:
    return bool(token.i > 0 and token.doc[token.i - 1].pos_ in {"NOUN", "PROPN"})
