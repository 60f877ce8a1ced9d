"""Say in one or two plain sentences why a claim got its verdict."""

from __future__ import annotations

from collections.abc import Sequence

from factcheck.answering.citations import count_origins
from factcheck.checking.record import Evidence, PartResult
from factcheck.checking.verdict import Verdict
from factcheck.claims.stance import Label

_LONGEST = 160  # characters of a quote inside an explanation
_FAILED = {
    "refuted": "the articles speak against it",
    "conflicting": "the articles disagree on it",
    "not_enough_evidence": "nothing in the articles settles it",
}


def explain_part(verdict: Verdict, evidence: Sequence[Evidence]) -> str:
    """Explain the verdict on an atomic claim by its evidence, the surest first."""
    supports, refutes = _of(evidence, "supports"), _of(evidence, "refutes")
    if verdict.label == "supported":
        said = _speakers(supports) if verdict.attributed_only else ""
        only = f" They only report it as said{said}." if verdict.attributed_only else ""
        return f"{_count(supports)} it: {_quote(supports[0])}.{only}"
    if verdict.label == "refuted":
        said = _speakers(refutes) if verdict.attributed_only else ""
        only = f" They only report this as said{said}." if verdict.attributed_only else ""
        return f"{_differs(refutes[0])} ({_place(refutes[0])}).{only}"
    if verdict.label == "conflicting":
        return (
            f"The articles disagree: {_place(supports[0])} has {_quote(supports[0], place=False)}; against it, "
            f"{_lower(_differs(refutes[0]))} ({_place(refutes[0])})."
        )
    nearest = next(iter(_of(evidence, "mentions")), None)
    if nearest is None:
        return "Nothing in the articles comes near the claim."
    return f"Nothing in the articles settles it; nearest is {_place(nearest)}: {_lower(nearest.reason)}"


def explain_claim(verdict: Verdict, parts: Sequence[PartResult]) -> str:
    """Explain the verdict on a claim by those on its parts; which part fails, where one does."""
    if len(parts) == 1:
        return parts[0].explanation
    failing = [part for part in parts if part.verdict.label == verdict.label]
    if verdict.label == "supported":
        return f"The articles bear out all {len(parts)} parts of the claim."
    named = " ".join(f"“{part.text}” fails: {_FAILED[verdict.label]}. {part.explanation}" for part in failing[:2])
    return f"{len(failing)} of {len(parts)} parts: {named}"


def _of(evidence: Sequence[Evidence], stance: Label) -> list[Evidence]:
    return [each for each in evidence if each.stance == stance]


def _count(evidence: Sequence[Evidence]) -> str:
    origins = count_origins([each.citation for each in evidence])
    if origins.files == 1:
        return "One article supports"
    independent = "one origin" if origins.independent == 1 else f"{origins.independent} independent origins"
    return f"{origins.files} articles from {independent} support"


def _speakers(evidence: Sequence[Evidence]) -> str:
    names = list(dict.fromkeys(each.citation.speaker for each in evidence if each.citation.speaker))
    return f" by {' and '.join(names[:2])}" if names else ""


def _place(each: Evidence) -> str:
    return f"{each.citation.file}:{each.citation.line}"


def _quote(each: Evidence, *, place: bool = True) -> str:
    quote = " ".join(each.citation.quote.split())
    if len(quote) > _LONGEST:
        quote = quote[: quote.rfind(" ", 0, _LONGEST)] + " …"
    return f"“{quote}” ({_place(each)})" if place else f"“{quote}”"


def _differs(each: Evidence) -> str:
    """Return in what a sentence differs from the claim, or what it says where no rule could name it."""
    reason = each.reason.rstrip(".")
    if reason.startswith("The reader"):
        return f"The articles contradict it: {_quote(each, place=False)}"
    return reason


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
