"""Compare the folders with the index: which files are new, changed, unchanged or gone."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from factcheck.articles.read import SUFFIXES, FoundArticles, Skipped, find_articles
from factcheck.errors import UsageError
from factcheck.index.writing import FileState

# A file changed within this time of its reading may be changed again without a new time stamp
# (file systems count in steps of up to two seconds), so that it is hashed once more.
_CLOCK_GRAIN_NS = 2_000_000_000
# Skipped files that an error names.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """The files of some folders, sorted by name, and those that cannot be articles."""

    states: tuple[FileState, ...]
    skipped: tuple[Skipped, ...]
    folders: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """What the folders hold, against what is indexed.

    Attributes:
        fresh: Files to read: new ones and those whose size, time or content changed.
        touched: Indexed files with the same content and another size, time or place on record.
        unchanged: Number of indexed files that stay as they are.
        gone: Indexed names that the folders no longer hold.
        skipped: Files that were found and are not indexed.
        folders: Where they were sought.
    """

    fresh: tuple[FileState, ...]
    touched: tuple[FileState, ...]
    unchanged: int
    gone: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    folders: tuple[Path, ...]


def compare_files(
    found: FoundFiles,
    known: Mapping[str, FileState],
    *,
    removed: Collection[str],
    staying: Collection[str] = frozenset(),
) -> Scan:
    """Compare files with the index.

    Args:
        found: What the folders hold.
        known: The indexed files.
        removed: Hashes of contents that were removed on purpose and stay out.
        staying: Indexed names that stay though no folder holds them.
    """
    skipped = list(found.skipped)
    fresh, touched = [], []
    for state in found.states:
        before = known.get(state.file)
        same_place = before is not None and before.path == state.path
        if before is not None and same_place and _is_settled(before, state) and before.sha256 not in removed:
            if before.root != state.root:
                touched.append(replace(state, checked_ns=before.checked_ns, sha256=before.sha256))
            continue
        digest = _hash(state) if before is not None or removed else ""
        if digest and digest in removed:
            skipped.append(Skipped(state.file, "it was removed on purpose (factcheck index --again takes it back)"))
        elif before is not None and digest == before.sha256:
            touched.append(replace(state, sha256=digest))
        else:
            fresh.append(state)
    kept = {state.file for state in found.states} - {item.file for item in skipped}
    gone = tuple(sorted(known.keys() - kept - frozenset(staying)))
    unchanged = len(kept) - len(fresh) + len(staying)
    ordered = tuple(sorted(skipped, key=lambda item: item.file))
    return Scan(tuple(fresh), tuple(touched), unchanged, gone, ordered, found.folders)


def find_files(folders: Sequence[Path], *, taken: Collection[str] = frozenset()) -> FoundFiles:
    """Return the articles of all folders, under names that are unique and not among those taken.

    Raises:
        UsageError: A folder is missing, or the folders hold no article.
    """
    states: dict[str, FileState] = {}
    skipped: list[Skipped] = []
    seen: set[str] = set()
    used = set(taken)
    for folder in folders:
        found = _find_in(folder)
        real = os.path.realpath(folder.parent if folder.is_file() else folder)
        skipped += found.skipped
        for file, path in found.paths:
            # Two of the folders may overlap; a file is one article.
            place = os.path.join(real, file)
            if place in seen:
                continue
            seen.add(place)
            name = _unique(file, folder, used)
            used.add(name)
            state = _stat(name, str(folder), path)
            if isinstance(state, Skipped):
                skipped.append(state)
            else:
                states[name] = state
    if not states:
        raise nothing_to_index(folders, skipped)
    return FoundFiles(tuple(sorted(states.values(), key=lambda state: state.file)), tuple(skipped), tuple(folders))


def nothing_to_index(folders: Sequence[Path], skipped: Sequence[Skipped]) -> UsageError:
    """Return the error for folders without an article that can be indexed."""
    named = ", ".join(repr(str(folder)) for folder in folders) or "no folder"
    reasons = "; ".join(f"{item.file}: {item.reason}" for item in skipped[:_NAMED])
    more = f"; and {len(skipped) - _NAMED} more" if len(skipped) > _NAMED else ""
    return UsageError(
        f"no article to index in {named}" + (f" ({reasons}{more})" if reasons else ""),
        hint=f"Articles are files that end in {', '.join(sorted(SUFFIXES))}.",
    )


def _find_in(folder: Path) -> FoundArticles:
    if not folder.is_file():
        return find_articles(folder)
    if folder.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{str(folder)!r} is not an article", hint=f"Articles end in {', '.join(sorted(SUFFIXES))}.")
    return FoundArticles(((folder.name, folder),), (), 0)


def _unique(file: str, folder: Path, taken: Collection[str]) -> str:
    """Return a file's name, with its folder's before it where another folder has that name."""
    if file not in taken:
        return file
    # "." and "a/.." have names too.
    root = Path(os.path.abspath(folder))
    prefix = (root.parent if root.is_file() else root).name or "root"
    name, number = f"{prefix}/{file}", 2
    while name in taken:
        name, number = f"{prefix}-{number}/{file}", number + 1
    return name


def _stat(name: str, root: str, path: Path) -> FileState | Skipped:
    try:
        status = path.stat()
    except OSError as error:
        return Skipped(name, f"it cannot be read ({error.strerror})")
    place = str(path.absolute())
    return FileState(
        name, str(Path(root).absolute()), place, status.st_size, status.st_mtime_ns, time.time_ns(),
        ctime_ns=status.st_ctime_ns,
    )  # fmt: skip


def _is_settled(before: FileState, now: FileState) -> bool:
    """Return whether size and times say that the content is the same; where they may lie, it is hashed.

    A program can give a file any time, but not without a new one beside it (`ctime_ns`); and a content that
    was read in the future was read before the clock was set back.
    """
    same = before.size == now.size and before.mtime_ns == now.mtime_ns
    latest = max(now.mtime_ns, now.ctime_ns)
    return same and latest + _CLOCK_GRAIN_NS < before.checked_ns <= now.checked_ns


def _hash(state: FileState) -> str:
    """Return the hash of a file's bytes, or "" where reading it will tell what is wrong with it."""
    digest = hashlib.sha256()
    try:
        with open(state.path, "rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    except OSError:
        return ""
    return digest.hexdigest()
