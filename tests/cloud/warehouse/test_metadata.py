"""What the datasets and tables are declared to be, and that publications leave it alone."""

from __future__ import annotations

import dataclasses

import pytest

from c360.contracts.audit import AUDIT_CONTRACTS
from c360.contracts.model import DATASETS, STAGING, ColumnContract
from c360.datatypes import decimal
from c360.errors import WrongUse
from c360.warehouse.bigquery import BigQueryWarehouse
from tests.cloud.volume import volume
from tests.cloud.wire import lost, tapped

PUBLICATIONS = volume(3, 10)
# What changes with the rows, and with the look at them.
VOLATILE = ("etag", "lastModifiedTime", "num", "selfLink")


@pytest.fixture
def contracts(make):
    orders = dataclasses.replace(
        make.orders,
        partition_by="DateTime",
        cluster_by=("OrderID", "Status"),
    )
    return orders, make.stores, make.totals


def described(world):
    """Everything that the API says of datasets and tables, but for what the rows change."""
    client, found = world.client, {}
    for dataset in client.list_datasets():
        resource = client.get_dataset(dataset.dataset_id).to_api_repr()
        found[dataset.dataset_id] = {k: resource.get(k) for k in ("labels", "location")}
        found[dataset.dataset_id]["expires"] = resource.get("defaultTableExpirationMs")
        for table in client.list_tables(dataset.dataset_id):
            if dataset.dataset_id != STAGING:
                resource = client.get_table(table.reference).to_api_repr()
                found[str(table.reference)] = {
                    key: value for key, value in resource.items() if not key.startswith(VOLATILE)
                }
    return found


def publish(world, contracts, name, make):
    orders, stores, totals = contracts
    rows = [make.order(len(name) + n) for n in range(3)]
    silver = [world.staged(orders, rows), world.staged(stores, [make.store(1)])]
    gold = [world.staged(totals, [make.total("Completed", "10.00", name)])]
    return world.warehouse.publish(world.publication(name, silver, gold))


def test_metadata_is_the_same_before_and_after_many_publications(world, make, contracts):
    made = world.warehouse.initialise(contracts)
    assert len(made) == len(AUDIT_CONTRACTS) + 3
    before = described(world)
    for number in range(PUBLICATIONS):
        assert publish(world, contracts, f"B{'x' * number}", make).by_this_run
    assert described(world) == before


def test_tables_are_as_their_contracts_say(world, contracts):
    world.warehouse.initialise(contracts)
    client = world.client
    orders = client.get_table("customer360_silver.Orders")
    assert orders.description == "Orders. One row per OrderID."
    assert orders.labels == {"app": "c360"}
    assert (orders.time_partitioning.type_, orders.time_partitioning.field) == ("MONTH", "DateTime")
    assert orders.clustering_fields == ["OrderID", "Status"]
    keys = orders.table_constraints
    assert keys.primary_key.columns == ["OrderID"]
    assert not keys.foreign_keys, "the optimizer would believe what published rows may break"
    fields = {field.name: field for field in orders.schema}
    assert [f.mode for f in orders.schema] == ["REQUIRED", *["NULLABLE"] * 3, *["REQUIRED"] * 2]
    assert fields["Amount"].description == "The Amount."
    amount = fields["Amount"]
    assert (amount.field_type, amount.precision, amount.scale) == ("NUMERIC", 12, 2)
    head = world.warehouse.query("SELECT * FROM customer360_audit.Publication")
    assert head == [{"Epoch": 0, "BatchID": None, "RunID": None}]


def test_only_what_is_staged_expires(world, contracts):
    world.warehouse.initialise(contracts)
    found = {name: world.client.get_dataset(name) for name in DATASETS}
    days = {name: dataset.default_table_expiration_ms for name, dataset in found.items()}
    assert days == {**dict.fromkeys(DATASETS), STAGING: 2 * 86_400_000}
    assert {str(dataset.labels) for dataset in found.values()} == {"{'app': 'c360'}"}


def test_a_second_initialisation_changes_nothing_and_sends_no_statement(world, make, contracts):
    world.warehouse.initialise(contracts)
    publish(world, contracts, "A", make)
    before, asked = described(world), len(world.requests(statement="SCRIPT"))
    assert world.warehouse.initialise(contracts) == ()
    assert described(world) == before
    assert len(world.requests(statement="SCRIPT")) == asked


def test_a_key_that_changed_is_declared_anew(world, make, contracts):
    world.warehouse.initialise(contracts)
    totals = dataclasses.replace(make.totals, key=("Status",))
    world.warehouse.initialise((*contracts[:2], totals))
    found = world.client.get_table("customer360_gold.Totals").table_constraints
    assert found.primary_key.columns == ["Status"]


def test_a_description_that_changed_is_written_and_rows_stay(world, make, contracts):
    publish(world, contracts, "A", make)
    column = dataclasses.replace(make.stores.columns[1], description='Where "it" is.')
    stores = dataclasses.replace(
        make.stores, columns=(make.stores.columns[0], column, *make.stores.columns[2:])
    )
    world.warehouse.initialise((contracts[0], stores, contracts[2]))
    assert world.columns("Stores")[1] == ("Location", True, 'Where "it" is.')
    assert world.table("Stores") == [make.store(1)]


def test_more_changes_than_bigquery_takes_one_by_one_are_made_at_once(world, make):
    world.warehouse.initialise(make.contracts)
    columns = [
        dataclasses.replace(each, description=f"{each.description} Anew.", nullable=True)
        for each in make.orders.columns
    ]
    added = ColumnContract("Tip", decimal(12, 2), "On top.", nullable=False)
    orders = dataclasses.replace(
        make.orders, columns=(*columns, added), description="Orders, anew.", cluster_by=("Status",)
    )
    contracts = (orders, *make.contracts[1:])
    assert world.warehouse.initialise(contracts) == ()
    found = world.client.get_table("customer360_silver.Orders")
    assert [(field.name, field.mode, field.description) for field in found.schema] == [
        (column.name, "NULLABLE", column.description) for column in orders.columns
    ]
    assert (found.description, found.clustering_fields) == ("Orders, anew.", ["Status"])
    assert found.labels == {"app": "c360"}
    assert found.table_constraints.primary_key.columns == ["OrderID"]
    assert len(world.requests(method="PATCH")) == 1
    assert world.warehouse.initialise(contracts) == ()
    assert len(world.requests(method="PATCH")) == 1


def test_when_the_answer_to_an_update_is_lost_the_table_is_looked_at(world, make):
    world.warehouse.initialise(make.contracts)
    stores = dataclasses.replace(make.stores, description="Stores, anew.")
    with tapped() as wire:
        wire.handler = lost(1, "PATCH")
        world.warehouse.initialise((make.orders, stores, make.totals))
    assert world.client.get_table("customer360_silver.Stores").description == "Stores, anew."
    assert len(world.requests(method="PATCH", status=200)) == 1


def test_a_dataset_in_another_location_is_told(world, contracts):
    world.warehouse.initialise(contracts)
    elsewhere = dataclasses.replace(world.warehouse.address, location="EU")
    with pytest.raises(WrongUse, match=r"lies in US, and the URL says EU.*\?location=US"):
        BigQueryWarehouse(elsewhere, world.warehouse.append).initialise(contracts)
