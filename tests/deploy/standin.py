"""A stand-in for `gcloud` and `bq` that keeps state, knows few commands and refuses unknown flags.

It is run as a program: `standin.py TOOL STATE WORDS...`. STATE is a folder with `state.json`, what
exists, and `calls.jsonl`, every command line that was given.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

Things = dict[str, dict[str, object]]
PLACE = {"project", "region"}
GRANT = {"project", "member", "role"}
ACCESS = {"uniform-bucket-level-access", "public-access-prevention"}
CLUSTER_FLAGS = {
    *("single-node", "image-version", "master-machine-type", "master-boot-disk-size", "subnet"),
    *("no-address", "service-account", "scopes", "bucket", "max-idle", "max-age", "metadata"),
    "properties",
}
# Command -> (what is done, to what kind of thing, the flags it takes).
COMMANDS = {
    "services enable": ("enable", "service", {"project"}),
    "compute networks subnets update": (
        "set",
        "subnet",
        {*PLACE, "enable-private-ip-google-access"},
    ),
    "compute routers describe": ("describe", "router", PLACE),
    "compute routers create": ("create", "router", {*PLACE, "network"}),
    "compute routers delete": ("delete", "router", {*PLACE, "quiet"}),
    "compute routers nats describe": ("describe", "nat", {*PLACE, "router"}),
    "compute routers nats create": (
        "create",
        "nat",
        {*PLACE, "router", "auto-allocate-nat-external-ips", "nat-custom-subnet-ip-ranges"},
    ),
    "storage buckets describe": ("describe", "bucket", set()),
    "storage buckets create": ("create", "bucket", {"project", "location", *ACCESS}),
    "storage buckets update": ("set", "bucket", {"lifecycle-file", "versioning", *ACCESS}),
    "storage buckets add-iam-policy-binding": ("bind", "bucket", {"member", "role"}),
    "storage cp": ("copy", "object", {"recursive"}),
    "storage rm": ("delete", "bucket", {"recursive"}),
    "iam service-accounts describe": ("describe", "account", {"project"}),
    "iam service-accounts create": ("create", "account", {"project", "display-name"}),
    "iam service-accounts delete": ("delete", "account", {"project", "quiet"}),
    "iam service-accounts add-iam-policy-binding": ("bind", "account", GRANT),
    "projects describe": ("describe", "project", set()),
    "projects add-iam-policy-binding": ("bind", "project", {"member", "role", "condition"}),
    "pubsub topics describe": ("describe", "topic", {"project"}),
    "pubsub topics create": ("create", "topic", {"project"}),
    "pubsub topics add-iam-policy-binding": ("bind", "topic", GRANT),
    "dataproc clusters describe": ("describe", "cluster", {*PLACE, "format"}),
    "dataproc clusters create": ("create", "cluster", {*PLACE, *CLUSTER_FLAGS}),
    "dataproc clusters delete": ("delete", "cluster", {*PLACE, "quiet"}),
    "dataproc jobs submit pyspark": (
        "submit",
        "job",
        {*PLACE, "cluster", "id", "py-files", "files"},
    ),
    "composer environments describe": ("describe", "environment", {"project", "location"}),
    "composer environments create": (
        "create",
        "environment",
        {"project", "location", "image-version", "environment-size", "service-account"},
    ),
    "composer environments run": ("describe", "environment", {"project", "location"}),
    "composer environments delete": ("delete", "environment", {"project", "location", "quiet"}),
    "composer environments storage dags import": (
        "import",
        "dag",
        {"project", "location", "environment", "source"},
    ),
    "bq show": ("describe", "dataset", {"dataset"}),
    "bq mk": (
        "create",
        "dataset",
        {"dataset", "location", "description", "default_table_expiration"},
    ),
    "bq query": ("grant", "dataset", {"project_id", "location", "nouse_legacy_sql"}),
    "bq rm": ("delete", "dataset", {"dataset", "recursive", "force"}),
}


# Commands that begin so are refused until somebody turned on the service of that name.
NEED_A_SERVICE = {"composer", "compute", "dataproc", "pubsub"}


class Refused(Exception):
    """What the real tool would answer with an error and exit code 1."""


@dataclass
class Call:
    """One command line, taken apart."""

    command: str
    names: list[str]
    flags: dict[str, str]
    rest: list[str] = field(default_factory=list)  # after --


def parse(tool: str, words: list[str]) -> Call:
    """The command line; raises Refused for a command or a flag that is not in the table."""
    own, rest = (words, [])
    if "--" in words:
        own, rest = words[: words.index("--")], words[words.index("--") + 1 :]
    names = [word for word in own if not word.startswith("--")]
    flags = dict(word[2:].partition("=")[::2] for word in own if word.startswith("--"))
    lead = ["bq", *names] if tool == "bq" else names
    for size in range(len(lead), 0, -1):
        command = " ".join(lead[:size])
        if command in COMMANDS:
            unknown = set(flags) - COMMANDS[command][2]
            if unknown:
                raise Refused(f"unrecognized arguments: {sorted(unknown)}")
            return Call(command, lead[size:], flags, rest)
    raise Refused(f"Invalid choice: {' '.join(lead)}")


def perform(things: Things, call: Call) -> None:
    """Do to the things that exist what the command says; raises Refused as the real tool would."""
    verb, kind, _ = COMMANDS[call.command]
    group = call.command.split()[0]
    if group in NEED_A_SERVICE and f"service {group}.googleapis.com" not in things:
        raise Refused(f"{group} API has not been used in project 1 before or it is disabled.")
    VERBS[verb](things, f"{kind} {call.names[0]}" if call.names else kind, call)


def describe(things: Things, name: str, call: Call) -> None:
    if name.startswith("project "):  # one of them is there from the start
        things = {"project demo-project": {}}
    require(things, name)
    if "format" in call.flags:
        sys.stdout.write(f"{things[name].get('state', 'RUNNING')}\n")


def create(things: Things, name: str, call: Call) -> None:
    if call.command == "iam service-accounts create":  # made by its short name
        name = f"{name}@{call.flags['project']}.iam.gserviceaccount.com"
    if name in things:
        raise Refused(f"ALREADY_EXISTS: {name}")
    things[name] = dict(call.flags)
    if name.startswith("account "):
        things[name]["fresh"] = True


def delete(things: Things, name: str, _: Call) -> None:
    require(things, name)
    del things[name]


def change(things: Things, name: str, call: Call) -> None:
    if not name.startswith("subnet"):  # that of the project is there from the start
        require(things, name)
    if file := call.flags.get("lifecycle-file"):
        call.flags["lifecycle-file"] = Path(file).read_text(encoding="utf-8")
    things.setdefault(name, {}).update(call.flags)


def enable(things: Things, _: str, call: Call) -> None:
    things.update({f"service {service}": {} for service in call.names})


def bind(things: Things, name: str, call: Call) -> None:
    if not name.startswith("project"):
        require(things, name)
    _grant(things, name, call.flags["member"], call.flags["role"])


def grant(things: Things, _: str, call: Call) -> None:
    form = r"GRANT `(\S+)` ON SCHEMA `(\S+)`\.`(\S+)` TO \"(\S+)\""
    role, project, dataset, member = re.fullmatch(form, call.names[0]).groups()
    require(things, f"dataset {project}:{dataset}")
    _grant(things, f"dataset {project}:{dataset}", member, role)


def copy(things: Things, _: str, call: Call) -> None:
    *sources, target = call.names
    require(things, "bucket " + "/".join(target.split("/")[:3]))
    for source in sources:
        name = target + (Path(source).name if target.endswith("/") else "")
        things[f"object {name}"] = {"bytes": Path(source).stat().st_size}


def import_dag(things: Things, _: str, call: Call) -> None:
    require(things, f"environment {call.flags['environment']}")
    source = Path(call.flags["source"])
    things[f"dag {source.name}"] = {"bytes": source.stat().st_size}


def submit(things: Things, _: str, call: Call) -> None:
    require(things, f"cluster {call.flags['cluster']}")
    things[f"job {call.flags['id']}"] = {"words": call.rest}


VERBS = {
    "bind": bind,
    "copy": copy,
    "create": create,
    "delete": delete,
    "describe": describe,
    "enable": enable,
    "grant": grant,
    "import": import_dag,
    "set": change,
    "submit": submit,
}


def require(things: Things, name: str) -> None:
    if name not in things:
        raise Refused(f"NOT_FOUND: {name} was not found")


def _grant(things: Things, name: str, member: str, role: str) -> None:
    account = f"account {member.removeprefix('serviceAccount:')}"
    require(things, account)
    if things[account].pop("fresh", False):  # not known everywhere, the first time it is named
        raise Refused(f"INVALID_ARGUMENT: Service {account} does not exist.")
    roles = things.setdefault(name, {}).setdefault("roles", [])
    if [member, role] not in roles:
        roles.append([member, role])


def main(tool: str, folder: Path, words: list[str]) -> int:
    """Answer one command line as the tool would; the exit code."""
    with (folder / "calls.jsonl").open("a", encoding="utf-8") as calls:
        calls.write(json.dumps([tool, *words]) + "\n")
    state = folder / "state.json"
    things = json.loads(state.read_text(encoding="utf-8")) if state.exists() else {}
    try:
        perform(things, parse(tool, words))
    except Refused as refusal:
        errors = sys.stdout if tool == "bq" else sys.stderr  # as each of the two does
        errors.write(f"ERROR: ({tool}) {refusal}\n")
        return 1
    finally:
        state.write_text(json.dumps(things, indent=1, sort_keys=True), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))
