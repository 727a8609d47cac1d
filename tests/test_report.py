"""A run's report is JSON that fits the schema that is checked in."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from c360.report import PublishedTable, RunReport, Totals, report_json
from c360.report_schema import render_schema

ROOT = Path(__file__).resolve().parent.parent
MOMENT = dt.datetime(2025, 12, 31, 23, 59, 59, tzinfo=dt.UTC)
REPORT = RunReport(
    run_id="r1",
    status="published",
    exit_code=0,
    as_of=dt.date(2025, 12, 31),
    started_at=MOMENT,
    finished_at=MOMENT,
    published=(PublishedTable("gold", "AOV", 3, 1, 1, 1, "GrossAmount", Decimal("1234567.10")),),
    totals=Totals(2, Decimal("10.00"), Decimal("5.00"), 0, "USD"),
)


def test_the_checked_in_schema_is_not_stale() -> None:
    stored = (ROOT / "docs/report.schema.json").read_text(encoding="utf-8")
    assert stored == render_schema(), "stale: run `make docs`"


def test_a_report_survives_the_way_to_json_and_back_without_losing_a_digit() -> None:
    text = report_json(REPORT)
    assert json.loads(text)["published"][0]["control_sum"] == "1234567.10"
    assert TypeAdapter(RunReport).validate_json(text) == REPORT


def test_another_status_does_not_fit_the_schema() -> None:
    text = report_json(REPORT).replace('"published",', '"perhaps",', 1)
    with pytest.raises(ValidationError, match="status"):
        TypeAdapter(RunReport).validate_json(text)
