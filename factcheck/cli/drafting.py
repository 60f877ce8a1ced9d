"""`factcheck check --file`: a whole draft, shown or written in several forms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from factcheck.cli.terminal import Step, look, note, progress, show, show_json
from factcheck.durable import write_durably
from factcheck.errors import UsageError
from factcheck.filters import Within
from factcheck.settings import Settings

if TYPE_CHECKING:
    from factcheck.drafts.record import DraftRecord
    from factcheck.presentation.display import ArticleInfo

FORMS = ("markdown", "html", "claimreview")


def check_draft(
    path: Path,
    settings: Settings,
    *,
    within: Within,
    form: str | None,
    outputs: Mapping[str, Path | None],
) -> None:
    """Check a draft, show or write what came of it, and exit with 1 where a sentence could not be checked.

    Args:
        path: The draft.
        settings: Of the index.
        within: How the search is restricted.
        form: "json", or None for text.
        outputs: Files to write, by form; None for those that are not wanted.

    Raises:
        UsageError: The draft cannot be read, or an output would overwrite it.
    """
    wanted = {name: out for name, out in outputs.items() if out is not None}
    for out in wanted.values():
        _check_output(path, out)
    from factcheck.drafts.reading import read_draft_file

    draft = read_draft_file(path)
    from factcheck.pipeline import Corpus

    with closing(Corpus.open(settings=settings)) as corpus:
        with progress() as advance:
            record = corpus.mark_draft(
                draft, advance=lambda done, total: advance(Step("checking", done, total)), **within
            )
        articles = {row.file: row for row in corpus.articles()}
    for name, out in wanted.items():
        _write(out, _render(record, name, articles))
        note(f"wrote {out}")
    if form == "json":
        show_json(record.to_dict())
    elif not wanted:
        _show(record, articles)
    else:
        _tell(record)
    if record.failed:
        click.get_current_context().exit(1)


def _write(out: Path, text: str) -> None:
    """Write a file whole, or leave what has its name; a pipe or a device has no name to change."""
    if out.exists() and not out.is_file():
        out.write_bytes(text.encode("utf-8"))
    else:
        write_durably(out.resolve(), text)


def _check_output(draft: Path, out: Path) -> None:
    """Refuse an output that would overwrite the draft, or has no folder, before any work is done."""
    if out.exists() and draft.exists() and out.samefile(draft):
        raise UsageError(f"{out} is the draft itself", hint="Name another file for the output.")
    if not out.parent.is_dir():
        raise UsageError(f"there is no folder {out.parent}", hint="Make it, or name another file.")


def _render(record: DraftRecord, name: str, articles: Mapping[str, ArticleInfo]) -> str:
    match name:
        case "markdown":
            from factcheck.presentation import draft_markdown

            return draft_markdown.render(record, articles=articles)
        case "html":
            from factcheck.presentation import draft_page

            return draft_page.render(record, articles=articles)
        case _:
            from factcheck.presentation.claimreview import review_draft

            today = datetime.now(UTC).date()
            return json.dumps(review_draft(record, published=today), ensure_ascii=False, indent=2) + "\n"


def _show(record: DraftRecord, articles: Mapping[str, ArticleInfo]) -> None:
    from factcheck.presentation import draft_text

    width, color = look()
    show(draft_text.render(record, articles=articles, width=width, color=color))


def _tell(record: DraftRecord) -> None:
    from factcheck.presentation.draft_words import describe_counts

    for line in describe_counts(record):
        note(line)
