"""The results of the guarantees: kept as JSON, shown as a table."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_COLUMNS = ("guarantee", "tries", "failures", "95 % bound", "command")


@dataclass(frozen=True)
class Failure:
    """One try that failed, and what was found."""

    attempt: int
    findings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of the tries of one guarantee, or of one shard of them."""

    guarantee: str
    claim: str
    command: str
    shard: tuple[int, int]  # which of how many, from 1
    tries: int
    full_volume: int  # the tries of all shards
    failures: tuple[Failure, ...]
    seconds: float
    spark: str
    finished_at: str


def bound(tries: int, failures: int) -> str:
    """Below which rate failures lie, with 95 % confidence; only said where there are none."""
    return f"< {min(100, 300 / tries):.2g} %" if tries and not failures else "-"


def attempts(full_volume: int, shard: tuple[int, int]) -> range:
    """The tries of a shard; the shards of a whole have every try once."""
    number, shards = shard
    return range(number - 1, full_volume, shards)


def keep(result: Result, folder: Path) -> Path:
    """Write a result in place of earlier ones of the same guarantee that it does not add to."""
    folder.mkdir(parents=True, exist_ok=True)
    number, shards = result.shard
    for path in folder.glob(f"{result.guarantee}.*json"):
        if read_result(path).shard[1] != shards or shards == 1:
            path.unlink()
    part = f".{number}-of-{shards}" if shards > 1 else ""
    path = folder / f"{result.guarantee}{part}.json"
    path.write_text(json.dumps(dataclasses.asdict(result), indent=1) + "\n")
    return path


def read_result(path: Path) -> Result:
    """A result that was kept."""
    found = json.loads(path.read_text())
    failures = (Failure(each["attempt"], tuple(each["findings"])) for each in found["failures"])
    return Result(**{**found, "shard": tuple(found["shard"]), "failures": tuple(failures)})


def read_results(folder: Path) -> list[Result]:
    """Every result in a folder, by guarantee and shard."""
    found = [read_result(path) for path in folder.glob("*.json")]
    return sorted(found, key=lambda each: (int(each.guarantee[1:]), each.shard))


def table(results: Iterable[Result]) -> str:
    """One line a guarantee: tries, failures, the bound and the command that makes them."""
    by_name: dict[str, list[Result]] = {}
    for result in results:
        by_name.setdefault(result.guarantee, []).append(result)
    rows = [_COLUMNS, *(_row(name, parts) for name, parts in by_name.items())]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_COLUMNS))]
    lines = ["  ".join(f"{cell:{w}}" for cell, w in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def _row(name: str, parts: Sequence[Result]) -> tuple[str, ...]:
    tries = sum(part.tries for part in parts)
    failures = sum(len(part.failures) for part in parts)
    whole = parts[0].full_volume
    shown = str(tries) if tries >= whole else f"{tries} of {whole}"
    command = parts[0].command
    if tries >= whole:
        command = command.partition(" SHARD=")[0]
    return name, shown, str(failures), bound(tries, failures), command
