"""Write docs/cli.md and docs/settings.md from the program itself: python docs/generate.py."""

from __future__ import annotations

import dataclasses
import inspect
import re
from pathlib import Path

import click

from factcheck.cli import main
from factcheck.settings import PREFIX, Settings

FOLDER = Path(__file__).parent

CLI_HEAD = """# Command line

Written from the commands' own help by `make docs`; do not edit.
"""

SETTINGS_HEAD = f"""# Settings

Written from the program by `make docs`; do not edit.

A setting is taken from `factcheck.toml` in the current folder, then from the environment (`index` is
`{PREFIX}INDEX` there), then from a flag where the command has one; unknown names are refused. An
endpoint's address and key are the OpenAI SDK's own variables, `OPENAI_BASE_URL` and `OPENAI_API_KEY`.

| setting | default | meaning |
|---|---|---|
"""


def describe_commands() -> str:
    """Return the reference of the command line: the help of the program and of each command."""
    top = click.Context(main, info_name="factcheck", terminal_width=90, **main.context_settings)
    parts = [CLI_HEAD, _section("factcheck", main.get_help(top))]
    for name, command in sorted(main.commands.items()):
        context = click.Context(command, info_name=name, parent=top, terminal_width=90)
        parts.append(_section(f"factcheck {name}", command.get_help(context)))
    return "\n".join(parts)


def _section(title: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return f"## {title}\n\n```text\n{lines}\n```\n"


def describe_settings() -> str:
    """Return the table of settings: names and defaults of the fields, meanings of the docstring."""
    attributes = inspect.cleandoc(Settings.__doc__ or "").split("Attributes:\n")[1]
    meanings = {
        name: " ".join(meaning.split())
        for name, meaning in re.findall(r"^    (\w+): (.*(?:\n        .*)*)", attributes, re.MULTILINE)
    }
    rows = [
        f"| `{field.name}` | {_default(field.default)} | {meanings[field.name]} |"
        for field in dataclasses.fields(Settings)
    ]
    return SETTINGS_HEAD + "\n".join(rows) + "\n"


def _default(value: object) -> str:
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{shown}`" if shown else ""


PAGES = {"cli.md": describe_commands, "settings.md": describe_settings}

if __name__ == "__main__":
    for name, describe in PAGES.items():
        (FOLDER / name).write_text(describe(), "utf-8")
