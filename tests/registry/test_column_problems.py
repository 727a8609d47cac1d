"""Every problem of a column, by the exact message that it makes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.registry.texts import parsed, problems, small

AT = "tables.Orders"
COLUMN_NAMES = "one of Amount, DateTime, Day, OrderID, Paid, Status"
A_NAME = "expected a letter, then letters, digits or _ (at most 128 in all)"
TIMES = "expected on date or timestamp only"
A_NUMBER = "expected a number with at most 2 digits before the point and 2 after it"
TYPES = "expected one of bigint, boolean, date, decimal(p,s), string, timestamp"

COLUMN_RULES = {
    "New: timestmp": (
        "New.type: found 'timestmp'; expected one of bigint, boolean, date, decimal(p,s), string, "
        "timestamp (did you mean 'timestamp'?)"
    ),
    "New: decimal(p,s)": (
        "New.type: found 'decimal(p,s)'; expected decimal(p,s) with s up to 9, p from s on and "
        "p - s up to 29"
    ),
    "New: decimal(40,2)": (
        "New.type: found 'decimal(40,2)'; expected decimal(p,s) with s up to 9, p from s on and "
        "p - s up to 29"
    ),
    "New: decimal(20,10)": (
        "New.type: found 'decimal(20,10)'; expected decimal(p,s) with s up to 9, p from s on and "
        "p - s up to 29"
    ),
    "New: {type: string, pii: yes}": (
        'New.pii: found yes, which YAML reads as true; write "yes" in quotes if it is text, or true'
    ),
    "New: {pii: true}": (f"New.type: missing; {TYPES}"),
    "New: 12": "New: found 12; expected a mapping of keys",
    "New: {type: string, lenght: 3}": (
        "New.lenght: unknown key; expected one of above, case, description, formats, matches, max, "
        "max_length, min, null_words, on_invalid, on_unknown, one_of, pii, references, strip, type "
        "(did you mean 'max_length'?)"
    ),
    "New: {type: bigint, max_length: 3}": (
        "New.max_length: found on a bigint column; expected on string only"
    ),
    "New: {type: date, strip: x}": (
        "New.strip: found on a date column; expected on bigint or decimal or string only"
    ),
    "New: {type: bigint, formats: [dd.MM.yyyy]}": (
        f"New.formats: found on a bigint column; {TIMES}"
    ),
    "New: {type: string, min: 3}": (
        "New.min: found on a string column; expected on bigint or decimal or date or timestamp only"
    ),
    "New: {type: boolean, max: 3}": (
        "New.max: found on a boolean column; "
        "expected on bigint or decimal or date or timestamp only"
    ),
    "New: {type: string, above: 3}": (
        "New.above: found on a string column; "
        "expected on bigint or decimal or date or timestamp only"
    ),
    "New: {type: bigint, one_of: [a]}": (
        "New.one_of: found on a bigint column; expected on string only"
    ),
    "New: {type: bigint, matches: a}": (
        "New.matches: found on a bigint column; expected on string only"
    ),
    "New: {type: date, case: upper}": "New.case: found on a date column; expected on string only",
    "New: {type: string, case: title}": "New.case: found 'title'; expected one of lower, upper",
    "New: {type: bigint, strip: '-'}": (
        "New.strip: found '-'; expected characters that are no part of a number"
    ),
    "New: {type: string, strip: ''}": (
        "New.strip: found ''; expected the characters to remove, in quotes (at most 20)"
    ),
    "New: {type: bigint, min: 5, max: 4}": "New.max: found 4; expected at least min, 5",
    "New: {type: bigint, above: 5, max: 5}": "New.max: found 5; expected more than above, 5",
    "New: {type: bigint, above: 5, min: 5}": (
        "New.above: found 5; expected either min or above, not both"
    ),
    "New: {type: bigint, min: 1.5}": (
        "New.min: found 1.5; expected a whole number of at most 64 bits"
    ),
    "New: {type: bigint, max: 9223372036854775808}": (
        "New.max: found 9223372036854775808; expected a whole number of at most 64 bits"
    ),
    'New: {type: "decimal(4,2)", min: 100}': f"New.min: found 100; {A_NUMBER}",
    'New: {type: "decimal(4,2)", min: 1.001}': f"New.min: found 1.001; {A_NUMBER}",
    'New: {type: "decimal(4,2)", min: "1"}': f"New.min: found '1'; {A_NUMBER}",
    'New: {type: "decimal(12,2)", max: 1000000000000000000000000000}': (
        "New.max: found 1000000000000000000000000000; "
        "expected a number with at most 10 digits before the point and 2 after it"
    ),
    'New: {type: "decimal(38,9)", max: 99999999999999999999999999999.0000000001}': (
        "New.max: found 99999999999999999999999999999.0000000001; "
        "expected a number with at most 29 digits before the point and 9 after it"
    ),
    "New: {type: bigint, min: true}": (
        "New.min: found true; expected a number, or a date or time in quotes"
    ),
    'New: {type: date, min: "2025-02-30"}': (
        "New.min: found '2025-02-30'; expected a date in quotes, \"yyyy-MM-dd\", from 1960 to 2159"
    ),
    'New: {type: date, min: "1900-01-01"}': (
        "New.min: found '1900-01-01'; expected a date in quotes, \"yyyy-MM-dd\", from 1960 to 2159"
    ),
    'New: {type: timestamp, max: "2025-01-01"}': (
        "New.max: found '2025-01-01'; "
        'expected a timestamp in quotes, "yyyy-MM-dd HH:mm:ss", from 1960 to 2159'
    ),
    "New: {type: string, one_of: [Open, OPEN]}": (
        "New.one_of: found 'OPEN'; expected each word once, upper and lower case being equal"
    ),
    "New: {type: string, one_of: []}": (
        "New.one_of: found an empty list; expected a list of 1 to 1000 words"
    ),
    "New: {type: string, one_of: [NA, Open]}": (
        "New.one_of: found 'NA'; expected a word that is not among the null_words"
    ),
    "New: {type: string, on_unknown: warn}": (
        "New.one_of: missing; expected the words that on_unknown is about"
    ),
    "New: {type: string, one_of: [a], on_unknown: wan}": (
        "New.on_unknown: found 'wan'; expected one of reject, warn (did you mean 'warn'?)"
    ),
    "New: {type: string, on_invalid: drop}": (
        "New.on_invalid: found 'drop'; expected one of null, reject"
    ),
    "New: {type: string, matches: '(a'}": "New.matches: found '(a'; expected a ) after each (",
    "New: {type: string, matches: '(a+)+'}": (
        "New.matches: found '(a+)+'; expected no * + ? {m,n} or | inside the group before +: "
        "it could take for ever"
    ),
    "New: {type: date, formats: [dd-MMM-yyyy]}": (
        "New.formats: found 'dd-MMM-yyyy'; expected year, month, day once each in a date"
    ),
    "New: {type: date, formats: [dd/MM/yyyy, MM/dd/yyyy]}": (
        "New.formats: found 'MM/dd/yyyy', which reads the same text as dd/MM/yyyy in another "
        "order; expected orders that differ in their separators"
    ),
    "New: {type: bigint, references: Orders}": (
        "New.references: found 'Orders'; expected Table.Column, the single key of a table"
    ),
    "New: {type: bigint, references: Order.OrderID}": (
        "New.references: found 'Order'; expected one of Orders (did you mean 'Orders'?)"
    ),
    "New: {type: bigint, references: Orders.Key}": (
        f"New.references: found 'Key'; expected {COLUMN_NAMES.replace('Order', 'New, Order', 1)}"
    ),
    "New: {type: date, references: Orders.Day}": (
        "New.references: found 'Orders.Day'; expected the single key of Orders (its key is OrderID)"
    ),
    "New: {type: string, references: Orders.OrderID}": (
        "New.references: found 'Orders.OrderID'; expected a column of the type string; it is bigint"
    ),
    f"New: {{type: string, description: {'x' * 1025}}}": (
        f"New.description: found '{'x' * 60}...'; expected at most 1024 characters"
    ),
    "New: {type: string, null_words: [y, y]}": "New.null_words: found 'y'; expected each word once",
    "status: string": (
        "status: found 'status'; expected a name that differs from Status in more than case"
    ),
    "RowKey: string": "RowKey: found 'RowKey'; expected another name: RowKey is made by c360",
    "fileid: string": "fileid: found 'fileid'; expected another name: FileID is made by c360",
    "SOURCEFILE: string": (
        "SOURCEFILE: found 'SOURCEFILE'; expected another name: SourceFile is made by c360"
    ),
    "BatchID: string": "BatchID: found 'BatchID'; expected another name: BatchID is made by c360",
    "RuleVersion: string": (
        "RuleVersion: found 'RuleVersion'; expected another name: RuleVersion is made by c360"
    ),
    "_PARTITIONDATE: date": f"_PARTITIONDATE: found '_PARTITIONDATE'; {A_NAME}",
    "_TABLE_SUFFIX: string": f"_TABLE_SUFFIX: found '_TABLE_SUFFIX'; {A_NAME}",
    "__ROOT__x: string": f"__ROOT__x: found '__ROOT__x'; {A_NAME}",
    "2nd: string": f"2nd: found '2nd'; {A_NAME}",
}


@pytest.mark.parametrize(("fragment", "expected"), COLUMN_RULES.items())
def test_a_wrong_rule_of_a_column_is_named_with_what_is_allowed(fragment: str, expected: str):
    assert problems(small(columns=fragment)) == [f"{AT}.columns.{expected}"]


@pytest.mark.parametrize(
    ("kind", "bound"),
    [
        ("decimal(29,9)", "99999999999999999999"),
        ("decimal(29,9)", "99999999999999999999.999999999"),
        ("decimal(38,9)", "-99999999999999999999999999999.999999999"),
    ],
)
def test_a_bound_may_have_as_many_digits_as_its_type(kind: str, bound: str):
    text = small(columns=f'New: {{type: "{kind}", max: {bound}}}')
    assert parsed(text).table("Orders").column("New").max == Decimal(bound)
