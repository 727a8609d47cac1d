"""GoogleSQL's own parser and analyzer, with the part of the language that BigQuery documents."""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from importlib import metadata
from pathlib import Path
from typing import Any
from unittest import mock

import wasmtime
from zetasql import types as T
from zetasql.api import Parser
from zetasql.core import wasm_client
from zetasql.core.local_service import ZetaSqlLocalService

from c360.datatypes import BIGINT, BOOLEAN, DATE, INSTANT, STRING, TIMESTAMP, DataType, decimal

# What the texts use, and nothing more: whatever else the analyzer could do is refused, because
# BigQuery may lack it. Add a name with the page of BigQuery's reference that has it in mind.
_FEATURES = (
    "ANALYTIC_FUNCTIONS",
    "BIGNUMERIC_TYPE",
    "CIVIL_TIME",
    "CREATE_TABLE_AS_SELECT_COLUMN_LIST",
    "CREATE_TABLE_CLUSTER_BY",
    "CREATE_TABLE_FIELD_ANNOTATIONS",
    "CREATE_TABLE_NOT_NULL",
    "CREATE_TABLE_PARTITION_BY",
    "CREATE_VIEWS_WITH_COLUMN_OPTIONS",
    "CREATE_VIEW_WITH_COLUMN_LIST",
    "FOREIGN_KEYS",
    "FOR_SYSTEM_TIME_AS_OF",
    "IS_DISTINCT",
    "JSON_TYPE",
    "NULLS_FIRST_LAST_IN_ORDER_BY",
    "NUMERIC_TYPE",
    "PARAMETERIZED_TYPES",
    "QUALIFY",
    "SAFE_FUNCTION_CALL",
    "SELECT_STAR_EXCEPT_REPLACE",
    "UNENFORCED_PRIMARY_KEYS",
    "WITH_ON_SUBQUERY",
)
_STATEMENTS = (
    "QUERY",
    "INSERT",
    "UPDATE",
    "DELETE",
    "MERGE",
    "CREATE_SCHEMA",
    "CREATE_TABLE",
    "CREATE_TABLE_AS_SELECT",
    "CREATE_VIEW",
    "ALTER_TABLE",
    "ALTER_SCHEMA",
    "DROP",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
)
_KINDS = {
    STRING: T.TypeKind.TYPE_STRING,
    BIGINT: T.TypeKind.TYPE_INT64,
    BOOLEAN: T.TypeKind.TYPE_BOOL,
    DATE: T.TypeKind.TYPE_DATE,
    TIMESTAMP: T.TypeKind.TYPE_DATETIME,
    INSTANT: T.TypeKind.TYPE_TIMESTAMP,
}
_SYSTEM_VARIABLES = {
    "row_count": BIGINT,
    "error.message": STRING,
    "error.statement_text": STRING,
    "transaction.id": STRING,
}

Type = T.Type
Statement = T.ResolvedStatement


def language() -> T.LanguageOptions:
    """BigQuery's part of the language, as far as these texts use it."""
    options = T.LanguageOptions(product_mode=T.ProductMode.PRODUCT_EXTERNAL)
    options.enabled_language_features = [T.LanguageFeature[f"FEATURE_{n}"] for n in _FEATURES]
    options.supported_statement_kinds = [
        T.ResolvedNodeKind[f"RESOLVED_{name}_STMT"] for name in _STATEMENTS
    ]
    return options


def type_of(data_type: DataType) -> Type:
    """A type of the contracts as GoogleSQL's."""
    return T.Type(type_kind=_KINDS.get(data_type, T.TypeKind.TYPE_NUMERIC))


def type_of_value(value: Any) -> Type:
    """The type of a query parameter with this value; of a list, that of its first item."""
    if isinstance(value, list):
        item = type_of_value(value[0])
        return T.Type(type_kind=T.TypeKind.TYPE_ARRAY, array_type=T.ArrayType(element_type=item))
    kinds = {bool: BOOLEAN, int: BIGINT, str: STRING, Decimal: decimal(38, 9)}
    return type_of(kinds.get(type(value), DATE))


class GoogleSQL:
    """The analyzer with one catalogue."""

    def __init__(self, compiled: Path) -> None:
        """Starts the analyzer; `compiled` keeps its machine code for later processes."""
        self.language = language()
        self.service = _started(compiled)
        self.catalogue: T.SimpleCatalog | None = None
        self.registered: int | None = None

    def use(self, catalogue: T.SimpleCatalog) -> None:
        """Names are looked up in this catalogue from now on."""
        self.catalogue = catalogue
        catalogue.builtin_function_options = T.ZetaSQLBuiltinFunctionOptions(
            language_options=self.language
        )
        answer = self.service.register_catalog(simple_catalog=catalogue)
        self.registered = answer.registered_id

    def analyze(self, sql: str, params: Mapping[str, Type] | None = None) -> Statement:
        """The statement, every name found and every type right.

        Raises:
            ZetaSQLError: says what is wrong, and where.
        """
        answer = self.service.analyze(
            sql_statement=sql, options=self._options(params), registered_catalog_id=self.registered
        )
        return answer.resolved_statement

    def analyze_expression(self, sql: str, params: Mapping[str, Type] | None = None) -> Any:
        """The expression, every name found and every type right."""
        answer = self.service.analyze(
            sql_expression=sql, options=self._options(params), registered_catalog_id=self.registered
        )
        return answer.resolved_expression

    def parse_script(self, sql: str) -> Any:
        """The syntax tree of a script."""
        return Parser(self.language, self.service).parse_script(sql)

    def _options(self, params: Mapping[str, Type] | None) -> T.AnalyzerOptions:
        return T.AnalyzerOptions(
            language_options=self.language,
            error_message_mode=T.ErrorMessageMode.ERROR_MESSAGE_ONE_LINE,
            query_parameters=[
                T.AnalyzerOptions.QueryParameter(name=name, type=kind)
                for name, kind in (params or {}).items()
            ],
            system_variables=[
                T.AnalyzerOptions.SystemVariable(name_path=name.split("."), type=type_of(kind))
                for name, kind in _SYSTEM_VARIABLES.items()
            ],
        )


def _started(compiled: Path) -> ZetaSqlLocalService:
    """The service; compiling it takes half a minute, so that is done once a version."""
    wheel, runtime = metadata.version("zetasql"), metadata.version("wasmtime")
    kept = compiled / f"googlesql-{wheel}-{runtime}.compiled"

    class KeptModule:
        @staticmethod
        def from_file(engine: wasmtime.Engine, path: Path) -> wasmtime.Module:
            if kept.exists():
                return wasmtime.Module.deserialize_file(engine, str(kept))
            module = wasmtime.Module.from_file(engine, str(path))
            _keep(kept, module.serialize())
            return module

    with mock.patch.object(wasm_client, "Module", KeptModule):
        return ZetaSqlLocalService()


def _keep(path: Path, content: bytes) -> None:
    """Writes the whole file or none: half of one would crash the next process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}")
    half.write_bytes(content)
    half.replace(path)
