"""Gold is appended until it is there, and never twice; BigQuery is a double that counts rows."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest

from c360.errors import OutsideFailure
from c360.warehouse import bigquery_jobs, bigquery_staging
from c360.warehouse.bigquery_address import BigQueryAddress
from c360.warehouse.bigquery_connection import Connection
from c360.warehouse.bigquery_errors import NotFoundYet
from c360.warehouse.protocol import Head, Publication, StagedTable
from tests.warehouse.world import TOTALS

GOLD = StagedTable(TOTALS, ("gs://b/x.parquet",), 3, 3, Decimal("6.00"))
ALL, NONE, HALF = (3, Decimal("6.00")), (0, Decimal(0)), (1, Decimal("2.00"))
PUBLICATION = Publication(
    head=Head(), run_id="r", batch_id="b", silver=(), gold=(GOLD,), load_audit=()
)


@pytest.fixture
def staged(monkeypatch):
    """Stages gold where each append fails as told, and so many rows are found then."""

    def stage(*appends):
        left, made = list(appends), []

        def append(*_):
            made.append(left.pop(0))
            if made[-1][0]:
                raise made[-1][0]

        def rows(*_):
            return [{"RowCount": made[-1][1][0], "ControlSum": made[-1][1][1]}]

        doubles = {"rows": rows, "define": lambda *_: None, "_require_as_expected": lambda *_: None}
        for name, double in doubles.items():
            monkeypatch.setattr(bigquery_staging, name, double)
        monkeypatch.setattr(bigquery_jobs, "time", SimpleNamespace(sleep=lambda _: None))
        connection = Connection(None, BigQueryAddress("p"))
        bigquery_staging.stage(connection, PUBLICATION, append, "c360-r")
        return len(made)

    return stage


def test_a_table_that_the_write_api_does_not_know_yet_is_appended_to_again(staged):
    unknown = (NotFoundYet("not yet"), NONE)
    assert staged(unknown, unknown, (None, ALL)) == 3


def test_it_is_asked_five_times_and_no_more(staged):
    with pytest.raises(NotFoundYet):
        staged(*[(NotFoundYet("never"), NONE)] * 5)


def test_rows_that_arrived_although_the_answer_was_lost_are_not_appended_again(staged):
    assert staged((OutsideFailure("reset"), ALL)) == 1
    assert staged((NotFoundYet("not yet"), NONE), (NotFoundYet("lost"), ALL)) == 2


@pytest.mark.parametrize(
    "end", [(OutsideFailure("reset"), NONE), (NotFoundYet("odd"), HALF)], ids=["other", "half"]
)
def test_any_other_failure_ends_the_run(staged, end):
    with pytest.raises(OutsideFailure):
        staged(end, (None, ALL))
