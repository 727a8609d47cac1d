"""The README's commands are run, and what it shows of their output is what they print."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cloud import guarantees as of_cloud
from tests.guarantees.__main__ import GUARANTEES as OF_RUNS

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
_VARIES = (
    (re.compile(r"r\d{8}T\d{6}-[0-9a-f]{8}"), "r20251231T235959-00000000"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"), "2025-12-31 23:59:59 UTC"),
)
_DEADLINE = 900
GUARANTEES = {**OF_RUNS, **of_cloud.GUARANTEES}


def commands(text: str) -> list[str]:
    """The commands of all console blocks, in order."""
    blocks = _BLOCK.findall(text)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def runnable(command: str) -> list[list[str]]:
    """What a command of the README comes down to in the environment of the tests."""
    c360 = [sys.executable, "-m", "c360"]
    words = shlex.split(command)
    if words == ["make", "run"]:
        return [[*c360, "run"], [*c360, "dashboard"]]
    assert words[0] == ".venv/bin/c360", command
    return [[*c360, *words[1:]]]


def steady(text: str) -> str:
    """Output without what differs from run to run."""
    for pattern, constant in _VARIES:
        text = pattern.sub(constant, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def output(words: list[str], folder: Path) -> str:
    """What a command prints, run in a folder."""
    done = subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=_DEADLINE,
        check=False,
    )
    assert done.returncode == 0, f"{words}: {done.stderr[-2000:]}"
    return done.stdout


def with_outputs(text: str, outputs: Iterator[str]) -> str:
    """The text with each command followed by its output."""

    def fill(block: re.Match[str]) -> str:
        shown = [line for line in block[1].splitlines() if line.startswith("$ ")]
        return "```console\n" + "".join(f"{line}\n{next(outputs)}\n" for line in shown) + "```"

    return _BLOCK.sub(fill, text)


@pytest.mark.spark
def test_the_readme_shows_what_its_commands_print(tmp_path: Path) -> None:
    for name in ("conf", "dashboards", "sample_data"):
        (tmp_path / name).symlink_to(ROOT / name)
    text = README.read_text(encoding="utf-8")
    outputs = []
    for command in commands(text):
        outputs.append(steady("".join(output(words, tmp_path) for words in runnable(command))))
    expected = with_outputs(text, iter(outputs))
    if os.environ.get("C360_GOLDEN") == "write":
        README.write_text(expected, encoding="utf-8")
    assert steady(text) == steady(expected), "stale: run `make golden TESTS=tests/test_readme.py`"


def test_every_make_target_of_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z0-9-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"make ([a-z][a-z0-9-]*)", README.read_text(encoding="utf-8")))
    assert named
    assert named - targets == set()


def test_the_guarantees_of_the_readme_were_tried_in_full_and_held() -> None:
    text = README.read_text(encoding="utf-8").split("## What is promised")[1].split("\n## ")[0]
    rows = re.findall(r"^(G\d+) +(\d+) +(\d+) +< [\d.]+ % +(make .+)$", text, re.MULTILINE)
    assert rows
    assert [
        row
        for row in rows
        if (int(row[1]), row[2], row[3])
        != (GUARANTEES[row[0]].tries, "0", f"{GUARANTEES[row[0]].command} ONLY={row[0]}")
    ] == []
    assert re.findall(r"^- \*\*(G\d+)\*\*", text, re.MULTILINE) == [row[0] for row in rows]
    open_ones = re.findall(r"\*\*(G\d+)\*\*", text.split("Not tried in full")[1])
    assert {row[0] for row in rows} | set(open_ones) == set(GUARANTEES)
