"""The schema of a run's report, rendered from the values that it is made of."""

from __future__ import annotations

import json

from pydantic import TypeAdapter

from c360.report import RunReport


def render_schema() -> str:
    """The JSON schema as text. Decimals are written as text, so that no digit is lost."""
    found = TypeAdapter(RunReport).json_schema(mode="serialization")
    return json.dumps(found, indent=2, sort_keys=True) + "\n"
