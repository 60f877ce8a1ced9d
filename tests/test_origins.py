"""Origins: copies by hashes, candidates without all pairs, groups that chain nothing unrelated together."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from factcheck.articles.sentences import split_sentences
from factcheck.origins import Comparison, Story, group_origins, sketch
from factcheck.origins.candidates import find_candidates, mark
from factcheck.origins.copies import find_copies
from factcheck.origins.grouping import form_groups
from factcheck.origins.wording import key_words, read_keys


def words(seed: int, count: int = 300) -> list[str]:
    draw = random.Random(seed)
    return [f"w{draw.randrange(5000)}" for _ in range(count)]


def copies(*texts: str) -> set[tuple[int, int]]:
    return set(find_copies([sketch(text) for text in texts]))


def story(file: str, text: str) -> Story:
    return Story(file, text, split_sentences(text))


def origins(**texts: str) -> dict[str, str]:
    return group_origins([story(file, text) for file, text in texts.items()]).origins


def groups(strengths: Mapping[str, float], *, unrelated: str = "", files: str = "abcdef") -> list[str]:
    """Groups of one-letter files from the strengths of pairs ("ab": 0.9)."""
    comparisons = [Comparison(pair[0], pair[1], strength, related=True) for pair, strength in strengths.items()]
    comparisons += [Comparison(pair[0], pair[1], 0.0, related=False) for pair in unrelated.split()]
    found = form_groups(files, comparisons, lambda a, b: 0.2).origins
    return sorted("".join(file for file in found if found[file] == origin) for origin in set(found.values()))


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
    found = group_origins([story(*item) for item in (("a", "“The request”, he said, was denied — twice."),
                                                     ("b", other), ("c", "Something else."))])  # fmt: skip
    assert found.origins == {"a": "o1", "b": "o1", "c": "o2"}
    assert [(link.reason, link.strength) for link in found.links] == [("near_copy", 1.0)]


def test_unrelated_articles_have_their_own_origins_numbered_by_file_name() -> None:
    found = origins(c="One two three.", a=" ".join(words(1)), b=" ".join(words(2)))
    assert found == {"a": "o1", "b": "o2", "c": "o3"}


def test_short_texts_are_copies_only_when_all_words_are_equal() -> None:
    assert copies("He denied the request.", "He denied the request twice.") == set()


def test_a_trimmed_reprint_is_a_copy_in_either_direction() -> None:
    whole, trimmed = " ".join(words(3)), " ".join(words(3)[:140])
    assert copies(whole, trimmed) == copies(trimmed, whole) == {(0, 1)}


def test_a_long_quotation_in_common_is_not_a_copy() -> None:
    quoted = words(4, 60)
    assert copies(" ".join(words(5) + quoted), " ".join(quoted + words(6))) == set()


def test_copies_of_copies_share_one_origin() -> None:
    whole = words(7, 400)
    found = origins(a=" ".join(whole[:240]), b=" ".join(whole[:340]), c=" ".join(whole[150:]))
    assert set(found.values()) == {"o1"}


def test_many_copies_of_one_story_cost_no_pairs() -> None:
    texts = [" ".join([*words(8), f"tail{number}"]) for number in range(600)]
    found = find_copies([sketch(text) for text in [*texts, " ".join(words(9))]])
    assert len(found) < 4 * len(texts)
    assert {place for pair in found for place in pair} == set(range(len(texts)))


def test_articles_without_words_are_not_copies_of_each_other() -> None:
    assert origins(a="", b="", c="…") == {"a": "o1", "b": "o2", "c": "o3"}
    assert group_origins([]).origins == {}


def test_candidates_are_those_who_share_rare_words_whatever_all_share() -> None:
    common = [f"common{number}" for number in range(80)]
    texts = [[*common, *(f"own{place}x{number}" for number in range(40))] for place in range(100)]
    texts[7] += [f"rare{number}" for number in range(40)]
    texts[93] += [f"rare{number}" for number in range(40)]
    assert find_candidates([mark(text) for text in texts]) == [(7, 93)]


def test_candidates_stay_few_in_a_corpus_on_one_story() -> None:
    draw = random.Random(1)
    vocabulary = [f"word{number}" for number in range(400)]
    marks = [mark(draw.sample(vocabulary, 100)) for _ in range(300)]
    assert len(find_candidates(marks)) <= 300 * 12


def test_names_are_known_by_their_sound_and_numbers_by_their_value() -> None:
    names = frozenset({"reyle", "reile", "philippa", "filipa", "wako", "vako"})
    assert key_words("Reyle, Philippa, Wako", names) == key_words("Reile Filipa Vako", names)
    assert key_words("1,450 at 7:40, six") == key_words("1450 at 7.40, 6")
    assert key_words("planned plans planning") == {"plan"}


def test_a_word_is_a_name_where_it_is_never_written_small() -> None:
    text = "Baker baked. On Monday, Mayor Rose Hill sent a rose to Hill."
    keys = set().union(*read_keys(text, split_sentences(text)))
    assert {key for key in keys if key.startswith("@")} == {"@mnd", "@mr", "@hill"}


def test_strong_links_join_and_weak_ones_do_not() -> None:
    assert groups({"ab": 0.8, "bc": 0.7, "ac": 0.3, "de": 0.4}) == ["abc", "d", "e", "f"]


def test_a_digest_does_not_make_its_stories_one() -> None:
    assert groups({"da": 1.0, "db": 0.99, "dc": 0.98}, unrelated="ab ac bc", files="abcd") == ["ad", "b", "c"]


def test_one_quotation_after_another_chains_up_nothing() -> None:
    assert groups({"ab": 0.62, "bc": 0.61, "cd": 0.6, "de": 0.59}, files="abcde") != ["abcde"]


def test_the_order_of_the_articles_makes_no_difference() -> None:
    texts = {f"n{number}": " ".join(words(11, 400)[number * 10 : 260 + number * 10]) for number in range(6)}
    texts |= {f"x{number}": " ".join(words(20 + number)) for number in range(4)}
    expected = group_origins([story(*item) for item in texts.items()])
    for seed in range(3):
        shuffled = random.Random(seed).sample(sorted(texts.items()), len(texts))
        assert group_origins([story(*item) for item in shuffled]) == expected
