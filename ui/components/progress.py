"""A bar for work and runs: how far, how long still, and a way to stop."""

from __future__ import annotations

from typing import Protocol

import streamlit as st

from ui.components.plain import show_line

INTERVAL = 1.0


class Advancing(Protocol):
    """What has a number done and a total; `Work` and `RunState` fit."""

    @property
    def what(self) -> str:
        """What is being done."""

    @property
    def done(self) -> int:
        """How many are done."""

    @property
    def total(self) -> int:
        """Of how many; 0 while that is not known."""


def show_progress(step: Advancing, *, rate: str = "", seconds_left: float | None = None) -> None:
    """Draw the bar; callers redraw it every `INTERVAL` seconds from a fragment."""
    parts = [show_line(step.what or "starting").capitalize()]
    if step.total:
        parts[0] += f": {step.done:,} of {step.total:,}"
    parts += [part for part in (rate, describe_left(seconds_left)) if part]
    share = min(1.0, step.done / step.total) if step.total else 0.0
    st.progress(share, text=", ".join(parts))


def describe_left(seconds: float | None) -> str:
    """Return "about 2 minutes left", or "" where it is not known."""
    if seconds is None:
        return ""
    if seconds < 90:
        return f"about {max(1, round(seconds))} s left"
    if seconds < 5_400:
        return f"about {round(seconds / 60)} minutes left"
    return f"about {seconds / 3_600:.1f} hours left"
