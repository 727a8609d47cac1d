"""A certificate for localhost that nobody else trusts, and a Java trust store that does.

The connector speaks gRPC over TLS only. A JVM with another trust store does not fail, it hangs, so
whoever uses one sets a deadline.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "changeit"  # the one of every JVM's own trust store
_DEADLINE = 60  # seconds; both commands together take less than two
_ALIAS = "c360-tests"


@dataclass(frozen=True)
class TlsFiles:
    """What a server shows (certificate, key, both PEM), and what a JVM believes (trust store)."""

    certificate: Path
    key: Path
    trust_store: Path

    @property
    def java_options(self) -> str:
        """The options of a JVM that is to believe the certificate."""
        return (
            f"-Djavax.net.ssl.trustStore={self.trust_store} "
            f"-Djavax.net.ssl.trustStorePassword={PASSWORD}"
        )


def make_tls(folder: Path) -> TlsFiles:
    """Fresh files in the folder; the certificate is good for localhost and two days."""
    folder.mkdir(parents=True, exist_ok=True)
    files = TlsFiles(folder / "server.crt", folder / "server.key", folder / "trust.jks")
    _make_certificate(files)
    shutil.copyfile(_own_trust_store(), files.trust_store)
    files.trust_store.chmod(0o600)
    _import_certificate(files)
    return files


def _make_certificate(files: TlsFiles) -> None:
    _run(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
        *("-keyout", str(files.key), "-out", str(files.certificate)),
        *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
    )


def _import_certificate(files: TlsFiles) -> None:
    _run(
        *("keytool", "-importcert", "-noprompt", "-alias", _ALIAS),
        *("-file", str(files.certificate)),
        *("-keystore", str(files.trust_store), "-storepass", PASSWORD),
    )


def _own_trust_store() -> Path:
    """The trust store of the Java that `java` starts."""
    told = _run("java", "-XshowSettings:properties", "-version")
    (home,) = [line.split("=", 1)[1].strip() for line in told.splitlines() if "java.home" in line]
    return Path(home) / "lib" / "security" / "cacerts"


def _run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, timeout=_DEADLINE, check=False)
    assert done.returncode == 0, f"{words[0]} failed: {done.stderr[-500:]}{done.stdout[-500:]}"
    return done.stdout + done.stderr
