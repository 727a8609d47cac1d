"""Invented people: names and postal addresses by Faker, e-mail only at reserved domains."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from c360.errors import WrongUse

if TYPE_CHECKING:
    from faker import Faker

# RFC 2606 reserves these for examples: no mail ever reaches a person.
_DOMAINS = ("example.com", "example.org", "example.net")
# Some names and streets beyond ASCII, as every customer base has them.
_LOCALES = (("en_US", 85), ("de_DE", 8), ("fr_FR", 7))


@dataclass(frozen=True, slots=True)
class Person:
    """Nobody who lives."""

    name: str
    email: str
    address: str


def invent_people(rng: Random) -> Iterator[Person]:
    """People without end, always the same ones for one state of `rng` and one Faker version."""
    makers = [_maker(locale, rng) for locale, _ in _LOCALES]
    weights = [weight for _, weight in _LOCALES]
    number = 0
    while True:
        number += 1
        maker = rng.choices(makers, weights)[0]
        first, last = maker.first_name(), maker.last_name()
        yield Person(
            name=f"{first} {last}",
            email=f"{_plain(first)}.{_plain(last)}{number}@{rng.choice(_DOMAINS)}",
            address=", ".join(maker.address().splitlines()),
        )


def require_faker() -> None:
    """Raise with the way to install it when Faker is missing."""
    try:
        import faker  # noqa: F401, PLC0415  only the sample needs it
    except ImportError as missing:
        raise WrongUse(
            "c360 sample: found no Faker, which invents the names and addresses; "
            "install it with: pip install 'c360[sample]'"
        ) from missing


def _maker(locale: str, rng: Random) -> Faker:
    from faker import Faker  # noqa: PLC0415  only the sample needs it

    maker = Faker(locale)
    maker.seed_instance(rng.getrandbits(64))
    return maker


def _plain(name: str) -> str:
    """The ASCII letters of a name in lower case, accents taken off."""
    decomposed = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in decomposed if letter.isascii() and letter.isalpha())
