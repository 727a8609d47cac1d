"""Loads the scripts of `deploy/`, which is a folder of programs and no package."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"


def load_script(name: str) -> ModuleType:
    """The Python script `deploy/NAME.py` as a module; its last lines do not run."""
    spec = importlib.util.spec_from_file_location(f"deploy_{name}", DEPLOY / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
