"""The one script that publishes, as text and parameters."""

from __future__ import annotations

import dataclasses
import re

import sqlglot

from c360.audit import LoadFilesRow
from c360.contracts.audit import LOAD_AUDIT, LOAD_FILES
from c360.warehouse.bigquery_script import (
    audit_script,
    failure_tables,
    joined,
    publication_script,
)
from c360.warehouse.protocol import Head
from c360.warehouse.sql import TableRef
from c360.warehouse.transaction import PublishedState

STATE = PublishedState({}, (TableRef("customer360_silver", "Gone"),))


def publication(world, make, **more):
    head = Head(4, "A", "r-a")
    found = world.batch("B", [make.order(1)], [make.store(1)], head=head, run="r-b")
    return dataclasses.replace(found, **more)


def statements(script):
    return script.text.rstrip().rstrip(";").split(";\n")


def test_the_head_is_taken_first_and_the_transaction_ends_with_its_commit(world, make):
    texts = statements(publication_script(publication(world, make), STATE))
    assert texts[0] == "BEGIN TRANSACTION"
    assert texts[1].startswith("UPDATE `customer360_audit`.`Publication` SET `Epoch` = @Epoch_0")
    assert texts[2].startswith("SELECT IF(COUNT(*) = 1 AND COUNTIF(`Epoch` = @Epoch_1 + 1")
    assert texts[-1] == "COMMIT TRANSACTION"
    kinds = [text.split()[0] for text in texts[3:-1]]
    assert kinds == [*["IF", "INSERT", "MERGE"] * 3, "INSERT", "DELETE", "INSERT", "INSERT"]


def test_a_table_is_searched_for_doubled_keys_by_its_key_alone(world, make):
    texts = statements(publication_script(publication(world, make), STATE))
    rows = "SELECT `StoreID` FROM `customer360_silver`.`Stores` GROUP BY `StoreID` HAVING"
    (text,) = [text for text in texts if text.startswith(f"IF EXISTS ({rows} COUNT(*) > 1) THEN")]
    _, delete, end = re.split(r" THEN |; ", text)
    assert delete.startswith("DELETE FROM `customer360_silver`.`Stores` AS T WHERE EXISTS")
    assert end == "END IF"


def test_every_parameter_is_declared_once_and_used(world, make):
    script = publication_script(publication(world, make), STATE)
    names = [param.name for param in script.params]
    assert len(set(names)) == len(names)
    assert set(re.findall(r"@(\w+)", script.text)) == set(names)
    values = {param.name: param.value for param in script.params}
    assert (values["Epoch_0"], values["BatchID_0"], values["RunID_0"]) == (4, "B", "r-b")


def test_many_files_make_the_script_no_longer(world, make):
    few = publication(world, make)
    row = LoadFilesRow(run_id="r-b", table_name="Orders", path="a.csv", outcome="read")
    many = dataclasses.replace(few, load_files=(row,) * 20_000)
    assert publication_script(many, STATE) == publication_script(few, STATE)


def test_what_was_not_staged_is_not_read(world, make):
    script = publication_script(publication(world, make, load_files=(), load_reasons=()), STATE)
    assert "LoadFiles" not in script.text
    assert "LoadReasons" not in script.text


def test_no_cast_has_a_size(world, make):
    script = publication_script(publication(world, make), STATE)
    assert "NUMERIC(" not in script.text
    assert "ROUND(CAST(" in script.text


def test_every_statement_parses(world, make):
    for text in statements(publication_script(publication(world, make), STATE))[1:-1]:
        conditional = re.fullmatch(r"IF EXISTS \((.*?)\) THEN (.*); END IF", text)
        for each in conditional.groups() if conditional else (text,):
            assert sqlglot.parse_one(each, read="bigquery")


def test_a_failed_run_stages_its_audit_apart_and_appends_all_of_it_at_once():
    tables = failure_tables("r-1")
    assert [str(ref) for _, ref in tables] == [
        "customer360_staging.LoadAudit__r-1__failure",
        "customer360_staging.LoadFiles__r-1__failure",
        "customer360_staging.LoadReasons__r-1__failure",
    ]
    script = audit_script([(LOAD_AUDIT, tables[0][1]), (LOAD_FILES, tables[1][1])])
    assert [text.split(" (")[0] for text in statements(script)] == [
        "BEGIN TRANSACTION",
        "INSERT INTO `customer360_audit`.`LoadAudit`",
        "INSERT INTO `customer360_audit`.`LoadFiles`",
        "COMMIT TRANSACTION",
    ]
    assert script.params == ()


def test_definitions_are_one_script_without_parameters():
    script = joined(["CREATE SCHEMA a", "CREATE SCHEMA b"])
    assert (script.text, script.params) == ("CREATE SCHEMA a;\nCREATE SCHEMA b;\n", ())
