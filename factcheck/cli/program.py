"""Turn what happens into an exit code and, where it went wrong, one line and a hint.

0 done (an abstention is done), 1 failed, 2 wrong use or input, 130 interrupted.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, NamedTuple

import click

from factcheck.cli.terminal import end_line, fail, logging_to_stderr, note, speaking_json, tell_end
from factcheck.errors import FactcheckError

log = logging.getLogger(__name__)

INTERRUPTED = 130
PROGRESS_JSON = "--progress-json"


class Program(click.Group):
    """A command group whose errors are one line and a hint, never a traceback."""

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **extra: Any
    ) -> Any:
        """Run the command line and exit with a code of the contract."""

        def run() -> Any:
            return super(Program, self).main(args, standalone_mode=False, **{**extra, "prog_name": "factcheck"})

        if not standalone_mode:
            return run()
        with speaking_json(_wants_json(args)), logging_to_stderr(), _stopping_on_sigterm():
            code = guard(run)
            tell_end(code)
        sys.exit(code)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that has gone away (`| head`) is no error."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            _drop_output()
            return None
        except KeyboardInterrupt as error:
            end_line()  # click would write one for programs too
            raise click.Abort from error
        return result


class Explanation(NamedTuple):
    """What is said about an error, and the exit code."""

    message: str
    hint: str
    code: int


def _wants_json(args: Sequence[str] | None) -> bool:
    """Whether the option is among those before the command, which may be wrong or missing."""
    for argument in sys.argv[1:] if args is None else args:
        if not argument.startswith("-"):
            return False
        if argument == PROGRESS_JSON:
            return True
    return False


def guard(call: Callable[[], Any]) -> int:
    """Run the call and return its exit code, saying on standard error what went wrong."""
    try:
        code = call()
    except click.exceptions.NoArgsIsHelpError as error:
        note(error.format_message())
        return error.exit_code
    except (Exception, KeyboardInterrupt) as error:
        log.debug("the error in full", exc_info=True)
        explanation = explain(error)
        fail(explanation.message, explanation.hint, kind=_name_kind(error, explanation.code))
        if isinstance(error, OSError):
            _drop_output()
        return explanation.code
    return code if isinstance(code, int) else 0


def _name_kind(error: BaseException, code: int) -> str:
    return "Interrupted" if code == INTERRUPTED else type(error).__name__


def explain(error: BaseException) -> Explanation:
    """Return what to say about an error and which exit code it is."""
    match error:
        case FactcheckError():
            return Explanation(error.message, error.hint, error.exit_code)
        case click.UsageError(ctx=click.Context() as context):
            hint = f"{context.command_path} --help shows how it is used."
            return Explanation(error.format_message(), hint, error.exit_code)
        case click.ClickException():
            return Explanation(error.format_message(), "", error.exit_code)
        case KeyboardInterrupt() | EOFError() | click.Abort():
            hint = "What was finished is kept; run the same command to go on."
            return Explanation("interrupted", hint, INTERRUPTED)
        case OSError():
            place = f": {error.filename}" if error.filename else ""
            hint = "Check the path, its permissions and the space on the disk."
            return Explanation(f"{error.strerror or error}{place}", hint, 1)
        case ImportError():
            hint = "Install factcheck again; in a checkout, run `make run`."
            return Explanation(f"a package is missing or broken: {error}", hint, 1)
        case MemoryError():
            return Explanation("not enough memory", "Index fewer or smaller files at a time.", 1)
        case _:
            hint = "Add --debug to see where it happened, and please report it."
            return Explanation(f"a bug in factcheck: {type(error).__name__}: {error}", hint, 1)


def _drop_output() -> None:
    # What is left in the buffer cannot be written; Python would complain about it at exit.
    try:
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, sys.stdout.fileno())
        os.close(devnull)
    except (OSError, ValueError):  # standard output is not a file, as in tests
        pass


@contextmanager
def _stopping_on_sigterm() -> Iterator[None]:
    """Make SIGTERM a clean stop like Ctrl-C: killed in a flush, a vector store is damaged."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
