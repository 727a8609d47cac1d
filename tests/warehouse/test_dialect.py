"""The translation from the BigQuery dialect."""

import duckdb
import pytest
from sqlglot.errors import SqlglotError

from c360.warehouse.dialect import to_duckdb


def test_countif_over_no_rows_is_zero_as_in_bigquery():
    sql = to_duckdb("SELECT COUNTIF(`a` > 1) AS n, COUNTIF(`a` IS NULL) AS m FROM `t`")
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (a INTEGER)")
        assert connection.execute(sql).fetchall() == [(0, 0)]
        connection.execute("INSERT INTO t VALUES (NULL), (2), (1)")
        assert connection.execute(sql).fetchall() == [(1, 1)]


@pytest.mark.parametrize("order", ["ASC", "DESC"])
def test_nulls_last_stays_last(order):
    sql = to_duckdb(f"SELECT `a` FROM `t` ORDER BY `a` {order} NULLS LAST")
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT unnest([NULL, 1, 2]) AS a")
        assert connection.execute(sql).fetchall()[-1] == (None,)


def test_names_are_quoted_and_parameters_are_named():
    assert to_duckdb("SELECT `Order` FROM t WHERE x = @Value") == (
        'SELECT "Order" FROM "t" WHERE "x" = $Value'
    )


@pytest.mark.parametrize("sql", ["SELECT 1; SELECT 2", "", "SELECT FROM WHERE", "MERGE INTO"])
def test_a_text_that_is_no_single_statement_is_refused(sql):
    with pytest.raises(SqlglotError):
        to_duckdb(sql)
