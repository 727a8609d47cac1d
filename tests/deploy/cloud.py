"""A checkout to deploy from, and a project of Google Cloud that exists in one folder."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.deploy import standin
from tests.deploy.scripts import DEPLOY

ROOT = DEPLOY.parent
SCRIPTS = sorted(path.name for path in DEPLOY.glob("[0-9]*.sh"))
MAKING = [name for name in SCRIPTS if name not in ("65_job.sh", "90_tear_down.sh")]


@dataclass
class Cloud:
    """A project that exists in one folder, and a checkout to deploy from."""

    folder: Path
    tools: Path  # where gcloud and bq are
    checkout: Path

    def run(self, script: str, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        """A script, with the stand-in for gcloud and bq and nothing else of the environment."""
        return subprocess.run(
            [self.checkout / "deploy" / script, *words],
            env={
                "PATH": f"{self.tools}:/usr/bin:/bin",
                "STATE": str(self.folder),
                "PROJECT": "demo-project",
                "PUBSUB_TOPIC": "customer360",
                "GRANT_WAIT_SECONDS": "0",
                **env,
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def make_all(self, *words: str, **env: str) -> None:
        for name in MAKING:
            done = self.run(name, *words, **env)
            assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"

    @property
    def things(self) -> standin.Things:
        state = self.folder / "state.json"
        return json.loads(state.read_text(encoding="utf-8")) if state.exists() else {}

    @property
    def calls(self) -> list[list[str]]:
        log = self.folder / "calls.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
