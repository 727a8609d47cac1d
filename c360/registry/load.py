"""Text of a registry in, frozen specs out; every problem of the text is in one report."""

from __future__ import annotations

from collections.abc import Iterator

from c360.registry.document import parse_document
from c360.registry.draft import RegistryDraft, read_draft
from c360.registry.names import GOLD_TABLES, check_names
from c360.registry.policy import build_policy, check_policy
from c360.registry.problems import Problem, refusal, without_echoes
from c360.registry.references import check_references
from c360.registry.specs import Registry
from c360.registry.tables import build_table, check_table, check_tolerances


def parse_registry(text: str, origin: str) -> Registry:
    """The registry that a YAML text declares.

    Args:
        text: the document.
        origin: where it comes from, as messages name it, for example `conf/tables.yaml`.

    Raises:
        WrongUse: the text has problems; all of them are listed, in the order of the text.
    """
    document = parse_document(text)
    if document.value is None:
        raise refusal(origin, document.problems, document.lines)
    draft, misfits = read_draft(document.value)
    problems = list(document.problems)
    problems += without_echoes(misfits, problems)
    problems += without_echoes(_check_draft(draft), problems)
    if problems:
        raise refusal(origin, problems, document.lines)
    policy = build_policy(draft.policy)
    return Registry(
        tuple(build_table(table, draft.defaults, policy.source_timezone) for table in draft.tables),
        policy,
    )


def _check_draft(draft: RegistryDraft) -> Iterator[Problem]:
    """Everything that is wrong beyond the shape of single keys."""
    yield from check_tolerances(draft.defaults, ("defaults",))
    yield from check_policy(draft.policy)
    yield from check_names((table.name for table in draft.tables), GOLD_TABLES, ("tables",))
    for table in draft.tables:
        yield from check_table(table, draft.defaults)
        yield from check_references(table, draft.tables)
