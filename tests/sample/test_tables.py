"""The committed sample holds what real exports hold and gold must cope with."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.conftest import ROOT
from tests.support.oracle_silver import OracleFile, Row, batch, read_bronze, state


@pytest.fixture(scope="module")
def bronze() -> dict[str, list[OracleFile]]:
    return read_bronze(ROOT / "sample_data" / "raw")


@pytest.fixture(scope="module")
def rows(bronze: dict[str, list[OracleFile]]) -> dict[str, list[Row]]:
    return state(bronze)


def values(rows: list[Row], column: str) -> set[object]:
    return {row[column] for row in rows}


def test_references_lead_to_nobody_and_to_strangers(rows: dict[str, list[Row]]) -> None:
    customers = values(rows["Customers"], "CustomerID")
    for facts in ("OnlineTransactions", "InStoreTransactions", "CustomerServiceInteractions"):
        unknown = values(rows[facts], "CustomerID") - customers
        assert None in unknown
        assert any(number and int(str(number)) > 900_000 for number in unknown)


def test_the_numbers_of_both_channels_overlap(rows: dict[str, list[Row]]) -> None:
    online = values(rows["OnlineTransactions"], "OrderID")
    assert len(online & values(rows["InStoreTransactions"], "TransactionID")) > 500


def test_words_are_unlisted_absent_or_spelled_otherwise(rows: dict[str, list[Row]]) -> None:
    statuses = values(rows["OnlineTransactions"], "Status")
    assert {"Unknown", None, "Completed", "COMPLETED", "completed"} < statuses
    assert {"Copper", "gold", "Diamond", None} < values(rows["LoyaltyAccounts"], "TierLevel")
    outcomes = values(rows["CustomerServiceInteractions"], "ResolutionStatus")
    assert {"Reopened", "resolved", None} < outcomes


def test_products_share_names_and_stores_share_places(rows: dict[str, list[Row]]) -> None:
    for table, column in (("Products", "Name"), ("Stores", "Location")):
        assert max(Counter(row[column] for row in rows[table]).values()) > 1
    assert None in values(rows["Products"], "Category")
    assert None in values(rows["Stores"], "Location")


def test_some_customers_never_order_and_some_agents_answer_nobody(
    rows: dict[str, list[Row]],
) -> None:
    sales = [*rows["OnlineTransactions"], *rows["InStoreTransactions"]]
    assert 10 < len(values(rows["Customers"], "CustomerID") - values(sales, "CustomerID")) < 80
    answering = values(rows["CustomerServiceInteractions"], "AgentID")
    assert 5 < len(values(rows["Agents"], "AgentID") - answering) < 25


def test_a_third_of_the_customers_has_several_accounts(rows: dict[str, list[Row]]) -> None:
    tiers: dict[object, list[object]] = {}
    for account in rows["LoyaltyAccounts"]:
        tiers.setdefault(account["CustomerID"], []).append(account["TierLevel"])
    several = [found for found in tiers.values() if len(set(found)) > 1]
    assert 50 < len(several) < 90


def test_points_earned_never_agree_with_the_ledger(rows: dict[str, list[Row]]) -> None:
    net = Counter[int]()
    for entry in rows["LoyaltyTransactions"]:
        net[entry["LoyaltyID"]] += entry["PointsChange"] or 0
    for account in rows["LoyaltyAccounts"]:
        assert account["PointsEarned"] != net[account["LoyaltyID"]]


def test_stores_sell_while_they_are_open_and_most_at_lunch_or_after_work(
    rows: dict[str, list[Row]],
) -> None:
    hours = Counter(row["DateTime"].hour for row in rows["InStoreTransactions"])
    assert min(hours) >= 8
    assert max(hours) <= 20
    assert {hour for hour, _ in hours.most_common(2)} == {12, 17}


def test_keys_repeat_inside_files_and_across_them(bronze: dict[str, list[OracleFile]]) -> None:
    files = bronze["OnlineTransactions"]
    assert sum(batch(file)[1] for file in files) > 10
    assert any(batch(file)[2] > 0 for file in files)
    homes = Counter(order for file in files for order in values(file.rows, "OrderID"))
    assert sum(count > 1 for count in homes.values()) > 10
    (ledger,) = bronze["LoyaltyTransactions"]
    assert len({tuple(row.values()) for row in ledger.rows}) < len(ledger.rows)


def test_mail_goes_to_reserved_domains_only(rows: dict[str, list[Row]]) -> None:
    mail = values(rows["Customers"], "Email") - {None}
    assert len(mail) > 150
    assert {str(address).split("@")[1] for address in mail} == {
        "example.com",
        "example.net",
        "example.org",
    }
