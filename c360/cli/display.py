"""Shows source text on a screen so that nothing in it can act on the terminal, and counts."""

from __future__ import annotations


def displayed(source: bytes | str) -> str:
    r"""The text with everything that has no shape of its own escaped, as in `\x1b` or `\xa0`.

    Bytes that are not UTF-8, control characters, white space but the blank, and characters that
    turn the direction of writing are seen this way, and cannot move the cursor or hide a value.
    """
    text = source.decode(errors="backslashreplace") if isinstance(source, bytes) else source
    return "".join(
        character if character.isprintable() else _escaped(character) for character in text
    )


def displayed_lines(message: str) -> str:
    """A message of several lines, each as `displayed` shows it."""
    return "\n".join(map(displayed, message.split("\n")))


def counted(count: int, noun: str) -> str:
    """A count with its noun, for example `1 record` and `2,000 records`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()
