"""The desk component of the Ask page: conversation and article in one."""

from __future__ import annotations

from ui.components.sheet import declare

PLACES = ("notice", "start", "waiting", "whole", "turns")
BODY = "".join(f'<div class="{place}"></div>' for place in PLACES)

show_desk = declare(
    "desk",
    body=BODY,
    scripts=("actions.js", "answer.js", "desk.js"),
    styles=("desk.css",),
    # A question; the id of a turn to ask again; a turn (or none, for all) and the form of a file.
    events=("asked", "retried", "stopped", "cleared", "saved"),
)
