"""What runs for every page; server.py stands in front of it."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

HERE = Path(__file__).resolve().parent
# Streamlit runs this file as a script; its siblings are the package `ui` beside it. In front, so
# that a folder named "ui" where the app was started is not taken for it.
if str(HERE.parent) in sys.path:
    sys.path.remove(str(HERE.parent))
sys.path.insert(0, str(HERE.parent))

PAGES = ("Ask", "Check", "Compare", "Articles", "Batch", "Evaluate", "Status")


def run() -> None:
    """Set up the page around the pages and run the chosen one."""
    st.set_page_config(
        page_title="factcheck",
        page_icon=str(HERE / "theme" / "icon.svg"),
        layout="centered",
        initial_sidebar_state="collapsed",
        menu_items={"Get help": None, "Report a bug": None, "About": None},
    )
    st.set_option("client.showErrorDetails", "none")  # no path or traceback on the page
    st.html(HERE / "theme" / "page.css")
    from ui.access import admit
    from ui.components.menu import show_menu

    if not admit():
        return
    pages = [st.Page(HERE / "screens" / f"{title.lower()}.py", title=title, default=title == "Ask") for title in PAGES]
    page = st.navigation(pages, position="hidden")
    show_menu(pages)
    page.run()


run()
