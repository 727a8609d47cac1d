"""SQL texts for people are the texts that are sent, in other lines."""

from __future__ import annotations

import re

import pytest

from c360.contracts.audit import AUDIT_CONTRACTS
from c360.contracts.gold import GOLD_CONTRACTS
from c360.warehouse import audit_sql, bigquery_ddl, dml
from c360.warehouse.bigquery_script import conditional
from c360.warehouse.readable import WIDTH, readable
from c360.warehouse.sql import staged
from c360.warehouse.transaction import delete_doubled

_WORD = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`|@?\w+|\S")
TEXTS = [
    *(bigquery_ddl.create_table(contract) for contract in (*GOLD_CONTRACTS, *AUDIT_CONTRACTS)),
    *(dml.merge(contract, staged(contract, "r"), ("Old",)) for contract in GOLD_CONTRACTS),
    *(dml.delete_doubled(contract) for contract in GOLD_CONTRACTS),
    *(conditional(delete_doubled(contract)) for contract in GOLD_CONTRACTS),
    audit_sql.RECENT_RUNS,
    audit_sql.FILES_OF_LAST_PUBLISHED,
    audit_sql.CREATE_HEAD,
]


def words(sql):
    return _WORD.findall(sql)


@pytest.mark.parametrize("text", TEXTS)
def test_only_white_space_between_words_changes(text):
    assert words(readable(text)) == words(text)


@pytest.mark.parametrize("text", TEXTS)
def test_a_line_is_long_only_for_one_quoted_text(text):
    long = [line for line in readable(text).splitlines() if len(line) > WIDTH]
    assert [line for line in long if not re.match(r' *description=".*",?$', line)] == []


def test_a_short_text_stays_in_one_line():
    assert readable("SELECT 1 FROM `t` WHERE `a` = 'x'") == "SELECT 1 FROM `t` WHERE `a` = 'x'"


def test_clauses_lists_and_conditions_have_lines_of_their_own():
    names = ", ".join(f"`column_{n}`" for n in range(9))
    condition = " OR ".join(f"T.`column_{n}` IS DISTINCT FROM S.`column_{n}`" for n in range(3))
    text = f"SELECT {names} FROM `t` AS T JOIN `s` AS S ON T.`k` = S.`k` WHERE {condition}"
    assert readable(text).splitlines() == [
        "SELECT",
        *(f"  `column_{n}`," for n in range(8)),
        "  `column_8`",
        "FROM `t` AS T",
        "JOIN `s` AS S",
        "ON T.`k` = S.`k`",
        "WHERE",
        "  T.`column_0` IS DISTINCT FROM S.`column_0`",
        "  OR T.`column_1` IS DISTINCT FROM S.`column_1`",
        "  OR T.`column_2` IS DISTINCT FROM S.`column_2`",
    ]


def test_words_inside_quotes_break_no_line():
    quoted = "FROM here, OR there, WHERE it is (not) " * 4
    text = f'CREATE TABLE `FROM a, OR b` (`x` STRING OPTIONS(description="{quoted}"))'
    assert f'description="{quoted}"' in readable(text)
    assert "`FROM a, OR b`" in readable(text)
