"""What a publication makes of a transaction whose end is not known; the server is a double."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from google.api_core import exceptions

from c360.errors import OtherRunPublished, PublicationUnsettled
from c360.warehouse import bigquery_jobs, bigquery_publication
from c360.warehouse.bigquery_address import BigQueryAddress
from c360.warehouse.bigquery_connection import Connection
from c360.warehouse.bigquery_errors import JobFailed, JobUnsettled
from c360.warehouse.bigquery_publication import commit
from c360.warehouse.protocol import Head

BEFORE, MINE, OTHER = Head(1, "A", "r-a"), Head(2, "B", "r-b"), Head(2, "C", "r-c")
PUBLICATION = SimpleNamespace(head=BEFORE, batch_id="B", run_id="r-b")
CONNECTION = Connection(None, BigQueryAddress("p-1", timeout=30, deadline=600))


@pytest.fixture
def outcome(monkeypatch):
    """Commits where each attempt ends as told and the head is read as told."""

    def committed(ends, heads, audit=()):
        ends, heads = iter(ends), iter(heads)

        def answer(values):
            value = next(values)
            if isinstance(value, Exception):
                raise value
            return value

        doubles = {
            "publication_script": lambda *_: None,
            "query_job": lambda *_: None,
            "settle_job": lambda *_: answer(ends),
            "read_heads": lambda *_: [answer(heads)],
            "read_load_audit": lambda *_: answer(iter([audit])),
        }
        for name, double in doubles.items():
            monkeypatch.setattr(bigquery_publication, name, double)
        monkeypatch.setattr(bigquery_jobs, "time", SimpleNamespace(sleep=lambda _: None))
        return commit(CONNECTION, PUBLICATION, SimpleNamespace(orphans=()))

    return committed


def failed(reason):
    return JobFailed("job", {"reason": reason})


@pytest.mark.parametrize("end", [None, JobUnsettled("nobody answers"), failed("backendError")])
def test_the_head_alone_says_that_it_published(outcome, end):
    published = outcome([end], [MINE])
    assert (published.head, published.by_this_run) == (MINE, True)


def test_a_transaction_that_nobody_answers_for_may_have_published(outcome):
    with pytest.raises(PublicationUnsettled, match="nobody answers"):
        outcome([JobUnsettled("nobody answers")], [BEFORE])


def test_a_head_that_cannot_be_read_leaves_it_open_too(outcome):
    with pytest.raises(PublicationUnsettled, match="whether it published is not known"):
        outcome([None], [exceptions.Forbidden("no")])


def test_a_passing_failure_is_tried_again_until_the_head_says_who_won(outcome):
    with pytest.raises(OtherRunPublished, match="run r-c published batch C"):
        outcome([failed("backendError")] * 3, [BEFORE, BEFORE, OTHER])


def test_what_is_published_is_not_called_unchanged_where_its_audit_cannot_be_read(outcome):
    with pytest.raises(PublicationUnsettled) as failure:
        outcome([None], [MINE], audit=exceptions.Forbidden("no"))
    assert "Batch B is published, by this run. Next:" in str(failure.value)
    assert "unchanged" not in str(failure.value)


@pytest.mark.parametrize("end", [None, JobUnsettled("nobody answers")])
def test_a_head_two_publications_later_leaves_open_whether_one_was_this_run(outcome, end):
    with pytest.raises(PublicationUnsettled, match="may have been for a while"):
        outcome([end], [Head(3, "C", "r-c")])


@pytest.mark.parametrize(
    ("end", "head"), [(failed("invalidQuery"), Head(3, "C", "r-c")), (None, OTHER)]
)
def test_a_run_that_cannot_have_published_says_who_did(outcome, end, head):
    with pytest.raises(OtherRunPublished, match="batch B was not published"):
        outcome([end], [head])


def test_a_lasting_failure_is_told_and_published_nothing(outcome):
    with pytest.raises(JobFailed, match="invalidQuery"):
        outcome([failed("invalidQuery")], [BEFORE])
