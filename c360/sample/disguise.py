"""Other spellings of the same values: what exporters change without changing the meaning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from random import Random

from c360.sample.shapes import SHAPES, Kind, Record
from c360.sample.spellings import NULL_WORDS, padded

_SHARE = 0.03  # of the values that are spelled in another way
_NULL_SHARE = 0.4  # of the absent values that are spelled out
_OFFSETS = (
    ("Z", 0),
    ("+02", 120),
    ("+0200", 120),
    ("-05:00", -300),
    ("+05:30", 330),
    ("-00:00", 0),
)


def disguised(rng: Random, table: str, record: Record) -> Record:
    """`record` with a few values spelled in another way; its cleaned row stays the same."""
    kinds = {column.name: column.kind for column in SHAPES[table].columns}
    return {name: _respelled(rng, kinds.get(name, "text"), text) for name, text in record.items()}


def _respelled(rng: Random, kind: Kind, text: str) -> str:
    if not text:
        text = rng.choice(NULL_WORDS) if rng.random() < _NULL_SHARE else ""
        return padded(rng, text) if rng.random() < _SHARE else text
    if rng.random() < _SHARE:
        text = _OTHER_SPELLING[kind](rng, text)
    return padded(rng, text) if rng.random() < _SHARE else text


def _integer(rng: Random, text: str) -> str:
    sign, digits = ("-", text[1:]) if text.startswith("-") else (rng.choice(("", "+")), text)
    return sign + rng.choice(("", "0", "00", "00000000000000000000")) + digits


def _money(rng: Random, text: str) -> str:
    shorter = text.rstrip("0").rstrip(".")
    return rng.choice((shorter, text + "0", text + "000000", "+" + text, "00" + text))


def _timestamp(rng: Random, text: str) -> str:
    moment = dt.datetime.fromisoformat(text)
    offset, minutes = rng.choice(_OFFSETS) if rng.random() < 0.5 else ("", 0)  # noqa: PLR2004  half
    local = (moment + dt.timedelta(minutes=minutes)).isoformat(sep=rng.choice(" T"))
    if moment.second == 0 and rng.random() < 0.7:  # noqa: PLR2004  most of the full minutes
        return local[:16] + offset
    return local + rng.choice(("", ".0", ".000", ".000000")) + offset


def _unchanged(_: Random, text: str) -> str:
    return text


_OTHER_SPELLING: Mapping[Kind, Callable[[Random, str], str]] = {
    "integer": _integer,
    "money": _money,
    "timestamp": _timestamp,
    "date": _unchanged,
    "text": _unchanged,
}
