"""What results depend on holds in any session, however it was started."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from c360.session import build_session, settings_for

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.mark.parametrize(("platform", "has_it"), [("linux", True), ("darwin", False)])
def test_a_jvm_is_told_to_use_vfork_only_where_it_knows_that(
    monkeypatch: pytest.MonkeyPatch, platform: str, has_it: bool
) -> None:
    monkeypatch.delenv("PYSPARK_GATEWAY_PORT", raising=False)
    monkeypatch.setattr("sys.platform", platform)
    assert ("VFORK" in settings_for(0)["spark.driver.extraJavaOptions"]) == has_it


@pytest.mark.spark
@pytest.mark.parametrize("bronze_bytes", [0, 1 << 30], ids=["small", "large"])
def test_the_jvm_of_this_machine_takes_the_flags_of_a_run(
    monkeypatch: pytest.MonkeyPatch, bronze_bytes: int
) -> None:
    monkeypatch.delenv("PYSPARK_GATEWAY_PORT", raising=False)
    flags = shlex.split(settings_for(bronze_bytes)["spark.driver.extraJavaOptions"])
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else "java"
    told = subprocess.run(
        [java, *flags, "-version"], capture_output=True, text=True, timeout=60, check=False
    )
    assert told.returncode == 0, told.stderr


def test_an_offset_counts_whatever_a_cluster_says_of_timestamps(spark: SparkSession) -> None:
    other = spark.newSession()
    other.conf.set("spark.sql.timestampType", "TIMESTAMP_NTZ")
    read = "SELECT CAST(CAST('2025-06-01T10:00:00+02:00' AS timestamp) AS string) AS at"
    assert other.sql(read).collect()[0]["at"] == "2025-06-01 10:00:00", "the offset is forgotten"
    spark.conf.set("spark.sql.timestampType", "TIMESTAMP_NTZ")
    build_session()
    assert spark.sql(read).collect()[0]["at"] == "2025-06-01 08:00:00"
