"""Names, e-mails and addresses stay where they were declared."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.digest import AUDIT, GOLD, SILVER, read_all
from tests.support.places import Places, command, own_registry, tolerant

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Values that occur nowhere else; each stands in another place of the sources.
GOOD = ("Canary Aurora", "canary.aurora@example.com", "1 Canary Lane")
BAD = ("Canary Borealis", "canary.borealis@example.com", "2 Canary Lane")
SHIFTED = ("Canary Corona", "canary.corona@example.com", "3 Canary Lane")
MANAGER, AGENT, HEADER = "Canary Manager", "Canary Agent", "canary.header@example.com"
EVERY = (*GOOD, *BAD, *SHIFTED, MANAGER, AGENT, HEADER)


def plant(bronze: Path) -> None:
    """Canaries in good rows, in bad rows, in the wrong columns and in a header."""
    with (bronze / "Customers.csv").open("a", encoding="utf-8", newline="") as file:
        file.write(f'\n990001,{GOOD[0]},{GOOD[1]},"{GOOD[2]}"\n')
        file.write(f"not-a-number,{BAD[0]},{BAD[1]},{BAD[2]}\n")
        file.write(f"{SHIFTED[0]},990002,{SHIFTED[2]},{SHIFTED[1]}\n")
    with (bronze / "Stores.csv").open("a", encoding="utf-8", newline="") as file:
        file.write(f"\n990003,Springfield,{MANAGER},9-5\n")
    (bronze / "Agents_more.csv").write_text(
        f"AgentID,Name,Department,Shift,{HEADER}\n990004,{AGENT},Sales,Day,x\n", encoding="utf-8"
    )
    # A status, a tier and an id that are persons: shifted columns are the usual way for it.
    (bronze / "OnlineTransactions_shifted.csv").write_text(
        "OrderID,CustomerID,ProductID,DateTime,PaymentMethod,Amount,Status\n"
        f"990005,{SHIFTED[0]},1,2025-03-01 10:00:00,Card,5.00,{SHIFTED[1]}\n"
        f"990006,1,1,2025-03-01 10:00:00,{SHIFTED[2]},5.00,{SHIFTED[0]}\n",
        encoding="utf-8",
    )


def hits(text: str) -> list[str]:
    """The canaries that a text holds, also where JSON has escaped it."""
    return [canary for canary in EVERY if canary in text]


@pytest.fixture(scope="module")
def planted(
    sample: Places, tmp_path_factory: pytest.TempPathFactory, spark: SparkSession
) -> tuple[Places, str]:
    """A published set with canaries, and everything that the run said."""
    folder = tmp_path_factory.mktemp("canaries")
    places = Places.below(folder, own_registry(tolerant))  # persons are worth a few rejects
    shutil.copytree(sample.bronze, places.bronze)
    shutil.copytree(sample.silver, places.silver)
    shutil.copy(sample.warehouse, places.warehouse)
    plant(places.bronze)
    words = ("--log-format", "json", "--report", str(folder / "report.json"))
    told = command("run", *places.words, *words, spark=spark)
    assert told.exit_code == 0, told.stderr
    again = command("run", *places.words)
    everything = told.stdout + told.stderr + again.stdout + again.stderr
    return places, everything + (folder / "report.json").read_text()


def test_what_a_run_says_and_reports_names_no_person(planted: tuple[Places, str]) -> None:
    assert hits(planted[1]) == []


def test_the_audit_names_no_person(planted: tuple[Places, str]) -> None:
    audit = read_all(planted[0].warehouse, AUDIT)
    assert len(audit) == 4
    assert hits(json.dumps(audit, default=str)) == []


def test_other_commands_name_no_person(planted: tuple[Places, str]) -> None:
    places = planted[0]
    for words in (
        ("status", *places.words),
        ("verify", "--registry", str(places.registry), *places.words[-2:]),
        ("validate", *places.words[:4]),
        ("quarantine", "list", *places.words[:6]),
    ):
        outcome = command(*words)
        assert outcome.exit_code == 0, outcome.stderr
        assert hits(outcome.stdout + outcome.stderr) == []


def test_manifests_hold_no_value_of_any_row(planted: tuple[Places, str]) -> None:
    """They keep the header line of the file: the replay of its rejected records needs it."""
    manifests = list(planted[0].silver.rglob("_manifest.json"))
    assert len(manifests) > 9
    found = {canary for path in manifests for canary in hits(path.read_text())}
    assert found == {HEADER}


def test_persons_are_where_they_were_declared(planted: tuple[Places, str]) -> None:
    """The search finds what is there: canaries are in silver, in Customer360 and in quarantine."""
    places = planted[0]
    tables = read_all(places.warehouse, SILVER, GOLD)
    found = {
        name: sorted(hits(json.dumps(rows, default=str)))
        for name, rows in tables.items()
        if hits(json.dumps(rows, default=str))
    }
    assert found[f"{GOLD}.Customer360"] == sorted(GOOD)
    assert found[f"{SILVER}.Customers"] == sorted(GOOD)
    assert found[f"{SILVER}.Stores"] == [MANAGER]
    assert found[f"{SILVER}.Agents"] == [AGENT]
    shown = command("quarantine", "show", "Customers", *places.words[:6])
    assert set(BAD) <= set(hits(shown.stdout.replace("\n", "")))


def test_refused_files_and_wrong_columns_name_no_person(copy: Places, spark: SparkSession) -> None:
    (copy.bronze / "Customers.csv").write_text(f"{BAD[0]},{BAD[1]},{BAD[2]},x\n1,2,3,4\n")
    (copy.bronze / "Stores.csv").write_text(f"StoreID,Location,{MANAGER},OpenHours\n1,a,b,c\n")
    told = command("run", *copy.words, spark=spark)
    assert told.exit_code == 1
    audit = json.dumps(read_all(copy.warehouse, AUDIT), default=str)
    assert hits(told.stdout + told.stderr + audit) == []
