"""An evaluation as JUnit XML: a test case for each row and each requirement, so that any CI shows them.

A row that is wrong is a failure, one that the machinery failed on is an error, one without a score is
skipped. The document fits both schemas that CI servers go by, that of Ant and that of Jenkins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

from factcheck.evaluation.records import Evaluation, Requirement, RowScore
from factcheck.evaluation.wording import describe_requirement, explain_stage, judge_row, name_stage, show_in_xml

_UNKNOWN_TIME = "1970-01-01T00:00:00"


def to_junit(evaluation: Evaluation, requirements: Sequence[Requirement] = ()) -> str:
    """Return the evaluation as JUnit XML.

    Args:
        evaluation: With its rows.
        requirements: What the run had to reach; a suite of their own.
    """
    root = ElementTree.Element("testsuites")
    rows = _add_suite(root, evaluation, evaluation.name, [_add_row(evaluation, row) for row in evaluation.rows])
    for name, value in _properties(evaluation):
        ElementTree.SubElement(rows, "property", name=show_in_xml(name), value=show_in_xml(value))
    if requirements:
        directions = {result.name: result.direction for result in evaluation.results}
        _add_suite(root, evaluation, "requirements", [_add_requirement(each, directions) for each in requirements])
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode", xml_declaration=False)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _add_suite(
    root: ElementTree.Element, evaluation: Evaluation, name: str, cases: Sequence[ElementTree.Element]
) -> ElementTree.Element:
    """Add a suite of these cases; return its element of properties, to be filled."""
    counts = {tag: sum(case.find(tag) is not None for case in cases) for tag in ("failure", "error", "skipped")}
    suite = ElementTree.SubElement(
        root,
        "testsuite",
        id=str(len(root)),
        package="factcheck",
        name=show_in_xml(name) or "evaluation",
        timestamp=_timestamp(evaluation),
        hostname="localhost",  # where it ran is nobody's business in a file that is sent around
        tests=str(len(cases)),
        failures=str(counts["failure"]),
        errors=str(counts["error"]),
        skipped=str(counts["skipped"]),
        time=f"{sum(float(case.attrib['time']) for case in cases):.3f}",
    )
    properties = ElementTree.SubElement(suite, "properties")
    suite.extend(cases)
    ElementTree.SubElement(suite, "system-out")
    ElementTree.SubElement(suite, "system-err")
    return properties


def _add_row(evaluation: Evaluation, row: RowScore) -> ElementTree.Element:
    latencies = (value for name, value in row.values.items() if name.startswith("latency_ms"))
    seconds = (next(latencies, None) or 0.0) / 1000
    element = _make_case(row.id, row.tags[0] if row.tags else evaluation.name, seconds)
    stage = row.miss.stage if row.miss else "failed" if row.outcome == "failed" else ""
    explanation = row.miss.explanation if row.miss else ""
    match judge_row(row):
        case "failed":
            _add_problem(element, "error", stage, explanation, row.asked)
        case "unscored":
            ElementTree.SubElement(element, "skipped")
        case "wrong":
            _add_problem(element, "failure", stage or "wrong", explanation, row.asked)
    return element


def _add_problem(case: ElementTree.Element, tag: str, stage: str, explanation: str, asked: str) -> None:
    message = f"{name_stage(stage)}: {explanation}" if explanation else name_stage(stage)
    problem = ElementTree.SubElement(case, tag, type=show_in_xml(stage), message=show_in_xml(message))
    problem.text = "\n".join(show_in_xml(line) for line in (asked, explain_stage(stage), explanation) if line)


def _add_requirement(requirement: Requirement, directions: Mapping[str, str]) -> ElementTree.Element:
    case = _make_case(requirement.metric, "requirements", 0.0)
    if not requirement.met:
        message = describe_requirement(requirement, directions)
        ElementTree.SubElement(case, "failure", type="requirement", message=show_in_xml(message)).text = show_in_xml(
            message
        )
    return case


def _make_case(name: str, group: str, seconds: float) -> ElementTree.Element:
    return ElementTree.Element("testcase", name=show_in_xml(name), classname=show_in_xml(group), time=f"{seconds:.3f}")


def _properties(evaluation: Evaluation) -> Iterable[tuple[str, str]]:
    for result in evaluation.results:
        if result.value is not None:
            yield result.name, repr(result.value)
            if result.low is not None and result.high is not None:
                yield f"{result.name}.low", repr(result.low)
                yield f"{result.name}.high", repr(result.high)
        for count in ("scored", "unscored", "failed"):
            yield f"{result.name}.{count}", str(getattr(result, count))
    for name, value in evaluation.provenance.items():
        if isinstance(value, str | int | float) and str(value).strip():
            yield f"provenance.{name}", str(value)


def _timestamp(evaluation: Evaluation) -> str:
    """Return when the run began, in UTC and without a zone, as the schema wants it."""
    for name in ("started", "scored"):
        found = _read_time(evaluation.provenance.get(name))
        if found is not None:
            return found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return _UNKNOWN_TIME


def _read_time(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found
