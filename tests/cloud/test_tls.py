"""The certificate is believed by whoever was told to, and by nobody else."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator

import pytest

from tests.cloud.tls import PASSWORD, TlsFiles, make_tls


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return make_tls(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def port(tls: TlsFiles) -> Iterator[int]:
    """A server that shows the certificate to one client."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tls.certificate, tls.key)

    def serve(server: socket.socket) -> None:
        try:
            with context.wrap_socket(server.accept()[0], server_side=True) as client:
                client.recv(1)
        except OSError:
            pass  # a client that does not believe it hangs up

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def shaken_hands(port: int, context: ssl.SSLContext) -> str | None:
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as client,
    ):
        return client.version()


def test_the_certificate_is_good_for_localhost(tls: TlsFiles, port: int) -> None:
    assert shaken_hands(port, ssl.create_default_context(cafile=tls.certificate)) == "TLSv1.3"


def test_who_was_not_told_does_not_believe_it(port: int) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken_hands(port, ssl.create_default_context())


def test_the_trust_store_has_it_beside_those_of_the_jvm(tls: TlsFiles) -> None:
    words = ("keytool", "-list", "-keystore", str(tls.trust_store), "-storepass", PASSWORD)
    told = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout
    assert "c360-tests" in told
    assert told.count("trustedCertEntry") > 50
