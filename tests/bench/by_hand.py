"""`python -m tests.bench.by_hand BRONZE FILE`: the same tables by SQL on one machine, for DuckDB.

Written for the generated files alone: no line is checked, nothing is quarantined, no batch is kept.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from c360.registry.read import read_registry
from c360.registry.specs import Registry, TableSpec
from c360.verify import check_parameters, check_text
from c360.warehouse.dialect import to_duckdb
from c360.warehouse.protocol import Head

GOLD = ("AOV", "CustomerSegments", "PeakTimes", "AgentKPIs", "Customer360")
_LATEST = """
    SELECT greatest(
        (SELECT max(DateTime) FROM customer360_silver.OnlineTransactions),
        (SELECT max(DateTime) FROM customer360_silver.InStoreTransactions),
        (SELECT max(DateTime) FROM customer360_silver.CustomerServiceInteractions),
        (SELECT max(DateTime) FROM customer360_silver.LoyaltyTransactions))::DATE
"""


def write_tables(bronze: Path, file: Path, registry: Registry) -> None:
    """Silver and gold, in a DuckDB file."""
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE SCHEMA customer360_silver; CREATE SCHEMA customer360_gold")
        for table in registry.tables:
            files = [str(path) for pattern in table.files for path in bronze.rglob(pattern)]
            connection.execute(
                f"CREATE TABLE customer360_silver.{table.name} AS {_silver(table)}", [files]
            )
        (as_of,) = connection.execute(_LATEST).fetchone() or (None,)
        params = check_parameters(registry.policy, as_of, Head(1, "b", "r"))
        for name in GOLD:
            text = to_duckdb(check_text(name))
            used = {key: value for key, value in params.items() if f"${key}" in text}
            connection.execute(f"CREATE TABLE customer360_gold.{name} AS {text}", used)


def _silver(table: TableSpec) -> str:
    """The newest row of each key, of rows whose required columns can be read."""
    columns = ", ".join(
        f'TRY_CAST(trim("{column.name}") AS {column.type.duckdb}) AS "{column.name}"'
        for column in table.columns
    )
    required = " AND ".join(
        f'"{column.name}" IS NOT NULL' for column in table.columns if column.required
    )
    rows = (
        f"SELECT {columns} FROM read_csv($1, all_varchar = true, header = true, "
        "ignore_errors = true, union_by_name = true, "
        "nullstr = ['', 'NULL', 'null', 'N/A', 'NA', 'None', '-'])"
    )
    kept = f"SELECT * FROM ({rows}) WHERE {required or 'TRUE'}"
    if not table.key:
        return kept
    newest = f'"{table.newest_by}" DESC NULLS LAST, ' if table.newest_by else ""
    order = newest + ", ".join(f'"{column.name}" DESC NULLS LAST' for column in table.columns)
    key = ", ".join(f'"{name}"' for name in table.key)
    return f"{kept} QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {order}) = 1"


if __name__ == "__main__":
    write_tables(Path(sys.argv[1]), Path(sys.argv[2]), read_registry(Path("conf/tables.yaml")))
