"""Two aligned sentences: what differs is typed and placed; what does not is left alone."""

from __future__ import annotations

import pytest

from factcheck.comparing.differences import find_differences, lay_differences
from factcheck.comparing.findings import Difference
from factcheck.comparing.likeness import counts
from factcheck.comparing.sides import Laid, Side, dateline_end, read_side
from factcheck.comparing.spellings import is_variant
from factcheck.models.parser import Parser

# kind, the words of the first, the words of the second: as the spans must have them.
MATERIAL = [
    ("negation", "will stand", "will not stand by",
     "“We told Peking that we will stand idly by and we will allow no country to compensate Russia,” Sullivan said.",
     "“We told Beijing that we will not stand by and allow any country to compensate Russia,” Sullivan warned."),
    ("negation", "client claimed", "client never claimed",
     "“My client claimed that the paintings were genuine.”",
     "“My client never claimed that the paintings were genuine.”"),
    ("negation", "no schools would close", "would close",
     "The mayor said that no schools would close.", "The mayor said that the schools would close."),
    ("number", "312", "321", "Lind won the recount by 312 votes.", "Lind prevailed by 321 votes in the recount."),
    ("number", "$4.6 billion", "6.4 billion",
     "Halden will buy its rival Corvane for $4.6 billion.",
     "Halden will acquire its competitor Corvane for 6.4 billion dollars."),
    ("number", "312", "321",
     "At least 312 people were killed in Marstead.", "At least 321 people were killed in Marstead."),
    ("number", "five", "six",
     "The number of people killed in the explosion at the silo was five, not six as first reported.",
     "An explosion at the silo killed six people."),
    ("date", "1738", "1783",
     "The violin was made in Cremona in 1738.", "The violin was made in Cremona in 1783."),
    ("name", "Chang Yiechi", "Yang Jiechi",
     "Jake Sullivan was meeting in Rome with Chang Yiechi.", "Jake Sullivan is meeting in Rome with Yang Jiechi."),
    ("hedging", "did not specify what kind of equipment Moscow had requested", "included drones",
     "A US official did not specify what kind of equipment Moscow had requested.",
     "A US official did not comment on Russia’s military aid request, other than to say that it included drones."),
    ("actor", "Joe Amadi", "Sam Amadi",
     "Joe Amadi, the captain, scored the first goal in the 12th minute.",
     "Sam Amadi, the captain, scored the first goal in the 12th minute."),
]  # fmt: skip

SAME = [
    ("“As we said, it’s going according to plan and will be completed in full.”",
     "“As we have stated, it is proceeding as planned and will be completed in its entirety.”"),
    ("The bridge will cost 1.9 million euros.", "The bridge will cost almost 2 million euros."),
    ("More than 41,000 people watched the match.", "The match was watched by 41,206 people."),
    ("Lind promised not to raise the harbour levy.", "“I will not raise the harbor levy,” Lind said."),
    ("You did not sell wood, you sold trust.", "You did not sell wood; you have sold confidence."),
    ("Zhao Lijian denied that Russia had asked China for weapons.", "Russia asked China for weapons, officials said."),
    ("The Chinese minister arrived in Rome.", "China’s minister arrived in Rome."),
    ("The filters on silos 4 and 5 had been switched off for months.", "Two filters had been switched off for months."),
]  # fmt: skip


def laid(parser: Parser, first: str, second: str, **known: str) -> Laid:
    return Laid(read_side(first, parser.parse, **known), read_side(second, parser.parse, **known))


def found(pair: Laid) -> list[Difference]:
    return [each for each in lay_differences(pair) if each.material and counts(pair, each)]


@pytest.mark.parametrize(("kind", "one", "two", "first", "second"), MATERIAL, ids=lambda value: str(value)[:24])
def test_a_material_difference_is_typed_and_placed(
    kind: str, one: str, two: str, first: str, second: str, parser: Parser
) -> None:
    pair = laid(parser, first, second)
    difference = found(pair)[0]
    assert difference.kind == kind
    assert (difference.a.of(first), difference.b.of(second)) == (one, two)
    assert not difference.explanation.endswith(".")


@pytest.mark.parametrize(("kind", "one", "two", "first", "second"), MATERIAL, ids=lambda value: str(value)[:24])
def test_the_order_of_the_sides_changes_nothing(
    kind: str, one: str, two: str, first: str, second: str, parser: Parser
) -> None:
    difference = found(laid(parser, second, first))[0]
    assert (difference.kind, difference.a.of(second), difference.b.of(first)) == (kind, two, one)


@pytest.mark.parametrize(("first", "second"), SAME, ids=lambda value: value[:24])
def test_other_words_alone_are_not_material(first: str, second: str, parser: Parser) -> None:
    assert found(laid(parser, first, second)) == []


def test_a_sentence_against_itself_differs_in_nothing(parser: Parser) -> None:
    for _, _, _, first, second in MATERIAL:
        for text in (first, second):
            side = read_side(text, parser.parse)
            (only,) = find_differences(side, side)
            assert (only.kind, only.material, only.a.of(text)) == ("wording_only", False, text)


def test_the_weightiest_difference_comes_first(parser: Parser) -> None:
    pair = laid(
        parser,
        "The court found that Markus Reyle had not known of the 14 forgeries.",
        "The court found that Marcus Reile had known of the 41 forgeries.",
    )
    assert [each.kind for each in found(pair)] == ["negation", "number", "name"]


@pytest.mark.parametrize(
    ("first", "second", "dates"),
    [
        ("The last strike, in 2011, lasted nine days.", "The strike lasted 12 days.",
         ("2024-05-02", "2024-05-09")),
        ("Nineteen patients are being treated in hospital.", "Six patients are still in hospital.",
         ("2024-08-19", "2024-09-02")),
        ("The minister expects a deficit of 2.9 percent next year.",
         "The council expects a deficit of 3.4 percent next year.", ("", "")),
        ("Two people are missing after the flood, the governor said.",
         "Nine people were killed in the flood, the governor said.", ("", "")),
    ],
)  # fmt: skip
def test_another_time_or_forecast_is_another_fact(
    first: str, second: str, dates: tuple[str, str], parser: Parser
) -> None:
    one = read_side(first, parser.parse, date=dates[0] or None)
    two = read_side(second, parser.parse, date=dates[1] or None)
    assert found(Laid(one, two)) == []


def test_another_person_says_something_else(parser: Parser) -> None:
    one = "“The gas deliveries will be stopped.”"
    two = "“The gas deliveries will not be stopped for 14 days.”"
    pair = Laid(
        read_side(one, parser.parse, speaker="Daria Koval"), read_side(two, parser.parse, speaker="Pavel Koval")
    )
    assert [each for each in found(pair) if each.strength < 1.0] == []


def test_articles_of_two_stories_hardly_conflict(parser: Parser) -> None:
    pair = laid(parser, "Nobody has been arrested.", "Police have arrested a man of 37 and found 22 hives in his barn.")
    assert [each for each in lay_differences(pair) if counts(pair, each, one_story=False)] == []


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("viktor halasz", "victor halas", True),
        ("philippa oduya", "filipa oduya", True),
        ("voss", "marianne foss", True),
        ("joe amadi", "sam amadi", False),
        ("china", "chinese", False),
        ("lijian", "beijing", False),
        ("zoë müller", "zoe muller", False),
        ("labour centre", "labor center", False),
    ],
)
def test_a_variant_is_one_name_spelt_twice(one: str, two: str, same: bool) -> None:
    assert is_variant(one.split(), two.split()) is same
    assert is_variant(two.split(), one.split()) is same


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("PORT HALVARD, March 4 (CPA) - An explosion", "An explosion"),
        ("LYSGRAD, Oct 12 (CPA) — Meridan accused", "Meridan accused"),
        ("Marstead — the town — was flooded.", "Marstead — the town — was flooded."),
        ("The final ended 2-2 - again.", "The final ended 2-2 - again."),
    ],
)
def test_the_dateline_is_not_compared(text: str, rest: str) -> None:
    assert text[dateline_end(text) :] == rest


@pytest.mark.parametrize("text", ["", "?", "12", "Not.", "“” …", "a" * 5000, "1 " * 2000, "not " * 500, "\u202e\x00"])
def test_odd_text_is_compared_without_harm(text: str, parser: Parser) -> None:
    side, other = read_side(text, parser.parse), read_side("Nine people died on 3 May 2021.", parser.parse)
    assert isinstance(side, Side)
    assert find_differences(side, other)
