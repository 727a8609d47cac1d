"""Renders the settings of the DAG, beside which they lie, from the variables of settings.env."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def dag_settings(known: Mapping[str, str], packages: str) -> dict[str, Any]:
    """What differs from project to project, and nothing else.

    Args:
        known: the variables of settings.env.
        packages: the value of `dataproc:pip.packages`.

    Raises:
        KeyError: a variable is missing.
    """
    return {
        "project": known["PROJECT"],
        "region": known["REGION"],
        "location": known["LOCATION"],
        "raw_bucket": known["RAW_BUCKET"],
        "silver_bucket": known["SILVER_BUCKET"],
        "scripts_bucket": known["SCRIPTS_BUCKET"],
        "schedule": known["SCHEDULE"],
        "mail_to": known["MAIL_TO"],
        "pubsub_topic": known["PUBSUB_TOPIC"],
        "wait_minutes": int(known["WAIT_MINUTES"]),
        "retry_seconds": int(known["RETRY_SECONDS"]),
        "job_minutes": int(known["JOB_MINUTES"]),
        "cluster": cluster_config(known, packages),
    }


def cluster_config(known: Mapping[str, str], packages: str) -> dict[str, Any]:
    """The single-node cluster of one run, in the words of Dataproc's API; see 60_cluster.sh."""
    return {
        "config_bucket": known["SCRIPTS_BUCKET"],
        "gce_cluster_config": {
            "internal_ip_only": True,
            "subnetwork_uri": known["SUBNET"],
            "service_account": known["JOB_ACCOUNT"],
            "service_account_scopes": ["https://www.googleapis.com/auth/cloud-platform"],
            "metadata": {"SPARK_BQ_CONNECTOR_VERSION": known["CONNECTOR_VERSION"]},
        },
        "master_config": {
            "num_instances": 1,
            "machine_type_uri": known["MACHINE_TYPE"],
            "disk_config": {"boot_disk_size_gb": int(known["DISK_GB"])},
        },
        "software_config": {
            "image_version": known["IMAGE_VERSION"],
            "properties": {
                "dataproc:dataproc.allow.zero.workers": "true",
                "dataproc:pip.packages": packages,
            },
        },
        "lifecycle_config": {
            "idle_delete_ttl": {"seconds": 60 * int(known["MAX_IDLE_MINUTES"])},
            "auto_delete_ttl": {"seconds": 60 * int(known["MAX_AGE_MINUTES"])},
        },
    }


if __name__ == "__main__":
    listed = Path(sys.argv[1]).read_text(encoding="utf-8").strip()
    sys.stdout.write(json.dumps(dag_settings(os.environ, listed), indent=2) + "\n")
