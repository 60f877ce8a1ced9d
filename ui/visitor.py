"""Who is looking: the account that signed in, or else the browser, known by a random cookie.

What visitors leave (answers, batches, drafts) lies in folders named after them, so that nobody meets
the questions of another and everybody finds their own again after a reload. The cookie is the guard's
(guard.py); a session without one is a visitor of its own for as long as it lasts.
"""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

import streamlit as st

from factcheck.errors import FactcheckError
from factcheck.settings import Settings
from ui.guard import VISITOR_COOKIE, VISITOR_TOKEN

PRIVATE = 0o700


def app_folder() -> Path:
    """Return the folder in which the app keeps what it makes: beside the index, never in it.

    `factcheck remove` proves that nothing of an article is left in the index, and an earlier answer
    may well quote it. Nobody else on the machine may look into it.
    """
    folder = find_app_folder()
    _make(folder)
    return folder


def find_app_folder() -> Path:
    """Return where the app keeps what it makes, whether or not it is there."""
    index = Path(Settings.load().index).absolute()
    return index.with_name(f"{index.name}-app")


def visitor_folder(*parts: str) -> Path:
    """Return a folder of this visitor, made where it is missing.

    Args:
        *parts: Names below it; never anything that a visitor typed.

    Raises:
        ValueError: A part is not one plain name.
    """
    if any(part in {"", ".", ".."} or "/" in part or "\\" in part or "\0" in part for part in parts):
        raise ValueError("a part of the folder is not a plain name")
    folder = app_folder()
    for part in ("visitors", visitor(), *parts):
        folder /= part
        _make(folder)
    return folder


def visitor() -> str:
    """Return a name for this visitor that says nothing of the account or the cookie it stands for."""
    return hashlib.sha256((_name_account() or f"browser {_token()}").encode()).hexdigest()[:32]


def _name_account() -> str:
    """Return what stays the same of an account, or "" where nobody signed in."""
    if not st.user.get("is_logged_in"):
        return ""
    # An address may be given to somebody else later; the provider's own number is not.
    who = st.user.get("sub") or str(st.user.get("email") or "").lower()
    return f"account {st.user.get('iss')} {who}" if who else ""


def _token() -> str:
    """Return the browser's token; a cookie that is not of our making is not taken."""
    if "visitor" not in st.session_state:
        given = str(st.context.cookies.get(VISITOR_COOKIE, ""))
        st.session_state["visitor"] = given if VISITOR_TOKEN.fullmatch(given) else secrets.token_urlsafe(24)
    token: str = st.session_state["visitor"]
    return token


def _make(folder: Path) -> None:
    """Make a folder that only its owner can look into.

    Raises:
        FactcheckError: It cannot be made.
    """
    try:
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077:  # somebody made it before
            folder.chmod(PRIVATE)
    except OSError as error:
        raise FactcheckError(
            f"the app cannot keep its files: {error.strerror}",
            hint="Whoever runs factcheck has to make the folder beside the index writable.",
        ) from error
