"""Source files of any size, made by DuckDB in seconds; the same size gives the same files."""

from __future__ import annotations

from pathlib import Path

import duckdb

BYTES_PER_ORDER = 122  # of all nine files, for each online order
_MONTH = "OnlineTransactions_later.csv"

# {n} is the number of online orders; h(k) is a number that looks random, for the row i.
_MACRO = "CREATE MACRO h(i, k) AS (hash(i * 31 + k) % 1000000007)::BIGINT"
_MOMENT = "strftime(TIMESTAMP '2025-01-01' + to_seconds(h(i, 1) % 31536000), '%Y-%m-%d %H:%M:%S')"
_AMOUNT = (
    "CASE WHEN h(i, 2) % 200 = 0 THEN 'n/k' ELSE printf('%.2f', 1 + h(i, 3) % 50000 / 100) END"
)
_FILES = {
    "Customers": (
        "{n} // 16",
        "i AS CustomerID, 'Name ' || i AS Name, 'c' || i || '@example.org' AS Email, "
        "h(i, 4) % 900 || ' Long Street, Town ' || h(i, 5) % 500 AS Address",
    ),
    "Products": (
        "{n} // 400 + 10",
        "i AS ProductID, 'Product ' || i AS Name, 'Category ' || h(i, 6) % 12 AS Category, "
        "printf('%.2f', 1 + h(i, 7) % 20000 / 100) AS Price",
    ),
    "Stores": (
        "{n} // 20000 + 10",
        "i AS StoreID, 'Town ' || h(i, 8) % 50 AS Location, 'Manager ' || i AS Manager, "
        "'09:00-18:00' AS OpenHours",
    ),
    "Agents": (
        "{n} // 10000 + 10",
        "i AS AgentID, 'Agent ' || i AS Name, 'Department ' || h(i, 9) % 5 AS Department, "
        "'Shift ' || h(i, 10) % 3 AS Shift",
    ),
    "OnlineTransactions": (
        "{n}",
        # every hundredth order was exported twice
        "CASE WHEN i % 100 = 0 THEN i - 1 ELSE i END AS OrderID, "
        "h(i, 11) % ({n} // 16 + 9) AS CustomerID, h(i, 12) % ({n} // 400 + 10) AS ProductID, "
        f"{_MOMENT} AS DateTime, 'Card ' || h(i, 13) % 4 AS PaymentMethod, {_AMOUNT} AS Amount, "
        "['Completed', 'Completed', 'Pending', 'Failed'][1 + h(i, 14) % 4] AS Status",
    ),
    "InStoreTransactions": (
        "{n} // 2",
        "i AS TransactionID, h(i, 15) % ({n} // 16 + 9) AS CustomerID, "
        f"h(i, 16) % ({{n}} // 20000 + 10) AS StoreID, {_MOMENT} AS DateTime, {_AMOUNT} AS Amount, "
        "'Card ' || h(i, 17) % 4 AS PaymentMethod",
    ),
    "CustomerServiceInteractions": (
        "{n} // 5",
        f"i AS InteractionID, h(i, 18) % ({{n}} // 16 + 9) AS CustomerID, {_MOMENT} AS DateTime, "
        "h(i, 19) % ({n} // 10000 + 10) AS AgentID, 'Issue ' || h(i, 20) % 9 AS IssueType, "
        "['Resolved', 'Resolved', 'Pending', 'Escalated'][1 + h(i, 21) % 4] AS ResolutionStatus",
    ),
    "LoyaltyAccounts": (
        "{n} // 12",
        "i AS LoyaltyID, h(i, 22) % ({n} // 16 + 9) AS CustomerID, "
        "h(i, 23) % 9000 AS PointsEarned, "
        "['Bronze', 'Silver', 'Gold', 'Platinum'][1 + h(i, 24) % 4] AS TierLevel, "
        "strftime(DATE '2020-01-01' + (h(i, 25) % 1500)::INT, '%Y-%m-%d') AS JoinDate",
    ),
    "LoyaltyTransactions": (
        "{n} // 3",
        f"h(i, 26) % ({{n}} // 12) AS LoyaltyID, {_MOMENT} AS DateTime, "
        "h(i, 27) % 200 - 50 AS PointsChange, 'Reason ' || h(i, 28) % 6 AS Reason",
    ),
}


def write_files(folder: Path, size: int) -> int:
    """How many records the nine files have that are written into a folder.

    Args:
        folder: for one file a table.
        size: of all files together, in bytes, about.
    """
    folder.mkdir(parents=True, exist_ok=True)
    orders = size // BYTES_PER_ORDER
    return sum(
        _write(folder / f"{table}.csv", rows.format(n=orders), columns.format(n=orders))
        for table, (rows, columns) in _FILES.items()
    )


def write_month(folder: Path, size: int) -> int:
    """How many records the file has that comes a month later: a twelfth of the orders, and new."""
    orders = size // BYTES_PER_ORDER
    columns = _FILES["OnlineTransactions"][1].format(n=orders)
    return _write(folder / _MONTH, str(orders // 12), columns, first=orders)


def _write(path: Path, rows: str, columns: str, first: int = 0) -> int:
    with duckdb.connect() as connection:
        connection.execute(_MACRO)
        (count,) = connection.execute(f"SELECT {rows}").fetchone() or (0,)
        connection.execute(
            f"COPY (SELECT {columns} FROM range({first}, {first} + {count}) AS t(i)) TO '{path}' "
            "(HEADER)"
        )
    return int(count)
