"""Run the page's script again without losing a click that came in the meantime."""

from __future__ import annotations

from typing import Literal, NoReturn

import streamlit as st


def rerun(scope: Literal["app", "fragment"] = "app") -> NoReturn:
    """Stop this run of the script and begin another.

    Streamlit merges a rerun with the one that a press of the visitor has asked for, and the script's own, being
    newer, decides which page it is of: a press on a link to another page would be lost.

    Args:
        scope: "fragment" to run only the fragment that calls this.
    """
    # Reading the state gives way: where the visitor has asked for another run, it does not return.
    st.session_state.get("rerun")
    st.rerun(scope=scope)
