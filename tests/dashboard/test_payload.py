"""The data of the page is what was read: every cell, exact, in a steady order."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from c360.dashboard import payload as payload_module
from c360.dashboard.contents import Contents, Grid
from c360.dashboard.load import read_contents
from c360.dashboard.payload import MOST_KEYS, payload
from c360.warehouse.protocol import Head
from tests.dashboard.worlds import POLICY, sample

PERSONAL = {"with_customers": True, "agent_names": True}


@pytest.fixture(scope="module")
def contents(tmp_path_factory, measures) -> Contents:
    warehouse = sample().write(tmp_path_factory.mktemp("payload") / "w.duckdb")
    return read_contents(warehouse, POLICY, measures, **PERSONAL)


def decoded(grid: dict) -> list[dict]:
    """Rows of a grid as the page reads them."""
    words = [grid["words"].get(name) for name in grid["columns"]]
    return [
        {
            name: word[cell] if word and cell is not None else cell
            for name, word, cell in zip(grid["columns"], words, row, strict=True)
        }
        for row in grid["rows"]
    ]


def plain(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.4f}"
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def test_every_cell_that_is_shown_is_the_one_that_was_read(contents, measures) -> None:
    made = payload(contents, POLICY, measures)["grids"]
    assert set(made) == set(contents.grids)
    cells = 0
    for name, grid in contents.grids.items():
        found = decoded(made[name])
        columns = made[name]["columns"]
        places = [grid.place(column) for column in columns]
        expected = [
            {column: plain(row[place]) for column, place in zip(columns, places, strict=True)}
            for row in grid.rows
        ]
        assert sorted(map(repr, found)) == sorted(map(repr, expected)), name
        cells += sum(map(len, found))
    assert cells > 15_000


def test_the_order_of_the_rows_does_not_depend_on_the_warehouse(contents, measures) -> None:
    grids = {
        name: Grid(grid.columns, tuple(random.Random(1).sample(grid.rows, len(grid.rows))))
        for name, grid in contents.grids.items()
    }
    shuffled = Contents(head=contents.head, as_of=contents.as_of, grids=grids)
    assert (
        payload(shuffled, POLICY, measures)["grids"] == payload(contents, POLICY, measures)["grids"]
    )


def test_zeros_that_a_warehouse_leaves_out_are_put_back(measures) -> None:
    columns = ("Channel", "DayOfWeek", "DayName", "HourOfDay", "TransactionCount", "CountedCount")
    columns += ("GrossAmount", "ObservedDays", "AvgPerDay", "CellRank", "CellRankPerDay", "IsPeak")
    row = ("Online", 1, "Monday", 0, 1, 1, Decimal("5"), 2, Decimal("0.5"), 1, 1, True)
    contents = Contents(head=Head(1, "b", "r"), grids={"peaks": Grid(columns, (row,))})
    (found,) = decoded(payload(contents, POLICY, measures)["grids"]["peaks"])
    assert (found["GrossAmount"], found["AvgPerDay"], found["IsPeak"]) == ("5.00", "0.5000", True)


def order_grid(keys: int) -> Grid:
    columns = payload_module._ORDER_VALUE
    rows = [
        (None, "PRODUCT", str(n), f"P{n}", channel, 1, Decimal(n), 2, Decimal(1))
        for n in range(keys)
        for channel in ("InStore", "Online")
    ]
    return Grid(columns, tuple(rows))


def test_keys_beyond_the_largest_are_added_up(measures) -> None:
    grid = order_grid(MOST_KEYS + 7)
    contents = Contents(
        head=Head(1, "b", "r"), grids={"order_value": grid, "order_value_ever": grid}
    )
    made = payload(contents, POLICY, measures)["grids"]
    for name in ("order_value", "order_value_ever"):
        found = decoded(made[name])
        rest = [row for row in found if row["DimensionKey"] is None]
        assert len({row["DimensionKey"] for row in found}) == MOST_KEYS + 1
        assert [row["Channel"] for row in rest] == ["InStore", "Online"]
        assert [row["OrderCount"] for row in rest] == [7, 7]
        assert {row["GrossAmount"] for row in rest} == {f"{sum(range(7))}.00"}
        assert sum(Decimal(row["GrossAmount"]) for row in found) == sum(row[6] for row in grid.rows)


def test_no_key_is_added_up_where_all_fit(measures) -> None:
    grid = order_grid(MOST_KEYS)
    contents = Contents(
        head=Head(1, "b", "r"), grids={"order_value": grid, "order_value_ever": grid}
    )
    made = payload(contents, POLICY, measures)["grids"]["order_value"]
    assert len(made["rows"]) == len(grid.rows)


def test_nothing_published_is_no_grid_and_no_batch(measures) -> None:
    made = payload(Contents(head=Head()), POLICY, measures)
    assert made["grids"] == {}
    assert made["facts"]["run"] is None
    assert set(made["measures"]) == {one.name for one in measures}
