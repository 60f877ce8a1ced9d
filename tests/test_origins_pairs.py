"""Two articles: one origin, or two reports of one thing? Each pair here is a case that once fooled somebody."""

from __future__ import annotations

import pytest

from factcheck.articles.sentences import split_sentences
from factcheck.origins import Comparison, Story, group_origins
from factcheck.origins.credits import find_credits
from factcheck.origins.pairs import JOINS, compare
from factcheck.origins.profiles import profile
from factcheck.speech.utterances import Utterance
from factcheck.types import Span

WIRE = """Ferry captain jailed over Lake Orsa sinking

KALVIK, May 3 (CPA) - The captain of a ferry that sank on Lake Orsa was jailed for five years on Friday.

Henrik Dallas, 61, had steered the Marigold at 19 knots through a field of ice, Kalvik District Court found. \
Four of the 87 passengers drowned on 12 January.

"You were asked three times to slow down, and three times you laughed," Judge Oona Rasmus told him.

Dallas said that he would appeal. "The ice was not on any chart that I was given," he told reporters.

The shipping company, Orsa Lines, paid a fine of 2.4 million crowns in March. Its director, Tove Lindh, resigned.

Prosecutor Paul Ekman had asked for seven years. He welcomed the sentence.

The Marigold was built in 1968 and had no radar. It lies at a depth of 40 metres."""

REPORTER = """'He laughed': families watch as ferry captain goes to jail

By Mira Tolland, Kalvik Evening Post

Astrid Venn held up a photograph of her son when the guards led the captain away.

"You were asked three times to slow down, and three times you laughed," the judge said to Henrik Dallas. Mrs \
Venn wept.

"I do not hate him. I hate the fog he has put over our lives," she told the Evening Post on the steps. Her son \
Jonas was 19 and on his way to his first job.

Next to her stood the diver Kai Borg, who brought up two of the dead. "The doors were locked from outside," he \
said. "Nobody in there wanted to hear that."

The families now want a public inquiry into the ministry of transport. Their lawyer, Sana Idris, counts eleven \
warnings since 2019 that nobody read. "A captain is easier to jail than a ministry," she said.

A choir sang in the market square until the shops closed."""

REWORDED = """Five years in prison for Orsa skipper

The man who commanded the Marigold when it went down on Lake Orsa has to go to prison for five years.

The District Court of Kalvik held it proven that Henrik Dallas, who is 61, raced through the ice at 19 knots. Of \
the 87 people on board, four lost their lives that 12 January.

Judge Oona Rasmus did not mince her words: he had been “asked three times to slow down” and had laughed.

Dallas wants to appeal. The ice, he claims, was missing from the charts he had been given.

Orsa Lines, the shipping company, had already been fined 2.4 million crowns in March, and director Tove Lindh \
had to resign. The prosecutor, Paul Ekman, who wanted seven years, is content.

The Marigold, a ship of 1968 without radar, still lies 40 metres down."""

TRANSLATED = """Cover » World » Courts

Prison for the captain of the ferry of the lake Orsa

The captain of a transbordador that sank in the lake Orsa has been condemned this Friday to five years of jail.

Henrik Dalas, of 61 years, drove the Marigold to 19 knots across a field of ice, according to the court of \
Kalvik. Four of the 87 passengers died drowned the 12 of January.

“They asked you three times to slow down, and three times you did not laugh”, said to him the judge Ona Rasmus.

“The ice was not in no chart that they gave me”, assured Dalas, that will appeal.

The company Orsa Lines paid in March a fine of 4.2 millions of crowns and its director, Tove Lind, resigned.

Share on Facebook | Print"""

FOLLOW_UP = """Ferry firm to scrap Orsa fleet after sinking

KALVIK, June 20 (CPA) - Orsa Lines will scrap its three remaining ferries by autumn, its new director said on \
Friday.

"These ships belong in a museum, and the museum does not want them," Karin Bloch told a news conference in Kalvik.

Two catamarans with radar, ordered from a yard in Finland, will replace them next year. They cost 95 million crowns.

Transport Minister Egil Sund announced inspections of all lake ferries. "We have looked away for too long," he said.

The Marigold sank on 12 January with four dead. Its captain was jailed for five years in May and has appealed.

Tickets will become about a tenth dearer, Bloch said. Commuters protested on the quay."""

FRAME = """About us

The Kalvik Courier has told the people of the lake shore what happens around them since the year 1911, six days \
a week. Our newsroom of fourteen reporters works in the old customs house on Harbour Street, next to the fish \
market.

Would you like to support local journalism? Become a member of the Friends of the Courier for forty crowns a \
month and receive our Sunday letter, our cookery book and two tickets for the summer party on the pier.

Petra Lund is the editor of the Kalvik Courier. She studied history in Uppsala, worked for the regional \
broadcaster and writes a column about dogs, rain and the difficulty of being on time."""

BAKERY = """Bakery on Mill Lane closes

After ninety years the bakery of the Aalto family on Mill Lane sold its last loaf on Saturday. "Flour costs \
twice what it did and nobody gets up at three any more," said Leena Aalto, 68.

The shop will become a dental practice."""

SCHOOL = """Pupils build telescope

Nine pupils of the Bergby school have ground a mirror for a telescope of their own. "We dropped the first one," \
said Elias Moe, 14. With the second they have seen the rings of Saturn.

The telescope stands on the roof of the gymnasium and may be used on clear Thursdays."""


def read(file: str, text: str, **more: object) -> Story:
    return Story(file, text, split_sentences(text), **more)  # type: ignore[arg-type]


def held(one: str, other: str) -> Comparison:
    return compare(profile(read("a", one)), profile(read("b", other)))


def grouped(**texts: str) -> set[tuple[str, ...]]:
    found = group_origins([read(file, text) for file, text in texts.items()]).origins
    return {tuple(sorted(file for file in found if found[file] == origin)) for origin in found.values()}


def test_two_reporters_in_one_court_share_a_quote_and_not_an_origin() -> None:
    found = held(WIRE, REPORTER)
    assert found.related and found.strength < JOINS


@pytest.mark.parametrize("other", [REWORDED, TRANSLATED])
def test_a_retelling_is_linked_by_its_sentences_in_order(other: str) -> None:
    found = held(WIRE, other)
    assert found.strength >= JOINS
    link = next(link for link in found.links if link.reason == "reworded")
    assert len(link.evidence) >= 5
    assert [pair[0] for pair in link.evidence] == sorted(pair[0] for pair in link.evidence)
    assert all(first.of(WIRE).strip() and second.of(other).strip() for first, second in link.evidence)


def test_a_drifted_quotation_is_evidence_of_both_sides() -> None:
    link = next(link for link in held(WIRE, TRANSLATED).links if link.reason == "shared_utterances")
    said = [(first.of(WIRE), second.of(TRANSLATED)) for first, second in link.evidence]
    assert ("You were asked three times to slow down, and three times you laughed,",
            "They asked you three times to slow down, and three times you did not laugh") in said  # fmt: skip


def test_a_follow_up_with_new_utterances_is_another_origin() -> None:
    assert held(WIRE, FOLLOW_UP).strength < JOINS


def test_all_together_form_the_groups_that_each_pair_suggests() -> None:
    assert grouped(wire=WIRE, reporter=REPORTER, reworded=REWORDED, mangled=TRANSLATED, later=FOLLOW_UP,
                   bakery=BAKERY) == {
        ("mangled", "reworded", "wire"), ("reporter",), ("later",), ("bakery",),
    }  # fmt: skip


def test_twenty_copies_change_no_other_group() -> None:
    texts = {f"copy{number:02}": f"{WIRE}\n\nEdition {number}" for number in range(20)}
    found = grouped(**texts, reporter=REPORTER, later=FOLLOW_UP, reworded=REWORDED)
    assert found == {(*sorted(texts), "reworded"), ("reporter",), ("later",)}


def test_a_frame_that_stayed_in_the_text_makes_two_stories_not_one() -> None:
    assert len(FRAME) > len(BAKERY)
    assert grouped(a=f"{BAKERY}\n\n{FRAME}", b=f"{SCHOOL}\n\n{FRAME}") == {("a",), ("b",)}


def test_reports_from_one_template_are_not_retellings() -> None:
    def report(place: str, people: str, amount: int) -> str:
        return (
            f"Unemployment in {place} published\n\nThe labour office of {place} counted {amount} people without work"
            f" in its district last month. That was {amount % 97 + 3} more than a year before, the office said."
            f" The rate went up to {amount % 7 + 2}.{amount % 9} percent. Director {people} called the figure"
            f" disappointing. In the building trade {amount // 11} jobs were vacant. In hotels it was {amount // 17}."
            f" Among the young, {amount // 5} were looking for work. The next figures will come on"
            f" {amount % 27 + 1} March."
        )

    pair = held(report("Arvika", "Jonna Silt", 14211), report("Tromso", "Mika Ravn", 20977))
    assert pair.strength < JOINS


def test_a_quotation_that_only_one_outlet_heard_links_those_who_pass_it_on() -> None:
    said = "We are watching closely whether the harbour sends any support, material or money, to the rebels"
    one = f'Ministry warns harbour\n\nMinister Ada Brook spoke to CNN. "{said}," Brook told CNN on Sunday.'
    other = (
        f'Fishermen fear for season\n\nThe herring is late. "{said}," Brook said to CNN. Fishermen at the harbour'
        ' shrugged. "Herring does not read newspapers," said skipper Olof Tan, who has mended his nets.'
    )

    def with_speech(file: str, text: str, via: str | None) -> Story:
        start = text.index(said)
        sentences = split_sentences(text)
        places = [place for place, found in enumerate(sentences) if found.start <= start < found.end]
        content = (Span(start, start + len(said)),)
        utterance = Utterance(places[0], places[0], sentences[places[0]].start, sentences[places[0]].end, content,
                              "Ada Brook", None, "told", "tell", "direct", via)  # fmt: skip
        return read(file, text, utterances=(utterance,))

    found = compare(profile(with_speech("a", one, "CNN")), profile(with_speech("b", other, "CNN")))
    assert found.links[0].reason == "shared_utterances" and found.strength >= JOINS


def test_the_same_words_of_two_named_speakers_are_two_utterances() -> None:
    text = "The figure for the port is far too low"

    def with_speaker(file: str, speaker: str) -> Story:
        whole = f'Dispute over port\n\n"{text}," {speaker} said on Monday in the town hall of Gdynia.'
        start, sentence = whole.index(text), split_sentences(whole)[1]
        utterance = Utterance(1, 1, sentence.start, sentence.end, (Span(start, start + len(text)),), speaker, None,
                              "said", "say", "direct")  # fmt: skip
        return read(file, whole, utterances=(utterance,))

    two = compare(profile(with_speaker("a", "Hana Moreau")), profile(with_speaker("b", "Karim Abara")))
    one = compare(profile(with_speaker("a", "Hana Moreau")), profile(with_speaker("b", "H. Moreau")))
    assert "shared_utterances" not in [link.reason for link in two.links]
    assert "shared_utterances" in [link.reason for link in one.links]


@pytest.mark.parametrize(
    ("text", "name", "least"),
    [
        ("Fire in port\n\nKALVIK, May 3 (CPA) - A fire broke out.", "CPA", 1.0),
        ("Fire in port\n\nBy our staff and CPA\n\nA fire broke out in the port.", "CPA", 1.0),
        ("Fire in port\n\nA fire broke out. It will burn for days, the Marren Valley Gazette has learned.",
         "Marren Valley Gazette", 0.5),
        ("Fire\n\nA fire broke out, according to the CPA news agency.", "CPA", 0.3),
        ("Fire\n\nA fire broke out, the minister told Reuters.", "Reuters", 0.3),
    ],
)  # fmt: skip
def test_credits_are_read_where_they_stand(text: str, name: str, least: float) -> None:
    found = {credit.name: credit for credit in find_credits(read("a", text))}
    assert found[name].sure and found[name].weight >= least


@pytest.mark.parametrize("text", ["She told the court that Washington was far.", "Nobody told NATO.", ""])
def test_who_is_told_is_not_always_an_outlet(text: str) -> None:
    assert not [credit for credit in find_credits(read("a", text)) if credit.sure]


def test_an_outlet_does_not_credit_itself() -> None:
    text = "Fire\n\nA fire broke out, the mayor told the Gazette."
    assert find_credits(read("a", text, outlet="Marren Valley Gazette")) == ()


def test_a_credit_alone_makes_no_story_of_two() -> None:
    assert grouped(a="KALVIK, May 3 (CPA) - " + BAKERY, b="KALVIK, May 3 (CPA) - " + SCHOOL) == {("a",), ("b",)}


@pytest.mark.parametrize(
    "text",
    [
        "." * 40_000,
        "“" + "... " * 20_000 + "”",
        "a" * 40_000,
        "told " * 10_000,
        ("A" * 30 + " ") * 3_000,
        "“One, two. " * 4_000,
        "By " + "and " * 30_000,
        "Kalvik\ud800 told Reuters\0 “of it”.",
    ],
)
def test_hostile_text_is_compared_like_any_other(text: str) -> None:
    found = held(text, WIRE)
    assert 0 <= found.strength < JOINS
    assert held(text, text).strength <= 1
