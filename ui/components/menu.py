"""The way from page to page: one row of links at the top, on a desk's screen and on a phone alike.

Streamlit's own menu turns into a drawer on a phone, which stays open over the page that was chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.navigation.page import Page


def show_menu(pages: Sequence[Page]) -> None:
    """Draw a link to each page; Streamlit marks the open one."""
    with st.container(key="menu", horizontal=True, gap="xxsmall", wrap=False):
        for page in pages:
            st.page_link(page, label=page.title, width="content")
