"""A checked draft as Markdown: the draft as its writer wrote it, with margin notes as footnotes.

Only marks of footnotes are put into the draft; taking them out gives the draft back, byte for byte (drafts
that are not Markdown are escaped, so that they show as written).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from factcheck.drafts.record import CheckedSentence, DraftRecord
from factcheck.drafts.records import Difference, Quotation
from factcheck.presentation.display import ArticleInfo
from factcheck.presentation.draft_words import (
    describe_counts,
    describe_verdict,
    list_sources,
    name_finding,
    shows_difference,
)
from factcheck.presentation.markdown import escape
from factcheck.presentation.text import NO_ARTICLES, describe_source, describe_speaker
from factcheck.types import Citation

_LINE = re.compile(r"[^\r\n]+")


def render(record: DraftRecord, *, articles: Mapping[str, ArticleInfo] = NO_ARTICLES) -> str:
    """Return a checked draft as Markdown with notes, ending in a line end.

    Args:
        record: The draft.
        articles: Outlet and date of the cited files, by file.
    """
    label = choose_label(record.source)
    noted = [sentence for sentence in record.sentences if sentence.findings]
    body = _put_marks(record, noted, label)
    lines = [body.rstrip("\n"), "", "---", "", f"**Fact check of {escape(record.name)}**", ""]
    lines += [f"- {escape(line)}" for line in describe_counts(record)]
    good = [sentence for sentence in record.sentences if sentence.mark == "good" and not sentence.findings]
    if good:
        lines += ["", "Borne out:", ""]
        lines += [line for sentence in good for line in _list_good(sentence, articles)]
    for number, sentence in enumerate(noted, 1):
        lines += ["", *_note(f"[^{label}{number}]: ", sentence, articles)]
    return "\n".join(lines) + "\n"


def choose_label(source: str) -> str:
    """Return a name for footnotes that the draft does not use itself."""
    label = "check-"
    while f"[^{label}" in source:
        label = f"x{label}"
    return label


def _put_marks(record: DraftRecord, noted: list[CheckedSentence], label: str) -> str:
    """Return the draft with a footnote's mark behind every sentence that has findings."""
    pieces: list[str] = []
    position = 0
    for number, sentence in enumerate(noted, 1):
        pieces += [_as_written(record, position, sentence.end), f"[^{label}{number}]"]
        position = sentence.end
    return "".join([*pieces, _as_written(record, position, len(record.source))])


def _as_written(record: DraftRecord, start: int, end: int) -> str:
    part = record.source[start:end]
    if record.format == "md":
        return part
    return _LINE.sub(lambda line: _escape_line(line.group()), part)


def _escape_line(line: str) -> str:
    """Escape a piece of a line and keep the white space around it."""
    inner = line.strip()
    if not inner:
        return line
    lead = line[: len(line) - len(line.lstrip())]
    tail = line[len(line.rstrip()) :]
    return f"{' ' if lead else ''}{escape(inner)}{tail}"


def _note(lead: str, sentence: CheckedSentence, articles: Mapping[str, ArticleInfo]) -> list[str]:
    found = [f"**{name_finding(finding)}.** {escape(finding.message)}" for finding in sentence.findings]
    lines = [lead + " ".join(found)]
    for line in _list_sources(sentence, articles):
        lines += ["", f"    {line}"]
    return lines


def _list_sources(sentence: CheckedSentence, articles: Mapping[str, ArticleInfo]) -> Iterator[str]:
    """Yield what the articles have instead, in paragraphs of a footnote."""
    for quotation in sentence.quotations:
        if shows_difference(quotation):
            yield "".join(_join(quotation))
    for label, citation in list_sources(sentence):
        yield f"> {escape(citation.quote)} — {label}: {_describe(citation, articles)}"


def _join(quotation: Quotation) -> Iterator[str]:
    """Yield a quotation with what was changed: struck out what the draft has, in bold what the article has."""
    for number, each in enumerate(quotation.difference):
        yield f"{' ' if number else ''}{_show(each)}"


def _show(each: Difference) -> str:
    ours = f"~~{escape(each.draft)}~~" if each.draft else ""
    theirs = f"**{escape(each.article)}**" if each.article else ""
    if each.edit == "same":
        return escape(each.draft)
    if each.edit == "omitted":
        return f"(… {escape(each.article)} …)"
    return " ".join(part for part in (ours, theirs) if part)


def _list_good(sentence: CheckedSentence, articles: Mapping[str, ArticleInfo]) -> list[str]:
    verdict = describe_verdict(sentence) or "quoted"
    where = "; ".join(_describe(citation, articles) for _, citation in list_sources(sentence))
    return [f"- Line {sentence.line}: {escape(sentence.text)} *{verdict}* ({where})"]


def _describe(citation: Citation, articles: Mapping[str, ArticleInfo]) -> str:
    parts = [describe_source(citation, articles), describe_speaker(citation)]
    return escape(", ".join(part for part in parts if part))
