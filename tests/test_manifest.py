"""A manifest is read back as it was written; anything else is no manifest."""

from __future__ import annotations

import dataclasses
import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c360.ids import content_hash
from c360.manifest import (
    BatchManifest,
    PartFile,
    QuarantineManifest,
    ReasonCount,
    parse_manifest,
    parse_quarantine_manifest,
    to_json,
)
from tests.support.batches import COUNTS, manifest

BATCH = manifest()
QUARANTINE = QuarantineManifest(
    table="Orders",
    file_id="f1",
    source_file='in/Orders "x" \u2028.csv',
    run_id="R1",
    folder="R1",
    header="ID,Word",
    files=(PartFile("part-0.parquet", 4, 2, "22620404"), PartFile("part-1.parquet", 0, 0, "0")),
    records=2,
    reasons=(ReasonCount("row", "bad_quotes", "rejected", 2),),
)


def test_manifests_are_read_back_as_written() -> None:
    assert parse_manifest(to_json(BATCH)) == BATCH
    assert parse_quarantine_manifest(to_json(QUARANTINE)) == QUARANTINE
    empty = manifest(files=(), reasons=(), extra_columns=(), header="")
    assert parse_manifest(to_json(empty)) == empty


def test_equal_manifests_have_equal_bytes_in_ascii() -> None:
    same = dataclasses.replace(BATCH, counts=dataclasses.replace(COUNTS))
    assert to_json(BATCH) == to_json(same)
    assert to_json(BATCH).isascii()


def test_the_manifest_of_one_kind_is_none_of_the_other() -> None:
    assert parse_manifest(to_json(QUARANTINE)) is None
    assert parse_quarantine_manifest(to_json(BATCH)) is None


@pytest.mark.parametrize("change", [b" ", b"\n", b"\r\n"])
def test_white_space_around_the_text_does_not_matter(change: bytes) -> None:
    assert parse_manifest(change + to_json(BATCH) + change) == BATCH


def test_every_damaged_bit_is_noticed() -> None:
    text, chance = to_json(BATCH), random.Random(1)
    for _ in range(500):
        place, bit = chance.randrange(len(text)), 1 << chance.randrange(8)
        damaged = bytearray(text)
        damaged[place] ^= bit
        found = parse_manifest(bytes(damaged))
        # JSON has more than one text for a value: white space, and the case of an escape.
        assert found is None or found == BATCH


@pytest.mark.parametrize("length", range(0, len(to_json(BATCH)), 7))
def test_a_manifest_cut_short_is_none(length: int) -> None:
    assert parse_manifest(to_json(BATCH)[:length]) is None


def edited(**changes: Any) -> bytes:
    return json.dumps({**json.loads(to_json(BATCH)), **changes}).encode()


def signed(**changes: Any) -> bytes:
    """A manifest of other content with the digest of that content."""
    content = {**json.loads(to_json(BATCH)), **changes}
    del content["digest"]
    return json.dumps({**content, "digest": content_hash(content)}).encode()


@pytest.mark.parametrize(
    "change",
    [
        {"counts": {**dataclasses.asdict(COUNTS), "records": 10}},
        {"folder": "R2"},
        {"files": []},
        {"reasons": []},
        {"format": 2},
        {"header": ""},
        {"digest": "0" * 16},
        {"more": 1},
    ],
)
def test_an_edited_manifest_is_none(change: dict[str, Any]) -> None:
    assert parse_manifest(edited()) == BATCH
    assert parse_manifest(edited(**change)) is None


@pytest.mark.parametrize(
    "change", [{"format": 2}, {"files": 7}, {"files": [{}]}, {"counts": {}}, {"unknown": 1}]
)
def test_a_manifest_of_another_form_is_none(change: dict[str, Any]) -> None:
    assert parse_manifest(signed()) == BATCH
    assert parse_manifest(signed(**change)) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_manifest_or_none(text: bytes) -> None:
    assert parse_manifest(text) is None
    assert parse_quarantine_manifest(text) is None


@given(st.sampled_from([field.name for field in dataclasses.fields(BatchManifest)]), JSON)
def test_any_value_in_place_of_a_field_is_none_or_that_value(name: str, value: Any) -> None:
    assert parse_manifest(edited(**{name: value})) in (None, BATCH)
    parse_manifest(signed(**{name: value}))  # whatever it is, it does not raise


@pytest.mark.parametrize("text", [b"[" * 100_000, b'{"a":' * 100_000, b"9" * 10_000, b"\xff", b""])
def test_hostile_text_is_none(text: bytes) -> None:
    assert parse_manifest(text) is None
    assert parse_quarantine_manifest(text) is None
