"""Find the articles of a folder and read one of them.

Links: a link to a file inside the folder is read, unless the file itself is read anyway; links that
leave the folder, and all links to folders, are skipped and listed, so that a folder never brings in
more than it holds and no loop is possible. Two names with the same content are two articles.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from factcheck.articles.addressed import find_addressed
from factcheck.articles.boilerplate import find_boilerplate, join_spans
from factcheck.articles.formats import Extracted, extract_docx, extract_html, extract_pdf
from factcheck.articles.metadata import read_metadata
from factcheck.articles.signatures import find_signatures
from factcheck.errors import UnreadableArticle, UsageError
from factcheck.types import Article

_EXTRACTORS: dict[str, Callable[[bytes], Extracted]] = {
    "html": extract_html,
    "pdf": extract_pdf,
    "docx": extract_docx,
}
_FORMATS = {".txt": "txt", ".md": "md", ".html": "html", ".htm": "html", ".pdf": "pdf", ".docx": "docx"}

SUFFIXES = frozenset(_FORMATS)
"""Suffixes of files that are read, in lower case; others are ignored."""

MAX_LINES = 200_000
"""Most lines of a text; a book has a tenth of it."""

_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\t\n\v\f\r\x1b\x1c\x1d\x1e")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not read, and the reason in one sentence for people."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class FoundArticles:
    """What a folder holds.

    Attributes:
        paths: File name relative to the folder and path of every article, sorted by name.
        skipped: Files with a known suffix that cannot be read, and links and folders not followed.
        ignored: Number of files that are not articles: hidden ones and other suffixes.
    """

    paths: tuple[tuple[str, Path], ...]
    skipped: tuple[Skipped, ...]
    ignored: int


@dataclass(frozen=True, slots=True)
class _Entry:
    file: str
    path: Path
    problem: str = ""
    link: bool = False


def find_articles(folder: Path) -> FoundArticles:
    """Find the articles below a folder.

    Raises:
        UsageError: The folder is missing, is not a folder or cannot be opened.
    """
    kinds = ", ".join(sorted(SUFFIXES))
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise UsageError(f"{str(folder)!r} {what}", hint=f"Name a folder that holds articles ({kinds}).")
    entries = list(_walk(folder))
    wanted = [entry for entry in entries if entry.problem or entry.path.suffix.lower() in SUFFIXES]
    paths = {entry.file: entry.path for entry in wanted if not entry.problem and not entry.link}
    skipped = [Skipped(_printable(entry.file), entry.problem) for entry in wanted if entry.problem]
    root = os.path.realpath(folder)
    # No folder below the root is a link, so the names of these files lead to no other place.
    read = {os.path.join(root, file) for file in paths}
    for entry in (entry for entry in wanted if entry.link):
        target = os.path.realpath(entry.path)
        problem = _find_link_problem(target, root, read)
        if problem:
            skipped.append(Skipped(_printable(entry.file), problem))
        else:
            paths[entry.file] = entry.path
            read.add(target)
    return FoundArticles(
        paths=tuple(sorted(paths.items())),
        skipped=tuple(sorted(skipped, key=lambda item: item.file)),
        ignored=len(entries) - len(wanted),
    )


def read_article(path: Path, file: str, *, max_bytes: int) -> Article:
    """Read one article.

    Args:
        path: Where the file is.
        file: Its name relative to the indexed folder, with "/".
        max_bytes: Largest file that is read.

    Raises:
        UnreadableArticle: The file cannot be read; the message is the reason.
    """
    kind = _FORMATS.get(path.suffix.lower())
    if kind is None:
        raise UnreadableArticle(f"{path.suffix or 'no suffix'} is not a format that is read")
    data = read_bytes(path, max_bytes)
    extract = _EXTRACTORS.get(kind)
    extracted = extract(data) if extract else Extracted(decode_text(data))
    text = extracted.text
    boilerplate = find_addressed(text, find_boilerplate(text))
    metadata = read_metadata(text, boilerplate)
    # Extraction of a page may have dropped the lines that name author, date and outlet.
    head = read_metadata(extracted.head, find_boilerplate(extracted.head))
    title = extracted.title or metadata.title
    outlet = extracted.outlet or metadata.outlet or head.outlet
    signatures = find_signatures(text, boilerplate, title=title, outlet=outlet)
    return Article(
        file=file,
        format=kind,
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
        title=title,
        outlet=outlet,
        byline=extracted.byline or metadata.byline or head.byline,
        date=extracted.date or metadata.date or head.date,
        boilerplate=join_spans(text, sorted((*boilerplate, *signatures), key=lambda span: span.start)),
    )


def _walk(folder: Path) -> Iterator[_Entry]:
    """Yield every file below a folder that is not hidden, and whatever cannot be followed."""
    folders = [("", folder)]
    while folders:
        prefix, current = folders.pop()
        try:
            with os.scandir(current) as listing:
                items = sorted(listing, key=lambda item: item.name)
        except OSError as error:
            if current == folder:
                raise UsageError(f"{str(folder)!r} cannot be opened: {_explain(error)}") from error
            yield _Entry(prefix.rstrip("/"), current, _explain(error))
            continue
        for item in items:
            if item.name.startswith("."):
                continue
            file, path = prefix + item.name, Path(item.path)
            if not _is_unicode(item.name):
                yield _Entry(file, path, "the name is not valid UTF-8; rename it")
            elif item.is_symlink() and os.path.isdir(item.path):  # unlike the item's own, never raises
                yield _Entry(file, path, "a link to a folder is not followed")
            elif item.is_dir(follow_symlinks=False):
                folders.append((file + "/", path))
            else:
                yield _Entry(file, path, link=item.is_symlink())


def _find_link_problem(target: str, root: str, read: set[str]) -> str:
    if not os.path.exists(target):
        return "the link leads nowhere or in a circle"
    if os.path.commonpath([target, root]) != root:
        return "the link leaves the folder"
    if target in read:
        return f"a link to {_printable(os.path.relpath(target, root))!r}, which is read itself"
    return ""


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """Read a regular file; a pipe or a device is refused without waiting for it.

    Raises:
        UnreadableArticle: It is no file, is empty, is larger than `max_bytes` or cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        raise UnreadableArticle(_explain(error)) from error
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableArticle(f"it is a {_name_kind(status.st_mode)}, not a file")
        if status.st_size == 0:
            raise UnreadableArticle("the file is empty")
        if status.st_size > max_bytes:
            raise UnreadableArticle(
                f"the file has {status.st_size / 1e6:,.1f} MB, the limit is {max_bytes / 1e6:,.1f} MB",
                hint="Raise max_file_mb, or split the file.",
            )
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(max_bytes)
    except OSError as error:
        raise UnreadableArticle(_explain(error)) from error
    finally:
        os.close(descriptor)


def decode_text(data: bytes) -> str:
    """Decode as UTF-8, with replacement where only a little is wrong; newlines stay as they are.

    Raises:
        UnreadableArticle: The bytes are not text, or hold no words.
    """
    hint = "Save it as UTF-8."
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableArticle("not UTF-8 text but UTF-16; save it as UTF-8", hint=hint)
    if data.startswith((b"%PDF-", b"PK\x03\x04")):
        raise UnreadableArticle("not text but a PDF, Word or zip file under a wrong suffix")
    text = data.decode("utf-8", "replace")
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls > 0.02 * len(data) or text.count("\ufffd") > 0.2 * len(text):
        raise UnreadableArticle("not UTF-8 text; save it as UTF-8", hint=hint)
    if max(text.count("\n"), text.count("\r")) > MAX_LINES:
        raise UnreadableArticle(f"the text has more than {MAX_LINES:,} lines", hint="Split it into articles.")
    if not any(character.isalnum() for character in text):
        raise UnreadableArticle("the file holds no words")
    return text


def _explain(error: OSError | ValueError) -> str:
    reasons = {
        errno.EACCES: "no permission to read it",
        errno.EPERM: "no permission to read it",
        errno.ENOENT: "it does not exist any more",
        errno.ELOOP: "the link leads in a circle",
        errno.ENAMETOOLONG: "the name is too long",
        errno.ENXIO: "it is not a file",
    }
    code = error.errno if isinstance(error, OSError) else None
    return reasons.get(code or 0, f"it cannot be read ({getattr(error, 'strerror', None) or error})")


def _name_kind(mode: int) -> str:
    kinds = {stat.S_IFDIR: "folder", stat.S_IFIFO: "pipe", stat.S_IFSOCK: "socket"}
    return kinds.get(stat.S_IFMT(mode), "device")


def _is_unicode(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _printable(file: str) -> str:
    """Return a name that can be written as JSON and to a terminal."""
    return file.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
