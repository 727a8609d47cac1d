"""The audit's rows and their contracts."""

import dataclasses
import re

import pytest

from c360 import audit
from c360.audit import LoadAuditRow, LoadFilesRow, LoadReasonsRow
from c360.contracts.audit import AUDIT_CONTRACTS, LOAD_AUDIT, LOAD_FILES, LOAD_REASONS, PUBLICATION
from c360.contracts.model import AUDIT

ROWS = [(LoadAuditRow, LOAD_AUDIT), (LoadFilesRow, LOAD_FILES), (LoadReasonsRow, LOAD_REASONS)]


def snake_case(column):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column).lower()


@pytest.mark.parametrize(("row_type", "contract"), ROWS)
def test_the_fields_of_a_row_are_the_columns_of_its_contract_in_order(row_type, contract):
    fields = [field.name for field in dataclasses.fields(row_type)]
    assert fields == [snake_case(name) for name in contract.column_names]


@pytest.mark.parametrize(("row_type", "contract"), ROWS)
def test_a_field_has_a_default_exactly_when_its_column_may_be_null(row_type, contract):
    optional = [field.default is None for field in dataclasses.fields(row_type)]
    assert optional == [column.nullable for column in contract.columns]


def test_the_values_of_a_row_come_in_contract_order():
    row = LoadReasonsRow(
        run_id="r", table_name="T", path="p.csv", column_name="Amount",
        reason="scale", action="rejected", records=3,
    )  # fmt: skip
    assert audit.values_of(row) == ("r", None, "T", "p.csv", "Amount", "scale", "rejected", 3)


def test_the_audit_has_four_tables_and_every_column_is_described():
    assert [contract.name for contract in AUDIT_CONTRACTS] == [
        "LoadAudit", "LoadFiles", "LoadReasons", "Publication",
    ]  # fmt: skip
    for contract in AUDIT_CONTRACTS:
        assert contract.dataset == AUDIT
        assert contract.description
        assert all(column.description for column in contract.columns)


@pytest.mark.parametrize("contract", AUDIT_CONTRACTS)
def test_every_key_column_of_the_audit_is_not_null(contract):
    assert all(not contract.column(name).nullable for name in contract.key)


def test_the_instants_of_the_audit_know_their_zone():
    assert LOAD_AUDIT.column("StartedAt").type.bigquery == "TIMESTAMP"
    assert LOAD_AUDIT.column("FinishedAt").type.duckdb == "TIMESTAMPTZ"


def test_the_head_has_an_epoch_a_batch_and_a_run():
    assert PUBLICATION.column_names == ("Epoch", "BatchID", "RunID")
    assert [column.nullable for column in PUBLICATION.columns] == [False, True, True]
