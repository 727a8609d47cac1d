"""The plan: what becomes of each bronze file, and what the BatchID stands for."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

import pytest

from c360.errors import WrongUse
from c360.plan import Claims, FilePin, Plan, claim_files, plan_run, refuse, unread_note
from c360.registry.specs import Registry, TableSpec
from tests.support.specs import column, own_policy, registry, table

ORDERS = table(column("ID", "bigint", required=True), column("Word"), key=("ID",))
STORES = table(name="Stores")
BOTH = registry(ORDERS, STORES)
PATHS = ("Stores.csv", "in/Orders_2.csv", "Orders_1.csv.gz")


def pin(path: str, size: int = 10, crc32c: str = "0000000a") -> FilePin:
    return FilePin(path, size, crc32c)


def planned(
    paths: tuple[str, ...] = PATHS,
    spec: Registry = BOTH,
    batches: tuple[str, ...] = (),
    as_of: str | None = None,
    **changed: FilePin,
) -> Plan:
    """The plan over files of equal content; `changed` replaces pins by table name."""
    claims = claim_files(spec, paths)
    pins = {path: pin(path) for path in paths}
    pins.update({found.path: found for found in changed.values()})
    return plan_run(spec, claims, pins, batches, as_of)


def outcomes(plan: Plan) -> dict[str, str]:
    return {file.pin.path: file.outcome for file in plan.files}


# -- claims


@pytest.mark.parametrize(
    ("path", "taker"),
    [
        ("Orders.csv", "Orders"),
        ("a/b/Orders_2025.csv", "Orders"),
        ("Orders.csv.gz", "Orders"),
        ("Orders/Stores.csv", "Stores"),
        ("orders.csv", None),
        ("Orders.CSV", None),
        ("Orders.csv.bak", None),
        ("xOrders.csv", None),
        ("Orders.csv/part", None),
        (".Orders.csv", None),
    ],
)
def test_a_file_belongs_to_the_table_whose_pattern_its_name_matches(
    path: str, taker: str | None
) -> None:
    claims = claim_files(BOTH, [path])
    assert {name for name, paths in claims.paths.items() if paths} == ({taker} - {None})
    assert claims.unclaimed == (() if taker else (path,))


@pytest.mark.parametrize("name", ["_x_Orders.csv", ".x_Orders.csv", "x_Orders.csv._COPYING_"])
def test_a_name_that_spark_leaves_out_belongs_to_no_table(name: str) -> None:
    greedy = registry(table(files=("*_Orders.csv*",)), table(name="Stores", files=("*x_Orders*",)))
    for path in (name, f"in/{name}"):
        claims = claim_files(greedy, [path])
        assert claims == Claims({"Orders": (), "Stores": ()}, (path,))
        assert unread_note(path) == (
            " (Spark reads no name that begins with _ or . or ends in ._COPYING_)"
        )


@pytest.mark.parametrize("folder", ["_x", ".x", "x._COPYING_"])
def test_any_folder_may_hold_files_of_a_table(folder: str) -> None:
    path = f"{folder}/Orders_.csv"
    assert claim_files(BOTH, [path]).paths["Orders"] == (path,)
    assert unread_note(path) == ""


def test_claims_do_not_depend_on_the_order_of_the_listing() -> None:
    paths = (*PATHS, "notes.txt", "b.txt")
    expected = Claims(
        {"Orders": ("Orders_1.csv.gz", "in/Orders_2.csv"), "Stores": ("Stores.csv",)},
        ("b.txt", "notes.txt"),
    )
    assert all(claim_files(BOTH, order) == expected for order in itertools.permutations(paths))


def test_every_file_that_two_tables_claim_is_named() -> None:
    both = registry(ORDERS, table(name="Old", files=("Orders_old*.csv",)))
    with pytest.raises(WrongUse) as caught:
        claim_files(both, ["Orders_old_2.csv", "Orders.csv", "a/Orders_old_1.csv"])
    assert str(caught.value) == (
        "Each bronze file must belong to one table; narrow `files` in the registry:\n"
        "  - Orders_old_2.csv: claimed by Orders and Old\n"
        "  - a/Orders_old_1.csv: claimed by Orders and Old"
    )


# -- outcomes


def test_a_file_without_a_batch_is_read_and_one_with_a_batch_is_reused() -> None:
    first = planned()
    assert set(outcomes(first).values()) == {"read"}
    (stores,) = first.of("Stores")
    again = planned(batches=(stores.file_id, "of another file"))
    assert outcomes(again) == {
        "Orders_1.csv.gz": "read",
        "in/Orders_2.csv": "read",
        "Stores.csv": "reused",
    }
    assert [file.pin.path for file in again.to_read] == ["Orders_1.csv.gz", "in/Orders_2.csv"]


def test_only_the_newest_by_name_counts_where_a_table_takes_the_newest() -> None:
    newest = registry(table(name="Orders", take="newest"))
    paths = ("z/Orders_2025-01.csv", "a/Orders_2025-03.csv", "m/Orders_2025-02.csv.gz")
    plan = planned(paths, newest)
    assert outcomes(plan) == {
        "a/Orders_2025-03.csv": "read",
        "m/Orders_2025-02.csv.gz": "superseded",
        "z/Orders_2025-01.csv": "superseded",
    }
    (old, _) = plan.of("Orders", "superseded")
    assert old.reason == "a/Orders_2025-03.csv is newer by name"
    alone = planned(("a/Orders_2025-03.csv",), newest)
    assert plan.batch_id == alone.batch_id, "a superseded file is no input"


def test_the_path_decides_among_snapshots_of_one_name() -> None:
    newest = registry(table(name="Orders", take="newest"))
    assert outcomes(planned(("a/Orders.csv", "b/Orders.csv"), newest)) == {
        "a/Orders.csv": "superseded",
        "b/Orders.csv": "read",
    }


def test_sources_without_files_and_files_without_a_table_are_told() -> None:
    plan = planned(("Orders.csv", "readme.md"))
    assert plan.sources_without_files == ("Stores",)
    assert plan.unclaimed == ("readme.md",)


def test_refused_files_keep_their_ids_and_the_plan_its_batch_id() -> None:
    plan = planned()
    after = refuse(plan, {"Stores.csv": "is UTF-16", "unknown.csv": "never listed"})
    assert [(file.pin.path, file.reason) for file in after.refused] == [("Stores.csv", "is UTF-16")]
    assert [file.file_id for file in after.files] == [file.file_id for file in plan.files]
    assert after.batch_id == plan.batch_id
    assert after.to_read == tuple(f for f in plan.to_read if f.pin.path != "Stores.csv")
    assert refuse(plan, {}) == plan


def test_files_are_found_by_table_and_outcome() -> None:
    plan = refuse(planned(), {"in/Orders_2.csv": "because"})
    assert [file.outcome for file in plan.of("Orders")] == ["read", "refused"]
    assert [file.pin.path for file in plan.of("Orders", "read", "reused")] == ["Orders_1.csv.gz"]
    assert plan.of("Stores", "refused") == ()


# -- BatchID


def with_orders(**rest: Any) -> Registry:
    return registry(dataclasses.replace(ORDERS, **rest), STORES)


def with_column(**rules: Any) -> Registry:
    word = column("Word", **rules)
    return registry(table(ORDERS.columns[0], word, key=("ID",)), STORES)


BASE = planned().batch_id
SAME = {
    "another order of listing": planned(PATHS[::-1]),
    "the same batches reused": planned(batches=tuple(f.file_id for f in planned().files)),
    "a file that no table takes": planned((*PATHS, "readme.md")),
    "descriptions": planned(spec=with_column(description="other", pii=True)),
    "budgets": planned(spec=with_orders(max_rejected=0.9, max_shrink=0.1, min_records=7)),
    "patterns that take the same files": planned(spec=with_orders(files=("Orders_*",))),
    "another order of tables": planned(spec=registry(STORES, ORDERS)),
}
OTHER = {
    "another size": planned(Stores=pin("Stores.csv", size=11)),
    "another checksum": planned(Stores=pin("Stores.csv", crc32c="0000000b")),
    "another path": planned(("x/Stores.csv", *PATHS[1:])),
    "a file more": planned((*PATHS, "Orders_3.csv")),
    "a file less": planned(PATHS[:2]),
    "another rule": planned(spec=with_column(required=True)),
    "another policy": planned(spec=registry(ORDERS, STORES, rule_version="other")),
    "another day": planned(as_of="2025-01-01"),
    "yet another day": planned(as_of="2025-01-02"),
}


@pytest.mark.parametrize("change", SAME)
def test_the_batch_id_does_not_change_with(change: str) -> None:
    assert SAME[change].batch_id == BASE


@pytest.mark.parametrize("change", OTHER)
def test_the_batch_id_changes_with(change: str) -> None:
    assert OTHER[change].batch_id != BASE


def test_no_two_changes_give_one_batch_id() -> None:
    assert len({plan.batch_id for plan in OTHER.values()}) == len(OTHER)


def test_equal_content_of_two_tables_has_two_file_ids() -> None:
    twins = [dataclasses.replace(STORES, name=name, files=(f"{name}.csv",)) for name in "AB"]
    plan = planned(("A.csv", "B.csv"), Registry(tuple(_hashed(t) for t in twins), own_policy()))
    assert len({file.file_id for file in plan.files}) == 2


def _hashed(spec: TableSpec) -> TableSpec:
    return table(*spec.columns, name=spec.name, files=spec.files)
