"""The reader: one article in the pane at the side, opened from a table and not from a citation."""

from __future__ import annotations

from ui.components.sheet import declare

show_reader = declare("reader", body="", scripts=("reader.js",))
