"""What a web page shows around its story, where main-text extraction leaves it out.

Extraction keeps paragraphs; a headline or the line with the author and the date may stand apart
from them. Both are looked up in the page itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from factcheck.articles.addressed import HIDING_STYLE
from factcheck.articles.outlets import find_site_name
from factcheck.articles.site_text import load_site_text

_BLOCKS = frozenset(
    "address article aside blockquote body dd div dl dt figcaption figure footer form h1 h2 h3 h4 h5 h6 header "
    "html li main nav ol p pre section table tbody td th thead time tr ul".split()
)
_SILENT = frozenset("script style noscript template textarea select button svg".split())
_AROUND = frozenset("nav footer aside form".split())
_LONGEST_SHEET = 200_000
_BRACE = re.compile(r"[{}]")
_SIMPLE_NAME = re.compile(r"[.#][\w-]{1,80}")
_TITLE_PARTS = re.compile(r"\s+[|–—·»-]+\s+|\s*\|\s*")

_HEAD_LINES = 12
_HEAD_CHARACTERS = 200
_SAME_WORDS = 0.6


@dataclass(frozen=True, slots=True)
class Page:
    """What is around the story.

    Attributes:
        headline: The heading of the story.
        head: The headline and the short lines below it, one a line.
        outlet: The site's name, from its own fields or behind the headline in the page's title.
    """

    headline: str | None = None
    head: str = ""
    outlet: str | None = None


def read_page(tree: Any) -> Page:
    """Read the headline, the lines below it and the site's name from a parsed page."""
    titles = [_join(element.itertext()) for element in tree.iter("title")][:1]
    named = _read_field(tree, "og:title")
    heading = _find_heading(tree, [*titles, *([named] if named else [])])
    headline = _join(heading.itertext()) if heading is not None else None
    head = "\n".join([headline, *_read_head(heading)]) if headline else ""
    outlet = _read_field(tree, "og:site_name") or (_find_in_title(titles[0], headline) if titles else None)
    return Page(headline, head, outlet)


def drop_hidden(tree: Any) -> None:
    """Take the elements out of a page that a browser does not show: nobody has read them as news.

    Hidden by an attribute, by their own style, or by a class that the page's own style sheet hides everywhere.
    """
    unseen = {name for sheet in tree.iter("style") for name in _find_hiding_classes(sheet.text or "")}
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in ("html", "body"):
            continue
        hidden = element.get("hidden") is not None or element.tag == "template"
        if hidden or HIDING_STYLE.search(element.get("style", "")) or unseen & _names_of(element):
            element.drop_tree()


def _find_hiding_classes(sheet: str) -> Iterator[str]:
    """Yield the classes and ids that a style sheet hides on every screen: not in "@media print { … }"."""
    depth = start = 0
    names = ""
    for brace in _BRACE.finditer(sheet, 0, _LONGEST_SHEET):
        if brace.group() == "{":
            names = sheet[start : brace.start()] if depth == 0 else names
            depth += 1
        else:
            depth = max(0, depth - 1)
            if depth == 0 and "@" not in names and HIDING_STYLE.search(sheet, start, brace.start()):
                yield from (name for name in map(str.strip, names.split(",")) if _SIMPLE_NAME.fullmatch(name))
        start = brace.end()


def _names_of(element: Any) -> set[str]:
    names = {f".{name}" for name in element.get("class", "").split()}
    return names | {f"#{element.get('id')}"} if element.get("id") else names


def is_same_title(one: str, other: str) -> bool:
    """Return whether two lines are one headline, apart from case and spacing."""
    return one.casefold().split() == other.casefold().split()


def _join(texts: Any) -> str:
    return " ".join(" ".join(texts).split())


def _read_field(tree: Any, name: str) -> str | None:
    for element in tree.iter("meta"):
        if name in (element.get("property"), element.get("name")) and (element.get("content") or "").strip():
            return _join([element.get("content")])
    return None


def _find_heading(tree: Any, titles: Sequence[str]) -> Any | None:
    """Return the h1 of the story: the one that shares its words with the page's title, or the only one."""
    headings = [
        heading
        for heading in tree.iter("h1")
        if not any(parent.tag in _AROUND for parent in heading.iterancestors())
        and 2 <= len(_join(heading.itertext()).split()) <= 50
    ]
    wanted = [set(title.casefold().split()) for title in titles]
    for heading in headings:
        words = set(_join(heading.itertext()).casefold().split())
        if any(len(words & title) >= _SAME_WORDS * len(words) for title in wanted):
            return heading
    return headings[0] if len(headings) == 1 else None


def _read_head(heading: Any) -> Iterator[str]:
    """Yield the short lines below a headline, down to the first paragraph."""
    lines = 0
    for line in _read_lines(heading):
        if len(line) > _HEAD_CHARACTERS or lines == _HEAD_LINES:
            return
        lines += 1
        yield line


def _read_lines(heading: Any) -> Iterator[str]:
    """Yield the text behind a heading, one line for each block."""
    run: list[str] = []
    block = None
    for text in heading.xpath("following::text()[normalize-space()]"):
        parent = text.getparent()
        holder = parent.getparent() if text.is_tail else parent
        if holder is None or not isinstance(parent.tag, str) or holder.tag in _SILENT:
            continue
        around = next((element for element in _climb(holder) if element.tag in _BLOCKS), None)
        broken = text.is_tail and (parent.tag == "br" or parent.tag in _BLOCKS)
        if run and (around is not block or broken):
            yield _join(run)
            run = []
        block = around
        run.append(str(text))
    if run:
        yield _join(run)


def _climb(element: Any) -> Iterator[Any]:
    yield element
    yield from element.iterancestors()


def _find_in_title(title: str, headline: str | None) -> str | None:
    """Return the site's name from a page title ("Port closes for a week | TechBeat")."""
    parts = [part.strip() for part in _TITLE_PARTS.split(title) if part.strip()]
    if len(parts) < 2:
        return None
    first, *_, last = parts
    for part in (last, first):
        if (known := find_site_name(part)) and part not in (headline or ""):
            return known
    # Any other name only where it is certain that the headline ends in front of it.
    before = headline.casefold().split() if headline else []
    proven = bool(before) and title.casefold().split()[: len(before)] == before
    is_section = load_site_text().sections.issuperset(last.casefold().split())
    short = len(last) <= 40 and len(last.split()) <= 5 and last[0].isupper()
    return last if proven and short and not is_section and last not in (headline or "") else None
