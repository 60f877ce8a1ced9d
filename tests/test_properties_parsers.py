"""Whatever a stranger gives a parser: something sound, or an error of ours that says what is wrong.

More examples than CI takes: FACTCHECK_TEST_EXAMPLES=5000 pytest tests/test_properties_parsers.py
With coverage as a guide: python benchmarks/fuzz.py
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stranger_seeds import JSON, PAYLOADS, seeds_of
from strangers import PARSERS
from thorough import thorough

SLOW = {"article-html", "article-pdf", "article-docx", "draft-docx", "items-xlsx"}
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.just(10**400), st.floats(), st.text(max_size=5),
    st.sampled_from([[], {}, [[]], "\ud800", "\0", "\x1b[2J", "\u202e", [{}], {"a": []}]),
)  # fmt: skip


@st.composite
def spoilt(draw: st.DrawFn, name: str) -> bytes:
    """A sound input with some pieces cut out, doubled or put in; now and then bytes of any kind."""
    data = draw(st.sampled_from(seeds_of(name)))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(data)))
        cut = draw(st.sampled_from([0, 0, 1, 3, 20, 400]))
        piece = draw(st.one_of(st.sampled_from(PAYLOADS), st.binary(max_size=6), st.just(data[max(0, at - 60) : at])))
        data = data[:at] + piece + data[at + cut :]
    return data


@st.composite
def misfitting(draw: st.DrawFn, name: str) -> bytes:
    """A sound JSON input with one or two values of another kind, missing, or in another place."""
    lines = draw(st.sampled_from(seeds_of(name))).split(b"\n")
    at = draw(st.integers(0, len(lines) - 1))
    try:
        tree = [json.loads(lines[at])]
    except ValueError:
        return b"\n".join(lines[:at] + lines[at + 1 :])
    for _ in range(draw(st.integers(1, 2))):
        places = list(find_places(tree))
        holder, key = draw(st.sampled_from(places))
        match draw(st.integers(0, 3)):
            case 0 if isinstance(holder, dict):
                holder.pop(key, None)
            case 1:
                holder[key] = copy.deepcopy(draw(st.sampled_from([holder[key] for holder, key in places])))
            case _:
                holder[key] = draw(VALUES)
    lines[at] = json.dumps(tree[0]).encode()
    return b"\n".join(lines)


def find_places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place of a JSON value: what holds it, and under which key."""
    for key in tree if isinstance(tree, dict) else range(len(tree)):
        yield tree, key
        if isinstance(tree[key], dict | list):
            yield from find_places(tree[key])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("strangers")


@pytest.mark.parametrize("name", PARSERS)
def test_the_sound_inputs_are_read(name: str, folder: Path) -> None:
    assert all(PARSERS[name](data, folder) for data in seeds_of(name))


@pytest.mark.parametrize("name", PARSERS)
def test_spoilt_input_is_read_or_refused(name: str, folder: Path) -> None:
    @thorough(6 if name in SLOW else 20)
    @given(spoilt(name))
    def check(data: bytes) -> None:
        PARSERS[name](data, folder)

    check()


@pytest.mark.parametrize("name", JSON)
def test_json_that_does_not_fit_is_refused(name: str, folder: Path) -> None:
    @thorough(25)
    @given(misfitting(name))
    def check(data: bytes) -> None:
        PARSERS[name](data, folder)

    check()
