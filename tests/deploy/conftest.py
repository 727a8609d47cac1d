"""Stand-ins for gcloud and bq, and a project that they have filled."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.deploy import standin
from tests.deploy.cloud import ROOT, Cloud
from tests.deploy.scripts import load_script


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Cloud:
    """A checkout with `make dist` done, the tools, and an empty project."""
    folder = tmp_path_factory.mktemp("deploy")
    checkout = folder / "checkout"
    for part in ("deploy", "conf", "jobs", "dags"):
        shutil.copytree(ROOT / part, checkout / part)
    (checkout / "dist").mkdir()
    load_script("build_zip").build_zip(checkout / "dist" / "c360.zip")
    pip = load_script("pip_packages")
    packages = pip.pip_packages(pip.PINS.read_text(encoding="utf-8"), "3.11")
    (checkout / "dist" / "pip-packages.txt").write_text(packages + "\n", encoding="utf-8")
    (folder / "bin").mkdir()
    for tool in ("gcloud", "bq"):
        program = folder / "bin" / tool
        program.write_text(
            f'#!/bin/sh\nexec "{sys.executable}" -I -S "{standin.__file__}" {tool} "$STATE" "$@"\n',
            encoding="utf-8",
        )
        program.chmod(0o755)
    (folder / "bin" / "python3").symlink_to(sys.executable)
    return Cloud(folder, folder / "bin", checkout)


@pytest.fixture
def cloud(bench: Cloud, tmp_path: Path) -> Cloud:
    """An empty project, and a checkout that the test may change."""
    shutil.copytree(bench.checkout, tmp_path / "checkout")
    return Cloud(tmp_path, bench.tools, tmp_path / "checkout")


@pytest.fixture(scope="module")
def one_pass(bench: Cloud) -> Cloud:
    """The project after one pass of everything that makes something."""
    bench.make_all()
    return bench


@pytest.fixture
def made(one_pass: Cloud, cloud: Cloud) -> Cloud:
    """The same, to go on from: what was called is forgotten."""
    shutil.copy(one_pass.folder / "state.json", cloud.folder)
    return cloud
