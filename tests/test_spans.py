"""The shortest span of a sentence that answers: names, times, places, amounts, descriptions."""

from __future__ import annotations

import pytest
from newsroom import read_sentence

from factcheck.answering.positions import attached, belongs, beside, is_held, nearness_of
from factcheck.answering.readings import negated, same_noun
from factcheck.models.parser import Parser

BEST: list[tuple[str, str, str | None]] = [
    # Who: the doer, in active and passive voice, of nouns, by office.
    ("Who convicted Garrett Hollis?", "A jury on Wednesday convicted Garrett Hollis of fraud.", "jury"),
    ("Who was convicted?", "A jury on Wednesday convicted Garrett Hollis of fraud.", "Garrett Hollis"),
    ("Who scored twice?", "Captain Sofia Renaldi scored twice.", "Sofia Renaldi"),
    ("Who saved a penalty?", "Ingrid Bauer, the Eastvale goalkeeper, saved a penalty.", "Ingrid Bauer"),
    ("Who will sentence Hollis?", "Judge Miriam Okafor will sentence Hollis on June 12.", "Miriam Okafor"),
    ("Who rejected the accusation?", "The water company Ostra Water rejected the accusation.", "Ostra Water"),
    ("Who denied the charges?", "The charges were denied by the mayor, Edda Lindqvist.", "Edda Lindqvist"),
    ("Who condemned the decision?", "Union leader Carla Voss condemned the decision.", "Carla Voss"),
    ("Who denied the report?", "The Kremlin delivered its own denial.", "Kremlin"),
    ("Who owns Tessaro?", "Tessaro is owned by the Belgian group Arven.", "Arven"),
    ("Who won the Carrow Cup?", "Northgate Rovers won the Carrow Cup on Saturday.", "Northgate Rovers"),
    ("Who founded the company?", "The company was founded by Elsa Grimm in 1901.", "Elsa Grimm"),
    ("Who denied the report?", "It rained all day in the valley.", None),
    ("Who is the mayor of Verrin?", "Mayor Edda Lindqvist blamed blocked drains for the flood.", "Edda Lindqvist"),
    ("Who is the mayor of Lyme?", "The mayor of Lyme, Ann Low, denied it.", "Ann Low"),
    ("Who is the mayor of Lyme?", "The mayor of Lyme denied it.", None),
    ("Who is the coach?", "Peter Adeyemi, the coach of Northgate, praised his players.", "Peter Adeyemi"),
    ("Who is the coach?", "The coach of Northgate Rovers, Peter Adeyemi, praised his players.", "Peter Adeyemi"),
    ("Who is the director?", "Clara Voigt, director of the Tarn Museum, called the police.", "Clara Voigt"),
    ("Who is the ambassador?", "Minister Carl Dunne visited the harbour.", None),
    ("Whom did Sullivan meet?", "Sullivan met Yang Jiechi in Rome.", "Yang Jiechi"),
    ("With whom did Sullivan meet?", "Sullivan met with Yang Jiechi in Rome.", "Yang Jiechi"),
    # When.
    ("When was Tessaro founded?", "Tessaro was founded in Turin in 1957.", "1957"),
    ("When will Okafor sentence Hollis?", "Judge Miriam Okafor will sentence Hollis on June 12.", "June 12"),
    ("When did the river burst its banks?", "The River Ostra burst its banks early on Monday.", "Monday"),
    ("When did the meeting end?", "The meeting ended at a quarter to six without a statement.", "a quarter to six"),
    ("When did the match start?", "The match started at 8.30pm in heavy rain.", "8.30pm"),
    ("When will the bridge open?", "The bridge will open next spring.", "next spring"),
    ("When will the school open?", "The school will open in the autumn.", "autumn"),
    ("When was the treaty signed?", "The treaty has two parts.", None),
    ("When did he resign?", "He resigned after three years.", None),
    # Where.
    ("Where was the final played?", "The final was played at Dunmore Stadium on Saturday.", "Dunmore Stadium"),
    ("Where was Tessaro founded?", "Tessaro was founded in Turin in 1957.", "Turin"),
    ("Where did the boat sink?", "The boat sank off Cape Verano.", "Cape Verano"),
    ("Where did the boat sink?", "The boat sank at noon.", None),
    # Which.
    ("Which country sent aid?", "Norway sent two helicopters to the valley.", "Norway"),
    ("Which company owns Tessaro?", "Tessaro is owned by the Belgian group Arven.", "Arven"),
    ("Which bridge was destroyed?", "The flood destroyed the Alder Bridge.", "Alder Bridge"),
    ("Which hotel was evacuated?", "Guests were evacuated from the Hotel Bristol.", "Hotel Bristol"),
    ("Which country sent aid?", "Two helicopters arrived in the valley.", None),
    # How many: the number of the things asked about, its hedge included.
    ("How many people died?", "At least 14 people died when the river burst its banks.", "At least 14"),
    ("How many people were killed?", "The flood killed 17 people, the interior ministry said.", "17"),
    ("How many people died?", "Fourteen residents died in the flood.", "Fourteen"),
    ("How many spectators watched the match?", "Some 48,200 spectators watched the match.", "48,200"),
    ("How many residents were evacuated?", "More than 2,300 residents were evacuated to schools.", "More than 2,300"),
    ("How many people does the plant employ?", "The plant employs 1,150 people.", "1,150"),
    ("How many houses burned?", "Nearly two dozen houses burned down overnight.", "Nearly two dozen"),
    ("How many goals did Renaldi score?", "Renaldi scored two goals in the final.", "two"),
    ("How many fighters were sent?", "He would send 1,200 Chechen fighters to the front.", "1,200"),
    ("How many drones did Russia request?", "Russia requested drones from China on February 24.", None),
    ("What was the death toll?", "The death toll rose to 23 on Sunday.", "23"),
    ("What was the death toll?", "The death toll rose from 17 to 23 on Sunday.", "23"),
    ("What is the death toll?", "The flood killed 17 people.", "17"),
    # How much.
    ("How much did Hollis steal?", "Hollis stole $412,000 from the trust between 2016 and 2020.", "$412,000"),
    ("How much will repairs cost?", "Repairs to the bridge will cost 6.5 million euros.", "6.5 million euros"),
    ("How much did the fine come to?", "The court fined him 85,000 crowns.", "85,000 crowns"),
    ("How much did sales fall?", "Sales fell by 12 percent in March.", "12 percent"),
    ("What percentage of voters backed the plan?", "The plan was backed by 61% of voters.", "61%"),
    ("What was the cost of the bridge?", "The bridge cost £40 million.", "£40 million"),
    ("How much did it cost?", "It rained for three days.", None),
    # How old, how long.
    ("How old is Hollis?", "Hollis, 58, denied the charges throughout the trial.", "58"),
    ("How old was the driver?", "The 34-year-old driver was taken to hospital.", "34"),
    ("How old is the mayor?", "The mayor denied the charges.", None),
    ("How long will the rebuilding take?", "Rebuilding will take two years.", "two years"),
    ("How long did the strike last?", "The strike lasted more than six weeks.", "more than six weeks"),
    ("How long did the strike last?", "The strike began last week.", None),
    # Who is: title, apposition, predicate.
    ("Who is Miriam Okafor?", "Judge Miriam Okafor will sentence Hollis on June 12.", "Judge"),
    ("Who is Ingrid Bauer?", "Ingrid Bauer, the Eastvale goalkeeper, saved a penalty.", "Eastvale goalkeeper"),
    ("Who is Carla Voss?", "Union leader Carla Voss condemned the decision.", "Union leader"),
    ("Who is Taylor Fravel?", "Taylor Fravel is a political science professor.", "political science professor"),
    ("Who is Ingrid Bauer?", "The goalkeeper saved a penalty.", None),
    # What: the object, the subject, the instance of a kind.
    ("What did the flood destroy?", "The flood destroyed the Alder Bridge.", "Alder Bridge"),
    ("What caused the flood?", "Blocked drains caused the flood, the mayor said.", "Blocked drains"),
    ("What did Russia ask for?", "Russia asked for military assistance.", "military assistance"),
    ("What kind of equipment did Russia ask for?", "The official said that the request included drones.", "drones"),
    ("What kind of equipment did Russia ask for?", "The official praised the weather.", None),
]  # fmt: skip


@pytest.mark.parametrize(("question", "text", "best"), BEST)
def test_the_best_span_answers(question: str, text: str, best: str | None, parser: Parser) -> None:
    found = read_sentence(question, text, parser).best
    assert (found.text if found is not None else None) == best


@pytest.mark.parametrize(("question", "text"), [row[:2] for row in BEST])
def test_every_span_stands_at_its_place(question: str, text: str, parser: Parser) -> None:
    candidates = read_sentence(question, text, parser).candidates
    for candidate in candidates:
        assert text[candidate.start : candidate.end] == candidate.text
        assert 0 <= candidate.strength <= 1
    assert [c.strength for c in candidates] == sorted((c.strength for c in candidates), reverse=True)


def test_the_question_does_not_answer_itself(parser: Parser) -> None:
    found = read_sentence("Who met Sullivan?", "Sullivan spoke in Rome.", parser)
    assert not any("Sullivan" in candidate.text for candidate in found.candidates)


DENIALS = [
    ("The company will not cut pensions.", "cut", True),
    ("The company will cut pensions.", "cut", False),
    ("The company never cut pensions.", "cut", True),
    ("Nobody cut pensions.", "cut", True),
    ("We will allow no country to help.", "allow", True),
    ("He not only cut pensions but also closed the plant.", "cut", False),
    ("He refused to sign the treaty.", "sign", True),
    ("He agreed to sign the treaty.", "sign", False),
    ("We will not stand by and allow it.", "allow", True),
    ("The dam was not safe.", "safe", True),
    ("The dam was safe.", "safe", False),
]


@pytest.mark.parametrize(("text", "word", "denied"), DENIALS)
def test_denied_acts_are_seen(text: str, word: str, denied: bool, parser: Parser) -> None:
    (token,) = [token for token in parser.parse(text) if token.lower_ == word]
    assert negated(token) is denied


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [("people", "resident", True), ("drone", "drones", True), ("volunter", "volunteer", True),
     ("drone", "tank", False), ("people", "drone", False), ("ship", "shop", False)],
)  # fmt: skip
def test_nouns_count_the_same_things(first: str, second: str, same: bool) -> None:
    assert same_noun(first, second) is same


def test_times_belong_to_their_verb(parser: Parser) -> None:
    doc = parser.parse("He denied on Monday that the company had asked for help in May.")
    word = {token.text: token for token in doc}
    assert attached(word["Monday"], word["denied"])
    assert not attached(word["May"], word["denied"])
    assert belongs(word["Monday"], word["denied"]) == 1.0
    assert belongs(word["Monday"], word["asked"]) < 0.6
    assert not attached(word["Monday"], None)


def test_nearness_falls_with_distance(parser: Parser) -> None:
    doc = parser.parse("One two three four five six seven eight nine ten.")
    near = [nearness_of(token, doc[0]) for token in doc]
    assert near == sorted(near, reverse=True)
    assert min(near) >= 0.6
    assert nearness_of(doc[0], None) == 0.8


def test_an_office_is_told_from_what_it_is_of(parser: Parser) -> None:
    word = {token.text: token for token in parser.parse("The mayor of Lyme, Ann Low, denied it.")}
    assert is_held(word["Lyme"], "mayor")
    assert not is_held(word["Low"], "mayor")
    assert not is_held(word["Lyme"], "coach")
    assert beside(word["Low"]).text in {"mayor", "Low"}
