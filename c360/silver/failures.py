"""Turns a failure of Spark into an error with the file, the cause and a next step."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from py4j.protocol import Py4JError
from pyspark.errors import AnalysisException
from pyspark.errors.exceptions.captured import CapturedException

from c360.errors import DataRefused, OutsideFailure

_BROKEN_GZIP = re.compile(
    r"EOFException|ZipException|ZlibException|not a gzip|invalid (?:block|stored|code|distance)|"
    r"incorrect (?:data|header|length) check|Unexpected end of (?:input|ZLIB)|CRC"
)
_LAST_CAUSE = re.compile(r"Caused by: ([\w.$]+)")


@contextlib.contextmanager
def explained(path: str) -> Iterator[None]:
    """Explain a failure of Spark while it works on the bronze file or the table `path`.

    Raises:
        DataRefused: the file is a gzip that ends too early or is damaged.
        OutsideFailure: anything else that Spark could not do.
    """
    try:
        yield
    except AnalysisException as failure:
        if "PATH_NOT_FOUND" not in str(failure):
            raise  # a query that Spark does not understand is a defect of c360
        raise OutsideFailure(
            f"{path}: went away while it was read. Nothing was published; "
            "run again when no upload is under way"
        ) from failure
    except (Py4JError, CapturedException) as failure:
        text = str(failure)
        if path.endswith(".gz") and _BROKEN_GZIP.search(text):
            raise DataRefused(
                "is a gzip file that ends too early or is damaged; upload it again"
            ) from failure
        raise OutsideFailure(
            f"{path}: Spark failed ({_cause(text)}). Nothing was published; "
            "see the driver's log, then run the same command again"
        ) from failure


def _cause(text: str) -> str:
    """The innermost cause by its class alone: a message may quote a cell."""
    found = _LAST_CAUSE.findall(text)
    if found:
        return str(found[-1])
    first = re.search(r"[\w.$]+(?:Exception|Error)\b", text)
    return first[0] if first else "no cause given"
