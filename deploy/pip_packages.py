"""Renders the value of `dataproc:pip.packages` from requirements/runtime.txt.

The versions are typed once, in the pins that every other environment has too. Spark itself is that
of the cluster's image. Runs in an environment that has `packaging`, such as .venv.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from packaging.requirements import Requirement

PINS = Path(__file__).resolve().parent.parent / "requirements" / "runtime.txt"
OF_THE_IMAGE = {"pyspark", "py4j"}
# What markers ask about, as a node of a Dataproc cluster answers.
_NODE = {
    "implementation_name": "cpython",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "os_name": "posix",
    "sys_platform": "linux",
}


def pip_packages(pins: str, python: str) -> str:
    """`name==version` of every pin that a node with this Python needs, joined by commas.

    Args:
        pins: the text of a requirements file with one exact version an entry.
        python: the Python of the image, such as `3.11`.
    """
    node = {**_NODE, "python_version": python, "python_full_version": f"{python}.0"}
    found = []
    for line in re.findall(r"^[a-z][^\\\n]*", pins, re.MULTILINE):
        requirement = Requirement(line)
        applies = requirement.marker is None or requirement.marker.evaluate(node)
        if applies and requirement.name not in OF_THE_IMAGE:
            found.append(f"{requirement.name}{requirement.specifier}")
    return ",".join(found)


if __name__ == "__main__":
    sys.stdout.write(pip_packages(PINS.read_text(encoding="utf-8"), sys.argv[1]) + "\n")
