"""Check one statement of a model against the sentences it cites.

    numbers shown? → quotations there? → numbers, names, dates there? → speaker named? → support

A statement that fails any of these is kept, marked and not cited; each reason becomes a finding.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from factcheck.answering.abstention import same_name
from factcheck.answering.citations import cite, normalise
from factcheck.answering.evidence import Evidence, harmless
from factcheck.answering.library import Library
from factcheck.answering.quotation_marks import drop_quotation_marks, find_false_quotations
from factcheck.answering.replies import ModelStatement
from factcheck.answering.support import SupportModel
from factcheck.answering.verification import check_statement
from factcheck.speech.attributing import Attribution, SpeechReader
from factcheck.types import Citation, SourceSentence, Support

NAMED = frozenset({"PERSON", "ORG", "GPE", "NORP", "LOC", "FAC"})
_NUMBERS = re.compile(r"\s*[\[(【（]\s*\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*\s*[\])】）]")
# Words of a speaker's description that many speakers share.
_WEAK = frozenset("the a an of for and in at its his her their who which us u.s president minister".split())


@dataclass(frozen=True, slots=True)
class Checked:
    """A statement after all checks.

    Attributes:
        text: As shown: without sentence numbers, and without quotation marks that do not hold.
        sources: Sentences that carry it; none where it is unsupported.
        support: What came of it.
        problems: Why it is unsupported.
        score: The verifier's score, or None where it was not asked.
    """

    text: str
    sources: tuple[SourceSentence, ...]
    support: Support
    problems: tuple[str, ...] = ()
    score: float | None = None


class StatementCheck:
    """Checks statements; safe to share between threads.

    Args:
        library: Knows who says a sentence.
        support: Scores a statement against its sentences.
    """

    def __init__(self, library: Library, support: SupportModel) -> None:
        self._library = library
        self._support = support

    def check(self, given: ModelStatement, evidence: Evidence) -> Checked:
        """Check a statement against the evidence that was shown."""
        problems: list[str] = []
        # "[3]" in the text would be read as one of our citation markers.
        text = harmless(_NUMBERS.sub("", given.text)) or harmless(given.text)
        unknown = [number for number in given.sentences if number not in evidence.sentences]
        sources = tuple(evidence.sentences[n] for n in given.sentences if n in evidence.sentences)
        problems += [f"it cites sentence {number}, which was not shown" for number in unknown]
        if not given.sentences:
            problems.append("it cites no sentence")
        false = find_false_quotations(text, sources)
        if false:
            text = drop_quotation_marks(text)
            problems += [f"the words “{words}” are not in what it cites" for words in false]
        if not sources:
            return Checked(text, (), "unsupported", tuple(problems))
        citations = [cite(source, self._library.attribute(source)) for source in sources]
        problems += check_statement(text, citations)
        problems += self._names(text, citations)
        verbatim = _is_verbatim(text, sources)
        problems += self._attribution(text, citations)
        # The dearest check comes last and is spared where another one has failed.
        spared = verbatim or bool(problems)
        scored = None if spared else self._support.score(text, [source.text for source in sources])
        problems += [] if scored is None else scored.reasons
        score = None if scored is None else scored.value
        if problems:
            return Checked(text, (), "unsupported", tuple(dict.fromkeys(problems)), score)
        return Checked(text, sources, "verbatim" if verbatim else "entailed", (), score)

    def _names(self, text: str, citations: Sequence[Citation]) -> list[str]:
        """Return names that what it cites does not have; a name that begins the sentence counts too."""
        sources = " ".join([c.quote for c in citations] + [n for c in citations for n in (c.speaker, c.via) if n])
        known = re.findall(r"[^\W_]+", normalise(sources))
        missing: list[list[str]] = []
        for token in self._library.parser.parse(text):
            named = token.pos_ == "PROPN" or token.ent_type_ in NAMED
            words = re.findall(r"[^\W_]{2,}", token.text)
            if not named or not token.text[:1].isupper() or not words:
                continue
            if all(any(same_name(word, other) for other in known) for word in words):
                continue
            if token.i and token.nbor(-1).text in (missing[-1] if missing else []):
                missing[-1].append(token.text)
            else:
                missing.append([token.text])
        return [f"the name {' '.join(words)} is not in what it cites" for words in missing]

    def _attribution(self, text: str, citations: Sequence[Citation]) -> list[str]:
        """Return what is wrong with who is said to have said it."""
        said = [citation for citation in citations if citation.speaker]
        own = self._own(text)
        if own is not None and len(said) == len(citations):
            speakers = " ".join(f"{citation.speaker} {citation.via or ''}" for citation in said)
            quotes = " ".join(citation.quote for citation in citations)
            if not _names(own.speaker, speakers) and not _names(own.speaker, quotes):
                return [f"it says that {own.speaker} said so, and what it cites does not"]
            return []
        if len(said) < len(citations) or any(_names(str(c.speaker), text) for c in said):
            return []
        speakers = " and ".join(dict.fromkeys(str(citation.speaker) for citation in said))
        return [f"it leaves out that this is what {speakers} said"]

    def _own(self, text: str) -> Attribution | None:
        sentence = SourceSentence(0, "", "", 0, 0, 0, len(text), 1, text)
        return SpeechReader(text, [sentence], self._library.parser.parse).attribute(0)


def _names(speaker: str, text: str) -> bool:
    """Whether a text has a word of a speaker's name or description."""
    words = [word for word in re.findall(r"\w[\w.]*", speaker) if word.lower().rstrip(".") not in _WEAK]
    others = re.findall(r"\w[\w.]*", text)
    return any(same_name(word, other) for word in words for other in others)


def _is_verbatim(text: str, sources: Sequence[SourceSentence]) -> bool:
    """Whether a text is one whole sentence: a part of one may say the opposite of the whole."""
    return any(_bare(text) == _bare(source.text) for source in sources)


def _bare(text: str) -> str:
    return normalise(text).strip(".!?\"' ").casefold()
