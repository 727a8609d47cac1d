"""Every DML text over the tables of a contract, in the BigQuery dialect."""

from __future__ import annotations

from collections.abc import Sequence

from c360.contracts.audit import CONTROL_SUM, PUBLICATION
from c360.contracts.model import GOLD, TableContract
from c360.warehouse.sql import TableRef, column_list, published, quoted

MAX_KEYS_SHOWN = 5


def keep_newest(contract: TableContract, source: TableRef, target: TableRef) -> str:
    """Fills `target` with one row a key of `source`, by the declared order, NULLs last."""
    columns = column_list(contract.column_names)
    return f"INSERT INTO {target.sql} ({columns}) {newest_rows(contract, source)}"


def newest_rows(contract: TableContract, source: TableRef) -> str:
    """SELECT of one row a key of `source`, by the declared order, NULLs last."""
    columns = column_list(contract.column_names)
    order = ", ".join(f"{quoted(name)} DESC NULLS LAST" for name in contract.newest_first)
    return (
        f"SELECT {columns} FROM ("
        f"SELECT {columns}, ROW_NUMBER() OVER (PARTITION BY {column_list(contract.key)} "
        f"ORDER BY {order}) AS `c360_rank` FROM {source.sql}) WHERE `c360_rank` = 1"
    )


def count_and_sum(contract: TableContract, table: TableRef) -> str:
    """One row: RowCount, and ControlSum (0 for no row, NULL without a control column)."""
    return (
        f"SELECT COUNT(*) AS `RowCount`, {_control_sum(contract)} AS `ControlSum` FROM {table.sql}"
    )


def survey(tables: Sequence[tuple[TableContract, TableRef]]) -> str:
    """One row a table, by its Position: what must be known of it before it is published.

    RowCount and ControlSum as in `count_and_sum`; DuplicateKeys; and Missing, the rows without a
    value in each of `required_columns`, in their order.
    """
    return " UNION ALL ".join(
        f"SELECT {position} AS `Position`, COUNT(*) AS `RowCount`, "
        f"{_control_sum(contract)} AS `ControlSum`, "
        f"[{', '.join(f'COUNTIF({quoted(c)} IS NULL)' for c in required_columns(contract))}] "
        f"AS `Missing`, (SELECT COUNT(*) FROM ({doubled(contract, table)}) AS D) "
        f"AS `DuplicateKeys` FROM {table.sql}"
        for position, (contract, table) in enumerate(tables)
    )


def required_columns(contract: TableContract) -> tuple[str, ...]:
    """The columns that must have a value in every row."""
    return tuple(column.name for column in contract.columns if not column.nullable)


def figures_at_head(contracts: Sequence[TableContract]) -> str:
    """One row a published table, by its Position: RowCount, ControlSum, and the head beside them.

    One statement sees one snapshot, so the figures are those of that head.
    """
    head = published(PUBLICATION).sql
    return " UNION ALL ".join(
        f"SELECT {position} AS `Position`, F.`RowCount`, F.`ControlSum`, H.`Epoch`, H.`BatchID`, "
        f"H.`RunID` FROM ({count_and_sum(contract, published(contract))}) AS F "
        f"CROSS JOIN {head} AS H"
        for position, contract in enumerate(contracts)
    )


def duplicate_keys(contract: TableContract, table: TableRef) -> str:
    """A few keys with more than one row, in order; DuplicateKeys says how many there are."""
    key = column_list(contract.key)
    return (
        f"SELECT {key}, COUNT(*) OVER () AS `DuplicateKeys` FROM {table.sql} "
        f"GROUP BY {key} HAVING COUNT(*) > 1 ORDER BY {key} LIMIT {MAX_KEYS_SHOWN}"
    )


def doubled(contract: TableContract, table: TableRef) -> str:
    """SELECT of the keys with more than one row."""
    key = column_list(contract.key)
    return f"SELECT {key} FROM {table.sql} GROUP BY {key} HAVING COUNT(*) > 1"


def delete_doubled(contract: TableContract) -> str:
    """Removes published rows that share a key, so that the MERGE inserts each key once.

    They exist when the key was another one before, or when somebody wrote to the table: a MERGE
    would update all of them and keep the table doubled.
    """
    same = " AND ".join(f"D.{quoted(name)} = T.{quoted(name)}" for name in contract.key)
    return (
        f"DELETE FROM {published(contract).sql} AS T WHERE EXISTS (SELECT 1 FROM ("
        f"{doubled(contract, published(contract))}) AS D WHERE {same})"
    )


def counted_changes(
    contract: TableContract, source: TableRef, retired: tuple[str, ...]
) -> tuple[dict[str, str], str]:
    """What the MERGE is about to do: an expression per audit column, and their FROM clause."""
    key = quoted(contract.key[0])
    in_source, in_table = f"S.{key} IS NOT NULL", f"T.{key} IS NOT NULL"
    matched = f"{in_source} AND {in_table}"
    changed = _changed(contract, retired)
    counts = {
        "RowsInserted": f"COUNTIF({in_source} AND T.{key} IS NULL)",
        "RowsUpdated": f"COUNTIF({matched} AND ({changed}))" if changed else f"COUNTIF({matched})",
        "RowsDeleted": f"COUNTIF(S.{key} IS NULL)",
        "RowsInTable": f"COUNTIF({in_source})",
    }
    table = published(contract).sql
    return counts, f"{table} AS T FULL OUTER JOIN {source.sql} AS S ON {_same_key(contract)}"


def merge(contract: TableContract, source: TableRef, retired: tuple[str, ...]) -> str:
    """Makes the published table equal to `source`; `retired` columns become NULL.

    Silver rewrites only rows that differ, gold rewrites every row (each carries its BatchID).
    """
    others = tuple(name for name in contract.column_names if name not in contract.key)
    changed = _changed(contract, retired)
    updates = [f"{quoted(name)} = S.{quoted(name)}" for name in others]
    updates += [f"{quoted(name)} = NULL" for name in retired]
    when_matched = f"WHEN MATCHED{f' AND ({changed})' if changed else ''} THEN UPDATE SET "
    return (
        f"MERGE INTO {published(contract).sql} AS T USING {source.sql} AS S "
        f"ON {_same_key(contract)} "
        + (when_matched + ", ".join(updates) + " " if updates else "")
        + f"WHEN NOT MATCHED THEN INSERT ({column_list(contract.column_names)}) "
        f"VALUES ({column_list(contract.column_names, 'S.')}) "
        "WHEN NOT MATCHED BY SOURCE THEN DELETE"
    )


def delete_all(table: TableRef) -> str:
    """Empties a published table that the registry no longer has."""
    return f"DELETE FROM {table.sql} WHERE TRUE"


def _control_sum(contract: TableContract) -> str:
    total = "NULL"
    if contract.control_sum:
        wide = f"CAST({quoted(contract.control_sum)} AS {CONTROL_SUM.bigquery})"
        total = f"COALESCE(SUM({wide}), 0)"
    return f"CAST({total} AS {CONTROL_SUM.bigquery})"


def _same_key(contract: TableContract) -> str:
    return " AND ".join(f"T.{quoted(name)} = S.{quoted(name)}" for name in contract.key)


def _changed(contract: TableContract, retired: tuple[str, ...]) -> str:
    """The condition under which a matched row is rewritten; empty: always."""
    if contract.dataset == GOLD:
        return ""
    names = [quoted(name) for name in contract.column_names if name not in contract.key]
    return " OR ".join(
        [f"T.{name} IS DISTINCT FROM S.{name}" for name in names]
        + [f"T.{quoted(name)} IS NOT NULL" for name in retired]
    )
