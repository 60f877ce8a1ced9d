"""What the Articles page shows of the index: rows of its table, and words for what was done to it.

Pure: from records to plain data and sentences.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from factcheck.articles.uploads import Received
from factcheck.presentation.text import plural
from ui.components.plain import show_line

if TYPE_CHECKING:
    from factcheck.index.last_run import LastRun
    from factcheck.index.records import RemovalReport

# Reasons and names that a list shows; a folder of scans may hold thousands of files without text.
MOST_LISTED = 200
READ = "Read"
COLUMNS = (READ, "Title", "Outlet", "Date", "Sentences", "Same origin", "File", "Indexed")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All articles of one state of the index, made ready for the page once.

    Attributes:
        files: Names in the index, in the order of the rows.
        table: The rows as they are shown.
        words: What a search looks at, by row, in lower case.
        hashes: Names in the index by the SHA-256 of their content.
        paths: Where each article was read.
    """

    files: tuple[str, ...]
    table: Any
    words: tuple[str, ...]
    hashes: Mapping[str, str]
    paths: Mapping[str, str]

    def search(self, words: str) -> Sequence[int]:
        """Return the rows that hold all of some words."""
        wanted = words.casefold().split()
        if not wanted:
            return range(len(self.files))
        return [row for row, text in enumerate(self.words) if all(word in text for word in wanted)]

    def names_in(self, folder: Path) -> frozenset[str]:
        """Return the names of the files that were read from a folder, not from those below it."""
        prefix = f"{folder.absolute()}{os.sep}"
        below = (path[len(prefix) :] for path in self.paths.values() if path.startswith(prefix))
        return frozenset(name for name in below if os.sep not in name)


def build_catalogue(articles: Mapping[str, Any]) -> Catalogue:
    """Return the articles of an index as rows, by title.

    Args:
        articles: Rows of the index by file.
    """
    import pyarrow  # type: ignore[import-untyped]

    rows = sorted(articles.values(), key=lambda row: (not row.title, (row.title or row.file).casefold()))
    sizes = Counter(row.origin for row in rows if row.origin)
    titles = [show_line(row.title or PurePosixPath(row.file).name) for row in rows]
    files = [show_line(row.file) for row in rows]
    outlets = [show_line(row.outlet or "") for row in rows]
    columns: list[Any] = [
        [READ] * len(rows),
        titles,
        outlets,
        [row.date or "" for row in rows],
        pyarrow.array([row.sentences for row in rows], pyarrow.int32()),
        [_describe_origin(sizes[row.origin]) for row in rows],
        files,
        pyarrow.array([_moment(row.read_ns) for row in rows], pyarrow.timestamp("s", "UTC")),
    ]
    return Catalogue(
        files=tuple(row.file for row in rows),
        table=pyarrow.table(dict(zip(COLUMNS, columns, strict=True))),
        words=tuple(
            f"{title} {file} {outlet} {row.date or ''}".casefold()
            for title, file, outlet, row in zip(titles, files, outlets, rows, strict=True)
        ),
        hashes={row.sha256: row.file for row in rows},
        paths={row.file: row.path for row in rows},
    )


def describe_run(run: LastRun) -> str:
    """Say in plain words what a run over the index did."""
    counts = (
        (run.added, "added"),
        (run.changed, "changed and read again"),
        (run.removed, "gone"),
        (run.unchanged, "unchanged"),
    )
    parts = [(count, what) for count, what in counts if count]
    said = [f"{plural(count, 'article')} {what}" for count, what in parts[:1]]
    said += [f"{count:,} {what}" for count, what in parts[1:]]
    skipped = f" {plural(len(run.skipped), 'file')} could not be read, see below." if run.skipped else ""
    return f"{', '.join(said) or 'Nothing to do'}.{skipped}"


def describe_received(received: Sequence[Received]) -> list[str]:
    """Say what came of an upload: one line for what was taken, one for each file that was not."""
    stored = [each for each in received if each.state == "stored"]
    lines = [f"{plural(len(stored), 'file')} taken in."] if stored else []
    for each in received:
        sent = show_line(PurePosixPath(each.sent.replace("\\", "/")).name) or "a file without a name"
        if each.state == "refused":
            lines.append(f"{sent} was not taken: {each.reason}.")
        elif each.state == "same":
            under = show_line(each.file)
            lines.append(f"{sent} is here already" + ("." if under == sent else f", as {under}."))
        elif each.state == "stored" and each.file != sent:
            lines.append(f"{sent} is kept as {show_line(each.file)}.")
    return lines


def describe_removal(report: RemovalReport, *, deleted: int, kept: Sequence[str]) -> list[str]:
    """Say what was removed, with its proof, and what became of the files themselves.

    Args:
        report: What the library did.
        deleted: Number of uploaded copies that were deleted.
        kept: Files in somebody's own folder, which are never touched.
    """
    searched = f"{plural(report.searched_files, 'file')} of the index ({report.searched_bytes / 1e6:,.1f} MB)"
    lines = [
        f"{plural(len(report.files), 'article')} removed, {plural(report.sentences, 'sentence')} gone.",
        f"Proof: searched {searched} for their words and found nothing.",
    ]
    if deleted:
        lines.append("The uploaded file was deleted." if deleted == 1 else f"{deleted:,} uploaded files were deleted.")
    if kept:
        it = "It was" if len(kept) == 1 else "They were"
        lines.append(
            f"{it} read from a folder of yours: what is there was not touched, and stays out of the index"
            " until you add it here again."
        )
    if report.shared:
        lines.append(f"Some of the same sentences stay, in {list_names(report.shared)}.")
    # The uploaded files go next. The others are named to nobody: they may be another visitor's.
    quoting = sum(Path(path).parent.name != "articles" for path in report.quoted)
    if quoting:
        lines.append(f"Answers, checks or lists that are kept still quote it, in {plural(quoting, 'file')}.")
    return lines


def describe_stale(answers: int, linked: int) -> str:
    """Say which earlier answers cite what is about to go."""
    if not answers and not linked:
        return "No earlier answer cites it."
    parts = []
    if answers:
        parts.append(f"{plural(answers, 'answer')} of yours in this session")
    if linked:
        parts.append(f"{plural(linked, 'answer')} kept under a link")
    verb = "cites" if answers + linked == 1 else "cite"
    return f"{' and '.join(parts)} {verb} it. The quotes stay in those answers, but can no longer be opened."


def list_names(files: Sequence[str], most: int = 5) -> str:
    """Name some files and say how many more there are."""
    named = ", ".join(show_line(file) for file in files[:most])
    return named + (f" and {len(files) - most:,} more" if len(files) > most else "")


def name_root(root: Path, *, uploads: Path, samples: Path) -> str:
    """Name a folder of articles without saying where it is."""
    if root == uploads:
        return "Files added on this page"
    if root == samples:
        return "Sample articles"
    return f"Folder “{show_line(root.name)}”" if not root.suffix else f"File “{show_line(root.name)}”"


def _describe_origin(size: int) -> str:
    return "" if size < 2 else f"{size:,} articles"


def _moment(nanoseconds: int) -> datetime | None:
    return datetime.fromtimestamp(nanoseconds // 1_000_000_000, UTC) if nanoseconds else None
