"""`factcheck ask` and `factcheck text`."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from factcheck.cli.asking_models import show_plan, show_streaming
from factcheck.cli.options import asking, common, language_model, load_settings
from factcheck.cli.terminal import look, show, show_exact, show_json
from factcheck.errors import FactcheckError, UsageError
from factcheck.filters import Within
from factcheck.types import AnswerRecord, Failure

if TYPE_CHECKING:
    from factcheck.pipeline import Corpus

# More than any question; the pipeline has its own, tighter limit.
MOST_STDIN = 1_000_000


@click.command(
    epilog='Example: factcheck ask "Who denied the request?" --file "00*.txt"',
    short_help="Answer a question, with the exact words it rests on.",
)
@click.argument("question", nargs=-1, required=True)
@asking
@language_model
@click.option("--json", "form", flag_value="json", help="Print the record as one line of JSON.")
@click.option("--markdown", "form", flag_value="markdown", help="Print the answer as Markdown.")
@common
def ask(
    question: tuple[str, ...],
    engine: str | None,
    as_of: str | None,
    since: str | None,
    files: str | None,
    outlets: tuple[str, ...],
    form: str | None,
    index: str | None,
    dry_run: bool,
    stream: bool | None,
    no_cache: bool,
    **flags: Any,
) -> None:
    """Answer QUESTION from the indexed articles, with the exact words it rests on.

    Where the articles do not say, that is the answer, with the closest passages. QUESTION may be "-" to
    read it from standard input.
    """
    settings = load_settings(index=index, engine=engine, cache=False if no_cache else None, **flags)
    asked = read_words(question)
    from factcheck.pipeline import Corpus

    within: Within = {"files": files, "as_of": as_of, "since": since, "outlets": outlets}
    records: Sequence[AnswerRecord]
    with closing(Corpus.open(settings=settings)) as corpus:
        if dry_run:
            show_plan(corpus.plan(asked, **within), form)
            return
        if settings.engine == "both":
            records = corpus.ask_both(asked, **within)
            _present_both(records, corpus, form)
        elif form is None and (_streams(settings.engine) if stream is None else stream):
            records = (show_streaming(corpus, asked, **within),)
        else:
            records = (corpus.ask(asked, **within),)
            _present(records[0], corpus, form)
    if any(isinstance(record.outcome, Failure) for record in records):
        click.get_current_context().exit(1)


def _streams(engine: str) -> bool:
    """Whether statements come one by one: from a language model, to a terminal."""
    from factcheck.answering.engines import choose_engine

    return sys.stdout.isatty() and choose_engine(engine) == "openai"


def read_words(words: Sequence[str]) -> str:
    """Return a question or claim from the command line, or from standard input where it is "-"."""
    if list(words) != ["-"]:
        return " ".join(words)
    data = sys.stdin.buffer.read(MOST_STDIN + 1)
    if len(data) > MOST_STDIN:
        raise UsageError("standard input holds more than one question or claim", hint="For many: factcheck batch.")
    return data.decode("utf-8-sig", "replace")


def _present_both(records: Sequence[AnswerRecord], corpus: Corpus, form: str | None) -> None:
    if form == "json":
        for record in records:
            show_json(record.to_dict())
        return
    from factcheck.presentation import markdown
    from factcheck.presentation import text as plain
    from factcheck.presentation.differences import find_differences

    articles = {row.file: row for row in corpus.articles()}
    width, color = look()
    for record in records:
        if form == "markdown":
            show(markdown.render(record, articles=articles))
        else:
            show(plain.render(record, articles=articles, width=width, color=color) + "\n")
    lines = find_differences(records[0], records[1])
    escape = markdown.escape if form == "markdown" else str
    show("\n".join(["Where they differ:", *(f"- {escape(line)}" for line in lines)]) if lines else "They agree.")


def _present(record: AnswerRecord, corpus: Corpus, form: str | None) -> None:
    if form == "json":
        show_json(record.to_dict())
        return
    if isinstance(record.outcome, Failure):
        failure = record.outcome
        again = " Trying again may help." if failure.retryable else ""
        raise FactcheckError(failure.error, hint=failure.hint + again)
    articles = {row.file: row for row in corpus.articles()}
    if form == "markdown":
        from factcheck.presentation import markdown

        show(markdown.render(record, articles=articles).rstrip("\n"))
        return
    from factcheck.presentation import text as plain

    width, color = look()
    show(plain.render(record, articles=articles, width=width, color=color))


@click.command(
    epilog="Example: factcheck text 001_d26e30d51aa5f213.txt | head",
    short_help="Print the exact text of an indexed file.",
)
@click.argument("file")
@common
def text(file: str, index: str | None) -> None:
    """Print the exact text of an indexed file, the one that offsets point into.

    Byte for byte: nothing is added, not even a line end.
    """
    settings = load_settings(index=index)
    from factcheck.pipeline import Corpus

    with closing(Corpus.open(settings=settings)) as corpus:
        names = [row.file for row in corpus.articles()]
        if file not in names:
            near = difflib.get_close_matches(file, names, n=1) or names[:1]
            hint = f"For example: factcheck text {near[0]!r}" if near else "Index a folder first."
            raise UsageError(f"{file!r} is not in the index", hint=hint)
        show_exact(corpus.text(file))
