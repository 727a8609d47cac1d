"""The ids: each follows what it is made of, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from c360 import ids
from c360.registry.specs import TableSpec
from tests.registry.texts import parsed, small

SAME_ROWS = {
    "description": {"table": "key: OrderID\ndescription: Other words."},
    "files": {"table": "key: OrderID\nfiles: orders_*.csv"},
    "take": {"table": "key: OrderID\ntake: newest"},
    "max_rejected": {"table": "key: OrderID\nmax_rejected: 0.5"},
    "max_rejected_file": {"table": "key: OrderID\nmax_rejected_file: 0.1"},
    "min_records": {"table": "key: OrderID\nmin_records: 100"},
    "max_shrink": {"table": "key: OrderID\nmax_shrink: 1"},
    "max_drift": {"table": "key: OrderID\nmax_drift: 1"},
    "max_share_drift": {"table": "key: OrderID\nmax_share_drift: 1"},
    "control_sum": {"table": "key: OrderID\ncontrol_sum: Amount"},
    "partition_by": {"table": "key: OrderID\npartition_by: Day"},
    "cluster_by": {"table": "key: OrderID\ncluster_by: Status"},
    "a key that is required anyway": {"table": "key: OrderID\nrequired: OrderID"},
    "a default written out": {"table": 'key: OrderID\ndelimiter: ","'},
    "a default given": {"defaults": 'delimiter: ","\nembedded_newlines: false'},
    "null words in another order": {"defaults": 'null_words: ["-", None, NA, N/A, "null", "NULL"]'},
    "counted statuses": {"policy": "currency: EUR\ncounted_statuses: [Paid]"},
    "currency": {"policy": "currency: CHF"},
    "another table": {"more": "Other: {columns: {a: string}}"},
}
OTHER_ROWS = {
    "key": {"table": "key: [OrderID, Day]"},
    "newest_by": {"table": "key: OrderID\nnewest_by: DateTime"},
    "required": {"table": "key: OrderID\nrequired: Amount"},
    "delimiter": {"table": 'key: OrderID\ndelimiter: ";"'},
    "embedded_newlines": {"table": "key: OrderID\nembedded_newlines: true"},
    "null_words": {"table": "key: OrderID\nnull_words: [none]"},
    "default null_words": {"defaults": "null_words: [nil]"},
    "max_length": {"table": "key: OrderID\nmax_length: 10"},
    "source_timezone": {"policy": "currency: EUR\nsource_timezone: Europe/Berlin"},
}
NEW = "New: {type: %s}"
PII = "New: {type: string, pii: true, description: Other words.}"
REFERRING = "New: {type: bigint, references: Orders.OrderID}"
RULES = [
    ("string", ["one_of: [a]", "one_of: [a], on_unknown: warn", "one_of: [a, b]", "matches: a",
                "matches: b", "max_length: 1", "max_length: 2", "case: upper", "case: lower",
                "strip: x", "null_words: [x]", "on_invalid: null"]),
    ("bigint", ["min: 1", "min: 2", "max: 1", "above: 1", 'strip: ","', "on_invalid: null"]),
    ('"decimal(12,2)"', ["min: 0.01", "max: 0.01", "above: 0.01", "above: 0.02"]),
    ("date", ["formats: [dd/MM/yyyy]", "formats: [d/M/yyyy]", 'min: "2020-01-01"']),
    ("timestamp", ["formats: [dd/MM/yyyy HH:mm]", 'max: "2020-01-01 00:00"']),
    ("boolean", ["on_invalid: null"]),
    ('"decimal(12,3)"', []),
]  # fmt: skip


def orders(**parts: str) -> TableSpec:
    return parsed(small(**parts)).table("Orders")


@pytest.mark.parametrize("parts", SAME_ROWS.values(), ids=SAME_ROWS.keys())
def test_what_changes_no_cleaned_row_does_not_change_the_spec_hash(parts: dict[str, str]):
    assert orders(**parts).spec_hash == orders().spec_hash


@pytest.mark.parametrize("column", [PII, REFERRING])
def test_marks_and_references_do_not_change_the_spec_hash(column: str):
    kind = "bigint" if "bigint" in column else "string"
    assert orders(columns=column).spec_hash == orders(columns=NEW % kind).spec_hash


def test_max_age_does_not_change_the_spec_hash():
    dated = "newest_by: DateTime"
    aged = orders(table=f"{dated}\nmax_age: 7d")
    assert aged.max_age is not None
    assert aged.spec_hash == orders(table=dated).spec_hash


def test_every_rule_of_a_table_changes_the_spec_hash():
    hashes = [orders().spec_hash] + [orders(**parts).spec_hash for parts in OTHER_ROWS.values()]
    assert len(set(hashes)) == len(hashes)


def test_every_rule_of_a_column_changes_the_spec_hash():
    columns = [
        f"New: {{type: {kind}{', ' if rule else ''}{rule}}}"
        for kind, rules in RULES
        for rule in ["", *rules]
    ]
    hashes = [orders(columns=column).spec_hash for column in columns]
    assert len(set(hashes)) == len(columns)


def test_the_same_bound_in_other_digits_has_the_same_spec_hash():
    hashes = {
        orders(columns=f'New: {{type: "decimal(12,2)", min: {bound}}}').spec_hash
        for bound in ("0", "0.0", "0.00")
    }
    assert len(hashes) == 1


def test_order_and_name_of_columns_change_the_spec_hash():
    table = orders()
    turned = replace(table, columns=table.columns[::-1])
    renamed = replace(table, columns=(replace(table.columns[0], name="X"), *table.columns[1:]))
    hashes = [ids.spec_hash(each, "UTC") for each in (table, turned, renamed)]
    assert len(set(hashes)) == 3


def test_cleaning_version_changes_the_spec_hash(monkeypatch: pytest.MonkeyPatch):
    before = orders().spec_hash
    monkeypatch.setattr(ids, "CLEANING_VERSION", ids.CLEANING_VERSION + 1)
    assert orders().spec_hash != before


def test_a_file_id_follows_table_path_size_checksum_and_spec():
    table = orders()
    found = [
        ids.file_id(table, "a.csv", 1, "00000000"),
        ids.file_id(table, "b/a.csv", 1, "00000000"),
        ids.file_id(table, "a.csv", 2, "00000000"),
        ids.file_id(table, "a.csv", 1, "00000001"),
        ids.file_id(replace(table, name="Other"), "a.csv", 1, "00000000"),
        ids.file_id(replace(table, spec_hash="x"), "a.csv", 1, "00000000"),
    ]
    assert len(set(found)) == len(found)


def test_a_file_id_is_the_same_whatever_the_table_tolerates():
    table = orders()
    assert ids.file_id(table, "a.csv", 1, "0") == ids.file_id(
        replace(table, max_shrink=1.0, description="x", take="newest"), "a.csv", 1, "0"
    )


def test_a_batch_id_is_that_of_a_set_of_batches():
    assert ids.batch_id(["b", "a"], "r", None) == ids.batch_id(iter(["a", "b"]), "r", None)


def test_a_batch_id_follows_batches_policy_date_and_gold_version(monkeypatch: pytest.MonkeyPatch):
    found = [
        ids.batch_id(["a"], "r", None),
        ids.batch_id(["a", "b"], "r", None),
        ids.batch_id(["a"], "s", None),
        ids.batch_id(["a"], "r", "2025-01-31"),
    ]
    monkeypatch.setattr(ids, "GOLD_VERSION", ids.GOLD_VERSION + 1)
    found.append(ids.batch_id(["a"], "r", None))
    assert len(set(found)) == len(found)


def test_a_content_hash_is_the_same_in_every_process():
    assert ids.content_hash({"b": [1, "é"], "a": None}) == "f8f17faab95c0248"


def test_a_content_hash_is_sixteen_digits_and_blind_to_the_order_of_keys():
    one, other = {"a": 1, "b": 2}, {"b": 2, "a": 1}
    assert ids.content_hash(one) == ids.content_hash(other)
    assert len(ids.content_hash(one)) == 16
    assert int(ids.content_hash(one), 16) >= 0
