"""Write synthetic news articles: seeded, of realistic length, with outlets, dates, reprints and facts to ask for.

python benchmarks/corpus.py FOLDER --articles 1000 --seed 1

Each article depends on the seed and its number only, so that the first N of a larger corpus are the corpus of N.
Lengths are log-normal around 520 words (the seed articles have 424 to 1,405). About three in ten articles are reprints
of an earlier one: another headline and outlet, the end cut off, words changed, sometimes a paragraph added.
"""

from __future__ import annotations

import argparse
import datetime
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

FIRST = (
    "Amara Bruno Chidi Dalia Edgar Farah Goran Hana Igor Jana Karim Lucia Milan Nadia Omar Petra "
    "Quentin Rosa Stefan Tariq Uma Viktor Wanda Yusuf Zora Agnes Bela Carmen Dmitri Elena Felix Greta Hugo Ines "
    "Jakob Katya Leon Marta Nils Olga Pavel Renata Samir Tessa Ulrich Vera Walter Xenia Ylva Zeno"
).split()
LAST = (
    "Abara Brandt Castellano Dufour Eriksen Fontaine Grabowski Hashimoto Ivanenko Jovanovic "
    "Kowalczyk Lindqvist Moreau Nakamura Okafor Petrescu Quispe Ramires Sokolov Takahashi "
    "Ustinov Vasquez Whitfield Yilmaz Zielinski"
).split() + [
    stem + end
    for stem in "Al Bar Cor Dan El Far Gol Hal Jan Kar Lem Mar Nor Ost Pel Ros Sand Tor Val Wes".split()
    for end in "akis berg enko eira feld gaard ić kamp lund mann nescu ova quist rossi ström tega unas vik".split()
]
PLACES = (
    "Arvika Bergamo Constanta Dakar Esbjerg Ferrol Gdynia Haifa Izmir Jurmala Kaunas Larnaca "
    "Malaga Nantes Odense Porto Rijeka Split Trieste Utrecht Varna Wismar Zadar Tallinn"
).split() + [
    stem + end
    for stem in "Aver Brack Carr Dun Easter Fen Grim Holl Iver Kings Lang Mill North Oak Pen Rad Sel Thorn".split()
    for end in "bridge bury by combe dale ford ham leigh mouth ness port stead ton wick worth".split()
]
BODIES = (
    "the harbour authority,the energy ministry,the city council,the water utility,"
    "the national bank,the transport agency,the teachers' union,the fire brigade,"
    "the court of appeal,the statistics office,the health inspectorate,the railway operator"
).split(",")
ROLES = (
    "spokesman,spokeswoman,director,deputy minister,chief engineer,prosecutor,mayor,union leader,analyst,commissioner"
).split(",")
TOPICS = (
    "a new tramway,the closure of the old refinery,flood defences along the river,"
    "a shortage of nurses,the sale of the airport,a strike of dock workers,"
    "the reform of pensions,a cyberattack on hospitals,the restoration of the cathedral,"
    "a ban on night flights,the price of drinking water,the search for a missing trawler"
).split(",") + [
    f"{change} {thing}"
    for change in "the sale of,the delay to,a dispute over,the cost of,an inquiry into,the privatisation of".split(",")
    for thing in (
        "the northern bypass,the grain terminal,school meals,the county archive,the ferry fleet,the power station,"
        "the botanical garden,the police helicopter,rural clinics,the stadium roof,the prison annexe,the lignite mine,"
        "the radio orchestra,a recycling plant,the student halls,the lighthouse service,bus shelters,the opera house"
    ).split(",")
]
SAYS = ("said,told reporters,wrote in a statement,argued,confirmed,insisted,acknowledged,denied,warned").split(",")
UNITS = ("million euros,kilometres,apartments,employees,tonnes of grain,passengers a day,complaints,megawatts").split(
    ","
)
WHEN = (
    "on Monday,late on Tuesday,on Wednesday morning,last week,in early March,"
    "two days before the vote,shortly after midnight,over the weekend"
).split(",")
PAPERS = "Courier,Gazette,Post,Herald,Chronicle,Observer,Tribune,Evening News".split(",")
AGENCIES = ("NPA", "Meridian", "Coastal Press")
ENDS = ("Leave a Reply", "Related Articles", "Share this story on Facebook", "Sign up to our newsletter")
TEMPLATES = (
    "{person}, a {role} of {body}, {says} {when} that {topic} would cost about {number} {unit}.",
    "“We were never asked about {other},” {person} {says}, “and nobody in {place} believed the figures.”",
    "According to {body}, at least {number} {unit} were affected {when}, mostly in the south of {place}.",
    "The {role} declined to comment on {other}.",
    "Asked whether the plan for {topic} had been dropped, {surname} {says} that a decision was expected {when}.",
    "{body} has rejected the claim, which first appeared in a report on {other}.",
    "In {town}, a similar project ended after {number} days, when the U.S. investor left and Mr. {surname} resigned.",
    "Residents of {place} have waited for an answer since {year}.",
    "A letter seen by this newspaper puts {number} {unit} down to {topic} alone.",
    "{surname}, who was {role} in {town} until {year}, called {other} “a lesson that {place} has not learnt”.",
    "Not so, {says} {person} of {body}: the {unit} were counted twice.",
    "By {year}, {town} had {number} {unit}; {place} never came near that.",
    "Neither {body} nor the {role} would say who had signed the contract with {surname}.",
    "“Ask {body},” {says} {surname}. “The papers on {topic} have been there since {year}.”",
    "The vote on {topic}, put off {when}, may now be held in {town}.",
    "Critics point to {town}, where {other} took {number} weeks longer than {person} had promised.",
)
# What is drawn for a sentence; the rest is its story's.
DRAWN = {
    "body": BODIES, "role": ROLES, "says": SAYS, "when": WHEN, "unit": UNITS, "other": TOPICS, "town": PLACES,
    "number": range(3, 990), "year": range(1951, 2024),
}  # fmt: skip
SENTENCES = [(each, [name for name in DRAWN if f"{{{name}}}" in each]) for each in TEMPLATES]
# What an editor changes in a reprint.
CHANGES = (
    (" about ", " roughly "), (" at least ", " no fewer than "), (" mostly ", " chiefly "), (" expected ", " due "),
    (" rejected ", " dismissed "), (" similar ", " comparable "), (" waited ", " been waiting "), (" alone.", " only."),
)  # fmt: skip
FIRST_DAY = datetime.date(2015, 1, 1)
# Articles a day in the corpus; a story is reprinted while it is new.
A_DAY = 25
REPRINTED = 0.3
WITHIN = 120


@dataclass(frozen=True, slots=True)
class Fact:
    """A question that one sentence of one article answers."""

    file: str
    question: str
    answer: str
    sentence: str


@dataclass(frozen=True, slots=True)
class _Story:
    """What is printed, before a newspaper gives it a head."""

    place: str
    topic: str
    people: tuple[str, ...]
    paragraphs: tuple[str, ...]
    fact: Fact


def write_corpus(folder: Path, articles: int, *, seed: int = 1, first: int = 0) -> list[Fact]:
    """Write the articles from number `first` on, and return one fact of each."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = []
    for text, fact in make_articles(articles, seed=seed, first=first):
        (folder / fact.file).write_text(text, "utf-8")
        facts.append(fact)
    return facts


def make_articles(articles: int, *, seed: int = 1, first: int = 0) -> Iterator[tuple[str, Fact]]:
    """Yield the text of each article and a fact of it."""
    for number in range(first, articles):
        yield _print(seed, number)


def _print(seed: int, number: int) -> tuple[str, Fact]:
    draw = random.Random(f"{seed}/{number}")
    source = _find_source(seed, number)
    story = _write(random.Random(f"{seed}/{source}/story"), source)
    reprint = source != number
    paragraphs = _edit(draw, story) if reprint else list(story.paragraphs)
    date = FIRST_DAY + datetime.timedelta(days=number // A_DAY)
    agency = f" ({draw.choice(AGENCIES)})" if reprint else ""
    paragraphs[0] = f"{story.place.upper()}, {date:%b}. {date.day}{agency} - {paragraphs[0]}"
    head = [
        _headline(draw, story),
        f"By {draw.choice(FIRST)} {draw.choice(LAST)}\n"
        f"{draw.choice(PLACES)} {draw.choice(PAPERS)}, {date.day} {date:%B %Y}",
    ]
    ends = draw.sample(ENDS, 2) if draw.random() < 0.5 else []
    return "\n\n".join([*head, *paragraphs, *ends]) + "\n", replace(story.fact, file=f"{number:05}.txt")


def _find_source(seed: int, number: int) -> int:
    """Return the number of the article that one is a reprint of, or its own."""
    draw = random.Random(f"{seed}/{number}/source")
    while number and draw.random() < REPRINTED:
        # One of a few wire stories of these days, so that some are printed often.
        number = max(0, number - 1 - int(WITHIN * draw.random() ** 2))
        draw = random.Random(f"{seed}/{number}/source")
    return number


def _write(draw: random.Random, number: int) -> _Story:
    people = tuple(f"{_pick(draw, FIRST)} {_pick(draw, LAST)}" for _ in range(4))
    place, topic, body = _pick(draw, PLACES), _pick(draw, TOPICS), _pick(draw, BODIES)
    amount, unit = f"{draw.randrange(12, 9800):,}", _pick(draw, UNITS)
    told = f"{_upper(body)} in {place} put the figure for {topic} at {amount} {unit}."
    question = f"What figure did {body} in {place} give for {topic}?"
    fact = Fact(f"{number:05}.txt", question, f"{amount} {unit}", told)
    words = min(max(draw.lognormvariate(6.2, 0.45), 120), 2500)
    paragraphs = [f"{_sentence(draw, people, place, topic)} {told}"]
    written = len(paragraphs[0].split())
    while written < words:
        count = draw.randrange(1, 5)
        paragraphs.append(" ".join(_sentence(draw, people, place, topic) for _ in range(count)))
        written += len(paragraphs[-1].split())
    return _Story(place, topic, people, tuple(paragraphs), fact)


def _edit(draw: random.Random, story: _Story) -> list[str]:
    """Return the paragraphs of a reprint: cut from the end, words changed, but for the first paragraph."""
    kept = max(2, round(len(story.paragraphs) * draw.uniform(0.4, 1.0)))
    paragraphs = list(story.paragraphs[:kept])
    for old, new in draw.sample(CHANGES, 3):
        paragraphs[1:] = [paragraph.replace(old, new) for paragraph in paragraphs[1:]]
    if draw.random() < 0.3:
        people = (f"{_pick(draw, FIRST)} {_pick(draw, LAST)}", *story.people[1:])
        paragraphs.append(_sentence(draw, people, _pick(draw, PLACES), story.topic))
    return paragraphs


def _headline(draw: random.Random, story: _Story) -> str:
    surname = story.people[0].split()[1]
    return draw.choice(
        (
            f"{story.place}: dispute over {story.topic} deepens",
            f"{surname} under pressure over {story.topic}",
            f"{_upper(story.topic)} divides {story.place}",
            f"What {story.place} was not told about {story.topic}",
        )
    )


def _sentence(draw: random.Random, people: Sequence[str], place: str, topic: str) -> str:
    template, drawn = SENTENCES[int(draw.random() * len(SENTENCES))]
    person = _pick(draw, people[:3])
    values = {name: _pick(draw, DRAWN[name]) for name in drawn}
    values |= {"person": person, "surname": person.split()[1], "place": place, "topic": topic}
    text = template.format_map(values)
    return _upper(text)


def _pick(draw: random.Random, choices: Sequence[Any]) -> Any:
    return choices[int(draw.random() * len(choices))]  # a third of the time of `choice`


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    facts = write_corpus(options.folder, options.articles, seed=options.seed)
    print(f"{len(facts)} articles in {options.folder}")


if __name__ == "__main__":
    main()
