"""Does a statement follow from what it cites? The alignment's score, and what the reader says against it."""

from __future__ import annotations

from collections.abc import Sequence

from factcheck.answering.support import AlignmentSupport, SupportScore
from factcheck.models.reader import Pair, Reader

# From this probability on a sentence contradicts, unless another one carries the statement. On the three sets of golden
# claims against their gold sentences it marks 3 of 104 supported claims more, and 15 of 113 refuted ones.
CONTRADICTS = 0.8


class ReaderSupport:
    """Keeps to the alignment's score and adds the reader's doubt; safe to share between threads.

    Args:
        alignment: Scores by words and by what a parse shows.
        reader: Reads the statement as a claim against each cited sentence.
    """

    def __init__(self, alignment: AlignmentSupport, reader: Reader) -> None:
        self._alignment = alignment
        self._reader = reader
        self.name = f"{alignment.name} + {reader.name}"
        self.threshold = alignment.threshold

    def score(self, statement: str, cited: Sequence[str]) -> SupportScore:
        """Return the score of one statement; without cited sentences it is 0.0."""
        found = self._alignment.score(statement, cited)
        if not cited or found.reasons:
            return found
        stances = [read.stance for read in self._reader.read(statement, [Pair(sentence) for sentence in cited])]
        refuted = max(stance.refuted for stance in stances)
        carried = any(stance.supported > stance.refuted for stance in stances)
        if carried or refuted < CONTRADICTS:
            return found
        return SupportScore(found.value, (f"the reader takes it that what it cites says otherwise ({refuted:.0%})",))
