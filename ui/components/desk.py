"""The desk component: conversation and article in one, drawn by the files in frontend/."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

FRONTEND = Path(__file__).parent / "frontend"
# One module is what Streamlit accepts; the order is that of use.
SCRIPTS = ("dom.js", "chips.js", "answer.js", "article.js", "desk.js")
STYLES = ("desk.css", "article.css")


def show_desk(data: dict[str, Any], *, key: str, on_event: Callable[[str, Any], None]) -> None:
    """Show the conversation and the open article.

    Args:
        data: What `pages/ask.py` composes of the views; plain text, never markup.
        key: Identity of the component and name of its state.
        on_event: Called with "asked" (a question), "opened" (turn and position, or None) or
            "retried" (a turn), before the page runs again.
    """

    def notify(event: str) -> Callable[[], None]:
        return lambda: on_event(event, st.session_state[key].get(event))

    _register()(
        key=key,
        data=data,
        on_asked_change=notify("asked"),
        on_opened_change=notify("opened"),
        on_retried_change=notify("retried"),
    )


@cache
def _register() -> Callable[..., Any]:
    renderer: Callable[..., Any] = st.components.v2.component(
        "factcheck.desk",
        html=(FRONTEND / "desk.html").read_text("utf-8"),
        css=_join(STYLES),
        js=_join(SCRIPTS),
    )
    return renderer


def _join(names: tuple[str, ...]) -> str:
    return "\n".join((FRONTEND / name).read_text("utf-8") for name in names)
