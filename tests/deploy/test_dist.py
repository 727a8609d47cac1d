"""The zip for `--py-files`: the same bytes everywhere, and all but packages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.deploy.scripts import load_script

ROOT = Path(__file__).resolve().parents[2]
BUILD = load_script("build_zip")
DEADLINE = 500  # seconds; a run of the sample takes about 40
# What the Dataproc images have, each in an environment of its own: see `make test-dist`.
IMAGES = {"2.3": (".venv-spark35", (3, 11), "3.5."), "3.0": (".venv-py312", (3, 12), "4.1.")}
PROBE = """
import sys, pyspark, c360
from importlib import resources
data = resources.files("c360")
names = ("gold_check/aov.sql", "log4j2.properties")
there = all(data.joinpath(name).read_bytes() for name in names)
print(c360.__file__, sys.version_info[:2], pyspark.__version__, there)
"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist") / "c360.zip"
    BUILD.build_zip(target)
    return target


def interpreter(image: str) -> Path:
    """The Python of an image's twin; skips where `make test-dist` has not made it."""
    folder, version, spark = IMAGES[image]
    python = ROOT / folder / "bin" / "python"
    if not python.exists():
        pytest.skip(f"{folder} is not there: `make test-dist` makes it")
    asked = "import sys, pyspark; print(sys.version_info[:2], pyspark.__version__)"
    found = subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True)
    assert found.stdout.startswith(f"{version} {spark}")
    return python


def submit(python: Path, folder: Path, archive: Path, *words: str) -> subprocess.CompletedProcess:
    """`spark-submit --py-files c360.zip words`, from a folder, in another environment."""
    home = next(python.parent.parent.glob("lib/python*/site-packages/pyspark"))
    own = {"PYSPARK_PYTHON": str(python), "PYSPARK_DRIVER_PYTHON": str(python)}
    known = {key: os.environ[key] for key in ("PATH", "JAVA_HOME", "HOME") if key in os.environ}
    local = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }
    options = [f"--conf={key}={value}" for key, value in local.items()]
    options += ["--master=local[2]", f"--py-files={archive}"]
    return subprocess.run(
        [str(home / "bin" / "spark-submit"), *options, *words],
        cwd=folder,
        env={**known, **own, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )


def test_the_zip_has_the_same_bytes_every_time(archive: Path, tmp_path: Path) -> None:
    again = tmp_path / "other" / "c360.zip"
    BUILD.build_zip(again)
    assert again.read_bytes() == archive.read_bytes()
    with zipfile.ZipFile(again) as found:
        assert found.namelist() == sorted(found.namelist())
        assert {entry.date_time for entry in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_zip_has_every_module_and_data_file_and_nothing_compiled(archive: Path) -> None:
    with zipfile.ZipFile(archive) as found:
        names = set(found.namelist())
    there = {path for path in (ROOT / "c360").rglob("*") if path.is_file()}
    assert names == {
        path.relative_to(ROOT).as_posix() for path in there if path.parent.name != "__pycache__"
    }


def test_the_commands_explain_themselves_from_an_empty_folder(
    archive: Path, tmp_path: Path
) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "c360", "--help"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(archive)},
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr[-500:]
    assert "validate" in shown.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.spark
@pytest.mark.parametrize("image", IMAGES)
def test_spark_submit_takes_code_and_data_from_the_zip(
    image: str, archive: Path, tmp_path: Path
) -> None:
    python, empty = interpreter(image), tmp_path / "empty"
    empty.mkdir()
    (tmp_path / "probe.py").write_text(PROBE, encoding="utf-8")
    done = submit(python, empty, archive, str(tmp_path / "probe.py"))
    assert done.returncode == 0, done.stderr[-800:]
    assert done.stdout.startswith(
        f"{archive}/c360/__init__.py {IMAGES[image][1]} {IMAGES[image][2]}"
    )
    assert done.stdout.endswith(" True\n")
    helped = submit(python, empty, archive, str(ROOT / "jobs" / "main.py"), "--help")
    assert helped.returncode == 0, helped.stderr[-800:]
    assert "validate" in helped.stdout


@pytest.mark.dist
@pytest.mark.parametrize("image", IMAGES)
def test_the_sample_is_published_from_an_empty_folder(
    image: str, archive: Path, tmp_path: Path
) -> None:
    python, empty = interpreter(image), tmp_path / "empty"
    empty.mkdir()
    places = {
        "--registry": ROOT / "conf" / "tables.yaml",
        "--bronze": ROOT / "sample_data" / "raw",
        "--silver": tmp_path / "silver",
        "--warehouse": f"duckdb:///{tmp_path / 'c360.duckdb'}",
        "--report": tmp_path / "report.json",
    }
    words = [str(word) for pair in places.items() for word in pair]
    done = submit(python, empty, archive, str(ROOT / "jobs" / "main.py"), "run", *words)
    assert done.returncode == 0, (done.stdout + done.stderr)[-800:]
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert report["status"] == "published"
    verified = submit(
        python, empty, archive, str(ROOT / "jobs" / "main.py"), "verify", *words[:2], *words[6:8]
    )
    assert verified.returncode == 0, (verified.stdout + verified.stderr)[-800:]
    assert f"batch {report['batch_id']}" in verified.stdout
