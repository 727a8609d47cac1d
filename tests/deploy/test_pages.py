"""What docs/deploy.md and its neighbours tell a person to type can be typed."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.deploy.cli_words import parse
from tests.deploy.cloud import ROOT, SCRIPTS, Cloud
from tests.deploy.gcloud_lint import lint, needs_gcloud
from tests.deploy.scripts import settings_of_env

PAGES = {
    name: (ROOT / "docs" / name).read_text("utf-8")
    for name in ("deploy.md", "operations.md", "without_composer.md")
}
README = (ROOT / "README.md").read_text(encoding="utf-8")
NAMES = settings_of_env(PROJECT="my-project", PREFIX="acme-")


def shell_lines(page: str) -> list[str]:
    """The lines of all bash blocks of a page, in order."""
    blocks = re.findall(r"```bash\n(.*?)```", re.sub(r"(?m)^ {3}", "", page), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line]


def commands(page: str, tool: str) -> list[list[str]]:
    """Every command line of a tool, in blocks and in running text, with variables filled in."""
    inline = re.findall(rf"`({tool} [^`]+)`", page)
    lines = [line for line in shell_lines(page) if re.match(rf"(\.venv/bin/)?{tool} ", line)]
    filled = [
        re.sub(r"\$\{?(\w+)\}?", lambda name: NAMES.get(name[1], name[0]), line)
        for line in [*inline, *lines]
    ]
    return [shlex.split(re.sub(r"\$\(.*?\)", "a==1,b==2", line)) for line in filled]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_c360_command_of_a_page_is_one(name: str) -> None:
    for words in commands(PAGES[name], "c360"):
        if "..." not in words and words[1] != "exits":  # which the DAG's message says
            parse(words[1:])


def test_a_command_that_does_not_exist_is_found() -> None:
    with pytest.raises(KeyError, match="publish"):
        parse(["publish"])
    with pytest.raises(KeyError, match="undo"):
        parse(["quarantine", "undo"])
    with pytest.raises(Exception, match="--undo"):
        parse(["run", "--undo"])


def test_operations_shows_the_commands_that_an_operator_needs() -> None:
    shown = {words[1] for words in commands(PAGES["operations.md"], "c360")}
    assert shown >= {"run", "status", "quarantine", "prune", "verify", "explain"}


def test_the_page_sends_no_password_where_the_scheduler_may_not_read() -> None:
    told = " ".join(PAGES["deploy.md"].split())
    may_read = "secretmanager" in (ROOT / "deploy" / "roles.txt").read_text(encoding="utf-8")
    assert may_read or "Secret Manager" not in told
    assert "Airflow keeps its password encrypted" in told


def test_the_page_names_the_longest_run_of_the_dag() -> None:
    dag = (ROOT / "dags" / "customer360_ingestion_dag.py").read_text(encoding="utf-8")
    [(hours, jobs)] = re.findall(r"LONGEST = .*hours=(\d+)\) \+ (\d+) \* JOB", dag)
    told = f"cut it off after {hours} hours, `WAIT_MINUTES` and {jobs} times `JOB_MINUTES`"
    assert told in PAGES["deploy.md"]


def test_script_and_page_say_the_same_of_what_goes_to_the_cluster() -> None:
    script = (ROOT / "deploy" / "65_job.sh").read_text(encoding="utf-8")
    for text in (script, PAGES["operations.md"]):
        said = " ".join(text.replace("\n#", " ").split())
        assert "`run` and `explain` need Spark" in said
        assert "`verify` and `prune` start no Spark" in said
        assert "personal data" in said.partition("`verify` and `prune` start no Spark")[2][:400]


def test_the_page_is_followed_line_by_line_from_an_empty_project(cloud: Cloud) -> None:
    (cloud.checkout / "sample_data").symlink_to(ROOT / "sample_data")
    tools = cloud.folder / "tools"
    tools.mkdir()
    for tool in cloud.tools.iterdir():
        (tools / tool.name).symlink_to(tool)
    for tool in ("make", "c360"):  # what `make dist` makes is there
        (tools / tool).write_text("#!/bin/sh\n", encoding="utf-8")
        (tools / tool).chmod(0o755)
    lines = [
        line.replace(".venv/bin/", "")
        for line in shell_lines(PAGES["deploy.md"])
        if "auth application-default" not in line
    ]
    done = subprocess.run(
        ["bash", "-euc", "\n".join(lines)],
        cwd=cloud.checkout,
        env={
            "PATH": f"{tools}:/usr/bin:/bin",
            "STATE": str(cloud.folder),
            "GRANT_WAIT_SECONDS": "0",
        },
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-500:] + done.stderr
    kinds = {name.split()[0] for name in cloud.things}
    assert {"bucket", "dataset", "account", "cluster", "job", "environment", "dag"} <= kinds
    assert "object gs://acme-customer360-raw-data/raw/Customers.csv" in cloud.things


def test_the_template_of_a_workflow_makes_the_cluster_that_the_script_makes(made: Cloud) -> None:
    [template] = [
        words
        for words in commands(PAGES["without_composer.md"], "gcloud")
        if "set-managed-cluster" in words
    ]
    script = (made.checkout / "deploy" / "60_cluster.sh").read_text(encoding="utf-8")
    command = script.partition("clusters create")[2].partition("elif")[0]
    of_script = set(re.findall(r"--[a-z-]+(?==| )", command))
    of_template = {word.partition("=")[0] for word in template if word.startswith("--")}
    # A template's cluster has another way to end, and its name is a flag.
    assert of_template == of_script - {"--max-idle", "--max-age"} | {"--cluster-name"}


def test_the_steps_of_the_page_are_all_scripts_in_their_order() -> None:
    named = re.findall(r"^deploy/(\d\d_\w+\.sh)", PAGES["deploy.md"], re.MULTILINE)
    assert named == [name for name in SCRIPTS if name != "90_tear_down.sh"]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_what_a_page_names_is_there(name: str) -> None:
    text = PAGES[name]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    files = set(re.findall(r"\b(?:deploy|dags|conf|requirements)/[\w./]+\w", text))
    files |= {f"docs/{link}" for link in re.findall(r"\]\(([\w./]+)\)", text)}
    assert [file for file in files if not (ROOT / file).exists()] == []
    targets = set(re.findall(r"`make ([a-z-]+)`", text))
    assert [target for target in targets if f"\n{target}:" not in makefile] == []


@needs_gcloud
def test_gcloud_knows_every_command_of_the_pages(tmp_path: Path) -> None:
    named = [words for page in PAGES.values() for words in commands(page, "gcloud")]
    whole = [words for words in named if len(words) > 4]  # the others only name a command
    assert len(whole) >= 8
    assert lint(whole, tmp_path) == []
