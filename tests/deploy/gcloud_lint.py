"""Asks gcloud itself, offline, whether it knows a command and its flags."""

from __future__ import annotations

import itertools
import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

needs_gcloud = pytest.mark.skipif(
    not shutil.which("gcloud"), reason="gcloud is not on this machine"
)
_QUIET = {
    "CLOUDSDK_CORE_DISABLE_PROMPTS": "1",
    "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "true",
    "CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK": "true",
    "CLOUDSDK_CORE_CHECK_GCE_METADATA": "false",
}


def lint(commands: Iterable[list[str]], folder: Path) -> list[str]:
    """What gcloud does not know, a line a command; its own settings live in `folder`.

    Words after a lone `--` are the job's own and are not asked about, nor are the generations of
    objects: gcloud's own check stumbles over both.
    """
    own = [itertools.takewhile(lambda word: word != "--", words) for words in commands]
    asked = [{"command_string": re.sub(r"#\d+", "", shlex.join(words))} for words in own]
    (folder / "commands.json").write_text(json.dumps(asked), encoding="utf-8")
    done = subprocess.run(
        ["gcloud", "meta", "lint-gcloud-commands", "--commands-file", folder / "commands.json"],
        env={**os.environ, **_QUIET, "CLOUDSDK_CONFIG": str(folder / "gcloud")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    found = json.loads(done.stdout)
    assert len(found) == len(asked), "gcloud says nothing of some commands"
    return [
        f"{each['command_string']}: {each['error_message']}"
        for each in found
        if not each["success"]
    ]
