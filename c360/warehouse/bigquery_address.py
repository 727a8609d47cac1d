"""What a `bigquery://` URL says: the project, where its data lies and how long to wait for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlsplit

from c360.errors import WrongUse

FORM = "bigquery://project[?location=EU&endpoint=URL&timeout=SECONDS&deadline=SECONDS]"
# What the value of each option looks like, and the words for it.
_OPTIONS = {
    "location": (r"[A-Za-z][A-Za-z0-9-]*", "a location such as EU or us-east1"),
    "endpoint": (r"https?://[^/?#]+/?", "http://host:port or https://host"),
    "timeout": (r"0*[1-9][0-9]{0,5}", "seconds"),
    "deadline": (r"0*[1-9][0-9]{0,5}", "seconds"),
}
_PROJECT = re.compile(r"([a-z0-9.-]+:)?[a-z][a-z0-9-]*[a-z0-9]")


@dataclass(frozen=True, slots=True)
class BigQueryAddress:
    """One project of BigQuery. `timeout` is that of one request, `deadline` that of one job."""

    project: str
    location: str = "US"  # BigQuery's own default
    endpoint: str | None = None  # another server than Google's
    timeout: int = 60  # seconds without an answer; then the request is repeated
    deadline: int = 6 * 3600  # seconds, all repetitions included; a query of BigQuery has no more

    def __str__(self) -> str:
        return f"bigquery://{self.project}"


_DEFAULT = BigQueryAddress("")


def parse_address(url: str) -> BigQueryAddress:
    """The address that a warehouse URL names.

    Raises:
        WrongUse: another form, or an option that is none; all problems at once.
    """
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    problems = [*_problems(parts), *_option_problems(pairs)]
    if problems:
        raise WrongUse(f"warehouse '{url}': {'; '.join(problems)}; expected {FORM}")
    given = dict(pairs)
    endpoint = given.get("endpoint")
    return BigQueryAddress(
        project=parts.netloc,
        location=given.get("location", _DEFAULT.location),
        endpoint=endpoint.rstrip("/") if endpoint else None,
        timeout=int(given.get("timeout", _DEFAULT.timeout)),
        deadline=int(given.get("deadline", _DEFAULT.deadline)),
    )


def _problems(parts: SplitResult) -> Iterator[str]:
    if not _PROJECT.fullmatch(parts.netloc):
        yield f"found the project '{parts.netloc}'"
    if parts.path.strip("/") or parts.fragment:
        yield "found something after the project"


def _option_problems(pairs: list[tuple[str, str]]) -> Iterator[str]:
    for name, times in Counter(name for name, _ in pairs).items():
        if times > 1:
            yield f"{name} is given {times} times"
    for name, value in pairs:
        if name not in _OPTIONS:
            yield f"found the option '{name}'"
        elif not re.fullmatch(_OPTIONS[name][0], value):
            yield f"{name}: found '{value}', expected {_OPTIONS[name][1]}"
