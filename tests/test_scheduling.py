"""What a scheduler asks around a run: what to wait for, whether it is published, what to tell."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from c360.contracts.gold import GOLD_CONTRACTS
from c360.registry.load import parse_registry
from c360.scheduling import (
    publication_problems,
    publication_text,
    published_tables,
    refusal,
    run_words,
    source_prefixes,
)
from tests.deploy.cli_words import parse
from tests.support.places import OWN

REGISTRY = parse_registry(OWN.read_text(encoding="utf-8"), "conf/tables.yaml")
REPORT: dict[str, Any] = {
    "status": "published",
    "batch_id": "0388d7a69a43de97",
    "published_by": "r20251231T235959-00000000",
    "as_of": "2025-12-31",
    "totals": {
        "orders": 1108,
        "revenue": "83082.7",
        "average_order_value": "74.98",
        "excluded_orders": 349,
        "currency": "USD",
    },
    "warnings": ["Stores: 3 unknown references"],
}


def row(table: str, layer: str = "silver", **other: Any) -> dict[str, Any]:
    known = {
        "HeadBatchID": REPORT["batch_id"],
        "Layer": layer,
        "TableName": table,
        "Status": "SUCCESS",
        "RecordsRead": 1200,
        "Accepted": 1100,
        "Rejected": 60,
        "Duplicates": 40,
        "RowsInTable": 1100,
        "AmountSum": Decimal("51187.490000000"),
    }
    nothing = dict.fromkeys(("RecordsRead", "Accepted", "Rejected", "Duplicates"))
    return {**known, **(nothing if layer == "gold" else {}), **other}


COUNTS = {"silver.Stores": 1100, "gold.AOV": 849}
AUDIT = [row("Stores"), row("AOV", "gold", RowsInTable=849)]


def with_files(*patterns: str) -> Any:
    text = OWN.read_text(encoding="utf-8")
    listed = ", ".join(f'"{pattern}"' for pattern in patterns)
    return parse_registry(text.replace("  Stores:\n", f"  Stores:\n    files: [{listed}]\n"), "x")


def test_every_source_is_waited_for_by_the_start_of_its_names() -> None:
    assert source_prefixes(REGISTRY, "raw") == [f"raw/{name}" for name in REGISTRY.names]


@pytest.mark.parametrize(
    ("patterns", "prefix"),
    [
        (("Stores*.csv", "Stores*.csv.gz"), "raw/Stores"),
        (("shops_east_*.csv", "shops_west_*.csv"), "raw/shops_"),
        (("branches.csv",), "raw/branches.csv"),
        (("?ranches*.csv",), "raw/"),
        (("one*.csv", "two*.csv"), "raw/"),
    ],
)
def test_a_prefix_is_what_all_patterns_of_a_source_start_with(
    patterns: tuple[str, ...], prefix: str
) -> None:
    registry = with_files(*patterns)
    assert source_prefixes(registry, "/raw/")[registry.names.index("Stores")] == prefix


PLACES = {
    "registry": "gs://scripts/conf/tables.yaml",
    "bronze": "gs://raw/raw",
    "silver": "gs://silver",
    "warehouse": "bigquery://demo?location=EU",
}


@pytest.mark.parametrize("only_silver", [False, True])
@pytest.mark.parametrize("as_of", [None, "", "2025-12-31"])
@pytest.mark.parametrize("allow_shrink", [[], ["Stores", "Agents"]])
def test_a_run_is_called_by_words_that_it_takes(
    only_silver: bool, as_of: str | None, allow_shrink: list[str]
) -> None:
    params = {"as_of": as_of, "allow_shrink": allow_shrink}
    told = run_words(PLACES, "gs://scripts/r.json", params, only_silver=only_silver)
    parse(told)
    assert ("--only" in told) is only_silver
    assert ("--as-of" in told) is bool(as_of)
    assert told.count("--allow-shrink") == len(allow_shrink)
    assert {"--report", "gs://scripts/r.json", *PLACES.values()} <= set(told)


@pytest.mark.parametrize(("code", "final"), [(0, 0), (1, 1), (2, 1), (3, 0), (70, 0)])
def test_only_data_and_options_are_refused_for_good(code: int, final: int) -> None:
    told = refusal({"exit_code": code, "message": "Stores: 8 of 8 records rejected"})
    assert told == (f"c360 exits {code}: Stores: 8 of 8 records rejected" if final else None)


def test_without_a_report_nothing_was_refused() -> None:
    assert refusal(None) is None


def test_every_table_of_a_publication_is_counted() -> None:
    tables = published_tables(REGISTRY)
    assert tables["silver.Stores"] == "customer360_silver.Stores"
    assert tables["gold.AOV"] == "customer360_gold.AOV"
    assert len(tables) == len(REGISTRY.names) + len(GOLD_CONTRACTS)


def test_a_batch_that_is_published_whole_has_no_problem() -> None:
    assert publication_problems(REPORT, AUDIT, COUNTS) == []


@pytest.mark.parametrize(
    ("audit", "counts", "problem"),
    [
        ([], COUNTS, "the head is batch none"),
        ([row("Stores", HeadBatchID="f" * 16)], COUNTS, "the head is batch ffffffffffffffff"),
        (AUDIT[:1], COUNTS, "gold.AOV: LoadAudit has no row"),
        (AUDIT, {**COUNTS, "gold.AOV": 848}, "gold.AOV: has 848 rows and LoadAudit says 849"),
        ([row("Stores", Status="FAILED"), AUDIT[1]], COUNTS, "its status is FAILED"),
        (
            [row("Stores", Rejected=61), AUDIT[1]],
            COUNTS,
            "silver.Stores: 1,200 records are not accepted + rejected + duplicate",
        ),
    ],
)
def test_what_speaks_against_it_is_named(
    audit: list[dict[str, Any]], counts: dict[str, int], problem: str
) -> None:
    [found] = publication_problems(REPORT, audit, counts)
    assert problem in found


def test_the_text_has_the_batch_the_totals_the_ledger_and_the_warnings() -> None:
    assert publication_text(REPORT, reversed(AUDIT)).splitlines() == [
        "Run r20251231T235959-00000000 published batch 0388d7a69a43de97, as of 2025-12-31.",
        "Revenue 83,082.70 USD from 1,108 counted orders, average order value 74.98; "
        "349 orders do not count.",
        "",
        "table                          records  accepted  rejected duplicate      rows"
        "     control sum",
        "Stores                           1,200     1,100        60        40     1,100"
        "       51,187.49",
        "AOV                                                                        849"
        "       51,187.49",
        "",
        "1 warnings:",
        "  Stores: 3 unknown references",
    ]


def test_a_batch_that_was_published_before_names_the_run_that_did() -> None:
    told = publication_text({**REPORT, "status": "up_to_date"}, AUDIT).splitlines()[0]
    assert told == (
        "Nothing changed: batch 0388d7a69a43de97 was published by run "
        "r20251231T235959-00000000, as of 2025-12-31."
    )


def test_without_orders_there_is_no_average() -> None:
    totals = {**REPORT["totals"], "orders": 0, "revenue": "0", "average_order_value": None}
    told = publication_text({**REPORT, "totals": totals}, AUDIT).splitlines()[1]
    assert told.startswith("Revenue 0.00 USD from 0 counted orders, average order value none; ")


def test_without_totals_or_a_control_sum_the_text_is_shorter() -> None:
    bare = {**REPORT, "totals": None, "warnings": []}
    told = publication_text(bare, [row("Stores", AmountSum=None)]).splitlines()
    assert told[1] == ""
    assert told[-1].endswith("1,100" + " " * 16)
