"""Where a text is inside quotation marks."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.quotes import LONGEST, find_quotations, inside
from factcheck.types import Span

CASES: list[tuple[str, list[str]]] = [
    ("No marks at all.", []),
    ("“One.”", ["One."]),
    ('"One."', ["One."]),
    ("„Eins“, sagte sie.", ["Eins"]),
    ("«Une», dit-elle.", ["Une"]),
    ("“One,” she said, “and two.”", ["One,", "and two."]),
    ('"One," she said, "and two."', ["One,", "and two."]),
    ("He called it “malicious.” She left.", ["malicious."]),
    ("It’s the town’s ‘bridge’.", []),
    # Not closed: to the end of the paragraph, and opened again in the next one.
    ("“First paragraph.\n“Second,” she said.", ["First paragraph.", "Second,"]),
    ('"First paragraph.\n"Second," she said.', ["First paragraph.", "Second,"]),
    ("She said: “We go on.", ["We go on."]),
    # A lost opening mark takes nothing with it.
    ("We go on,” she said. “Now.”", ["Now."]),
    # A straight mark that opens again: the one before it was never closed.
    ('He said "the storm is near... "I believe it," she said.', ["the storm is near... ", "I believe it,"]),
    # Nested single marks stay inside.
    ("“He told me ‘run’ and I ran,” she said.", ["He told me ‘run’ and I ran,"]),
    ("“He told me «run» and I ran,” she said.", ["He told me «run» and I ran,"]),
    # A curly quotation closed by a straight mark, and the other way round.
    ('“Mixed marks," he said. He left.', ["Mixed marks,"]),
    ('"Mixed marks,” he said. He left.', ["Mixed marks,"]),
    # A mark behind a word does not open.
    ('A pipe of 12" burst near the 10" main.', []),
    ('("Brackets," she said.)', ["Brackets,"]),
    ('He said—"dashes."', ["dashes."]),
    ("“”", []),
    ('"" and “ ”', []),
    ("", []),
    ("“", []),
]


@pytest.mark.parametrize(("text", "quoted"), CASES)
def test_quotations_are_found(text: str, quoted: list[str]) -> None:
    assert [span.of(text) for span in find_quotations(text)] == quoted


def test_a_lost_mark_does_not_swallow_an_article() -> None:
    text = "“" + "word " * (LONGEST // 4) + "\nShe said: “Short.”"
    assert [span.of(text) for span in find_quotations(text)] == ["Short."]


@given(st.text(alphabet='ab .,\n“”„«»"’', max_size=80))
def test_quotations_are_disjoint_sorted_and_hold_something(text: str) -> None:
    spans = find_quotations(text)
    for span in spans:
        assert span.of(text).strip()
        assert "\n" not in span.of(text)
    for before, after in itertools.pairwise(spans):
        assert before.end <= after.start


@pytest.mark.parametrize(
    ("start", "end", "share"), [(0, 10, 0.5), (5, 10, 1.0), (0, 5, 0.0), (8, 12, 0.5), (3, 3, 0.0), (20, 30, 0.0)]
)
def test_the_share_inside_is_measured(start: int, end: int, share: float) -> None:
    assert inside((Span(5, 10),), start, end) == share
