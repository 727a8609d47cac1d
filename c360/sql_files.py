"""The SQL of a BigQuery warehouse as files for people: tables, how each is filled, and views."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from c360.audit import LoadAuditRow
from c360.contracts.audit import AUDIT_CONTRACTS, LOAD_AUDIT, LOAD_FILES, LOAD_REASONS, PUBLICATION
from c360.contracts.gold import GOLD_CONTRACTS
from c360.contracts.model import DATASETS, TableContract
from c360.contracts.silver import silver_contract
from c360.registry.specs import Registry
from c360.warehouse import audit_sql, bigquery_ddl, bigquery_views, dml
from c360.warehouse.bigquery_script import conditional, failure_tables, staged_audit
from c360.warehouse.dialect import to_bigquery
from c360.warehouse.protocol import Head, Publication, StagedTable
from c360.warehouse.readable import WIDTH, readable
from c360.warehouse.sql import staged, staged_with_duplicates
from c360.warehouse.transaction import LAYERS, PublishedState, changes

RUN = "RUN_ID"  # stands in the files where a text names a run
RENDERED = "Rendered by `c360 sql` from"
GENERATED = f"{RENDERED} the registry and the contracts; do not edit it by hand."
_SENT = f"`c360` sends these texts itself. @names are query parameters, {RUN} is the id of a run."
BY_HAND = "To create it: bq query --use_legacy_sql=false < sql/{path}"
_STEPS = {
    "publish.delete_doubled": "In the transaction: where published rows share a key, remove them",
    "publish.LoadAudit": "In the transaction: the audit row, with counts of what comes next",
    "publish.merge": "In the transaction: make the table equal to what is staged",
}

Section = tuple[str, str]  # what a statement does, and its text


def sql_files(registry: Registry) -> dict[str, str]:
    """The text of each file by its path below `sql/`."""
    silver = [silver_contract(table) for table in registry.tables]
    datasets = [(name, bigquery_ddl.create_dataset(name)) for name in DATASETS]
    files = {"datasets.sql": _file(_SENT, "The datasets of the warehouse.", datasets)}
    for contract in (*silver, *GOLD_CONTRACTS):
        path = f"{LAYERS[contract.dataset]}/{contract.name}.sql"
        files[path] = _file(_SENT, contract.description, _published_table(contract))
    for contract in AUDIT_CONTRACTS:
        path = f"audit/{contract.name}.sql"
        files[path] = _file(_SENT, contract.description, _audit_table(contract))
    for view in (*bigquery_views.audit_views(), *map(bigquery_views.state_view, silver)):
        path, text = f"views/{view.table.name}.sql", bigquery_views.create_view(view)
        files[path] = _file(BY_HAND.format(path=path), view.description, [("The view", text)])
    return files


def _published_table(contract: TableContract) -> list[Section]:
    """Everything that is done for one table, in the order of a publication."""
    state = staged(contract, RUN)
    sections = [("The table", bigquery_ddl.create_table(contract))]
    sections += [("What a run stages: one row a key", bigquery_ddl.create_staging(contract, state))]
    if contract.newest_first:
        everything = staged_with_duplicates(contract, RUN)
        title = "Files that share keys are staged apart, and one row a key is kept"
        sections += [(title, dml.keep_newest(contract, everything, state))]
    sections += [
        ("What is staged is compared with the ledger", dml.survey([(contract, state)])),
        ("A staged key with two rows stops the run", dml.duplicate_keys(contract, state)),
    ]
    read_back = ("Afterwards: read back, the head beside it", dml.figures_at_head([contract]))
    return [*sections, *_in_the_transaction(contract), read_back]


def _in_the_transaction(contract: TableContract) -> list[Section]:
    row = LoadAuditRow(
        run_id=RUN, layer=LAYERS[contract.dataset], table_name=contract.name, status="SUCCESS"
    )
    publication = Publication(
        head=Head(),
        run_id=RUN,
        batch_id="",
        silver=(StagedTable(contract, (), 0, 0),),
        gold=(),
        load_audit=(row,),
    )
    statements = changes(publication, PublishedState({}))
    return [(_STEPS[statement.step], conditional(statement)) for statement in statements]


def _audit_table(contract: TableContract) -> list[Section]:
    return [("The table", bigquery_ddl.create_table(contract)), *_AUDIT_TEXTS[contract.name]()]


def _head_texts() -> list[Section]:
    head = (Head(), "", "")
    return [
        ("What is published: read before bronze is listed", audit_sql.READ_HEAD),
        (
            "First in the transaction: take the head, if it is still as it was read",
            audit_sql.guard(*head).text,
        ),
        ("Then: end here unless this run took it", audit_sql.require_head(*head).text),
    ]


def _load_audit_texts() -> list[Section]:
    return [
        ("A run that failed or was refused", _append(LOAD_AUDIT, failed=True)),
        ("The rows of one run", audit_sql.READ_LOAD_AUDIT),
        ("The last runs", audit_sql.RECENT_RUNS),
        ("Every table that was ever published", audit_sql.EVER_PUBLISHED),
    ]


def _load_files_texts() -> list[Section]:
    return [
        ("In the transaction: a row a file", _append(LOAD_FILES)),
        ("The files of the last publications", audit_sql.FILES_OF_LAST_PUBLISHED),
    ]


def _load_reasons_texts() -> list[Section]:
    return [("In the transaction: a row a cause", _append(LOAD_REASONS))]


_AUDIT_TEXTS = {
    PUBLICATION.name: _head_texts,
    LOAD_AUDIT.name: _load_audit_texts,
    LOAD_FILES.name: _load_files_texts,
    LOAD_REASONS.name: _load_reasons_texts,
}


def _append(contract: TableContract, *, failed: bool = False) -> str:
    tables = dict(failure_tables(RUN))
    source = tables[contract] if failed else staged_audit(contract, RUN)
    return audit_sql.append_staged(contract, source).text


def _file(note: str, description: str, sections: Iterable[Section]) -> str:
    head = [line for text in (description, GENERATED, note) for line in _comment(text)]
    parts = ["\n".join(head)]
    parts += [f"-- {title}.\n{readable(to_bigquery(text))};" for title, text in sections]
    return "\n\n".join(parts) + "\n"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="-- ", subsequent_indent="-- ")
