"""The app with its guard: what `factcheck ui` runs."""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config, file_util
from streamlit.runtime.pages_manager import PagesManager

HERE = Path(__file__).resolve().parent
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

from ui.access import INSECURE, is_closed_to_others, may_fetch, needs_sign_in, sign_in_origin  # noqa: E402
from ui.guard import Guard  # noqa: E402


def hash_scripts() -> list[str]:
    """Return the hashes of the scripts inside Streamlit's page, which the browser may then run."""
    page = Path(file_util.get_static_dir(), "index.html").read_bytes()
    found = re.findall(rb"<script>(.*?)</script>", page, re.DOTALL)
    return [f"sha256-{base64.b64encode(hashlib.sha256(each).digest()).decode()}" for each in found]


def protect() -> list[Middleware]:
    """Return what stands in front of Streamlit."""
    return [
        Middleware(
            Guard,
            address=str(config.get_option("server.address") or ""),
            origin=sign_in_origin,
            may_fetch=may_fetch,
            inline=hash_scripts(),
            base=str(config.get_option("server.baseUrlPath") or ""),
        )
    ]


@asynccontextmanager
async def stop_runs(_: object) -> AsyncIterator[None]:
    """Stop what runs beside the app when the app ends; a signal leaves no other moment for it."""
    yield
    from ui.runs import runs
    from ui.work import works

    runs().stop_all()
    works().stop_all()


def explain_crash(error: Exception) -> bool:
    """Say on the page that it failed, in place of Streamlit's own words; the terminal has the rest."""
    from factcheck.errors import FactcheckError
    from ui.components.heading import show_failure

    if not isinstance(error, FactcheckError):
        hint = "Load it again. The terminal that runs the app shows what it was."
        error = FactcheckError("Something went wrong on this page, and nothing was answered.", hint=hint)
    show_failure(error)
    return True


# Streamlit would run a file of pages/ by itself, past app.py and its question who is there, as long as
# nobody has opened the first page.
PagesManager.uses_pages_directory = False
if not (needs_sign_in() or is_closed_to_others() or INSECURE in sys.argv[1:]):
    sys.exit("Others could reach the app, and no sign-in is set up: start it with `factcheck ui`.")
app = st.App(HERE / "app.py", middleware=protect(), lifespan=stop_runs, on_script_error=explain_crash)
