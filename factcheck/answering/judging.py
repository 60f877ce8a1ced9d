"""Judge how well each hit answers a question: its rank among the others, and whether it answers at all."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

from factcheck.answering.abstention import Features, name_words, probability, same_name
from factcheck.answering.closely import read_closely
from factcheck.answering.grouping import Judged
from factcheck.answering.library import Library
from factcheck.answering.misfits import find_misfits, subject_match
from factcheck.answering.question_kinds import TYPED
from factcheck.answering.questions import Question
from factcheck.answering.readings import Reading, read_hit
from factcheck.lexicon import ACTIONS, REASON
from factcheck.models.reader import Reader
from factcheck.speech.attributing import Attribution
from factcheck.types import Hit, Retrieved

# Hits that are parsed, the dearest step without the model: the first ones, and of those behind them
# only what names the act, says that something was not said, or answers by what the reader says.
SURELY_READ = 14
LIKED = 0.2
READ = 36
CUE_WEIGHTS = {"act": 0.30, "strength": 0.40, "names": 0.15, "reason": 0.12, "reader": 0.5}
WORD = re.compile(r"\w[\w.'’]*")


class Judge:
    """Judges readings by their words, their grammar and what stands around them.

    Args:
        library: Gives neighbouring sentences and speakers.
        reader: Reads the first hits closely, or None where it cannot be used.
    """

    def __init__(self, library: Library, reader: Reader | None = None) -> None:
        self._library = library
        self._reader = reader

    def judge(self, question: Question, retrieved: Retrieved) -> list[Judged]:
        """Read the first hits and judge them.

        Args:
            question: What is asked.
            retrieved: Its hits.

        Returns:
            The readings, best first.
        """
        related = _related_words(question)
        parse_all = self._library.parser.parse_all
        # The first ones are parsed in any case: by one core, while others read.
        with ThreadPoolExecutor(1, "factcheck-parser") as beside:
            parsed = beside.submit(parse_all, [hit.sentence.text for hit in retrieved.hits[:SURELY_READ]])
            reads = read_closely(self._reader, question.text, retrieved.hits, self._library.around)
            parsed.result()
        liked = {id_ for id_, read in reads.items() if read.answers >= LIKED}
        hits = [
            hit
            for hit in retrieved.hits[:READ]
            if hit.rank <= SURELY_READ or hit.sentence.id in liked or related.search(hit.sentence.text)
        ]
        docs = parse_all([hit.sentence.text for hit in hits])
        found = []
        for hit, doc in zip(hits, docs, strict=True):
            attribution = self._library.attribute(hit.sentence)
            reading = read_hit(question, retrieved, hit, doc, reads.get(hit.sentence.id), attribution)
            found.append(self._judge_one(question, reading, attribution))
        found.sort(key=lambda item: (-item.score, item.sentence.file, item.sentence.ordinal))
        return found

    def _judge_one(self, question: Question, reading: Reading, attribution: Attribution | None) -> Judged:
        found = self.features(question, reading, attribution)
        near = probability(found)
        misfits = find_misfits(question, reading, attribution, self._library.around)
        chance = probability(found, misfits)
        score = reading.hit.score + CUE_WEIGHTS["act"] * found.act + CUE_WEIGHTS["names"] * found.names
        if question.kind in TYPED or question.kind in {"identity", "what"}:
            score += CUE_WEIGHTS["strength"] * (reading.best.strength if reading.best is not None else 0.0)
        if reading.read is not None:
            score += CUE_WEIGHTS["reader"] * (reading.read.odds - 0.5)
        if question.kind == "why" and REASON.search(reading.hit.sentence.text):
            score += CUE_WEIGHTS["reason"]
        return Judged(reading, score, chance, near, attribution)

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
            subject=subject_match(question, reading),
            rank=1 / (1 + reading.hit.rank),
            reader=reading.read.odds if reading.read is not None else None,
        )

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
            next((worth for worth, others in seen if any(same_name(word, o) for o in others)), 0.0) for word in words
        ]
        return sum(nearest) / len(nearest)


def _related_words(question: Question) -> re.Pattern[str]:
    """Return a pattern of words that begin like the act or a verb of its class."""
    acts = {question.action} if question.action else set()
    acts |= {word for words in ACTIONS if question.action in words for word in words}
    stems = sorted({re.escape(word[: max(4, len(word) - 2)]) for word in acts if word})
    silence = r"did(?:n[’']t| not)|declin|refus|not wanted"
    return re.compile(rf"(?i)\b(?:{'|'.join([*stems, silence])})")
