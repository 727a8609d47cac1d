"""What a YAML scalar means: text, plain numbers, true and false; every surprise is a problem."""

from __future__ import annotations

import contextlib
import re
from decimal import Decimal

import yaml

from c360.registry.problems import Path, Problem, found

Scalar = str | int | bool | Decimal

ALIAS = "c360:alias"  # the tag of a node that stands where the text had an alias

_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,29}")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,29})\.[0-9]{1,30}")
# Text to YAML 1.1 and a number to YAML 1.2: readers disagree, so it must be quoted.
_NUMBER_ELSEWHERE = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+|0o[0-7]+")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_TEXT_TAGS = ("str", "merge", "value")
# `on_invalid: null` is a word of the registry, as natural as `reject` beside it.
_NULL_IS_A_WORD = "on_invalid"
_MOST_SHOWN = 60


def read_scalar(node: yaml.ScalarNode, path: Path) -> tuple[Scalar, Problem | None]:
    """The value of a scalar and what is wrong with it; a wrong one is the text as written."""
    tag, text = _tag(node), node.value
    if tag == "null" and text == "null" and path[-1] == _NULL_IS_A_WORD:
        return text, None
    if tag == "bool" and text in ("true", "false"):
        return text == "true", None
    if tag == "int" and _INTEGER.fullmatch(text):
        return int(text), None
    if tag == "float" and _DECIMAL.fullmatch(text):
        return Decimal(text), None
    if tag in _TEXT_TAGS:
        return encodable(text), _text_problem(node, path)
    return text, Problem(path, _surprise(tag, text))


def read_key(node: yaml.ScalarNode, path: Path) -> tuple[str, Problem | None]:
    """The name that a key is, and what is wrong with it; `path` is that of its mapping."""
    key, tag = encodable(node.value), _tag(node)
    if tag in _TEXT_TAGS:
        return key, _text_problem(node, (*path, key))
    if tag == "alias":
        return key, Problem((*path, key), _surprise(tag, key))
    read_as = f"found a key that YAML reads as {_reading(tag, key)}"
    return key, Problem((*path, key), f'{read_as}; write "{key[:_MOST_SHOWN]}" in quotes')


def encodable(text: str) -> str:
    """The text with lone surrogates replaced, so that a message can carry it."""
    return text.encode("utf-8", "replace").decode()


def code_point(character: str | int) -> str:
    """The character by its number, since it may not be printable."""
    return f"U+{character if isinstance(character, int) else ord(character):04X}"


def _tag(node: yaml.ScalarNode) -> str:
    return node.tag.rpartition(":")[2]


def _text_problem(node: yaml.ScalarNode, path: Path) -> Problem | None:
    text = node.value
    if wrong := _FORBIDDEN.search(text):
        return Problem(path, f"found the character {code_point(wrong[0])}; remove it")
    if not node.style and _NUMBER_ELSEWHERE.fullmatch(text):
        quoted = f'"{text[:_MOST_SHOWN]}" in quotes if it is text'
        return found(path, text, f"{quoted}, or a number in plain digits")
    return None


def _surprise(tag: str, text: str) -> str:
    """What is wrong with a plain scalar that YAML does not read as the text it looks like."""
    if tag == "alias":
        return f"found the alias {text}; expected the value written out"
    if tag == "null" and text in ("", "~"):
        return "found nothing; write a value or remove the key"
    cut = text[:_MOST_SHOWN]
    advice = f'write "{cut}" in quotes'
    if tag == "bool":
        advice += f" if it is text, or {_reading(tag, text)}"
    elif tag in ("int", "float"):
        advice += " if it is text, or a number in plain digits"
    return f"found {cut}, which YAML reads as {_reading(tag, text)}; {advice}"


def _reading(tag: str, text: str) -> str:
    """What YAML makes of a scalar, in words."""
    if tag == "bool":
        return "true" if text.lower() in ("yes", "true", "on") else "false"
    if tag == "int" and len(text) <= _MOST_SHOWN:
        node = yaml.ScalarNode("tag:yaml.org,2002:int", text)
        with contextlib.suppress(ValueError):  # 0x_ has a number's form and no digit
            return f"the number {yaml.SafeLoader('').construct_yaml_int(node)}"
    return {"null": "nothing", "timestamp": "a date"}.get(tag, "a number")
