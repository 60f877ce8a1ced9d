"""Text of HTML, PDF and Word files.

Offsets of these formats point into the text returned here, so the same bytes must always give the
same text. Files come from anywhere: sizes are bounded before a parser sees them.
"""

from __future__ import annotations

import logging
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from factcheck.articles.pages import drop_hidden, is_same_title, read_page
from factcheck.errors import UnreadableArticle

logger = logging.getLogger(__name__)

MAX_UNPACKED = 100_000_000
"""Largest size of an unpacked Word file, in bytes; more is a zip bomb."""

MAX_MARKUP = 30_000_000
"""Largest size of a Word file's markup, unpacked; a book has a tenth of it."""

MAX_WORD_ELEMENTS = 150_000
"""Most elements of a Word file; thirty times a long article with tables."""

MAX_PARTS = 10_000
"""Most parts of a Word file."""

MAX_HTML = 5_000_000
"""Largest HTML file, in bytes; the time of main-text extraction grows faster than the file."""

MAX_DEPTH = 250
"""Deepest nesting of HTML elements; the parser drops what is deeper without a word."""

MAX_ELEMENTS = 20_000
"""Most elements of an HTML file; ten times a long news page."""

_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})[\s>/]")
_VOID = frozenset(b"area base br col embed hr img input link meta source track wbr p li option".split())


@dataclass(frozen=True, slots=True)
class Extracted:
    """Text of a file, and what the file itself says about the article."""

    text: str
    title: str | None = None
    outlet: str | None = None
    byline: str | None = None
    date: str | None = None
    head: str = ""
    """Lines at the head of a page that extraction may have dropped."""


def extract_html(data: bytes) -> Extracted:
    """Return the headline and the main text of a page, without menus and comments."""
    if len(data) > MAX_HTML:
        raise UnreadableArticle(
            f"the HTML is larger than {MAX_HTML // 1_000_000} MB",
            hint="Save the article's text as .txt.",
        )
    elements, depth = _measure(data)
    if depth > MAX_DEPTH or elements > MAX_ELEMENTS:
        problem = "is nested too deeply" if depth > MAX_DEPTH else f"has more than {MAX_ELEMENTS} elements"
        raise UnreadableArticle(f"the HTML {problem}", hint="Save the article's text as .txt.")
    # Slow to import, and most folders hold plain text.
    import trafilatura

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = trafilatura.load_html(data)
            if tree is None:
                raise UnreadableArticle("the HTML holds no article text")
            drop_hidden(tree)
            around = read_page(tree)
            page: Any = trafilatura.bare_extraction(
                tree,
                include_comments=False,
                with_metadata=True,
                # A fixed limit, where the default is today: the same file must always read the same.
                date_extraction_params={
                    "original_date": True,
                    "extensive_search": False,
                    "max_date": "2100-01-01",
                },
            )
    except UnreadableArticle:
        raise
    except Exception as error:  # parsers of broken files fail in every way
        logger.debug("HTML extraction failed", exc_info=True)
        raise UnreadableArticle(f"the HTML cannot be read ({type(error).__name__})") from error
    if page is None or not (page.text or "").strip():
        raise UnreadableArticle("the HTML holds no article text")
    text, title = _clean(page.text), _clean_field(page.title)
    headline = _clean_field(around.headline)
    if headline and not any(is_same_title(headline, line) for line in text.splitlines()):
        text = f"{headline}\n{text}"  # extraction drops headings that stand apart from the story
    outlets = [_clean_field(name) for name in (around.outlet, page.sitename)]
    return Extracted(
        text=text,
        title=title,
        outlet=next((name for name in outlets if name and not _is_title(name, title, headline)), None),
        byline=_clean_field(page.author),
        date=_check_date(page.date),
        head=_clean(around.head),
    )


def _is_title(name: str, *titles: str | None) -> bool:
    """Return whether what should be a site's name is the page's title."""
    return len(name) > 60 or any(title is not None and is_same_title(name, title) for title in titles)


def extract_pdf(data: bytes) -> Extracted:
    """Return the text of all pages, with a blank line between them."""
    import pypdf  # slow to import

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = pypdf.PdfReader(BytesIO(data))
            if reader.is_encrypted and not reader.decrypt(""):
                raise UnreadableArticle("the PDF is protected by a password", hint="Save it without one.")
            text = "\n\n".join(page.extract_text() for page in reader.pages)
    except UnreadableArticle:
        raise
    except Exception as error:  # parsers of broken files fail in every way
        logger.debug("PDF extraction failed", exc_info=True)
        raise UnreadableArticle(f"the PDF is broken ({type(error).__name__})") from error
    if not text.strip():
        raise UnreadableArticle(
            "the PDF has no text, probably only scanned pages", hint="Run it through text recognition first."
        )
    return Extracted(text=_clean(text))


def extract_docx(data: bytes) -> Extracted:
    """Return paragraphs and table rows in order, with a blank line between them."""
    try:
        _bound_archive(data)
        import docx  # slow to import

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            document = docx.Document(BytesIO(data))
            text = "\n\n".join(_read_blocks(document))
    except UnreadableArticle:
        raise
    except Exception as error:  # parsers of broken files fail in every way
        logger.debug("Word extraction failed", exc_info=True)
        raise UnreadableArticle(f"the Word file is broken ({type(error).__name__})") from error
    if not text.strip():
        raise UnreadableArticle("the Word file holds no text")
    return Extracted(text=_clean(text))  # the title property is mostly that of a template


def _bound_archive(data: bytes) -> None:
    """Refuse a Word file that would fill the memory, before anything of it is parsed.

    Raises:
        UnreadableArticle: It unpacks to too much, or holds too many parts or elements.
    """
    hint = "Save the article's text as .txt."
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = archive.infolist()
        markup = [part for part in parts if part.filename.endswith((".xml", ".rels"))]
        for size, most in (
            (sum(part.file_size for part in parts), MAX_UNPACKED),
            (sum(part.file_size for part in markup), MAX_MARKUP),
        ):
            if size > most:
                raise UnreadableArticle(f"the Word file unpacks to more than {most // 1_000_000} MB", hint=hint)
        if len(parts) > MAX_PARTS or sum(archive.read(part).count(b"<") for part in markup) > 2 * MAX_WORD_ELEMENTS:
            raise UnreadableArticle("the Word file holds too many parts or elements", hint=hint)


def _read_blocks(container: Any) -> Iterator[str]:
    """Yield paragraphs, and each table row as one line with its cells in order."""
    for block in container.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                cells = dict.fromkeys(cell._tc for cell in row.cells)  # a merged cell comes repeatedly
                texts = (" ".join(_read_blocks(type(row.cells[0])(cell, block))) for cell in cells)
                line = " | ".join(text for text in texts if text.strip())
                if line:
                    yield line
        elif text := _read_visible(block).strip("\n"):
            yield text


def _read_visible(paragraph: Any) -> str:
    """Return a paragraph's text without the runs that Word hides."""
    if not paragraph._p.xpath(".//w:vanish"):
        return str(paragraph.text)
    runs = (part for piece in paragraph.iter_inner_content() for part in getattr(piece, "runs", [piece]))
    return "".join(run.text for run in runs if not run.font.hidden)


def _measure(data: bytes) -> tuple[int, int]:
    """Return how many elements are opened, and how deep they are nested."""
    elements = depth = deepest = 0
    for closing, name in _TAG.findall(data):
        elements += not closing
        if name.lower() not in _VOID:
            depth = max(0, depth - 1) if closing else depth + 1
            deepest = max(deepest, depth)
    return elements, deepest


def _clean(text: str) -> str:
    """Return text that every store can hold: no NUL, no half of a surrogate pair."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")


def _clean_field(value: object) -> str | None:
    text = " ".join(_clean(value).split()) if isinstance(value, str) else ""
    return text[:300] or None


def _check_date(value: object) -> str | None:
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        return None
