"""The contracts of gold, in the order in which the tables are published."""

from __future__ import annotations

from c360.contracts.gold.agent_kpis import AGENT_KPIS
from c360.contracts.gold.aov import AOV
from c360.contracts.gold.customer360 import CUSTOMER360
from c360.contracts.gold.customer_segments import CUSTOMER_SEGMENTS
from c360.contracts.gold.peak_times import PEAK_TIMES
from c360.contracts.model import TableContract

GOLD_CONTRACTS: tuple[TableContract, ...] = (
    AOV,
    CUSTOMER_SEGMENTS,
    PEAK_TIMES,
    AGENT_KPIS,
    CUSTOMER360,
)


def gold_contract(name: str) -> TableContract:
    """The contract of the gold table called `name`; a KeyError is a defect of the caller."""
    found = next((contract for contract in GOLD_CONTRACTS if contract.name == name), None)
    if found is None:
        raise KeyError(name)
    return found
