"""G12: personal data stays where it was declared, and configuration runs no code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from tests.guarantees.bench import Bench, Guarantee
from tests.registry.test_attacks import FILES, NAMES, WHOLE_TEXTS
from tests.registry.texts import small
from tests.support.canaries import Canaries, hits, refused_files, write_canaries
from tests.support.digest import AUDIT, read_all
from tests.support.places import Outcome, Places, command, own_registry, tolerant
from tests.support.states import read_files

SETS = 40
# Where the words of a place may be found; those of rejected and ignored values nowhere.
_DECLARED = {
    "customer360_silver.Customers": ("Customers",),
    "customer360_silver.Agents": ("Agents",),
    "customer360_silver.Stores": ("Stores", "shifted"),
    "customer360_silver.OnlineTransactions": ("shifted",),
    "customer360_silver.InStoreTransactions": ("shifted",),
    "customer360_silver.CustomerServiceInteractions": ("shifted",),
    "customer360_silver.LoyaltyAccounts": ("shifted",),
    "customer360_silver.LoyaltyTransactions": ("shifted",),
    "customer360_gold.Customer360": ("Customers", "shifted"),  # a tier is shown as it is
    "customer360_gold.CustomerSegments": ("shifted",),
    "customer360_gold.AgentKPIs": ("Agents",),
}


def attempt(bench: Bench, seed: int) -> list[str]:
    """A set full of canaries and one file that is refused, or one hostile registry."""
    if seed < SETS:
        return search_outputs(bench, seed)
    name, text = list(attacks())[seed - SETS]
    return attack(bench.fresh("attack"), name, text)


def search_outputs(bench: Bench, seed: int) -> list[str]:
    """Where canaries are found that must not be there."""
    places = Places.below(bench.fresh("g12"), own_registry(tolerant))
    canaries = write_canaries(places.bronze, seed)
    findings, told = [], bench.told()
    for name, outcome, code in _outcomes(bench, places, canaries, seed):
        if outcome.exit_code != code:
            findings.append(f"{name}: exit {outcome.exit_code}, not {code}")
        findings += found_in(name, outcome.stdout + outcome.stderr, canaries)
    report = (places.bronze.parent / "report.json").read_text()
    texts = {"report": report, "Spark": bench.told_since(told)}
    texts |= {name: str(rows) for name, rows in read_all(places.warehouse, AUDIT).items()}
    findings += [finding for name in texts for finding in found_in(name, texts[name], canaries)]
    return findings + search_warehouse(places, canaries)


def _outcomes(
    bench: Bench, places: Places, canaries: Canaries, seed: int
) -> Iterator[tuple[str, Outcome, int]]:
    """What commands say, and how they must end: they read a good set, then a refused one."""
    words, spark = places.words, bench.spark
    report = ("--report", str(places.bronze.parent / "report.json"))
    yield "dry run", command("run", *words, "--dry-run"), 0
    yield "run", command("run", *words, *report, spark=spark), 0
    yield "again", command("run", *words, "--log-format", "json"), 0
    yield "verify", command("verify", *words[:2], *words[6:]), 0
    yield "quarantine list", command("quarantine", "list", *words[:6]), 0
    kinds = refused_files(canaries)
    kind = list(kinds)[seed % len(kinds)]
    before = read_files(places.bronze)
    kinds[kind](places.bronze)
    assert read_files(places.bronze) != before
    places.registry.write_text(own_registry())  # its budgets are exceeded
    yield kind, command("run", *words, "--log-format", "json", spark=spark), 1
    yield "validate", command("validate", *words[:4]), 0 if kind in _READABLE else 1
    yield "status", command("status", *words), 0


_READABLE = ("truncated gzip", "too many rejects")  # as far as a first look tells


def search_warehouse(places: Places, canaries: Canaries) -> list[str]:
    """The canaries in published tables where they were not declared."""
    return [
        finding
        for name, rows in read_all(places.warehouse).items()
        for finding in found_in(name, str(rows), canaries, _DECLARED.get(name, ()))
    ]


def found_in(name: str, text: str, canaries: Canaries, declared: tuple[str, ...] = ()) -> list[str]:
    """The canaries in a text that were not declared to be there, by the place that they are of."""
    return [
        f"{name}: has {len(found)} canaries of {place}, the first is {found[0]}"
        for place in canaries.words
        if place not in declared and (found := hits(text, canaries.of(place)))
    ]


def attacks() -> Iterator[tuple[str, str]]:
    """Every hostile registry, with its name."""
    yield from WHOLE_TEXTS.items()
    for name in NAMES:
        text = json.dumps(name)
        yield f"column {text}", small(columns=f"? {text}\n: string")
        yield f"table {text}", small(more=f"? {text}\n: {{columns: {{a: string}}}}")
    for pattern in FILES:
        yield f"files {json.dumps(pattern)}", small(table=f"files: {json.dumps(pattern)}")


def attack(folder: Path, name: str, text: str) -> list[str]:
    """What a hostile registry achieves: it must be refused, and nothing may be made."""
    places = Places.below(folder)
    places.registry.write_bytes(text.encode("utf-8", errors="surrogatepass"))
    before = read_files(folder)
    outcome = command("run", *places.words)
    findings = [] if outcome.exit_code == 2 else [f"{name}: exit {outcome.exit_code}, not 2"]
    if read_files(folder) != before:
        findings.append(f"{name}: made {sorted(read_files(folder).keys() - before.keys())}")
    return findings


G12 = Guarantee(
    "G12",
    "Personal data stays where it was declared: no canary in any output, log, report, event log "
    "or audit; and configuration runs no code: every hostile registry is refused.",
    SETS + sum(1 for _ in attacks()),
    attempt,
)
