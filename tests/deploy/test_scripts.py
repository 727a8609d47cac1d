"""The scripts of `deploy/`, run whole against a stand-in for gcloud and bq that keeps state."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy import standin
from tests.deploy.cli_words import parse
from tests.deploy.cloud import ROOT, SCRIPTS, Cloud
from tests.deploy.gcloud_lint import lint, needs_gcloud
from tests.deploy.scripts import DEPLOY

# Bash 3.2 has no associative arrays, no references by name, no mapfile, no change of case, no |&.
AFTER_BASH_3 = r"(?:declare|local|typeset) -[A-Za-z]*[An]|mapfile|readarray|\$\{\w+[\^,]|\|&"


def flags_of(words: list[str]) -> list[str]:
    return sorted(word.partition("=")[0] for word in words if word.startswith("--"))


def test_an_empty_project_has_everything_after_one_pass(one_pass: Cloud) -> None:
    kinds = [name.split()[0] for name in one_pass.things]
    counts = {kind: kinds.count(kind) for kind in sorted(set(kinds))}
    assert counts == {
        "account": 3,
        "bucket": 3,
        "cluster": 1,
        "dag": 5,
        "dataset": 4,
        "environment": 1,
        "nat": 1,
        "object": 3,
        "project": 1,
        "router": 1,
        "service": 8,
        "subnet": 1,
        "topic": 1,
    }
    buckets = {name.split("//")[1] for name in one_pass.things if name.startswith("bucket ")}
    assert buckets == {"customer360-raw-data", "customer360-silver-data", "customer360-scripts"}
    for bucket in buckets:
        flags = one_pass.things[f"bucket gs://{bucket}"].keys()
        assert {"uniform-bucket-level-access", "public-access-prevention"} <= flags


def test_a_second_pass_creates_nothing_and_changes_nothing(made: Cloud) -> None:
    before = made.things
    made.make_all()
    assert made.things == before
    assert [call for call in made.calls if {"create", "mk", "delete", "rm"} & set(call)] == []


def test_a_dry_run_asks_nobody_and_shows_what_a_pass_would_do(
    cloud: Cloud, one_pass: Cloud
) -> None:
    shown = []
    for name in SCRIPTS:
        done = cloud.run(name, "--dry-run")
        assert done.returncode == 0, f"{name}: {done.stderr}"
        shown += [line for line in done.stdout.splitlines() if line.startswith("+ ")]
        assert any(line.startswith("+ ") for line in done.stdout.splitlines()), name
    assert cloud.calls == []
    changing = {tuple(call) for call in one_pass.calls if not {"describe", "show"} & set(call)}
    assert len([line for line in shown if "delete" not in line and "submit" not in line]) == len(
        changing
    )


def test_every_account_gets_the_roles_of_the_list_and_no_other(one_pass: Cloud) -> None:
    granted = [
        (member, role)
        for thing in one_pass.things.values()
        for member, role in thing.get("roles", [])
    ]
    listed = [
        line.split() for line in (DEPLOY / "roles.txt").read_text().splitlines() if line[0] != "#"
    ]
    assert sorted(granted) == sorted(
        (f"serviceAccount:c360-{account}@demo-project.iam.gserviceaccount.com", role)
        for account, _, role in listed
    )


def test_an_account_that_is_not_known_everywhere_yet_is_asked_for_again(cloud: Cloud) -> None:
    for name in ("10_apis.sh", "30_buckets.sh", "35_datasets.sh"):
        assert cloud.run(name).returncode == 0
    done = cloud.run("40_accounts.sh")
    assert done.returncode == 0, done.stderr
    waits = [line for line in done.stdout.splitlines() if line.startswith("= not known everywhere")]
    assert len(waits) == 3  # each of them when it was named first


def test_a_grant_that_fails_for_another_reason_ends_at_once(cloud: Cloud) -> None:
    for name in ("10_apis.sh", "30_buckets.sh"):  # no datasets
        assert cloud.run(name).returncode == 0
    done = cloud.run("40_accounts.sh")
    assert done.returncode == 1
    assert "could not do 'bq query" in done.stderr
    assert "dataset demo-project:customer360_staging was not found" in done.stderr


def test_a_prefix_goes_before_every_bucket(cloud: Cloud) -> None:
    for name in ("30_buckets.sh", "50_code.sh"):
        assert cloud.run(name, PREFIX="acme-").returncode == 0
    stores = [name for name in cloud.things if name.startswith(("bucket ", "object "))]
    assert len(stores) == 6
    assert all("gs://acme-customer360-" in name for name in stores)


def test_no_topic_is_made_where_none_is_named(cloud: Cloud) -> None:
    for name in ("30_buckets.sh", "35_datasets.sh", "40_accounts.sh"):
        assert cloud.run(name, PUBSUB_TOPIC="").returncode == 0
    assert [call for call in cloud.calls if "topics" in call] == []


def test_the_cluster_and_the_dag_ask_for_the_same_machine(cloud: Cloud) -> None:
    other = {"MAX_IDLE_MINUTES": "7", "MACHINE_TYPE": "n2-highmem-4"}
    for name in ("10_apis.sh", "60_cluster.sh", "80_composer.sh", "85_dag.sh"):
        assert cloud.run(name, **other).returncode == 0
    by_hand = cloud.things["cluster customer360"]
    rendered = (cloud.checkout / "dist" / "customer360_ingestion_dag.json").read_text()
    by_dag = json.loads(rendered)["cluster"]
    assert by_hand["master-machine-type"] == by_dag["master_config"]["machine_type_uri"]
    assert by_hand["max-idle"] == "7m"
    assert by_dag["lifecycle_config"]["idle_delete_ttl"] == {"seconds": 420}
    packages = by_dag["software_config"]["properties"]["dataproc:pip.packages"]
    assert by_hand["properties"] == f"^;^dataproc:pip.packages={packages}"
    assert by_hand["service-account"] == by_dag["gce_cluster_config"]["service_account"]
    assert "no-address" in by_hand
    assert by_dag["gce_cluster_config"]["internal_ip_only"] is True


def test_a_cluster_that_would_be_deleted_under_its_second_job_is_refused(cloud: Cloud) -> None:
    done = cloud.run("85_dag.sh", JOB_MINUTES="180")
    assert done.returncode == 1
    assert "MAX_AGE_MINUTES is 300; expected 390 or more" in done.stderr
    assert cloud.calls == []


@pytest.mark.parametrize(
    ("mail", "topic", "told"),
    [
        (
            "a@example.com,b@example.com",
            "customer360",
            "a@example.com,b@example.com, messages to c",
        ),
        ("", "", "nobody, messages to no topic"),
    ],
)
def test_who_hears_of_a_run_is_said_when_the_dag_is_rendered(
    made: Cloud, mail: str, topic: str, told: str
) -> None:
    done = made.run("85_dag.sh", MAIL_TO=mail, PUBSUB_TOPIC=topic)
    assert done.returncode == 0, done.stderr
    assert f"mails go to {told}" in done.stdout


@pytest.mark.parametrize("state", ["ERROR", "STOPPED", "DELETING"])
def test_a_cluster_that_is_there_and_does_not_run_is_no_success(made: Cloud, state: str) -> None:
    things = made.things
    things["cluster customer360"]["state"] = state
    (made.folder / "state.json").write_text(json.dumps(things), encoding="utf-8")
    done = made.run("60_cluster.sh")
    assert done.returncode == 1
    assert f"cluster customer360 is there and {state}; expected RUNNING" in done.stderr


def test_a_job_runs_the_words_that_it_is_given(made: Cloud) -> None:
    done = made.run("65_job.sh", "--", "run", "--as-of", "2025-12-31")
    assert done.returncode == 0, done.stderr
    [job] = [thing for name, thing in made.things.items() if name.startswith("job ")]
    words = job["words"]
    assert words[:3] == ["run", "--registry", "gs://customer360-scripts/conf/tables.yaml"]
    assert words[3:7] == [
        "--bronze",
        "gs://customer360-raw-data/raw",
        "--silver",
        "gs://customer360-silver-data",
    ]
    assert words[7:9] == ["--warehouse", "bigquery://demo-project?location=europe-west1"]
    assert words[9] == "--report"
    assert words[10].startswith("gs://customer360-scripts/reports/c360-by-hand-")
    assert words[11:] == ["--as-of", "2025-12-31"]


def test_an_address_that_a_job_is_given_takes_the_place_of_the_settings(made: Cloud) -> None:
    done = made.run(
        "65_job.sh", "--", "run", "--warehouse", "bigquery://trial", "--as-of", "2025-06-30"
    )
    assert done.returncode == 0, done.stderr
    [job] = [thing for name, thing in made.things.items() if name.startswith("job ")]
    given = [word for option, word in itertools.pairwise(job["words"]) if option == "--warehouse"]
    assert given[-1] == "bigquery://trial", "c360 takes the last"


@pytest.mark.parametrize(
    "words",
    [
        ["run", "--as-of", "2025-12-31"],
        ["verify", "--storage"],
        ["prune", "--keep", "1", "--dry-run"],
        ["explain", "OnlineTransactions", "10375"],
    ],
)
def test_c360_takes_the_words_of_every_command_that_a_job_may_run(
    made: Cloud, words: list[str]
) -> None:
    done = made.run("65_job.sh", "--", *words)
    assert done.returncode == 0, done.stderr
    [job] = [thing for name, thing in made.things.items() if name.startswith("job ")]
    assert job["words"][0] == words[0]
    assert job["words"][-len(words) + 1 :] == words[1:]
    parse(job["words"])


def test_a_job_for_a_command_that_runs_anywhere_is_refused(cloud: Cloud) -> None:
    done = cloud.run("65_job.sh", "--", "status")
    assert done.returncode == 1
    assert (
        "found 'status'; expected run, verify, prune or explain: all else runs where you are"
        in done.stderr
    )


def test_tear_down_keeps_the_data(made: Cloud) -> None:
    for _ in range(2):  # the second time nothing is left to remove
        assert made.run("90_tear_down.sh").returncode == 0
    kinds = {name.split()[0] for name in made.things}
    assert not kinds & {"cluster", "environment", "router"}
    assert {"bucket", "dataset", "account", "object"} <= kinds


def test_tear_down_goes_on_where_a_service_was_never_turned_on(cloud: Cloud) -> None:
    for name in ("10_apis.sh", "20_network.sh"):  # and no Composer
        assert cloud.run(name).returncode == 0
    done = cloud.run("90_tear_down.sh")
    assert done.returncode == 0, done.stderr
    assert "router customer360" not in cloud.things


def test_tear_down_of_a_project_that_cannot_be_seen_is_no_success(cloud: Cloud) -> None:
    done = cloud.run("90_tear_down.sh", PROJECT="dmeo-project")
    assert done.returncode == 1
    assert "there is no project 'dmeo-project'; nothing was removed" in done.stderr


def test_what_is_asked_for_an_answer_never_waits_for_one_of_a_person(cloud: Cloud) -> None:
    asking = Cloud(cloud.folder, cloud.folder / "asking", cloud.checkout)
    asking.tools.mkdir()
    (asking.tools / "gcloud").write_text(
        '#!/bin/sh\n[ "$CLOUDSDK_CORE_DISABLE_PROMPTS" = 1 ] && ! read -r line && '
        "echo nobody answers >&2\nexit 1\n"
    )
    (asking.tools / "gcloud").chmod(0o755)
    assert "nobody answers" in asking.run("30_buckets.sh").stderr


def test_tear_down_erases_data_only_when_the_project_is_named_again(made: Cloud) -> None:
    before = made.things
    refused = made.run("90_tear_down.sh", "--erase-data=other-project")
    assert refused.returncode == 1
    assert "--erase-data names 'other-project' and PROJECT is 'demo-project'" in refused.stderr
    assert made.things == before
    assert made.run("90_tear_down.sh", "--erase-data=demo-project").returncode == 0
    assert not {"bucket", "dataset", "account"} & {name.split()[0] for name in made.things}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_explains_itself_and_refuses_other_words(cloud: Cloud, script: str) -> None:
    helped = cloud.run(script, "--help")
    assert helped.returncode == 0, helped.stderr
    assert f"deploy/{script} [--dry-run]" in helped.stdout
    odd = cloud.run(script, "--force")
    assert odd.returncode == 1
    assert "found '--force'; expected --dry-run or --help" in odd.stderr
    assert cloud.calls == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_without_a_project_nothing_is_done(cloud: Cloud, script: str) -> None:
    done = cloud.run(script, PROJECT="")
    assert done.returncode == 1
    assert "PROJECT is empty. Next:" in done.stderr
    assert cloud.calls == []


@pytest.mark.parametrize("script", ["50_code.sh", "60_cluster.sh", "85_dag.sh"])
def test_without_make_dist_the_next_step_is_named(cloud: Cloud, script: str) -> None:
    shutil.rmtree(cloud.checkout / "dist")
    done = cloud.run(script)
    assert done.returncode == 1
    assert "is not there. Next: make dist" in done.stderr
    assert cloud.calls == []


@pytest.mark.parametrize(
    ("script", "asked", "stream"),
    [
        ("30_buckets.sh", "gcloud storage buckets describe", 2),
        ("35_datasets.sh", "bq show --dataset", 1),
    ],
)
def test_a_tool_that_cannot_answer_is_not_taken_for_a_thing_that_is_missing(
    cloud: Cloud, script: str, asked: str, stream: int
) -> None:
    tool = asked.split(maxsplit=1)[0]
    denied = Cloud(cloud.folder, cloud.folder / "denied", cloud.checkout)
    denied.tools.mkdir()
    (denied.tools / tool).write_text(f"#!/bin/sh\necho 403 denied >&{stream}\nexit 1\n")
    (denied.tools / tool).chmod(0o755)
    done = denied.run(script)
    assert done.returncode == 1
    assert f"could not ask '{asked}" in done.stderr
    assert "403 denied" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("script", sorted(path.name for path in DEPLOY.glob("*.sh")))
def test_a_script_uses_nothing_that_came_after_the_bash_of_macos(script: str) -> None:
    lines = (DEPLOY / script).read_text(encoding="utf-8").splitlines()
    code = "\n".join(line.partition(" # ")[0] for line in lines if not line.startswith("#"))
    assert re.findall(AFTER_BASH_3, code) == []


@pytest.mark.parametrize(
    "code", ["declare -A meaning", "local -n other=$1", "mapfile -t x", "${word^^}", "a |& b"]
)
def test_what_came_after_the_bash_of_macos_is_found(code: str) -> None:
    assert re.findall(AFTER_BASH_3, code) != []


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["storage", "buckets", "create", "gs://x", "--public"], "unrecognized arguments"),
        (["storage", "buckets", "destroy", "gs://x"], "Invalid choice"),
        (["storage", "buckets", "describe", "gs://x"], "NOT_FOUND"),
    ],
)
def test_the_stand_in_refuses_what_the_tool_would(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], answer: str
) -> None:
    assert standin.main("gcloud", tmp_path, words) == 1
    assert answer in capsys.readouterr().err


def test_the_stand_in_of_bq_prints_its_errors_on_standard_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert standin.main("bq", tmp_path, ["show", "--dataset", "demo:silver"]) == 1
    told = capsys.readouterr()
    assert (told.err, "NOT_FOUND" in told.out) == ("", True)


@needs_gcloud
def test_gcloud_knows_every_command_and_flag_of_the_scripts(
    made: Cloud, one_pass: Cloud, tmp_path: Path
) -> None:
    made.run("65_job.sh")
    made.run("90_tear_down.sh", "--erase-data=demo-project")
    forms = {}
    for tool, *words in (*one_pass.calls, *made.calls):
        if tool == "gcloud":
            forms[standin.parse(tool, words).command, *flags_of(words)] = [tool, *words]
    assert len({command for command, *_ in forms}) >= 25
    assert lint(forms.values(), tmp_path) == []


@needs_gcloud
def test_gcloud_refuses_a_flag_that_it_does_not_know(tmp_path: Path) -> None:
    [problem] = lint([["gcloud", "storage", "buckets", "create", "gs://x", "--publik"]], tmp_path)
    assert "--publik" in problem


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not on this machine")
def test_shellcheck_finds_nothing() -> None:
    scripts = sorted(str(path.relative_to(ROOT)) for path in DEPLOY.glob("*.sh"))
    done = subprocess.run(
        ["shellcheck", "-x", "-P", "deploy", *scripts, "deploy/settings.env"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
