"""Builds the Spark session, with a reason for every setting that is not Spark's own."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib import resources

from py4j.java_gateway import java_import
from pyspark.sql import SparkSession

# Results depend on these, so they are set however the session was started.
_MEANING = {
    "spark.sql.session.timeZone": "UTC",  # instants are shown and shifted in one zone
    # An impossible cast is NULL in 3.5 and 4.1, never an exception that quotes the cell
    "spark.sql.ansi.enabled": "false",
    "spark.sql.legacy.codingErrorAction": "true",  # bad bytes decode to U+FFFD in 4.1, as in 3.5
    "spark.sql.timestampType": "TIMESTAMP_LTZ",  # the other one forgets what offset a text has
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",  # an impossible date is NULL, not an error
    "spark.sql.caseSensitive": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",  # a truncated file is an error, not fewer rows
    "spark.sql.files.ignoreMissingFiles": "false",
    # HotSpot never compiles a method above 8,000 bytes: beyond it Spark's own split code is faster
    "spark.sql.codegen.hugeMethodLimit": "8000",
    "spark.sql.parquet.compression.codec": "zstd",  # 37 % smaller at the same speed
}
# On one machine: nothing listens to the network, and nothing is drawn over the progress.
_LOCAL = {
    "spark.master": "local[*]",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "1600m",
    # No `.crc` beside each file: manifests hold checksums, and a damaged `.crc` fails every read
    "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
    "spark.sql.shuffle.partitions": "32",  # 200 make tasks of a few rows on one machine
    # In memory shuffled rows are many times their size: 64 MB of them spill before they are sorted
    "spark.sql.adaptive.advisoryPartitionSizeInBytes": "16m",
}
# Up to here a run is loading classes and compiling them rather than work: 6 s instead of 14 s.
_SMALL_BYTES = 16 << 20
_SMALL = {
    # Compiling what rows run through costs more than interpreting it
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
}
_SMALL_JVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xms512m -XX:ReservedCodeCacheSize=256m"
# Compilers take a fifth of a run's CPU, much of it for the large methods that Spark generates: with
# a quarter of the nodes C2 gives up the largest, and a run of 1 GB had 13 % less (decision 21)
_LARGE_JVM = "-XX:+UseParallelGC -XX:MaxNodeLimit=20000 -XX:NodeLimitFudgeFactor=1000"
# Hadoop has `chmod` run for all it makes in a local folder, nine times a write: without a helper
# process in between that takes half as long. Elsewhere than on Linux a JVM refuses the flag.
_LINUX_JVM = "-Djdk.lang.Process.launchMechanism=VFORK"
# PySpark asks for these by their short names, thousands of times a run, and for such a name py4j
# tries one package after the other, each in every jar, unless it is told where it is
_SHORT_NAMES = ("org.apache.spark.sql.functions", "org.apache.spark.api.python.PythonUtils")


def build_session(settings: Mapping[str, str] | None = None, app: str = "c360") -> SparkSession:
    """The session of this process, with `settings` on top of what c360's results depend on.

    The settings that change a result are set on any session, also one that `spark-submit` or a
    notebook made; `settings` reach only a session that is started here.
    """
    builder = SparkSession.builder.appName(app)
    for key, value in {**_MEANING, **(settings or {})}.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    for key, value in _MEANING.items():
        session.conf.set(key, value)
    session.sparkContext.setLogLevel("ERROR")  # warnings and plans may quote what they work on
    for name in _SHORT_NAMES:
        java_import(session._jvm, name)
    return session


def settings_for(bronze_bytes: int) -> dict[str, str]:
    """The settings of a session for this much input; none where `spark-submit` has decided."""
    if "PYSPARK_GATEWAY_PORT" in os.environ:
        return {}
    # Python processes of Spark must be of this interpreter, and Spark need not guess an address.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    small = bronze_bytes <= _SMALL_BYTES
    quiet = resources.files("c360").joinpath("log4j2.properties")
    jvm = f"{_SMALL_JVM if small else _LARGE_JVM} -Dlog4j2.configurationFile={quiet}"
    if sys.platform == "linux":
        jvm = f"{jvm} {_LINUX_JVM}"
    return {**_LOCAL, **(_SMALL if small else {}), "spark.driver.extraJavaOptions": jvm}


def stop_session() -> None:
    """Stop the session of this process, if one was started."""
    session = SparkSession.getActiveSession()
    if session is not None:
        session.stop()
