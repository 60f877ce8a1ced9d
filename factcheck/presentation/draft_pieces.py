"""A checked draft cut into what a page shows: paragraphs, words that a finding is about, and differences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factcheck.drafts.record import CheckedSentence
from factcheck.drafts.records import Difference, DraftFinding, Quotation
from factcheck.drafts.wording import spell
from factcheck.presentation.display import displayable

# A line end before a list item, a blank line or a heading begins a paragraph.
_BREAK = re.compile(r"\n[ \t]*\r?\n|\n[ \t>]*(?:[-*+#|]|\d{1,9}[.)])")
_ITEM = re.compile(r"\n[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+[^\w\n]*$")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a sentence, and whether a finding is about them."""

    text: str
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A run of a quotation: its edit, the words of both, and their letters where they are nearly the same."""

    edit: str
    draft: str
    article: str
    letters: tuple[tuple[str, str, str], ...] = ()


def group_sentences(
    source: str, sentences: Sequence[CheckedSentence]
) -> Iterator[tuple[str, tuple[CheckedSentence, ...]]]:
    """Yield the sentences of each paragraph with what it is: "paragraph", "heading" or "item" of a list.

    Args:
        source: The draft.
        sentences: Of the draft, in order; the first ones only, where it is not done.
    """
    run: list[CheckedSentence] = []
    kind, position = "paragraph", 0
    for sentence in sentences:
        gap = source[position : sentence.start]
        heading = sentence.kind == "heading"
        if run and (_BREAK.search(gap) or heading or kind == "heading"):
            yield kind, tuple(run)
            run = []
        if not run:
            item = _ITEM.search(f"\n{gap.lstrip()}" if not position else gap)
            kind = "heading" if heading else "item" if item else "paragraph"
        run.append(sentence)
        position = sentence.end
    if run:
        yield kind, tuple(run)


def cut_words(source: str, sentence: CheckedSentence) -> Iterator[Piece]:
    """Yield a sentence's words, those that a finding is about by themselves."""
    text = displayable(sentence.text)
    places = sorted(place for finding in sentence.findings if (place := _find(source, text, finding)))
    position = 0
    for start, end, severity in places:
        if start < position:
            continue
        yield from [Piece(text[position:start])] if start > position else []
        yield Piece(text[start:end], severity)
        position = end
    yield from [Piece(text[position:])] if position < len(text) else []


def list_changes(quotation: Quotation) -> Iterator[Change]:
    """Yield how a quotation differs from the article's words, in order."""
    for each in quotation.difference:
        yield Change(each.edit, displayable(each.draft), displayable(each.article), _spell(each))


def _find(source: str, text: str, finding: DraftFinding) -> tuple[int, int, str] | None:
    """Return where the words of a finding stand in the words of its sentence, or None where that is all of it."""
    words = displayable(source[finding.start : finding.end])
    place = text.find(words) if words else -1
    if place < 0 or len(words) == len(text) or finding.severity == "note":
        return None
    return place, place + len(words), finding.severity


def _spell(each: Difference) -> tuple[tuple[str, str, str], ...]:
    """Return two words letter by letter, where most letters are the same."""
    if each.edit != "changed" or " " in each.draft or " " in each.article:
        return ()
    letters = tuple((str(edit), ours, theirs) for edit, ours, theirs in spell(each.draft, each.article))
    same = sum(len(ours) for edit, ours, _ in letters if edit == "same")
    return letters if 2 * same >= max(len(each.draft), len(each.article)) else ()
