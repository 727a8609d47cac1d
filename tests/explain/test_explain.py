"""A key is explained by its files alone, and counts in gold exactly where it is said to count."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from c360.errors import OutsideFailure, WrongUse
from c360.explain import Candidate, Explanation, explain
from c360.explain.gold import book
from c360.explain.model import Booking
from c360.settings import Settings
from tests.explain.world import STORY, World, publish_world, write_files


@pytest.fixture(scope="module")
def world(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> World:
    return publish_world(spark, tmp_path_factory.mktemp("explained"))


def fates(found: Explanation) -> list[tuple[str, str]]:
    return [(each.fate, each.record.source_file) for each in found.candidates]


def survivor(found: Explanation) -> Candidate:
    assert found.survivor is not None
    return found.survivor


def test_every_record_of_a_key_is_shown_with_what_became_of_it(world: World) -> None:
    found = world.explain("OnlineTransactions", "10")
    assert [(each.fate, each.record.raw, each.because) for each in found.candidates] == [
        ("survivor", " +010 ,Completed,10.00,PayPal,2025-01-05T12:00:00+02:00,100,1", ""),
        (
            "duplicate across files",
            "10,1,100,2025-01-05 10:00:00,PayPal,10.00,Completed",
            "SourceFile: OnlineTransactions_1.csv sorts before OnlineTransactions_2.csv",
        ),
        (
            "duplicate in its file",
            "10,1,100,2025-01-04 10:00:00,PayPal,9.00,Completed",
            "DateTime: 2025-01-04 10:00:00 is older than 2025-01-05 10:00:00",
        ),
        (
            "rejected",
            "10,Completed,ten,PayPal,2025-01-09 10:00:00,100,1",
            "rejected for Amount:not_a_decimal",
        ),
    ]
    assert found.exit_code == 0


def test_the_survivor_is_the_row_of_silver(world: World) -> None:
    columns = world.registry.table("OnlineTransactions").columns
    for number in (10, 16, 1000):
        (row,) = world.rows(
            f"SELECT * FROM customer360_silver.OnlineTransactions WHERE OrderID = {number}"
        )
        record = survivor(world.explain("OnlineTransactions", str(number))).record
        assert record.source_file == row["SourceFile"]
        assert dict(record.values) == {column.name: row[column.name] for column in columns}


def test_records_that_cannot_be_told_apart_are_counted_by_file(world: World) -> None:
    found = world.explain("OnlineTransactions", "10")
    assert [(file.path, file.records, file.untold) for file in found.files] == [
        ("OnlineTransactions_1.csv", 8, 2),
        ("OnlineTransactions_2.csv", 62, 0),
        ("OnlineTransactions_3.csv", 30, 0),
    ]


def test_a_quoted_line_is_shown_as_it_is(world: World) -> None:
    record = survivor(world.explain("OnlineTransactions", "15")).record
    assert record.raw == '15,1,100,2025-01-05 10:00:00,"Visa, ""Gold""",10.00,Completed'
    assert record.values["PaymentMethod"] == 'Visa, "Gold"'


def test_of_very_many_candidates_the_survivor_is_among_those_shown(world: World) -> None:
    found = world.explain("OnlineTransactions", "16")
    assert (len(found.candidates), found.hidden) == (20, 40)
    assert str(survivor(found).record.values["Amount"]) == "60.00"


def test_a_key_that_was_only_rejected_has_no_survivor(world: World) -> None:
    found = world.explain("OnlineTransactions", "12")
    assert fates(found) == [("rejected", "OnlineTransactions_1.csv")]
    assert (found.survivor, found.booking, found.exit_code) == (None, Booking(), 0)


def test_an_unknown_key_is_told_with_what_was_searched(world: World) -> None:
    found = world.explain("OnlineTransactions", "999999")
    assert (found.candidates, found.exit_code) == ((), 1)
    assert (len(found.files), found.records) == (3, 100)


def test_a_row_without_a_key_is_found_by_its_row_key(world: World) -> None:
    rows = world.rows(
        "SELECT RowKey, SourceFile FROM customer360_silver.LoyaltyTransactions "
        "WHERE LoyaltyID = 501 AND Reason = 'Bonus' AND PointsChange = 50 ORDER BY SourceFile"
    )
    assert [row["SourceFile"] for row in rows] == [
        "LoyaltyTransactions_1.csv", "LoyaltyTransactions_2.csv",
    ]  # fmt: skip
    second, first = rows  # the first occurrence is in both files, and the last file has it
    found = world.explain("LoyaltyTransactions", first["RowKey"])
    assert fates(found) == [
        ("survivor", "LoyaltyTransactions_2.csv"),
        ("duplicate across files", "LoyaltyTransactions_1.csv"),
    ]
    alone = world.explain("LoyaltyTransactions", second["RowKey"])
    assert fates(alone) == [("survivor", "LoyaltyTransactions_1.csv")]
    assert survivor(alone).record.values["PointsChange"] == 50
    assert world.explain("LoyaltyTransactions", "0" * 32).exit_code == 1


def test_an_order_counts_in_every_period_and_dimension(world: World) -> None:
    rows = world.explain("OnlineTransactions", "10").booking.rows
    category = world.rows(
        "SELECT Category FROM customer360_silver.Products WHERE ProductID = 100"
    )[0]["Category"] or "UNKNOWN"  # fmt: skip
    assert [(row.table, *dict(row.key).values()) for row in rows] == [
        *(
            ("AOV", grain, start, kind, key, channel)
            for grain, start in (("ALL", "1900-01-01"), ("MONTH", "2025-01-01"))
            for kind, key, channel in (
                ("PRODUCT", "100", "Online"),
                ("CATEGORY", category, "Online"),
                ("LOCATION", "ONLINE", "Online"),
                ("CHANNEL", "Online", "Online"),
                ("TOTAL", "ALL", "All"),
            )
        ),
        ("CustomerSegments", "1"),
        ("Customer360", "1"),
        ("PeakTimes", "Online", "7", "10"),
    ]
    assert rows[0].measures == ("OrderCount", "GrossAmount")


def test_an_order_that_does_not_count_is_told_with_its_status(world: World) -> None:
    booking = world.explain("OnlineTransactions", "11").booking
    assert booking.notes == (
        "CustomerID: silver does not know it, so it is booked on UNKNOWN",
        "ProductID: silver does not know it, so it is booked on UNKNOWN",
        "Status Pending is not among the counted statuses of the policy (Completed): it shows in "
        "ExcludedOrders and in demand, not in spend",
    )
    assert {row.table for row in booking.rows} == {"AOV", "PeakTimes"}


def test_an_order_after_the_day_of_gold_counts_nowhere(world: World) -> None:
    assert world.explain("OnlineTransactions", "13").booking == Booking(
        notes=("dated after 2025-12-31, the day of gold: it counts nowhere",)
    )


_BY_KEY = {
    "AOV": ("PeriodGrain", "PeriodStart", "DimensionType", "DimensionKey", "Channel"),
    "AgentKPIs": ("AgentID",),
    "Customer360": ("CustomerID",),
    "CustomerSegments": ("CustomerID",),
    "PeakTimes": ("Channel", "DayOfWeek", "HourOfDay"),
}
# Measures that count rows; the others are sums, or shown as they are.
_COUNTS = {
    "AOV": ("OrderCount", "ExcludedOrders"),
    "AgentKPIs": (
        "TotalInteractions", "ResolvedCount", "EscalatedCount", "PendingCount", "OtherStatusCount",
    ),
    "Customer360": (
        "OrderCount", "OnlineOrders", "InStoreOrders", "ExcludedOrders", "Interactions",
        "ResolvedInteractions", "EscalatedInteractions", "PendingInteractions", "LoyaltyAccounts",
    ),
    "CustomerSegments": ("OrderCount", "OnlineOrders", "InStoreOrders", "LoyaltyAccounts"),
    "PeakTimes": ("TransactionCount", "CountedCount"),
}  # fmt: skip


def test_every_count_of_gold_is_the_number_of_rows_that_are_booked_on_it(world: World) -> None:
    published = world.published
    booked: Counter[tuple[str, tuple[str, ...], str]] = Counter()
    for table in ("OnlineTransactions", "InStoreTransactions", "CustomerServiceInteractions",
                  "LoyaltyAccounts"):  # fmt: skip
        for row in world.rows(f"SELECT * FROM customer360_silver.{table}"):
            for target in book(published, table, row, frozenset()).rows:
                assert tuple(name for name, _ in target.key) == _BY_KEY[target.table]
                key = tuple(value for _, value in target.key)
                booked.update((target.table, key, measure) for measure in target.measures)
    for table, names in _BY_KEY.items():
        for row in world.rows(f"SELECT * FROM customer360_gold.{table}"):
            key = tuple(str(row[name]) for name in names)
            for measure in _COUNTS[table]:
                assert row[measure] == booked.pop((table, key, measure), 0), (table, key, measure)
    left = {measure for _, _, measure in booked}
    assert left == {
        "GrossAmount", "ExcludedAmount", "TotalSpend", "LoyaltyPoints", "LoyaltyTier",
    }  # fmt: skip


def test_points_of_the_ledger_are_booked_on_the_accounts_customer(world: World) -> None:
    published = world.published
    points: Counter[str] = Counter()
    for row in world.rows("SELECT * FROM customer360_silver.LoyaltyTransactions"):
        (segment, *_) = book(published, "LoyaltyTransactions", row, frozenset()).rows
        assert (segment.table, segment.measures) == ("CustomerSegments", ("LoyaltyLedgerNet",))
        points[dict(segment.key)["CustomerID"]] += row["PointsChange"]
    gold = world.rows("SELECT CustomerID, LoyaltyLedgerNet FROM customer360_gold.CustomerSegments")
    assert {row["CustomerID"]: row["LoyaltyLedgerNet"] for row in gold} == {
        row["CustomerID"]: points[row["CustomerID"]] for row in gold
    }
    assert sum(points.values()) == sum(row["LoyaltyLedgerNet"] for row in gold)


@pytest.mark.parametrize("table", ["Customers", "Products", "Stores", "Agents"])
def test_the_rows_of_a_dimension_are_those_that_gold_has(table: str, world: World) -> None:
    published = world.published
    found = 0
    for row in world.rows(f"SELECT * FROM customer360_silver.{table}"):
        booking = book(published, table, row, frozenset())
        for target in booking.rows:
            condition = " AND ".join(f"{name} = '{value}'" for name, value in target.key)
            sql = f"SELECT 1 FROM customer360_gold.{target.table} WHERE {condition}"
            if target.table == "AOV":
                sql = sql.replace("PeriodStart = '", "PeriodStart = DATE '")
            assert len(world.rows(sql)) == 1, target
            found += 1
        assert booking.rows or "no order names it, so gold has no row of it" in booking.notes
    assert found


def test_a_customer_of_two_files_is_the_one_of_the_last(world: World) -> None:
    found = world.explain("Customers", "1")
    assert fates(found) == [
        ("survivor", "Customers_2.csv"), ("duplicate across files", "Customers.csv"),
    ]  # fmt: skip
    assert [row.table for row in found.booking.rows] == ["CustomerSegments", "Customer360"]


def test_other_files_and_another_policy_than_the_published_are_told(
    world: World, tmp_path: Path
) -> None:
    bronze, name = tmp_path / "raw", "OnlineTransactions_1.csv"
    write_files(bronze, {name: STORY[name]})
    registry = tmp_path / "tables.yaml"
    registry.write_text(
        Path(world.settings.registry).read_text().replace("currency: USD", "currency: EUR")
    )
    head = world.warehouse.read_head().run_id
    found = world.explain(
        "OnlineTransactions", "15", bronze=str(bronze), registry=registry
    )  # fmt: skip
    assert found.booking.notes == (
        f"bronze has other files of OnlineTransactions than run {head}, which is published: the "
        "rows below are where it counts after `c360 run`",
        f"run {head} was published with another policy than that of this registry",
    )
    assert world.explain("OnlineTransactions", "15").booking.notes == ()


def test_before_a_publication_the_candidates_are_explained_alone(
    world: World, tmp_path: Path
) -> None:
    found = world.explain("OnlineTransactions", "15", warehouse=f"duckdb:///{tmp_path}/no.duckdb")
    assert survivor(found).fate == "survivor"
    assert found.booking == Booking(
        notes=(f"{tmp_path}/no.duckdb: nothing is published; next: c360 run",)
    )
    assert not (tmp_path / "no.duckdb").exists()


def test_files_that_a_run_would_refuse_are_named_and_the_others_searched(
    world: World, tmp_path: Path
) -> None:
    bronze, name = tmp_path / "raw", "OnlineTransactions_1.csv"
    write_files(bronze, {name: STORY[name], "OnlineTransactions_2.csv": ["OrderID", "10"]})
    found = world.explain("OnlineTransactions", "15", bronze=str(bronze))
    assert len(found.files) == 1
    (refused,) = found.unreadable
    assert refused.startswith("OnlineTransactions_2.csv: lacks the columns CustomerID, ProductID")


def test_superseded_snapshots_are_not_searched(world: World, tmp_path: Path) -> None:
    registry = tmp_path / "tables.yaml"
    text = Path(world.settings.registry).read_text()
    key = "    key: CustomerID\n"
    registry.write_text(text.replace(key, f"{key}    take: newest\n", 1))
    found = world.explain("Customers", "2", registry=registry)
    assert (found.candidates, found.superseded) == ((), 1)
    assert [file.path for file in found.files] == ["Customers_2.csv"]


def test_without_files_no_session_is_started(world: World, tmp_path: Path) -> None:
    def fail(_: int) -> SparkSession:
        raise AssertionError("Spark was started")

    settings = Settings(registry=world.settings.registry, bronze=str(tmp_path))
    with pytest.raises(WrongUse, match=r"^Stores: no file named Stores\*\.csv .* --bronze"):
        explain(settings, "Stores", "1", fail)


def test_a_session_that_does_not_start_is_told(world: World) -> None:
    def fail(_: int) -> SparkSession:
        raise RuntimeError("JAVA_HOME is not set")

    with pytest.raises(OutsideFailure, match="check that `java -version` says 17 or 21"):
        explain(world.settings, "Stores", "200", fail)


def test_a_table_that_is_none_is_told(world: World) -> None:
    with pytest.raises(WrongUse, match="found 'Orders'; expected one of Customers, Products"):
        world.explain("Orders", "1")
    with pytest.raises(WrongUse, match="expected a bigint, for example 1001"):
        world.explain("Stores", "one")
