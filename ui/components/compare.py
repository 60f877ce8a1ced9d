"""The component of the Compare page: one section of the comparison and, beside it, the article that is open."""

from __future__ import annotations

from ui.components.sheet import declare

BODY = '<div class="body"></div>'

show_compare = declare(
    "compare",
    body=BODY,
    scripts=("compare_rows.js", "compare_arcs.js", "compare_origins.js", "compare.js"),
    styles=("compare.css", "compare_origins.css"),
    # The place of a speaker whose name is a likely spelling of the chosen one's, to be shown or hidden.
    events=("varied",),
)
