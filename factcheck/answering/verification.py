"""Checks that need no model: offsets, hashes, quotations, numbers and names.

The same checks run on every fresh answer, whatever engine wrote it, and on saved records
(`factcheck verify`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from factcheck.answering.citations import match_quotation, normalise, quotations_of
from factcheck.comparing.records import COMPARE_SCHEMA
from factcheck.lexicon import same_stem
from factcheck.types import ANSWER_SCHEMA, CHECK_SCHEMA, Answer, Citation, Finding

NUMBER = re.compile(r"\d[\d.,]*\d|\d")
MARKER = re.compile(r"\s?\[(\d+)\]")
POSSESSIVE = re.compile(r"['’]s\b")
DEMONYM = re.compile(r"(?:an|ans|ese|ish|ic|i|is)$")
NAME = re.compile(r"(?<![\w“\"'])[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+)*")

# Where a record of each schema keeps its citations.
CITED = {ANSWER_SCHEMA: "citations", CHECK_SCHEMA: "evidence", COMPARE_SCHEMA: "citations"}


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it is now: its text, and the hash of its bytes; None where it is gone."""

    text: str | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Problem:
    """A citation or statement of a record that does not hold, and why."""

    record: str
    where: str
    reason: str


def check_citation(citation: Mapping[str, Any], source: Source) -> str | None:
    """Say why a citation does not hold, or None where it does.

    Args:
        citation: Wire form of a citation.
        source: Its file as it is now.
    """
    file, start, end = citation.get("file"), citation.get("start"), citation.get("end")
    quote, sha256 = citation.get("quote"), citation.get("sha256")
    if not isinstance(file, str) or not isinstance(quote, str) or not quote:
        return "the record gives no file or no quote"
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        return f"the offsets {start!r} to {end!r} are not a range"
    if source.text is None:
        return f"{file} is no longer there"
    if source.text[start:end] == quote:
        if sha256 != source.sha256:
            return f"{file} has changed since (the quote still stands at its place)"
        return None
    found = source.text.find(quote)
    moved = f"; the quote now stands at {found}" if found >= 0 else "; the quote is nowhere in the file"
    if sha256 != source.sha256:
        return f"{file} has changed since, and the text at {start} to {end} is another{moved}"
    return f"the text of {file} at {start} to {end} is not the quote{moved}"


def check_answer(answer: Answer, read: Callable[[str], Source]) -> tuple[Finding, ...]:
    """Check every citation and statement of an answer.

    Args:
        answer: The answer.
        read: Returns a file as it is in the index.

    Returns:
        Findings; none where everything holds.
    """
    findings = []
    for citation in answer.citations:
        reason = check_citation(_wire(citation), read(citation.file))
        if reason is not None:
            findings.append(Finding("citation", f"citation {citation.id}: {reason}"))
    quotes = {citation.id: citation for citation in answer.citations}
    for number, statement in enumerate(answer.statements, 1):
        cited = [quotes[id_] for id_ in statement.citations if id_ in quotes]
        if len(cited) != len(statement.citations):
            findings.append(Finding("citation", f"statement {number} cites a number that is not there", number))
        if statement.support == "unsupported" and not cited:
            continue  # marked already by the engine, which said why
        for reason in check_statement(statement.text, cited):
            findings.append(Finding("statement", f"statement {number}: {reason}", number))
    return tuple(findings)


def check_statement(text: str, citations: Sequence[Citation]) -> list[str]:
    """Say what in a statement its citations do not hold: quotations, numbers, names."""
    sources = [citation.quote for citation in citations]
    speakers = [name for citation in citations for name in (citation.speaker, citation.via) if name]
    joined = normalise(" ".join([*sources, *speakers])).casefold()
    bare = MARKER.sub("", text)
    if normalise(bare).casefold() in joined:
        return []
    reasons = []
    for quotation in quotations_of(bare):
        match = match_quotation(quotation, sources)
        if match.match in {"altered", "absent"}:
            near = f"; the text has “{match.nearest}”" if match.nearest else ""
            reasons.append(f"the words “{quotation}” are not in what it cites{near}")
    known = set(NUMBER.findall(joined))
    reasons += [f"the number {n} is not in what it cites" for n in NUMBER.findall(bare) if n not in known]
    words = set(re.findall(r"\w+", joined))
    for match_ in NAME.finditer(bare):
        name = match_.group()
        if match_.start() == 0 or bare[: match_.start()].rstrip().endswith((".", "!", "?", ":", "“", '"')):
            name = " ".join(name.split()[1:])  # a capital at a sentence's start is no name: "In Verrin"
        bare_name = POSSESSIVE.sub("", name.casefold())
        if not all(_is_known(word, words) for word in re.findall(r"\w+", bare_name)):
            reasons.append(f"the name {name} is not in what it cites")
    return reasons


def _is_known(word: str, words: Collection[str]) -> bool:
    """Whether a word of a name stands there, or the country of a demonym: "Russian" for "Russia"."""
    if word in words:
        return True
    return any(
        bool(DEMONYM.search(max(word, other, key=len))) and same_stem(word, other)
        for other in words
        if other[:3] == word[:3]
    )


def verify_record(record: Mapping[str, Any], read: Callable[[str], Source]) -> list[Problem]:
    """Check a saved record against the files as they are now, without a model.

    Args:
        record: Wire form of an answer, check or compare record; a batch of questions and claims has both.
        read: Returns a file as it is now.

    Returns:
        Problems; none where every citation holds.
    """
    name = str(record.get("id") or "?")
    schema = record.get("schema")
    if not isinstance(schema, str) or schema not in CITED:
        return [Problem(name, "record", f"its schema {schema!r} is not {' or '.join(CITED)}")]
    citations = _records(record.get(CITED[schema]))
    abstention = record.get("abstention")
    closest = _records(abstention.get("closest")) if isinstance(abstention, Mapping) else []
    if citations is None or closest is None:
        return [Problem(name, "record", "its citations are not a list of objects")]
    problems = []
    for citation in [*citations, *closest]:
        file = citation.get("file")
        source = read(file) if isinstance(file, str) else Source(None, None)
        reason = check_citation(citation, source)
        if reason is not None:
            label = f"citation {citation['id']}" if citation.get("id") else "closest passage"
            problems.append(Problem(name, label, reason))
    return problems + _check_statements(name, record, citations)


def _check_statements(name: str, record: Mapping[str, Any], citations: list[Mapping[str, Any]]) -> list[Problem]:
    statements = _records(record.get("statements"))
    if statements is None:
        return [Problem(name, "record", "its statements are not a list of objects")]
    by_id = {citation.get("id"): citation for citation in citations if isinstance(citation.get("id"), int)}
    problems = []
    for number, statement in enumerate(statements, 1):
        ids = statement.get("citations")
        text = statement.get("text")
        if not isinstance(ids, list) or not isinstance(text, str):
            problems.append(Problem(name, f"statement {number}", "it is not a text with citations"))
            continue
        known = [by_id[id_] for id_ in ids if isinstance(id_, int) and id_ in by_id]
        if len(known) != len(ids):
            problems.append(Problem(name, f"statement {number}", "it cites a number that is not there"))
        if statement.get("support") == "unsupported":
            continue
        if not known:
            problems.append(Problem(name, f"statement {number}", "it is called supported and cites nothing"))
            continue
        for reason in check_statement(text, [_citation(citation) for citation in known]):
            problems.append(Problem(name, f"statement {number}", reason))
    return problems


def _records(value: Any) -> list[Mapping[str, Any]] | None:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        return None
    return value


def _citation(wire: Mapping[str, Any]) -> Citation:
    def text(key: str) -> str:
        value = wire.get(key)
        return value if isinstance(value, str) else ""

    return Citation(
        0, text("file"), 0, 0, 0, text("quote"), text("sha256"), text("speaker") or None, text("via") or None
    )


def _wire(citation: Citation) -> dict[str, Any]:
    return {
        "file": citation.file,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "sha256": citation.sha256,
    }
