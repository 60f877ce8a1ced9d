"""Where things are in the checkout."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT / "seeds"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """Return the Chromium of this machine, or None."""
    return next((path for name in CHROMIUMS if (path := shutil.which(name))), None)
