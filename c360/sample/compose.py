"""The bytes of one export, and the ledger entry that says what they hold."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from c360.sample.disguise import disguised
from c360.sample.exports import Export
from c360.sample.ledger import FileLedger, RejectedRecord
from c360.sample.lines import rendered
from c360.sample.planter import Defect, plant
from c360.sample.shapes import SHAPES

Victims = Mapping[int, Sequence[Defect]]  # what to plant, by the record's place in the export
_BOM = b"\xef\xbb\xbf"
_COUPONS = ("", "", "SAVE10", "FREE, SHIPPING", "12a")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a file to be; `reasons` are there for records that must be rejected."""

    text: bytes
    reasons: frozenset[str] = frozenset()


def compose(rng: Random, export: Export, victims: Victims) -> tuple[bytes, FileLedger]:
    """The file's bytes, and its entry in the ledger."""
    header = _header(export)
    lines = [_record_line(rng, export, at, victims) for at in range(len(export.records))]
    for _ in range(export.style.repeated_headers):
        lines.insert(rng.randint(1, len(lines)), _Line(header))
    for blank in export.style.blank_lines:
        lines.insert(rng.randint(0, len(lines)), _Line(blank.encode()))
    return _packed(export, [header, *(line.text for line in lines)]), FileLedger(
        path=export.path,
        table=export.table,
        records=len(export.records),
        blank_lines=len(export.style.blank_lines),
        repeated_headers=export.style.repeated_headers,
        duplicates=_duplicates(export, victims),
        rejected=tuple(
            RejectedRecord(number, line.text, line.reasons)
            for number, line in enumerate(lines, start=2)
            if line.reasons
        ),
    )


def _header(export: Export) -> bytes:
    names = export.columns
    if export.style.shouted:
        names = tuple(f" {name.upper()}\t" for name in names)
    return ",".join(names).encode()


def _record_line(rng: Random, export: Export, at: int, victims: Victims) -> _Line:
    record = {
        **disguised(rng, export.table, export.records[at]),
        **({export.style.extra: rng.choice(_COUPONS)} if export.style.extra else {}),
    }
    fields = {name: record[name] for name in export.columns}
    if at in victims:
        text, reasons = plant(rng, export.table, fields, victims[at])
        return _Line(text, reasons)
    line = rendered(rng, tuple(fields.values()), quote_all=export.style.quote_all)
    return _Line(line.encode())


def _duplicates(export: Export, victims: Victims) -> int:
    """Records that lose their key to another record of the same file."""
    key = SHAPES[export.table].key
    keys = [record[key] for at, record in enumerate(export.records) if key and at not in victims]
    return len(keys) - len(set(keys))


def _packed(export: Export, lines: Sequence[bytes]) -> bytes:
    newline = export.style.newline.encode()
    # an empty last line is one by its end alone
    is_ended = export.style.last_newline or not lines[-1]
    data = newline.join(lines) + (newline if is_ended else b"")
    data = _BOM + data if export.style.bom else data
    # no time in the gzip header: equal samples have equal bytes
    return gzip.compress(data, mtime=0) if export.style.gzip else data
