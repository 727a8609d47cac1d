"""Strict YAML: text becomes plain values with line numbers, and nothing is read into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import yaml

from c360.errors import WrongUse, listed
from c360.registry.problems import Path, Problem, shown
from c360.registry.scalars import ALIAS, code_point, encodable, read_key, read_scalar

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 20
_SECTIONS = "the keys version, defaults, policy and tables"


@dataclass(frozen=True, slots=True)
class Document:
    """What the text says: mappings, lists, text, whole and decimal numbers, true and false.

    A scalar with a problem is kept as the text it was written as.
    """

    value: Mapping[str, Any] | None  # None where the text could not be read at all
    lines: Mapping[Path, int]
    problems: tuple[Problem, ...]


def decode_document(data: bytes, origin: str) -> str:
    """The text of a registry file, which is UTF-8 with or without a byte order mark.

    Raises:
        WrongUse: the bytes are no UTF-8; the line of the first wrong one is named.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        wrong = f"line {line}: found the byte 0x{data[error.start]:02x}; expected UTF-8 text"
        raise WrongUse(listed(f"{origin}: 1 problem", [f"{wrong} (save the file so)"])) from error


def parse_document(text: str, sections: str = _SECTIONS) -> Document:
    """The plain values of a YAML text; every problem is collected, none is raised.

    `sections` names what the document consists of, for a message about one that is no mapping.
    """
    if len(text) > MAX_CHARACTERS:
        return _unreadable(f"found {len(text)} characters; expected at most {MAX_CHARACTERS}")
    try:
        loader = _StrictLoader(text)
        root = loader.get_single_node()
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        return _unreadable(f"found the character {code_point(error.character)}; remove it", line)
    except yaml.MarkedYAMLError as error:
        return _unreadable(*_syntax(error))
    except (ValueError, OverflowError) as error:  # an escape such as "\UFFFFFFFF"
        return _unreadable(f"found an escape that is no character ({error}); remove it")
    if not isinstance(root, yaml.MappingNode):
        what = "nothing" if root is None else "a list or a value"
        return _unreadable(f"found {what}; expected {sections}")
    reading = _Reading({}, loader.problems)
    value = reading.mapping(root, ())
    return Document(value, reading.lines, tuple(reading.problems))


class _StrictLoader(yaml.SafeLoader):
    """PyYAML's safe loader up to its nodes: no anchor, alias, tag or deep nesting."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.problems: list[Problem] = []
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML's stubs
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            self.get_event()  # type: ignore[no-untyped-call]  # PyYAML's stubs
            mark: Any = event.start_mark
            return yaml.ScalarNode(ALIAS, f"*{event.anchor}", mark, mark)
        if event.anchor is not None:
            self._refuse(f"the anchor &{event.anchor}", "a value without an anchor", line)
            event.anchor = None
        if event.tag is not None:
            self._refuse(f"the tag {shown(event.tag)}", "a value without a tag", line)
            event.tag = None
        if self._depth == MAX_DEPTH:
            problem = f"found more than {MAX_DEPTH} levels; expected fewer"
            raise yaml.composer.ComposerError(None, None, problem, event.start_mark)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _refuse(self, what: str, expected: str, line: int) -> None:
        self.problems.append(Problem((), f"found {what}; expected {expected}", line))


@dataclass(frozen=True, slots=True)
class _Reading:
    """Turns nodes into values and notes their lines and problems on the way."""

    lines: dict[Path, int]
    problems: list[Problem]

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.ScalarNode):
            value, problem = read_scalar(node, path)
            self.note(replace(problem, whole=True) if problem else None)
            return value
        return [self.value(item, (*path, place)) for place, item in enumerate(node.value)]

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.note(Problem(path, "found a list or a mapping as a key; expected a name"))
                continue
            key, problem = read_key(key_node, path)
            place = (*path, key)
            if key in values:
                self.note(Problem(place, f"found again in line {line}; expected each key once"))
                continue
            self.lines[place] = line
            self.note(problem)
            values[key] = self.value(value_node, place)
        return values

    def note(self, problem: Problem | None) -> None:
        if problem:
            self.problems.append(problem)


def _syntax(error: yaml.MarkedYAMLError) -> tuple[str, int | None]:
    """PyYAML's words for a text it cannot read, and the line where it gave up."""
    mark = error.problem_mark or error.context_mark
    words = ", ".join(part for part in (error.context, error.problem) if part)
    return f"not valid YAML: {encodable(words)}", mark.line + 1 if mark else None


def _unreadable(text: str, line: int | None = None) -> Document:
    return Document(None, {}, (Problem((), text, line),))
