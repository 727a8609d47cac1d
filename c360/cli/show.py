"""Tables for people: rich ones on a terminal, plain ones where output is read by others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from c360.cli.display import displayed_lines

_PLAIN_WIDTH = 104
Cell = str | int | Decimal | None


def console() -> Console:
    """Standard output; of a fixed width where it is no terminal, so that files look the same."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=_PLAIN_WIDTH)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Table:
    """A table with numbers to the right. A NULL shows as nothing."""
    rows = [list(row) for row in rows]
    drawn = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for index, name in enumerate(columns):
        numeric = any(isinstance(row[index], int | Decimal) for row in rows)
        drawn.add_column(
            name,
            justify="right" if numeric else "left",
            overflow="fold",
            no_wrap=index == 0,  # what a row is about stays in one piece
        )
    for row in rows:
        drawn.add_row(*(Text(displayed_lines(shown(cell))) for cell in row))
    return drawn


def shown(cell: Cell) -> str:
    """A cell as text; numbers with separators for thousands."""
    if cell is None:
        return ""
    return f"{cell:,}" if isinstance(cell, int | Decimal) else cell
