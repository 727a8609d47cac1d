"""Plants defects in a clean record and says for which reasons it must then be rejected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from c360.sample.lines import quoted, rendered
from c360.sample.shapes import SHAPES, ColumnShape
from c360.sample.spellings import bad_spellings, padded, with_control

ROW = "row"
# A record-level reason stands alone; of several the first of these is the one that is given.
ROW_REASONS = ("undecodable_bytes", "bad_quotes", "too_few_fields", "too_many_fields")
CONTROL = ("control_character",)
DEFECT_COUNTS = (1, 1, 2, 3)  # of one record, drawn
# Latin-1, a cut sequence, a surrogate, an overlong form, a byte that UTF-8 never has
_BAD_BYTES = (b"\xff", b"\xe9 ", b"\xc3(", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf5\x80", b"\x80")
_PADDED_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Defect:
    """One way to spoil a record; `column` is `row` for the record itself."""

    column: str
    reasons: tuple[str, ...]

    @property
    def full_reasons(self) -> frozenset[str]:
        """The reasons as the quarantine names them, for example `Amount:scale`."""
        return frozenset(f"{self.column}:{reason}" for reason in self.reasons)


def defects_of(table: str) -> tuple[Defect, ...]:
    """Every defect that a record of `table` can have, each once."""
    return (
        *(Defect(ROW, (reason,)) for reason in ROW_REASONS),
        *(
            Defect(column.name, reasons)
            for column in SHAPES[table].columns
            for reasons in (*bad_spellings(column), CONTROL)
        ),
    )


def plant(
    rng: Random,
    table: str,
    fields: Mapping[str, str],
    defects: Sequence[Defect] = (),
) -> tuple[bytes, frozenset[str]]:
    """The line of a spoiled record, without its line end, and the reasons it must be rejected for.

    Args:
        rng: chooses among spellings, and one to three defects when `defects` is empty.
        table: one of the nine sources.
        fields: a clean record, text by column in the order of the file; further columns stay.
        defects: what to plant, at most one per column.
    """
    chosen = tuple(defects) or choose_defects(rng, defects_of(table))
    values = dict(fields)
    shapes = {column.name: column for column in SHAPES[table].columns}
    for defect in chosen:
        if defect.column != ROW:
            values[defect.column] = _spoiled(rng, shapes[defect.column], defect.reasons, fields)
    row_reasons = {reason for defect in chosen if defect.column == ROW for reason in defect.reasons}
    line = _spoiled_line(rng, list(values.values()), row_reasons)
    return line, _reasons(chosen, row_reasons)


def choose_defects(rng: Random, among: Iterable[Defect]) -> tuple[Defect, ...]:
    """One to three defects of `among`, at most one per column; the first is always taken."""
    candidates = list(among)
    rng.shuffle(candidates)
    return compatible(candidates, rng.choice(DEFECT_COUNTS))


def compatible(candidates: Iterable[Defect], count: int) -> tuple[Defect, ...]:
    """The first `count` defects of `candidates` that can be planted in one record."""
    chosen: list[Defect] = []
    for defect in candidates:
        if len(chosen) < count and not any(
            defect.column == other.column != ROW or defect == other for other in chosen
        ):
            chosen.append(defect)
    return tuple(chosen)


def _reasons(chosen: Sequence[Defect], row_reasons: set[str]) -> frozenset[str]:
    alone = next((reason for reason in ROW_REASONS if reason in row_reasons), None)
    if alone:
        return frozenset((f"{ROW}:{alone}",))
    return frozenset(reason for defect in chosen for reason in defect.full_reasons)


def _spoiled(
    rng: Random, column: ColumnShape, reasons: tuple[str, ...], fields: Mapping[str, str]
) -> str:
    if reasons == CONTROL:
        return with_control(rng, fields[column.name])
    bad = rng.choice(bad_spellings(column)[reasons])
    return padded(rng, bad) if rng.random() < _PADDED_SHARE else bad


def _spoiled_line(rng: Random, values: list[str], row_reasons: set[str]) -> bytes:
    if "too_few_fields" in row_reasons:
        # two fields stay: a lone blank one would be a blank line
        del values[rng.randint(2, len(values) - 1) :]
    elif "too_many_fields" in row_reasons:
        at = rng.randint(0, len(values))
        values[at:at] = [rng.choice(("", "x", "7", "a, b"))] * rng.randint(1, 3)
    line = _with_bad_quote(rng, values) if "bad_quotes" in row_reasons else rendered(rng, values)
    data = line.encode()
    if "undecodable_bytes" not in row_reasons:
        return data
    # after a delimiter, so that no bad byte completes the character before it
    at = data.index(b",") + 1
    return data[:at] + rng.choice(_BAD_BYTES) + data[at:]


def _with_bad_quote(rng: Random, values: list[str]) -> str:
    """A line whose quotes are not strict RFC 4180, whatever its other fields hold."""
    cells = [quoted(value) if {",", '"'} & set(value) else value for value in values]
    at = rng.randrange(len(cells))
    text = values[at].replace('"', "").replace(",", " ") or "x"
    cut = rng.randint(1, len(text))
    cells[at] = rng.choice(
        (
            f'"{text}',  # never closed
            f'{text}"',  # never opened
            f'{text[:cut]}"{text[cut:]}',
            f'{text[:cut]}"{text[cut:]}"',
            f'"{text}"x',
            f' "{text}"',
            f'"{text}" ',
            f'"{text[:cut]}\\"{text[cut:]}"',  # a backslash escapes nothing
            f'"{text[:cut]}"{text[cut:]}"',
        )
    )
    return ",".join(cells)
