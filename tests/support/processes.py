"""Runs c360 in processes of their own: the command as people start it, and under spark-submit."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pyspark

from c360.failpoints import VARIABLE
from tests.support.places import Outcome, Places

ROOT = Path(__file__).resolve().parents[2]
SPARK_HOME = Path(pyspark.__file__).parent
DEADLINE = 900  # seconds; a run of a small set takes about 20, on a machine that is busy 200
_ON_THIS_MACHINE = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.shuffle.partitions": "3",
}


def command_in_process(*words: str, env: Mapping[str, str] | None = None) -> Outcome:
    """`c360 words`, as a command of its own."""
    return _finished([sys.executable, "-m", "c360", *words], env or {})


def started_run(places: Places, *words: str, failpoint: str = "") -> subprocess.Popen[bytes]:
    """`c360 run` in these places, in a process group of its own that says nothing.

    `failpoint` is what it is stopped at, for example `silver.manifest#2:kill`.
    """
    return subprocess.Popen(
        [sys.executable, "-m", "c360", "run", *places.words, *words],
        cwd=ROOT,
        env={**os.environ, **({VARIABLE: failpoint} if failpoint else {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def submitted(master: str, *words: str) -> Outcome:
    """`spark-submit --master MASTER jobs/main.py words`."""
    settings = [
        part for key, value in _ON_THIS_MACHINE.items() for part in ("--conf", f"{key}={value}")
    ]
    submit = [str(SPARK_HOME / "bin" / "spark-submit"), "--master", master, *settings]
    return _finished([*submit, str(ROOT / "jobs" / "main.py"), *words], {})


def submitted_as_configured(conf: Path, *words: str) -> Outcome:
    """`spark-submit jobs/main.py words`; all settings of Spark are those of the folder `conf`."""
    submit = [str(SPARK_HOME / "bin" / "spark-submit"), str(ROOT / "jobs" / "main.py"), *words]
    return _finished(submit, {"SPARK_CONF_DIR": str(conf)})


def _finished(words: list[str], env: Mapping[str, str]) -> Outcome:
    known = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "SPARK_HOME": str(SPARK_HOME),
        "SPARK_LOCAL_IP": "127.0.0.1",
        **env,
    }
    done = subprocess.run(
        words, env=known, cwd=ROOT, capture_output=True, text=True, timeout=DEADLINE, check=False
    )
    return Outcome(done.returncode, done.stdout, done.stderr)
