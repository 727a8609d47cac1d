"""The arguments that every gold table of one run shares, and the select that ends each of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from c360.contracts.gold.parts import BATCH_ID, RULE_VERSION
from c360.contracts.model import TableContract
from c360.registry.specs import Policy


@dataclass(frozen=True, slots=True)
class GoldRun:
    """One calculation of gold: its policy, the last date it looks at and the batch it writes."""

    policy: Policy
    as_of: dt.date
    batch_id: str


def published(frame: DataFrame, contract: TableContract, run: GoldRun) -> DataFrame:
    """The rows of `frame` with the contract's columns, in its order and types.

    Quotients arrive unrounded; the cast to the contract's scale rounds them HALF_UP, once.
    """
    stamp = {BATCH_ID: run.batch_id, RULE_VERSION: run.policy.rule_version}

    def value(name: str) -> Column:
        return F.lit(stamp[name]) if name in stamp else F.col(name)

    return frame.select(
        *(value(each.name).cast(each.type.spark).alias(each.name) for each in contract.columns)
    )
