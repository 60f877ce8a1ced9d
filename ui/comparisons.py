"""Comparisons that all visitors share: made once for an index, kept until it changes.

A comparison holds nothing of a visitor; whoever comes second sees how far the first one's is, or has it at once.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import streamlit as st

from ui.visitor import visitor
from ui.work import Work, works

if TYPE_CHECKING:
    from factcheck.pipeline import Corpus

KIND = "compare"
# Of a thousand articles a comparison takes some 50 MB.
MOST_KEPT = 4
# So many are compared without being asked for, in this process: it takes a few seconds.
FEW = 60
# Which files are compared: globs, or None for all.
Chosen = tuple[str, ...] | None


class Comparisons:
    """The comparisons of the opened index; safe to use from many sessions."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        # Two at once would take twice as long each, and slow the pages of everybody.
        self._turn = threading.Lock()
        self._corpus: object = None
        self._works: OrderedDict[Chosen, Work] = OrderedDict()

    def find(self, corpus: Corpus, files: Chosen) -> Work | None:
        """Return the comparison of these files, running or not; None where none was started."""
        with self._guard:
            self._renew(corpus)
            work = self._works.get(files)
            if work is not None:
                self._works.move_to_end(files)
            return work

    def start(self, corpus: Corpus, files: Chosen, articles: int) -> Work:
        """Begin a comparison, or return the one that runs or is done.

        Args:
            corpus: The opened index.
            files: Globs of the files that are compared.
            articles: How many there are, for the title.
        """
        with self._guard:
            self._renew(corpus)
            found = self._works.get(files)
            if found is not None and found.state in {"running", "done"}:
                return found
            work = works().start(
                visitor(),
                KIND,
                f"Compare {articles:,} articles",
                lambda work: self._compare(corpus, files, articles, work),
            )
            self._works[files] = work
            self._works.move_to_end(files)
            while len(self._works) > MOST_KEPT:
                works().drop(self._works.popitem(last=False)[1])
            return work

    def _renew(self, corpus: Corpus) -> None:
        """Leave all that was made of an index that has changed since."""
        if self._corpus is not corpus:
            for work in self._works.values():
                works().drop(work)  # stopped only, its megabytes would stay
            self._works.clear()
            self._corpus = corpus

    def _compare(self, corpus: Corpus, files: Chosen, articles: int, work: Work) -> Any:
        from ui.comparing import compare_apart
        from ui.components.compare_material import arrange

        work.advance("waiting for another comparison", 0, 0)
        while not self._turn.acquire(timeout=0.3):
            work.advance("waiting for another comparison", 0, 0)
        try:
            work.advance("reading", 0, 0)
            if articles > FEW:
                return arrange(compare_apart(corpus.settings.index, files, work.advance))
            return arrange(corpus.compare(files, advance=work.advance))
        finally:
            self._turn.release()


@st.cache_resource(show_spinner=False)
def comparisons() -> Comparisons:
    """Return the comparisons of this process, one for all sessions."""
    return Comparisons()


def may_stop(work: Work) -> bool:
    """Whether this visitor started the work; that of another goes on."""
    return work.owner == visitor()
