"""`python -m tests.support.publisher PICKLE WAREHOUSE`: publishes by turns until it is killed."""

from __future__ import annotations

import itertools
import pickle
import sys
from pathlib import Path

from c360.warehouse.duckdb import DuckDBWarehouse
from tests.support.publications import again

if __name__ == "__main__":
    publications = pickle.loads(Path(sys.argv[1]).read_bytes())
    warehouse = DuckDBWarehouse(Path(sys.argv[2]), 10)
    for publication in itertools.cycle(publications):
        warehouse.publish(again(publication, warehouse.read_head()))
        sys.stdout.write("published\n")
        sys.stdout.flush()
