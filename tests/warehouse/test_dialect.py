"""The translation from the BigQuery dialect."""

import duckdb
import pytest
from sqlglot.errors import SqlglotError

from c360.warehouse.dialect import to_bigquery, to_duckdb


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


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("SELECT CAST(a AS NUMERIC(22, 2))", "SELECT ROUND(CAST(a AS NUMERIC), 2)"),
        ("SELECT CAST(a AS NUMERIC(38,9)) AS b", "SELECT ROUND(CAST(a AS NUMERIC), 9) AS b"),
        (
            "SELECT cast( f(a, (b)) as numeric(7,4) )",
            "SELECT ROUND(cast( f(a, (b)) as numeric), 4)",
        ),
        (
            "SELECT CAST(SUM(CAST(`a` AS NUMERIC(38,9))) AS NUMERIC(38,9))",
            "SELECT ROUND(CAST(SUM(ROUND(CAST(`a` AS NUMERIC), 9)) AS NUMERIC), 9)",
        ),
    ],
)
def test_for_bigquery_a_size_in_a_cast_becomes_a_rounding(text, sent):
    assert to_bigquery(text) == sent


@pytest.mark.parametrize(
    "text",
    [
        "SELECT CAST(a AS NUMERIC), CAST(b AS STRING), (CAST(c AS INT64))",
        "SELECT 'CAST(a AS NUMERIC(22, 2))', `CAST(a AS NUMERIC(1,2))`",
        "CREATE TABLE t (a NUMERIC(12,2) NOT NULL) -- CAST(a AS NUMERIC(1,2))",
        "SELECT (a), f(b, (1, 2)) /* CAST(a AS NUMERIC(1,2)) */",
        "SELECT a)",
    ],
)
def test_for_bigquery_all_else_stays_to_the_letter(text):
    assert to_bigquery(text) == text
