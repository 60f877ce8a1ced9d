"""What the Check page shows of a checked draft, as plain data for the browser, and the component that draws it.

    DraftRecord → view_reading → {"blocks": […], "rest": […]} → check.js
                → view_panels  → {number: …}                   → check_panel.js

Pure functions: they word and arrange a record and decide nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from factcheck.drafts.record import CheckedSentence, DraftRecord
from factcheck.drafts.reviewing import Decision, count_review, items_of
from factcheck.presentation.draft_pieces import cut_words, group_sentences
from factcheck.presentation.text import plural
from factcheck.types import EngineInfo, Failure
from ui.components.answer import view_engine
from ui.components.check_panel import STATUSES, Articles, choose_status, list_citations, view_group, view_panel
from ui.components.plain import show_line
from ui.components.sheet import declare, view_opened
from ui.components.turns import find_stale
from ui.resources import Library
from ui.sessions.check import Session
from ui.sessions.kept_checks import About

# Panels are sent for the whole draft up to this many sentences, and around the open one beyond.
MOST_PANELS = 240
REACH = 60
MOST_LISTED = 30

# One and many sentences of a mark, behind their number.
_COUNTED = {
    "supported": ("supported", "supported"),
    "refuted": ("refuted", "refuted"),
    "conflicting": ("conflicting", "conflicting"),
    "not_enough_evidence": ("without enough evidence", "without enough evidence"),
    "misquoted": ("quotation differs", "quotations differ"),
    "quoted": ("quoted correctly", "quoted correctly"),
    "failed": ("check failed", "checks failed"),
    "unchecked": ("not checkable", "not checkable"),
}

BODY = """<div class="start"></div>
<section class="reading" aria-label="Result" hidden>
  <header class="head"></header>
  <div class="tools"></div>
  <div class="spread">
    <div class="text" role="group" aria-label="The text, sentence by sentence"></div>
    <div class="side"></div>
  </div>
</section>"""

show_checks = declare(
    "check",
    body=BODY,
    scripts=("check_quotation.js", "check_panel.js", "check.js"),
    styles=("check.css",),
    # An example to check; ids of checks; a decision; the number of a sentence whose panel is missing.
    events=("started", "reopened", "deleted", "retried", "decided", "wanted"),
)


def view_check(library: Library, session: Session) -> dict[str, Any]:
    """Return everything the component shows of the open check; what only depends on its sentences is made once."""
    about, record = session.about, session.record
    if about is None:  # its thread has not said yet what it does
        return {"reading": None, "opened": None, "examples": [], "earlier": []}
    sentences = record.sentences
    state = (about.id, about.state, len(sentences), library)
    if session.views.get("of") != state:
        reading = view_reading(record.source, sentences, done=about.state == "done")
        stale = find_stale_quotes(sentences, library) if session.kept is not None else {}
        session.views = {"of": state, "reading": reading, "stale": stale}
    stale = session.views["stale"]
    if "panels" not in session.views:
        session.views["panels"] = view_panels(sentences, library.articles, around=session.cursor)
        mark_stale(session.views["panels"][1], stale)
    panels, groups = session.views["panels"]
    return {
        "id": about.id,
        "running": session.work is not None,
        "head": view_head(about, sentences, offline=library.offline, seconds=record.total_ms / 1000, stale=len(stale)),
        "reading": session.views["reading"],
        "panels": panels,
        "groups": groups,
        "first": next((each.number for each in (*(one for one in sentences if one.findings), *sentences)), None),
        "summary": view_summary(record, session.decisions),
        "decisions": view_decisions(session.decisions),
        "opened": _view_article(library, session, sentences),
    }


def view_reading(source: str, sentences: Sequence[CheckedSentence], *, done: bool) -> dict[str, Any]:
    """Return the draft as it is read: its paragraphs, every sentence marked by what came of it.

    Args:
        source: The draft.
        sentences: Those that are done.
        done: Whether these are all.
    """
    blocks = [
        {"kind": kind, "sentences": [_view_sentence(source, each) for each in group]}
        for kind, group in group_sentences(source, sentences)
    ]
    rest = source[sentences[-1].end if sentences else 0 :] if not done else ""
    return {"blocks": blocks, "rest": [show_line(line) for line in map(_strip_marks, rest.splitlines()) if line]}


def view_panels(
    sentences: Sequence[CheckedSentence], articles: Articles, *, around: int
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the panels by the number of their sentence, and the groups of their citations.

    Args:
        sentences: Those that are done.
        articles: Articles by file.
        around: Number of the sentence that is open; of a long draft, only those near it are viewed.
    """
    chosen = sentences
    if len(sentences) > MOST_PANELS:
        chosen = [each for each in sentences if abs(each.number - around) <= REACH]
    panels = {str(each.number): view_panel(each, articles) for each in chosen}
    return panels, [view_group(each, articles) for each in chosen]


def find_stale_quotes(sentences: Sequence[CheckedSentence], library: Library) -> dict[tuple[str, int], str]:
    """Return why quotes do not stand in the articles as these are now, by group and position; mostly nothing."""
    places = [(f"s{each.number}", at, found) for each in sentences for at, found in enumerate(list_citations(each))]
    stale = find_stale(tuple(found for _, _, found in places), library)
    return {places[at][:2]: reason for at, reason in stale.items()}


def mark_stale(groups: Sequence[dict[str, Any]], stale: Mapping[tuple[str, int], str]) -> None:
    """Say on the cards of citations that they do not hold any more."""
    for group in groups:
        for at, citation in enumerate(group["citations"]):
            if (reason := stale.get((group["id"], at))) is not None:
                citation |= {"kind": "stale", "place": reason}


def view_head(
    about: About, sentences: Sequence[CheckedSentence], *, offline: bool, seconds: float, stale: int = 0
) -> dict[str, Any]:
    """Return what was checked, how it was read, with which engine, and whether its quotes still hold."""
    count = len(sentences)
    if about.kind == "claim":
        read = "Read as a claim: one sentence, held against all articles."
    else:
        of = f"{count} of {plural(about.total, 'sentence')}" if about.total > count else plural(count, "sentence")
        read = f"Read as a draft: {of}, each checked, every quotation looked up."
    if stale:
        read += f" The articles have changed since. Not in them any more: {plural(stale, 'quote')}. Check it again."
    engine = next((each.check.engine for each in sentences if each.check is not None), None)
    return {
        "title": show_line(about.title),
        "kind": about.kind,
        "read": read,
        "engine": view_engine(engine or EngineInfo("embedded", ""), offline=offline) if engine else None,
        "time": f"{seconds:.1f} s" if seconds else "",
        "state": about.state,
        "failure": _view_failure(about.failure),
        "filter": describe_filter(about.within),
    }


def view_summary(record: DraftRecord, decisions: Mapping[str, Decision]) -> dict[str, Any]:
    """Return the summary line, and how many sentences have each mark."""
    tally = count_review(record, decisions)
    found = plural(tally.findings, "finding")
    statuses = Counter(choose_status(each) for each in record.sentences)
    return {
        "line": f"{tally.checkable} checkable, {found}, {tally.open} open",
        "marks": [
            {"status": status, "label": words[statuses[status] > 1], "count": statuses[status]}
            for status, words in _COUNTED.items()
            if statuses[status]
        ],
        "failed": record.failed,
    }


def view_decisions(decisions: Mapping[str, Decision]) -> dict[str, dict[str, Any]]:
    """Return the decisions for the browser; a comment is what this visitor typed, and goes back into its field."""
    return {
        key: {"state": each.state, "comment": each.comment, "verdict": each.verdict} for key, each in decisions.items()
    }


def view_list(checks: Iterable[About], *, limit: int = MOST_LISTED) -> list[dict[str, str]]:
    """Return the earlier checks as a list shows them."""
    states = {"running": "broken off", "stopped": "stopped", "failed": "failed"}
    kinds = {"claim": "Claim", "draft": "Draft"}
    listed = []
    for about in list(checks)[:limit]:
        size = plural(about.total, "sentence") if about.kind == "draft" and about.total else ""
        parts = (kinds.get(about.kind, ""), size, _describe_time(about.started), states.get(about.state, ""))
        listed.append({"id": about.id, "title": show_line(about.title), "note": " · ".join(filter(None, parts))})
    return listed


def describe_filter(within: Mapping[str, Any]) -> str:
    """Return which articles were looked at, or "" for all."""
    parts = []
    if within.get("files"):
        parts.append(f"files named {show_line(str(within['files']))}")
    if within.get("as_of"):
        parts.append(f"articles dated up to {show_line(str(within['as_of']))}")
    return f"Only {' and '.join(parts)}." if parts else ""


def _view_article(library: Library, session: Session, sentences: Sequence[CheckedSentence]) -> dict[str, Any] | None:
    """Return the open article with its place among the sentence's citations, or None."""
    opened = session.opened
    sentence = next((each for each in sentences if opened and opened.group == f"s{each.number}"), None)
    citations = list_citations(sentence) if sentence is not None else ()
    if opened is None or opened.position >= len(citations):
        return None
    return view_opened(opened.group, opened.position, citations, library.corpus, library.articles)


def _view_sentence(source: str, sentence: CheckedSentence) -> dict[str, Any]:
    status = choose_status(sentence)
    return {
        "number": sentence.number,
        "status": status,
        "label": STATUSES[status],
        "pieces": [{"text": each.text, "severity": each.severity} for each in cut_words(source, sentence)],
        # What the page steps through, and what of it is open.
        "findings": [each.key for each in items_of(sentence) if each.finding is not None],
    }


def _view_failure(failure: Failure | None) -> dict[str, str] | None:
    if failure is None:
        return None
    return {"error": show_line(failure.error), "hint": show_line(failure.hint)}


def _strip_marks(line: str) -> str:
    """Return a line of the draft without the Markdown that begins it."""
    return line.lstrip("#>*-+ \t").strip()


def _describe_time(moment: str) -> str:
    try:
        return f"{datetime.fromisoformat(moment):%-d %B %Y, %H:%M} UTC"
    except ValueError:
        return ""
