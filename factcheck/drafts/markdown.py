"""Copy the prose out of a Markdown source: blocks line by line, then the marks inside them.

Every pattern is bounded and looks at one block, so that a hostile draft costs no more than its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from factcheck.drafts.prose import Copy, Prose

BlockKind = Literal["prose", "heading", "aside"]

_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]+|$)")
_HEADING_END = re.compile(r"[ \t]+#{1,20}[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(?:={2,}|-{2,})[ \t]*$")
_RULE = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,40}[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_QUOTED = re.compile(r" {0,3}>[ \t]?")
_ITEM = re.compile(r"[ \t]{0,12}(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_TABLE_LINE = re.compile(r"[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*){0,40}\|?[ \t]*$")
_DEFINITION = re.compile(r" {0,3}\[[^\]\n]{1,200}\]:[ \t]*\S")
_FOOTNOTE = re.compile(r" {0,3}\[\^[^\]\n]{1,100}\]:[ \t]*")
_META_LINE = re.compile(r"[ \t]*(?:[\w-]{1,60}[ \t]*[:=]|-[ \t]|#|\]|\}|$)")

_LONGEST_HEADING = 150
_URL = r"\((?:[^()\n]|\([^()\n]{0,300}\)){0,2000}\)"
_LABEL = r"(?:[^\[\]\n]|\[[^\[\]\n]{0,300}\]){0,1000}"
# What goes away, and in group "kept" what of it stays.
_INLINE = re.compile(
    rf"!\[{_LABEL}\](?:{_URL}|\[[^\]\n]{{0,200}}\])"  # an image
    rf"|\[(?P<link>{_LABEL})\](?:{_URL}|\[[^\]\n]{{0,200}}\])"
    r"|\[\^[^\]\n]{1,100}\]"  # a footnote's number
    r"|<(?:https?|mailto|ftp)[^<>\s]{1,2000}>"
    r"|</?[a-zA-Z][^<>\n]{0,500}>"
    r"|\\(?P<escaped>[\\`*_{}\[\]()#+.!<>|~-])"
    r"|`{1,3}(?P<code>[^`\n]{1,2000})`{1,3}"
    r"|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|\*{1,3}|~~|=="
)

# Marks that plain text has hardly ever.
_TELLING = re.compile(r"(?m)^ {0,3}#{1,6} \S|^ {0,3}> \S|\*\*[^\s*][^*\n]{0,200}\*\*|\[[^\]\n]{1,200}\]\(https?:")


def is_markdown(text: str) -> bool:
    """Whether a text without a file name is likely Markdown."""
    return _TELLING.search(text) is not None


@dataclass(slots=True)
class _Block:
    """A run of lines that belong together: ranges of the source."""

    kind: BlockKind
    lines: list[tuple[int, int]] = field(default_factory=list)


def read_markdown(source: str) -> Prose:
    """Return the prose of a Markdown source; code, comments, addresses and markup are left out."""
    copy = Copy()
    for block in _find_blocks(source):
        if copy.length:
            copy.part("\n\n", block.lines[0][0])
        start = copy.length
        letters, places = _join_lines(source, block)
        for index in _find_words(letters, 0, len(letters)):
            copy.add(letters[index], places[index])
        if block.kind == "heading":
            copy.mark_heading(start)
        elif block.kind == "aside":
            copy.mark_aside(start)
    return copy.finish()


def _find_blocks(source: str) -> Iterator[_Block]:
    """Yield the blocks of a source in order."""
    block: _Block | None = None
    fence = ""
    for start, end in _find_lines(source):
        line = source[start:end]
        opened = _FENCE.match(line)
        if opened and not fence:
            yield from _end(block)
            block, fence = None, opened[1]
            continue
        if fence:
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            continue
        while quoted := _QUOTED.match(line):
            start += quoted.end()
            line = source[start:end]
        if _UNDERLINE.match(line) and block is not None and block.kind == "prose":
            # A rule drawn right below a paragraph makes no heading of it.
            if len(block.lines) == 1 and block.lines[0][1] - block.lines[0][0] <= _LONGEST_HEADING:
                block.kind = "heading"
            yield from _end(block)
            block = None
            continue
        if not line.strip() or _RULE.match(line) or _skips(line):
            yield from _end(block)
            block = None
            continue
        kind, cut = _classify(line)
        if cut or kind != "prose" or block is None or block.kind != "prose":
            if block is None or kind != "aside" or block.kind != "aside":
                yield from _end(block)
                block = _Block(kind)
        heading_end = _HEADING_END.search(line) if kind == "heading" else None
        block.lines.append((start + cut, start + heading_end.start() if heading_end else end))
        if kind == "heading":
            yield from _end(block)
            block = None
    yield from _end(block)


def _end(block: _Block | None) -> Iterator[_Block]:
    if block is not None and any(first < last for first, last in block.lines):
        yield block


def _skips(line: str) -> bool:
    """Whether a line holds nothing to read: the rule of a table, the address of a link."""
    return bool(_TABLE_LINE.match(line) and "|" in line) or (
        bool(_DEFINITION.match(line)) and not _FOOTNOTE.match(line)
    )


def _classify(line: str) -> tuple[BlockKind, int]:
    """Return what a line is and how many characters of markup it begins with."""
    if heading := _HEADING.match(line):
        return "heading", heading.end()
    if item := _ITEM.match(line):
        return "prose", item.end()
    if note := _FOOTNOTE.match(line):
        return "prose", note.end()
    if line.lstrip().startswith("|"):
        return "aside", 0
    return "prose", 0


def _find_lines(source: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of lines, without those of front matter and comments."""
    start = _skip_front_matter(source)
    hidden = False
    while start < len(source):
        end = source.find("\n", start)
        end = len(source) if end < 0 else end
        last = end - 1 if end > start and source[end - 1] == "\r" else end
        pieces, hidden = _cut_comments(source, start, last, hidden=hidden)
        yield from pieces
        start = end + 1


def _cut_comments(source: str, start: int, end: int, *, hidden: bool) -> tuple[list[tuple[int, int]], bool]:
    """Return the pieces of a line outside comments, and whether it ends inside one."""
    pieces: list[tuple[int, int]] = []
    whole = not hidden
    while (mark := source.find("-->" if hidden else "<!--", start, end)) >= 0:
        whole = False
        if not hidden and source[start:mark].strip():
            pieces.append((start, mark))
        start = mark + (3 if hidden else 4)
        hidden = not hidden
    if not hidden and (whole or source[start:end].strip()):
        pieces.append((start, end))
    return pieces, hidden


def _skip_front_matter(source: str) -> int:
    """Return where the text begins behind a block of settings between "---" lines."""
    lines = source.removeprefix("\ufeff")
    if not re.match(r"(?:---|\+\+\+)[ \t]*\r?\n", lines):
        return len(source) - len(lines)
    offset = len(source) - len(lines)
    mark = lines[:3]
    for number, line in enumerate(lines[:20_000].splitlines(keepends=True)):
        offset += len(line)
        if number and line.strip() == mark:
            return offset
        if number and not _META_LINE.match(line) and not line.startswith((" ", "\t")):
            break
    return len(source) - len(lines)


def _join_lines(source: str, block: _Block) -> tuple[str, list[int]]:
    """Return a block's characters with white space for its line ends, and the place of each."""
    letters: list[str] = []
    places: list[int] = []
    for number, (first, last) in enumerate(block.lines):
        if number:
            letters.append("\n" if block.kind == "aside" else " ")
            places.append(first)
        letters.extend(source[first:last])
        places.extend(range(first, last))
    return "".join(letters), places


def _find_words(text: str, start: int, end: int) -> Iterator[int]:
    """Yield the positions of a block's characters that are no markup."""
    position = start
    for match in _INLINE.finditer(text, start, end):
        yield from range(position, match.start())
        position = match.end()
        for name in ("link", "escaped", "code"):
            if match[name] is not None:
                first, last = match.span(name)
                yield from _find_words(text, first, last) if name == "link" else range(first, last)
    yield from range(position, end)
