"""Takes command lines of `c360` apart as it does itself."""

from __future__ import annotations

from typing import Any

import typer

from c360.cli.app import app


def parse(words: list[str]) -> None:
    """Parse the words of `c360` as it does itself, and run nothing."""
    command: Any = typer.main.get_command(app)
    name, rest = "c360", words
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        name, rest = rest[0], rest[1:]
        command = command.commands[name]
    command.make_context(name, list(rest))
