"""docs/registry.md names every key with its default, and its worked example is sound."""

from __future__ import annotations

import re

import pytest

from c360.contracts.gold import GOLD_CONTRACTS
from c360.registry.forms import (
    ColumnForm,
    DefaultsForm,
    Form,
    PolicyForm,
    RegistryForm,
    TableForm,
)
from c360.registry.names import GOLD_TABLES, OWN_COLUMNS
from c360.registry.specs import TableSpec
from c360.registry.tables import NULL_WORDS
from tests.registry.texts import OWN, ROOT, parsed, refused

TEXT = (ROOT / "docs" / "registry.md").read_text()
EXAMPLE = re.search(r"```yaml\n(.*?)```", TEXT, re.DOTALL)[1]
SECTIONS = {
    "Sections": RegistryForm,
    "A table": TableForm,
    "A column": ColumnForm,
    "The policy": PolicyForm,
}


def section(title: str) -> str:
    return TEXT.split(f"## {title}\n")[1].split("\n## ")[0]


def documented(title: str) -> dict[str, list[str]]:
    """The rows of the section's tables by key; cells without the code marks."""
    rows = {}
    for line in section(title).splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for key in re.findall(r"`(\w+)`", cells[0]) if cells else []:
            rows[key] = [cell.replace("`", "") for cell in cells[1:]]
    return rows


@pytest.mark.parametrize(("title", "form"), SECTIONS.items())
def test_every_key_is_documented_and_no_other(title: str, form: type[Form]):
    assert set(documented(title)) == set(form.model_fields)


@pytest.mark.parametrize("name", [*DefaultsForm.model_fields])
def test_documented_defaults_are_those_of_the_code(name: str):
    default = documented("A table")[name][1]
    if name == "null_words":
        assert default.split() == list(NULL_WORDS)
    elif name == "max_length":
        assert default == "none"
    else:
        value = TableSpec.__dataclass_fields__[name].default
        said = {None: "none", True: "true", False: "false", ",": '","'}
        assert default == (str(value) if type(value) in (int, float) else said.get(value, value))


def test_taken_names_are_documented():
    assert all(f"`{name}`" in TEXT for name in (*GOLD_TABLES, *OWN_COLUMNS))


def test_the_worked_example_is_a_tenth_source():
    returns = parsed(OWN.read_text() + EXAMPLE).table("Returns")
    assert [column.name for column in returns.columns] == [
        "OrderID", "ReturnedAt", "Refund", "Cause"
    ]  # fmt: skip
    assert returns.delimiter == ";"


def test_the_shown_report_is_that_of_two_slips_in_the_worked_example():
    slips = EXAMPLE.replace("key: OrderID", "key: OrderId").replace("timestamp", "timestmp")
    assert f"```text\n{refused(OWN.read_text() + slips)}\n```" in TEXT


def test_every_gold_table_is_a_taken_name():
    assert sorted(GOLD_TABLES) == sorted(contract.name for contract in GOLD_CONTRACTS)
