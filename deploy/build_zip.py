"""Writes dist/c360.zip, the zip for `--py-files`: the package c360 with its data, nothing else.

The bytes are the same on every machine: names are sorted, times and modes fixed, nothing is
compressed (what a compressor writes depends on its version).
"""

from __future__ import annotations

import sys
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "c360"
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip can tell
_MODE = 0o644 << 16


def build_zip(target: Path) -> list[str]:
    """Write the zip in place of an earlier one, and return the names in it."""
    names = sorted(path.relative_to(ROOT).as_posix() for path in _contents())
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in names:
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.external_attr = _MODE
            entry.create_system = 3  # Unix, also where this runs on Windows
            archive.writestr(entry, (ROOT / name).read_bytes())
    return names


def _contents() -> set[Path]:
    """The modules of the package, and the data files that pyproject.toml declares."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = declared["tool"]["setuptools"]["package-data"][PACKAGE.name]
    modules = {path for path in PACKAGE.rglob("*.py") if path.is_file()}
    return modules.union(*(PACKAGE.glob(pattern) for pattern in patterns))


if __name__ == "__main__":
    target = Path(sys.argv[1])
    sys.stdout.write(f"{target}: {len(build_zip(target))} files\n")
