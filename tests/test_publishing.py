"""What a run tells of its publication has the digits of the published columns."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from c360.audit import LoadAuditRow
from c360.publishing import published_tables, read_totals
from c360.report import Totals
from c360.warehouse.protocol import Head, Published
from tests.support.specs import column, registry, table


class Answering:
    """A warehouse that answers every question with these rows."""

    def __init__(self, *found: dict[str, Any]) -> None:
        self.found = list(found)

    def query(self, _sql: str) -> list[dict[str, Any]]:
        return self.found


def totals(revenue: str, average: str | None) -> dict[str, Any]:
    return {
        "OrderCount": 3,
        "GrossAmount": Decimal(revenue),
        "AverageOrderValue": average and Decimal(average),
        "ExcludedOrders": 1,
    }


@pytest.mark.parametrize(
    ("revenue", "average", "told"),
    [
        ("83082.7", "27694.2", ("83082.70", "27694.20")),
        ("83082.70", "27694.25", ("83082.70", "27694.25")),
        ("9", None, ("9.00", "None")),
    ],
)
def test_money_is_told_with_both_digits_whatever_the_client_drops(
    revenue: str, average: str | None, told: tuple[str, str]
) -> None:
    found = read_totals(Answering(totals(revenue, average)), "USD")
    assert isinstance(found, Totals)
    assert (str(found.revenue), str(found.average_order_value)) == told
    assert (found.orders, found.excluded_orders, found.currency) == (3, 1, "USD")


def test_a_control_sum_is_told_with_all_digits_of_its_column() -> None:
    total = Decimal("9" * 29 + ".5")
    spec = table(column("Amount", "decimal(38,9)"), control_sum="Amount")
    audit = LoadAuditRow(
        run_id="r", layer="silver", table_name=spec.name, status="SUCCESS", amount_sum=total
    )
    outcome = Published(Head(), by_this_run=True, load_audit=(audit,))
    (told,) = published_tables(outcome, registry(spec))
    assert str(told.control_sum) == f"{total}00000000"


def test_without_any_order_there_are_no_totals() -> None:
    assert read_totals(Answering(), "USD") is None
