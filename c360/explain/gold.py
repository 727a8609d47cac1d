"""Asks the published warehouse where one silver row counts in gold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from c360.contracts.gold.parts import IN_STORE, ONLINE, UNKNOWN
from c360.explain import booking
from c360.explain.model import Booking, GoldRow, Value
from c360.registry.specs import Policy
from c360.warehouse.protocol import Head, Warehouse

_CUSTOMER = "SELECT CustomerID FROM customer360_silver.Customers WHERE CustomerID = @id"
_AGENT = "SELECT AgentID FROM customer360_silver.Agents WHERE AgentID = @id"
_PRODUCT = "SELECT ProductID, Category FROM customer360_silver.Products WHERE ProductID = @id"
_STORE = "SELECT StoreID, Location FROM customer360_silver.Stores WHERE StoreID = @id"
_ACCOUNT = "SELECT CustomerID FROM customer360_silver.LoyaltyAccounts WHERE LoyaltyID = @id"
_PERIODS = (
    "SELECT PeriodGrain, PeriodStart FROM customer360_gold.AOV WHERE DimensionType = @kind "
    "AND DimensionKey = @key AND Channel = @channel ORDER BY PeriodGrain, PeriodStart"
)
_FILES = (
    "SELECT FileID FROM customer360_audit.LoadFiles WHERE RunID = @run AND TableName = @table "
    "AND Outcome IN ('read', 'reused')"
)

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Published:
    """What is published, and the policy by which it is read."""

    warehouse: Warehouse
    head: Head
    policy: Policy

    def row(self, sql: str, **values: Value) -> Values | None:
        """The one row of a look-up by key; None where there is none, or the key is NULL."""
        if None in values.values():
            return None
        return next(iter(self.warehouse.query(sql, values)), None)

    def customer(self, number: Value) -> str:
        """The key on which a customer's facts are booked."""
        return str(number) if self.row(_CUSTOMER, id=number) else UNKNOWN


def book(
    published: Published, table: str, values: Mapping[str, Value], file_ids: frozenset[str]
) -> Booking:
    """Where a row of `table` counts in what is published.

    Args:
        published: the warehouse and its head.
        table: the source of the row.
        values: the row, by column.
        file_ids: the FileIDs of the table's files in bronze now.
    """
    run_id = published.head.run_id
    if run_id is None:
        return Booking(notes=(f"{published.warehouse.name}: nothing is published; next: c360 run",))
    find = _BOOKERS.get(table)
    if find is None:
        return Booking(notes=(f"gold does not read {table}",))
    notes, as_of = _compare(published, table, file_ids)
    at = values.get("DateTime")
    if isinstance(at, dt.datetime) and as_of is not None and at.date() > as_of:
        return Booking(notes=(*notes, f"dated after {as_of}, the day of gold: it counts nowhere"))
    found = find(published, values)
    return Booking(found.rows, (*notes, *found.notes))


def _compare(
    published: Published, table: str, file_ids: frozenset[str]
) -> tuple[list[str], dt.date | None]:
    """What of the publication is not of these inputs, and the day on which gold stands."""
    run_id, notes = published.head.run_id or "", []
    files = published.warehouse.query(_FILES, {"run": run_id, "table": table})
    if {row["FileID"] for row in files} != file_ids:
        notes.append(
            f"bronze has other files of {table} than run {run_id}, which is published: the rows "
            "below are where it counts after `c360 run`"
        )
    gold = [row for row in published.warehouse.load_audit(run_id) if row.layer == "gold"]
    if gold and gold[0].rule_version != published.policy.rule_version:
        notes.append(f"run {run_id} was published with another policy than that of this registry")
    return notes, gold[0].as_of if gold else None


def _online(published: Published, values: Values) -> Booking:
    policy, status = published.policy, values["Status"]
    product = published.row(_PRODUCT, id=values["ProductID"]) or {}
    is_counted = booking.is_listed(status, policy.counted_statuses)
    order = booking.Order(
        at=values["DateTime"],
        is_counted=is_counted,
        customer=published.customer(values["CustomerID"]),
        product=str(product["ProductID"]) if product else UNKNOWN,
        category=product.get("Category") or UNKNOWN,
    )
    notes = _unknown(CustomerID=order.customer, ProductID=order.product or "")
    if not is_counted:
        notes += (
            f"Status {status or 'NULL'} is not among the counted statuses of the policy "
            f"({', '.join(policy.counted_statuses)}): it shows in ExcludedOrders and in demand, "
            "not in spend",
        )
    return Booking(booking.order_rows(order), notes)


def _in_store(published: Published, values: Values) -> Booking:
    store = published.row(_STORE, id=values["StoreID"]) or {}
    order = booking.Order(
        at=values["DateTime"],
        is_counted=True,
        customer=published.customer(values["CustomerID"]),
        location=store.get("Location") or UNKNOWN,
    )
    known = str(store["StoreID"]) if store else UNKNOWN
    return Booking(booking.order_rows(order), _unknown(CustomerID=order.customer, StoreID=known))


def _interaction(published: Published, values: Values) -> Booking:
    agent = str(values["AgentID"]) if published.row(_AGENT, id=values["AgentID"]) else UNKNOWN
    customer = published.customer(values["CustomerID"])
    rows = booking.interaction_rows(agent, customer, values["ResolutionStatus"], published.policy)
    return Booking(rows, _unknown(AgentID=agent, CustomerID=customer))


def _account(published: Published, values: Values) -> Booking:
    customer = published.customer(values["CustomerID"])
    rows = booking.loyalty_rows(customer, "LoyaltyTier", "LoyaltyAccounts", "LoyaltyPoints")
    return Booking(rows, _unknown(CustomerID=customer))


def _ledger_entry(published: Published, values: Values) -> Booking:
    account = published.row(_ACCOUNT, id=values["LoyaltyID"])
    customer = published.customer(account["CustomerID"] if account else None)
    rows = booking.loyalty_rows(customer, "LoyaltyLedgerNet")
    return Booking(rows, _unknown(LoyaltyID="" if account else UNKNOWN, CustomerID=customer))


def _customer(published: Published, values: Values) -> Booking:
    return Booking(booking.customer_rows(str(values["CustomerID"])))


def _agent(published: Published, values: Values) -> Booking:
    return Booking(booking.agent_rows(str(values["AgentID"])))


def _product(published: Published, values: Values) -> Booking:
    return _dimension(
        published,
        ONLINE,
        {"PRODUCT": str(values["ProductID"]), "CATEGORY": values["Category"] or UNKNOWN},
    )


def _store(published: Published, values: Values) -> Booking:
    return _dimension(published, IN_STORE, {"LOCATION": values["Location"] or UNKNOWN})


def _dimension(published: Published, channel: str, keys: Mapping[str, str]) -> Booking:
    """The rows that AOV has for these keys: one per period in which there was an order."""
    rows: list[GoldRow] = []
    for kind, key in keys.items():
        periods = published.warehouse.query(
            _PERIODS, {"kind": kind, "key": key, "channel": channel}
        )
        rows += [
            booking.aov_row(row["PeriodGrain"], row["PeriodStart"], kind, key, channel)
            for row in periods
        ]
    return Booking(tuple(rows), () if rows else ("no order names it, so gold has no row of it",))


def _unknown(**keys: str) -> tuple[str, ...]:
    return tuple(
        f"{name}: silver does not know it, so it is booked on {UNKNOWN}"
        for name, key in keys.items()
        if key == UNKNOWN
    )


_BOOKERS: dict[str, Callable[[Published, Values], Booking]] = {
    "Agents": _agent,
    "Customers": _customer,
    "CustomerServiceInteractions": _interaction,
    "InStoreTransactions": _in_store,
    "LoyaltyAccounts": _account,
    "LoyaltyTransactions": _ledger_entry,
    "OnlineTransactions": _online,
    "Products": _product,
    "Stores": _store,
}
