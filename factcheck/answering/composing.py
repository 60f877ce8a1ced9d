"""Put checked statements, a short answer and disagreements together to an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from factcheck.answering.citations import cite, count_origins, normalise
from factcheck.answering.evidence import Evidence, harmless
from factcheck.answering.library import Library
from factcheck.answering.replies import ModelDisagreement
from factcheck.answering.statement_check import Checked
from factcheck.answering.verification import check_statement
from factcheck.types import Answer, Citation, Conflict, Finding, Side, SourceSentence, Statement


class Composer:
    """Numbers citations in the order in which statements come; used for one answer.

    Args:
        library: Knows who says a sentence.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._citations: dict[tuple[str, int], Citation] = {}
        self.statements: list[Statement] = []
        self.findings: list[Finding] = []
        self.checked: list[Checked] = []

    def add(self, checked: Checked) -> Statement:
        """Add a statement; what is wrong with it becomes findings."""
        number = len(self.statements) + 1
        self.findings += [
            Finding("statement", f"statement {number}: {problem}", number) for problem in checked.problems
        ]
        ids = tuple(dict.fromkeys(self._cite(source).id for source in checked.sources))
        statement = Statement(checked.text, ids, checked.support)
        self.statements.append(statement)
        self.checked.append(checked)
        return statement

    def withdraw(self, number: int, problem: str) -> None:
        """Mark a statement, from 1, as unsupported after all."""
        old = self.statements[number - 1]
        self.statements[number - 1] = Statement(old.text, (), "unsupported")
        self.findings.append(Finding("statement", f"statement {number}: {problem}", number))

    def compose(self, short: str | None, disagreements: Sequence[ModelDisagreement], evidence: Evidence) -> Answer:
        """Return the answer; what of the short answer and the disagreements does not hold is left out."""
        conflicts = [found for given in disagreements if (found := self._conflict(given, evidence)) is not None]
        used = {id_ for statement in self.statements for id_ in statement.citations}
        used |= {id_ for conflict in conflicts for side in conflict.sides for id_ in side.citations}
        numbered = {old: new for new, old in enumerate(sorted(used), 1)}
        kept = [replace(c, id=numbered[c.id]) for c in self._citations.values() if c.id in used]
        statements = tuple(
            Statement(s.text, tuple(numbered[id_] for id_ in s.citations), s.support) for s in self.statements
        )
        sides = [
            Conflict(c.about, tuple(Side(s.value, tuple(numbered[i] for i in s.citations)) for s in c.sides))
            for c in conflicts
        ]
        return Answer(
            text="\n".join(_marked(statement) for statement in statements),
            short_answer=self._short(short, kept),
            statements=statements,
            citations=tuple(kept),
            origins=count_origins(kept),
            conflicts=tuple(sides),
        )

    def _cite(self, source: SourceSentence) -> Citation:
        key = (source.file, source.start)
        if key not in self._citations:
            number = len(self._citations) + 1
            self._citations[key] = cite(source, self._library.attribute(source), id=number)
        return self._citations[key]

    def _short(self, given: str | None, citations: Sequence[Citation]) -> str | None:
        """Keep the parts of a short answer that stand in what is cited, or name who says it."""
        texts = [c.quote for c in citations] + [name for c in citations for name in (c.speaker, c.via) if name]
        known = [normalise(text).casefold() for text in texts]
        kept = []
        for part in (given or "").split(";"):
            words = harmless(part).strip(" .\"“”'")
            if not words:
                continue
            if any(normalise(words).casefold() in text for text in known):
                kept.append(words)
            else:
                self.findings.append(Finding("short_answer", f"“{words}” is not in what is cited; left out"))
        return "; ".join(dict.fromkeys(kept)) or None

    def _conflict(self, given: ModelDisagreement, evidence: Evidence) -> Conflict | None:
        sides = []
        for side in given.sides:
            sources = [evidence.sentences[n] for n in side.sentences if n in evidence.sentences]
            cited = [cite(source, self._library.attribute(source)) for source in sources]
            value = harmless(side.text)
            found = " ".join(normalise(source.text).casefold() for source in sources)
            wrong = not sources or len(sources) < len(side.sentences) or check_statement(value, cited)
            if wrong or normalise(value).strip(".\"' ").casefold() not in found:
                message = f"a disagreement about “{harmless(given.about)[:80]}” is left out: “{value[:80]}”"
                self.findings.append(Finding("disagreement", f"{message} is not in what it cites"))
                return None
            sides.append((value, sources))
        if len({normalise(value).casefold() for value, _ in sides}) < 2:
            return None
        cited = [cite(source, None) for _, sources in sides for source in sources]
        about = harmless(given.about)[:200]
        if check_statement(about, cited) or not about:
            about = "the values given"  # the model's own words may say more than the files
        numbered = [Side(value, tuple(dict.fromkeys(self._cite(s).id for s in sources))) for value, sources in sides]
        return Conflict(about, tuple(numbered))


def _marked(statement: Statement) -> str:
    markers = "".join(f"[{id_}]" for id_ in statement.citations)
    return f"{statement.text} {markers}" if markers else statement.text
