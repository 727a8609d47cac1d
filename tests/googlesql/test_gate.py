"""The gate refuses what BigQuery refuses, each text for the reason it was written for."""

from __future__ import annotations

import dataclasses

import pytest

from c360.contracts.model import ColumnContract
from c360.datatypes import BIGINT, BOOLEAN, DATE, STRING, TIMESTAMP, decimal
from c360.warehouse import bigquery_ddl, dml
from c360.warehouse.dialect import to_bigquery
from c360.warehouse.sql import published, staged
from tests.googlesql.analyzer import type_of
from tests.googlesql.bad_texts import BAD_TEXTS
from tests.googlesql.catalogue import RUN, SILVER_CONTRACTS, catalogue
from tests.googlesql.gate import refusals

GOOD = [
    "SELECT 1",
    "SELECT COUNT(*) FROM `a-project`.`customer360_silver`.`Stores`",
    "SELECT table_name FROM `customer360_gold`.INFORMATION_SCHEMA.TABLES",
    "CREATE TABLE `customer360_gold`.`T` (a DATE) PARTITION BY a",
    "CREATE TABLE `customer360_gold`.`T` (a TIMESTAMP) PARTITION BY TIMESTAMP_TRUNC(a, DAY)",
    "CREATE TABLE `customer360_gold`.`T` (a NUMERIC(38, 9), b NUMERIC(29, 0)) CLUSTER BY b, a",
    "DROP TABLE IF EXISTS `customer360_staging`.`T`; SELECT ';' AS `a;b` -- ; no statement",
    "BEGIN TRANSACTION; DELETE FROM `customer360_silver`.`Stores` WHERE TRUE; COMMIT TRANSACTION;",
    "IF EXISTS (SELECT 1 FROM `customer360_silver`.`Stores`) THEN SELECT 1; SELECT 2; END IF;",
    "SELECT 1 FROM `customer360_silver`.`Stores` AS A LEFT JOIN `customer360_silver`.`Agents` AS B "
    "ON B.`AgentID` = A.`StoreID` AND A.`StoreID` > 1",
]


@pytest.mark.parametrize("bad", BAD_TEXTS, ids=lambda bad: bad.sql[:60])
def test_a_bad_text_is_refused_for_its_reason(google, bad):
    said = refusals(google, bad.sql)
    assert any(bad.said in each for each in said), said


@pytest.mark.parametrize("text", GOOD)
def test_a_good_text_passes(google, text):
    assert refusals(google, text) == []


def test_a_parameter_has_the_type_that_it_is_sent_with(google):
    text = "SELECT 1 FROM `customer360_silver`.`Stores` WHERE `StoreID` = @id"
    assert refusals(google, text, {"id": type_of(BIGINT)}) == []
    assert refusals(google, text, {"id": type_of(STRING)}) != []


def test_a_source_with_every_type_and_the_longest_names_passes(google):
    """What a registry may declare beyond the nine sources."""
    kinds = (STRING, BIGINT, BOOLEAN, DATE, TIMESTAMP, decimal(38, 9), decimal(29, 0))
    described = 'He said: "it\'s `x`; -- \\n"\nünï 😀'
    columns = [
        ColumnContract(f"C{number}".ljust(128, "x"), kind, described, number > 0)
        for number, kind in enumerate(kinds)
    ]
    names = tuple(column.name for column in columns)
    contract = dataclasses.replace(
        SILVER_CONTRACTS[0],
        name="Everything".ljust(128, "x"),
        description=described,
        columns=tuple(columns),
        key=names[:1],
        newest_first=names,
        control_sum=names[5],
        partition_by=names[4],
        cluster_by=names[:4],
    )
    everything, state = published(contract), staged(contract, RUN)
    google.use(catalogue([*SILVER_CONTRACTS, contract]))
    try:
        for text in (
            bigquery_ddl.create_table(contract),
            bigquery_ddl.create_staging(contract, state),
            dml.keep_newest(contract, everything, state),
            dml.merge(contract, state, ()),
            dml.count_and_sum(contract, state),
        ):
            assert refusals(google, to_bigquery(text)) == []
    finally:
        google.use(catalogue())
