"""The metadata of a table counts its rows, which a scheduler may ask for that sees no row."""

from __future__ import annotations

from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery as google

from tests.cloud.bigquery_server import BigQueryServer

REPLACED = """
MERGE shop.Stores AS t USING (SELECT n AS StoreID FROM UNNEST([1, 2, 3]) AS n) AS s
ON t.StoreID = s.StoreID WHEN MATCHED THEN UPDATE SET Name = 'again'
"""


def test_rows_that_a_merge_replaced_count_once(bigquery: BigQueryServer) -> None:
    client = google.Client(
        "counted-rows", AnonymousCredentials(), client_options={"api_endpoint": bigquery.url}
    )
    client.query_and_wait("CREATE SCHEMA shop")
    client.query_and_wait("CREATE TABLE shop.Stores (StoreID INT64, Name STRING)")
    assert client.get_table("shop.Stores").num_rows == 0
    client.query_and_wait("INSERT INTO shop.Stores VALUES (1, 'a'), (2, 'b'), (3, 'c')")
    for _ in range(2):
        client.query_and_wait(REPLACED)
        assert client.get_table("shop.Stores").num_rows == 3
    client.query_and_wait("DELETE FROM shop.Stores WHERE StoreID = 1")
    assert client.get_table("shop.Stores").num_rows == 2
