"""Named places in front of every call that writes, where a test can stop a run."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections import Counter

from c360.errors import WrongUse

VARIABLE = "C360_FAILPOINT"
_ASKED = re.compile(r"(?P<name>[A-Za-z_.]+)(?:#(?P<nth>[1-9][0-9]*))?:(?P<action>[a-z]+)")
_ACTIONS = ("kill", "killpg", "pause", "raise")

_lock = threading.Lock()
_reached: Counter[str] = Counter()


class FailpointRaised(Exception):
    """The failure that `raise` asks for."""


def failpoint(name: str) -> None:
    """Stop here if C360_FAILPOINT asks for it, as `name[#nth]:action`; without it, nothing happens.

    The n-th time (the first, if not said) that this process comes to the place, `kill` ends it at
    once, `killpg` its whole process group with Spark's JVM, `pause` stops it until it is sent
    SIGCONT, and `raise` raises `FailpointRaised`.

    Raises:
        WrongUse: the variable has another form.
    """
    with _lock:
        _reached[name] += 1
        number = _reached[name]
    asked = os.environ.get(VARIABLE)
    if asked is None:
        return
    found = _ASKED.fullmatch(asked)
    if found is None or found["action"] not in _ACTIONS:
        raise WrongUse(
            f"{VARIABLE}: found '{asked}'; expected name[#nth]:action, action one of "
            f"{', '.join(_ACTIONS)}"
        )
    if found["name"] == name and int(found["nth"] or 1) == number:
        _stop(found["action"], name)


def reached() -> dict[str, int]:
    """How often this process came to each place since it started, or since `forget`."""
    with _lock:
        return dict(_reached)


def forget() -> None:
    """Count from the beginning again."""
    with _lock:
        _reached.clear()


def _stop(action: str, name: str) -> None:
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif action == "killpg":
        os.killpg(0, signal.SIGKILL)
    elif action == "pause":
        os.kill(os.getpid(), signal.SIGSTOP)
    else:
        raise FailpointRaised(name)
