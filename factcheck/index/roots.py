"""Which folders an index was made from, so that it can be brought up to date without naming them again."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from factcheck.articles.read import SUFFIXES


class Indexed(Protocol):
    """What is known of an indexed file; `ArticleRow` and `FileState` fit."""

    @property
    def file(self) -> str:
        """Its name in the index."""

    @property
    def root(self) -> str:
        """The folder that was named for indexing, or the file itself where it was named alone."""

    @property
    def path(self) -> str:
        """Where it was read."""


@dataclass(frozen=True, slots=True)
class Root:
    """A folder, or a single file, that was named for indexing.

    Attributes:
        path: Where it is.
        articles: Number of its articles in the index.
        missing: Whether it is not there now, or holds no article any more.
    """

    path: Path
    articles: int
    missing: bool


def find_roots(articles: Iterable[Indexed]) -> tuple[Root, ...]:
    """Return what an index was made from, in an order that gives every file the name it has.

    Where two folders hold a file of the same name, the one that was indexed first has the bare name.
    """
    counts: dict[str, int] = {}
    bare: dict[str, str] = {}
    later: dict[str, set[str]] = {}
    renamed: list[tuple[str, str]] = []
    for article in articles:
        counts[article.root] = counts.get(article.root, 0) + 1
        name = _relative(article)
        if name == article.file:
            bare[name] = article.root
        else:
            renamed.append((name, article.root))
    for name, root in renamed:
        if bare.get(name, root) != root:
            later.setdefault(root, set()).add(bare[name])
    ordered: list[str] = []
    for root in sorted(counts):
        _place(root, later, ordered, set())
    return tuple(Root(Path(root), counts[root], is_missing(Path(root))) for root in ordered)


def is_missing(root: Path) -> bool:
    """Return whether a folder is gone or holds no article, as an unplugged disk's does."""
    if root.is_file():
        return False
    for _, folders, files in os.walk(root):
        if any(Path(name).suffix.lower() in SUFFIXES for name in files if not name.startswith(".")):
            return False
        folders[:] = [name for name in folders if not name.startswith(".")]  # as the scan does
    return True


def find_missing(folders: Iterable[Path], known: Collection[Indexed]) -> dict[Path, frozenset[str]]:
    """Return those of some folders that are missing, with the indexed names of their files."""
    names: dict[str, set[str]] = {}
    for item in known:
        names.setdefault(item.root, set()).add(item.file)
    below = {folder: frozenset(names.get(str(folder.absolute()), ())) for folder in folders}
    return {folder: files for folder, files in below.items() if files and is_missing(folder)}


def _relative(article: Indexed) -> str:
    if article.path == article.root:
        return Path(article.path).name
    return article.path.removeprefix(article.root).lstrip(os.sep).replace(os.sep, "/")


def _place(root: str, later: dict[str, set[str]], ordered: list[str], above: set[str]) -> None:
    """Append a root behind those that hold the bare names of its files; a circle is cut anywhere."""
    if root in ordered or root in above:
        return
    for earlier in sorted(later.get(root, ())):
        _place(earlier, later, ordered, above | {root})
    ordered.append(root)
