"""Which records of a sample are spoiled, and how each: every defect comes up, no file is lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from random import Random

from c360.sample.compose import Victims
from c360.sample.exports import Export
from c360.sample.planter import DEFECT_COUNTS, ROW, Defect, compatible, defects_of
from c360.sample.shapes import SHAPES

# Of fewer records, one that is rejected is a larger share than a source may lose by default.
_FEWEST_TO_SPOIL = 25
_MOST_OF_A_FILE = 0.4
# What spoils the values that few tables have comes first, so that small tables show it too.
_SPOILED_FIRST = ("date", "timestamp", "money", ROW, "integer", "text")


def draw_victims(rng: Random, exports: list[Export], dirty: float) -> dict[str, Victims]:
    """What to plant, by file and place: the share `dirty` of each table, never most of a file."""
    victims: dict[str, dict[int, tuple[Defect, ...]]] = defaultdict(dict)
    for table in SHAPES:
        files = {export.path: export for export in exports if export.table == table}
        places = [(path, at) for path, file in files.items() for at in range(len(file.records))]
        wanted = int(dirty * len(places))
        if dirty and len(places) >= _FEWEST_TO_SPOIL:
            wanted = max(wanted, 1)
        rng.shuffle(places)
        plans = _plans(rng, table)
        for path, at in places:
            if wanted and len(victims[path]) < int(_MOST_OF_A_FILE * len(files[path].records)):
                victims[path][at] = next(plans)
                wanted -= 1
    return {export.path: victims[export.path] for export in exports}


def _plans(rng: Random, table: str) -> Iterator[tuple[Defect, ...]]:
    """What to plant into one record after the other, without end.

    A defect of the record itself is planted alone here: it would hide the others.
    """
    kinds = {column.name: column.kind for column in SHAPES[table].columns}
    while True:
        waiting = list(defects_of(table))
        rng.shuffle(waiting)
        waiting.sort(key=lambda defect: _SPOILED_FIRST.index(kinds.get(defect.column, ROW)))
        while waiting:
            first, *others = waiting
            with_first = [defect for defect in others if ROW not in (first.column, defect.column)]
            chosen = compatible([first, *with_first], rng.choice(DEFECT_COUNTS))
            waiting = [defect for defect in waiting if defect not in chosen]
            yield chosen
