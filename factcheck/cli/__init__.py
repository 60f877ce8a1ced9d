"""The command line. Only this package prints; each module holds one group of commands."""

from __future__ import annotations

import click

from factcheck import __version__
from factcheck.cli.app import ui
from factcheck.cli.asking import ask, text
from factcheck.cli.batching import batch
from factcheck.cli.checking import check
from factcheck.cli.comparing import compare
from factcheck.cli.evaluating import evaluate
from factcheck.cli.indexing import index, remove
from factcheck.cli.inspecting import doctor, status, verify
from factcheck.cli.program import PROGRESS_JSON, Program
from factcheck.cli.serving import mcp

__all__ = ["main"]


EXAMPLE = 'Example: factcheck index seeds && factcheck ask "Who denied the request?"'
OPTIONS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=Program, epilog=EXAMPLE, context_settings=OPTIONS)
@click.version_option(__version__, message="factcheck %(version)s")
@click.option(
    PROGRESS_JSON,
    is_flag=True,
    expose_value=False,
    help="Write progress and errors as lines of JSON, for programs that run factcheck.",
)
def main() -> None:
    """Ask a folder of news articles; every answer cites the file and the exact words.

    Results go to standard output, everything else to standard error. Exit codes: 0 done (an
    abstention is done), 1 failed, 2 wrong use or input, 3 a --require was not met, 130 interrupted.
    """


for _command in (index, ask, check, text, batch, compare, evaluate, verify, remove, status, doctor, ui, mcp):
    main.add_command(_command)
