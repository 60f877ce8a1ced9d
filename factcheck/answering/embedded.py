"""The embedded engine: answers are sentences of the articles, chosen and set side by side, never written.

question → analysed → hits read (act, spans, speaker) → judged → grouped by answer → conflicts → Answer
                                                           ↘ nothing strong enough → Abstention
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from factcheck.answering.abstention import ALONE, CLOSE, WITH_READER, name_words, unknown_names
from factcheck.answering.citations import cite, count_origins
from factcheck.answering.conflicts import find_conflicts, find_told_differently, unspecified
from factcheck.answering.explanations import explain_gap, explain_unknown
from factcheck.answering.grouping import Group, Judged, group_by_content, group_by_value, name_spokespeople
from factcheck.answering.inputs import is_foreign, restore_capitals
from factcheck.answering.judging import Judge
from factcheck.answering.library import Library
from factcheck.answering.misfits import points_back
from factcheck.answering.negation import Disagreement
from factcheck.answering.question_kinds import TYPED
from factcheck.answering.questions import Question, analyse_question
from factcheck.answering.readings import Reading
from factcheck.answering.speakers import find_naming
from factcheck.answering.stating import one_per_file, state, with_markers, with_speaker
from factcheck.lexicon import REASON
from factcheck.models.reader import Reader
from factcheck.speech.attributing import Attribution
from factcheck.types import (
    Abstention,
    AbstentionReason,
    Answer,
    Citation,
    Conflict,
    Retrieved,
    Side,
    SourceSentence,
    Statement,
)

CLOSEST = 3  # passages shown with an abstention
STATEMENTS = 6  # most statements of an answer
LISTED = 0.02  # probability from which a certain reading joins a list
# How far behind the best a further answer may be, by score: in a list, and elsewhere.
LIST_MARGIN = 0.7
LIST_SHARE = 0.35  # of the first answer's probability
MARGIN = 0.12
# How far behind the best a sentence may be and still contradict it.
NEAR = 0.6
CONTRADICTS = 0.04  # the least probability of answering for that
SURELY = 0.7  # the reader's probability that stands for a word like "because"
COMPARED = 12
CONTINUED = 2  # sentences in which a speaker goes on


class EmbeddedEngine:
    """Answers from retrieved sentences without a language model; safe to share between threads.

    Args:
        library: What is read beside the hits.
        reader: Reads the first hits closely, or None where it cannot be used.
    """

    name = "embedded"

    def __init__(self, library: Library, reader: Reader | None = None) -> None:
        self._library = library
        self._judge = Judge(library, reader)
        self._answers = (ALONE if reader is None else WITH_READER).answers
        self.model = " + ".join([library.parser.name, "all-MiniLM-L6-v2", *([reader.name] if reader else [])])

    def answer(self, text: str, retrieved: Retrieved) -> Answer | Abstention:
        """Answer a question from its hits.

        Args:
            text: The question.
            retrieved: Its hits, best first.

        Returns:
            An answer whose every statement is a sentence of a file, or an abstention.
        """
        text = restore_capitals(text, retrieved)
        doc = self._library.parser.parse(text)
        if is_foreign(doc):
            return self._abstain("no_evidence", "The question does not look English; only English is read.", retrieved)
        question = analyse_question(text, doc)
        missing = self._unknown(question, retrieved)
        if missing:
            return self._abstain("no_evidence", explain_unknown(missing), retrieved)
        judged = self._judge.judge(question, retrieved)
        if not judged:
            return self._abstain("no_evidence", "No sentence comes near the question.", retrieved)
        if max(item.nearness for item in judged) < CLOSE:
            return self._abstain("no_evidence", "The articles say nothing that answers this.", retrieved, judged)
        groups = self._group(question, _answering(question, judged, self._answers))
        if not groups:
            return self._abstain("insufficient_evidence", explain_gap(question), retrieved, judged)
        chosen = [member.reading for group in groups for member in group.members]
        near = _near(chosen, groups[0].best.score, judged)
        disagreements = find_conflicts(question, chosen, near)
        disagreements += find_told_differently(chosen, near, disagreements, self._library.attribute)
        return self._compose(groups, disagreements)

    def _unknown(self, question: Question, retrieved: Retrieved) -> list[str]:
        names = [*question.names, *([question.speaker] if question.speaker else [])]
        words = [word for name in names for word in name_words(name)]
        seen = [word for hit in retrieved.hits for word in re.findall(r"\w[\w.'’]*", hit.sentence.text)]
        return unknown_names(list(dict.fromkeys(names)), self._library.frequencies(words), seen)

    def _group(self, question: Question, judged: Sequence[Judged]) -> list[Group]:
        if not judged:
            return []
        if question.kind not in TYPED:
            groups = group_by_content(judged)
            if question.kind == "why":
                groups = [group for group in groups if self._add_reason(group) or _surely_read(group)]
            if not groups:
                return []
            top = groups[0].best
            if question.kind == "say":
                for group in groups:
                    self._add_rest(group)
            return [g for g in groups if g.best.score >= top.score - MARGIN][:STATEMENTS]
        groups = group_by_value(question, judged)
        if question.kind in {"who", "whom"}:
            groups = name_spokespeople(groups, self._library.around, self._library.attribute)
            for group in groups:
                self._add_naming(group)
        if not groups:
            return []
        top = groups[0].best
        if question.plural and top.reading.act_score >= 0.85:
            kept = [g for g in groups if _certain(g.best) and _joins(top, g.best)]
            return (kept or groups[:1])[:STATEMENTS]
        return groups[:1]

    def _add_naming(self, group: Group) -> None:
        """Add the sentence that names the speaker where the answering one only says "he"."""
        said_by = group.best.attribution
        if said_by is not None and said_by.speaker == group.value:
            naming = find_naming(said_by.speaker, group.best.sentence, self._library)
            if naming is not None:
                group.named_in.append(naming)

    def _add_rest(self, group: Group) -> None:
        """Add the sentences of the same paragraph in which the same speaker goes on."""
        best = group.best
        for sentence in self._library.around(best.sentence, 0, CONTINUED):
            found = self._library.attribute(sentence) if sentence.ordinal > best.sentence.ordinal else best.attribution
            if sentence.line != best.sentence.line or found is None or best.attribution is None:
                break
            if found.speaker != best.attribution.speaker:
                break
            if sentence.ordinal > best.sentence.ordinal:
                group.support.append(sentence)

    def _add_reason(self, group: Group) -> bool:
        """Where the best sentence only repeats what is asked about, add the one beside it that says why.

        Returns:
            Whether a reason is given at all.
        """
        sentence = group.best.sentence
        if REASON.search(sentence.text):
            return True
        beside = [s for s in self._library.around(sentence, 1, 2) if s.id != sentence.id]
        near = [s for s in beside if abs(s.line - sentence.line) <= 1 or s.ordinal == sentence.ordinal + 1]
        reasons = [s for s in near if REASON.search(s.text)]
        group.support.extend(reasons[:1])
        return bool(reasons)

    def _compose(self, groups: Sequence[Group], disagreements: Sequence[Disagreement]) -> Answer:
        citations: dict[tuple[str, int], Citation] = {}

        def number(sentence: SourceSentence, attribution: Attribution | None) -> int:
            key = (sentence.file, sentence.start)
            if key not in citations:
                citations[key] = cite(sentence, attribution, id=len(citations) + 1)
            return citations[key].id

        statements = []
        for group in groups:
            cited = [number(item.sentence, item.attribution) for item in one_per_file(group)]
            cited += [
                number(sentence, self._library.attribute(sentence)) for sentence in [*group.support, *group.named_in]
            ]
            statements.append(Statement(state(group), tuple(dict.fromkeys(cited)), "verbatim"))
        conflicts = []
        for disagreement in disagreements:
            sides = []
            for side in disagreement.sides:
                ids = [number(sentence, self._library.attribute(sentence)) for sentence in side.sentences]
                sides.append(Side(side.value, tuple(dict.fromkeys(ids))))
                if not any(set(ids) & set(statement.citations) for statement in statements):
                    first = side.sentences[0]
                    text = with_speaker(first, self._library.attribute(first))
                    statements.append(Statement(text, tuple(dict.fromkeys(ids)), "verbatim"))
            conflicts.append(Conflict(disagreement.about, tuple(sides)))
        values = list(dict.fromkeys(group.value for group in groups if group.value))
        listed = list(citations.values())
        return Answer(
            text="\n".join(with_markers(statement) for statement in statements),
            short_answer="; ".join(values) or None,
            statements=tuple(statements),
            citations=tuple(listed),
            origins=count_origins(listed),
            conflicts=tuple(conflicts),
            confidence=_confidence(member for group in groups for member in group.members),
        )

    def _abstain(
        self,
        reason: AbstentionReason,
        explanation: str,
        retrieved: Retrieved,
        judged: Sequence[Judged] = (),
    ) -> Abstention:
        """Abstain with the closest passages; without readings the best hits are shown."""
        if judged:
            closest = [(item.sentence, item.attribution) for item in judged[:CLOSEST]]
        else:
            closest = [(hit.sentence, self._library.attribute(hit.sentence)) for hit in retrieved.hits[:CLOSEST]]
        cited = tuple(cite(sentence, attribution) for sentence, attribution in closest)
        return Abstention(reason, explanation, cited, retrieved.searched, _confidence(judged))


def _confidence(judged: Iterable[Judged]) -> float | None:
    """Return the highest probability of answering, or None where nothing was judged."""
    best = max((item.probability for item in judged), default=None)
    return None if best is None else round(best, 4)


def _answering(question: Question, judged: Sequence[Judged], answers: float) -> list[Judged]:
    """Return the readings that answer; in a list one that points back to another needs less."""
    if not any(item.probability >= answers for item in judged):
        return []

    def joins(item: Judged) -> bool:
        listed = question.plural and _certain(item) and points_back(item.reading)
        return item.probability >= (LISTED if listed else answers)

    return [item for item in judged if joins(item)]


def _joins(top: Judged, item: Judged) -> bool:
    """Whether a further answer belongs in a list: about as likely as the first, or pointing back."""
    likely = item.probability >= LIST_SHARE * top.probability or points_back(item.reading)
    return likely and item.score >= top.score - LIST_MARGIN


def _surely_read(group: Group) -> bool:
    """Whether the reader is sure that a sentence answers, without a word that says why."""
    read = group.best.reading.read
    return read is not None and read.answers >= SURELY


def _certain(item: Judged) -> bool:
    best = item.reading.best
    fits = item.probability >= 0.9 * item.nearness
    return fits and item.reading.act_score >= 0.85 and best is not None and best.strength >= 0.9


def _near(chosen: Sequence[Reading], best: float, judged: Sequence[Judged]) -> list[Reading]:
    """Return the readings that do not answer but come near, or say that something was not said."""
    near = [
        item.reading
        for item in judged
        if item.score >= best - NEAR and (item.probability >= CONTRADICTS or unspecified(item.reading.doc) is not None)
    ]
    return [reading for reading in near if reading not in chosen][:COMPARED]
