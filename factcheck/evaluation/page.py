"""An evaluation as one HTML file to send to a colleague: no request leaves it, and no script of others runs in it.

Everything of articles, questions and models is text that is escaped; a policy in the page forbids every
script and style but its own two, by their hashes. Without JavaScript it is a plain list.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from factcheck.evaluation import charts
from factcheck.evaluation.excerpts import CONTEXT, show_text
from factcheck.evaluation.page_plots import draw
from factcheck.evaluation.page_rows import Material, Record, RowView, list_files, view_row
from factcheck.evaluation.records import Comparison, Evaluation, GoldenCase, MetricResult, Requirement
from factcheck.evaluation.wording import (
    HEADLINE,
    describe_comparison,
    describe_counts,
    describe_engine,
    describe_requirement,
    describe_uncompared,
    explain_metrics,
    explain_stage,
    group,
    judge_row,
    name_stage,
    show_change,
    show_interval,
    show_p,
    show_rows,
    show_value,
)
from factcheck.presentation.display import displayable
from factcheck.presentation.text import describe_origins, plural

if TYPE_CHECKING:
    from jinja2 import Environment

# With more rows than this, excerpts are cut to the marked paragraphs, so that the page stays a few MB.
MANY_ROWS = 400
TILES = (
    "right",
    "answer_correctness",
    "verdict_accuracy",
    "citation_recall_sentence",
    "wrong_abstention_rate",
    "false_supported_rate",
    "latency_ms_p50",
)
MOST_TILES = 5
TAG_METRICS = ("right", "answer_correctness", "citation_recall_sentence", "verdict_accuracy", "recall_at_5")


@dataclass(frozen=True, slots=True)
class Source:
    """What a run was made from, beside its figures.

    Attributes:
        records: Answer and check records in their wire form, with their trace.
        cases: What is right.
        texts: Articles that are cited or gold, by file; one that is missing is named, not shown.
        before: Records of the baseline, or none.
    """

    records: Iterable[Record]
    cases: Iterable[GoldenCase]
    texts: Mapping[str, str]
    before: Iterable[Record] = ()


def to_page(
    evaluation: Evaluation,
    source: Source,
    *,
    comparison: Comparison | None = None,
    requirements: Sequence[Requirement] = (),
) -> str:
    """Return the evaluation as one self-contained HTML file.

    Args:
        evaluation: The run.
        source: Its records, cases and articles.
        comparison: With its baseline, or None.
        requirements: What the run had to reach.
    """
    from markupsafe import Markup

    environment = _open_templates()
    material, texts = _gather(evaluation, source, comparison)
    rows = _sort_rows([view_row(row, number, material) for number, row in enumerate(evaluation.rows, start=1)])
    metrics = explain_metrics()
    style = environment.get_template("page.css").render(palette=charts.PALETTE)
    script = _read_template(environment, "page.js")
    titles = {name: words.title.lower() for name, words in metrics.items()}
    directions = {result.name: result.direction for result in evaluation.results}
    return environment.get_template("page.html").render(
        evaluation=evaluation,
        comparison=comparison,
        requirements=[{"met": each.met, "words": describe_requirement(each, directions)} for each in requirements],
        facts=[*_list_facts(evaluation)],
        counts=describe_counts(evaluation),
        verdict=describe_comparison(comparison, titles) if comparison else "",
        uncompared=describe_uncompared(comparison) if comparison else "",
        judged=_judge(comparison),
        tiles=_choose_tiles(evaluation.results),
        groups=group([result for result in evaluation.results if result.value is not None]),
        unavailable=[result.name for result in evaluation.results if result.value is None],
        changes={each.name: each for each in comparison.differences} if comparison else {},
        metrics=metrics,
        plots=[*draw(evaluation, comparison, metrics)],
        tag_metrics=_choose_tag_metrics(evaluation),
        tags=_count_tags(evaluation),
        stages=[stage for stage, count in evaluation.misses.items() if count],
        statuses=Counter(row.status for row in rows),
        outcomes=Counter(row.score.outcome for row in rows),
        rows=rows,
        provenance=[*_flatten(evaluation.provenance)],
        style=Markup(style),
        script=Markup(script),
        policy=_make_policy(style, script),
        texts=Markup(_embed(texts)),
    )


def _gather(evaluation: Evaluation, source: Source, comparison: Comparison | None) -> tuple[Material, list[str]]:
    """Return what rows are made of, and the texts that the page carries, in the order of `Material.texts`."""
    records, cases = list(source.records), list(source.cases)
    texts = {file: source.texts[file] for file in list_files(cases, records) if file in source.texts}
    material = Material(
        cases={case.id: case for case in cases},
        records={str(record.get("id")): record for record in records},
        before={str(record.get("id")): record for record in source.before},
        flips={flip.id: flip for flip in comparison.flips} if comparison else {},
        texts=texts,
        context=CONTEXT if len(evaluation.rows) <= MANY_ROWS else 0,
    )
    return material, [show_text(text) for text in texts.values()]


def _list_facts(evaluation: Evaluation) -> Iterator[str]:
    """Yield what was run, when and how much of it, as far as it is recorded."""
    provenance = evaluation.provenance
    engine, when = describe_engine(provenance), str(provenance.get("started") or provenance.get("scored") or "")
    version, commit = provenance.get("version"), provenance.get("commit")
    yield from [f"Engine: {engine}"] if engine else []
    yield from [f"Run {displayable(when[:16].replace('T', ' '))} UTC"] if when else []
    yield from [f"factcheck {displayable(str(version))}"] if version else []
    if commit:
        yield f"commit {displayable(str(commit)[:10])}{' with changes' if provenance.get('dirty') else ''}"
    yield plural(len(evaluation.rows), "row")


def _sort_rows(rows: Sequence[RowView]) -> list[RowView]:
    """Return the rows, those that got worse first, then those that got better, the rest as in the golden set."""
    order = {"worse": 0, "better": 1}
    return sorted(rows, key=lambda row: order.get(row.flip, 2))


def _judge(comparison: Comparison | None) -> str:
    differences = comparison.differences if comparison else ()
    return next((each.verdict for each in differences if each.name == HEADLINE), "unknown")


def _choose_tiles(results: Sequence[MetricResult]) -> list[MetricResult]:
    by_name = {result.name: result for result in results if result.value is not None}
    return [by_name[name] for name in TILES if name in by_name][:MOST_TILES]


def _choose_tag_metrics(evaluation: Evaluation) -> list[str]:
    available = {result.name for result in evaluation.results if result.value is not None}
    return [name for name in TAG_METRICS if name in available]


def _count_tags(evaluation: Evaluation) -> list[tuple[str, int, int, dict[str, MetricResult]]]:
    """Return each tag with its rows, those of them that are wrong, and its figures by name."""
    rows = Counter(tag for row in evaluation.rows for tag in set(row.tags))
    wrong = Counter(tag for row in evaluation.rows if judge_row(row) != "right" for tag in set(row.tags))
    return [
        (tag, rows[tag], wrong[tag], {result.name: result for result in evaluation.by_tag.get(tag, ())})
        for tag in sorted(rows)
    ]


def _flatten(fields: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield every figure and word of the provenance under a dotted name."""
    for name, value in fields.items():
        path = f"{above}.{name}" if above else str(name)
        if isinstance(value, Mapping):
            yield from _flatten(value, path)
        elif value not in (None, "", [], ()):
            yield displayable(path), displayable(json.dumps(value, ensure_ascii=False).strip('"'))


def _embed(texts: Sequence[str]) -> str:
    """Return the texts as JSON that is the same inside a script element: nothing in it can end it."""
    return json.dumps(texts, ensure_ascii=True).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _make_policy(style: str, script: str) -> str:
    """Return a Content Security Policy that allows this style and this script, by hash, and nothing else."""
    parts = {
        "default-src": "'none'",
        "style-src": _hash(style),
        "script-src": _hash(script),
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())


def _hash(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def _open_templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("factcheck.evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "displayable": lambda text: displayable(str(text)),
        "stage": name_stage,
        "stage_meaning": explain_stage,
        "svg": Markup,  # our own charts; vl-convert escapes the names in them
    }
    environment.globals |= {
        "describe_origins": describe_origins,
        "show_value": show_value,
        "show_change": show_change,
        "show_interval": show_interval,
        "show_rows": show_rows,
        "show_p": show_p,
    }
    return environment


def _read_template(environment: Environment, name: str) -> str:
    """Return a template as it stands."""
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]
