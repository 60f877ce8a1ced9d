"""Judge how well each hit answers a question: its rank among the others, and whether it answers at all."""

from __future__ import annotations

import re
from typing import Any

from factcheck.answering.abstention import Features, name_words, probability, same_name
from factcheck.answering.closely import read_closely
from factcheck.answering.grouping import Judged
from factcheck.answering.library import Library
from factcheck.answering.question_kinds import TYPED
from factcheck.answering.questions import Question
from factcheck.answering.readings import Reading, negated, read_hit, same_noun
from factcheck.answering.spans import subjects
from factcheck.lexicon import ACTIONS, REASON, action_similarity, same_stem
from factcheck.models.reader import Reader
from factcheck.speech.attributing import Attribution
from factcheck.types import Hit, Retrieved

# Hits that are parsed, the dearest step without the model: the first ones, and of those behind them
# only what names the act, or says that something was not said.
SURELY_READ = 14
READ = 36
# What a misfit leaves of the probability: the act is not mentioned, or it is another's or denied.
NO_ACT = 0.55
OTHER_OBJECT = 0.3
OBJECTS = frozenset({"dobj", "ccomp", "xcomp", "prep", "attr", "nsubjpass"})
# Objects that point back: what was denied stands in a sentence before.
ANAPHORS = frozenset(
    "report charge allegation claim accusation statement suggestion rumour rumor news it this that them so".split()
)
NAMED_OBJECT = 0.55
WEAK_SPAN = 0.45
WRONG = 0.15
CUE_WEIGHTS = {"act": 0.30, "strength": 0.40, "names": 0.15, "reason": 0.12, "reader": 0.25}
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
        hits = [h for h in retrieved.hits[:READ] if h.rank <= SURELY_READ or related.search(h.sentence.text)]
        reads = read_closely(self._reader, question.text, hits, self._library.around)
        docs = self._library.parser.parse_all([hit.sentence.text for hit in hits])
        found = []
        for hit, doc in zip(hits, docs, strict=True):
            read = reads.get(hit.sentence.id)
            found.append(self._judge_one(question, read_hit(question, retrieved, hit, doc, read)))
        found.sort(key=lambda item: (-item.score, item.sentence.file, item.sentence.ordinal))
        return found

    def _judge_one(self, question: Question, reading: Reading) -> Judged:
        attribution = self._library.attribute(reading.hit.sentence)
        found = self.features(question, reading, attribution)
        near = probability(found)
        chance = near * self._fits(question, reading, attribution)
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
            subject=_subject_match(question, reading),
            reader=reading.read.odds if reading.read is not None else None,
        )

    def _act_near(self, question: Question, reading: Reading) -> float:
        """Return how surely the sentences beside a reading name the question's act, by the same words."""
        if question.action is None:
            return 1.0
        beside = [s for s in self._library.around(reading.hit.sentence, 1, 1) if s.id != reading.hit.sentence.id]
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
        if question.action is None or question.kind == "yes_no":
            return 1.0
        if question.kind == "what":
            return 1.0 if reading.act is not None or self._act_near(question, reading) else NO_ACT
        fit = 1.0
        if reading.act is None and not self._act_near(question, reading):
            fit *= NO_ACT
        if reading.act_score < 0.85 and _opposite_act(question, reading):
            fit *= WRONG
        if reading.act is not None and negated(reading.act) and not question.negated:
            fit *= WRONG  # what presupposes an act is not answered by a sentence that denies it
        if _subject_match(question, reading) == 0.0:
            fit *= WRONG
        if object_match(question, reading) is False:
            fit *= OTHER_OBJECT
        if question.kind in TYPED and reading.best is not None and reading.best.strength < WEAK_SPAN:
            fit *= NO_ACT
        return fit

    def _fits_speaker(self, question: Question, reading: Reading, attribution: Attribution | None) -> float:
        said_by = [attribution.speaker, attribution.via or ""] if attribution is not None else []
        if attribution is None and _is_outlet(question.speaker or "", reading.hit.sentence.outlet):
            said_by = [question.speaker or ""]  # "What does Bloomberg say?": what the article itself says
        described = attribution is not None and _is_described(question.speaker or "", reading.hit.sentence.text)
        if not described and not any(_is_speaker(question.speaker or "", name) for name in said_by):
            return 0.0
        others = [name for name in question.names if not _is_speaker(question.speaker or "", name)]
        near = " ".join([*(s.text for s in self._library.around(reading.hit.sentence, 2, 1)), *said_by])
        words = WORD.findall(near)
        met = all(any(same_name(word, other) for other in words) for name in others for word in name_words(name))
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
            next((worth for worth, others in seen if any(same_name(word, o) for o in others)), 0.0) for word in words
        ]
        return sum(nearest) / len(nearest)


def _focus_met(question: Question, reading: Reading) -> bool:
    """Whether a sentence names the act and the sort of thing that "which …" asks for."""
    named = any(same_noun(question.focus or "", token.lemma_) for token in reading.doc)
    return named and reading.act_score >= 0.85


def _related_words(question: Question) -> re.Pattern[str]:
    """Return a pattern of words that begin like the act or a verb of its class."""
    acts = {question.action} if question.action else set()
    acts |= {word for words in ACTIONS if question.action in words for word in words}
    stems = sorted({re.escape(word[: max(4, len(word) - 2)]) for word in acts if word})
    silence = r"did(?:n[’']t| not)|declin|refus|not wanted"
    return re.compile(rf"(?i)\b(?:{'|'.join([*stems, silence])})")


def object_match(question: Question, reading: Reading) -> bool | None:
    """Say whether the act of a sentence is done to what the question names.

    "Denied that they consider sending weapons" is no denial of the request; "denied the reports" may be.

    Returns:
        None where the question or the sentence names no object.
    """
    terms = [t for t in question.terms if not t.name and t.lemma not in {question.action, question.focus}]
    act = next((t.start for t in question.terms if t.lemma == question.action), 0)
    asked = re.search(r"(?i)\b(?:did|does|do)\b", question.text[:act])
    if asked is not None:
        # "Which bridge did the flood destroy?": the flood is who does it.
        terms = [t for t in terms if not asked.end() <= t.start < act]
    if not terms or reading.act is None:
        return None
    objects = _objects(reading.act)
    if not objects:
        return None
    if points_back(reading):
        return True
    if _owned_by_another(question, objects):
        return False
    tokens = [token for child in objects for token in child.subtree]
    lemmas = {token.lemma_.lower() for token in tokens}
    if any(action_similarity(t.lemma, lemma) >= 0.9 for t in terms for lemma in lemmas):
        return True
    first, last = tokens[0].idx, tokens[-1].idx + len(tokens[-1].text)
    return any(
        similarity >= NAMED_OBJECT and first <= start < last
        for word, similarity, (start, _) in zip(reading.words, reading.hit.similarity, reading.hit.spans, strict=False)
        if any(t.start <= word.start < t.end for t in terms)
    )


def _owned_by_another(question: Question, objects: list[Any]) -> bool:
    """Whether the object belongs to another name: the army's delegation is not the RSF delegation."""
    for name in question.names:
        end = question.text.find(name) + len(name)
        owned = next((t.lemma for t in question.terms if not t.name and 0 <= t.start - end <= 3), None)
        for token in (t for child in objects for t in child.subtree if t.lemma_.lower() == owned):
            owners = [c for c in token.children if c.dep_ in {"poss", "compound", "nmod", "amod"} and c.i < token.i]
            owners += [g for c in token.children if c.lower_ == "of" for g in c.children if g.dep_ == "pobj"]
            # Only a name is another owner: "large companies" may be Russian.
            words = [word for owner in owners for word in re.findall(r"\w+", owner.text) if word[:1].isupper()]
            if words and not any(same_name(own, word) for own in name_words(name) for word in words):
                return True
    return False


def points_back(reading: Reading) -> bool:
    """Whether the object of the act points back: "denied the reports", "refuted the charges"."""
    return reading.act is not None and any(child.lemma_.lower() in ANAPHORS for child in _objects(reading.act))


def _objects(act: Any) -> list[Any]:
    return [child for child in act.children if child.dep_ in OBJECTS and (child.i > act.i or child.dep_ == "ccomp")]


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
    return bool(words) and any(same_name(word, other) for word in words[-1:] for other in re.findall(r"\w+", speaker))


def _is_outlet(asked: str, outlet: str | None) -> bool:
    words = {word.lower() for word in name_words(outlet or "")}
    return bool(words) and words <= {word.lower() for word in name_words(asked)} | {"post", "news"}


def _is_described(asked: str, sentence: str) -> bool:
    """Whether "the supplier of the sirens" speaks: a description, not a name, that the sentence holds."""
    if any(word[:1].isupper() for word in asked.split()):
        return False
    words = [word for word in re.findall(r"[a-z]{4,}", asked)]
    own = re.findall(r"[a-z]{4,}", sentence.lower())
    return bool(words) and all(any(same_noun(word, other) for other in own) for word in words)
