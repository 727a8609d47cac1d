"""DDL for BigQuery as text; the parser is sqlglot's."""

from __future__ import annotations

import dataclasses

import pytest
import sqlglot
from sqlglot import exp

from c360.contracts.audit import AUDIT_CONTRACTS, LOAD_AUDIT, PUBLICATION
from c360.contracts.model import DATASETS, STAGING, ColumnContract
from c360.datatypes import DATE
from c360.warehouse import bigquery_ddl as ddl
from c360.warehouse.sql import staged


def parsed(text):
    (statement,) = sqlglot.parse(text, read="bigquery")
    assert not isinstance(statement, exp.Command), text
    return statement


def test_a_fact_table_is_partitioned_by_month_and_clustered(make):
    contract = dataclasses.replace(
        make.orders, partition_by="DateTime", cluster_by=("Status", "OrderID")
    )
    text = ddl.create_table(contract)
    parsed(text)
    assert text == (
        "CREATE TABLE IF NOT EXISTS `customer360_silver`.`Orders` ("
        "`OrderID` INT64 NOT NULL OPTIONS(description=\"The OrderID.\"), "
        "`DateTime` DATETIME OPTIONS(description=\"The DateTime.\"), "
        "`Status` STRING OPTIONS(description=\"The Status.\"), "
        "`Amount` NUMERIC(12,2) OPTIONS(description=\"The Amount.\"), "
        "`FileID` STRING NOT NULL OPTIONS(description=\"The FileID.\"), "
        "`SourceFile` STRING NOT NULL OPTIONS(description=\"The SourceFile.\"), "
        "PRIMARY KEY (`OrderID`) NOT ENFORCED) "
        "PARTITION BY DATETIME_TRUNC(`DateTime`, MONTH) CLUSTER BY `Status`, `OrderID` "
        "OPTIONS(description=\"Orders. One row per OrderID.\", labels=[('app', 'c360')])"
    )  # fmt: skip


def test_a_date_is_truncated_by_the_function_for_dates(make):
    column = ColumnContract("Day", DATE, "Day.")
    contract = dataclasses.replace(make.stores, columns=(column,), key=(), partition_by="Day")
    assert "PARTITION BY DATE_TRUNC(`Day`, MONTH)" in ddl.create_table(contract)


def test_the_head_is_created_together_with_its_one_row():
    text = ddl.create_table(PUBLICATION)
    assert text.endswith(
        " AS SELECT 0 AS `Epoch`, CAST(NULL AS STRING) AS `BatchID`, "
        "CAST(NULL AS STRING) AS `RunID`"
    )
    assert " AS SELECT " not in ddl.create_table(LOAD_AUDIT)


@pytest.mark.parametrize("contract", AUDIT_CONTRACTS)
def test_every_audit_table_parses(contract):
    assert isinstance(parsed(ddl.create_table(contract)), exp.Create)


def test_only_what_is_staged_expires():
    texts = {dataset: parsed(ddl.create_dataset(dataset)).sql("bigquery") for dataset in DATASETS}
    expiring = [dataset for dataset, text in texts.items() if "expiration" in text]
    assert expiring == [STAGING]


def test_descriptions_keep_their_quotes_backslashes_lines_and_letters(make):
    column = ColumnContract("A", DATE, 'He said "x\\y"\nünï 😀\'')
    contract = dataclasses.replace(make.stores, columns=(column,), key=())
    text = ddl.create_table(contract)
    assert r'description="He said \"x\\y\"\nünï 😀' in text
    parsed(text)


def test_what_is_staged_may_be_null_and_is_made_once(make):
    text = ddl.create_staging(make.stores, staged(make.stores, "r-1"))
    parsed(text)
    assert text == (
        "CREATE TABLE IF NOT EXISTS `customer360_staging`.`Stores__r-1` "
        "(`StoreID` INT64, `Location` STRING, `FileID` STRING, `SourceFile` STRING)"
    )
