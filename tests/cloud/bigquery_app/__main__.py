"""A BigQuery on this machine: local-bigquery, its gaps filled, on 127.0.0.1 only.

Runs in an environment of its own (requirements/bigquery-server.txt, Python 3.13). Once it answers
it says on one line of standard output which ports it took. It stops at SIGTERM, and when its
standard input ends, as it does when the tests that started it are killed.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uvicorn

HOST = "127.0.0.1"


def main() -> None:
    """Serve until SIGTERM."""
    options = _options()
    _point_to(options.data, options.gcs_root)
    # Imported once HOME and the settings stand: the library reads both while it is imported.
    import uvicorn  # noqa: PLC0415
    from local_bigquery import app  # noqa: PLC0415
    from local_bigquery.engine import database  # noqa: PLC0415

    from tests.cloud.bigquery_app import (  # noqa: PLC0415
        catalog,
        extensions,
        limits,
        listeners,
        queries,
        writes,
    )
    from tests.cloud.bigquery_app.requests import LoggedHttp, RequestLog  # noqa: PLC0415

    extensions.install()
    catalog.fill_gaps()
    app.add_api_route("/projects/{project}", catalog.close, methods=["DELETE"])
    queries.fill_gaps()
    writes.fill_gaps()
    limits.fill_gaps()
    database.connection()  # attaches every project now, not in the middle of the first request
    log = RequestLog(options.log)
    tls = (options.tls_certificate, options.tls_key) if options.tls_certificate else None
    grpc_server, grpc_port, tls_port = listeners.start_grpc(HOST, log, tls)
    with socket.create_server((HOST, options.port)) as listening:
        served = listeners.MethodOverride(LoggedHttp(app, log))
        server = uvicorn.Server(uvicorn.Config(served, log_level="warning"))
        ports = {"http": listening.getsockname()[1], "grpc": grpc_port, "tls": tls_port}
        sys.stdout.write(json.dumps(ports) + "\n")
        sys.stdout.flush()
        threading.Thread(target=_stop_with_parent, args=(server,), daemon=True).start()
        server.run(sockets=[listening])
    grpc_server.stop(None)


def _stop_with_parent(server: uvicorn.Server) -> None:
    """Ask the server to stop once standard input ends: whoever started it is gone."""
    sys.stdin.buffer.read()
    server.should_exit = True


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of what it stores")
    parser.add_argument("--log", type=Path, required=True, help="one JSON line per request")
    parser.add_argument("--gcs-root", type=Path, help="gs://b/x is the file x in the folder b here")
    parser.add_argument("--port", type=int, default=0, help="of HTTP; a free one when not given")
    parser.add_argument("--tls-certificate", type=Path, help="for a gRPC port with TLS")
    parser.add_argument("--tls-key", type=Path)
    return parser.parse_args()


def _point_to(data: Path, gcs_root: Path | None) -> None:
    """Where the library finds its files: it reads these variables and HOME."""
    logging.basicConfig(level=logging.WARNING)
    os.environ["DATA_DIR"] = str(data.absolute())
    os.environ["HOME"] = sys.prefix  # extensions are installed below the environment itself
    os.environ.pop("STORAGE_EMULATOR_HOST", None)  # objects are read from the folder
    if gcs_root is not None:
        os.environ["GCS_LOCAL_ROOT"] = str(gcs_root.absolute())


if __name__ == "__main__":
    main()
