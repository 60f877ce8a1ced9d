"""What a report of a sentence says was said: the stretches of text left and right of its cue.

Offsets are into the sentence's text. The small parser errs about long clauses, so punctuation decides
where a stretch ends wherever it can.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from factcheck.speech.cues import cue_range, end_of
from factcheck.speech.reports import Report
from factcheck.speech.words import BARE_CUES, LISTENING, SAYING, URGING
from factcheck.types import Span

# "PORT HALVARD, March 8 (CPA) - "
DATELINE = re.compile(
    r"[A-Z][A-Z .'’/-]{1,40}(?:,\s*[A-Z][\w .]{1,20}?)?(?:,?\s*\d{1,2}(?:,?\s*\d{4})?)?\s*(?:\([^)\n]{2,30}\))?"
    r"\s*[-–—]{1,2}\s+"
)
REFUSING = frozenset({"decline", "refuse"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "expl", "csubj"})
OPENING = '“„«"'
TRIMMED = " \t\r\n,;:–—-"
LINKS = frozenset("and but so yet then also".split())


def find_contents(report: Report, doc: Any, segments: Sequence[Span], others: Sequence[Report]) -> list[Span]:
    """Return the stretches that a report covers, quotation marks included.

    Args:
        report: The report.
        doc: Its sentence.
        segments: Quotations of the sentence with their marks.
        others: All reports of the sentence.
    """
    cue = cue_range(report)
    if report.according:
        return _beside(report, doc, cue, segments)
    ahead = _next_quotation(report.verb, doc, segments)
    if ahead is not None:
        left = [span for span in segments if span.end <= cue.start and not text_between(doc, span.end, cue.start)]
        return [*left[-1:], ahead]
    right = None if _parenthetic(report, segments) else _right(report, doc, cue, segments)
    if right is not None:
        return [right]
    return _around(report, doc, cue, segments, others)


def text_between(doc: Any, start: int, end: int) -> str:
    """Return the words between two places, without marks."""
    return str(doc.text[start:end]).strip(TRIMMED + OPENING + "”»“’.")


def _next_quotation(verb: Any, doc: Any, segments: Sequence[Span]) -> Span | None:
    """Return the quotation right behind a verb: he said, “…”."""
    end = end_of(verb)
    return next((s for s in segments if s.start >= end and doc.text[end : s.start].strip() in {"", ",", ":"}), None)


def _beside(report: Report, doc: Any, cue: Span, segments: Sequence[Span]) -> list[Span]:
    """Return what stands before and behind an "according to X"."""
    text, clause = doc.text, report.verb.head
    before = _trim(text, Span(_sentence_start(text), cue.start), segments)
    if before is not None and (clause.dep_ == "relcl" or not _weighty(text, before)):
        before = None  # "firms which, according to X, …"
    if before is not None and any(s.start < before.end and before.start < s.end for s in segments):
        return [before]
    if before is not None and any(_finite(t) for t in doc if before.start <= t.idx < before.end):
        return [before]
    main = next((c for c in clause.children if c.dep_ in SUBJECTS and c.left_edge.i > report.subject.i), None)
    start = main.left_edge.idx if main is not None else _next_comma(text, cue.end, segments)
    after = _trim(text, Span(start, len(text)), segments) if start is not None else None
    return [part for part in (before, after) if part is not None and _weighty(text, part)]


def _finite(token: Any) -> bool:
    return bool(token.tag_ in {"VBD", "VBZ", "VBP", "MD"})


def _next_comma(text: str, start: int, segments: Sequence[Span]) -> int | None:
    for place in range(start, len(text)):
        if text[place] in ",:–—" and not any(span.start <= place < span.end for span in segments):
            return place + 1
        if text[place] in OPENING:
            return place
    return None


def _parenthetic(report: Report, segments: Sequence[Span]) -> bool:
    """Whether the words said stand before the cue: "…, the police said on Saturday"."""
    verb = report.verb
    clause = report.clause
    if clause is not None:
        around = any(c.dep_ in SUBJECTS and c.i < verb.i for c in clause.children) or (
            report.subject.i > verb.i and any(c.dep_ == "nsubj" and c.i < verb.i for c in verb.children)
        )
        return bool(clause.i < verb.i) or around
    if verb.dep_ in {"parataxis"} or (verb.dep_ == "ccomp" and verb.head.i < verb.i):
        return True
    return False


def _right(report: Report, doc: Any, cue: Span, segments: Sequence[Span]) -> Span | None:
    verb = report.verb
    start = _right_start(report, doc, segments)
    if start is None:
        return None
    end = _rightend_of(verb, doc, start, segments)
    return _trim(doc.text, Span(start, end), segments)


def _right_start(report: Report, doc: Any, segments: Sequence[Span]) -> int | None:
    verb, clause = report.verb, report.clause
    colon = _colon(verb, doc, segments)
    if clause is not None and (colon is None or clause.i < colon):
        mark = next((c for c in clause.children if c.dep_ == "mark" and c.lower_ == "that" and c.i > verb.i), None)
        begins = clause.left_edge
        if verb.lemma_.lower() in URGING and clause.dep_ == "xcomp":
            begins = next((c.left_edge for c in verb.children if c.dep_ in {"dobj", "dative"}), begins)
        first = mark.nbor(1) if mark is not None and mark.i + 1 < len(doc) else _skip_that(begins, verb)
        return int(first.idx)
    if colon is not None:
        return int(doc[colon].idx) + 1
    after = [child for child in verb.children if child.i > verb.i and child.left_edge.i > verb.i]
    objects = [
        child for child in after if child.dep_ in {"dobj", "oprd", "attr", "dative"} and child is not report.subject
    ]
    ahead = [span for span in segments if span.start > verb.idx]
    if verb.lemma_.lower() in BARE_CUES and (objects or after):
        chosen = objects or [child for child in after if child.dep_ == "prep"]
        return int(chosen[0].left_edge.idx) if chosen else None
    if ahead and objects and verb.lemma_.lower() not in LISTENING and objects[0].left_edge.idx < ahead[0].start:
        # "called the figure “a prayer”"
        if not _is_speech_before(doc.text, ahead[0]):
            return int(objects[0].left_edge.idx)
    return int(ahead[0].start) if ahead and _near(verb, ahead[0], doc) else None


def _skip_that(first: Any, verb: Any) -> Any:
    """Step over "that" and marks before a clause, and to a "that" which the parser put elsewhere."""
    doc = first.doc
    for token in doc[verb.i + 1 : first.i]:
        if token.lower_ == "that" and token.tag_ in {"IN", "WDT", "DT"} and first.i - token.i <= 12:
            return doc[min(token.i + 1, len(doc) - 1)]
    while first.i + 1 < len(doc) and (first.text in {",", ":"} or (first.lower_ == "that" and first.tag_ == "IN")):
        first = doc[first.i + 1]
    return first


def _is_speech_before(text: str, span: Span) -> bool:
    return text[: span.start].rstrip().endswith((":", ","))


def _near(verb: Any, span: Span, doc: Any) -> bool:
    between = [t for t in doc if verb.i < t.i and t.idx < span.start]
    return not any(t.pos_ == "VERB" for t in between) and len(between) <= 25


def _colon(verb: Any, doc: Any, segments: Sequence[Span]) -> int | None:
    for token in doc[verb.i + 1 :]:
        if token.text == ":" and not any(span.start <= token.idx < span.end for span in segments):
            return int(token.i) if not any(t.pos_ == "VERB" and t != verb for t in doc[verb.i : token.i]) else None
    return None


def _rightend_of(verb: Any, doc: Any, start: int, segments: Sequence[Span]) -> int:
    """Return where the clause ends: at a second verb of the same subject, or a phrase set off by a comma."""
    end = len(doc.text)
    if _colon(verb, doc, segments) is not None:
        return end
    if verb.dep_ in {"relcl", "acl"} or (verb.dep_ in {"advcl", "ccomp"} and verb.i < verb.head.i):
        end = end_of(verb.right_edge)
    for child in verb.children:
        edge = child.left_edge
        if edge.idx <= start or any(span.start < edge.idx < span.end for span in segments):
            continue
        previous = doc[edge.i - 1]
        if child.dep_ == "conj" and child.pos_ in {"VERB", "AUX"}:
            while previous.text in {","} or previous.dep_ == "cc":
                edge, previous = previous, doc[previous.i - 1]
            end = min(end, edge.idx)
        elif child.dep_ in {"advcl", "npadvmod", "prep"} and previous.text == ",":
            end = min(end, edge.idx)
    return min([end, *(edge for edge in _second_cues(verb, doc) if edge > start)])


def _second_cues(verb: Any, doc: Any) -> Iterator[int]:
    """Yield where the speaker's own verb goes on inside the clause: "… but did not say how many"."""
    for token in doc[verb.i + 1 :]:
        joined = token.dep_ == "conj" and token.lemma_.lower() in SAYING | REFUSING and token.pos_ == "VERB"
        if joined and not any(child.dep_ in SUBJECTS for child in token.children):
            first = min([token, *(c for c in token.children if c.dep_ in {"aux", "neg"})], key=lambda t: t.i)
            while doc[first.i - 1].dep_ == "cc" or doc[first.i - 1].text == ",":
                first = doc[first.i - 1]
            yield int(first.idx)


def _around(report: Report, doc: Any, cue: Span, segments: Sequence[Span], others: Sequence[Report]) -> list[Span]:
    """Return what stands before a cue, and goes on behind it."""
    text = doc.text
    before = max([end_of(o.verb) for o in others if o is not report and end_of(o.verb) <= cue.start], default=-1)
    start = _sentence_start(text)
    held = [span for span in segments if span.end <= cue.start]
    if before >= 0:
        # Between two cues only a quotation is certain: "…", he said, adding "…".
        start = max((span.start for span in held if span.start >= before), default=cue.start)
    left = _trim(text, Span(start, cue.start), segments)
    if left is None or not _set_off(text, cue.start):
        return []
    told = [t for t in doc if left.start <= t.idx < left.end and (t.pos_ in {"VERB", "AUX"} or report.clause == t)]
    quoted = any(s.start < left.end and left.start < s.end for s in segments)
    onward = _onward(report, doc, cue, segments, others)
    if quoted or (told and _weighty(text, left)):
        return [left, *onward]
    # "The machine, he said, had failed": the clause goes around the cue.
    return [left, *onward] if onward else []


def _onward(report: Report, doc: Any, cue: Span, segments: Sequence[Span], others: Sequence[Report]) -> list[Span]:
    """Return the words behind a cue that stands between: “The drains,” she said, “were blocked”."""
    text = doc.text
    later = min([cue_range(o).start for o in others if o.verb.i > report.verb.i], default=len(text))
    parts = [span for span in segments if cue.end <= span.start < later]
    astride = report.clause is not None and report.clause.i > report.verb.i
    if parts and not astride:
        return [part for part in (_trim(text, span, segments) for span in parts[:1]) if part is not None]
    clause = report.clause
    if clause is None and report.verb.dep_ in {"parataxis", "ccomp", "dep"} and report.verb.head.i > report.verb.i:
        clause = report.verb.head
    if clause is None or clause.right_edge.i < report.verb.i or later < len(text):
        return []
    comma = _next_comma(text, cue.end, segments)
    rest = _trim(text, Span(comma, len(text)), segments) if comma is not None else None
    goes_on = rest is not None and text[rest.start].islower() and text[rest.start : rest.end].split()[0] not in LINKS
    beyond = clause.i > report.verb.i or any(t.i > report.verb.i for t in clause.subtree)
    return [rest] if rest is not None and goes_on and beyond else []


def _set_off(text: str, place: int) -> bool:
    return text[:place].rstrip()[-1:] in {",", "”", '"', "“", "»", "—", "–", "-", "?", "!", "’", "…", "'"}


def _sentence_start(text: str) -> int:
    match = DATELINE.match(text)
    return match.end() if match else 0


def _weighty(text: str, span: Span) -> bool:
    """Whether a stretch says something: more than a linking word or a time."""
    return len(text[span.start : span.end].split()) >= 2


def _trim(text: str, span: Span, segments: Sequence[Span]) -> Span | None:
    """Return a stretch without marks around it; a quotation that it cuts is taken in whole."""
    start, end = span.start, span.end
    while start < end and text[start] in TRIMMED:
        start += 1
    if text.startswith("that ", start) and span.start == start:
        start += 5
    for quotation in segments:
        if quotation.start < end < quotation.end:
            end = quotation.end
    while end > start and text[end - 1] in TRIMMED + ".":
        if text[end - 1] == "." and re.search(r"\b[A-Z]\.[A-Z]\.$", text[start:end]):
            break
        end -= 1
    return Span(start, end) if end > start else None
