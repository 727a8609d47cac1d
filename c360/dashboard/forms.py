"""The authoring form of dashboards/measures.yaml: every key, its type and what it expects."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from c360.registry.forms import TRUE_OR_FALSE, Form, Names, Words

FORMATS = ("average", "count", "money", "rate")
_COLUMNS = "the name of a column of the table, a list of names, or rows"


class MeasureForm(Form):
    """One measure as it is written."""

    table: str | None = Field(default=None, description="the name of a gold or audit table")
    title: Annotated[str, Field(min_length=1, max_length=60)] | None = Field(
        default=None, description="a title of 1 to 60 characters"
    )
    numerator: Names | None = Field(default=None, description=_COLUMNS)
    denominator: Names | None = Field(default=None, description=_COLUMNS)
    but_for: dict[str, Words] | None = Field(
        default=None, description="columns, each with a list of values"
    )
    format: Literal["average", "count", "money", "rate"] | None = Field(
        default=None, description=f"one of {', '.join(FORMATS)}"
    )
    column: str | None = Field(default=None, description="the name of a column of the table")
    of_one_row: bool | None = Field(default=None, description=TRUE_OR_FALSE)
    description: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description="what the measure means, in words"
    )


class MeasuresForm(Form):
    """The sections of the document."""

    version: int | None = Field(default=None, description="1")
    measures: dict[str, Any] | None = Field(default=None, description="a mapping of measures")
