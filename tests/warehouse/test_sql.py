"""Names in SQL texts."""

import pytest

from c360.errors import WrongUse
from c360.warehouse import sql


@pytest.mark.parametrize("name", ["a", "Every'thing", "sp ace", "é", "order", "a.b", "x;--"])
def test_a_name_is_quoted(name):
    assert sql.quoted(name) == f"`{name}`"


@pytest.mark.parametrize("name", ["", "a`b", 'a"b', "a\\b", "a\nb", "a\x00", "a\x7f"])
def test_a_name_that_would_end_its_quotes_is_refused(name):
    with pytest.raises(WrongUse, match="cannot name a table or column"):
        sql.quoted(name)


def test_a_run_stages_under_its_own_names(make):
    assert str(sql.staged(make.orders, "R1")) == "customer360_staging.Orders__R1"
    assert sql.staged(make.orders, "R1") != sql.staged_with_duplicates(make.orders, "R1")
