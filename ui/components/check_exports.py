"""The files that a checked draft can be downloaded as; each is written when it is asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from factcheck.drafts.record import DraftRecord
from factcheck.drafts.reviewing import Decision
from factcheck.presentation.display import ArticleInfo
from ui.sessions.kept_checks import KeptCheck

_NOT_NAME = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Export:
    """A file to download: its button, its name, its type, and what writes it."""

    label: str
    name: str
    mime: str
    write: Callable[[], str]


def list_exports(
    kept: KeptCheck, decisions: Mapping[str, Decision], articles: Mapping[str, ArticleInfo]
) -> tuple[Export, ...]:
    """Return the forms of a check.

    Args:
        kept: The check.
        decisions: As they are now.
        articles: Articles by file, for outlets and dates.
    """
    record, about = kept.record, kept.about
    stem = name_file(about.title)
    return (
        Export("Page (HTML)", f"{stem}.html", "text/html", lambda: _write_page(record, articles)),
        Export("Markdown", f"{stem}.checked.md", "text/markdown", lambda: _write_markdown(record, articles)),
        Export("Record (JSON)", f"{stem}.json", "application/json", lambda: write_record(kept, decisions)),
        Export("ClaimReview (JSON-LD)", f"{stem}.claimreview.json", "application/ld+json", lambda: write_review(kept)),
    )


def golden_export(kept: KeptCheck, decisions: Mapping[str, Decision]) -> Export | None:
    """Return the golden cases of what was decided, or None where there are none."""
    from factcheck.evaluation.reviewed import write_cases

    lines = write_cases(kept.record, decisions, prefix=f"check-{kept.about.id[:8]}")
    if not lines:
        return None
    count = lines.count("\n")
    label = f"{count} golden case{'s' if count > 1 else ''} (JSONL)"
    return Export(label, f"{name_file(kept.about.title)}.golden.jsonl", "application/jsonl", lambda: lines)


def name_file(title: str) -> str:
    """Return a harmless file name made of a title."""
    return "-".join(part for part in _NOT_NAME.split(title.lower()) if part)[:48].strip("-") or "check"


def write_record(kept: KeptCheck, decisions: Mapping[str, Decision]) -> str:
    """Return the record with what was decided; a claim's is `factcheck/check/1`, a draft's `factcheck/draft/1`."""
    check = kept.record.sentences[0].check if kept.about.kind == "claim" and kept.record.sentences else None
    record = check.to_dict() if check is not None else kept.record.to_dict()
    decided = {key: asdict(decision) for key, decision in decisions.items()}
    return json.dumps({**record, "decisions": decided}, ensure_ascii=False, indent=1) + "\n"


def write_review(kept: KeptCheck) -> str:
    """Return ClaimReview of every claim that has a verdict."""
    from factcheck.presentation.claimreview import review_claims, review_draft

    today = datetime.now(UTC).date()
    if kept.about.kind == "claim":
        checks = [each.check for each in kept.record.sentences if each.check is not None]
        review = review_claims(checks, published=today)
    else:
        review = review_draft(kept.record, published=today)
    return json.dumps(review, ensure_ascii=False, indent=2) + "\n"


def _write_page(record: DraftRecord, articles: Mapping[str, ArticleInfo]) -> str:
    from factcheck.presentation.draft_page import render

    return render(record, articles=articles)


def _write_markdown(record: DraftRecord, articles: Mapping[str, ArticleInfo]) -> str:
    from factcheck.presentation.draft_markdown import render

    return render(record, articles=articles)
