"""What the accounts may do: least privilege, nothing public, read from the scripts themselves."""

from __future__ import annotations

import json
import re

import pytest

from tests.deploy.scripts import DEPLOY

# Roles that Google Cloud grants on a project only, each with what needs it.
ON_THE_PROJECT = {
    "roles/bigquery.jobUser": "runs queries and load jobs; reads no data by itself",
    "roles/bigquery.readSessionUser": "opens read sessions of the Storage API",
    "roles/composer.worker": "what a Composer environment runs as",
    "roles/dataproc.editor": "creates clusters and submits jobs",
    "roles/dataproc.worker": "what the nodes of a cluster run as",
}
PUBLIC = re.compile(r"allUsers|allAuthenticatedUsers|--no-public-access-prevention|domain:")
BROAD = re.compile(r"roles/(owner|editor|viewer)\b|roles/\S*[aA]dmin\b|\*")


def grants(text: str) -> list[tuple[str, str, str]]:
    """(account, place, role) of each line."""
    return [tuple(line.split()) for line in text.splitlines() if line and line[0] != "#"]


def problems(text: str) -> list[str]:
    """Grants that give more than one place, or more than is needed there."""
    found = [f"{role} is broad" for _, _, role in grants(text) if BROAD.search(role)]
    for account, place, role in grants(text):
        if place == "project" and role not in ON_THE_PROJECT:
            found.append(f"{account} has {role} on the whole project")
        if account == "reader" and (place, role) not in (
            ("project", "roles/bigquery.jobUser"),
            ("dataset:gold", "roles/bigquery.dataViewer"),
        ):
            found.append(f"reader has {role} on {place}")
    return found


LISTED = (DEPLOY / "roles.txt").read_text(encoding="utf-8")
TEXTS = {
    path.name: path.read_text(encoding="utf-8") for path in DEPLOY.rglob("*") if path.is_file()
}


def test_no_account_has_more_than_it_needs() -> None:
    assert len(grants(LISTED)) > 15
    assert problems(LISTED) == []


@pytest.mark.parametrize(
    "line",
    [
        "job project roles/editor",
        "job project roles/owner",
        "job project roles/storage.objectUser",
        "job bucket:silver roles/storage.admin",
        "scheduler dataset:gold roles/bigquery.dataOwner*",
        "reader dataset:silver roles/bigquery.dataViewer",
    ],
)
def test_a_broad_grant_is_found(line: str) -> None:
    assert problems(line) != []


def test_a_line_a_grant_and_none_twice() -> None:
    assert len(set(grants(LISTED))) == len(grants(LISTED))


def test_only_the_list_grants_roles() -> None:
    granting = {name for name, text in TEXTS.items() if "roles/" in text}
    assert granting == {"roles.txt"}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_nothing_is_public(name: str) -> None:
    assert PUBLIC.findall(TEXTS[name]) == []


def test_the_scheduler_asks_no_published_table_for_rows() -> None:
    read = {place for account, place, role in grants(LISTED) if account == "scheduler"}
    by_data = {
        place
        for account, place, role in grants(LISTED)
        if account == "scheduler" and role == "roles/bigquery.dataViewer"
    }
    assert "dataset:gold" in read
    assert by_data == {"dataset:audit"}  # which has no personal data


def test_lifecycles_delete_below_a_folder_only_and_never_a_source_or_a_batch() -> None:
    prefixes = set()
    for path in (DEPLOY / "lifecycle").glob("*.json"):
        for rule in json.loads(path.read_text(encoding="utf-8"))["rule"]:
            assert rule["action"] == {"type": "Delete"}
            if path.stem == "raw":
                assert rule["condition"] == {"daysSinceNoncurrentTime": 30, "isLive": False}
                continue
            assert rule["condition"]["age"] >= 30
            prefixes |= {f"{path.stem}/{prefix}" for prefix in rule["condition"]["matchesPrefix"]}
    assert prefixes == {
        "scripts/google-cloud-dataproc-metainfo/",
        "scripts/reports/",
        "silver/_damaged/",
        "silver/_quarantine/",
    }
