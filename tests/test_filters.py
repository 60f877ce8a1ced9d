"""Which articles a filter lets through."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from factcheck.errors import UsageError
from factcheck.filters import Filter, check_date, read_filter


@dataclass(frozen=True)
class Row:
    file: str
    outlet: str | None = None
    date: str | None = None


ROWS = (
    Row("2022/a.txt", "The Echo", "2022-03-14"),
    Row("2022/b.txt", "Kalvik Courier", "2022-03-15"),
    Row("2023/c.txt", None, "2023-01-01"),
    Row("notes [1].txt", "The Echo", None),
)


@pytest.mark.parametrize(
    ("chosen", "left"),
    [
        (Filter(), "abcn"),
        (Filter("2022/*"), "ab"),
        (Filter(("2022/a*", "2023/*")), "ac"),
        (Filter(("notes [[]1].txt",)), "n"),
        (Filter(outlets=("the echo",)), "an"),
        (Filter(outlets=("THE ECHO", "Kalvik Courier")), "abn"),
        (Filter(since="2022-03-15"), "bc"),
        (Filter(as_of="2022-03-15"), "ab"),
        (Filter(since="2022-03-15", as_of="2022-03-15"), "b"),
        (Filter("2022/*", since="2022-03-14", outlets=("The Echo",)), "a"),
        (Filter(outlets=("",)), "c"),
    ],
)
def test_an_article_has_to_meet_every_part(chosen: Filter, left: str) -> None:
    names = dict(zip("abcn", ROWS, strict=True))
    assert "".join(name for name, row in names.items() if chosen.admits(row)) == left
    assert chosen.active == (left != "abcn")


def test_options_are_read_and_described_as_the_command_line_takes_them() -> None:
    chosen = read_filter({"files": ["a*", "b*"], "since": "2022-01-01", "as_of": "2022-12-31", "outlets": ["Echo"]})
    assert chosen == Filter(("a*", "b*"), "2022-12-31", "2022-01-01", ("Echo",))
    assert (
        chosen.describe() == "--file a* and --file b* and --outlet Echo and --since 2022-01-01 and --as-of 2022-12-31"
    )
    assert read_filter({"files": [], "outlets": "Echo"}) == Filter(outlets=("Echo",))
    assert not read_filter({}).active


@pytest.mark.parametrize(
    "text", ["yesterday", "2022-3-1", "2022-13-01", "20220301", "2022-03-01T00:00", "", "２０２２-03-01x"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a date"):
        check_date(text)
