"""What is installed is pinned by hash and says nothing of where it came from."""

from __future__ import annotations

import re

import pytest

from tests.house.source import ROOT

FOLDER = ROOT / "requirements"
PINNED = sorted(FOLDER.glob("*.txt"))
_ADDRESS = re.compile(
    r"://|--(extra-)?index-url|--find-links|^-[if] |@ file|^\s*(/|[A-Za-z]:\\)", re.M
)


def entries(text: str) -> list[str]:
    """The logical lines of a requirements file, comments left out."""
    joined = re.sub(r"\\\n\s*", "", text)
    return [line for line in joined.splitlines() if line and not line.startswith("#")]


def without_hash(text: str) -> list[str]:
    """Entries that are not one exact version with at least one SHA-256."""
    form = re.compile(r"[a-z0-9._-]+==\S+( ; .+?)?( ?--hash=sha256:[0-9a-f]{64})+")
    return [entry for entry in entries(text) if not form.fullmatch(entry)]


def versions(name: str) -> dict[str, str]:
    found = entries((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))
    return dict(re.match(r"(\S+)==(\S+)", entry).groups() for entry in found)


def test_each_list_of_wishes_has_its_pins() -> None:
    assert sorted(path.stem for path in PINNED) == sorted(path.stem for path in FOLDER.glob("*.in"))
    assert {path.stem for path in PINNED} == {
        *("bigquery-server", "build", "dev", "runtime", "spark35"),
        *("airflow", "airflow-2.11", "airflow-3.1"),
    }


@pytest.mark.parametrize("path", PINNED, ids=lambda path: path.stem)
def test_every_package_is_pinned_with_its_hashes(path) -> None:
    text = path.read_text(encoding="utf-8")
    assert entries(text)
    assert without_hash(text) == []


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_no_file_names_an_address_or_a_folder(path) -> None:
    assert _ADDRESS.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "duckdb==2.0.0",
        "duckdb>=2 --hash=sha256:" + "0" * 64,
        "duckdb==2.0.0 --hash=md5:" + "0" * 32,
        "c360 @ file:c360.whl",
    ],
)
def test_a_loose_entry_is_found(line: str) -> None:
    assert without_hash(line) == [line]
    assert without_hash("duckdb==2.0.0 ; os == 'x' \\\n    --hash=sha256:" + "0" * 64) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url x",
        "-i x",
        "--find-links wheels",
        "-f wheels",
        "a @ https://x/a.whl",
        "/a/b.whl",
    ],
)
def test_an_address_is_found(line: str) -> None:
    assert _ADDRESS.search(f"duckdb==2.0.0\n{line}\n")


def test_the_lists_agree_on_every_version_they_share() -> None:
    dev, spark35 = versions("dev"), versions("spark35")
    assert versions("runtime").items() <= dev.items()
    differing = {name for name in dev.keys() & spark35.keys() if dev[name] != spark35[name]}
    assert differing == {"pyspark"}
    assert dev["pyspark"].startswith("4.1.")
    assert spark35["pyspark"].startswith("3.5.")


def test_a_run_needs_neither_pandas_nor_test_tools() -> None:
    assert not versions("runtime").keys() & {"pandas", "pyarrow", "pytest", "mypy", "faker"}


def test_the_wishes_allow_what_the_package_declares() -> None:
    declared = re.search(
        r"^dependencies = \[\n(.*?)^\]", (ROOT / "pyproject.toml").read_text("utf-8"), re.M | re.S
    )[1]
    names = {re.match(r"[a-z0-9-]+", wish)[0] for wish in re.findall(r'"(.+?)"', declared)}
    assert names <= versions("runtime").keys()
