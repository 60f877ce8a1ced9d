"""Write synthetic news articles: seeded, of realistic length, with facts that can be asked for.

python benchmarks/corpus.py FOLDER --articles 1000 --seed 1
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path

FIRST = (
    "Amara Bruno Chidi Dalia Edgar Farah Goran Hana Igor Jana Karim Lucia Milan Nadia Omar Petra "
    "Quentin Rosa Stefan Tariq Uma Viktor Wanda Yusuf Zora"
).split()
LAST = (
    "Abara Brandt Castellano Dufour Eriksen Fontaine Grabowski Hashimoto Ivanenko Jovanovic "
    "Kowalczyk Lindqvist Moreau Nakamura Okafor Petrescu Quispe Ramires Sokolov Takahashi "
    "Ustinov Vasquez Whitfield Yilmaz Zielinski"
).split()
PLACES = (
    "Arvika Bergamo Constanta Dakar Esbjerg Ferrol Gdynia Haifa Izmir Jurmala Kaunas Larnaca "
    "Malaga Nantes Odense Porto Rijeka Split Trieste Utrecht Varna Wismar Zadar Tallinn"
).split()
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
).split(",")
SAYS = ("said,told reporters,wrote in a statement,argued,confirmed,insisted,acknowledged,denied,warned").split(",")
UNITS = ("million euros,kilometres,apartments,employees,tonnes of grain,passengers a day,complaints,megawatts").split(
    ","
)
WHEN = (
    "on Monday,late on Tuesday,on Wednesday morning,last week,in early March,"
    "two days before the vote,shortly after midnight,over the weekend"
).split(",")
ENDS = ("Leave a Reply", "Related Articles", "Share this story on Facebook", "Sign up to our newsletter")


@dataclass(frozen=True, slots=True)
class Fact:
    """A question that one sentence of one article answers."""

    file: str
    question: str
    answer: str
    sentence: str


def write_corpus(folder: Path, articles: int, *, seed: int = 1) -> list[Fact]:
    """Write articles and return one fact of each."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = []
    for number in range(articles):
        draw = random.Random(f"{seed}/{number}")
        text, fact = _article(draw, f"{number:05}.txt")
        (folder / fact.file).write_text(text, "utf-8")
        facts.append(fact)
    return facts


def _article(draw: random.Random, file: str) -> tuple[str, Fact]:
    people = [f"{draw.choice(FIRST)} {draw.choice(LAST)}" for _ in range(4)]
    place, topic, body = draw.choice(PLACES), draw.choice(TOPICS), draw.choice(BODIES)
    amount, unit = f"{draw.randrange(12, 9800):,}", draw.choice(UNITS)
    told = f"{body.capitalize()} in {place} put the figure for {topic} at {amount} {unit}."
    fact = Fact(file, f"What figure did {body} in {place} give for {topic}?", f"{amount} {unit}", told)
    paragraphs = [
        f"{place}: dispute over {topic} deepens",
        f"By {people[3]}",
        f"{place.upper()} — {_sentence(draw, people, place, topic)} {told}",
    ]
    for _ in range(draw.randrange(6, 14)):
        count = draw.randrange(1, 5)
        paragraphs.append(" ".join(_sentence(draw, people, place, topic) for _ in range(count)))
    if draw.random() < 0.5:
        paragraphs += draw.sample(ENDS, 2)
    return "\n\n".join(paragraphs) + "\n", fact


def _sentence(draw: random.Random, people: list[str], place: str, topic: str) -> str:
    who, role, body = draw.choice(people[:3]), draw.choice(ROLES), draw.choice(BODIES)
    number, unit, when = draw.randrange(3, 990), draw.choice(UNITS), draw.choice(WHEN)
    says, other = draw.choice(SAYS), draw.choice(TOPICS)
    return draw.choice(
        (
            f"{who}, a {role} of {body}, {says} {when} that {topic} would cost about {number} {unit}.",
            f"“We were never asked about {other},” {who} {says}, “and nobody in {place} believed the figures.”",
            f"According to {body}, at least {number} {unit} were affected {when}, mostly in the south of {place}.",
            f"The {role} declined to comment on {other}.",
            f"Asked whether the plan for {topic} had been dropped, {who.split()[1]} {says} that a decision"
            f" was expected {when} at the earliest.",
            f"{body.capitalize()} has rejected the claim, which first appeared in a report on {other}.",
            f"In {draw.choice(PLACES)}, a similar project ended after {number} days, when the U.S. investor"
            f" withdrew and Mr. {who.split()[1]} resigned.",
            f"Residents of {place} have waited for an answer since {draw.randrange(1991, 2024)}.",
        )
    )


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
