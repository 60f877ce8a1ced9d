"""What stands against a reading although its words come near: another act, speaker, doer, object.

Each misfit has a name and a fitted weight (`abstention.py`); only what no answer can have is ruled out at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from factcheck.answering.abstention import IMPOSSIBLE, name_words, same_name
from factcheck.answering.question_kinds import TYPED
from factcheck.answering.questions import Question
from factcheck.answering.readings import Reading, negated, same_noun
from factcheck.answering.spans import subjects
from factcheck.answering.speakers import find_speaker
from factcheck.lexicon import action_similarity, same_stem
from factcheck.speech.attributing import Attribution
from factcheck.types import SourceSentence

Around = Callable[[SourceSentence, int, int], list[SourceSentence]]

OBJECTS = frozenset({"dobj", "ccomp", "xcomp", "prep", "attr", "nsubjpass"})
# Objects that point back: what was denied stands in a sentence before.
ANAPHORS = frozenset(
    "report charge allegation claim accusation statement suggestion rumour rumor news it this that them so".split()
)
NAMED_OBJECT = 0.55
WEAK_SPAN = 0.45
WORD = re.compile(r"\w[\w.'’]*")


def find_misfits(
    question: Question, reading: Reading, attribution: Attribution | None, around: Around
) -> frozenset[str]:
    """Name what stands against a reading.

    Args:
        question: What is asked.
        reading: A sentence held against it.
        attribution: Who says the sentence, or None.
        around: Returns the sentences around one in its article.

    Returns:
        Names of `abstention.MISFITS`, or `IMPOSSIBLE` alone where the sentence cannot be an answer.
    """
    if question.speaker is not None:
        return _misfits_of_speaker(question, reading, attribution, around)
    found = set()
    if question.kind in TYPED and not reading.parsed:
        found.add("reader_alone")
    if question.kind == "identity":
        return frozenset() if reading.best is not None else frozenset({"no_description"})
    if question.kind in TYPED and reading.best is None:
        found.add("no_act" if question.kind == "which" and _focus_met(question, reading) else IMPOSSIBLE)
        return frozenset(found)
    if question.action is None or question.kind == "yes_no":
        return frozenset()
    if find_speaker(question, attribution, reading.hit.sentence.text) is not None:
        return frozenset()  # that somebody says it is the act
    if reading.act is None and not _act_near(question, reading, around):
        found.add("no_act")
    if question.kind == "what":
        return frozenset(found)
    if reading.act_score < 0.85 and _opposite_act(question, reading):
        found.add("opposite_act")
    if reading.act is not None and negated(reading.act) and not question.negated:
        found.add("denied_act")  # what presupposes an act is not answered by a sentence that denies it
    if subject_match(question, reading) == 0.0:
        found.add("other_doer")
    if object_match(question, reading) is False:
        found.add("other_object")
    if question.kind in TYPED and reading.best is not None and reading.best.strength < WEAK_SPAN:
        found.add("weak_span")
    return frozenset(found)


def _misfits_of_speaker(
    question: Question, reading: Reading, attribution: Attribution | None, around: Around
) -> frozenset[str]:
    asked = question.speaker or ""
    said_by = [attribution.speaker, attribution.via or ""] if attribution is not None else []
    if attribution is None and _is_outlet(asked, reading.hit.sentence.outlet):
        said_by = [asked]  # "What does Bloomberg say?": what the article itself says
    described = attribution is not None and _is_described(asked, reading.hit.sentence.text)
    if not described and not any(_is_speaker(asked, name) for name in said_by):
        # A name is another's or it is not; "the government" may be called by other words.
        return frozenset({IMPOSSIBLE if any(word[:1].isupper() for word in asked.split()) else "far_names"})
    others = [name for name in question.names if not _is_speaker(asked, name)]
    near = " ".join([*(s.text for s in around(reading.hit.sentence, 2, 1)), *said_by])
    words = WORD.findall(near)
    met = all(any(same_name(word, other) for other in words) for name in others for word in name_words(name))
    return frozenset() if met else frozenset({"far_names"})


def _act_near(question: Question, reading: Reading, around: Around) -> bool:
    """Whether the sentences beside a reading name the question's act, by the same words."""
    beside = [s for s in around(reading.hit.sentence, 1, 1) if s.id != reading.hit.sentence.id]
    words = {word.lower() for s in beside for word in re.findall(r"[A-Za-z]{3,}", s.text)}
    return any(same_stem(word, question.action or "") or word == question.action for word in words)


def _focus_met(question: Question, reading: Reading) -> bool:
    """Whether a sentence names the act and the sort of thing that "which …" asks for."""
    named = any(same_noun(question.focus or "", token.lemma_) for token in reading.doc)
    return named and reading.act_score >= 0.85


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


def subject_match(question: Question, reading: Reading) -> float:
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
