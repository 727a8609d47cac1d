"""What a function that renders SQL may be given, by the annotation of its parameter."""

from __future__ import annotations

import datetime as dt
import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from c360.audit import LoadAuditRow, LoadFilesRow, LoadReasonsRow
from c360.contracts.audit import AUDIT_CONTRACTS
from c360.contracts.gold import GOLD_CONTRACTS
from c360.contracts.model import DATASETS, TableContract
from c360.dashboard.read import read_measures
from c360.datatypes import BIGINT, DATE, STRING, TIMESTAMP, decimal
from c360.verify import check_parameters, check_text
from c360.warehouse.audit_sql import ROWS_PER_INSERT
from c360.warehouse.bigquery_views import audit_views, state_view
from c360.warehouse.protocol import Head, Publication, StagedTable
from c360.warehouse.sql import published, staged
from c360.warehouse.transaction import LAYERS, PublishedState, delete_doubled
from tests.googlesql.analyzer import Type, type_of, type_of_value
from tests.googlesql.catalogue import REGISTRY, RETIRED, ROOT, RUN, SILVER_CONTRACTS

HEAD = Head(7, "0388d7a69a43de97", RUN)
_NOW = dt.datetime(2025, 12, 31, 23, 59, 59, tzinfo=dt.UTC)
_TABLES = (*SILVER_CONTRACTS, *GOLD_CONTRACTS)
_AUDIT = tuple(
    LoadAuditRow(
        run_id=RUN,
        layer=LAYERS[contract.dataset],
        table_name=contract.name,
        status="SUCCESS",
        amount_sum=Decimal("1.50"),
        as_of=_NOW.date(),
        started_at=_NOW,
        message="He said \"x\"; -- \\ `y` 'z'",
    )
    for contract in _TABLES
)
_FILES = tuple(
    LoadFilesRow(run_id=RUN, table_name="Stores", path=f"{n}.csv", outcome="read")
    for n in range(ROWS_PER_INSERT + 1)
)
_REASONS = tuple(
    LoadReasonsRow(
        run_id=RUN,
        table_name="Stores",
        path=f"{n}.csv",
        column_name="StoreID",
        reason="required",
        action="rejected",
        records=n,
    )
    for n in range(2)
)
PUBLICATION = Publication(
    head=HEAD,
    run_id=RUN,
    batch_id="b",
    silver=tuple(StagedTable(each, ("gs://b/x.parquet",), 2, 1) for each in SILVER_CONTRACTS),
    gold=tuple(StagedTable(each, ("gs://b/y.parquet",), 1, 1) for each in GOLD_CONTRACTS),
    load_audit=_AUDIT,
    load_files=_FILES,
    load_reasons=_REASONS,
)
_MEASURES = read_measures(ROOT / "dashboards/measures.yaml")
# A table has a column that its contract lacks, and another table has no source any more.
_STATES = (
    PublishedState({}),
    PublishedState(
        {published(each): (RETIRED,) for each in _TABLES}, (published(SILVER_CONTRACTS[0]),)
    ),
)
_BY_NAME: Mapping[str, Sequence[Any]] = {
    "dataset: str": DATASETS,
    "batch_id: str": ("b",),
    "run_id: str": (RUN,),
    "alias: str": ("Newest",),
    "grain: str": ("ALL", "MONTH"),
    "limit: int": (20,),
    "retired: tuple[str, ...]": ((), (RETIRED,)),
}
_BY_TYPE: Mapping[str, Sequence[Any]] = {
    "DataType": (STRING, decimal(12, 2)),
    "Head": (HEAD,),
    "Publication": (PUBLICATION,),
    "PublishedState": _STATES,
    "Sequence[LoadAuditRow]": (_AUDIT,),
    "Sequence[LoadFilesRow]": (_FILES,),
    "Sequence[LoadReasonsRow]": (_REASONS,),
    "Sequence[Measure]": (_MEASURES, tuple(replace(each, but_for=()) for each in _MEASURES)),
    "Sequence[TableContract]": (_TABLES,),
    "Sequence[tuple[TableContract, TableRef]]": (
        tuple((each, staged(each, RUN)) for each in _TABLES),
    ),
    "Statement": tuple(map(delete_doubled, _TABLES)),
    "View": (*audit_views(), *map(state_view, SILVER_CONTRACTS)),
}
# Parameters of texts that declare none: columns of the audit, `c360 verify`, look-ups.
_VALUES: Mapping[str, Type] = (
    {
        column.name: type_of(column.type)
        for contract in AUDIT_CONTRACTS
        for column in contract.columns
    }
    | {
        name: type_of_value(value)
        for name, value in check_parameters(REGISTRY.policy, _NOW.date(), HEAD).items()
    }
    | {
        name: type_of(kind)
        for kind, names in {
            BIGINT: ("id", "limit", "Limit"),
            DATE: ("since",),
            STRING: ("Head", "run", "table", "kind", "key", "channel"),
        }.items()
        for name in names
    }
)


def choices(parameter: inspect.Parameter, contract: TableContract) -> Sequence[Any]:
    """All that the parameter is given for this table; nothing where its meaning is not known."""
    annotation = str(parameter.annotation)
    if parameter.default is not inspect.Parameter.empty and annotation not in _BY_TYPE:
        return (parameter.default,)
    named = _BY_NAME.get(f"{parameter.name}: {annotation}")
    return named or _BY_TYPE.get(annotation) or _of_table(parameter.name, annotation, contract)


def parameter_types(sql: str) -> Mapping[str, Type]:
    """The types of the values that a text without declared parameters is asked with."""
    named = {name: re.sub(r"_\d+\Z", "", name) for name in re.findall(r"@(\w+)", sql)}
    return {name: _VALUES[known] for name, known in named.items() if known in _VALUES}


def _of_table(name: str, annotation: str, contract: TableContract) -> Sequence[Any]:
    by_type = {column.type: column for column in contract.columns}
    known: dict[str, Sequence[Any]] = {
        "TableContract": (contract,),
        "TableRef": (published(contract), staged(contract, RUN)),
        "ColumnContract": tuple(by_type.values()),
    }
    if annotation == "str" and name == "column":
        return tuple(by_type[kind].name for kind in (DATE, TIMESTAMP) if kind in by_type)
    if annotation == "str" and name == "check":
        return (check_text(contract.name),) if contract in GOLD_CONTRACTS else ()
    return known.get(annotation, ())
