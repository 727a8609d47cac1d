"""Views for analysts, and silver by `bq load` alone, on a server that speaks the real protocol."""

from __future__ import annotations

from decimal import Decimal

from google.cloud import bigquery

from c360.warehouse.bigquery_views import audit_views, create_view, load_target, state_view

VIEWS = {view.table.name: view for view in audit_views()}


def ask(world, sql):
    return [dict(row.items()) for row in world.client.query_and_wait(sql)]


def load(world, contract, uris):
    """What `bq load --source_format=PARQUET --replace` does with the files of a state."""
    target = load_target(contract)
    config = bigquery.LoadJobConfig(
        source_format="PARQUET",
        create_disposition="CREATE_IF_NEEDED",
        write_disposition="WRITE_TRUNCATE",
    )
    where = f"{target.dataset}.{target.name}"
    world.client.load_table_from_uri(uris, where, job_config=config).result()


def test_every_view_of_the_audit_is_created_and_shows_the_published_batch(world, make):
    world.publish("one", [make.order(1)])
    world.publish("two", [make.order(1), make.order(2)])
    world.tamper(*map(create_view, VIEWS.values()))
    shown = {name: ask(world, f"SELECT * FROM `customer360_audit`.`{name}`") for name in VIEWS}
    assert {name: len(rows) for name, rows in shown.items()} == {
        "CurrentBatch": 1,
        "CurrentTables": 3,
        "CurrentFiles": 1,
        "CurrentRejects": 1,
        "Runs": 2,
    }
    assert (shown["CurrentBatch"][0]["BatchID"], shown["CurrentBatch"][0]["Epoch"]) == ("two", 2)
    assert sorted(row["IsPublished"] for row in shown["Runs"]) == [False, True]


def test_of_a_key_in_two_loaded_files_the_state_has_one_row(world, make):
    world.warehouse.initialise(make.contracts)
    new = make.order(1, "2.00", at="2025-01-02 10:00:00", file="a.csv")
    old = make.order(1, "1.00", at="2025-01-01 10:00:00", file="b.csv")
    uris = [world.parquet(make.orders, [new]), world.parquet(make.orders, [old, make.order(2)])]
    for _ in range(2):  # a second load replaces the first
        load(world, make.orders, uris)
    loaded = ask(world, "SELECT COUNT(*) AS n FROM `customer360_staging`.`Orders`")
    world.tamper(create_view(state_view(make.orders)))
    state = ask(
        world,
        "SELECT `OrderID`, `Amount`, `SourceFile` FROM `customer360_silver`.`Orders_state` "
        "ORDER BY `OrderID`",
    )
    assert loaded == [{"n": 3}]
    assert state == [
        {"OrderID": 1, "Amount": Decimal("2.00"), "SourceFile": "a.csv"},
        {"OrderID": 2, "Amount": Decimal("10.00"), "SourceFile": "a.csv"},
    ]
