"""The Spark configuration that leads both connectors to the servers of the tests.

The product has no setting for any of this: on a cluster the connectors find Google by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.cloud.tls import TlsFiles
from tests.cloud.tools import ROOT, connector_jar, gcs_connector_jar

_BIGQUERY = "spark.datasource.bigquery"
_FS = "spark.hadoop.fs.gs"
# Runs of tests are small: class loading and compiling are what they cost.
_SMALL = {
    "spark.master": "local[2]",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
}
_SMALL_JVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xms512m -XX:ReservedCodeCacheSize=256m"


def bigquery_settings(url: str, grpc_port: int) -> dict[str, str]:
    """Where the BigQuery connector calls; these may change in a running session."""
    return {
        f"{_BIGQUERY}.parentProject": "test-project",
        f"{_BIGQUERY}.gcpAccessToken": "nobody-asks-for-it",
        f"{_BIGQUERY}.bigQueryHttpEndpoint": url,
        f"{_BIGQUERY}.bigQueryStorageGrpcEndpoint": f"localhost:{grpc_port}",
    }


def gcs_settings(url: str) -> dict[str, str]:
    """Where the Cloud Storage connector calls."""
    return {
        f"{_FS}.impl": "com.google.cloud.hadoop.fs.gcs.GoogleHadoopFileSystem",
        f"{_FS}.auth.type": "UNAUTHENTICATED",
        # the same in the words of the older connector
        f"{_FS}.auth.service.account.enable": "false",
        f"{_FS}.auth.null.enable": "true",
        f"{_FS}.storage.root.url": f"{url}/",
        f"{_FS}.project.id": "test-project",
        f"{_FS}.operation.move.enable": "false",  # the server has no such call
    }


def jvm_settings(tls: TlsFiles) -> dict[str, str]:
    """What a JVM must be started with: the jars, and whom it trusts."""
    quiet = ROOT / "c360" / "log4j2.properties"
    options = f"{_SMALL_JVM} {tls.java_options} -Dlog4j2.configurationFile={quiet}"
    return {
        **_SMALL,
        "spark.jars": f"{connector_jar()},{gcs_connector_jar()}",
        "spark.driver.extraJavaOptions": options,
        "spark.executor.extraJavaOptions": options,
    }


def write_spark_conf(folder: Path, settings: Mapping[str, str]) -> Path:
    """A folder for SPARK_CONF_DIR."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{name} {value}\n" for name, value in settings.items()]
    (folder / "spark-defaults.conf").write_text("".join(lines), encoding="utf-8")
    return folder
