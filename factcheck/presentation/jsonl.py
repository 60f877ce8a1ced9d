"""One line of JSON for each record: exact when parsed, harmless when printed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

# JSON leaves these as they are, but they break lines or command a terminal; \uXXXX parses the same.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def to_line(record: Mapping[str, Any], *, ascii_only: bool = False) -> str:
    """Return a record as one line of JSON without its line end.

    Args:
        record: Anything `json.dumps` takes.
        ascii_only: Escape everything outside ASCII, for outputs that are not UTF-8.
    """
    line = json.dumps(record, ensure_ascii=ascii_only, allow_nan=False)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match.group()):04x}", line)
