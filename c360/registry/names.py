"""Which names a registry may give to tables, columns and files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from c360.registry.problems import Path, Problem, found
from c360.text import folded

# The tables that gold publishes beside silver's, and the columns that c360 adds to a row.
GOLD_TABLES = ("AOV", "AgentKPIs", "Customer360", "CustomerSegments", "PeakTimes")
OWN_COLUMNS = ("BatchID", "FileID", "RowKey", "RuleVersion", "SourceFile")

# Names that begin with _ are BigQuery's own (_TABLE_, _FILE_, _PARTITION, __ROOT__) and c360's
# own folders; what is left needs no quoting beyond backticks and fits Spark, BigQuery and DuckDB.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,127}")
A_NAME = "a letter, then letters, digits or _ (at most 128 in all)"

_FILE_PATTERN = re.compile(r"[\w*?][\w *?.()+=@,-]{0,199}")
A_FILE_PATTERN = (
    "a file name (no folder) that begins with neither _ nor a point, with * or ? as wildcards"
)


def check_names(names: Iterable[str], taken: Iterable[str], path: Path) -> Iterator[Problem]:
    """The names under `path` that are no names, are taken by c360, or differ only in case."""
    reserved = {name.casefold(): name for name in taken}
    first: dict[str, str] = {}
    for name in names:
        if not _NAME.fullmatch(name):
            yield found((*path, name), name, A_NAME)
        elif name.casefold() in reserved:
            own = reserved[name.casefold()]
            yield found((*path, name), name, f"another name: {own} is made by c360")
        elif (twin := first.setdefault(name.casefold(), name)) != name:
            yield found((*path, name), name, f"a name that differs from {twin} in more than case")


def check_files(patterns: Iterable[str], path: Path) -> Iterator[Problem]:
    """The patterns that are no plain file names."""
    for place, pattern in enumerate(patterns):
        plain = _FILE_PATTERN.fullmatch(pattern) and not pattern.startswith("_")
        if not plain or ".." in pattern:
            yield found((*path, place), pattern, A_FILE_PATTERN)


def check_words(words: Iterable[str], path: Path, *, any_case: bool = True) -> Iterator[Problem]:
    """The words that are blank, have spaces around them, or come twice (`any_case`: folded)."""
    seen = Counter[str]()
    for place, word in enumerate(words):
        same = folded(word) if any_case else word
        seen[same] += 1
        if not word.strip() or word != word.strip():
            yield found((*path, place), word, "a word without spaces around it")
        elif seen[same] == 2:  # noqa: PLR2004  said once a word
            equal = ", upper and lower case being equal" if any_case else ""
            yield found((*path, place), word, f"each word once{equal}")
