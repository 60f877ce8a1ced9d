"""The desk component of the Ask page: conversation and article in one."""

from __future__ import annotations

from ui.components.sheet import declare

BODY = '<div class="start"></div><div class="waiting"></div><div class="turns"></div>'

show_desk = declare(
    "desk",
    body=BODY,
    scripts=("answer.js", "desk.js"),
    styles=("desk.css",),
    # A question; the id of a turn to ask again.
    events=("asked", "retried"),
)
