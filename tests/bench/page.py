"""The page of what was measured: a table a size, ratios, and growth with every row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.bench.stages import MEANINGS

_RATIOS = (
    ("c", "a", "the whole job to a bare copy"),
    ("b", "a", "silver alone to a bare copy"),
    ("c", "h", "the whole job to the same with Spark's own flags"),
    ("c", "f", "the whole job to ten scripts that check nothing"),
    ("c", "g", "the whole job to DuckDB SQL by hand"),
    ("d", "c", "nothing changed to the whole job"),
    ("e", "c", "one more monthly file to the whole job"),
)


@dataclass(frozen=True)
class Measured:
    """One way of doing the work at one size."""

    what: str
    seconds: float
    cpu_seconds: float
    peak_bytes: int


@dataclass(frozen=True)
class Size:
    """One size of input and what each way took, by its letter."""

    name: str
    bytes: int
    records: int
    ways: Mapping[str, Measured]
    stages: Mapping[str, float]  # the seconds of each stage of (c)
    later_stages: Mapping[str, float]  # and of (e)


def page(sizes: Sequence[Size], machine: Sequence[str], date: dt.date, rounds: int) -> str:
    """The whole page, as Markdown."""
    return "\n".join(_lines(sizes, machine, date, rounds)) + "\n"


def _lines(
    sizes: Sequence[Size], machine: Sequence[str], date: dt.date, rounds: int
) -> Iterator[str]:
    yield "# Performance"
    yield ""
    yield f"Written by `make bench` on {date}; the median of {rounds} rounds, in which all ways"
    yield "take turns. Machines are shared and differ: compare the ratios, not the seconds. Times"
    yield "are of whole processes, the start of Python and of the JVM included; memory is the"
    yield "greatest sum over the tree of processes."
    yield ""
    yield from (f"- {line}" for line in machine)
    for size in sizes:
        yield ""
        yield f"## {size.name}: {size.records:,} records, {size.bytes / 1e6:,.1f} MB of CSV"
        yield ""
        yield "| | way | wall s | CPU s | peak MB | wall to (a) |"
        yield "|---|---|---|---|---|---|"
        base = size.ways["a"].seconds
        for way, cost in sorted(size.ways.items()):
            yield (
                f"| {way} | {cost.what} | {cost.seconds:.1f} | {cost.cpu_seconds:.1f} | "
                f"{cost.peak_bytes / 1e6:,.0f} | {cost.seconds / base:.2f} |"
            )
    yield from _ratios(sizes)
    yield from _stages(sizes)
    if len(sizes) > 1:
        yield from _growth(sizes[-2], sizes[-1])


def _ratios(sizes: Sequence[Size]) -> Iterator[str]:
    yield ""
    yield "## Ratios of wall time"
    yield ""
    yield "| | " + " | ".join(size.name for size in sizes) + " |"
    yield "|---" * (len(sizes) + 1) + "|"
    for one, other, meaning in _RATIOS:
        ratios = [_ratio(size.ways, one, other) for size in sizes]
        yield f"| {one}/{other}: {meaning} | " + " | ".join(ratios) + " |"
    cleaning = [f"{size.later_stages['clean'] / size.stages['clean']:.2f}" for size in sizes]
    yield "| cleaning in (e) to cleaning in (c) | " + " | ".join(cleaning) + " |"


def _ratio(ways: Mapping[str, Measured], one: str, other: str) -> str:
    if one not in ways or other not in ways:  # not measured at this size
        return ""
    return f"{ways[one].seconds / ways[other].seconds:.2f}"


def _stages(sizes: Sequence[Size]) -> Iterator[str]:
    yield ""
    yield "## Where the time of (c) goes"
    yield ""
    yield "| stage | " + " | ".join(f"{size.name}, s" for size in sizes) + " | what it does |"
    yield "|---" * (len(sizes) + 2) + "|"
    for stage, meaning in MEANINGS.items():
        seconds = [f"{size.stages.get(stage, 0):.1f}" for size in sizes]
        yield f"| {stage} | " + " | ".join(seconds) + f" | {meaning} |"
    yield ""
    yield "What was tried against it is in docs/decisions/0021-where-time-goes.md."


def _growth(small: Size, large: Size) -> Iterator[str]:
    more = large.records - small.records
    yield ""
    yield f"## Growth from {small.name} to {large.name}, for each record more"
    yield ""
    yield "| | way | wall µs | CPU µs | peak bytes |"
    yield "|---|---|---|---|---|"
    for way, cost in sorted(large.ways.items()):
        was = small.ways[way]
        yield (
            f"| {way} | {cost.what} | {(cost.seconds - was.seconds) / more * 1e6:.2f} | "
            f"{(cost.cpu_seconds - was.cpu_seconds) / more * 1e6:.2f} | "
            f"{(cost.peak_bytes - was.peak_bytes) / more:.0f} |"
        )
