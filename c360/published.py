"""What a reader of several tables needs to know: whose publication they are, and of one only."""

from __future__ import annotations

from c360.audit import LoadAuditRow
from c360.errors import OtherRunPublished, OutsideFailure, WrongUse
from c360.registry.specs import Policy
from c360.warehouse.protocol import Head, Warehouse


def gold_audit(warehouse: Warehouse, head: Head, policy: Policy) -> LoadAuditRow:
    """The audit of published gold, once it is known to follow `policy`.

    Raises:
        WrongUse: it was made with another policy.
        OutsideFailure: the audit lacks the published run.
    """
    audit = [row for row in warehouse.load_audit(str(head.run_id)) if row.layer == "gold"]
    if not audit:
        raise OutsideFailure(
            f"{warehouse.name}: customer360_audit.LoadAudit has no gold row of run {head.run_id}, "
            "which is the published one. Next: restore the audit, or publish again with c360 run"
        )
    if audit[0].rule_version != policy.rule_version:
        raise WrongUse(
            f"{warehouse.name}: run {head.run_id} published gold with policy "
            f"{audit[0].rule_version}, and the policy of this registry is {policy.rule_version}. "
            "Next: name the registry of that run with --registry, or publish with this one: "
            "c360 run"
        )
    return audit[0]


def require_same_head(warehouse: Warehouse, head: Head) -> None:
    """Says no once another run has published since `head` was read.

    Raises:
        OtherRunPublished: it has; what was read may be of two publications.
    """
    if (now := warehouse.read_head()) != head:
        raise OtherRunPublished(
            f"{warehouse.name}: run {now.run_id} published batch {now.batch_id} while batch "
            f"{head.batch_id} was being read. Next: the same command again"
        )
