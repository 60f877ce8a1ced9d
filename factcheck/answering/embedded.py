"""The embedded engine: answers are sentences of the articles, chosen and set side by side, never written.

question → analysed → hits read (act, spans, speaker) → judged → grouped by answer → conflicts → Answer
                                                           ↘ nothing strong enough → Abstention
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from factcheck.answering.abstention import (
    ANSWERS,
    CLOSE,
    Features,
    name_words,
    probability,
    same_name,
    unknown_names,
)
from factcheck.answering.citations import cite, count_origins
from factcheck.answering.conflicts import Disagreement, find_conflicts, unspecified
from factcheck.answering.grouping import Group, Judged, group_by_content, group_by_value, name_spokespeople
from factcheck.answering.library import Library
from factcheck.answering.questions import TYPED, Question, analyse_question
from factcheck.answering.readings import Reading, negated, read_hit, same_noun
from factcheck.answering.spans import subjects
from factcheck.lexicon import action_similarity, same_stem
from factcheck.speech import Attribution
from factcheck.types import (
    Abstention,
    AbstentionReason,
    Answer,
    Citation,
    Conflict,
    Hit,
    Retrieved,
    Side,
    SourceSentence,
    Statement,
)

READ = 24  # hits that are parsed
CLOSEST = 3  # passages shown with an abstention
STATEMENTS = 6  # most statements of an answer
FILES_PER_STATEMENT = 5
LISTED = 0.05  # probability from which a certain reading joins a list
# How far behind the best a further answer may be, by score: in a list, and elsewhere.
LIST_MARGIN = 0.55
MARGIN = 0.12
# What a misfit leaves of the probability: the act is not mentioned, or it is another's or denied.
NO_ACT = 0.6
WEAK_SPAN = 0.45
WRONG = 0.15
# How far behind the best a sentence may be and still contradict it.
NEAR = 0.45
CUE_WEIGHTS = {"act": 0.30, "strength": 0.40, "names": 0.15, "reason": 0.12}

REASON = re.compile(
    r"(?i)\b(?:because|due to|since|so that|in order to|for fear|as a result|owing to|reasons?|amid|blamed?|cited?|"
    r"citing|caused?|led to|prompted|following|thanks to)\b"
)
WORD = re.compile(r"\w[\w.'’]*")


class EmbeddedEngine:
    """Answers from retrieved sentences without a language model; safe to share between threads."""

    name = "embedded"

    def __init__(self, library: Library) -> None:
        self._library = library
        self.model = f"{library.parser.name} + all-MiniLM-L6-v2"

    def answer(self, text: str, retrieved: Retrieved) -> Answer | Abstention:
        """Answer a question from its hits.

        Args:
            text: The question.
            retrieved: Its hits, best first.

        Returns:
            An answer whose every statement is a sentence of a file, or an abstention.
        """
        text = restore_capitals(text, retrieved)
        question = analyse_question(text, self._library.parser.parse(text))
        missing = self._unknown(question, retrieved)
        if missing:
            return self._abstain("no_evidence", _not_mentioned(missing), retrieved)
        judged = self._judge(question, retrieved)
        if not judged:
            return self._abstain("no_evidence", "No sentence comes near the question.", retrieved)
        strongest = max(item.probability for item in judged)
        if strongest < CLOSE:
            return self._abstain(
                "no_evidence", "The articles say nothing that answers this.", retrieved, judged
            )
        groups = self._group(question, _answering(question, judged))
        if not groups:
            return self._abstain("insufficient_evidence", _why_not(question, judged), retrieved, judged)
        disagreements = find_conflicts(question, _comparable(groups, judged))
        return self._compose(groups, disagreements)

    def _unknown(self, question: Question, retrieved: Retrieved) -> list[str]:
        names = [*question.names, *([question.speaker] if question.speaker else [])]
        words = [word for name in names for word in name_words(name)]
        seen = {word for hit in retrieved.hits for word in re.findall(r"\w[\w.'’]*", hit.sentence.text)}
        return unknown_names(list(dict.fromkeys(names)), self._library.frequencies(words), sorted(seen))

    def _judge(self, question: Question, retrieved: Retrieved) -> list[Judged]:
        hits = retrieved.hits[:READ]
        docs = self._library.parser.parse_all([hit.sentence.text for hit in hits])
        found = []
        for hit, doc in zip(hits, docs, strict=True):
            found.append(self._judge_one(question, read_hit(question, retrieved, hit, doc)))
        found.sort(key=lambda item: (-item.score, item.sentence.file, item.sentence.ordinal))
        return found

    def _judge_one(self, question: Question, reading: Reading) -> Judged:
        attribution = self._library.attribute(reading.hit.sentence)
        found = self.features(question, reading, attribution)
        chance = probability(found) * self._fits(question, reading, attribution)
        score = reading.hit.score + CUE_WEIGHTS["act"] * found.act + CUE_WEIGHTS["names"] * found.names
        if question.kind in TYPED or question.kind in {"identity", "what"}:
            score += CUE_WEIGHTS["strength"] * (reading.best.strength if reading.best is not None else 0.0)
        if question.kind == "why" and REASON.search(reading.hit.sentence.text):
            score += CUE_WEIGHTS["reason"]
        return Judged(reading, score, chance, attribution)

    def features(self, question: Question, reading: Reading, attribution: Attribution | None) -> Features:
        """Collect what speaks for and against one reading."""
        typed = question.kind in TYPED
        return Features(
            maxsim=reading.hit.maxsim,
            # What is said about a topic often names it in the sentence before.
            coverage=max(reading.coverage, reading.hit.maxsim) if question.speaker else reading.coverage,
            names=self._names_near(question, reading.hit, attribution),
            act=reading.act_score if question.action is not None else 1.0,
            strength=reading.best.strength if typed and reading.best is not None else 0.0,
            typed=float(typed),
            subject=_subject_match(question, reading),
        )

    def _act_near(self, question: Question, reading: Reading) -> float:
        """Return how surely the sentences beside a reading name the question's act, by the same words."""
        if question.action is None:
            return 1.0
        beside = [
            s for s in self._library.around(reading.hit.sentence, 1, 1) if s.id != reading.hit.sentence.id
        ]
        words = {word.lower() for s in beside for word in re.findall(r"[A-Za-z]{3,}", s.text)}
        return max(
            (0.9 for word in words if same_stem(word, question.action) or word == question.action),
            default=0.0,
        )

    def _fits(self, question: Question, reading: Reading, attribution: Attribution | None) -> float:
        """Return how well a reading fits what is asked, from 0.0 (cannot answer) to 1.0.

        Catches what word likeness cannot: another speaker, the opposite act, another doer, nothing of
        the kind asked for.
        """
        if question.speaker is not None:
            return self._fits_speaker(question, reading, attribution)
        if question.kind == "identity":
            return 1.0 if reading.best is not None else 0.3
        if question.kind in TYPED and reading.best is None:
            return NO_ACT if question.kind == "which" and _focus_met(question, reading) else 0.0
        if question.kind in {"yes_no", "what"} or question.action is None:
            return 1.0
        fit = 1.0
        if reading.act is None and not self._act_near(question, reading):
            fit *= NO_ACT
        if reading.act_score < 0.85 and _opposite_act(question, reading):
            fit *= WRONG
        if reading.act is not None and negated(reading.act) and not question.negated:
            fit *= WRONG  # what presupposes an act is not answered by a sentence that denies it
        if _subject_match(question, reading) == 0.0:
            fit *= WRONG
        if question.kind in TYPED and reading.best is not None and reading.best.strength < WEAK_SPAN:
            fit *= NO_ACT
        return fit

    def _fits_speaker(self, question: Question, reading: Reading, attribution: Attribution | None) -> float:
        said_by = [attribution.speaker, attribution.via or ""] if attribution is not None else []
        outlet = reading.hit.sentence.outlet or ""
        described = attribution is not None and _is_described(
            question.speaker or "", reading.hit.sentence.text
        )
        if not described and not any(
            _is_speaker(question.speaker or "", name) for name in [*said_by, outlet]
        ):
            return 0.0
        others = [name for name in question.names if not _is_speaker(question.speaker or "", name)]
        near = " ".join([*(s.text for s in self._library.around(reading.hit.sentence, 2, 1)), *said_by])
        words = WORD.findall(near)
        met = all(
            any(same_name(word, other) for other in words) for name in others for word in name_words(name)
        )
        return 1.0 if met else WRONG

    def _names_near(self, question: Question, hit: Hit, attribution: Attribution | None) -> float:
        """Return how near the question's names are: in the sentence 1, beside it or its speaker less."""
        words = [word for name in question.names for word in name_words(name)]
        if not words:
            return 1.0
        speaker = " ".join(filter(None, (attribution.speaker, attribution.via))) if attribution else ""
        beside = " ".join(s.text for s in self._library.around(hit.sentence, 1, 1))
        rings = (
            (1.0, hit.sentence.text),
            (0.9, speaker),
            (0.6, beside),
            (0.4, " ".join(s.text for s in self._library.around(hit.sentence, 3, 1))),
            (0.3, " ".join(filter(None, (hit.sentence.title, hit.sentence.outlet)))),
        )
        seen = [(worth, WORD.findall(text)) for worth, text in rings]
        nearest = [
            max((worth for worth, others in seen if any(same_name(word, o) for o in others)), default=0.0)
            for word in words
        ]
        return sum(nearest) / len(nearest)

    def _group(self, question: Question, judged: Sequence[Judged]) -> list[Group]:
        if not judged:
            return []
        if question.kind not in TYPED:
            groups = group_by_content(judged)
            top = groups[0].best
            if question.kind == "why":
                self._add_reason(groups[0])
            return [g for g in groups if g.best.score >= top.score - MARGIN][:STATEMENTS]
        groups = group_by_value(question, judged)
        if question.kind in {"who", "whom"}:
            groups = name_spokespeople(groups, self._library.around, self._library.attribute)
        if not groups:
            return []
        top = groups[0].best
        if question.plural and top.reading.act_score >= 0.85:
            kept = [g for g in groups if _certain(g.best) and g.best.score >= top.score - LIST_MARGIN]
            return (kept or groups[:1])[:STATEMENTS]
        return groups[:1]

    def _add_reason(self, group: Group) -> None:
        """Where the best sentence only repeats what is asked about, add the one beside it that says why."""
        sentence = group.best.sentence
        if REASON.search(sentence.text):
            return
        beside = [s for s in self._library.around(sentence, 1, 2) if s.id != sentence.id]
        same = [s for s in beside if abs(s.line - sentence.line) <= 1 or s.ordinal == sentence.ordinal + 1]
        reasons = [s for s in same if REASON.search(s.text)] or [
            s for s in same if s.ordinal > sentence.ordinal
        ]
        group.support.extend(reasons[:1])

    def _compose(self, groups: Sequence[Group], disagreements: Sequence[Disagreement]) -> Answer:
        citations: dict[tuple[str, int], Citation] = {}

        def number(sentence: SourceSentence, attribution: Attribution | None) -> int:
            key = (sentence.file, sentence.start)
            if key not in citations:
                citations[key] = cite(sentence, attribution, id=len(citations) + 1)
            return citations[key].id

        statements = []
        for group in groups:
            cited = [number(item.sentence, item.attribution) for item in _one_per_file(group)]
            cited += [number(sentence, self._library.attribute(sentence)) for sentence in group.support]
            statements.append(Statement(_statement_text(group), tuple(dict.fromkeys(cited)), "verbatim"))
        conflicts = []
        for disagreement in disagreements:
            sides = []
            for side in disagreement.sides:
                ids = [number(sentence, self._library.attribute(sentence)) for sentence in side.sentences]
                sides.append(Side(side.value, tuple(dict.fromkeys(ids))))
                if not any(set(ids) & set(statement.citations) for statement in statements):
                    first = side.sentences[0]
                    text = _with_speaker(first, self._library.attribute(first))
                    statements.append(Statement(text, tuple(dict.fromkeys(ids)), "verbatim"))
            conflicts.append(Conflict(disagreement.about, tuple(sides)))
        values = list(dict.fromkeys(group.value for group in groups if group.value))
        listed = list(citations.values())
        return Answer(
            text="\n".join(_marked(statement) for statement in statements),
            short_answer="; ".join(values) or None,
            statements=tuple(statements),
            citations=tuple(listed),
            origins=count_origins(listed),
            conflicts=tuple(conflicts),
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
            closest = [
                (hit.sentence, self._library.attribute(hit.sentence)) for hit in retrieved.hits[:CLOSEST]
            ]
        cited = tuple(cite(sentence, attribution) for sentence, attribution in closest)
        return Abstention(reason, explanation, cited, retrieved.searched)


def restore_capitals(text: str, retrieved: Retrieved) -> str:
    """Write names of a question as the articles do: "who is kadyrov" asks about Kadyrov.

    A word is a name where the hits write it with a capital inside a sentence and never without.
    """
    capital, small = set(), set()
    for hit in retrieved.hits:
        for match in re.finditer(r"[^\W\d_]{2,}", hit.sentence.text):
            word = match.group()
            if word.islower():
                small.add(word)
            elif match.start() > 0:
                capital.add(word)
    names = {word.lower(): word for word in sorted(capital)}
    return re.sub(
        r"[^\W\d_]{2,}",
        lambda m: (
            names.get(m.group(), m.group()) if m.group().islower() and m.group() not in small else m.group()
        ),
        text,
    )


def _answering(question: Question, judged: Sequence[Judged]) -> list[Judged]:
    """Return the readings that answer; in a list a certain one needs less where another answers."""
    if not any(item.probability >= ANSWERS for item in judged):
        return []
    further = LISTED if question.plural else ANSWERS
    return [i for i in judged if i.probability >= ANSWERS or (i.probability >= further and _certain(i))]


def _certain(item: Judged) -> bool:
    best = item.reading.best
    return item.reading.act_score >= 0.85 and best is not None and best.strength >= 0.9


def _comparable(groups: Sequence[Group], judged: Sequence[Judged]) -> list[Reading]:
    """Return the readings that may disagree: those that answer, then those that come near."""
    chosen = [member.reading for group in groups for member in group.members]
    floor = groups[0].best.score - NEAR
    near = [
        item.reading
        for item in judged
        if item.score >= floor and (item.probability >= CLOSE or unspecified(item.reading.doc) is not None)
    ]
    return [*chosen, *(reading for reading in near if reading not in chosen)][:12]


def _one_per_file(group: Group) -> list[Judged]:
    """Return the best reading of each file, best first."""
    best: dict[str, Judged] = {}
    for item in sorted(group.members, key=lambda item: -item.score):
        best.setdefault(item.sentence.file, item)
    return list(best.values())[:FILES_PER_STATEMENT]


def _statement_text(group: Group) -> str:
    text = _with_speaker(group.best.sentence, group.best.attribution)
    for sentence in dict.fromkeys(group.support):
        if sentence.file == group.best.sentence.file and sentence.text not in text:
            text = f"{text} {sentence.text}"
    return text


def _with_speaker(sentence: SourceSentence, attribution: Attribution | None) -> str:
    """Return a sentence, its speaker before it where it does not name him itself."""
    if attribution is None or any(word in sentence.text for word in attribution.speaker.split()[-1:]):
        return sentence.text
    return f"{attribution.speaker}: {sentence.text}"


def _marked(statement: Statement) -> str:
    return statement.text + " " + "".join(f"[{id_}]" for id_ in statement.citations)


def _focus_met(question: Question, reading: Reading) -> bool:
    """Whether a sentence names the act and the sort of thing that "which …" asks for."""
    named = any(same_noun(question.focus or "", token.lemma_) for token in reading.doc)
    return named and reading.act_score >= 0.85


def _opposite_act(question: Question, reading: Reading) -> bool:
    verbs = [token.lemma_.lower() for token in reading.doc if token.pos_ == "VERB"]
    return any(action_similarity(question.action or "", verb) < 0 for verb in verbs)


def _subject_match(question: Question, reading: Reading) -> float:
    """Return 1 where the asked name does the act in the sentence, 0 where another name does, else 0.5."""
    if question.subject is None or reading.act is None:
        return 0.5
    doers = [token for token in subjects(reading.act) if token.pos_ == "PROPN"]
    if not doers:
        return 0.5
    names = [child.text for doer in doers for child in (doer, *doer.children)]
    return 1.0 if any(same_name(question.subject, name) for name in names) else 0.0


def _is_speaker(asked: str, speaker: str) -> bool:
    words = name_words(asked)
    return bool(words) and any(
        same_name(word, other) for word in words[-1:] for other in re.findall(r"\w+", speaker)
    )


def _is_described(asked: str, sentence: str) -> bool:
    """Whether "the supplier of the sirens" speaks: a description, not a name, that the sentence holds."""
    if any(word[:1].isupper() for word in asked.split()):
        return False
    words = [word for word in re.findall(r"[a-z]{4,}", asked)]
    own = re.findall(r"[a-z]{4,}", sentence.lower())
    return bool(words) and all(any(same_noun(word, other) for other in own) for word in words)


def _not_mentioned(names: Sequence[str]) -> str:
    listed = " or ".join(names)
    return f"No sentence mentions {listed}."


def _why_not(question: Question, judged: Sequence[Judged]) -> str:
    if question.speaker is not None:
        return f"No sentence reports {question.speaker} saying that."
    if question.kind == "how_many" and question.focus:
        return f"No sentence gives the number that was asked for ({question.focus})."
    asked = {"when": "when", "where": "where", "who": "who", "whom": "whom", "how_much": "how much"}.get(
        question.kind
    )
    if asked is not None:
        return f"Sentences come near, but none says {asked}."
    return "Sentences come near, but none answers the question."


def with_ids(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """Return citations numbered from 1."""
    return tuple(replace(citation, id=number) for number, citation in enumerate(citations, 1))
