"""How often a table may be changed: BigQuery refuses what the server would take."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from local_bigquery import errors
from local_bigquery.catalog import ddl, names, tables
from local_bigquery.errors import BigQueryError
from sqlglot import exp

# Changes of a table's metadata in so many seconds; of a partitioned one there may be more.
_SECONDS, _CHANGES, _CHANGES_OF_PARTITIONED = 10, 5, 50
_REASON = "rateLimitExceeded"

Reference = tuple[str, str, str]


class Changes:
    """When each table was changed lately."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._made: defaultdict[Reference, deque[float]] = defaultdict(deque)

    def count(self, reference: Reference, *, is_partitioned: bool) -> None:
        """Note a change of a table, or refuse it.

        Raises:
            BigQueryError: there were too many.
        """
        made, now = self._made[reference], self._clock()
        while made and now - made[0] > _SECONDS:
            made.popleft()
        if len(made) >= (_CHANGES_OF_PARTITIONED if is_partitioned else _CHANGES):
            raise BigQueryError(
                _REASON, "Exceeded rate limits: too many table update operations for this table"
            )
        made.append(now)


def fill_gaps() -> None:
    """Count what alters a table: by DDL, once it is done, and by an update, before it is."""
    changes = Changes()
    errors.STATUSES[_REASON] = (403, "RESOURCE_EXHAUSTED")
    server_apply, server_update = ddl.apply, tables.update

    def apply(tree: Any, project_id: str, dataset_id: str, evaluate: Any) -> Any:
        target = tree.find(exp.Table)
        if isinstance(tree, exp.Alter) and (tree.args.get("kind") or "").upper() == "TABLE":
            _count(changes, names.reference(target, project_id, dataset_id))
        return server_apply(tree, project_id, dataset_id, evaluate)

    def update(*given: Any) -> Any:
        _count(changes, given[:3])
        return server_update(*given)

    ddl.apply, tables.update = apply, update


def _count(changes: Changes, reference: Reference) -> None:
    found = tables.load(*reference)
    changes.count(reference, is_partitioned=found.timePartitioning is not None)
