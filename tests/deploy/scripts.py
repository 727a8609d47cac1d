"""Loads the scripts of `deploy/`, which is a folder of programs and no package."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from pathlib import Path
from types import ModuleType

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def load_script(name: str) -> ModuleType:
    """The Python script `deploy/NAME.py` as a module; its last lines do not run."""
    spec = importlib.util.spec_from_file_location(f"deploy_{name}", DEPLOY / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def settings_of_env(**own: str) -> dict[str, str]:
    """The variables of deploy/settings.env, as a shell reads it, with some given."""
    script = f'set -a; . "{DEPLOY}/settings.env"; env -0'
    done = subprocess.run(
        ["bash", "-c", script],
        env={"PATH": os.environ["PATH"], **own},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(pair.partition("=")[::2] for pair in done.stdout.split("\0") if pair)
