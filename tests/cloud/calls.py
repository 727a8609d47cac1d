"""Kinds of calls to BigQuery's REST interface: two of one kind differ in the names they carry."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

# What follows these in a path is a name: of a project, a job, a table.
_NAMED = re.compile(r"(?<=/)(projects|datasets|tables|jobs|queries)/[^/:]+")
_JOB = re.compile(r"/(?:jobs|queries)/([^/]+)$")
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_DEFINITION = re.compile(r"(CREATE|ALTER|DROP|TRUNCATE)(?: OR REPLACE)? (\w+)")


@dataclass(frozen=True, order=True)
class Call:
    """One kind of call: method, path without names, and what kind of statement it carries."""

    method: str
    path: str
    statement: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.method, self.path, self.statement) if part)


def describe_call(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Call:
    """The kind of a call."""
    path = _NAMED.sub(r"\1/{}", urlsplit(target).path)
    # A Java client cannot say PATCH and says so in a header.
    method = headers.get("x-http-method-override", method)
    return Call(method, path, _statement(headers, body) if method == "POST" else "")


def polled_job(method: str, target: str) -> str:
    """The job that a call asks after, empty where it asks after none."""
    found = _JOB.search(urlsplit(target).path) if method == "GET" else None
    return found[1] if found else ""


def statement_type(sql: str) -> str:
    """The kind of a text: its first words; TRANSACTION where it is a script that makes one."""
    words = " ".join(_COMMENT.sub(" ", sql).split()).upper()
    if "BEGIN TRANSACTION" in words:
        return "TRANSACTION"
    if definition := _DEFINITION.match(words):
        return f"{definition[1]} {definition[2]}"
    first = words.partition(" ")[0]
    return "SELECT" if first == "WITH" else first


def _statement(headers: Mapping[str, str], body: bytes) -> str:
    """What a job or a query is to do; empty for what is neither."""
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    try:
        sent: Any = json.loads(body)
    except ValueError:
        return ""
    if "configuration" not in sent:
        return statement_type(sent["query"]) if isinstance(sent.get("query"), str) else ""
    (kind,) = sent["configuration"].keys() & {"query", "load", "copy", "extract"}
    query = sent["configuration"][kind].get("query", "")
    return statement_type(query) if kind == "query" else kind.upper()
