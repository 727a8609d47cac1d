"""Texts that BigQuery refuses, each for one reason, and the words in which the gate says so."""

from __future__ import annotations

from typing import NamedTuple


class Bad(NamedTuple):
    """One text, and a part of what the gate says of it."""

    sql: str
    said: str


_STORES = "`customer360_silver`.`Stores`"
_T = "CREATE TABLE `customer360_gold`.`T` "

OTHER_DIALECTS = (
    Bad("SELECT 1::INT64", 'Expected end of input but got ":"'),
    Bad("SELECT CAST(1 AS VARCHAR)", "Type not found: VARCHAR"),
    Bad(_T + "(a VARCHAR)", "Type not found: VARCHAR"),
    Bad(_T + "(a DOUBLE PRECISION)", "Syntax error"),
    Bad("SELECT LIST_HAS_ANY([1], [2])", "Function not found: LIST_HAS_ANY"),
    Bad("SELECT STRFTIME(CURRENT_DATE(), '%Y')", "Function not found: STRFTIME"),
    Bad("SELECT * FROM READ_PARQUET('x')", "Table-valued functions are not supported"),
    Bad("SELECT DATE_DIFF('day', DATE '2025-01-01', DATE '2025-01-02')", "valid date part name"),
    Bad(f'SELECT "StoreID" + 1 FROM {_STORES}', "No matching signature for operator +"),
    Bad(f"SELECT $id FROM {_STORES}", "Syntax error"),
    Bad(f"INSERT OR REPLACE INTO {_STORES} (StoreID) VALUES (1)", "BigQuery has only INSERT"),
    Bad(f"SELECT COUNT(*) FILTER (WHERE TRUE) FROM {_STORES}", "Syntax error"),
    Bad(f"SELECT StoreID FROM {_STORES} ORDER BY ALL", "Unexpected keyword ALL"),
    Bad(f"SELECT LAST(StoreID ORDER BY Location) FROM {_STORES}", "Function not found: LAST"),
    Bad("COMMENT ON TABLE t IS 'x'", "Syntax error"),
)
NAMES_AND_TYPES = (
    Bad("SELECT 1 FROM `customer360_silver`.`Shops`", "Table not found"),
    Bad("SELECT 1 FROM `Stores`", "Table not found"),
    Bad(f"SELECT `Adress` FROM {_STORES}", "Unrecognized name: Adress"),
    Bad(f"SELECT `Location` + 1 FROM {_STORES}", "No matching signature for operator +"),
    Bad(f"SELECT 1 FROM {_STORES} WHERE `StoreID` = '1'", "No matching signature for operator ="),
    Bad(f"SELECT 1 FROM {_STORES} WHERE `StoreID` = @nobody", "Query parameter 'nobody' not found"),
    Bad(f"SELECT `Location`, COUNT(*) FROM {_STORES}", "neither grouped nor aggregated"),
    Bad(f"INSERT INTO {_STORES} (`StoreID`) SELECT `Location` FROM {_STORES}", "has type STRING"),
    Bad(f"UPDATE {_STORES} SET `StoreID` = 'x' WHERE TRUE", "cannot be assigned"),
    Bad(f"DELETE FROM {_STORES}", "DELETE must have a WHERE clause"),
    Bad(
        f"MERGE INTO {_STORES} AS T USING `customer360_silver`.`Agents` AS S "
        "ON T.`StoreID` = S.`Name` WHEN MATCHED THEN DELETE",
        "No matching signature for operator =",
    ),
    Bad("CREATE OR REPLACE VIEW `customer360_gold`.`V` AS SELECT @id AS a", "parameters cannot"),
    Bad(f"SELECT 1 FROM {_STORES}; SELECT Nothing FROM {_STORES}", "Unrecognized name: Nothing"),
)
TABLES = (
    Bad(_T + "(a STRING) PARTITION BY a", "partitioned by a STRING as it is"),
    Bad(_T + "(a DATETIME) PARTITION BY a", "partitioned by a DATETIME as it is"),
    Bad(_T + "(a DATETIME) PARTITION BY DATE_TRUNC(a, MONTH)", "No matching signature"),
    Bad(_T + "(a DATE) PARTITION BY DATE_TRUNC(a, WEEK)", "date_trunc to WEEK"),
    Bad(_T + "(a DATE) PARTITION BY DATETIME_TRUNC(DATETIME(a), MONTH)", "no column of type"),
    Bad(_T + "(a DATE) PARTITION BY EXTRACT(YEAR FROM a)", "partitioned by $extract"),
    Bad(_T + "(a DATE, b DATE) PARTITION BY a, b", "partitioned by 2 expressions"),
    Bad(_T + "(a INT64, b INT64, c INT64, d INT64, e INT64) CLUSTER BY a, b, c, d, e", "5 cluster"),
    Bad(_T + "(a FLOAT64) CLUSTER BY a", "may not be a floating point type"),
    Bad(_T + "(a BYTES) CLUSTER BY a", "clustered by a BYTES"),
    Bad(_T + "(a INT64) CLUSTER BY a + 1", "clustered by an expression"),
    Bad(_T + "(a NUMERIC(39, 9))", "P must be between 9 and 38"),
    Bad(_T + "(a NUMERIC(30, 0))", "P must be between 1 and 29"),
    Bad(_T + "(a NUMERIC(38, 10))", "NUMERIC"),
    Bad(_T + "(a INT64, PRIMARY KEY (a))", "primary key that is not NOT ENFORCED"),
    Bad(
        _T + f"(a INT64, FOREIGN KEY (a) REFERENCES {_STORES}(`StoreID`))",
        "foreign key that is not NOT ENFORCED",
    ),
    Bad(_T + "(a INT64, A INT64)", "uplicate column name"),
    Bad(_T + "(`a b` INT64)", "column name 'a b'"),
    Bad(_T + "(_PARTITIONTIME INT64)", "begins like BigQuery's own"),
    Bad(_T + f"({'a' * 301} INT64)", "column name 'aaa"),
    Bad("CREATE TABLE `customer360-gold`.`T` (a INT64)", "dataset name 'customer360-gold'"),
    Bad("CREATE TABLE `customer360_gold`.`a/b` (a INT64)", "table name 'a/b'"),
)
OPTIONS = (
    Bad(_T + "(a INT64 OPTIONS(descripton='x'))", "option descripton"),
    Bad(_T + "(a INT64) OPTIONS(description=1)", "option description is a INT64"),
    Bad(_T + f"(a INT64 OPTIONS(description='{'x' * 1025}'))", "1025 characters; at most 1024"),
    Bad(_T + f"(a INT64) OPTIONS(description='{'x' * 16385}')", "at most 16384"),
    Bad(_T + "(a INT64) OPTIONS(labels=[('App', 'x')])", "label key 'App'"),
    Bad(_T + "(a INT64) OPTIONS(labels=[('app', 'c 360')])", "label value 'c 360'"),
    Bad(_T + f"(a INT64) OPTIONS(labels=[('{'a' * 64}', 'x')])", "label key 'aaa"),
    Bad("CREATE SCHEMA `x` OPTIONS(partition_expiration_days=1)", "option partition_expiration"),
    Bad(f"ALTER TABLE {_STORES} SET OPTIONS(labels=[('A', 'x')])", "label key 'A'"),
    Bad(f"ALTER TABLE {_STORES} ADD COLUMN a INT64 NOT NULL", "an added column may be NULL"),
    Bad(f"ALTER TABLE {_STORES} ADD COLUMN a VARCHAR", "Type not found: VARCHAR"),
    Bad(
        f"ALTER TABLE {_STORES} ADD CONSTRAINT c FOREIGN KEY (`StoreID`) "
        "REFERENCES `customer360_silver`.`Agents`(`AgentID`)",
        "not NOT ENFORCED",
    ),
)
QUERIES = (
    Bad("SELECT CAST(1 AS NUMERIC(12, 2))", "a CAST to a type with a size"),
    Bad("SELECT (SELECT CAST(1.5 AS NUMERIC(9)) + 1)", "a CAST to a type with a size"),
    Bad(
        f"SELECT 1 FROM {_STORES} AS A FULL OUTER JOIN {_STORES} AS B ON A.`StoreID` > B.`StoreID`",
        "FULL join without an equality",
    ),
    Bad(
        f"SELECT 1 FROM {_STORES} AS A LEFT JOIN {_STORES} AS B ON A.`StoreID` = 1",
        "LEFT join without an equality",
    ),
    Bad(f"SELECT '{'x' * 1024 * 1024}' FROM {_STORES}", "at most 1048576"),
)
SCRIPTS = (
    Bad(f"BEGIN TRANSACTION; DELETE FROM {_STORES} WHERE TRUE;", "without its end"),
    Bad("COMMIT TRANSACTION;", "not begun"),
    Bad("BEGIN TRANSACTION; BEGIN TRANSACTION; COMMIT TRANSACTION;", "inside a transaction"),
    Bad(f"BEGIN TRANSACTION; {_T} (a INT64); COMMIT TRANSACTION;", "CreateTableStmt inside"),
    Bad(
        f"BEGIN TRANSACTION; ALTER TABLE {_STORES} ADD COLUMN a INT64; COMMIT TRANSACTION;",
        "AlterTableStmt inside",
    ),
    Bad(f"BEGIN TRANSACTION; DROP TABLE {_STORES}; COMMIT TRANSACTION;", "DropStmt inside"),
    Bad("BEGIN TRANSACTION; DELETE FROM `customer360_silver`.`Shops` WHERE TRUE; COMMIT;", "found"),
    Bad(f"IF EXISTS (SELECT `Shop` FROM {_STORES}) THEN SELECT 1; END IF;", "Shop"),
    Bad(f"IF EXISTS (SELECT 1 FROM {_STORES}) THEN SELECT `Shop`; END IF;", "Shop"),
    Bad("IF TRUE THEN SELECT 1; ELSE SELECT 2; END IF;", "analyses no such statement"),
    Bad(
        f"BEGIN TRANSACTION; IF TRUE THEN DROP TABLE {_STORES}; END IF; COMMIT TRANSACTION;",
        "DropStmt inside",
    ),
    Bad("WHILE TRUE DO SELECT 1; END WHILE;", "analyses no such statement"),
)
BAD_TEXTS = (*OTHER_DIALECTS, *NAMES_AND_TYPES, *TABLES, *OPTIONS, *QUERIES, *SCRIPTS)
