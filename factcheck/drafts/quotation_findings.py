"""What is said of a quotation that does not hold: the findings, in words for people."""

from __future__ import annotations

from collections.abc import Iterator

from factcheck.drafts.records import Difference, DraftFinding, FindingKind, Quotation, Severity
from factcheck.drafts.wording import find_words

# A run this short between two parts of a quotation is left out without need.
SHORT_OMISSION = 12
# Fewer words without a speaker are a title or a nickname as often as a quotation.
FEWEST_WORDS = 4


def judge_quotation(quotation: Quotation) -> Iterator[DraftFinding]:
    """Yield what a person must look at in a quotation."""
    if quotation.match == "not_found":
        yield _missing(quotation)
        return
    if quotation.match == "altered":
        yield _altered(quotation)
    if quotation.naming == "differs" and quotation.source is not None:
        said = f"these words are {quotation.source.speaker}’s, not {quotation.speaker}’s ({quotation.source.file})"
        yield _finding(quotation, "other_speaker", "error", said)
    elif quotation.naming == "unnamed":
        known = quotation.source.speaker if quotation.source is not None else None
        whose = f"; the article gives them to {known}" if known else ""
        yield _finding(quotation, "unnamed_speaker", "note", f"the draft does not say who says these words{whose}")
    if quotation.match != "altered":
        yield from _judge_omission(quotation)
        words = len(quotation.text.split())
        if not quotation.quoted and words >= FEWEST_WORDS and quotation.source is not None:
            reason = f"these words are the own ones of {quotation.source.file}, which quotes nobody here"
            yield _finding(quotation, "not_in_quotation_marks", "warning", reason)


def describe_change(difference: Difference) -> str:
    """Return a difference for people: "“misinformation” became “disinformation”"."""
    match difference.edit:
        case "changed":
            return f"“{difference.article}” became “{difference.draft}”"
        case "added":
            return f"“{difference.draft}” was added"
        case "dropped":
            return f"“{difference.article}” was dropped"
        case "omitted":
            return f"“{difference.article}” was left out"
        case _:
            return f"“{difference.draft}”"


def _missing(quotation: Quotation) -> DraftFinding:
    short = len(quotation.text.split()) < FEWEST_WORDS and quotation.speaker is None
    near = f"; the nearest is “{quotation.source.quote}” in {quotation.source.file}" if quotation.source else ""
    said = f"no article has the words “{_shorten(quotation.text)}”{near}"
    return _finding(quotation, "missing_quotation", "note" if short else "error", said)


def _altered(quotation: Quotation) -> DraftFinding:
    changes = [difference for difference in quotation.difference if difference.edit not in {"same", "omitted"}]
    told = "; ".join(describe_change(difference) for difference in changes)
    file = quotation.source.file if quotation.source is not None else "the article"
    kind = "a denial was changed: " if any(_denies(difference) for difference in changes) else ""
    light = not kind and all(_is_light(difference) for difference in changes)
    said = f"not the words of {file}: {kind}{told}"
    return _finding(quotation, "altered_quotation", "warning" if light else "error", said)


def _judge_omission(quotation: Quotation) -> Iterator[DraftFinding]:
    for difference in quotation.difference:
        words = find_words(difference.article)
        if difference.edit == "omitted" and len(words) <= SHORT_OMISSION and any(word.denies for word in words):
            said = f"the omission leaves out a denial: “{difference.article}”"
            yield _finding(quotation, "misleading_omission", "error", said)


def _denies(difference: Difference) -> bool:
    ours = sum(word.denies for word in find_words(difference.draft))
    return ours != sum(word.denies for word in find_words(difference.article))


def _is_light(difference: Difference) -> bool:
    """Whether only words that say little were changed."""
    words = [*find_words(difference.draft), *find_words(difference.article)]
    return all(word.weight < 1 and not word.denies for word in words)


def _finding(quotation: Quotation, kind: FindingKind, severity: Severity, message: str) -> DraftFinding:
    return DraftFinding(kind, severity, quotation.start, quotation.end, f"{message[:1].upper()}{message[1:]}.")


def _shorten(text: str, most: int = 120) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most].rsplit(' ', 1)[0]} …"
