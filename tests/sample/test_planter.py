"""Planted defects are what an independent reading rejects, for exactly those reasons."""

from __future__ import annotations

from random import Random

import pytest

from c360.sample.disguise import disguised
from c360.sample.lines import rendered
from c360.sample.planter import CONTROL, ROW, ROW_REASONS, compatible, defects_of, plant
from c360.sample.shapes import SHAPES, Record
from c360.sample.spellings import bad_spellings
from c360.sample.tables import build_tables
from tests.support.oracle_silver import TABLES, OracleFile, read_file

CLEAN = build_tables(seed=1, customers=40, orders=120)


def read(table: str, lines: list[bytes], columns: tuple[str, ...] = ()) -> OracleFile:
    header = ",".join(columns or SHAPES[table].column_names).encode()
    return read_file(TABLES[table], "file.csv", b"\n".join([header, *lines]))


def line_of(record: Record) -> bytes:
    return rendered(Random(0), tuple(record.values())).encode()


@pytest.mark.parametrize("table", SHAPES)
def test_random_defects_are_rejected_for_their_reasons(table: str) -> None:
    for seed in range(30):
        rng = Random(f"{table}/{seed}")
        planted = [plant(rng, table, disguised(rng, table, row)) for row in CLEAN[table]]
        found = read(table, [line for line, _ in planted])
        assert found.rejected == planted


@pytest.mark.parametrize("table", SHAPES)
def test_every_defect_planted_alone_is_rejected_for_its_own_reasons(table: str) -> None:
    for defect in defects_of(table):
        for seed in range(40):
            line, reasons = plant(Random(seed), table, CLEAN[table][seed % 30], [defect])
            assert reasons == defect.full_reasons
            assert read(table, [line]).rejected == [(line, reasons)]


@pytest.mark.parametrize("table", SHAPES)
def test_every_bad_spelling_is_rejected_for_its_reasons(table: str) -> None:
    for column in SHAPES[table].columns:
        for reasons, spellings in bad_spellings(column).items():
            for spelling in spellings:
                line = line_of({**CLEAN[table][0], column.name: spelling})
                expected = frozenset(f"{column.name}:{reason}" for reason in reasons)
                assert read(table, [line]).rejected == [(line, expected)]


def test_a_defect_of_the_record_hides_the_others_by_precedence() -> None:
    table = "OnlineTransactions"
    every = {defect.reasons[0]: defect for defect in defects_of(table) if defect.column == ROW}
    bad_amount = next(defect for defect in defects_of(table) if defect.column == "Amount")
    for at, reason in enumerate(ROW_REASONS):
        hidden = [every[other] for other in ROW_REASONS[at + 1 :]]
        for seed in range(20):
            defects = [bad_amount, *hidden, every[reason]]
            line, reasons = plant(Random(seed), table, CLEAN[table][seed], defects)
            assert reasons == {f"row:{reason}"}
            assert read(table, [line]).rejected == [(line, reasons)]


def test_up_to_three_defects_share_one_record() -> None:
    rng, counts = Random(3), set()
    for record in CLEAN["OnlineTransactions"]:
        _, reasons = plant(rng, "OnlineTransactions", record)
        counts.add(len({reason.split(":")[0] for reason in reasons}))
    assert counts == {1, 2, 3}


def test_one_column_gets_one_defect_only() -> None:
    of_amount = [d for d in defects_of("OnlineTransactions") if d.column == "Amount"]
    assert compatible(of_amount, 3) == tuple(of_amount[:1])


def test_control_characters_spoil_every_kind_of_column() -> None:
    columns = {d.column for d in defects_of("LoyaltyAccounts") if d.reasons == CONTROL}
    assert columns == set(SHAPES["LoyaltyAccounts"].column_names)


@pytest.mark.parametrize("table", SHAPES)
def test_a_disguised_record_means_the_same_as_the_plain_one(table: str) -> None:
    rows = CLEAN[table]
    plain = read(table, [line_of(row) for row in rows])
    assert plain.rejected == []
    changed = 0
    for seed in range(20):
        rng = Random(seed)
        lines = [
            rendered(rng, tuple(disguised(rng, table, row).values()), quote_all=seed % 2 == 1)
            for row in rows
        ]
        assert read(table, [line.encode() for line in lines]).rows == plain.rows
        changed += sum(line.encode() != line_of(row) for line, row in zip(lines, rows, strict=True))
    assert changed


def test_columns_that_nobody_declared_stay_where_they_are() -> None:
    record = CLEAN["Agents"][0]
    fields = {"Team": "blue", **record, "Floor": "3"}
    line, reasons = plant(Random(1), "Agents", fields, [defects_of("Agents")[4]])
    assert line.startswith(b"blue,")
    assert line.endswith(b",3")
    assert read("Agents", [line], tuple(fields)).rejected == [(line, reasons)]
