"""The script of BigQuery that publishes: every statement of one transaction, in one text."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from c360.contracts.audit import LOAD_AUDIT, LOAD_FILES, LOAD_REASONS
from c360.contracts.model import TableContract
from c360.warehouse import audit_sql
from c360.warehouse.dialect import to_bigquery
from c360.warehouse.protocol import Publication
from c360.warehouse.sql import Param, Statement, TableRef, staged
from c360.warehouse.transaction import PublishedState, guard, table_changes

_PARAMETER = re.compile(r"@(\w+)")


@dataclass(frozen=True, slots=True)
class Script:
    """Statements that BigQuery runs one after another, and the parameters of all of them."""

    text: str
    params: tuple[Param, ...] = ()


def publication_script(publication: Publication, state: PublishedState) -> Script:
    """Takes the head and changes every table, or changes nothing.

    BigQuery rolls a transaction back when its script ends before COMMIT: a failing statement, the
    look whether this run took the head among them, leaves everything as it was.
    """
    head = (publication.head, publication.batch_id, publication.run_id)
    return _transaction(
        [
            guard(publication),
            audit_sql.require_head(*head),
            *table_changes(publication, state),
            *(
                audit_sql.append_staged(contract, staged_audit(contract, publication.run_id))
                for contract, rows in (
                    (LOAD_FILES, publication.load_files),
                    (LOAD_REASONS, publication.load_reasons),
                )
                if rows
            ),
        ]
    )


def audit_script(tables: Sequence[tuple[TableContract, TableRef]]) -> Script:
    """Appends staged rows to the audit tables, to all of them or to none."""
    return _transaction([audit_sql.append_staged(*each) for each in tables])


def staged_audit(contract: TableContract, run_id: str) -> TableRef:
    """Where a run stages rows of its audit: apart from silver, which may have any table's name."""
    return staged(contract, f"{run_id}__audit")


def failure_tables(run_id: str) -> tuple[tuple[TableContract, TableRef], ...]:
    """Where a run that ends badly stages its audit, apart from what it staged to publish."""
    return tuple(
        (contract, staged(contract, f"{run_id}__failure"))
        for contract in (LOAD_AUDIT, LOAD_FILES, LOAD_REASONS)
    )


def joined(texts: Iterable[str]) -> Script:
    """Statements without parameters, one after another."""
    return Script("".join(f"{text};\n" for text in texts))


def conditional(statement: Statement) -> str:
    """The text, run only where there is something for it to change.

    BigQuery charges a DELETE for the whole table, and a look at key columns for those alone.
    """
    if not statement.where_any:
        return statement.text
    return f"IF EXISTS ({statement.where_any}) THEN {statement.text}; END IF"


def _transaction(statements: Sequence[Statement]) -> Script:
    numbered = [_numbered(statement, number) for number, statement in enumerate(statements)]
    texts = ["BEGIN TRANSACTION", *map(conditional, numbered), "COMMIT TRANSACTION"]
    params = tuple(param for each in numbered for param in each.params)
    return dataclasses.replace(joined(texts), params=params)


def _numbered(statement: Statement, number: int) -> Statement:
    """The statement with parameters of its own: a script knows each name once."""
    names = {param.name for param in statement.params}

    def renamed(found: re.Match[str]) -> str:
        return f"@{found[1]}_{number}" if found[1] in names else found[0]

    params = tuple(
        dataclasses.replace(param, name=f"{param.name}_{number}") for param in statement.params
    )
    text = _PARAMETER.sub(renamed, to_bigquery(statement.text))
    return dataclasses.replace(statement, text=text, params=params)
