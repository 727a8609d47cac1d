"""An SMTP server of the tests, which keeps every message that it receives."""

from __future__ import annotations

import contextlib
import email
import email.policy
import html
import re
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage


@dataclass
class Mail:
    """One message as a person reads it."""

    to: str
    subject: str
    text: str


@dataclass
class MailServer:
    """A running server; while it is `down` it turns every client away."""

    port: int = 0
    down: bool = False
    received: list[Mail] = field(default_factory=list)

    @property
    def connection(self) -> str:
        """Airflow's connection to this server, as JSON has it in an environment variable."""
        extra = '{"disable_ssl": true, "disable_tls": true, "from_email": "c360@example.com"}'
        return (
            f'{{"conn_type": "smtp", "host": "127.0.0.1", "port": {self.port}, "extra": {extra}}}'
        )


@contextlib.contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server on a port of its own, in threads of this process, until the end of the block."""
    mail = MailServer()

    class Conversation(socketserver.StreamRequestHandler):
        timeout = 30

        def handle(self) -> None:
            if mail.down:
                self.wfile.write(b"421 down\r\n")
            else:
                _converse(self, mail)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        mail.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield mail
        finally:
            server.shutdown()


def _converse(ends: socketserver.StreamRequestHandler, mail: MailServer) -> None:
    """The few commands of RFC 5321 that a client needs to hand over messages."""
    ends.wfile.write(b"220 tests\r\n")
    while line := ends.rfile.readline():
        verb = line.split()[0].upper() if line.strip() else b""
        if verb == b"DATA":
            ends.wfile.write(b"354 go on\r\n")
            mail.received.append(_read_message(ends))
        ends.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 tests\r\n")
        if verb == b"QUIT":
            return


def _read_message(ends: socketserver.StreamRequestHandler) -> Mail:
    lines = []
    while (line := ends.rfile.readline()) not in (b".\r\n", b""):
        lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
    message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("html", "plain"))
    content = body.get_content() if body else ""
    return Mail(message["to"], message["subject"], html.unescape(re.sub(r"</?pre>", "", content)))
