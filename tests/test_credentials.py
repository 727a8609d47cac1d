"""One variable says with which credentials Google's services are asked."""

from __future__ import annotations

import pytest
from google.auth.credentials import AnonymousCredentials

from c360.credentials import VARIABLE, google_credentials
from c360.errors import WrongUse


@pytest.mark.parametrize("word", [None, "", "default"])
def test_the_default_is_left_to_the_clients(
    monkeypatch: pytest.MonkeyPatch, word: str | None
) -> None:
    if word is None:
        monkeypatch.delenv(VARIABLE, raising=False)
    else:
        monkeypatch.setenv(VARIABLE, word)
    assert google_credentials() is None


def test_anonymous_credentials_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "anonymous")
    assert isinstance(google_credentials(), AnonymousCredentials)


@pytest.mark.parametrize("word", ["Anonymous", "none", "key.json"])
def test_another_word_is_wrong_use(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv(VARIABLE, word)
    with pytest.raises(WrongUse) as caught:
        google_credentials()
    assert str(caught.value) == (
        f"C360_CREDENTIALS: found '{word}'; expected one of anonymous, default"
    )
