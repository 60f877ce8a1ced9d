"""Every error a user may see.

    FactcheckError                 safe to show; carries a hint that says what to do next
    ├── UsageError          (2)    wrong use or input: folder missing, unknown setting, empty question
    │   ├── SettingsError
    │   ├── UnreadableDraft        a draft cannot be read, or is too long
    │   └── IndexMissing
    ├── CorruptIndex        (1)    the index cannot be read or written: damaged, disk full, read-only
    ├── IndexMismatch       (2)    built by another splitter, embedder or schema
    ├── IndexLocked         (1)    another process is writing
    ├── UnreadableArticle   (1)    one file cannot be read; indexing skips it and lists the reason
    ├── ModelError          (1)    a packaged model file is missing or altered
    └── EndpointError       (1)    the language model's server failed

The number is the exit code of the command line. Only `cli.py` turns an error into text.
"""


class FactcheckError(Exception):
    """An error that is safe to show to a user.

    Args:
        message: What happened, in one sentence.
        hint: What to do next, or "" where nothing can be done.
        retryable: Whether the same call may succeed later.
    """

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "", retryable: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.retryable = retryable


class UsageError(FactcheckError):
    """The command, its arguments or its input are wrong."""

    exit_code = 2


class SettingsError(UsageError):
    """A setting is unknown or has a value that cannot be used."""


class IndexMissing(UsageError):
    """There is no index where one was looked for."""


class UnreadableDraft(UsageError):
    """A draft cannot be read, or is too long; the message says which and why."""


class CorruptIndex(FactcheckError):
    """The index cannot be read or written."""


class IndexMismatch(FactcheckError):
    """The index was built by another splitter, embedder or schema."""

    exit_code = 2


class IndexLocked(FactcheckError):
    """Another process is writing to the index."""


class UnreadableArticle(FactcheckError):
    """One file cannot be read as an article; the message is the reason."""


class ModelError(FactcheckError):
    """A packaged model file is missing, altered or cannot be loaded."""


class EndpointError(FactcheckError):
    """The configured model endpoint failed.

    Args:
        message: What happened, in one sentence, without any key.
        hint: What to do next.
        retryable: Whether the same call may succeed later.
    """
