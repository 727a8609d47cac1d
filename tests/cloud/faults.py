"""G8: no call to BigQuery, however it is broken, makes a publication lose or double a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from c360.errors import C360Error, OutsideFailure
from tests.cloud.calls import Call
from tests.cloud.fault_bench import FaultBench, Turn, publish
from tests.cloud.grpc_proxy import APPEND, COMMIT, GrpcFault
from tests.cloud.proxy import KINDS, WHENS, Fault, Kind, When
from tests.support.bigquery_digest import digests, read_table
from tests.support.digest import AUDIT

_V2 = "/bigquery/v2/projects/{}"
_JOBS, _TABLES = f"{_V2}/jobs", f"{_V2}/datasets/{{}}/tables/{{}}"
# What a publication asks for where one was published before; `faults` breaks each.
NEXT = (
    Call("GET", f"{_V2}/datasets/{{}}"),
    Call("GET", f"{_V2}/jobs/{{}}"),
    Call("GET", _TABLES),
    Call("DELETE", _TABLES),
    Call("POST", f"{_V2}/queries", "SELECT"),
    Call("POST", _JOBS, "CREATE TABLE"),
    Call("POST", _JOBS, "INSERT"),
    Call("POST", _JOBS, "LOAD"),
    Call("POST", _JOBS, "TRANSACTION"),
    Call("POST", f"/upload{_V2}/jobs"),
)
# What only the first one asks for.
FIRST = (Call("POST", _JOBS, "CREATE SCHEMA"),)

# A publication that takes the place of another set makes other calls, and not each of one kind as
# many: a question answered at once is not asked after. What was not broken counts for the next.
_TURNS = 6


@dataclass(frozen=True)
class HttpCase:
    """One kind of call, its first or last occurrence, and what happens to it."""

    call: Call
    is_last: bool
    kind: Kind
    when: When


@dataclass(frozen=True)
class StreamCase:
    """The connector's stream of gold, broken as it opens, midway or at its commit."""

    fault: GrpcFault


@dataclass(frozen=True)
class Broken:
    """A publication with a broken call: how the fault is told, and how the publication failed."""

    turn: Turn
    story: str
    failure: Exception | None


CASES: tuple[HttpCase | StreamCase, ...] = (
    *(
        HttpCase(call, is_last, kind, when)
        for call in (*FIRST, *NEXT)
        for kind in KINDS
        for when in WHENS
        for is_last in (False, True)
    ),
    *(
        StreamCase(GrpcFault(method, nth, when))
        for method in (APPEND, COMMIT)
        for when in WHENS
        for nth in (1, 2)
    ),
)


def attempt(bench: FaultBench, number: int) -> list[str]:
    """A publication with one broken call, then the next where it failed; what is wrong."""
    case = CASES[number]
    broken = _broken(bench, case)
    if broken is None:
        return [f"no publication makes the call {case}"]
    turn, failure, struck = broken.turn, broken.failure, bench.http.struck + bench.grpc.struck
    bench.http.arm()
    bench.grpc.arm()
    findings = [] if struck == 1 else [f"it struck {struck} times"]
    if failure and not isinstance(failure, OutsideFailure):
        findings.append(f"it ended {type(failure).__name__}: {failure}")
    seen = _judge_between(turn) if failure else []
    if failure and turn.warehouse.read_head().batch_id != turn.after.publication.batch_id:
        publish(turn.warehouse, turn.after)
    findings += seen + _judge(turn)
    bench.end(turn, sound=not failure and not findings)
    return [f"{broken.story}: {each}" for each in findings]


def calls_of(bench: FaultBench, *, is_first: bool) -> Mapping[Call, int]:
    """How often an undisturbed publication makes each call."""
    turn = bench.turn(is_first=is_first)
    bench.http.arm()
    publish(turn.warehouse, turn.after)
    made = Counter(bench.http.calls)
    bench.end(turn, sound=True)
    return made


def _broken(bench: FaultBench, case: HttpCase | StreamCase) -> Broken | None:
    """A publication in which the fault struck; None where none of some makes such a call."""
    for _ in range(_TURNS):
        turn = bench.turn(is_first=isinstance(case, HttpCase) and case.call in FIRST)
        story = _arm(bench, case, bench.calls.get(turn.kind, {}))
        failure = _failure(turn)
        if failure or bench.http.struck + bench.grpc.struck:
            return Broken(turn, story, failure)
        bench.calls[turn.kind] = Counter(bench.http.calls)
        bench.end(turn, sound=True)
    return None


def _arm(bench: FaultBench, case: HttpCase | StreamCase, calls: Mapping[Call, int]) -> str:
    """Set the fault; how it is told. No fault where such a call is not known to be made."""
    if isinstance(case, StreamCase):
        bench.http.arm()
        bench.grpc.arm(case.fault)
        return str(case.fault)
    bench.grpc.arm()
    if not calls.get(case.call):
        bench.http.arm()
        return "nothing is broken"
    fault = Fault(case.call, calls[case.call] if case.is_last else 1, case.kind, case.when)
    bench.http.arm(fault)
    return str(fault)


def _failure(turn: Turn) -> Exception | None:
    """How the publication failed; a defect is a failure that no caller expects."""
    try:
        publish(turn.warehouse, turn.after)
    except C360Error as failure:
        return failure
    return None


def _judge_between(turn: Turn) -> list[str]:
    """A failed publication has changed everything or nothing."""
    if turn.before is None:
        return []
    sets = (turn.before.digests, turn.after.digests)
    return [] if digests(turn.direct) in sets else ["it left a mixture behind"]


def _judge(turn: Turn) -> list[str]:
    """What is published other than it must be, and what the audit says twice or not at all."""
    direct, wanted = turn.direct, turn.after
    found = digests(direct)
    findings = [
        f"{name} has other contents"
        for name in sorted(wanted.digests.keys() | found.keys())
        if found.get(name) != wanted.digests.get(name)
    ]
    (head,) = read_table(direct, AUDIT, "Publication")
    rows = [
        (row["Layer"], row["TableName"])
        for row in read_table(direct, AUDIT, "LoadAudit")
        if (row["RunID"], row["Status"]) == (head["RunID"], "SUCCESS")
    ]
    if len(rows) != len(set(rows)) or len(rows) != len(wanted.digests):
        findings.append(f"the audit has {len(rows)} rows of the run that published")
    files = [
        (row["RunID"], row["FileID"], row["Path"]) for row in read_table(direct, AUDIT, "LoadFiles")
    ]
    if len(files) != len(set(files)):
        findings.append("the audit has a file twice")
    return findings
