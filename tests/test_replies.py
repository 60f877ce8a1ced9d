"""A model's reply: on the schema, off it, and hostile."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fakes import answer
from hypothesis import given
from hypothesis import strategies as st

from factcheck.answering.replies import ReplyError, read_question, read_reply
from factcheck.answering.streaming import StatementReader

GOOD = answer(("The repair costs 12 million euros.", [2]), ("It reopens in June.", [3, 4]), short="June")


def test_a_reply_on_the_schema_is_read_without_a_note() -> None:
    reply = read_reply(json.dumps(GOOD))
    assert [statement.sentences for statement in reply.statements] == [(2,), (3, 4)]
    assert reply.short_answer == "June"
    assert reply.deviations == ()


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("Sure! Here it is: " + json.dumps(GOOD) + " Hope it helps.", "text around"),
        ("```json\n" + json.dumps(GOOD) + "\n```", "text around"),
        (json.dumps({**GOOD, "confidence": 0.9}), "not asked for"),
        (json.dumps({**GOOD, "statements": [{"text": "A.", "sentences": ["2"]}]}), "as text"),
        (json.dumps({**GOOD, "statements": [{"text": "A.", "sentences": [2], "x": 1}]}), "not asked for"),
        (json.dumps({"answerable": True, "statements": [{"text": "A.", "sentences": [1]}]}), "lacks"),
    ],
)
def test_a_deviation_that_leaves_no_choice_is_noted(text: str, noted: str) -> None:
    assert any(noted in note for note in read_reply(text).deviations)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "The Kremlin denied it.",
        "{",
        json.dumps(GOOD)[:-30],
        json.dumps(GOOD).replace("true", "tru"),
        json.dumps({**GOOD, "answerable": "yes"}),
        json.dumps({**GOOD, "answerable": 1}),
        json.dumps({**GOOD, "answerable": None}),
        json.dumps({**GOOD, "statements": []}),
        json.dumps({**GOOD, "statements": "none"}),
        json.dumps({**GOOD, "statements": ["The Kremlin denied it."]}),
        json.dumps({**GOOD, "statements": [{"text": 5, "sentences": [1]}]}),
        json.dumps({**GOOD, "statements": [{"text": "", "sentences": [1]}]}),
        json.dumps({**GOOD, "statements": [{"text": "A.", "sentences": 1}]}),
        json.dumps({**GOOD, "statements": [{"text": "A.", "sentences": [1.5]}]}),
        json.dumps({**GOOD, "statements": [{"text": "A.", "sentences": [True]}]}),
        json.dumps({**GOOD, "statements": [{"text": "A.", "sentences": ["one"]}]}),
        json.dumps({**GOOD, "statements": [{"text": "A" * 3000, "sentences": [1]}]}),
        json.dumps({**GOOD, "statements": [{"text": "A.", "sentences": [1]}] * 50}),
        json.dumps({**GOOD, "short_answer": ["June"]}),
        json.dumps({**GOOD, "disagreements": {"about": "x"}}),
        json.dumps({**GOOD, "disagreements": [{"about": 1, "sides": []}]}),
        json.dumps({"answerable": False, "reason": "because", "statements": []}),
        json.dumps({"answerable": False, "statements": []}),
        '{"answerable": true, "answerable": false, "statements": []}',
        '{"answerable": true, "statements": [{"text": "A.", "sentences": [NaN]}]}',
        "[" * 100_000,
        '{"a":' * 50_000,
        json.dumps({"statements": GOOD["statements"]}),
        "x" * 300_000,
        "null",
        "[1, 2]",
    ],
)
def test_a_reply_that_leaves_a_choice_is_refused(text: str) -> None:
    with pytest.raises(ReplyError):
        read_reply(text)


def test_the_last_object_counts() -> None:
    first = json.dumps(answer(("Wrong.", [9])))
    assert read_reply(f"{first}\nNo, rather:\n{json.dumps(GOOD)}").statements[0].sentences == (2,)


@pytest.mark.parametrize("reason", ["no_evidence", "insufficient_evidence", "false_premise"])
def test_an_abstention_carries_its_reason(reason: str) -> None:
    reply = read_reply(json.dumps({**GOOD, "answerable": False, "reason": reason}))
    assert not reply.answerable
    assert reply.reason == reason
    assert reply.statements == ()
    assert any("no answer" in note for note in reply.deviations)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(
    inner, max_size=3) | st.dictionaries(st.sampled_from(["answerable", "statements", "text", "sentences"]),
    inner, max_size=4), max_leaves=12))  # fmt: skip
def test_any_json_is_read_or_refused(value: Any) -> None:
    try:
        reply = read_reply(json.dumps(value))
    except ReplyError:
        return
    assert reply.statements or not reply.answerable


@pytest.mark.parametrize("text", ['{"question": ""}', '{"question": 5}', "{}", "Who?"])
def test_a_question_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ReplyError):
        read_question(text)


@given(st.integers(1, 40))
def test_statements_come_as_they_are_finished(size: int) -> None:
    text = json.dumps({**GOOD, "short_answer": 'x "statements": [{}] \\'})
    reader, found, left = StatementReader(), [], []
    for start in range(0, len(text), size):
        for item in reader.feed(text[start : start + size]):
            found.append(item)
            left.append(len(text) - start - size)
    assert found == GOOD["statements"]
    assert left[0] > left[1] or size > 30


def test_nothing_comes_before_the_reply_says_that_there_is_an_answer() -> None:
    late = '{"statements": [{"text": "A.", "sentences": [1]}], "answerable": %s}'
    assert list(StatementReader().feed(late % "false")) == []
    assert len(list(StatementReader().feed(late % "true"))) == 1
