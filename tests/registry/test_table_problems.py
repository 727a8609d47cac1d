"""Every problem of a table, by the exact message that it makes."""

from __future__ import annotations

import pytest

from tests.registry.texts import problems, small

AT = "tables.Orders"
COLUMN_NAMES = "one of Amount, DateTime, Day, OrderID, Paid, Status"
A_WORD = "expected a word without spaces around it"
A_FILE = (
    "expected a file name (no folder) that begins with neither _ nor a point, "
    "with * or ? as wildcards"
)
A_NAME = "expected a letter, then letters, digits or _ (at most 128 in all)"
A_SHARE = "expected a share from 0 to 1, such as 0.05"
NULL_WORDS = "expected a list of at most 100 words; [] for none"

TABLE_KEYS = {
    "kye: OrderID": (
        f"{AT}.kye: unknown key; expected one of cluster_by, columns, control_sum, delimiter, "
        "description, embedded_newlines, files, key, max_age, max_drift, max_length, max_rejected, "
        "max_rejected_file, max_share_drift, max_shrink, min_records, newest_by, null_words, "
        "partition_by, required, take (did you mean 'key'?)"
    ),
    "key: OrderId": (
        f"{AT}.key: found 'OrderId'; expected {COLUMN_NAMES} (did you mean 'OrderID'?)"
    ),
    "key: [OrderID, OrderID]": f"{AT}.key: found 'OrderID'; expected each word once",
    "key: []": (
        f"{AT}.key: found an empty list; "
        "expected the name of a column of this table, or a list of names"
    ),
    "required: [Amont]": (
        f"{AT}.required: found 'Amont'; expected {COLUMN_NAMES} (did you mean 'Amount'?)"
    ),
    "newest_by: When": f"{AT}.newest_by: found 'When'; expected {COLUMN_NAMES}",
    "newest_by: Status": (
        f"{AT}.newest_by: found 'Status'; expected a date or timestamp column, by which the newest "
        "row of a key is known (Status is string)"
    ),
    "control_sum: Sum": f"{AT}.control_sum: found 'Sum'; expected {COLUMN_NAMES}",
    "control_sum: Day": (
        f"{AT}.control_sum: found 'Day'; expected a bigint or decimal column, which can be summed "
        "(Day is date)"
    ),
    "partition_by: Week": f"{AT}.partition_by: found 'Week'; expected {COLUMN_NAMES}",
    "partition_by: Amount": (
        f"{AT}.partition_by: found 'Amount'; expected a date or timestamp column, of which the "
        "month is taken (Amount is decimal(12,2))"
    ),
    "cluster_by: Town": f"{AT}.cluster_by: found 'Town'; expected {COLUMN_NAMES}",
    "cluster_by: [OrderID, Amount, DateTime, Day, Status]": (
        f"{AT}.cluster_by: found 5 columns; expected at most 4"
    ),
    "max_age: 36h": (
        f"{AT}.newest_by: missing; expected the column whose newest value max_age is about"
    ),
    'newest_by: Day\nmax_age: "90"': (
        f'{AT}.max_age: found \'90\'; expected hours or days, such as "36h" or "7d"'
    ),
    "take: latest": f"{AT}.take: found 'latest'; expected one of all, newest",
    "take: newst": (
        f"{AT}.take: found 'newst'; expected one of all, newest (did you mean 'newest'?)"
    ),
    'delimiter: ",,"': (f'{AT}.delimiter: found \',,\'; expected one of "," ";" "\\t" "|" "^" "~"'),
    "embedded_newlines: 1": f"{AT}.embedded_newlines: found 1; expected true or false",
    'embedded_newlines: "true"': (
        f"{AT}.embedded_newlines: found 'true'; expected true or false, without quotes"
    ),
    "max_rejected: 1.01": f"{AT}.max_rejected: found 1.01; {A_SHARE}",
    "max_rejected_file: -0.1": f"{AT}.max_rejected_file: found -0.1; {A_SHARE}",
    'max_shrink: "0.5"': f"{AT}.max_shrink: found '0.5'; {A_SHARE}, without quotes",
    "max_shrink: true": f"{AT}.max_shrink: found true; {A_SHARE}",
    "min_records: -1": f"{AT}.min_records: found -1; expected a whole number from 0",
    "min_records: 1.5": f"{AT}.min_records: found 1.5; expected a whole number from 0",
    "max_length: 0": f"{AT}.max_length: found 0; expected a whole number from 1",
    "null_words: [x, x]": f"{AT}.null_words: found 'x'; expected each word once",
    'null_words: [" x"]': f"{AT}.null_words: found ' x'; {A_WORD}",
    'null_words: [""]': f"{AT}.null_words: found ''; {A_WORD}",
    "null_words: x": f"{AT}.null_words: found 'x'; {NULL_WORDS}",
    "description: [x]": f"{AT}.description: found a list; expected text",
    "description: 12": f'{AT}.description: found 12; expected text: write "12" in quotes',
    f"description: {'x' * 16385}": (
        f"{AT}.description: found '{'x' * 60}...'; expected at most 16384 characters"
    ),
    "files: ../secrets.csv": f"{AT}.files: found '../secrets.csv'; {A_FILE}",
    "files: 2025/orders.csv": f"{AT}.files: found '2025/orders.csv'; {A_FILE}",
    "files: 'c:\\orders.csv'": f"{AT}.files: found 'c:\\\\orders.csv'; {A_FILE}",
    "files: orders..csv": f"{AT}.files: found 'orders..csv'; {A_FILE}",
    "files: _orders.csv": f"{AT}.files: found '_orders.csv'; {A_FILE}",
    "files: .orders.csv": f"{AT}.files: found '.orders.csv'; {A_FILE}",
    "files: 'orders[1].csv'": f"{AT}.files: found 'orders[1].csv'; {A_FILE}",
    "files: 3": (
        f"{AT}.files: found 3; expected a file name with * or ? as wildcards, or a list of them"
    ),
}

OTHER_TABLES = {
    "orders: {columns: {a: string}}": (
        "tables.orders: found 'orders'; expected a name that differs from Orders in more than case"
    ),
    "customer360: {columns: {a: string}}": (
        "tables.customer360: found 'customer360'; "
        "expected another name: Customer360 is made by c360"
    ),
    "AOV: {columns: {a: string}}": (
        "tables.AOV: found 'AOV'; expected another name: AOV is made by c360"
    ),
    "PeakTimes: {columns: {a: string}}": (
        "tables.PeakTimes: found 'PeakTimes'; expected another name: PeakTimes is made by c360"
    ),
    "AgentKPIs: {columns: {a: string}}": (
        "tables.AgentKPIs: found 'AgentKPIs'; expected another name: AgentKPIs is made by c360"
    ),
    "CustomerSegments: {columns: {a: string}}": (
        "tables.CustomerSegments: found 'CustomerSegments'; "
        "expected another name: CustomerSegments is made by c360"
    ),
    "_gold: {columns: {a: string}}": f"tables._gold: found '_gold'; {A_NAME}",
    "New Table: {columns: {a: string}}": f"tables.New Table: found 'New Table'; {A_NAME}",
    "New: {description: x}": (
        "tables.New.columns: missing; expected a mapping from column names to types or rules"
    ),
    "New: {columns: [a, b]}": (
        "tables.New.columns: found a list; expected a mapping from column names to types or rules"
    ),
    "New: x": "tables.New: found 'x'; expected a mapping of keys",
    "New: {columns: {a: {type: bigint, references: Other.a}}}\nOther: {columns: {a: bigint}}": (
        "tables.New.columns.a.references: found 'Other.a'; "
        "expected the single key of Other (it has no key)"
    ),
    "New: {key: Mail, columns: {Mail: {type: string, pii: true}}}": (
        "tables.New.columns.Mail.pii: found true; "
        "expected false: messages name keys, so no key may be personal data"
    ),
    "New: {required: [a], columns: {a: {type: bigint, on_invalid: null}}}": (
        "tables.New.columns.a.on_invalid: found 'null'; "
        "expected reject, since the column is required"
    ),
    "New: {key: a, columns: {a: {type: bigint, on_invalid: null}}}": (
        "tables.New.columns.a.on_invalid: found 'null'; "
        "expected reject, since the column is required"
    ),
}


@pytest.mark.parametrize(("fragment", "expected"), TABLE_KEYS.items())
def test_a_wrong_key_of_a_table_is_named_with_what_is_allowed(fragment: str, expected: str):
    own_key = any(line.startswith("key:") for line in fragment.splitlines())
    table = fragment if own_key else f"key: OrderID\n{fragment}"
    assert problems(small(table=table)) == [expected]


@pytest.mark.parametrize(("fragment", "expected"), OTHER_TABLES.items())
def test_a_wrong_table_is_named_with_what_is_allowed(fragment: str, expected: str):
    assert problems(small(more=fragment)) == [expected]
