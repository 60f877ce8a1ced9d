"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from factcheck.cli.terminal import enable_debug
from factcheck.settings import Settings

Function = TypeVar("Function", bound=Callable[..., Any])


def _debug(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        enable_debug()


def iso_date(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Read an option that is a date."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a date like 2022-03-14") from None


DATES = (
    click.option(
        "--as-of", metavar="DATE", callback=iso_date, help="Only articles dated on or before DATE (YYYY-MM-DD)."
    ),
    click.option("--since", metavar="DATE", callback=iso_date, help="Only articles dated on or after DATE."),
)
OUTLETS = click.option(
    "--outlet", "outlets", metavar="NAME", multiple=True, help="Only articles of this outlet; may be given again."
)


def common(command: Function) -> Function:
    """Add the options that every command takes: --index and --debug."""
    index = click.option(
        "--index",
        metavar="DIR",
        help="Folder of the index.  [default: .factcheck, or FACTCHECK_INDEX]",
    )
    debug = click.option(
        "--debug",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_debug,
        help="Show details and tracebacks on standard error.",
    )
    return index(debug(command))


def asking(command: Function) -> Function:
    """Add the options of commands that answer: --engine, --as-of, --since, --file and --outlet."""
    options = (
        click.option(
            "--engine",
            type=click.Choice(["auto", "embedded", "openai", "both"]),
            help="Who answers: the packaged models, or the endpoint of OPENAI_BASE_URL and"
            " OPENAI_API_KEY. auto takes the endpoint if one is configured; both (only ask) asks both and"
            " shows where they differ.  [default: auto]",
        ),
        *DATES,
        click.option("--file", "files", metavar="GLOB", help="Only files whose name matches, as '2022/*.txt'."),
        OUTLETS,
    )
    for option in reversed(options):
        command = option(command)
    return command


CHAT_MODEL = (
    click.option("--model", metavar="NAME", help="Chat model of the endpoint.  [default: gpt-4o-mini]"),
    click.option("--judge", is_flag=True, default=None, help="Let the model also judge each statement."),
    click.option("--no-cache", is_flag=True, help="Pay again for replies that are remembered."),
)
CONCURRENCY = click.option(
    "--concurrency",
    type=click.IntRange(1),
    metavar="N",
    help="Most questions at a time.  [default: as many as the endpoint or the cores bear]",
)


def language_model(command: Function) -> Function:
    """Add the options of commands that may ask a language model."""
    options = (
        *CHAT_MODEL,
        click.option("--budget-usd", type=click.FloatRange(0, min_open=True), metavar="USD", help="Spend no more."),
        click.option("--max-tokens", type=click.IntRange(16), help="Longest reply.  [default: 1024]"),
        click.option("--dry-run", is_flag=True, help="Show what would be sent and cost; send nothing."),
        click.option(
            "--stream/--no-stream",
            default=None,
            help="Show statements as they are finished.  [default: on a terminal]",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def load_settings(*, index: str | None, engine: str | None = None, **flags: Any) -> Settings:
    """Return the settings: factcheck.toml, then FACTCHECK_* variables, then these flags."""
    return Settings.load(index=index, engine=engine, **flags)
