"""Which sentences of two files are laid beside each other, found without a model."""

from __future__ import annotations

import itertools

from factcheck.comparing.aligning import Aligner, Line
from factcheck.comparing.terms import Weights, read_terms, stem

WIRE = (
    "Flood kills nine in Marstead",
    "At least nine people were killed when the River Tolva burst its banks near Marstead on Thursday.",
    "Governor Elena Brandt said the dam at Kalten was never in danger.",
    "The bridge at Oberau will cost £14.2 million to rebuild.",
)
RETOLD = (
    "Nine dead in Marstead flood",
    "The River Tolva burst its banks near Marstead and killed nine people.",
    "Elena Brandt, the governor, insists that the Kalten dam was in danger.",
    "Rebuilding it is put at £12.4 million.",
)
OTHER = (
    "Police have arrested a man of 37 from Tarby.",
    "Nobody said what the honey was worth.",
    "The beekeeper Ulla Storm lost 22 hives.",
)


def lines(**files: tuple[str, ...]) -> list[Line]:
    return [Line(file, text) for file, texts in files.items() for text in texts]


def paired(found: list[Line]) -> set[frozenset[str]]:
    return {both(found[pair.a].text, found[pair.b].text) for pair in Aligner(found).align()}


def both(one: str, two: str) -> frozenset[str]:
    return frozenset((one, two))


def test_each_sentence_meets_the_one_that_tells_the_same() -> None:
    pairs = paired(lines(wire=WIRE, retold=RETOLD))
    assert {both(WIRE[0], RETOLD[0]), both(WIRE[1], RETOLD[1]), both(WIRE[2], RETOLD[2])} <= pairs
    assert both(WIRE[2], RETOLD[1]) not in pairs


def test_a_number_with_exchanged_digits_brings_sentences_together() -> None:
    assert both(WIRE[3], RETOLD[3]) in paired(lines(wire=WIRE, retold=RETOLD))


def test_another_story_is_not_compared() -> None:
    assert both(WIRE[1], RETOLD[1]) in paired(lines(wire=WIRE, other=OTHER, retold=RETOLD))
    assert paired(lines(wire=WIRE, other=OTHER)) == set()


def test_a_sentence_that_the_other_file_has_word_for_word_meets_no_other() -> None:
    copy = (*RETOLD, WIRE[1])
    assert not any(WIRE[1] in pair for pair in paired(lines(wire=WIRE, copy=copy)))


def test_sentences_of_one_file_are_not_compared() -> None:
    assert paired(lines(wire=WIRE + RETOLD)) == set()
    assert Aligner([]).align() == []


def test_what_one_does_not_specify_meets_what_another_gives() -> None:
    silent = ("The ministry of Ordavia did not specify what kind of weapons it had requested.",)
    given = ("Ordavia has requested weapons from Meridan, specifically drones, the ministry of Ordavia said.",)
    assert len(paired(lines(a=silent + WIRE[:1], b=given + RETOLD[:1]))) >= 1


def test_where_something_may_differ_comes_first() -> None:
    told = lines(
        wire=(*WIRE, "Firemen pumped the cellars dry."), retold=(*RETOLD, "The cellars were pumped dry by firemen.")
    )
    found = Aligner(told).align()
    order = [both(told[pair.a].text, told[pair.b].text) for pair in found]
    same = both("Firemen pumped the cellars dry.", "The cellars were pumped dry by firemen.")
    assert order.index(both(WIRE[2], RETOLD[2])) < order.index(same)
    assert all(0 < pair.likeness <= 1 and 0 < pair.story <= 1 for pair in found)


def test_a_speaker_is_part_of_what_is_looked_up() -> None:
    one, two = Line("a", "It was safe.", "Bo Sandell"), Line("b", "It was not safe.", "Bo Sandell")
    frame = [Line(file, text) for file in "ab" for text in WIRE]
    with_speaker = Aligner([one, *frame[:4], two, *[Line("b", text) for text in RETOLD]]).align()
    assert any((pair.a, pair.b) == (0, 5) for pair in with_speaker)


def test_terms_are_stems_names_and_numbers() -> None:
    terms = read_terms("In Marstead, twelve buses burned; 1,312 people fled to Beijing.")
    assert {"#12", "#1312", "~1123"} <= terms.numbers
    assert stem("marstead") in terms.names
    assert stem("burned") == stem("burns") == stem("burning")
    assert stem("beijing") == stem("chinese")
    assert not {"the", "to", "in"} & terms.words


def test_a_dateline_is_not_looked_up() -> None:
    assert stem("halvard") not in read_terms("PORT HALVARD - Six died.", start=15).words


def test_rare_terms_weigh_more() -> None:
    weights = Weights([read_terms("flood dam"), read_terms("flood"), read_terms("flood bridge")])
    assert weights.of(stem("dam")) > weights.of(stem("flood")) > 0
    assert weights.of("#7") > weights.of("seven-league")


def test_many_files_that_share_a_frame_do_not_all_meet() -> None:
    frame = "Subscribe to our newsletter for more news from the region."
    words = ["".join(letters) for letters in itertools.product("bdfgk", "aeiou", "lmnrt")]
    files = {f"f{word}": (frame, f"Of {word}zo nothing but {word}pu was told.") for word in words}
    assert paired(lines(**files)) == set()
