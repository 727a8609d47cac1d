"""The contract of PeakTimes: when orders are placed, online and in store."""

from __future__ import annotations

from c360.contracts.gold.parts import MONEY, gold_table
from c360.contracts.model import ColumnContract
from c360.datatypes import BIGINT, BOOLEAN, STRING, decimal

_COLUMNS = (
    ColumnContract("Channel", STRING, "Online or InStore.", nullable=False),
    ColumnContract("DayOfWeek", BIGINT, "ISO weekday, 1 is Monday.", nullable=False),
    ColumnContract("DayName", STRING, "The weekday in English."),
    ColumnContract(
        "HourOfDay", BIGINT, "Hour 0 to 23 on the wall clock of the source.", nullable=False
    ),
    ColumnContract(
        "TransactionCount", BIGINT, "All orders placed in the cell, whatever their status: demand."
    ),
    ColumnContract("CountedCount", BIGINT, "Of those, the orders that count as sales."),
    ColumnContract("GrossAmount", MONEY, "Sum of the counted orders' Amount; 0.00 when none."),
    ColumnContract(
        "ObservedDays",
        BIGINT,
        "How often the weekday falls between the first and the last transaction date of both "
        "channels, both included; 0 without transactions.",
    ),
    ColumnContract(
        "AvgPerDay",
        decimal(18, 4),
        "TransactionCount / ObservedDays, rounded half up once; NULL when ObservedDays is 0.",
    ),
    ColumnContract(
        "CellRank",
        BIGINT,
        "Rank of the cell in its channel by TransactionCount; 1 is the busiest, ties share.",
    ),
    ColumnContract(
        "CellRankPerDay",
        BIGINT,
        "Rank of the cell in its channel by the unrounded average per day; ties share.",
    ),
    ColumnContract(
        "DayRank", BIGINT, "Rank of the weekday in its channel by all its transactions."
    ),
    ColumnContract("HourRank", BIGINT, "Rank of the hour in its channel by all its transactions."),
    ColumnContract(
        "IsPeak", BOOLEAN, "True for the busiest cells of the channel; several may tie."
    ),
)

PEAK_TIMES = gold_table(
    "PeakTimes",
    "Orders by channel, weekday and hour: always the whole grid of 2 x 7 x 24 = 336 rows, with "
    "zeros where nothing happened.",
    _COLUMNS,
    key=("Channel", "DayOfWeek", "HourOfDay"),
    control_sum="TransactionCount",
)
