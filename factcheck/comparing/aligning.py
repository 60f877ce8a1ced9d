"""Which sentences of two files tell the same utterance or fact.

    sentences → terms → files that share rare ones (postings, never all pairs) → sentences of those, best for both

Nothing is parsed here; `likeness.py` judges what is found.
"""

from __future__ import annotations

import heapq
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from factcheck.comparing.doubts import GIVEN, UNSAID
from factcheck.comparing.sides import dateline_end
from factcheck.comparing.terms import Terms, Weights, post, read_terms

# A term that stands in more sentences brings no files together.
RARE = 40
# Files of one story that a file is compared with at most, the likest first.
PARTNERS = 10
LEAST_SHARED = 3
# Share of the telling words (of names) from which two files may tell one story.
SAME_STORY, SAME_NAMES, LEAST_NAMES = 0.2, 0.25, 3
# Likeness from which two sentences are looked at closely.
LIKE = 0.16
# What the likeness of the sentences around them counts for.
BESIDE = 0.15
# The same for one that gives what the other says was not specified: a few words are enough to look.
LEAST = 0.05
MOST_FOR_EACH = 3
_OTHER = re.compile(r"[\W_]+")
DENIAL = re.compile(r"(?i)\b(?:not|never|no|nobody|none|without|den(?:y|ied|ies)|refus\w+)\b|n[’']t\b")


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence as it is aligned.

    Attributes:
        file: Its file.
        text: As written.
        speaker: Who says it, where it is reported speech.
    """

    file: str
    text: str
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences of different files that may tell the same.

    Attributes:
        a: Place of one in the list of lines.
        b: Place of the other.
        likeness: 0..1, by rare words, names and numbers, and by what stands beside them.
        story: Share (0..1) of the telling words that their files have in common.
    """

    a: int
    b: int
    likeness: float
    story: float


class Aligner:
    """Finds the sentences of different files that tell the same.

    Args:
        lines: All sentences, file by file, in their order.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._plain = [_plain(line.text) for line in lines]
        self._terms = [_read(line) for line in lines]
        self.weights = Weights(self._terms)
        self._totals = [self.weights.total(terms.words) for terms in self._terms]
        self._files: dict[str, list[int]] = defaultdict(list)
        for place, line in enumerate(lines):
            self._files[line.file].append(place)
        self._texts = {file: {self._plain[place] for place in places} for file, places in self._files.items()}
        self._words = {file: self._gather(places) for file, places in self._files.items()}
        self._names = {file: set(filter(self.weights.is_name, words)) for file, words in self._words.items()}
        self._by_term: dict[str, dict[str, list[int]]] = {}
        self._sums = {file: self.weights.total(words) for file, words in self._words.items()}
        self._name_sums = {file: self.weights.total(names) for file, names in self._names.items()}

    def align(self) -> list[Pair]:
        """Return the pairs worth a closer look: those in which something may differ first, the likest first."""
        found = [pair for first, second in self._partners() for pair in self._align_files(first, second)]
        return sorted(found, key=lambda pair: (not self._may_differ(pair), -pair.likeness * pair.story, pair.a, pair.b))

    def _may_differ(self, pair: Pair) -> bool:
        """Whether numbers, names or a denial of two sentences are not the same: those are looked at first."""
        one, two = self._terms[pair.a], self._terms[pair.b]
        texts = (self._lines[pair.a].text, self._lines[pair.b].text)
        denied = {len(DENIAL.findall(text)) % 2 for text in texts}
        return (
            len(denied) > 1 or one.numbers != two.numbers or one.names != two.names or self._is_unsaid(pair.a, pair.b)
        )

    def measure_story(self, first: str, second: str) -> float:
        """Return the share (0..1) of telling words that two files have in common, 0.0 where it is no one story."""
        shared = self._words[first] & self._words[second]
        names = shared & self._names[first]
        words = self.weights.total(shared) / max(min(self._sums[first], self._sums[second]), 1e-9)
        named = self.weights.total(names) / max(min(self._name_sums[first], self._name_sums[second]), 1e-9)
        if words >= SAME_STORY or (named >= SAME_NAMES and len(names) >= LEAST_NAMES):
            return min(1.0, max(words, named))
        return 0.0

    def _gather(self, places: Sequence[int]) -> set[str]:
        return {term for place in places for term in self._terms[place].words}

    def _partners(self) -> Iterator[tuple[str, str]]:
        """Yield the pairs of files that share rare terms, the likest partners of each."""
        shared: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        counts: Counter[tuple[str, str]] = Counter()
        for term, places in post(self._terms, self.weights, most=RARE).items():
            files = sorted({self._lines[place].file for place in places})
            weight = self.weights.of(term)
            for first, second in itertools.combinations(files, 2):
                shared[first][second] += weight
                shared[second][first] += weight
                counts[first, second] += 1
        chosen: set[tuple[str, str]] = set()
        for file, others in shared.items():
            for other in heapq.nlargest(PARTNERS, others, key=lambda name: (others[name], name)):
                both = (file, other) if file < other else (other, file)
                if counts[both] >= LEAST_SHARED:
                    chosen.add(both)
        yield from sorted(chosen)

    def _align_files(self, first: str, second: str) -> Iterator[Pair]:
        story = self.measure_story(first, second)
        if not story:
            return
        raw = self._score_files(first, second)
        scores = {
            (a, b): min(1.0, score + BESIDE * max(raw.get((a - 1, b - 1), 0.0), raw.get((a + 1, b + 1), 0.0)))
            for (a, b), score in raw.items()
        }
        best_a, best_b = _rank(scores, 0), _rank(scores, 1)
        for (a, b), score in scores.items():
            if score >= LEAST and self._is_unsaid(a, b):
                yield Pair(a, b, round(score, 4), story)
            elif score >= LIKE and (b in best_a[a][:1] or a in best_b[b][:1]) and b in best_a[a] and a in best_b[b]:
                yield Pair(a, b, round(score, 4), story)

    def _is_unsaid(self, a: int, b: int) -> bool:
        return is_unsaid(self._lines[a].text, self._lines[b].text)

    def _score_files(self, first: str, second: str) -> dict[tuple[int, int], float]:
        by_term = self._look_up(second)
        shared: dict[tuple[int, int], float] = defaultdict(float)
        for term, places in self._look_up(first).items():
            others = by_term.get(term)
            if others is None:
                continue
            weight = self.weights.of(term)
            for pair in itertools.product(places, others):
                shared[pair] += weight
        totals = self._totals
        scores = {
            pair: weight / max((totals[pair[0]] * totals[pair[1]]) ** 0.5, 1e-9) for pair, weight in shared.items()
        }
        return {pair: score for pair, score in scores.items() if score >= LEAST and not self._is_told_elsewhere(*pair)}

    def _look_up(self, file: str) -> dict[str, list[int]]:
        """Return the sentences of a file by their terms."""
        if file not in self._by_term:
            by_term: dict[str, list[int]] = defaultdict(list)
            for place in self._files[file]:
                for term in self._terms[place].words:
                    if self.weights.of(term):
                        by_term[term].append(place)
            self._by_term[file] = dict(by_term)
        return self._by_term[file]

    def _is_told_elsewhere(self, a: int, b: int) -> bool:
        """Whether one of the sentences stands word for word in the other file: then it has its counterpart."""
        return self._plain[a] in self._texts[self._lines[b].file] or self._plain[b] in self._texts[self._lines[a].file]


def is_unsaid(one: str, two: str) -> bool:
    """Whether one sentence may give what the other says was not specified."""
    return bool((UNSAID.search(one) and GIVEN.search(two)) or (UNSAID.search(two) and GIVEN.search(one)))


def _plain(text: str) -> str:
    """Return a sentence's letters and digits, which tell copies from each other."""
    return _OTHER.sub("", text.lower())


def _read(line: Line) -> Terms:
    """Return a sentence's terms; whoever says it is one of them."""
    terms = read_terms(line.text, start=dateline_end(line.text))
    if not line.speaker:
        return terms
    speaker = read_terms(f"- {line.speaker}").words
    return Terms(terms.words | speaker, terms.names | speaker, terms.numbers)


def _rank(scores: dict[tuple[int, int], float], side: int) -> dict[int, list[int]]:
    """Return the best counterparts of each sentence of one side."""
    by_place: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for pair, score in scores.items():
        by_place[pair[side]].append((score, -pair[1 - side]))
    return {place: [-other for _, other in heapq.nlargest(MOST_FOR_EACH, rivals)] for place, rivals in by_place.items()}
