"""How ids become the keys of gold: as text, and UNKNOWN where there is no known one."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from c360.contracts.gold.parts import UNKNOWN


def key_or_unknown(key: Column) -> Column:
    """`key` as text, UNKNOWN where it is NULL; so a key column of gold is never NULL."""
    return F.coalesce(key.cast("string"), F.lit(UNKNOWN))
