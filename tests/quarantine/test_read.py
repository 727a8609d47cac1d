"""The list of rejected records is that of the files in bronze now, also when rows are gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from c360.errors import WrongUse
from c360.manifest import ReasonCount
from c360.quarantine.read import (
    QuarantinedFile,
    choose_files,
    choose_reasons,
    list_all,
    list_current,
)
from c360.storage.local import LocalStorage
from tests.support.rejects import batch_of, plan_of, planned, store_batch_of, store_rejects

BAD_ID = (b"x,a", ["ID:not_an_integer"])
NO_ID = (b",a", ["ID:required"])
SHORT = (b"1", ["row:too_few_fields"])


@pytest.fixture
def quarantine(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "quarantine")


@pytest.fixture
def silver(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "silver")


def found(table: str = "Orders", source: str = "Orders.csv", *reasons: str) -> QuarantinedFile:
    causes = tuple(ReasonCount(*name.split(":"), "rejected", 1) for name in reasons)
    return QuarantinedFile(
        table=table,
        source_file=source,
        file_id="01",
        is_current=True,
        header="ID",
        records=1,
        kept=1,
        reasons=causes,
        parts=(),
    )


def test_a_current_file_is_listed_with_its_records_reasons_and_rows(
    quarantine: LocalStorage,
) -> None:
    rejects = store_rejects(quarantine, "a/Orders.csv", "01", [BAD_ID, NO_ID], [BAD_ID])
    (file,) = list_current(
        quarantine, plan_of(planned("a/Orders.csv", "01")), {"01": batch_of(rejects)}
    )
    assert (file.source_file, file.records, file.kept, file.is_current) == (
        "a/Orders.csv", 3, 3, True,
    )  # fmt: skip
    assert file.header == "ID,Word"
    assert file.reason_names == ("ID:not_an_integer", "ID:required")
    assert [cause.records for cause in file.reasons] == [2, 1]
    assert file.parts == (
        "Orders/file_id=f01/R1/part-0.parquet",
        "Orders/file_id=f01/R1/part-1.parquet",
    )


def test_a_file_without_rejects_or_not_cleaned_yet_is_not_listed(quarantine: LocalStorage) -> None:
    rejects = store_rejects(quarantine, "Orders_1.csv", "01")
    plan = plan_of(planned("Orders_1.csv", "01"), planned("Orders_2.csv", "02"))
    assert list_current(quarantine, plan, {"01": batch_of(rejects)}) == ()


def test_superseded_and_former_files_are_not_current(
    silver: LocalStorage, quarantine: LocalStorage
) -> None:
    for name, file_id in (("Orders_1.csv", "01"), ("Orders_2.csv", "02"), ("Orders_3.csv", "03")):
        store_batch_of(silver, store_rejects(quarantine, name, file_id, [BAD_ID]))
    plan = plan_of(planned("Orders_1.csv", "01", "superseded"), planned("Orders_3.csv", "03"))
    assert [file.file_id for file in list_current(quarantine, plan, {})] == ["03"]
    every = list_all(silver, quarantine, {"03"})
    assert [(file.file_id, file.is_current) for file in every] == [
        ("01", False), ("02", False), ("03", True),
    ]  # fmt: skip


def test_rows_that_a_lifecycle_removed_are_counted_as_gone(quarantine: LocalStorage) -> None:
    rejects = store_rejects(quarantine, "Orders.csv", "01", [BAD_ID, NO_ID], [SHORT])
    plan, batches = plan_of(planned("Orders.csv", "01")), {"01": batch_of(rejects)}
    quarantine.delete("Orders/file_id=f01/R1/part-0.parquet")
    (file,) = list_current(quarantine, plan, batches)
    assert (file.records, file.kept) == (3, 1)
    assert file.parts == ("Orders/file_id=f01/R1/part-1.parquet",)


def test_silver_still_knows_the_counts_when_all_of_quarantine_is_gone(
    silver: LocalStorage, quarantine: LocalStorage
) -> None:
    rejects = store_rejects(quarantine, "Orders.csv", "01", [BAD_ID, NO_ID])
    store_batch_of(silver, rejects)
    quarantine.delete_tree("Orders")
    listed = list_current(
        quarantine, plan_of(planned("Orders.csv", "01")), {"01": batch_of(rejects)}
    )
    assert listed == list_all(silver, quarantine, {"01"})
    (file,) = listed
    assert (file.records, file.kept, file.parts) == (2, 0, ())
    assert file.reason_names == ("ID:not_an_integer", "ID:required")


def test_rejects_of_a_run_that_was_killed_before_its_batch_are_listed(
    silver: LocalStorage, quarantine: LocalStorage
) -> None:
    store_rejects(quarantine, "Orders.csv", "01", [BAD_ID])
    (file,) = list_current(quarantine, plan_of(planned("Orders.csv", "01")), {})
    assert (file.records, file.kept) == (1, 1)
    assert list_all(silver, quarantine, {"01"}) == (file,)


def test_quarantine_inside_of_silver_is_not_taken_for_a_table(tmp_path: Path) -> None:
    silver = LocalStorage(tmp_path)
    quarantine = LocalStorage(tmp_path / "_quarantine")
    store_batch_of(silver, store_rejects(quarantine, "Orders.csv", "01", [BAD_ID]))
    assert [file.file_id for file in list_all(silver, quarantine, ())] == ["01"]


@pytest.mark.parametrize("wanted", ["a/Orders_1.csv", "Orders_1.csv", "*_1*", "a/*"])
def test_a_file_is_chosen_by_path_name_or_pattern(wanted: str) -> None:
    files = [found(source="a/Orders_1.csv"), found(source="b/Orders_2.csv")]
    assert choose_files(files, ["Orders"], source=wanted) == (files[0],)


def test_a_table_is_chosen_by_its_name() -> None:
    files = [found("Orders"), found("Gone")]
    assert choose_files(files, ["Orders", "Stores"], table="Orders") == (files[0],)
    assert choose_files(files, ["Orders", "Stores"], table="Gone") == (files[1],)
    assert choose_files(files, ["Orders", "Stores"], table="Stores") == ()
    assert choose_files(files, ["Orders", "Stores"]) == tuple(files)


def test_an_unknown_table_is_told_with_the_nearest() -> None:
    with pytest.raises(WrongUse) as refusal:
        choose_files([found("Orders")], ["Orders", "Stores"], table="Order")
    assert str(refusal.value) == (
        "found the table 'Order'; expected one of Orders, Stores (did you mean 'Orders'?)"
    )


def test_a_pattern_that_fits_nothing_is_told_with_what_there_is() -> None:
    with pytest.raises(WrongUse) as refusal:
        choose_files([found(source="a/Orders_1.csv")], ["Orders"], source="Orders_2*")
    assert str(refusal.value).splitlines() == [
        "--file: found 'Orders_2*'; expected a path, a name or a pattern of",
        "  - a/Orders_1.csv",
    ]


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("ID:required", {"ID:required"}),
        ("ID", {"ID:required", "ID:overflow"}),
        ("overflow", {"ID:overflow", "Amount:overflow"}),
        (None, {"ID:required", "ID:overflow", "Amount:overflow"}),
    ],
)
def test_reasons_are_chosen_whole_or_by_half(wanted: str | None, chosen: set[str]) -> None:
    file = found("Orders", "Orders.csv", "ID:required", "ID:overflow", "Amount:overflow")
    assert choose_reasons([file], wanted) == chosen


def test_an_unknown_reason_is_told_with_the_nearest() -> None:
    with pytest.raises(WrongUse) as refusal:
        choose_reasons([found("Orders", "Orders.csv", "ID:required", "ID:overflow")], "ID:requird")
    assert str(refusal.value) == (
        "--reason: found 'ID:requird'; expected one of ID:overflow, ID:required "
        "(did you mean 'ID:required'?), or one half of it"
    )


def test_no_reason_is_unknown_where_nothing_is_quarantined() -> None:
    assert choose_reasons([], "ID") == frozenset()
