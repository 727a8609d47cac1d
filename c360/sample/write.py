"""Writes a sample of synthetic source files and its ledger; overwrites nothing."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

from c360.errors import OutsideFailure, WrongUse, listed
from c360.sample.compose import compose
from c360.sample.exports import Export, arrange, repeat
from c360.sample.ledger import SampleLedger
from c360.sample.people import require_faker
from c360.sample.tables import build_tables
from c360.sample.victims import draw_victims

DEFAULT_SEED = 360
MIN_CUSTOMERS, MIN_ORDERS = 10, 50


def write_sample(
    out: Path,
    *,
    customers: int = 200,
    orders: int = 1500,
    seed: int = DEFAULT_SEED,
    dirty: float = 0.03,
) -> SampleLedger:
    """The ledger of the source files written below `out`; equal arguments write equal files.

    Args:
        out: a folder; made when missing. No file in it is overwritten.
        customers: rows of Customers before repetitions; the other tables follow.
        orders: of both channels together, before repetitions.
        seed: another seed gives another sample.
        dirty: share of the records of each table that must be rejected.

    Raises:
        WrongUse: a figure is out of range, Faker is missing, or a file exists.
        OutsideFailure: `out` cannot be written.
    """
    _require_figures(customers, orders, dirty)
    require_faker()
    exports = sorted(arrange(build_tables(seed, customers, orders)), key=lambda file: file.path)
    repeat(Random(f"{seed}/repetitions"), exports)
    _require_free(out, exports)
    victims = draw_victims(Random(f"{seed}/defects"), exports, dirty)
    entries = []
    for export in exports:
        data, entry = compose(Random(f"{seed}/{export.path}"), export, victims[export.path])
        _write(out / export.path, data)
        entries.append(entry)
    return SampleLedger(tuple(entries))


def require_writable(path: Path) -> None:
    """Stop where a file could not be written later; one that is there stays as it is.

    Raises:
        OutsideFailure: `path` cannot be written.
    """
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not os.path.lexists(path)
        with path.open("ab"):
            pass
        if is_new:
            path.unlink()


def write_ledger(ledger: SampleLedger, path: Path) -> None:
    """Write what was made dirty as JSON to `path`.

    Raises:
        OutsideFailure: `path` cannot be written.
    """
    _write(path, ledger.to_json().encode())


def _require_figures(customers: int, orders: int, dirty: float) -> None:
    expected = {
        f"customers: found {customers}; expected {MIN_CUSTOMERS} or more": customers
        >= MIN_CUSTOMERS,
        f"orders: found {orders}; expected {MIN_ORDERS} or more": orders >= MIN_ORDERS,
        f"dirty: found {dirty}; expected a share from 0 to 1": 0 <= dirty <= 1,
    }
    problems = [problem for problem, holds in expected.items() if not holds]
    if problems:
        raise WrongUse(listed("c360 sample: the figures do not fit", problems))


def _require_free(out: Path, exports: list[Export]) -> None:
    taken = [export.path for export in exports if (out / export.path).exists()]
    if taken:
        raise WrongUse(
            f"{out}: found {len(taken)} of the files that the sample would write, the first is "
            f"{taken[0]}; a sample overwrites nothing: remove them, or name another folder"
        )


def _write(path: Path, data: bytes) -> None:
    with _explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as cause:
        raise OutsideFailure(
            f"{path}: cannot be written ({cause.strerror}); name a folder that can, then run again"
        ) from cause
