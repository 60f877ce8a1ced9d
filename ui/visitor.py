"""Who is looking: the account that signed in, or else the browser, known by a random cookie.

What visitors leave (answers, batches, drafts) lies in folders named after them, so that nobody meets
the questions of another and everybody finds their own again after a reload.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from pathlib import Path

import streamlit as st

from factcheck.settings import Settings

COOKIE = "factcheck_visitor"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


def app_folder() -> Path:
    """Return the folder in which the app keeps what it makes: beside the index, never in it.

    `factcheck remove` proves that nothing of an article is left in the index, and an earlier answer
    may well quote it.
    """
    index = Path(Settings.load().index).absolute()
    return index.with_name(f"{index.name}-app")


def visitor_folder(*parts: str) -> Path:
    """Return a folder of this visitor, made where it is missing.

    Args:
        *parts: Names below it; never anything that a visitor typed.
    """
    folder = app_folder().joinpath("visitors", visitor(), *parts)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def visitor() -> str:
    """Return a name for this visitor that says nothing of the account or the cookie it stands for."""
    account = st.user.get("email") if st.user.get("is_logged_in") else None
    known = f"account {account}" if account else f"browser {_token()}"
    return hashlib.sha256(known.encode()).hexdigest()[:32]


def remember_visitor() -> None:
    """Give the browser its cookie, where it has none yet; drawn once a session."""
    if _token() != st.context.cookies.get(COOKIE):
        # Nothing of the visitor is in here: the token is ours, and only these letters.
        st.html(
            f"<script>document.cookie = '{COOKIE}={_token()}; path=/; max-age=31536000; samesite=strict'</script>",
            unsafe_allow_javascript=True,
        )


def _token() -> str:
    """Return the browser's token; a cookie that is not of our making is not taken."""
    if "visitor" not in st.session_state:
        given = str(st.context.cookies.get(COOKIE, ""))
        st.session_state["visitor"] = given if _TOKEN.fullmatch(given) else secrets.token_urlsafe(24)
    token: str = st.session_state["visitor"]
    return token
