"""What the page shows of a turn beside the answer's own words: whether it still holds, origins, what to ask next.

Turn → view_whole → view_turn + {"stale", "why", "next", "text", …} → desk
"""

from __future__ import annotations

import json
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from factcheck.errors import FactcheckError
from factcheck.filters import Within
from factcheck.follow_ups import suggest_follow_ups
from factcheck.presentation import text as plain
from factcheck.types import Answer, AnswerRecord, Citation
from ui.components.answer import view_turn
from ui.components.plain import show_line
from ui.resources import Library
from ui.sessions.ask import Session, Turn

if TYPE_CHECKING:
    from factcheck.origins.explaining import SharedOrigin
    from factcheck.origins.records import Link

REASONS = {
    "near_copy": "their texts are nearly the same",
    "credited_outlet": "one credits the other, or both credit the same outlet",
    "shared_utterances": "they quote the same words",
    "reworded": "the same sentences stand in both, in other words",
}
# Files of one origin that reasons are sought among.
MOST_KIN = 60
MOST_PAIRS = 2
LONGEST_QUOTE = 320
FORMS = {"markdown": ("md", "text/markdown"), "html": ("html", "text/html"), "json": ("json", "application/json")}


def view_turns(session: Session, library: Library) -> list[dict[str, Any]]:
    """Return the turns as the page shows them, each made once for an index."""
    views = []
    for turn in session.turns:
        made = session.views.get(turn.id)
        if made is None or made[0] is not library:
            made = (library, view_whole(turn, library, [each.question for each in session.turns]))
            session.views[turn.id] = made
        views.append(made[1])
    return views


def view_whole(turn: Turn, library: Library, asked: list[str]) -> dict[str, Any]:
    """Return everything that the page shows of a turn, looked up in the index as it is now.

    Args:
        turn: The question and its outcome.
        library: The opened index.
        asked: Questions of the conversation, which are not offered again.
    """
    view = view_turn(turn, library.articles, offline=library.offline)
    stale = find_stale(turn.citations, library)
    for position, reason in stale.items():
        view["citations"][position] |= {"kind": "stale", "place": reason}
    record, outcome = turn.record, turn.outcome
    return view | {
        "readAs": show_line(record.read_as) if record is not None and record.read_as else None,
        "within": describe_within(turn.within),
        "stale": _describe_stale(len(stale), len(turn.citations)),
        "asked": _describe_time(turn.asked) if turn.reopened else None,
        "link": f"?answer={turn.id}" if turn.kept else None,
        "text": plain.render(record, articles=library.articles) if record is not None else None,
        "why": view_origins(outcome, library) if isinstance(outcome, Answer) else [],
        "next": _suggest(outcome, library, asked) if isinstance(outcome, Answer) else [],
    }


def find_stale(citations: tuple[Citation, ...], library: Library) -> dict[int, str]:
    """Return why citations do not hold in the index as it is now, by position; nothing for those that do."""
    texts = {file: _read(file, library) for file in {citation.file for citation in citations}}
    stale = {}
    for position, citation in enumerate(citations):
        text = texts[citation.file]
        if text is None:
            stale[position] = "This article is no longer in the index."
        elif not citation.quote or text[citation.start : citation.end] != citation.quote:
            stale[position] = "The article has changed since: this sentence is not at its place any more."
    return stale


def view_origins(answer: Answer, library: Library) -> list[dict[str, Any]]:
    """Return why the cited files count as so many origins: each group of files, and what links them."""
    origins = {citation.file: citation.origin for citation in answer.citations}
    if len(origins) < 2:
        return []
    from factcheck.origins.explaining import explain_origins  # numpy: not before there is an answer

    shared = {origin for origin in origins.values() if origin}
    kin = [file for file, article in library.articles.items() if getattr(article, "origin", None) in shared]
    files = list(dict.fromkeys([*origins, *islice((file for file in kin if file not in origins), MOST_KIN)]))
    try:
        links = library.corpus.origin_links(files) if len(origins) > len(set(origins.values())) else []
    except FactcheckError:  # changed under us; the next look is at the new index
        links = []
    return [_view_origin(group, library) for group in explain_origins(origins, links)]


def describe_within(within: Within) -> str:
    """Return what a search was restricted to, in words; "" where it was not."""
    files, outlets = within.get("files") or (), within.get("outlets") or ()
    names = [files] if isinstance(files, str) else [*files]
    parts = [", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")] if names else []
    parts += [", ".join(outlets)] if outlets else []
    parts += [f"from {within['since']}"] if within.get("since") else []
    parts += [f"until {within['as_of']}"] if within.get("as_of") else []
    # Globs of exact names: "[[]1].txt" is "[1].txt".
    return show_line(" · ".join(parts).replace("[[]", "[").replace("[*]", "*").replace("[?]", "?"))


def write_file(turns: list[Turn], form: str, library: Library) -> dict[str, str] | None:
    """Return a file of answers for the browser to save; None where nothing can be written.

    Args:
        turns: In the order in which they were asked.
        form: "markdown", "html" or "json".
        library: For outlets and dates.
    """
    records = [(turn, turn.record) for turn in turns if turn.record is not None]
    if form not in FORMS or not records:
        return None
    from factcheck.presentation import answer_page, markdown

    suffix, kind = FORMS[form]
    times = [_describe_time(turn.asked) for turn, _ in records]
    if form == "markdown":
        text = "\n".join(markdown.render(record, articles=library.articles) for _, record in records)
    elif form == "html":
        text = answer_page.render([record for _, record in records], articles=library.articles, asked=times)
    else:
        wire = [_export(turn, record) for turn, record in records]
        text = json.dumps(wire[0] if len(wire) == 1 else wire, ensure_ascii=False, indent=1) + "\n"
    name = "answer" if len(records) == 1 else "conversation"
    return {"name": f"{name}-{turns[-1].asked[:10]}.{suffix}", "type": f"{kind};charset=utf-8", "text": text}


def _export(turn: Turn, record: AnswerRecord) -> dict[str, Any]:
    return {**record.to_dict(), "asked": turn.asked, **({"within": turn.within} if turn.within else {})}


def _view_origin(group: SharedOrigin, library: Library) -> dict[str, Any]:
    return {
        "files": [{"title": _title(file, library), "file": show_line(file)} for file in group.files],
        "links": [_view_link(link, library) for link in group.links],
    }


def _view_link(link: Link, library: Library) -> dict[str, Any]:
    names = f": {', '.join(link.names)}" if link.names else ""
    first, second = _read(link.a, library) or "", _read(link.b, library) or ""
    pairs = [(first[a.start : a.end], second[b.start : b.end]) for a, b in link.evidence[:MOST_PAIRS]]
    return {
        "files": [_title(link.a, library), _title(link.b, library)],
        "reason": show_line(f"{REASONS.get(link.reason, link.reason)}{names}"),
        "pairs": [[_cut(one), _cut(other)] for one, other in pairs],
    }


def _cut(text: str) -> str:
    line = show_line(text)
    return line if len(line) <= LONGEST_QUOTE else f"{line[:LONGEST_QUOTE].rstrip()} …"


def _title(file: str, library: Library) -> str:
    article = library.articles.get(file)
    return show_line((article and article.title) or file)


def _read(file: str, library: Library) -> str | None:
    try:
        return library.corpus.text(file)
    except FactcheckError:
        return None


def _suggest(answer: Answer, library: Library, asked: list[str]) -> list[str]:
    files = list(dict.fromkeys(citation.file for citation in answer.citations))
    try:
        return [show_line(question) for question in suggest_follow_ups(library.corpus, files, asked)]
    except FactcheckError:
        return []


def _describe_stale(stale: int, count: int) -> str | None:
    if not stale:
        return None
    many = "The cited sentence does" if count == 1 else f"{stale:,} of {count:,} cited sentences do"
    return f"The articles have changed since this was asked. {many} not stand in them as quoted; ask again to be sure."


def _describe_time(asked: str) -> str:
    try:
        when = datetime.fromisoformat(asked)
        return f"{when.day} {when:%B %Y, %H:%M} UTC"
    except ValueError:
        return ""
