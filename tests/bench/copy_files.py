"""`python -m tests.bench.copy_files BRONZE OUT`: Spark copies the files to typed Parquet."""

from __future__ import annotations

import sys
from pathlib import Path

from c360.registry.read import read_registry
from c360.session import build_session, settings_for


def copy_files(bronze: Path, out: Path, registry: Path) -> None:
    """Each file as typed Parquet; what does not fit its type is NULL."""
    size = sum(path.stat().st_size for path in bronze.rglob("*.csv*"))
    spark = build_session(settings_for(size), app="copy")
    for table in read_registry(registry).tables:
        schema = ", ".join(f"`{column.name}` {column.type.spark}" for column in table.columns)
        files = [str(path) for pattern in table.files for path in bronze.rglob(pattern)]
        frame = spark.read.csv(files, schema=schema, header=True, enforceSchema=True)
        frame.write.mode("overwrite").parquet(str(out / table.name))
    spark.stop()


if __name__ == "__main__":
    copy_files(Path(sys.argv[1]), Path(sys.argv[2]), Path("conf/tables.yaml"))
