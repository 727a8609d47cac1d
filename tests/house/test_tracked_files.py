"""What the repository carries: no machine's paths, no lock files, a changelog of one form."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests.house.source import ROOT

# The folders are in brackets of their own, so that this file passes its own test.
_MACHINE = re.compile(r"(?<![\w.<>{}])/((root|work|tmp)/|(home|Users)/\w)")
_LOCKS = {
    "uv.lock",
    "poetry.lock",
    "Pipfile.lock",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
}
_HEADING = re.compile(r"## \[(Unreleased|\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$)")
_SECTIONS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def tracked() -> list[str]:
    """The files of the repository, relative to its root."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def machine_paths(text: str) -> list[str]:
    return [match[0] for match in _MACHINE.finditer(text)]


def changelog_problems(text: str) -> list[str]:
    """What is not in the form of Keep a Changelog."""
    lines = text.splitlines()
    versions = [line for line in lines if line.startswith("## ")]
    found = [] if lines[:1] == ["# Changelog"] else ["the first line is '# Changelog'"]
    found += [] if versions[:1] == ["## [Unreleased]"] else ["the newest part is '[Unreleased]'"]
    found += [f"{line!r} is no version and date" for line in versions if not _HEADING.match(line)]
    found += [
        f"{line!r} is none of {', '.join(sorted(_SECTIONS))}"
        for line in lines
        if line.startswith("### ") and line[4:] not in _SECTIONS
    ]
    return found


def test_no_tracked_file_names_a_path_of_a_machine() -> None:
    found = {}
    for name in tracked():
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
        if paths := machine_paths(text):
            found[name] = paths
    assert found == {}


@pytest.mark.parametrize(
    "path", ["/" + "root/x", "'/" + "home/ann/x'", "file://" + "/" + "work/x", "=/" + "tmp/x"]
)
def test_a_path_of_a_machine_is_found(path: str) -> None:
    assert machine_paths(f"see {path}") != []


@pytest.mark.parametrize("text", ["a/root/x", "tests/tmp/", "<repo>/work/", "/roots/", "the /home"])
def test_other_paths_are_allowed(text: str) -> None:
    assert machine_paths(text) == []


def test_no_lock_file_is_tracked() -> None:
    assert [name for name in tracked() if name.rsplit("/", 1)[-1] in _LOCKS] == []


def test_the_changelog_has_its_form() -> None:
    assert changelog_problems((ROOT / "CHANGELOG.md").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "# Changes\n## [Unreleased]\n",
        "# Changelog\n## [1.0.0] - 2025-01-31\n",
        "# Changelog\n## [Unreleased]\n## 1.0.0\n",
        "# Changelog\n## [Unreleased]\n## [1.0.0]\n",
        "# Changelog\n## [Unreleased]\n### New things\n",
    ],
)
def test_a_changelog_of_another_form_is_found(text: str) -> None:
    assert changelog_problems(text) != []


def test_the_license_is_the_whole_apache_license() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License\n                           Version 2.0, January 2004" in text
    assert all(f"   {number}. " in text for number in range(1, 10))
    assert text.rstrip().endswith("limitations under the License.")
