"""What every warehouse promises of staging, in BigQuery."""

from __future__ import annotations

from tests.warehouse.staging_contract import StagingContract


class TestStaging(StagingContract):
    """The contract of staging."""

    odd_name = "Everything ünï-1"
