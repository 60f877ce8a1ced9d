"""Who may use the app."""

from __future__ import annotations


def admit() -> bool:
    """Whether this visitor may see the pages; where not, say why and offer to sign in."""
    return True
