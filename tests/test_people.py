"""Names of people over several files."""

from __future__ import annotations

import pytest

from factcheck.speech.people import Mention, Person, find_mentions, gather_people, name_similarity


def by_name(people: tuple[Person, ...]) -> dict[str, Person]:
    return {person.name: person for person in people}


def test_one_name_in_several_files_is_one_person() -> None:
    (person,) = gather_people(
        [
            Mention("a.txt", "Zhao Lijian", "spokesman"),
            Mention("b.txt", "Zhao Lijian", "Chinese spokesman"),
            Mention("c.txt", "Zhao Lijian", "spokesman"),
        ]
    )
    assert person.name == "Zhao Lijian"
    assert person.roles == ("spokesman", "Chinese spokesman")
    assert person.files == ("a.txt", "b.txt", "c.txt")
    assert person.variants == ()


def test_a_lone_surname_joins_its_only_bearer() -> None:
    (person,) = gather_people([Mention("a.txt", "Jake Sullivan"), Mention("b.txt", "Sullivan")])
    assert person.name == "Jake Sullivan"
    assert person.files == ("a.txt", "b.txt")


def test_two_people_of_one_surname_stay_two() -> None:
    people = by_name(
        gather_people(
            [
                Mention("a.txt", "Bram Delacourt", "leader"),
                Mention("b.txt", "Lotte Delacourt", "deputy"),
                Mention("b.txt", "Delacourt"),
                Mention("c.txt", "Delacourt"),
            ]
        )
    )
    assert set(people) == {"Bram Delacourt", "Lotte Delacourt", "Delacourt"}
    # In b.txt only Lotte can be meant; in c.txt nobody knows.
    assert people["Lotte Delacourt"].files == ("b.txt",)
    assert people["Delacourt"].files == ("c.txt",)
    assert all(not person.variants for person in people.values())


def test_a_transliteration_is_a_likely_variant_and_is_not_merged() -> None:
    people = by_name(
        gather_people([Mention("a.txt", "Yang Jiechi", "diplomat"), Mention("b.txt", "Chang Yiechi", "member")])
    )
    assert set(people) == {"Yang Jiechi", "Chang Yiechi"}
    (variant,) = people["Yang Jiechi"].variants
    assert (variant.name, variant.files) == ("Chang Yiechi", ("b.txt",))
    assert "alike" in variant.reason


def test_two_spellings_in_one_file_are_two_people() -> None:
    people = gather_people([Mention("a.txt", "Anna Berg"), Mention("a.txt", "Anna Bergh")])
    assert [person.variants for person in people] == [(), ()]


VARIANTS = [
    ("Anton Reyle", "Anton Reile"),
    ("Philippa Oduya", "Filipa Oduya"),
    ("Volodymyr Zelensky", "Vladimir Zelenskiy"),
    ("Sergei Shoigu", "Serguéi Shoigú"),
    ("Muammar Gaddafi", "Moammar Qadhafi"),
]
OTHERS = [
    ("Anton Reyle", "Markus Reyle"),
    ("Jake Sullivan", "John Sullivan"),
    ("Yang Jiechi", "Wang Yi"),
    ("Xi Jinping", "Liu Pengyu"),
    ("Elena Brandt", "Joakim Brandt"),
    ("Maria Lopez", "Peter Marsh"),
]


@pytest.mark.parametrize(("first", "second"), VARIANTS)
def test_near_spellings_are_variants(first: str, second: str) -> None:
    people = gather_people([Mention("a.txt", first), Mention("b.txt", second)])
    assert [[variant.name for variant in person.variants] for person in sorted(people, key=lambda p: p.name)] == [
        [name] for name in sorted((first, second), reverse=True)
    ]


@pytest.mark.parametrize(("first", "second"), OTHERS)
def test_other_people_are_no_variants(first: str, second: str) -> None:
    people = gather_people([Mention("a.txt", first), Mention("b.txt", second)])
    assert [person.variants for person in people] == [(), ()]


def test_similarity_is_symmetric_and_bounded() -> None:
    for first, second in VARIANTS + OTHERS:
        assert name_similarity(first, second) == name_similarity(second, first)
        assert 0 <= name_similarity(first, second) <= 1
    assert name_similarity("Ada Brook", "Ada Brook") == 1
    assert name_similarity("", "Ada Brook") == 0


def test_descriptions_are_no_names() -> None:
    assert gather_people([Mention("a.txt", "US official"), Mention("a.txt", "two people"), Mention("a.txt", "")]) == ()


def test_an_article_names_people_with_what_they_are() -> None:
    text = (
        "Fire chief Rosalind Achebe came.\nMr Sand, who left, met Liu Pengyu, a spokesman at the embassy.\n"
        "The head of the largest union, Dieter Molnar, spoke in Port Halvard with the member of the Politburo"
        " of the Party Chang Yiechi."
    )
    assert find_mentions("a.txt", text) == (
        Mention("a.txt", "Rosalind Achebe", "Fire chief"),
        Mention("a.txt", "Liu Pengyu", "spokesman at the embassy"),
        Mention("a.txt", "Dieter Molnar", "head of the largest union"),
        Mention("a.txt", "Chang Yiechi", "member of the Politburo of the Party"),
    )


def test_many_names_are_compared_in_time() -> None:
    mentions = [Mention(f"{n}.txt", f"{chr(65 + n % 26)}nn{n % 17}a Berg{chr(97 + n % 23)}o{n}") for n in range(400)]
    assert gather_people(mentions) == gather_people(reversed(mentions))
