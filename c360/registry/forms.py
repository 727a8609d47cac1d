"""The authoring form of the registry: every key of the YAML, its type and what it expects.

The description of a field is what messages and docs/registry.md say that it expects. A field that
is None was left out; what its silence means is decided where the running form is built.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from c360.datatypes import COLUMN_TYPES


def _one_or_many(value: Any) -> Any:
    """A single name is a list of one."""
    return [value] if isinstance(value, str) else value


def _exact(value: Any) -> Any:
    """A whole number is a decimal one too; true and false are none."""
    return Decimal(value) if type(value) is int else value


Names = Annotated[list[str], Field(min_length=1), BeforeValidator(_one_or_many)]
Words = Annotated[list[str], Field(min_length=1, max_length=1000)]
NullWords = Annotated[list[str], Field(max_length=100)]
DateOrders = Annotated[list[str], Field(min_length=1, max_length=20)]
Share = Annotated[Decimal, Field(ge=0, le=1), BeforeValidator(_exact)]
Money = Annotated[Decimal, Field(ge=0, max_digits=13, decimal_places=2), BeforeValidator(_exact)]
Count = Annotated[int, Field(ge=0, le=10**15)]
Positive = Annotated[int, Field(ge=1, le=10**9)]

A_SHARE = "a share from 0 to 1, such as 0.05"
TRUE_OR_FALSE = "true or false"
A_LIST_OF_WORDS = "a list of 1 to 1000 words"
NULL_WORDS = "a list of at most 100 words; [] for none"
A_COLUMN = "the name of a column of this table"
COLUMNS = "the name of a column of this table, or a list of names"
A_BOUND = "a number, or a date or time in quotes"
MONEY = "an amount from 0 to 99999999999.99, such as 1000.00"


def _expects(expected: str, default: Any = None) -> Any:
    """A field with what it expects; None stands for a key that was left out."""
    return Field(default=default, description=expected)


class Form(BaseModel):
    """A mapping of the YAML: no unknown key, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ColumnForm(Form):
    """One column of a table."""

    type: str | None = _expects(f"one of {', '.join(COLUMN_TYPES)}")
    description: str | None = _expects("text")
    pii: bool | None = _expects(TRUE_OR_FALSE)
    references: str | None = _expects("Table.Column, the single key of a table")
    null_words: NullWords | None = _expects(NULL_WORDS)
    formats: DateOrders | None = _expects("a list of 1 to 20 orders such as dd/MM/yyyy")
    strip: Annotated[str, Field(min_length=1, max_length=20)] | None = _expects(
        "the characters to remove, in quotes (at most 20)"
    )
    min: int | Decimal | str | None = _expects(A_BOUND)
    max: int | Decimal | str | None = _expects(A_BOUND)
    above: int | Decimal | str | None = _expects(A_BOUND)
    one_of: Words | None = _expects(A_LIST_OF_WORDS)
    on_unknown: Literal["reject", "warn"] | None = _expects("one of reject, warn")
    matches: Annotated[str, Field(min_length=1)] | None = _expects("a regular expression in quotes")
    max_length: Positive | None = _expects("a whole number from 1")
    case: Literal["upper", "lower"] | None = _expects("one of lower, upper")
    on_invalid: Literal["reject", "null"] | None = _expects("one of null, reject")


class DefaultsForm(Form):
    """What holds for every table that does not say otherwise."""

    take: Literal["all", "newest"] | None = _expects("one of all, newest")
    delimiter: str | None = _expects(r'one of "," ";" "\t" "|" "^" "~"')
    embedded_newlines: bool | None = _expects(TRUE_OR_FALSE)
    max_rejected: Share | None = _expects(A_SHARE)
    max_rejected_file: Share | None = _expects(A_SHARE)
    min_records: Count | None = _expects("a whole number from 0")
    max_shrink: Share | None = _expects(A_SHARE)
    max_drift: Share | None = _expects(A_SHARE)
    max_share_drift: Share | None = _expects(A_SHARE)
    max_age: str | None = _expects('hours or days, such as "36h" or "7d"')
    null_words: NullWords | None = _expects(NULL_WORDS)
    max_length: Positive | None = _expects("a whole number from 1")


class TableForm(DefaultsForm):
    """One source. `columns` is read column by column."""

    description: str | None = _expects("text")
    files: Names | None = _expects("a file name with * or ? as wildcards, or a list of them")
    key: Names | None = _expects(COLUMNS)
    newest_by: str | None = _expects(A_COLUMN)
    required: Names | None = _expects(COLUMNS)
    control_sum: str | None = _expects(A_COLUMN)
    partition_by: str | None = _expects(A_COLUMN)
    cluster_by: Names | None = _expects(COLUMNS)
    columns: dict[str, Any] | None = _expects("a mapping from column names to types or rules")


class ResolutionForm(Form):
    """The words of the three outcomes of an interaction."""

    resolved: Words = _expects(A_LIST_OF_WORDS, ["Resolved"])
    escalated: list[str] = _expects("a list of words", ["Escalated"])
    pending: list[str] = _expects("a list of words", ["Pending"])


class ThresholdsForm(Form):
    """What stands in for percentiles when there are few buyers."""

    high: Money = _expects(MONEY, Decimal("1000.00"))
    medium: Money = _expects(MONEY, Decimal("200.00"))


class PolicyForm(Form):
    """Everything that changes a gold number, with the defaults of docs/gold.md."""

    currency: Annotated[str, Field(pattern=r"\A[A-Z]{3}\z")] | None = _expects(
        "a currency code of three capital letters, such as EUR"
    )
    source_timezone: str = _expects("a time zone, such as UTC or Europe/Berlin", "UTC")
    counted_statuses: Words = _expects(A_LIST_OF_WORDS, ["Completed"])
    excluded_statuses: list[str] = _expects(
        "a list of words", ["Pending", "Failed", "Cancelled", "Refunded", "Returned"]
    )
    resolution_statuses: ResolutionForm = _expects(
        "the keys resolved, escalated and pending", ResolutionForm()
    )
    tier_ranking: Annotated[dict[str, Positive], Field(min_length=1)] = _expects(
        "each tier with a rank from 1, such as Gold: 3",
        {"Bronze": 1, "Silver": 2, "Gold": 3, "Platinum": 4, "Diamond": 5},
    )
    champion_tiers: list[str] = _expects("a list of tiers of tier_ranking", ["Gold", "Platinum"])
    frequent_from: Annotated[int, Field(ge=2, le=10**9)] = _expects("a whole number from 2", 5)
    min_buyers_for_percentiles: Positive = _expects("a whole number from 1", 10)
    fixed_spend_thresholds: ThresholdsForm = _expects("the keys high and medium", ThresholdsForm())
    min_interactions: Positive = _expects("a whole number from 1", 5)


class RegistryForm(Form):
    """The sections of the document."""

    version: int | None = _expects("1")
    defaults: dict[str, Any] | None = _expects("a mapping of keys")
    policy: dict[str, Any] | None = _expects("a mapping of keys")
    tables: dict[str, Any] | None = _expects("a mapping from table names to tables")
