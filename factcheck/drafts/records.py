"""The records of a checked draft and their wire form (`factcheck/draft/1`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from factcheck.types import Citation, EngineInfo, Failure, Finding, Provenance

