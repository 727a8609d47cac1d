"""Seeded damages of silver batches, of every kind that storage has been seen to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from c360.manifest import MANIFEST

Batches = list[Path]  # their folders


def truncated(batch: Path, others: Batches, rng: Random) -> None:
    """A file that lost its end."""
    path = _some_file(batch, rng)
    path.write_bytes(path.read_bytes()[: rng.randrange(path.stat().st_size)])


def flipped(batch: Path, others: Batches, rng: Random) -> None:
    """A file of the same size with one bit changed."""
    path = _some_file(batch, rng)
    data = bytearray(path.read_bytes())
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(bytes(data))


def missing(batch: Path, others: Batches, rng: Random) -> None:
    """A Parquet file that is gone."""
    rng.choice(parts(batch)).unlink()


def stray(batch: Path, others: Batches, rng: Random) -> None:
    """One Parquet file more, which would double rows."""
    part = rng.choice(parts(batch))
    (part.parent / f"part-9{rng.randrange(10**4):04}.parquet").write_bytes(part.read_bytes())


def swapped(batch: Path, others: Batches, rng: Random) -> None:
    """A whole Parquet file, but that of another batch of the same table, or of another one."""
    siblings = [each for each in others if each.parent == batch.parent] or others
    other = rng.choice(parts(rng.choice(siblings)))
    part = rng.choice(parts(batch))
    part.write_bytes(other.read_bytes())


KINDS: tuple[Callable[[Path, Batches, Random], None], ...] = (
    truncated,
    flipped,
    missing,
    stray,
    swapped,
)


def parts(batch: Path) -> list[Path]:
    """The Parquet files of a batch; Spark's own checksums are not c360's."""
    return sorted(batch.rglob("part-*.parquet"))


def _some_file(batch: Path, rng: Random) -> Path:
    return rng.choice([batch / MANIFEST, *parts(batch)])
