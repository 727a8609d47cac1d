"""`c360 explain` tells the story of a key so that a person can follow it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
import typer
from typer.testing import CliRunner, Result

from c360.cli import explain as module
from c360.explain.model import (
    Booking,
    Candidate,
    Explanation,
    FileSearch,
    GoldRow,
    Record,
)

app = typer.Typer()
app.command()(module.explain)

WINNER = Record(
    source_file="b.csv",
    raw="7,\x1b[31m,5.00",
    values={"OrderID": 7, "Note": "[red]", "Amount": Decimal("5.00"), "At": None},
)
LOSER = Record(source_file="a.csv", raw="7,x,ten", values={}, reasons=("Amount:not_a_decimal",))
FOUND = Explanation(
    table="Orders",
    key=(("OrderID", 7),),
    candidates=(
        Candidate(WINNER, "survivor"),
        Candidate(LOSER, "rejected", because="rejected for Amount:not_a_decimal"),
    ),
    files=(
        FileSearch(path="a.csv", file_id="01", records=1000, untold=2, found=1),
        FileSearch(path="b.csv", file_id="02", records=234, untold=0, found=3),
    ),
    unreadable=("c.csv: has zero bytes; export it again or remove it",),
    superseded=1,
    booking=Booking((GoldRow("Gold", (("A", "[b]"), ("B", "x")), ("Sum",)),), ("a note",)),
)


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Callable[[Explanation], Result]:
    """The command with this explanation as its answer; no session is started or stopped."""

    def invoke(found: Explanation) -> Result:
        monkeypatch.setattr(module, "explain_key", lambda *_: found)
        monkeypatch.setattr(module, "stop_session", lambda: None)
        return CliRunner().invoke(app, ["Orders", "7"])

    return invoke


def test_the_whole_story_is_told(call: Callable[[Explanation], Result]) -> None:
    result = call(FOUND)
    assert result.exit_code == 0
    assert [line.rstrip() for line in result.stdout.splitlines() if line.strip()] == [
        "Orders, OrderID 7: 4 records among 1,234 records in 2 files",
        "survivor: b.csv",
        "  7,\\x1b[31m,5.00",
        "    OrderID            7",
        "    Note               [red]",
        "    Amount             5.00",
        "    At                 NULL",
        "rejected: a.csv",
        "  rejected for Amount:not_a_decimal",
        "  7,x,ten",
        "and 2 more records of this key",
        "not matched to any key: 2 records in a.csv (2)",
        "  `c360 quarantine show` prints them",
        "not searched: c.csv: has zero bytes; export it again or remove it",
        "not searched: 1 file that a newer one supersedes",
        "Where it counts",
        " gold table   key       measures",
        " ───────────────────────────────",
        " Gold         [b] · x   Sum",
        "note: a note",
    ]
    assert "personal data" in result.stderr


def test_a_key_that_nothing_has_is_told_with_exit_1(call: Callable[[Explanation], Result]) -> None:
    files = (FileSearch(path="a.csv", file_id="01", records=5),)
    unknown = Explanation(
        table="Orders",
        key=(("OrderID", 7),),
        candidates=(),
        files=files,
        unreadable=(),
        superseded=0,
        booking=Booking(),
    )
    result = call(unknown)
    assert result.exit_code == 1
    assert result.stdout == "Orders, OrderID 7: none of 5 records in 1 file\n"
    assert result.stderr == ""


def test_a_key_that_was_only_rejected_is_told_with_a_next_step(
    call: Callable[[Explanation], Result],
) -> None:
    rejected = Explanation(
        table="Orders",
        key=(("OrderID", 7),),
        candidates=FOUND.candidates[1:],
        files=(FileSearch(path="a.csv", file_id="01", records=5, found=1),),
        unreadable=(),
        superseded=0,
        booking=Booking(),
    )
    result = call(rejected)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == (
        "no record survives: correct one and put it into bronze, then run `c360 run`"
    )


def test_help_teaches_by_an_example() -> None:
    text = CliRunner().invoke(app, ["--help"]).stdout
    assert "Example: `c360 explain OnlineTransactions 10375`" in text
    assert "personal data" in text
