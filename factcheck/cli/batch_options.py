"""Options of `factcheck batch`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from factcheck.cli.options import CHAT_MODEL, CONCURRENCY

Function = TypeVar("Function", bound=Callable[..., Any])


def batch_options(command: Function) -> Function:
    """Add the options that only `batch` has."""
    for option in reversed((*CHAT_MODEL, *_LIMITS, *_CHOICE, *_WORKERS, *_RESUME)):
        command = option(command)
    return command


_LIMITS = (
    click.option(
        "--budget-usd",
        type=click.FloatRange(0, min_open=True),
        metavar="USD",
        help="Spend no more on the whole job, earlier runs counted.",
    ),
    click.option(
        "--max-tokens",
        type=click.IntRange(1),
        metavar="N",
        help="Begin no further input once the whole job, earlier runs counted, has used N tokens. (For"
        " `ask` it is the length of a reply; here that is the setting max_tokens.)",
    ),
    click.option("--dry-run", is_flag=True, help="Estimate tokens, cost and time; answer nothing."),
)
_CHOICE = (
    click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the first N inputs."),
    click.option("--shuffle", is_flag=True, help="Work in a random order; with --limit, on a random sample."),
    click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="Of the random order."),
    click.option("--only", multiple=True, metavar="TAG", help="Only inputs with this tag; may be repeated."),
)
_WORKERS = (
    CONCURRENCY,
    click.option("--provider-batch", is_flag=True, help="Use the provider's batch service: slower, half the price."),
    click.option("--cancel", is_flag=True, help="With --provider-batch: cancel what runs; what is finished is kept."),
    click.option("--dask", metavar="ADDRESS", help="Spread the work over the Dask cluster at ADDRESS."),
)
_RESUME = (
    click.option(
        "--retry-failed",
        is_flag=True,
        help="Try all failures again. Without it a second run tries again only those that may pass, as a"
        " server that did not answer.",
    ),
    click.option("--keep-answers", is_flag=True, help="Go on although the settings or the index have changed."),
    click.option("--restart", is_flag=True, help="Begin anew; the old job is kept as OUT.job.old."),
)
