"""The scripted app behind the guard of the real one."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from ui.server import protect  # noqa: E402

app = st.App(HERE / "scripted_app.py", middleware=protect())
