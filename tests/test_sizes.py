"""Modules, functions and parameter lists stay within the house's limits, or say why not."""

from __future__ import annotations

import pytest

from tests.house.sizes import FUNCTION_LINES, MODULE_LINES, oversized
from tests.house.source import read_modules

MODULES = read_modules("c360")


def function(lines: int, parameters: str = "", before: str = "", after: str = "") -> str:
    """A function of that many lines from its `def` on."""
    return f"{before}def f({parameters}):{after}\n" + "    pass\n" * (lines - 1)


def test_everything_is_within_its_limits() -> None:
    advice = "split it, or say why not next to the definition: # size: the reason"
    found = [each for name, module in MODULES.items() for each in oversized(name, module.text)]
    assert found == [], advice


def test_the_limits_themselves_are_allowed() -> None:
    assert oversized("m", "pass\n" * MODULE_LINES) == []
    assert oversized("m", function(FUNCTION_LINES, "a, b, c, *, d, e")) == []


def test_a_long_module_is_found() -> None:
    text = "pass\n" * (MODULE_LINES + 1)
    assert oversized("m", text) == ["m: 251 lines; at most 250"]
    assert oversized("m", f"# size: one table of cases\n{text}") == []
    assert oversized("m", f"{text}# size: too far from the top\n") != []


@pytest.mark.parametrize("before", ["", "async ", "class C:\n  ", "def outer():\n  "])
def test_a_long_function_is_found_wherever_it_is(before: str) -> None:
    text = function(FUNCTION_LINES + 1, before=before)
    assert any("41 lines; at most 40" in each for each in oversized("m", text))


def test_decorators_belong_to_a_function() -> None:
    assert oversized("m", function(FUNCTION_LINES, before="@cached\n")) == [
        "m:2 f: 41 lines; at most 40"
    ]


@pytest.mark.parametrize(
    "parameters",
    ["a, b, c, d, e, f", "a, b, c, *, d, e, f", "a, b, c, d, e, *rest", "a, /, b, c, d, e, **more"],
)
def test_a_long_parameter_list_is_found(parameters: str) -> None:
    assert oversized("m", function(2, parameters)) == ["m:1 f: 6 parameters; at most 5"]


@pytest.mark.parametrize("own", ["self", "cls"])
def test_the_object_itself_is_no_parameter(own: str) -> None:
    assert oversized("m", function(2, f"{own}, a, b, c, d, e")) == []


def test_a_reason_next_to_the_definition_is_an_exception() -> None:
    six = "a, b, c, d, e, f"
    assert oversized("m", function(2, six, after="  # size: one value for each option")) == []
    assert oversized("m", function(2, six, before="# size: a command's options\n")) == []
    assert oversized("m", function(2, six, before="# size: too far away\n\n\n")) != []
    assert oversized("m", function(2, six, after="  # size: ")) != []


def test_a_reason_inside_a_function_does_not_count() -> None:
    text = function(FUNCTION_LINES + 1) + "    pass  # size: it grew over time\n"
    assert oversized("m", text) != []
