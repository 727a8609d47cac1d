"""DML texts as BigQuery reads them; what they do is tested where they run."""

from __future__ import annotations

import sqlglot

from c360.contracts.audit import PUBLICATION
from c360.warehouse import audit_sql, dml
from c360.warehouse.protocol import Head
from c360.warehouse.sql import published, staged


def test_silver_is_merged_by_key_and_rewrites_only_rows_that_differ(make):
    text = dml.merge(make.stores, staged(make.stores, "r"), ("Old",))
    assert text == (
        "MERGE INTO `customer360_silver`.`Stores` AS T USING `customer360_staging`.`Stores__r` "
        "AS S ON T.`StoreID` = S.`StoreID` "
        "WHEN MATCHED AND (T.`Location` IS DISTINCT FROM S.`Location` "
        "OR T.`FileID` IS DISTINCT FROM S.`FileID` "
        "OR T.`SourceFile` IS DISTINCT FROM S.`SourceFile` OR T.`Old` IS NOT NULL) "
        "THEN UPDATE SET `Location` = S.`Location`, `FileID` = S.`FileID`, "
        "`SourceFile` = S.`SourceFile`, `Old` = NULL "
        "WHEN NOT MATCHED THEN INSERT (`StoreID`, `Location`, `FileID`, `SourceFile`) "
        "VALUES (S.`StoreID`, S.`Location`, S.`FileID`, S.`SourceFile`) "
        "WHEN NOT MATCHED BY SOURCE THEN DELETE"
    )


def test_gold_is_merged_by_its_whole_key_and_rewrites_every_row(make):
    text = dml.merge(make.totals, staged(make.totals, "r"), ())
    assert "ON T.`Status` = S.`Status` AND T.`City` = S.`City` WHEN MATCHED THEN UPDATE" in text


def test_one_row_a_key_survives_by_the_declared_order(make):
    text = dml.keep_newest(make.stores, staged(make.stores, "a"), staged(make.stores, "b"))
    assert (
        "ROW_NUMBER() OVER (PARTITION BY `StoreID` ORDER BY `SourceFile` DESC NULLS LAST, "
        "`StoreID` DESC NULLS LAST, `Location` DESC NULLS LAST)"
    ) in text


def test_every_text_is_one_statement_of_the_bigquery_dialect(make):
    contract, source = make.orders, staged(make.orders, "r")
    counts, joined = dml.counted_changes(contract, source, ("Old",))
    texts = [
        dml.count_and_sum(contract, source),
        dml.duplicate_keys(make.totals, source),
        dml.delete_doubled(make.totals),
        dml.delete_all(published(contract)),
        dml.merge(contract, source, ("Old",)),
        f"SELECT {', '.join(counts.values())} FROM {joined}",
        audit_sql.guard(Head(4), "b", "r").text,
        *(audit_sql.READ_HEAD, audit_sql.CREATE_HEAD, audit_sql.READ_LOAD_AUDIT),
        *(audit_sql.EVER_PUBLISHED, audit_sql.RECENT_RUNS),
    ]
    for text in texts:
        assert len(sqlglot.parse(text, read="bigquery")) == 1


def test_the_guard_moves_the_head_only_from_the_epoch_that_was_read():
    statement = audit_sql.guard(Head(4, "old", "older"), "batch", "run")
    assert statement.text.endswith("WHERE `Epoch` = @Epoch")
    values = {param.name: param.value for param in statement.params}
    assert values == {"Epoch": 4, "BatchID": "batch", "RunID": "run"}
    assert [param.type for param in statement.params] == [c.type for c in PUBLICATION.columns]
