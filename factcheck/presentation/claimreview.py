"""Checked claims as ClaimReview in JSON-LD, the form in which search engines read fact checks.

What could not be checked is left out: a failure is no rating. A claim that nothing settles is rated in the
middle and named for what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from factcheck.checking.record import Checked, CheckRecord
from factcheck.drafts.record import DraftRecord
from factcheck.presentation.display import displayable

CONTEXT = "https://schema.org"
BEST, WORST = 5, 1
RATINGS: Mapping[str, tuple[int, str]] = {
    "supported": (5, "Supported by the articles"),
    "refuted": (1, "Refuted by the articles"),
    "conflicting": (3, "The articles disagree"),
    "not_enough_evidence": (3, "Not settled by the articles"),
}
ONLY_SAID = "Only reported as said"
MOST_CITATIONS = 5


def review_draft(
    record: DraftRecord, *, published: date, author: str = "factcheck", url: str | None = None
) -> dict[str, Any]:
    """Return the reviews of a draft's claims.

    Args:
        record: The draft.
        published: When the reviews appear.
        author: Who reviews.
        url: Where the reviews can be read, or None.
    """
    checks = [sentence.check for sentence in record.sentences if sentence.check is not None]
    return review_claims(checks, published=published, author=author, url=url, appearance=record.name)


def review_claims(
    records: Iterable[CheckRecord],
    *,
    published: date,
    author: str = "factcheck",
    url: str | None = None,
    appearance: str | None = None,
) -> dict[str, Any]:
    """Return the reviews of claims as one JSON-LD document.

    Args:
        records: The claims; those that could not be checked are left out.
        published: When the reviews appear.
        author: Who reviews.
        url: Where the reviews can be read, or None.
        appearance: The work that the claims appear in, or None.
    """
    reviews = [
        _review(record.claim, record.outcome, published, author, url, appearance)
        for record in records
        if isinstance(record.outcome, Checked)
    ]
    return {"@context": CONTEXT, "@graph": reviews}


def _review(
    claim: str, done: Checked, published: date, author: str, url: str | None, appearance: str | None
) -> dict[str, Any]:
    value, name = RATINGS[done.verdict.label]
    item: dict[str, Any] = {"@type": "Claim", "text": displayable(claim)}
    if appearance is not None:
        item["appearance"] = {"@type": "CreativeWork", "name": displayable(appearance)}
    settling = [each.citation for each in done.evidence if each.stance != "mentions"][:MOST_CITATIONS]
    review: dict[str, Any] = {
        "@type": "ClaimReview",
        "claimReviewed": displayable(claim),
        "itemReviewed": item,
        "author": {"@type": "Organization", "name": author},
        "datePublished": published.isoformat(),
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": value,
            "bestRating": BEST,
            "worstRating": WORST,
            "alternateName": f"{name} ({ONLY_SAID.lower()})" if done.verdict.attributed_only else name,
            "ratingExplanation": displayable(done.explanation),
        },
    }
    if url is not None:
        review["url"] = url
    if settling:
        review["citation"] = [
            {"@type": "CreativeWork", "name": displayable(citation.file), "text": displayable(citation.quote)}
            for citation in settling
        ]
    return review
