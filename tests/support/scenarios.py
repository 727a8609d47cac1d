"""Whole-file defects: each takes a folder with a good sample and damages it in one way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

# What a run does about it: exit 1, exit 2, or a word in the report and exit 0.
Verdict = Literal["refused", "wrong_use", "warned"]
Damage = Callable[[Path], None]

ONLINE = "OnlineTransactions/OnlineTransactions_2025-{}.csv"


@dataclass(frozen=True)
class Scenario:
    """One defect; `file` is the path, or the table where there is no file, that must be named."""

    name: str
    file: str
    damage: Damage
    verdict: Verdict = "refused"
    after_publication: bool = False  # shows only against what a run before it published
    registry: Callable[[str], str] = str  # the registry's text for this scenario


def _write(file: str, change: Callable[[bytes], bytes]) -> Damage:
    """Damage that replaces the bytes of one file."""

    def damage(bronze: Path) -> None:
        path = bronze / file
        path.write_bytes(change(path.read_bytes()))

    return damage


def _add(file: str, content: str) -> Damage:
    def damage(bronze: Path) -> None:
        (bronze / file).write_text(content, newline="")

    return damage


def _remove(file: str) -> Damage:
    return lambda bronze: (bronze / file).unlink()


def _header_only(data: bytes) -> bytes:
    return data.splitlines(keepends=True)[0]


def _without_header(data: bytes) -> bytes:
    return b"".join(data.splitlines(keepends=True)[1:])


def _without_column(data: bytes) -> bytes:
    """Each line without its second field; the file quotes no field that holds a comma."""
    return b"".join(
        b",".join([fields[0], *fields[2:]])
        for fields in (line.split(b",") for line in data.splitlines(keepends=True))
    )


def _with_column_twice(data: bytes) -> bytes:
    """Each line with its first field once more in front, the header included."""
    return b"".join(
        line.split(b",")[0] + b"," + line for line in data.splitlines(keepends=True) if line.strip()
    )


def _spoiled_records(share: float) -> Callable[[bytes], bytes]:
    """Cut `share` of the records down to their first two fields."""

    def change(data: bytes) -> bytes:
        header, *records = data.splitlines(keepends=True)
        few = int(len(records) * share)
        return header + b"".join([*(b"1,2\n" for _ in records[:few]), *records[few:]])

    return change


def _first_share(share: float) -> Callable[[bytes], bytes]:
    """The header and the first `share` of the lines."""

    def change(data: bytes) -> bytes:
        lines = data.splitlines(keepends=True)
        return b"".join(lines[: 1 + int(len(lines) * share)])

    return change


def _few_orders_most_of_them_bad(bronze: Path) -> None:
    """One more small file: four of its five records are bad, few among those of its table."""
    good = "990001,1001,501,2026-01-05 10:00:00,PayPal,10.00,Completed\n"
    header = "OrderID,CustomerID,ProductID,DateTime,PaymentMethod,Amount,Status\n"
    bad = "99000{},1001,501,2026-01-05 10:00:00,PayPal,ten,Completed\n"
    (bronze / ONLINE.format("13")).write_text(
        header + good + "".join(bad.format(number) for number in range(2, 6))
    )


def _claims_agents_twice(registry: str) -> str:
    """The registry whose Customers take the files of Agents as well."""
    document: dict[str, Any] = yaml.safe_load(registry)
    document["tables"]["Customers"]["files"] = ["Customers*.csv", "Agents*.csv"]
    return yaml.safe_dump(document, sort_keys=False)


def _nothing(bronze: Path) -> None:
    """The files are good; the registry is not."""


SCENARIOS = (
    Scenario("zero bytes", "Stores.csv", _write("Stores.csv", lambda _: b"")),
    Scenario("header only", ONLINE.format("03"), _write(ONLINE.format("03"), _header_only)),
    Scenario("blank lines only", "Agents.csv", _write("Agents.csv", lambda _: b"\n \n\t\n")),
    Scenario("missing column", "Agents.csv", _write("Agents.csv", _without_column)),
    Scenario(
        "duplicated column",
        "LoyaltyTransactions.csv",
        _write("LoyaltyTransactions.csv", _with_column_twice),
    ),
    Scenario(
        "wrong delimiter",
        ONLINE.format("01"),
        _write(ONLINE.format("01"), lambda data: data.replace(b",", b";")),
    ),
    Scenario(
        "UTF-16",
        "Products.csv",
        _write("Products.csv", lambda data: data.decode(errors="replace").encode("utf-16")),
    ),
    Scenario(
        "truncated gzip",
        ONLINE.format("02") + ".gz",
        _write(ONLINE.format("02") + ".gz", lambda data: data[: len(data) // 2]),
    ),
    Scenario(
        "no gzip at all",
        ONLINE.format("02") + ".gz",
        _write(ONLINE.format("02") + ".gz", lambda _: b"OrderID,CustomerID\n1,2\n"),
    ),
    Scenario("no header", "Customers.csv", _write("Customers.csv", _without_header)),
    Scenario("source missing", "LoyaltyAccounts", _remove("LoyaltyAccounts.csv")),
    Scenario("too many rejects in a file", ONLINE.format("13"), _few_orders_most_of_them_bad),
    Scenario(
        "too many rejects in the state",
        "LoyaltyTransactions",
        _write("LoyaltyTransactions.csv", _spoiled_records(0.2)),
    ),
    Scenario(
        "shrunken state",
        "CustomerServiceInteractions",
        _write("CustomerServiceInteractions.csv", _first_share(0.3)),
        after_publication=True,
    ),
    Scenario(
        "a file claimed by two tables",
        "Agents.csv",
        _nothing,
        verdict="wrong_use",
        registry=_claims_agents_twice,
    ),
    Scenario(
        "a file that no table claims",
        "Suppliers_2025.csv",
        _add("Suppliers_2025.csv", "SupplierID,Name\n1,Nobody\n"),
        verdict="warned",
    ),
)


def scenario(name: str) -> Scenario:
    """The scenario of that name."""
    return next(found for found in SCENARIOS if found.name == name)
