"""One row of an evaluation as plain data: what was asked, what is right, what was answered, and what lost it.

RowScore, GoldenCase, record(s) → view_row → one group of citations for each record: given ones, then gold ones
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from factcheck.errors import FactcheckError
from factcheck.evaluation.metrics.matching import meets, places_of
from factcheck.evaluation.page_rows import GoldView, Material
from factcheck.evaluation.page_rows import view_row as look_at
from factcheck.evaluation.wording import judge_row
from factcheck.presentation.reading import read_answer, read_citations
from factcheck.presentation.text import describe_origins
from factcheck.types import Answer, Citation, EngineInfo
from ui.components.answer import TitledArticle, view_citation, view_engine, view_turn
from ui.components.evaluate_rows import VERDICTS, describe_right, explain_stage, name_result, name_stage
from ui.components.plain import show_error, show_line
from ui.components.sheet import Texts, declare
from ui.sessions.ask import Turn

if TYPE_CHECKING:
    from factcheck.evaluation.records import GoldenCase, RowScore

Record = Mapping[str, Any]
STANCES = {"supports": "For", "refutes": "Against", "neutral": "Beside the point"}

show_review = declare(
    "review",
    body='<div class="lost"></div><div class="case"></div>',
    scripts=("answer.js", "evaluate.js"),
    styles=("desk.css", "evaluate.css"),
    # The name of a stage, or null; null.
    events=("chosen", "left"),
)


@dataclass(frozen=True, slots=True)
class Side:
    """What one run made of a case.

    Attributes:
        name: "Answer", or "Before" and "Now".
        record: In its wire form.
        citations: Given ones, then gold ones.
        given: Number of given ones.
    """

    name: str
    record: Record
    citations: tuple[Citation, ...]
    given: int

    @property
    def id(self) -> str:
        """Of its group of citations."""
        return self.name.casefold()


def view_lost(misses: Mapping[str, int], chosen: str) -> list[dict[str, Any]]:
    """Return the stages that lost answers, with how many and whether the rows show only these."""
    most = max(misses.values(), default=0)
    return [
        {
            "stage": stage,
            "name": name_stage(stage),
            "meaning": explain_stage(stage),
            "count": count,
            "share": count / most,
            "chosen": stage == chosen,
        }
        for stage, count in misses.items()
        if count
    ]


def make_side(name: str, record: Record, case: GoldenCase | None, texts: Texts) -> Side:
    """Put together what a run made of a case and the sentences that are right."""
    abstention = record.get("abstention") or {}
    found = record.get("citations") or record.get("evidence") or abstention.get("closest") or ()
    given = read_citations(found)
    gold = tuple(each for each in locate_gold(case, texts) if each is not None)
    return Side(name, record, (*given, *gold), len(given))


def locate_gold(case: GoldenCase | None, texts: Texts) -> list[Citation | None]:
    """Return each gold citation of a case at its place, None where its article does not hold it now."""
    return [_locate(each.file, each.quote, each.speaker, texts) for each in (case.citations if case else ())]


def view_row(
    score: RowScore,
    case: GoldenCase | None,
    sides: Sequence[Side],
    texts: Texts,
    articles: Mapping[str, TitledArticle],
) -> dict[str, Any]:
    """Return everything the page shows of a row.

    Args:
        score: The row, of the later run where there are two.
        case: What is right, or None where it is not known any more.
        sides: What the runs made of it; the last is the later one's.
        texts: Where articles are read.
        articles: Articles by file, for titles and dates.
    """
    located = locate_gold(case, texts)
    record = sides[-1].record
    known = {each.file: texts.text(each.file) for each in located if each is not None}
    looked = look_at(score, 1, Material({score.id: case} if case else {}, {score.id: record}, {}, {}, known))
    miss = score.miss
    return {
        "id": show_line(score.id),
        "asked": show_line(score.asked),
        "kind": score.kind,
        "result": {"name": name_result(score), "kind": judge_row(score)},
        "tags": [show_line(tag) for tag in score.tags],
        "why": miss
        and {
            "stage": name_stage(miss.stage),
            "meaning": explain_stage(miss.stage),
            "explanation": show_line(miss.explanation[:1].upper() + miss.explanation[1:]),
        },
        "right": _view_right(case, record),
        "gold": _view_gold(looked.gold, located, sides[-1].given),
        "sides": [_view_side(side, articles) for side in sides],
        "figures": [{"name": name.replace("_", " "), "value": value} for name, value in looked.figures],
    }


def view_groups(sides: Sequence[Side], articles: Mapping[str, TitledArticle]) -> list[dict[str, Any]]:
    """Return the citations of each side; gold ones carry a letter in place of a number."""
    return [
        {
            "id": side.id,
            "citations": [
                view_citation(each, articles)
                | ({} if at < side.given else {"label": f"R{at - side.given + 1}", "kind": "gold"})
                for at, each in enumerate(side.citations)
            ],
        }
        for side in sides
    ]


def _locate(file: str, quote: str, speaker: str | None, texts: Texts) -> Citation | None:
    try:
        text = texts.text(file)
    except FactcheckError:
        return None
    place = next(iter(places_of(quote, text)), None)
    if place is None:
        return None
    line = text.count("\n", 0, place.start) + 1
    found = text[place.start : place.end]
    return Citation(0, file, place.start, place.end, line, found, "", speaker)


def _view_right(case: GoldenCase | None, record: Record) -> dict[str, Any]:
    """Return what is right, and which parts of it an answer lacks."""
    if case is None or case.kind == "claim" or not case.answerable:
        return {"short": describe_right(case), "groups": [], "forbidden": []}
    text = f"{record.get('short_answer') or ''}\n{record.get('answer') or ''}"
    answered = record.get("outcome") == "answered"
    return {
        "short": "",
        "groups": [
            {"names": [show_line(alias) for alias in group], "met": meets(text, [group]) if answered else None}
            for group in case.answers
        ],
        "forbidden": [show_line(name) for name in case.forbidden],
    }


def _view_gold(looked: Sequence[GoldView], located: Sequence[Citation | None], given: int) -> list[dict[str, Any]]:
    views: list[dict[str, Any]] = []
    position = given
    for gold, place in zip(looked, located, strict=True):
        view: dict[str, Any] = {
            "quote": gold.quote,
            "place": gold.file,
            "speaker": gold.speaker,
            "required": gold.required,
            "cited": gold.cited,
            "rank": gold.rank,
            "position": None,
        }
        if place is not None:
            view["position"] = position
            position += 1
        views.append(view)
    return views


def _view_side(side: Side, articles: Mapping[str, TitledArticle]) -> dict[str, Any]:
    record = side.record
    if record.get("outcome") == "failed":
        failure = record["failure"]
        words = {name: show_error(str(failure.get(name) or "")) for name in ("error", "hint")}
        return {"id": side.id, "name": side.name, "shape": "failed", "failure": words}
    if "claim" in record:
        return {"id": side.id, "name": side.name, "shape": "checked", "check": _view_check(record)}
    answer = read_answer(record)
    # Why files count as one origin is told on the Ask page.
    turn = view_turn(Turn(side.id, answer.question, answer), articles) | {"why": []}
    shape = "answered" if isinstance(answer.outcome, Answer) else "abstained"
    return {"id": side.id, "name": side.name, "shape": shape, "turn": turn}


def _view_check(record: Record) -> dict[str, Any]:
    origins, timing = record.get("origins") or {}, record.get("timing_ms") or {}
    return {
        "verdict": VERDICTS.get(str(record.get("verdict")), show_line(str(record.get("verdict")))),
        "kind": show_line(str(record.get("verdict"))),
        "attributed": bool(record.get("attributed_only")),
        "explanation": show_line(str(record.get("explanation") or "")),
        "evidence": [
            {
                "position": at,
                "stance": STANCES.get(str(each.get("stance")), ""),
                "reason": show_line(str(each.get("reason") or "")),
            }
            for at, each in enumerate(record.get("evidence") or ())
        ],
        "origins": describe_origins(int(origins.get("files") or 0), int(origins.get("independent") or 0)),
        "engine": view_engine(EngineInfo(**record["engine"])),
        "time": f"{float(timing.get('total') or 0):,.0f} ms",
    }
