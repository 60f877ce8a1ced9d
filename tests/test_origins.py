"""Copies are found by the words they share, without comparing all pairs."""

from __future__ import annotations

import random

import pytest

from factcheck.origins import group_origins, sketch


def story(seed: int, words: int = 300) -> list[str]:
    draw = random.Random(seed)
    return [f"w{draw.randrange(5000)}" for _ in range(words)]


def origins(**texts: str) -> dict[str, str]:
    return group_origins([(file, sketch(text)) for file, text in texts.items()])


def test_unrelated_articles_have_their_own_origins_numbered_by_file_name() -> None:
    assert origins(c="One two three.", a=" ".join(story(1)), b=" ".join(story(2))) == {
        "a": "o1",
        "b": "o2",
        "c": "o3",
    }


@pytest.mark.parametrize(
    "other",
    [
        "“The request”, he said,\r\n   was DENIED — twice.",
        '"The request", he said, was denied - twice',
        "The request he said was denied twice",
        "the ｒequest, he said, was denied... twice",
    ],
)
def test_white_space_case_and_typography_make_no_difference(other: str) -> None:
    found = origins(a="“The request”, he said, was denied — twice.", b=other, c="Something else.")
    assert found == {"a": "o1", "b": "o1", "c": "o2"}


def test_short_texts_are_copies_only_when_all_words_are_equal() -> None:
    assert len(set(origins(a="He denied the request.", b="He denied the request twice.").values())) == 2


def test_a_trimmed_reprint_is_a_copy_in_either_direction() -> None:
    words = story(3)
    whole, trimmed = " ".join(words), " ".join(words[:140])
    assert set(origins(a=whole, b=trimmed).values()) == {"o1"}
    assert set(origins(a=trimmed, b=whole).values()) == {"o1"}


def test_a_long_quotation_in_common_is_not_a_copy() -> None:
    quoted = story(4, 60)
    found = origins(a=" ".join(story(5) + quoted), b=" ".join(quoted + story(6)))
    assert found == {"a": "o1", "b": "o2"}


def test_copies_of_copies_share_one_origin() -> None:
    words = story(7, 400)
    found = origins(a=" ".join(words[:240]), b=" ".join(words[:340]), c=" ".join(words[150:]))
    assert set(found.values()) == {"o1"}


def test_many_copies_of_one_story_are_one_origin_and_cost_no_pairs() -> None:
    words = story(8)
    articles = {f"n{number:04}": " ".join([*words, f"tail{number}"]) for number in range(2000)}
    articles["z"] = " ".join(story(9))
    found = origins(**articles)
    assert {found[file] for file in articles if file != "z"} == {"o1"} and found["z"] == "o2"


def test_articles_without_words_are_not_copies_of_each_other() -> None:
    assert origins(a="", b="", c="…") == {"a": "o1", "b": "o2", "c": "o3"}
    assert group_origins([]) == {}
