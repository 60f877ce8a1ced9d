"""Write docs/cli.md from the command line's own help: python docs/generate.py."""

from __future__ import annotations

from pathlib import Path

import click

from factcheck.cli import main

REFERENCE = Path(__file__).with_name("cli.md")
HEAD = """# Command line

Written from the commands' own help by `make docs`; do not edit.
"""


def describe() -> str:
    """Return the reference: the help of the program and of each command."""
    top = click.Context(main, info_name="factcheck", terminal_width=90, **main.context_settings)
    parts = [HEAD, _section("factcheck", main.get_help(top))]
    for name, command in sorted(main.commands.items()):
        context = click.Context(command, info_name=name, parent=top, terminal_width=90)
        parts.append(_section(f"factcheck {name}", command.get_help(context)))
    return "\n".join(parts)


def _section(title: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return f"## {title}\n\n```text\n{lines}\n```\n"


if __name__ == "__main__":
    REFERENCE.write_text(describe(), "utf-8")
