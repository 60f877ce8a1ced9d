"""What the Status page shows, as plain data: no key, no path of this machine, nothing of the articles."""

from __future__ import annotations

import html
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlsplit

from factcheck import __version__
from factcheck.doctor import Diagnosis
from factcheck.errors import SettingsError
from factcheck.models.endpoint import Endpoint, find_endpoint
from factcheck.settings import Settings
from factcheck.storage import MEGABYTE, Storage
from ui.components.plain import show_error, show_line

PACKAGES = ("streamlit", "chromadb", "langchain", "openai", "tiktoken")
NAMES = {
    "auto": "As set up",
    "embedded": "Packaged models",
    "openai": "Language model",
}
# What is wrong with these stops nothing that works on this machine alone.
OPTIONAL = frozenset({"endpoint"})
WORDS = {"ok": "OK", "warning": "Note", "error": "Problem"}

Rows = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """Which engines a visitor may choose for a session.

    Attributes:
        possible: Their names, the one that is set up first.
        host: Where questions go with a language model, or "".
        model: Its name.
        problem: Why the configured endpoint cannot be used, or "".
    """

    possible: tuple[str, ...]
    host: str = ""
    model: str = ""
    problem: str = ""

    def explain(self, engine: str) -> str:
        """Return what a choice means for whoever makes it."""
        if engine == "embedded":
            return (
                "Answers come from the models in this installation. Nothing leaves the machine, and it costs nothing."
            )
        if engine == "openai":
            return (
                f"Questions and the passages found for them are sent to {self.host}, which may charge for it. "
                "Each citation is still checked here against its article."
            )
        if self.host and "openai" in self.possible:
            return f"As whoever runs factcheck has set it up: {self.model} at {self.host} writes the answers."
        return "As whoever runs factcheck has set it up: the packaged models answer, on this machine."


def find_choice(settings: Settings, env: Mapping[str, str] | None = None) -> EngineChoice:
    """Return what a visitor may choose: never more than whoever runs the app has allowed.

    Args:
        settings: Of the app.
        env: Environment, `os.environ` by default.
    """
    try:
        endpoint = find_endpoint(os.environ if env is None else env)
    except SettingsError as error:
        return EngineChoice(("auto", "embedded"), problem=show_error(error.message))
    if endpoint is None or settings.engine == "embedded":
        return EngineChoice(("auto",), host=_host(endpoint))
    return EngineChoice(("auto", "embedded", "openai"), host=_host(endpoint), model=show_line(settings.model))


def view_engine(settings: Settings, choice: EngineChoice, chosen: str) -> Rows:
    """Return what answers, in words; of the endpoint its host only."""
    model_answers = "openai" in choice.possible and chosen in {"openai", "auto"}
    both = settings.engine == "both" and chosen == "auto" and model_answers
    rows = [
        (
            "Answers",
            "packaged models and a language model"
            if both
            else "a language model"
            if model_answers
            else "packaged models",
        ),
        ("Endpoint", f"{choice.host} (its key is never shown)" if choice.host else "none set up"),
    ]
    if choice.problem:
        rows[1] = ("Endpoint", f"cannot be used: {choice.problem}")
    if choice.model:
        rows.append(("Language model", choice.model))
    if settings.judge and choice.host:
        rows.append(("Second opinion", show_line(settings.judge_model or settings.model)))
    embedding = settings.embedding_model
    rows.append(("Search model", "all-MiniLM-L6-v2, packaged" if embedding == "minilm" else show_line(embedding)))
    if settings.budget_usd:
        rows.append(("Most it may spend", f"{settings.budget_usd:,.2f} US dollars"))
    return rows


def view_index(state: Mapping[str, Any]) -> Rows:
    """Return counts and marks of the index.

    Args:
        state: What `Corpus.status()` says.
    """
    counts = (
        ("files", "Articles"),
        ("sentences", "Sentences"),
        ("passages", "Passages"),
        ("origins", "Independent origins"),
    )
    rows = [(label, f"{state[name]:,}") for name, label in counts]
    return [
        *rows,
        ("Fingerprint", show_line(str(state["fingerprint"]))),
        ("Built with", show_line(state["built_with"])),
    ]


def view_storage(index: Storage, app: Storage) -> Rows:
    """Return what the index and the app's own files take."""
    return [
        ("Index", f"{_megabytes(index.used)} in {index.files:,} files"),
        ("Uploads, answers, runs", f"{_megabytes(app.used)} in {app.files:,} files" if app.files else "nothing yet"),
        ("Free on the disk", _megabytes(index.free)),
    ]


def view_versions() -> Rows:
    """Return the versions of what takes part in an answer."""
    python = ".".join(map(str, sys.version_info[:3]))
    return [("factcheck", __version__), ("Python", python), *((name, _version(name)) for name in PACKAGES)]


def view_diagnosis(diagnosis: Diagnosis) -> dict[str, str]:
    """Return one examination of the self-test: its state in a word, what was found, and what to do."""
    state = "ok" if diagnosis.ok else "warning" if diagnosis.part in OPTIONAL else "error"
    if diagnosis.ok and diagnosis.found.startswith("none yet"):
        state = "warning"
    return {
        "state": state,
        "word": WORDS[state],
        "part": show_line(diagnosis.part),
        "found": show_error(diagnosis.found),
        "fix": show_error(diagnosis.fix),
    }


def write_rows(rows: Rows) -> str:
    """Return rows as a description list, every text in it escaped."""
    inner = "".join(f"<dt>{html.escape(name)}</dt><dd>{html.escape(value)}</dd>" for name, value in rows)
    return f'<dl class="fc-facts">{inner}</dl>'


def write_diagnoses(diagnoses: Sequence[Diagnosis]) -> str:
    """Return the self-test as a list, every text in it escaped."""
    items = []
    for view in map(view_diagnosis, diagnoses):
        text = {name: html.escape(value) for name, value in view.items()}
        fix = f'<span class="fc-fix">{text["fix"]}</span>' if text["fix"] else ""
        items.append(
            f'<li class="fc-{text["state"]}"><b class="fc-state">{text["word"]}</b>'
            f'<span class="fc-part">{text["part"]}</span><span class="fc-found">{text["found"]}{fix}</span></li>'
        )
    return f'<ul class="fc-tests" role="list">{"".join(items)}</ul>'


def _host(endpoint: Endpoint | None) -> str:
    return show_line(urlsplit(endpoint.public).hostname or "") if endpoint else ""


def _megabytes(size: int) -> str:
    megabytes = size / MEGABYTE
    return f"{megabytes:,.1f} MB" if megabytes < 100 else f"{megabytes:,.0f} MB"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"
