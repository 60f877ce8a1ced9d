"""Batch."""

from __future__ import annotations

from ui.components.heading import find_library

TITLE = "Batch"
LEAD = "Not built yet."


def show_page() -> None:
    """Draw the page."""
    find_library(TITLE, LEAD)


show_page()
