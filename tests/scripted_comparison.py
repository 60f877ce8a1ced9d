"""A comparison of the seed articles, made by hand: the seam between the Compare page and the comparer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from scripted_corpus import ScriptedCorpus, cite, seed_texts, title_of

from factcheck.comparing.records import (
    ComparedFile,
    CompareRecord,
    Drift,
    DriftSide,
    Extent,
    LikelyVariant,
    Mark,
    Origin,
    Reason,
    Saying,
    Voice,
)
from factcheck.types import Citation, Provenance

SULLIVAN, PESKOV, PESKOW = "Jake Sullivan", "Dmitry Peskov", "Dmitri Peskow"


class ComparedCorpus(ScriptedCorpus):
    """Compares by script: a record is returned, an error raised, a function called with `advance`.

    Args:
        texts: Article texts by file.
        comparisons: What to do, in order.
    """

    def __init__(self, texts: dict[str, str], comparisons: Iterable[object] = ()) -> None:
        super().__init__(texts)
        self.comparisons = list(comparisons)
        self.compared: list[object] = []

    def compare(self, files: object = None, *, advance: Callable[[str, int, int], None]) -> CompareRecord:
        self.compared.append(files)
        advance("comparing", 1, 2)
        reply: Any = self.comparisons.pop(0)
        if isinstance(reply, BaseException):
            raise reply
        record: CompareRecord = reply(advance) if callable(reply) else reply
        return record


def citations() -> tuple[Citation, ...]:
    return (
        cite(1, "000", "“We have communicated to Peking", "Sullivan said", SULLIVAN, "CNN"),
        cite(2, "003", "And we have communicated", "Sullivan warned.", SULLIVAN, "CNN"),
        cite(3, "004", "And we’ve told Beijing", "“Sullivan explained.", SULLIVAN, "CNN"),
        cite(4, "001", "The Kremlin has also denied", "it needs."),
        cite(5, "004", "In a conference call with reporters", "continue the operation.”", PESKOV),
        cite(6, "001", "The Kremlin has also denied", "the reports", PESKOW),
    )


def compared() -> CompareRecord:
    """Five articles, three of one origin; a lost "not", an utterance in other words, two spellings of a name."""
    cited = citations()
    files = sorted(seed_texts().items())
    names = [name for name, _ in files]
    origin = {0: "o1", 3: "o1", 4: "o1", 1: "o2", 2: "o3"}
    lost = Drift(
        "negation", True, "utterance", "stand", "one says “will stand”, the other “will not stand by”",
        (side("will stand", cited[0]), side("will not stand by", cited[1]), side("won’t stand by", cited[2])),
    )  # fmt: skip
    denied = Drift(
        "actor", True, "fact", "who", "one names the Kremlin, the other Peskov",
        (side("The Kremlin", cited[3]), side("Kremlin spokesman Dmitry Peskov", cited[4])),
    )  # fmt: skip
    worded = replace(lost, kind="wording_only", material=False, difference="they differ in wording only")
    return CompareRecord(
        files=tuple(
            ComparedFile(name, title_of(text), "Reuters" if place == 2 else None, None, 30, origin[place])
            for place, (name, text) in enumerate(files)
        ),
        origins=(
            Origin("o1", (names[0], names[3], names[4]), (
                Reason(names[0], names[3], "shared_utterances", 0.84, (), ((1, 2),)),
                Reason(names[3], names[4], "near_copy", 0.6, (), ((2, 3),)),
                Reason(names[3], names[4], "credited_outlet", 0.15, ("CNN",), ()),
            )),
            Origin("o2", (names[1],), ()),
            Origin("o3", (names[2],), ()),
        ),
        people=(
            voice(SULLIVAN, cited[:3], "direct"),
            voice(PESKOV, cited[4:5], "mixed", variants=(LikelyVariant(PESKOW, (names[1],), "sounds alike"),)),
            voice(PESKOW, cited[5:6], "indirect"),
            voice(None, cited[3:4], "indirect"),
        ),
        drift=(lost, denied, worded),
        conflicts=(),
        citations=cited,
        compared=Extent(5, 164, 219, 0),
        milliseconds=1200,
        provenance=Provenance("i", "s", {}, "0"),
    )  # fmt: skip


def alone(record: CompareRecord) -> CompareRecord:
    """The same with the first article only."""
    kept = record.files[:1]
    return replace(
        record, files=kept, origins=(Origin("o1", (kept[0].file,), ()),), drift=(), compared=Extent(1, 30, 0, 0),
        people=(voice(SULLIVAN, citations()[:1], "direct"),),
    )  # fmt: skip


def many(record: CompareRecord, utterances: int) -> CompareRecord:
    """The same with one speaker who says a sentence of an article very often."""
    first = citations()[0]
    said = tuple(replace(first, id=100 + n) for n in range(utterances))
    return replace(record, people=(voice(SULLIVAN, said, "direct"),), citations=(*record.citations, *said))


def voice(name: str | None, cited: Sequence[Citation], kind: str, *, variants: tuple[LikelyVariant, ...] = ()) -> Voice:
    sayings = tuple(Saying(each.id, kind, "said", ((each.start, each.end),), ()) for each in cited)
    return Voice(name, (), tuple(sorted({each.file for each in cited})), variants, sayings)


def side(value: str, *cited: Citation) -> DriftSide:
    """A form of what is told, its words marked where they stand."""
    marks = []
    for each in cited:
        start = each.start + each.quote.index(value)
        marks.append(Mark(each.id, start, start + len(value)))
    return DriftSide(value, tuple(each.id for each in cited), tuple(marks))
