"""Reads everything that one page shows, all of one publication."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from c360.contracts.gold.customer360 import CUSTOMER360
from c360.dashboard import views
from c360.dashboard.contents import Contents, Grid, grid_of
from c360.dashboard.measures import Measure
from c360.published import gold_audit, require_same_head
from c360.registry.specs import Policy
from c360.warehouse.protocol import Warehouse

MOST_MONTHS = 36
MOST_CUSTOMERS = 10_000  # of a look-up, so that a page stays one that can be sent
_RUNS = 20


def read_contents(
    warehouse: Warehouse,
    policy: Policy,
    measures: Sequence[Measure],
    *,
    with_customers: bool = False,
    agent_names: bool = False,
) -> Contents:
    """What is published; without the two flags no column of personal data is asked for.

    Raises:
        WrongUse: gold was made with another policy than the registry's.
        OtherRunPublished: a run published while the tables were being read.
        OutsideFailure: the warehouse failed, or the audit lacks the published run.
    """
    head = warehouse.read_head()
    runs = warehouse.recent_runs(_RUNS)
    if head.run_id is None:
        return Contents(head=head, runs=runs)
    stamp = gold_audit(warehouse, head, policy)
    ((last_order,),) = (row.values() for row in warehouse.query(views.last_order()))
    grids = _read_grids(warehouse, measures, last_order or stamp.as_of)
    if agent_names:
        grids["names"] = grid_of(warehouse.query(views.agent_names()), ("AgentID", "AgentName"))
    if with_customers:
        found = warehouse.query(views.customers(), {"limit": MOST_CUSTOMERS})
        grids["customers"] = grid_of(found, CUSTOMER360.column_names)
    require_same_head(warehouse, head)
    return Contents(
        head=head,
        as_of=stamp.as_of,
        last_order=last_order,
        published_at=stamp.finished_at,
        runs=runs,
        grids=grids,
        customers_in_all=_rows_of(grids["batches"], CUSTOMER360.name) if with_customers else None,
    )


def _read_grids(
    warehouse: Warehouse, measures: Sequence[Measure], last_day: dt.date | None
) -> dict[str, Grid]:
    """The rows of every view, of AOV those of the last months and those of all time."""
    since = {"since": _first_month(last_day or dt.date.max)}
    ever = views.order_value("ALL")
    grids = {}
    for view in views.views(measures):
        recent = view.name == ever.name
        found = warehouse.query(
            views.recent_order_value() if recent else view.select, since if recent else None
        )
        grids[view.name.removeprefix("dashboard_")] = grid_of(found, view.column_names)
    grids["order_value_ever"] = grid_of(warehouse.query(ever.select), ever.column_names)
    grids["batches"] = grid_of(warehouse.query(views.batches()))
    return grids


def _first_month(last_day: dt.date) -> dt.date:
    """The first of the months that are shown."""
    years, month = divmod(last_day.year * 12 + last_day.month - MOST_MONTHS, 12)
    return dt.date(years, month + 1, 1)


def _rows_of(batches: Grid, table: str) -> int:
    name, rows = batches.place("TableName"), batches.place("Rows")
    return next(int(str(row[rows])) for row in batches.rows if row[name] == table)
