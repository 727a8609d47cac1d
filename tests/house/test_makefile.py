"""The commands explain themselves, and CI runs the ones that people run."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.source import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
needs_make = pytest.mark.skipif(not shutil.which("make"), reason="make is not on this machine")


def phony_targets(makefile: str) -> set[str]:
    """What is declared as a command rather than a file."""
    joined = makefile.replace("\\\n", "")
    return set(re.search(r"^\.PHONY: (.+)$", joined, re.MULTILINE)[1].split())


def commands(makefile: str) -> set[str]:
    """Every rule that a person can name: not a variable's, and not `.SPECIAL`."""
    return set(re.findall(r"^([a-z][a-z0-9-]*):(?!=)", makefile, re.MULTILINE))


def make(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@needs_make
@pytest.mark.parametrize("arguments", [(), ("help",)])
def test_help_lists_every_command(arguments: tuple[str, ...]) -> None:
    shown = re.findall(r"^ +make ([a-z0-9-]+) +\S", make(*arguments).stdout, re.MULTILINE)
    assert len(shown) == len(set(shown))
    assert set(shown) == commands(MAKEFILE)


@needs_make
def test_help_leaves_out_what_does_not_explain_itself(tmp_path: Path) -> None:
    planted = f"{MAKEFILE}\nsecret: \n\techo secret\n"
    (tmp_path / "Makefile").write_text(planted, encoding="utf-8")
    assert "secret" in commands(planted)
    assert "secret" not in make("help", folder=tmp_path).stdout


def test_no_list_of_pins_is_resolved_again() -> None:
    """A release that came after the pins broke an install: pip looked at it for an extra."""
    installs = re.findall(r"^.*-r (?:\$|requirements/).*$", MAKEFILE, re.MULTILINE)
    assert len(installs) >= 5
    assert [line for line in installs if "$(PINNED)" not in line] == []
    pinned = re.search(r"^PINNED := (.+)$", MAKEFILE, re.MULTILINE)[1].split()
    assert {"--no-deps", "--require-hashes", "--no-build-isolation"} <= set(pinned)


def test_every_command_is_phony() -> None:
    assert phony_targets(MAKEFILE) == commands(MAKEFILE)


@needs_make
def test_a_machine_without_python_is_told_what_to_do(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "setup.py", "requirements/build.txt", "requirements/dev.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    result = make("install", "PYTHON=", folder=tmp_path)
    assert result.returncode != 0
    assert "c360 needs Python 3.11 or newer" in result.stdout
    assert not (tmp_path / ".venv").exists()


@needs_make
@pytest.mark.parametrize(
    ("version", "accepted"), [("17.0.15", True), ("21.0.1", True), ("11.0.2", False), ("", False)]
)
def test_java_is_17_or_21_or_the_message_says_so(
    tmp_path: Path, version: str, accepted: bool
) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    java = tmp_path / "jdk" / "bin" / "java"
    java.parent.mkdir(parents=True)
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    (tmp_path / ".venv").mkdir()
    result = subprocess.run(
        # `-o` takes the environment as installed.
        ["make", ".venv/.java-checked", "-o", ".venv/.installed"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "JAVA_HOME": str(tmp_path / "jdk")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode == 0) == accepted
    assert (tmp_path / ".venv" / ".java-checked").exists() == accepted
    if not accepted:
        assert "c360 needs Java 17 or 21 and found " in result.stdout
        assert "JAVA_HOME" in result.stdout


def test_ci_runs_the_gates_and_the_test_command_that_people_run() -> None:
    named = set(re.findall(r"\bmake ([a-z0-9-]+)", CI))
    assert {"check", "test"} <= named
    assert named <= commands(MAKEFILE)


def run_ci(tmp_path: Path, make_script: str, script: str = CI) -> subprocess.CompletedProcess[str]:
    """`.ci/run` in a folder of its own, with another `make` and all other tools."""
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "run").write_text(script, encoding="utf-8")
    (tmp_path / ".ci" / "run").chmod(0o755)
    tools = tmp_path / "tools"
    tools.mkdir()
    others = dict.fromkeys(("python3.11", "chromium", "npm"), "exit 0")
    for name, text in {"make": make_script, **others}.items():
        (tools / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    return subprocess.run(
        [str(tmp_path / ".ci" / "run")],
        env={"PATH": f"{tools}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_ci_closes_with_one_line_a_tier(tmp_path: Path) -> None:
    result = run_ci(tmp_path, 'echo "made $*"')
    assert result.returncode == 0
    closing = result.stdout.splitlines()[-8:]
    assert [line.split()[0] for line in closing] == ["passed"] * 7 + ["All"]


def test_ci_that_takes_longer_than_it_should_says_so_and_passes(tmp_path: Path) -> None:
    hurried = re.sub("^AIM_SECONDS=.*$", "AIM_SECONDS=-1", CI, flags=re.MULTILINE)
    result = run_ci(tmp_path, 'echo "made $*"', hurried)
    assert result.returncode == 0
    assert "Slow: the tiers are meant to take -1 s at the most." in result.stdout


def test_ci_is_stopped_at_its_limit_and_fails(tmp_path: Path) -> None:
    ended = re.sub("^LIMIT_SECONDS=.*$", "LIMIT_SECONDS=0", CI, flags=re.MULTILINE)
    result = run_ci(tmp_path, 'echo "made $*"', ended)
    assert result.returncode == 1
    assert "made test\n" not in result.stdout


def test_ci_passes_without_the_tools_of_the_cloud_tests_and_says_what_is_missing(
    tmp_path: Path,
) -> None:
    result = run_ci(tmp_path, 'case $1 in *there) echo "needs Go"; exit 1;; esac')
    assert result.returncode == 0
    for tier in ("cloud", "airflow"):
        assert f"skipped  {tier}: needs Go\n" in result.stdout


@needs_make
def test_all_that_the_cloud_tests_need_is_named_in_one_line(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    words = (
        "build/cloud/.tools-there",
        "GO=nothing",
        "MVN=nothing",
        "PYTHON35=nothing",
        "PYTHON313=",
    )
    result = make(*words, folder=tmp_path)
    assert result.returncode != 0
    assert len(result.stdout.splitlines()) == 1
    for name in ("Go,", "Maven,", "Python 3.11", "Python 3.13", "make test runs without"):
        assert name in result.stdout


@needs_make
def test_a_jar_that_is_not_the_expected_one_is_not_kept(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "jars.sha256").write_text(f"{'0' * 64}  a.jar\n", "utf-8")
    mvn = tmp_path / "mvn"  # leaves a jar where it is told to
    mvn.write_text('#!/bin/sh\nfor each; do :; done; touch "${each#*=}/a.jar"\n', "utf-8")
    mvn.chmod(0o755)
    words = ("-o", "build/cloud/.tools-there", "build/cloud/jars/.installed", f"MVN={mvn}")
    result = make(*words, folder=tmp_path)
    assert result.returncode != 0
    assert "A jar is not what requirements/jars.sha256 says" in result.stdout
    assert list((tmp_path / "build" / "cloud" / "jars").iterdir()) == []


@needs_make
def test_without_its_connector_the_newer_spark_is_not_tried(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    installed = (".venv/.installed", ".venv/.java-checked")
    done = [
        *installed,
        "build/cloud/bigquery-env/.installed",
        "build/cloud/jars/.installed",
        *(f"build/cloud/.{name}" for name in re.findall(r"github.com/\S+/(\S+@\S+)", MAKEFILE)),
    ]
    for name in done:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    skipped = [word for name in done for word in ("-o", name)]
    result = make("test-cloud-spark41", "SPARK41_CONNECTOR=", *skipped, folder=tmp_path)
    assert result.returncode != 0
    assert "needs Google's BigQuery connector for Spark 4.1" in result.stdout


@needs_make
def test_cleaning_keeps_the_tools_that_took_minutes(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("build/cloud/bin/tool", "build/silver/part", "c360/x", "tests/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert make("clean", folder=tmp_path).returncode == 0
    assert [path.name for path in (tmp_path / "build").iterdir()] == ["cloud"]
    assert (tmp_path / "build" / "cloud" / "bin" / "tool").exists()


def test_ci_fails_when_any_tier_fails_and_still_runs_the_others(tmp_path: Path) -> None:
    result = run_ci(tmp_path, 'echo "made $*"; test "$1" != check')
    assert result.returncode == 1
    assert "FAILED   gates" in result.stdout
    assert "made test\n" in result.stdout
    assert result.stdout.endswith("Not all tiers passed.\n")
