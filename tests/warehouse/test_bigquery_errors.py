"""What is said of BigQuery's failures: what to do, and no value of a row."""

from __future__ import annotations

import pytest
from google.api_core import exceptions
from google.auth.exceptions import DefaultCredentialsError
from requests.exceptions import ConnectionError as Broken

from c360.errors import DataRefused, OutsideFailure
from c360.warehouse.bigquery_address import BigQueryAddress
from c360.warehouse.bigquery_errors import JobFailed, explained

ADDRESS = BigQueryAddress("my-project")


def answer(kind, reason, words):
    return kind(words, errors=[{"reason": reason, "message": words}])


def told(error):
    with pytest.raises(OutsideFailure) as failed, explained(ADDRESS):
        raise error
    assert failed.value.__cause__ is error
    text = str(failed.value)
    assert text.startswith("warehouse bigquery://my-project: ")
    assert "What was published before is unchanged. Next: " in text
    return text


def test_a_missing_right_is_told_with_its_role():
    words = "Access Denied: Dataset p:customer360_gold"
    text = told(answer(exceptions.Forbidden, "accessDenied", words))
    assert "HTTP 403: accessDenied (Access Denied: Dataset p:customer360_gold)" in text
    assert "BigQuery Job User on the project, and BigQuery Data Editor on its datasets" in text


@pytest.mark.parametrize("reason", ["invalid", "invalidQuery"])
def test_words_that_may_quote_a_cell_are_left_out(reason):
    words = "Could not parse 'ann@example.org' as INT64"
    assert "example.org" not in told(answer(exceptions.BadRequest, reason, words))
    text = told(JobFailed("c360-r-1", {"reason": reason, "message": words}))
    assert "example.org" not in text
    assert f"job c360-r-1 failed: {reason}" in text


def test_nobody_who_answers_is_told_with_the_last_cause():
    assert "no good answer in time, last: ConnectionError" in told(
        exceptions.RetryError("Timeout of 300 s exceeded", Broken("10.0.0.1 refused"))
    )
    assert "no credentials that Google takes" in told(DefaultCredentialsError("none"))


def test_what_c360_itself_says_passes_unchanged():
    refused = DataRefused("Orders: no")
    with pytest.raises(DataRefused) as failed, explained(ADDRESS):
        raise refused
    assert failed.value is refused


@pytest.mark.parametrize(
    ("reason", "words", "passing"),
    [
        ("backendError", "", True),
        ("jobRateLimitExceeded", "", True),
        ("duplicate", "Already Exists: Table p:customer360_audit.Publication", True),
        ("invalidQuery", "Transaction is aborted due to concurrent update against table x", True),
        ("invalidQuery", "Could not serialize access to table x due to concurrent update", True),
        ("invalidQuery", "another run has published meanwhile", False),
        ("notFound", "Not found: Table x", False),
        ("quotaExceeded", "", False),
    ],
)
def test_only_what_passes_is_tried_again(reason, words, passing):
    assert JobFailed("j", {"reason": reason, "message": words}).is_passing is passing
