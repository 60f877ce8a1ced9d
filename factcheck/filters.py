"""Which articles a question, a claim or a draft is held against: by name, outlet and date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Protocol, TypedDict

from factcheck.errors import UsageError

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Within(TypedDict, total=False):
    """How a filter is asked for: options of `Corpus.ask`, `check` and their like.

    Attributes:
        files: Only files whose names match this glob ("2022/*.txt"), or one of these globs.
        as_of: Only articles dated on or before this ISO date; undated ones are left out.
        since: Only articles dated on or after this ISO date; undated ones are left out.
        outlets: Only articles of one of these outlets, in any case of letters.
    """

    files: str | Sequence[str] | None
    as_of: str | None
    since: str | None
    outlets: Sequence[str]


class Dated(Protocol):
    """What a filter looks at; rows of the index fit."""

    @property
    def file(self) -> str:
        """Its name in the index."""

    @property
    def outlet(self) -> str | None:
        """Publisher, or None."""

    @property
    def date(self) -> str | None:
        """ISO date, or None."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Restricts a search.

    Attributes:
        files: Globs over file names, of which one must match; or None.
        as_of: ISO date; only articles dated on or before it are searched, undated ones are not. Or None.
        since: ISO date; only articles dated on or after it are searched, undated ones are not. Or None.
        outlets: Outlets of which the article must be one; empty for any.
    """

    files: str | tuple[str, ...] | None = None
    as_of: str | None = None
    since: str | None = None
    outlets: tuple[str, ...] = ()

    @property
    def active(self) -> bool:
        """Whether it restricts anything."""
        return bool(self.files is not None or self.as_of or self.since or self.outlets)

    @property
    def globs(self) -> tuple[str, ...]:
        """Globs over file names; empty for any file."""
        return (self.files,) if isinstance(self.files, str) else self.files or ()

    def admits(self, article: Dated) -> bool:
        """Whether an article is within the filter."""
        if self.files is not None and not any(fnmatchcase(article.file, glob) for glob in self.globs):
            return False
        if self.outlets and (article.outlet or "").casefold() not in {name.casefold() for name in self.outlets}:
            return False
        if (self.as_of or self.since) and article.date is None:
            return False
        date = article.date or ""
        return (self.as_of is None or date <= self.as_of) and (self.since is None or date >= self.since)

    def describe(self) -> str:
        """Return the filter as the command line takes it: "--file 2022/* and --since 2022-03-01"."""
        parts = [f"--file {glob}" for glob in self.globs]
        parts += [f"--outlet {name}" for name in self.outlets]
        parts += [f"--since {self.since}"] if self.since else []
        parts += [f"--as-of {self.as_of}"] if self.as_of else []
        return " and ".join(parts)


EVERYWHERE = Filter()


def read_filter(within: Within) -> Filter:
    """Return the filter that options ask for.

    Raises:
        UsageError: A date is none.
    """
    files, outlets = within.get("files"), within.get("outlets", ())
    return Filter(
        files=files if files is None or isinstance(files, str) else tuple(files) or None,
        as_of=check_date(within.get("as_of")),
        since=check_date(within.get("since")),
        outlets=(outlets,) if isinstance(outlets, str) else tuple(outlets),
    )


def check_date(text: str | None) -> str | None:
    """Return an ISO date, or None where none is given.

    Raises:
        UsageError: It is not one.
    """
    from datetime import date

    if text is None:
        return None
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"{text!r} is not a date", hint="Write it as YYYY-MM-DD, for example 2022-03-14.") from None
