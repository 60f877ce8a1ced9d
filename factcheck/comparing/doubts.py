"""Where one sentence tells as done, or gives, what the other only alleges, plans or does not give."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from factcheck.claims.acts import certainty, is_denied
from factcheck.claims.alignment import ActMatch
from factcheck.claims.names import same_word
from factcheck.claims.vocabulary import LIGHT, alike
from factcheck.comparing.findings import Difference
from factcheck.comparing.sides import Laid, Side, span_of
from factcheck.lexicon import CUES, UNSPECIFIED_VERBS, action_similarity
from factcheck.types import Span

SAME_ACT = 0.5
# What a difference is about where one side says that it was not specified.
NOT_GIVEN, IS_GIVEN = "not given", "given"
# Words that lead in what is given after all.
GIVEN = re.compile(
    r"(?i)\b(?:other than|except|apart from|specifically|in particular|including|includ(?:e|es|ed)|namely|such as)\b"
)
# What a sentence holds that says so: a quick look before the parse.
UNSAID = re.compile(
    r"(?i)(?:\bnot|n[’']t|\b(?:declin|refus)\w+)\b[^.;]{0,40}?\b(?:specify|say|disclose|comment|reveal|elaborate|identify|"
    r"name|detail|give|provide|clarify|release|know)\b[^.;]{0,40}?\b(?:what|which)\b"
)
_UNCLEAR = frozenset("what which kind type sort whether how many much where when who why any it one".split())


def find_hedging_differences(laid: Laid) -> Iterator[Difference]:
    """Yield acts told as done by one side and as alleged or conditional by the other, and details not given."""
    yield from _find_unproven(laid)
    for first, second, swapped in ((laid.a, laid.b, False), (laid.b, laid.a, True)):
        found = find_unsaid(first)
        given = _find_given(first, found, second) if found is not None else None
        if found is not None and given is not None:
            a, b = (given, found.span) if swapped else (found.span, given)
            mine, theirs = found.span.of(first.text), given.of(second.text)
            yield Difference("hedging", True, a, b, f"one says “{mine}”, the other “{theirs}”", 0.8, NOT_GIVEN,
                             *((IS_GIVEN, NOT_GIVEN) if swapped else (NOT_GIVEN, IS_GIVEN)))  # fmt: skip
            return


def _find_unproven(laid: Laid) -> Iterator[Difference]:
    for match in laid.acts():
        lemma = match.act.lemma_.lower()
        if match.shared < SAME_ACT or match.opposite or lemma in LIGHT or lemma in CUES:
            continue
        if is_denied(match.act) or is_denied(match.other):
            continue
        kinds = (_assurance(match.act), _assurance(match.other))
        hedged = next((kind for kind in kinds if kind != "done"), "done")
        if "done" not in kinds or hedged == "done":
            continue
        done, doubted = (laid.b, laid.a) if kinds[1] == "done" else (laid.a, laid.b)
        if done.speaker is not None or not _asserts(match.other if kinds[1] == "done" else match.act):
            continue
        if hedged == "planned" and not _before(done, doubted, match):
            continue  # what was planned may have been done since
        yield Difference("hedging", True, span_of(match.act), span_of(match.other),
                         f"one tells “{match.act.text}” as {_name(kinds[0])}, the other as {_name(kinds[1])}",
                         match.shared, lemma, *kinds)  # fmt: skip
        return


def _name(kind: str) -> str:
    return {"done": "done", "planned": "planned or possible", "alleged": "alleged"}[kind]


def _assurance(act: Any) -> str:
    if act.tag_ == "VB" and act.i and any(child.lower_ == "to" for child in act.children):
        return "planned" if certainty(act) == "done" else certainty(act)
    return certainty(act)


def _asserts(act: Any) -> bool:
    """Whether a sentence states an act in the past or perfect, in its own voice."""
    if act.pos_ not in {"VERB", "AUX"}:
        return False
    finite = act.tag_ == "VBD" or (
        act.tag_ == "VBN" and any(child.dep_ in {"aux", "auxpass"} for child in act.children)
    )
    return finite and act.dep_ in {"ROOT", "conj", "parataxis"}


def _before(done: Side, planned: Side, match: ActMatch) -> bool:
    """Whether the report of the deed is not later than that of the plan, so that one of them is wrong."""
    conditional = any(
        child.dep_ == "advcl" and any(mark.lower_ in {"if", "unless"} for mark in child.children)
        for act in (match.act, match.other)
        for child in act.children
    )
    if done.date is None or planned.date is None:
        return conditional
    return done.date < planned.date or (conditional and done.date == planned.date)


@dataclass(frozen=True, slots=True, eq=False)
class Unsaid:
    """What a sentence says was not said.

    Attributes:
        span: Where it says so.
        words: Telling words of what is left open.
        acts: Those of them that are verbs.
    """

    span: Span
    words: tuple[Any, ...]
    acts: tuple[Any, ...]


def find_unsaid(side: Side) -> Unsaid | None:
    """Return what a sentence says that somebody did not specify, or None: "did not specify what kind of …"."""
    for token in side.doc:
        if token.pos_ != "VERB" or token.lemma_.lower() not in UNSPECIFIED_VERBS:
            continue
        declined = token.dep_ == "xcomp" and token.head.lemma_.lower() in {"decline", "refuse", "want", "wish"}
        if not (is_denied(token) or declined) or GIVEN.search(side.text[token.idx :]):
            continue
        open_ = [child for child in token.children if child.dep_ in {"ccomp", "dobj", "prep"} and child.i > token.i]
        words = [each for child in open_ for each in child.subtree if each.pos_ in {"NOUN", "PROPN", "VERB"}]
        words = [each for each in words if each.lower_ not in _UNCLEAR and each.lemma_.lower() not in LIGHT]
        asked = [each for child in open_ for each in child.subtree if each.lower_ in {"what", "which"}]
        acts = [each for each in words if each.pos_ == "VERB"]
        if len(words) < 2 or not acts or not asked:
            continue
        first = token.head if declined else token
        before = [child.idx for child in first.children if child.dep_ in {"aux", "neg"} and child.i < first.i]
        start = min(first.idx, token.idx, *before)
        end = max(each.idx + len(each.text) for child in open_ for each in child.subtree)
        return Unsaid(Span(int(start), int(end)), tuple(words), tuple(acts))
    return None


def _find_given(silent: Side, unsaid: Unsaid, other: Side) -> Span | None:
    """Return the words in which the other sentence gives what was left open, or None."""
    if find_unsaid(other) is not None:
        return None
    acted = any(
        action_similarity(act.lemma_.lower(), each.lemma_.lower()) >= 0.9 for act in unsaid.acts for each in other.doc
    )
    things = [each for each in unsaid.words if each.pos_ != "VERB"]
    shared = sum(any(_is_same(each, near) for near in other.doc) for each in things)
    if not acted or not things or shared < max(1, len(things) // 2):
        return None
    for match in GIVEN.finditer(other.text):
        behind = [token for token in other.doc if token.idx >= match.end() and token.pos_ in {"NOUN", "PROPN"}]
        detail = next((token for token in behind if token.lower_ not in _UNCLEAR), None)
        if detail is None or detail.i - next(t.i for t in other.doc if t.idx >= match.start()) > 10:
            continue
        known = any(same_word(detail.lower_, token.lower_) for token in silent.doc)
        if not known:
            later = [span for span in GIVEN.finditer(other.text) if span.start() > match.start()]
            start = later[-1].start() if later and later[-1].end() <= detail.idx else match.start()
            return Span(start, _phrase_end(detail))
    return None


def _is_same(one: Any, two: Any) -> bool:
    return alike(one.lemma_.lower(), two.lemma_.lower()) > 0 or same_word(one.lower_, two.lower_)


def _phrase_end(token: Any) -> int:
    """Return where the noun phrase of a token ends, without clauses behind it."""
    head = token
    while head.dep_ in {"compound", "amod", "nmod"} and head.head.i > head.i and head.head.pos_ in {"NOUN", "PROPN"}:
        head = head.head
    return int(head.idx + len(head.text))
