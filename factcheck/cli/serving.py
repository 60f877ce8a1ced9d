"""`factcheck mcp`."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import closing
from types import FrameType

import click

from factcheck.cli.options import common, load_settings
from factcheck.cli.program import INTERRUPTED
from factcheck.cli.terminal import note


@click.command(
    epilog="Example: factcheck mcp --index .factcheck",
    short_help="Offer ask, check, compare and text to assistants (MCP over stdio).",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "embedded", "openai"]),
    help="Who answers, as for `factcheck ask`.  [default: auto]",
)
@common
def mcp(engine: str | None, index: str | None) -> None:
    """Serve the Model Context Protocol on standard input and output, until the client hangs up.

    An assistant starts this command itself; give it the command and, where the index lies elsewhere, --index
    with its full path. The tools read the index and nothing else.
    """
    settings = load_settings(index=index, engine=engine)
    from factcheck.pipeline import Corpus

    with closing(Corpus.open(settings=settings)) as corpus:
        from factcheck.mcp import serve

        if sys.stdin.isatty():
            note("waiting for a client on standard input (Ctrl-C stops it); an assistant starts this command itself")
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _stop)
        serve(corpus)


def _stop(number: int, frame: FrameType | None) -> None:
    """Leave at once: a thread waits for the client's next line, and would be waited for. Nothing is being written."""
    os._exit(INTERRUPTED)
