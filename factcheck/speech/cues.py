"""Where the words stand that say who speaks: "the head of the commission, Nadia Ossian, said"."""

from __future__ import annotations

import re
from typing import Any

from factcheck.speech.reports import Report
from factcheck.types import Span

# "…, the head of the commission, " before a name
_APPOSED = re.compile(r", ((?:the|its|his|her|their|an?) [^,.;:“”\"]{3,60}, )$", re.IGNORECASE)


def cue_range(report: Report) -> Span:
    """Return the stretch from subject to verb (or "according to X"), listeners left out."""
    verb = report.verb
    if report.according:
        return Span(verb.idx, end_of(report.subject.right_edge if _short(report.subject) else report.subject))
    outer = report.quoting or verb
    # The parser calls both halves of "the head of the commission, Nadia Ossian, said" subjects.
    halves = [c for c in outer.children if c.dep_ == "nsubj" and c.i < outer.i and report.subject.i < outer.i]
    own = [c for c in outer.children if c.dep_ in {"aux", "auxpass"} or c in (report.subject, report.through)]
    own += [c for c in halves if _only_names(c, report.subject)]
    if report.quoting is not None:
        own += [c for c in outer.children if c.dep_ in {"nsubj", "nsubjpass"}]
    first = min([outer, *own], key=lambda token: token.i)
    left = outer if first == outer else first.left_edge
    last = max([verb, report.subject], key=lambda token: token.i)
    right = last.right_edge if last is not verb and last.right_edge.i >= last.i else last
    if report.through is not None:
        right = outer
    start = min(left.idx, outer.idx, report.subject.left_edge.idx if report.subject.i < outer.i else outer.idx)
    apposed = _APPOSED.search(verb.doc.text[:start])
    return Span(apposed.start(1) if apposed and report.subject.i < outer.i else start, end_of(right))


def _only_names(first: Any, second: Any) -> bool:
    """Whether nothing but names and descriptions stands between two words."""
    return not any(t.pos_ in {"VERB", "AUX"} for t in first.doc[first.i : second.i])


def _short(source: Any) -> bool:
    return bool(source.right_edge.i - source.i <= 25)


def end_of(token: Any) -> int:
    """Return the offset behind a token."""
    return int(token.idx + len(token.text))
