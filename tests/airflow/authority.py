"""A throw-away certificate authority, and its certificate for every host of Google's services."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

_DEADLINE = 60  # seconds; each command takes less than one
_NAMES = "subjectAltName=DNS:*.googleapis.com\n"


@dataclass(frozen=True)
class Authority:
    """What clients are told to trust, and what the proxy shows; all PEM."""

    authority: Path
    certificate: Path
    key: Path

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which each kind of client is told whom to trust."""
        names = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "HTTPLIB2_CA_CERTS")
        return {
            **dict.fromkeys(names, str(self.authority)),
            "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": str(self.authority),
        }


def make_authority(folder: Path) -> Authority:
    """Fresh files in the folder, good for two days."""
    folder.mkdir(parents=True, exist_ok=True)
    ca, ca_key = folder / "authority.crt", folder / "authority.key"
    made = Authority(ca, folder / "google.crt", folder / "google.key")
    request, names = folder / "google.csr", folder / "names.cnf"
    names.write_text(_NAMES, encoding="utf-8")
    own = ("openssl", "req", "-newkey", "rsa:2048", "-nodes")
    _run(
        *(*own, "-x509", "-days", "2", "-keyout", ca_key, "-out", ca),
        *("-subj", "/CN=c360 tests", "-addext", "keyUsage=critical,keyCertSign,cRLSign"),
    )
    _run(*own, "-keyout", made.key, "-out", request, "-subj", "/CN=googleapis.com")
    _run(
        *("openssl", "x509", "-req", "-in", request, "-days", "2", "-out", made.certificate),
        *("-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-extfile", names),
    )
    return made


def _run(*words: str | Path) -> None:
    done = subprocess.run(words, capture_output=True, text=True, timeout=_DEADLINE, check=False)
    assert done.returncode == 0, f"{words[0]} failed: {done.stderr[-500:]}"
