"""What the Check page shows of one sentence when it is opened: verdict, evidence by origin, quotations, decisions.

    CheckedSentence → view_panel → {"label", "explanation", "quotations", "sides", "items", …} → check_panel.js

Pure functions. Whatever is shown as a quote is the text of an article at its offsets; the draft's own words are
never shown as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from factcheck.checking.checker import STAGE
from factcheck.checking.record import Checked, Evidence, PartResult
from factcheck.drafts.record import CheckedSentence
from factcheck.drafts.records import Quotation
from factcheck.drafts.reviewing import Item, items_of, rests_on_quotation
from factcheck.presentation.draft_pieces import Change, list_changes
from factcheck.presentation.draft_words import MATCHES, UNCHECKED, name_finding
from factcheck.presentation.text import describe_origins, describe_searched
from factcheck.types import Citation, Failure
from ui.components.answer import TitledArticle, view_citation
from ui.components.plain import show_error, show_line, show_piece

Articles = Mapping[str, TitledArticle]

# How a sentence is marked, with what a reader is told of it.
STATUSES: Mapping[str, str] = {
    "supported": "Supported",
    "refuted": "Refuted",
    "conflicting": "Conflicting",
    "not_enough_evidence": "Not enough evidence",
    "misquoted": "Quotation differs",
    "quoted": "Quoted correctly",
    "failed": "Check failed",
    "unchecked": "Not checkable",
}
SIDES: Mapping[str, str] = {"supports": "For it", "refutes": "Against it", "mentions": "Near it, but settling nothing"}
_DECIDING: Mapping[str, tuple[str, ...]] = {"supported": ("supports",), "refuted": ("refutes",)}
# What a person at the terminal is told to type.
_COMMANDS: Mapping[str, str] = {
    'Ask it: factcheck ask "…"; or write what you want checked.': "Ask it on the Ask page, or write what you want "
    "checked as a statement.",
    "For a whole text: factcheck check --file DRAFT.": "",
}
# Findings that say no more than the verdict does.
_VERDICTS = frozenset({"refuted", "conflicting", "not_found"})


def choose_status(sentence: CheckedSentence) -> str:
    """Return how a sentence is marked: one of `STATUSES`."""
    if sentence.failed:
        return "failed"
    if rests_on_quotation(sentence):
        return "misquoted" if any(each.severity == "error" for each in sentence.findings) else "quoted"
    outcome = sentence.check.outcome if sentence.check is not None else None
    if isinstance(outcome, Checked):
        return outcome.verdict.label
    return "quoted" if sentence.quotations else "unchecked"


def list_citations(sentence: CheckedSentence) -> tuple[Citation, ...]:
    """Return what can be opened from a sentence's panel: sources of its quotations, then the evidence."""
    sources = [each.source for each in sentence.quotations if each.source is not None]
    return (*sources, *(each.citation for each in _evidence(sentence)))


def view_panel(sentence: CheckedSentence, articles: Articles) -> dict[str, Any]:
    """Return everything that is shown of a sentence.

    Args:
        sentence: And what came of it.
        articles: Articles by file, for titles and dates.
    """
    status = choose_status(sentence)
    citations = list_citations(sentence)
    outcome = sentence.check.outcome if sentence.check is not None else None
    told = outcome.explanation if isinstance(outcome, Checked) and not rests_on_quotation(sentence) else ""
    view: dict[str, Any] = {
        "number": sentence.number,
        "status": status,
        "label": STATUSES[status],
        "quotations": list(_view_quotations(sentence)),
        "items": [_view_item(each, told, citations, articles) for each in items_of(sentence)],
    }
    if isinstance(outcome, Failure):
        return view | {"failure" if sentence.failed else "refusal": _view_failure(outcome)}
    if not isinstance(outcome, Checked):
        reason = UNCHECKED.get(sentence.kind, "nothing to look up")
        return view | ({} if sentence.quotations else {"refusal": {"error": f"This is {reason}.", "hint": ""}})
    if rests_on_quotation(sentence):
        return view
    claim = sentence.claim or sentence.text
    return view | {
        "claim": show_line(claim) if claim != sentence.text else None,
        "verdict": _view_verdict(outcome, citations, articles),
        "sides": list(_view_sides(outcome, len(citations) - len(outcome.evidence))),
    }


def place_chips(text: str, citations: Sequence[Citation], articles: Articles) -> list[str | int]:
    """Return a text with the positions of citations where it names their place ("001.txt:7").

    Args:
        text: Of the library.
        citations: What can be opened.
        articles: Articles by file; one that is named without a line is called by its title.
    """
    files = {each.file for each in citations}
    if not files:
        return [show_piece(text)]
    names = "|".join(re.escape(file) for file in sorted(files, key=len, reverse=True))
    parts: list[str | int] = []
    end = 0
    for match in re.finditer(rf"(?P<open>\()?(?P<file>{names})(?::(?P<line>\d+))?(?(open)\))", text):
        position = _find(match["file"], match["line"], citations)
        if position is None:
            continue
        parts += [show_piece(text[end : match.start()])]
        if match["line"] is None and match["open"] is None:
            article = articles.get(match["file"])
            parts.append(f"“{show_line(article.title)}”" if article and article.title else show_line(match["file"]))
        parts.append(position)
        end = match.end()
    return [part for part in (*parts, show_piece(text[end:])) if part != ""]


def describe_only_said(done: Checked) -> str:
    """Return "Only as said by …", or "" where the articles say it themselves."""
    if not done.verdict.attributed_only:
        return ""
    sides = _DECIDING.get(done.verdict.label, ("supports", "refutes"))
    told = [each.citation.speaker for each in done.evidence if each.stance in sides]
    names = list(dict.fromkeys(name for name in told if name))
    return f"Only as said by {show_line(' and '.join(names[:3]))}" if names else "Only as somebody’s words"


def _find(file: str, line: str | None, citations: Sequence[Citation]) -> int | None:
    places = (at for at, each in enumerate(citations) if each.file == file and line in (None, str(each.line)))
    return next(places, None)


def _evidence(sentence: CheckedSentence) -> tuple[Evidence, ...]:
    outcome = sentence.check.outcome if sentence.check is not None else None
    return outcome.evidence if isinstance(outcome, Checked) and not rests_on_quotation(sentence) else ()


def _view_failure(failure: Failure) -> dict[str, Any]:
    hint = failure.hint
    for command, plain in _COMMANDS.items():
        hint = hint.replace(command, plain).strip()
    error = f"{failure.error[:1].upper()}{failure.error[1:]}"
    return {"error": show_error(f"{error}."), "hint": show_error(hint), "retryable": failure.stage != STAGE}


def _view_verdict(done: Checked, citations: Sequence[Citation], articles: Articles) -> dict[str, Any]:
    return {
        "sure": f"{done.verdict.confidence:.0%} sure",
        "only": describe_only_said(done),
        "explanation": place_chips(done.explanation, citations, articles),
        "parts": [_view_part(each) for each in done.parts] if len(done.parts) > 1 else [],
        "searched": describe_searched(done.searched),
    }


def _view_part(part: PartResult) -> dict[str, str]:
    return {"text": show_line(part.text), "status": part.verdict.label, "label": STATUSES[part.verdict.label]}


def _view_sides(done: Checked, first: int) -> Iterator[dict[str, Any]]:
    """Yield the evidence of each stance by origin; what settles the claim comes first."""
    settling = ("refutes", "supports") if done.verdict.label == "refuted" else ("supports", "refutes")
    for stance in (*settling, "mentions"):
        side = [(first + at, each) for at, each in enumerate(done.evidence) if each.stance == stance]
        if not side:
            continue
        by_origin: dict[str, list[tuple[int, Evidence]]] = {}
        for position, each in side:
            by_origin.setdefault(each.citation.origin or each.citation.file, []).append((position, each))
        files = len({each.citation.file for _, each in side})
        yield {
            "stance": stance,
            "title": SIDES[stance],
            "origins": describe_origins(files, len(by_origin)),
            "groups": [_view_origin(group) for group in by_origin.values()],
        }


def _view_origin(group: Sequence[tuple[int, Evidence]]) -> dict[str, Any]:
    files = len({each.citation.file for _, each in group})
    return {
        "copies": f"{files} files of one origin count once" if files > 1 else "",
        "evidence": [{"position": position, "reason": show_line(each.reason)} for position, each in group],
    }


def _view_item(item: Item, told: str, citations: Sequence[Citation], articles: Articles) -> dict[str, Any]:
    """Return a finding, or a verdict to decide on; what the verdict's explanation says is not said again."""
    if item.finding is None:
        return {"key": item.key, "title": "", "severity": "", "message": [], "corrects": True}
    name, message = name_finding(item.finding), item.finding.message
    again = message == told
    return {
        "key": item.key,
        "title": "" if again and item.finding.kind in _VERDICTS else name,
        "severity": item.finding.severity,
        "message": [] if again else place_chips(message, citations, articles),
        "corrects": item.about_verdict,
    }


def _view_quotations(sentence: CheckedSentence) -> Iterator[dict[str, Any]]:
    position = 0
    for quotation in sentence.quotations:
        here = position if quotation.source is not None else None
        position += here is not None
        yield _view_quotation(quotation, here)


def _view_quotation(quotation: Quotation, position: int | None) -> dict[str, Any]:
    """Return a quotation: the draft's words and the article's, cut alike where they differ."""
    changes = list(list_changes(quotation))
    source = quotation.source
    ours = lay_words(quotation.text, [(each.draft, each.edit, _letters(each, 1)) for each in changes])
    theirs = [(each.article, each.edit, _letters(each, 2)) for each in changes]
    match = MATCHES[quotation.match]
    return {
        "match": quotation.match,
        "label": f"{match[:1].upper()}{match[1:]}",
        "draft": ours,
        "article": lay_words(source.quote, theirs) if source is not None else [],
        "differs": any(each.edit != "same" for each in changes),
        "said": show_line(quotation.speaker or ""),
        "told": show_line(source.speaker or "") if source is not None else "",
        "naming": quotation.naming,
        "files": len(quotation.files),
        "position": position,
    }


def _letters(change: Change, side: int) -> list[tuple[str, str]]:
    """Return the letters of one side of a change: its own, and whether the other has them too."""
    return [(letters[0], letters[side]) for letters in change.letters if letters[side]]


def lay_words(text: str, runs: Sequence[tuple[str, str, list[tuple[str, str]]]]) -> list[dict[str, Any]]:
    """Return a text cut at the edges of its runs: all pieces together are the text.

    Args:
        text: The draft's or the article's words, exact.
        runs: Words of it in order, each with its edit and its letters.
    """
    pieces: list[dict[str, Any]] = []
    shown, end = show_line(text), 0
    for words, edit, letters in runs:
        place = shown.find(words, end) if words else -1
        if place < 0:
            continue
        if place > end:
            pieces.append({"text": shown[end:place], "edit": "same"})
        pieces.append({"text": words, "edit": edit, "letters": [list(each) for each in letters]})
        end = place + len(words)
    if end < len(shown):
        pieces.append({"text": shown[end:], "edit": "same"})
    return pieces


def view_group(sentence: CheckedSentence, articles: Articles) -> dict[str, Any]:
    """Return the citations of a sentence for their chips."""
    return {
        "id": f"s{sentence.number}",
        "citations": [view_citation(each, articles) for each in list_citations(sentence)],
    }
