"""What is broken at every step, and what must hold afterwards: shared by test_crash.py and the benchmark."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from disk import FULL, KILL, READ_ONLY, STOP, Machine, Step, copy_place
from power import Disk, cut_power, read_disk, write_disk
from test_sync import story, write

Arguments = tuple[str, ...]
COUNT = 6
WORDS = tuple(f"word{number}" for number in range(COUNT))


@dataclass(frozen=True, slots=True)
class Scenario:
    """A command over a place.

    Attributes:
        name: As the matrix shows it.
        arguments: The command; run again, it finishes what was begun.
        prepare: Makes the place as it is before the command.
        again: The command that goes on, where it is another.
    """

    name: str
    arguments: Arguments
    prepare: Callable[[Machine, Path], None]
    again: Arguments = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A scenario with what was before, and what an uninterrupted run leaves.

    Attributes:
        scenario: The command.
        base: The place before it.
        steps: Every change that the command makes.
        disk: What was on the disk before it, with its inodes.
        before: What a reader finds before it.
        after: What a reader finds after it.
        wanted: All that it leaves.
        paid: What was paid for, in all.
    """

    scenario: Scenario
    base: Path
    steps: list[Step]
    disk: tuple[Disk, dict[str, int]]
    before: dict[str, str]
    after: dict[str, str]
    wanted: dict[str, Any]
    paid: Counter[str]


def write_articles(machine: Machine, place: Path) -> None:
    for number, word in enumerate(WORDS):
        write(place / "articles", f"a{number:02}.txt", story(word, 14))


def index_articles(machine: Machine, place: Path) -> None:
    write_articles(machine, place)
    _run(machine, place, "index", "articles")


def change_articles(machine: Machine, place: Path) -> None:
    """One changed, one new, one gone, one under another name."""
    index_articles(machine, place)
    write(place / "articles", "a01.txt", story("changed", 15))
    write(place / "articles", "new.txt", story("novel", 6))
    (place / "articles" / "a02.txt").unlink()
    (place / "articles" / "a03.txt").rename(place / "articles" / "moved.txt")


def lose_vectors(machine: Machine, place: Path) -> None:
    index_articles(machine, place)
    (place / "index" / "build-1" / "chroma.json").unlink()


def remove_article(machine: Machine, place: Path) -> None:
    index_articles(machine, place)
    _run(machine, place, "remove", "a03.txt")
    _run(machine, place, "index", "articles")


def ask_questions(machine: Machine, place: Path) -> None:
    index_articles(machine, place)
    lines = [json.dumps({"id": f"q{n}", "question": f"What of {word}?"}) for n, word in enumerate((*WORDS, "none"))]
    (place / "in.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def answer_questions(machine: Machine, place: Path) -> None:
    ask_questions(machine, place)
    _run(machine, place, *BATCH)


def write_golden(machine: Machine, place: Path) -> None:
    index_articles(machine, place)
    lines = [
        json.dumps(
            {
                "id": f"g{n}", "question": f"What of {word}?", "answers": [[word]], "answerable": True,
                "citations": [{"file": f"a{n:02}.txt", "quote": f"The {word} number 0 was seen near the {word} harbour"
                                                                " on Monday."}],
            }
        )
        for n, word in enumerate(WORDS)
    ]  # fmt: skip
    (place / "golden.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def upload_article(machine: Machine, place: Path) -> None:
    write_articles(machine, place)
    place.parent.joinpath("upload.txt").write_text(story("upload"), encoding="utf-8")


BATCH = ("batch", "in.jsonl", "-o", "out.jsonl")
SCENARIOS = (
    Scenario("index, first", ("index", "articles"), write_articles),
    Scenario("index, changes", ("index", "articles"), change_articles),
    Scenario("index --rebuild", ("index", "articles", "--rebuild"), change_articles),
    Scenario("index --again", ("index", "articles", "--again"), remove_article),
    Scenario("remove", ("remove", "a03.txt"), index_articles),
    Scenario("ask, vectors lost", ("mend",), lose_vectors, ("index", "articles")),
    Scenario("batch", BATCH, ask_questions),
    Scenario("batch --restart", (*BATCH, "--restart"), answer_questions, BATCH),
    Scenario("eval", ("eval", "golden.jsonl", "-o", "run"), write_golden),
    Scenario("upload", ("upload",), upload_article),
)


def prepare(machine: Machine, scenario: Scenario, folder: Path) -> Prepared:
    """Make the place, and run the command once without harm."""
    base = folder / "base"
    base.mkdir(parents=True)
    scenario.prepare(machine, base)
    place = copy_place(base, folder / "place")  # the same path as at each point, for files are known by it
    before = _articles(machine, copy_place(base, folder / "seen"))
    disk = read_disk(place)
    steps = machine.record(place, scenario.arguments)
    wanted = machine.state(place)
    return Prepared(scenario, base, steps, disk, before, _articles(machine, place), wanted, _paid(place))


def kill_at(machine: Machine, prepared: Prepared, point: int, *, blow: int = KILL) -> str:
    """Kill the command at a step, look, and run it again; return what was found, and fail where it is not right."""
    scenario, folder = prepared.scenario, prepared.base.parent
    place = copy_place(prepared.base, folder / "place")
    code, said = machine.run(place, scenario.arguments, at=point, blow=blow)
    if code == 0:
        return "had ended"
    if blow in (FULL, READ_ONLY):
        assert code in (1, 2) and "error: " in said, (code, said)
        assert "Traceback" not in said and "a bug in factcheck" not in said, said
    elif blow == STOP:
        command = scenario.arguments[0] not in ("mend", "upload")  # these are no commands, and just end
        assert (code == 130 and "error: interrupted" in said) if command else code == -15, (code, said)
    else:
        assert code == -9, (code, said)
    found = check_seen(prepared, _articles(machine, copy_place(place, folder / "seen")))
    finish(machine, prepared, place)
    return found


def cut_at(machine: Machine, prepared: Prepared, point: int, kind: str) -> str:
    """Cut the power after a number of steps, look, and run the command again; return what was found.

    After the last step the command has said that it is done: then nothing of it may be lost.
    """
    folder = prepared.base.parent
    place, (disk, folders) = folder / "place", deepcopy(prepared.disk)
    write_disk(cut_power(disk, folders, prepared.steps[:point], kind, seed=point), place)
    seen = _articles(machine, copy_place(place, folder / "seen"))
    found = check_seen(prepared, seen)
    if point == len(prepared.steps):
        assert seen == prepared.after, "the command was done"
    finish(machine, prepared, place)
    return found


def check_seen(prepared: Prepared, seen: dict[str, str]) -> str:
    """Every article is as it was or as it becomes; say which."""
    for file in {*seen, *prepared.before, *prepared.after}:
        assert seen.get(file) in (prepared.before.get(file), prepared.after.get(file)), f"{file} is neither old nor new"
    if prepared.before == prepared.after:
        return "same"
    return "old" if seen == prepared.before else "new" if seen == prepared.after else "partly new, each article whole"


def finish(machine: Machine, prepared: Prepared, place: Path) -> None:
    """Run the command again: it leaves what an uninterrupted run leaves, and pays for nothing twice."""
    code, said = machine.run(place, prepared.scenario.again or prepared.scenario.arguments)
    assert code == 0 or (prepared.scenario.name == "remove" and code == 2 and "not in the index" in said), said
    found = machine.state(place)
    different = {name for name in {*found, *prepared.wanted} if found.get(name) != prepared.wanted.get(name)}
    assert not different, {name: (found.get(name), prepared.wanted.get(name)) for name in different}
    paid = _paid(place)
    assert set(paid) == set(prepared.paid), (paid, prepared.paid)
    # Killed before it began anew, the finished job is gone on with.
    assert paid.total() - prepared.paid.total() <= 1, "more than what was under way was asked again"


def _articles(machine: Machine, place: Path) -> dict[str, str]:
    code, found = machine.look(place)
    assert code == 0, found
    if "missing" in found:
        assert "factcheck index FOLDER" in found["missing"]
    return dict(found.get("articles", {}))


def _paid(place: Path) -> Counter[str]:
    ledger = place / "ledger"
    # A line may be torn, and the next one then stands behind what is left of it.
    return Counter(re.findall(r"What of \w+\?", ledger.read_text("utf-8"))) if ledger.exists() else Counter()


def _run(machine: Machine, place: Path, *arguments: str) -> None:
    code, said = machine.run(place, arguments)
    assert code == 0, said
