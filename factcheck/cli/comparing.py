"""`factcheck compare`."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import click

from factcheck.cli.options import common, load_settings
from factcheck.cli.terminal import Step, look, note, progress, show, show_json
from factcheck.errors import FactcheckError, UsageError


@click.command(
    epilog='Example: factcheck compare --file "2022/*.txt" --html compare.html',
    short_help="Show who says what, which files share an origin, and where they differ.",
)
@click.option(
    "--file", "files", metavar="GLOB", multiple=True, help="Only files whose name matches, as '2022/*.txt'; repeatable."
)
@click.option("--json", "as_json", is_flag=True, help="Print the record as one line of JSON.")
@click.option("--html", "page", metavar="OUT", help="Write a page to OUT that needs nothing else; - prints it.")
@common
def compare(files: tuple[str, ...], as_json: bool, page: str | None, index: str | None) -> None:
    """Compare the indexed articles: who says what, which share an origin, where they differ.

    Shows the quotes that changed from file to file (a lost "not", another number or name), the facts on
    which files differ, the groups of files that rest on one origin, and everybody's words by file. Every
    quote is the file's own text. That files differ is a result, not an error.
    """
    if as_json and page == "-":
        raise UsageError("--json and --html - both print", hint="Give --html a file name.")
    if page is not None and Path(page).is_dir():
        raise UsageError(f"{page} is a folder", hint="Give the page a name, for example compare.html.")
    settings = load_settings(index=index)
    from factcheck.pipeline import Corpus

    with closing(Corpus.open(settings=settings)) as corpus, progress() as advance:
        record = corpus.compare(files or None, advance=lambda what, done, total: advance(Step(what, done, total)))
    if page is not None:
        from factcheck.presentation import compare_page

        _write(page, compare_page.render(record))
    if as_json:
        show_json(record.to_dict())
    elif page is None:
        from factcheck.presentation import compare_text

        width, color = look()
        show(compare_text.render(record, width=width, color=color))


def _write(place: str, text: str) -> None:
    """Write the page whole or not at all; what stood there stays until then."""
    if place == "-":
        show(text.rstrip("\n"))
        return
    path = Path(place)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8", errors="backslashreplace")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise FactcheckError(
            f"{place} cannot be written: {error.strerror}", hint="Choose another place for --html."
        ) from error
    note(f"written to {place}")
