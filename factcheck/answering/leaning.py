"""Tell a question that needs the conversation before it, by its words."""

from __future__ import annotations

import re

SHORT = 3  # words; "And the drones?" means nothing alone
_LEANS = re.compile(
    r"(?i)\b(he|she|it|they|him|her|his|hers|its|them|their|this|that|these|those|there|then|same|such|former|latter"
    r"|else|also|too|instead)\b|^\W*(and|but|so|what about|how about)\b"
)


def leans_on_context(question: str) -> bool:
    """Whether a question seems to need the conversation before it."""
    return bool(_LEANS.search(question)) or len(question.split()) <= SHORT
