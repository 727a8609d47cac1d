"""A published table is changed by one update; the server here is a double that keeps one table."""

from __future__ import annotations

import copy
import dataclasses
from types import SimpleNamespace

import pytest
from google.api_core import exceptions
from google.cloud import bigquery
from requests.exceptions import ConnectionError as Broken

from c360.contracts.model import ColumnContract
from c360.datatypes import DATE, decimal
from c360.errors import OutsideFailure
from c360.warehouse import bigquery_jobs
from c360.warehouse.bigquery_address import BigQueryAddress
from c360.warehouse.bigquery_connection import Connection
from c360.warehouse.bigquery_migration import columns_of, migrate, schema_field

TAGS = {"names": ["projects/p/locations/eu/taxonomies/1/policyTags/2"]}
MASK = [{"name": "projects/p/locations/eu/dataPolicies/mask"}]


def resource(contract):
    """The table of a contract, as the API describes it."""
    fields = [
        schema_field(column, description=column.description).to_api_repr()
        | {"mode": "NULLABLE" if column.nullable else "REQUIRED"}
        for column in contract.columns
    ]
    return {
        "tableReference": {"projectId": "p", "datasetId": contract.dataset, "tableId": "T"},
        "etag": "1",
        "description": contract.description,
        "schema": {"fields": fields},
        "tableConstraints": {"primaryKey": {"columns": list(contract.key)}},
    }


class Server:
    """Keeps one table; the first updates fail as told, before or after they are carried out."""

    def __init__(self, table, *failures):
        self.table, self.failures, self.updates = table, list(failures), []

    def get_table(self, *_, **__):
        if self.table is None:
            raise exceptions.NotFound("gone")
        return bigquery.Table.from_api_repr(copy.deepcopy(self.table))

    def update_table(self, table, fields, **_):
        self.updates.append(sent := copy.deepcopy(table._build_resource(fields)))
        failure, done = self.failures.pop(0) if self.failures else (None, True)
        if table.etag != self.table["etag"]:
            raise exceptions.PreconditionFailed("another etag")
        if done:
            self.table |= sent | {"etag": str(int(self.table["etag"]) + 1)}
        if failure:
            raise failure


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(bigquery_jobs, "time", SimpleNamespace(sleep=lambda _: None))


def migrated(server, contract, seen=None):
    connection = Connection(server, BigQueryAddress("p"))
    found = bigquery.Table.from_api_repr(copy.deepcopy(seen)) if seen else server.get_table()
    migrate(connection, contract, found)
    return server.updates


def changed(contract):
    """The contract with all that may change: more than BigQuery takes one by one."""
    columns = [
        dataclasses.replace(each, description=f"{each.description} Anew.", nullable=True)
        for each in contract.columns
    ]
    added = [
        ColumnContract("Size", decimal(12, 2), "Square metres.", nullable=False),
        ColumnContract("Since", DATE, "First day."),
    ]
    return dataclasses.replace(
        contract,
        columns=(*columns, *added),
        description="Stores, anew.",
        cluster_by=("Location",),
        key=("StoreID", "Location"),
    )


def test_a_table_as_its_contract_says_is_left_alone(make):
    assert migrated(Server(resource(make.stores)), make.stores) == []


def test_everything_that_changed_is_one_update(make):
    server, contract = Server(resource(make.stores)), changed(make.stores)
    (sent,) = migrated(server, contract)
    assert sent == {
        "schema": {
            "fields": [
                *(
                    {"name": name, "type": kind, "mode": "NULLABLE", "description": said}
                    for name, kind, said in (
                        ("StoreID", "INT64", "The StoreID. Anew."),
                        ("Location", "STRING", "The Location. Anew."),
                        ("FileID", "STRING", "The FileID. Anew."),
                        ("SourceFile", "STRING", "The SourceFile. Anew."),
                    )
                ),
                {
                    **{"name": "Size", "type": "NUMERIC", "mode": "NULLABLE"},
                    **{"precision": 12, "scale": 2, "description": "Square metres."},
                },
                {"name": "Since", "type": "DATE", "mode": "NULLABLE", "description": "First day."},
            ]
        },
        "description": "Stores, anew.",
        "clustering": {"fields": ["Location"]},
        "tableConstraints": {"primaryKey": {"columns": ["StoreID", "Location"]}},
    }
    assert migrated(server, contract) == [sent], "the second time nothing is left to change"


def test_what_others_declared_stays(make):
    table = resource(make.stores)
    other = {"projectId": "p", "datasetId": "d", "tableId": "t"}
    pair = {"referencingColumn": "Location", "referencedColumn": "City"}
    foreign = [{"name": "f", "referencedTable": other, "columnReferences": [pair]}]
    table["tableConstraints"]["foreignKeys"] = foreign
    table["schema"]["fields"][1] |= {"policyTags": TAGS, "dataPolicies": MASK}
    table["schema"]["fields"].append({"name": "Old", "type": "STRING", "mode": "NULLABLE"})
    (sent,) = migrated(Server(table), changed(make.stores))
    fields = {field["name"]: field for field in sent["schema"]["fields"]}
    assert list(fields) == ["StoreID", "Location", "FileID", "SourceFile", "Old", "Size", "Since"]
    assert "policyTags" not in fields["Location"], "to say them needs the right to set them"
    assert fields["Location"]["dataPolicies"] == MASK
    assert sent["tableConstraints"]["foreignKeys"] == foreign
    assert "labels" not in sent


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize(
    "lost",
    [Broken("reset"), exceptions.GatewayTimeout("late"), exceptions.PreconditionFailed("etag")],
)
def test_after_a_lost_answer_the_table_is_looked_at_again(make, lost, done):
    server = Server(resource(make.stores), (lost, done))
    contract = changed(make.stores)
    assert len(migrated(server, contract)) == (1 if done else 2)
    described = {each.name: each.description for each in columns_of(server.get_table())}
    assert described == {each.name: each.description for each in contract.columns}


def test_what_another_run_changed_meanwhile_is_kept(make):
    seen = resource(make.stores)
    now = copy.deepcopy(seen) | {"etag": "2"}
    now["schema"]["fields"].append({"name": "Theirs", "type": "STRING", "mode": "NULLABLE"})
    server = Server(now)
    migrated(server, changed(make.stores), seen)
    assert "Theirs" in [each.name for each in columns_of(server.get_table())]


def test_a_table_that_went_meanwhile_is_told(make):
    server = Server(None)
    server.table = {"etag": "2"}

    def update_table(*_, **__):
        server.table = None
        raise exceptions.PreconditionFailed("gone")

    server.update_table = update_table
    with pytest.raises(OutsideFailure, match=r"customer360_silver\.Stores: has gone"):
        migrated(server, changed(make.stores), resource(make.stores))
