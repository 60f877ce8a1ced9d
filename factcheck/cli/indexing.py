"""`factcheck index` and `factcheck remove`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from factcheck.cli.options import common, load_settings
from factcheck.cli.terminal import Step, progress, show, show_json, warn
from factcheck.errors import UsageError
from factcheck.presentation.display import displayable
from factcheck.presentation.text import plural
from factcheck.resources import resource

if TYPE_CHECKING:
    from factcheck.articles.read import Skipped
    from factcheck.index.preparing import Fan
    from factcheck.index.records import IndexReport, Progress
    from factcheck.settings import Settings

SEEDS = "seeds"
# A folder of scans may hold thousands of files without text; --json and status list them all.
SHOWN_SKIPPED = 20
# Groups of copies; wire stories make thousands of them.
SHOWN_COPIES = 20


@click.command(epilog="Example: factcheck index articles/2022 articles/2023")
@click.argument("folders", metavar="[FOLDER]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--again", is_flag=True, help="Bring back articles that `factcheck remove` took out.")
@click.option("--rebuild", is_flag=True, help="Read everything anew, for a damaged index or another model.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one line of JSON.")
@click.option("--keep-missing", is_flag=True, help="Keep the articles of a FOLDER that is not there now, or is empty.")
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Read many articles with N processes of half a gigabyte; one has a thread for each core.",
)
@click.option("--dask", metavar="ADDRESS", help="Let the workers of the Dask cluster at ADDRESS read.")
@common
def index(
    folders: tuple[Path, ...],
    again: bool,
    rebuild: bool,
    as_json: bool,
    keep_missing: bool,
    workers: int,
    dask: str | None,
    index: str | None,
) -> None:
    """Make the index equal to the folders: add, update and remove.

    Reads .txt, .md, .html, .pdf and .docx. Unchanged files cost nothing. Files that cannot be read are
    skipped and listed. Without a FOLDER, seeds/ is indexed: the one here, or the one that comes with
    factcheck.
    """
    settings = load_settings(index=index)
    chosen = folders or (_default_folder(),)
    from factcheck.index.sync import sync

    with _open_fan(chosen, settings, workers, dask) as fan, progress() as advance:
        report = sync(
            chosen,
            settings=settings,
            progress=lambda state: advance(_step(state)),
            again=again,
            rebuild=rebuild,
            keep_missing=keep_missing,
            fan=fan,
        )
    if as_json:
        show_json(_report_record(report))
    else:
        show(_describe(report, settings.index))
    _warn(report.skipped, "skipped")
    _warn(report.garbled, "read with a loss")


@contextmanager
def _open_fan(folders: Sequence[Path], settings: Settings, workers: int, dask: str | None) -> Iterator[Fan]:
    """Open who reads the articles."""
    if dask and workers > 1:
        raise UsageError("--dask and --workers exclude each other", hint="Leave one of them out.")
    if dask:
        from factcheck.index.dask import Cluster

        with closing(Cluster(dask, folders, settings)) as cluster:
            yield cluster
        return
    from factcheck.index.fanning import Processes

    yield Processes(settings, workers)


def _default_folder() -> Path:
    here = Path(SEEDS)
    return here if here.is_dir() else resource(SEEDS)


def _step(state: Progress) -> Step:
    rate = f"{state.rate:,.0f} sentences/s" if state.rate else ""
    return Step(state.phase, state.done, state.total, rate, state.seconds_left)


def _describe(report: IndexReport, index: str) -> str:
    size = f"{plural(report.articles, 'article')}, {plural(report.sentences, 'sentence')}"
    changes = ", ".join(
        f"{count:,} {name}"
        for name, count in (
            ("added", report.added),
            ("changed", report.changed),
            ("removed", report.removed),
            ("unchanged", report.unchanged),
        )
        if count
    )
    lines = [f"{displayable(index)} holds {size} ({changes or 'nothing changed'}; {report.seconds:.1f} s)"]
    lines += [f"copies: {displayable(' = '.join(files))}" for files in report.copies[:SHOWN_COPIES]]
    if len(report.copies) > SHOWN_COPIES:
        lines.append(f"and {len(report.copies) - SHOWN_COPIES:,} more groups of copies; --json lists all")
    return "\n".join(lines)


def _warn(files: Sequence[Skipped], what: str) -> None:
    if not files:
        return
    warn(f"{plural(len(files), 'file')} {what}")
    for item in files[:SHOWN_SKIPPED]:
        warn(f"{item.file}: {item.reason}")
    rest = len(files) - SHOWN_SKIPPED
    if rest > 0:
        warn(f"and {rest:,} more; --json lists all")


def _report_record(report: IndexReport) -> dict[str, object]:
    return {
        "added": report.added,
        "changed": report.changed,
        "removed": report.removed,
        "unchanged": report.unchanged,
        "articles": report.articles,
        "sentences": report.sentences,
        "seconds": round(report.seconds, 3),
        "copies": [list(files) for files in report.copies],
        "skipped": [{"file": item.file, "reason": item.reason} for item in report.skipped],
        "garbled": [{"file": item.file, "reason": item.reason} for item in report.garbled],
    }


@click.command(
    epilog="Example: factcheck remove 001_d26e30d51aa5f213.txt",
    short_help="Take articles out of the index for good.",
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the report as one line of JSON.")
@common
def remove(files: tuple[str, ...], as_json: bool, index: str | None) -> None:
    """Take articles out of the index, and prove that nothing of them stays.

    FILE is the name that citations show. The file itself is not touched, and `factcheck index` does not
    bring it back unless told to with --again.
    """
    settings = load_settings(index=index)
    if not all(name.strip() for name in files):
        raise UsageError("a file name is empty", hint="Name the file as citations show it.")
    from factcheck.index.sync import remove as remove_articles

    report = remove_articles(files, settings=settings)
    if as_json:
        show_json(asdict(report))
        return
    for name in report.files:
        show(f"removed {displayable(name)}")
    gone = f"{plural(report.sentences, 'sentence')} and {plural(report.vectors, 'vector')} gone"
    searched = f"searched {plural(report.searched_files, 'file')} of the index ({report.searched_bytes:,} bytes)"
    show(f"{gone}; {searched} for them, for names and rare words, and found nothing")
    if settings.chroma_url:
        show("not searched: the files of the Chroma server, whose collection was deleted")
    show("not searched: answers, batches and evaluations that you saved; factcheck verify says which cite what is gone")
    _warn_some(report.shared, "is still indexed and holds some of the same sentences")
    _warn_some(report.quoted, "still quotes what was removed; it belongs to the app and is yours to delete")


def _warn_some(files: Sequence[str], what: str) -> None:
    for name in files[:SHOWN_SKIPPED]:
        warn(f"{name} {what}")
    if len(files) > SHOWN_SKIPPED:
        warn(f"and {len(files) - SHOWN_SKIPPED:,} more")
