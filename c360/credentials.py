"""Chooses how Google's clients say who asks, for storage and for the warehouse alike."""

from __future__ import annotations

import os

from google.auth.credentials import AnonymousCredentials, Credentials

from c360.errors import WrongUse

VARIABLE = "C360_CREDENTIALS"


def google_credentials() -> Credentials | None:
    """What C360_CREDENTIALS asks for; without it, the default of this machine or account.

    Returns:
        None for `default`, which the clients look for themselves; for `anonymous`, credentials that
        say nothing: for what is public, and for servers that ask for none.

    Raises:
        WrongUse: another word.
    """
    asked = os.environ.get(VARIABLE) or "default"
    if asked not in ("anonymous", "default"):
        raise WrongUse(f"{VARIABLE}: found '{asked}'; expected one of anonymous, default")
    if asked == "default":
        return None
    return AnonymousCredentials()  # type: ignore[no-untyped-call]  # its library declares none
