"""`factcheck check`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from factcheck.cli.asking import read_words
from factcheck.cli.drafting import check_draft
from factcheck.cli.options import DATES, OUTLETS, common, load_settings
from factcheck.cli.terminal import look, show, show_json
from factcheck.errors import FactcheckError, UsageError
from factcheck.filters import Within
from factcheck.types import Failure

if TYPE_CHECKING:
    from factcheck.checking.record import CheckRecord
    from factcheck.pipeline import Corpus

PATH = click.Path(path_type=Path)


@click.command(
    epilog='Example: factcheck check "China confirmed the request."; factcheck check --file draft.md --html out.html',
    short_help="Check a claim or a whole draft, with the evidence for and against.",
)
@click.argument("claim", nargs=-1)
@click.option("--file", "draft", metavar="DRAFT", type=PATH, help="Go through a draft: Markdown, text or Word.")
@click.option("--markdown", metavar="OUT", type=PATH, help="Write the draft with notes as Markdown (with --file).")
@click.option("--html", metavar="OUT", type=PATH, help="Write the draft with notes as a page (with --file).")
@click.option("--claimreview", metavar="OUT", type=PATH, help="Write ClaimReview as JSON-LD (with --file).")
@DATES[0]
@DATES[1]
@click.option("--file-glob", "files", metavar="GLOB", help="Only articles whose name matches, as '2022/*.txt'.")
@OUTLETS
@click.option("--json", "form", flag_value="json", help="Print the record as one line of JSON.")
@common
def check(
    claim: tuple[str, ...],
    draft: Path | None,
    as_of: str | None,
    since: str | None,
    files: str | None,
    outlets: tuple[str, ...],
    form: str | None,
    index: str | None,
    **outputs: Path | None,
) -> None:
    """Check CLAIM against the indexed articles: supported, refuted, conflicting, or not enough evidence.

    Evidence is counted by origin: copies of one article are one voice. CLAIM may be "-" to read it from
    standard input. With --file, every sentence of a draft is checked and every quotation looked up.
    """
    settings = load_settings(index=index)
    within: Within = {"files": files, "as_of": as_of, "since": since, "outlets": outlets}
    if draft is not None:
        if claim:
            raise UsageError("both a claim and a draft are given", hint="Leave one of them out.")
        check_draft(draft, settings, within=within, form=form, outputs=outputs)
        return
    if given := [name for name, out in outputs.items() if out is not None]:
        raise UsageError(f"--{given[0]} is for drafts", hint="Name the draft: factcheck check --file DRAFT.")
    if not claim:
        raise UsageError(
            "there is nothing to check", hint="Write a claim in quotation marks, or name a draft: --file DRAFT."
        )
    told = read_words(claim)
    from factcheck.pipeline import Corpus

    with closing(Corpus.open(settings=settings)) as corpus:
        record = corpus.check(told, **within)
        present_check(record, corpus, form)


def present_check(record: CheckRecord, corpus: Corpus, form: str | None) -> None:
    """Show a check record; a failure is an error, of use where the claim cannot be checked.

    Raises:
        FactcheckError: The record is a failure, and no JSON is asked for.
    """
    failure = record.outcome if isinstance(record.outcome, Failure) else None
    if form == "json":
        show_json(record.to_dict())
        if failure is not None:
            click.get_current_context().exit(2 if failure.stage == "claim" else 1)
        return
    if failure is not None:
        kind = UsageError if failure.stage == "claim" else FactcheckError
        raise kind(failure.error, hint=failure.hint + (" Trying again may help." if failure.retryable else ""))
    from factcheck.presentation import checked

    width, color = look()
    articles = {row.file: row for row in corpus.articles()}
    show(checked.render(record, articles=articles, width=width, color=color))
