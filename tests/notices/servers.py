"""A mail server and a group robot on this machine, which keep what they get and fail when told to."""

import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class _Smtp(socketserver.StreamRequestHandler):
    """Enough of RFC 5321 for smtplib; ``server.answers`` overrides the answer to a verb."""

    def handle(self) -> None:
        self.server.connections += 1
        try:
            self._talk()
        except OSError:  # the client hung up, or does not trust the certificate
            pass
        finally:
            self.request.close()

    def _talk(self) -> None:
        self._say("220 test")
        while line := self.rfile.readline():
            verb = line.split()[0].decode().upper() if line.split() else ""
            self.server.heard.append(line.decode().strip())
            if verb in self.server.hangs:
                self.server.hung.set()
                self.server.go_on.wait(30)
                return
            if verb == "STARTTLS":
                self._say("220 go")
                wrap = self.server.tls.wrap_socket
                self.request = wrap(self.request, server_side=True, do_handshake_on_connect=False)
                self.request.do_handshake()
                self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
                continue
            if verb == "DATA" and verb not in self.server.answers:
                self._data()
                continue
            self._say(self.server.answers.get(verb) or self._usual(verb))
            if verb == "QUIT":
                return

    def _usual(self, verb: str) -> str:
        if verb == "EHLO":
            offered = [name for name in self.server.offers if not isinstance(self.request, ssl.SSLSocket)]
            return "\r\n".join(["250-test", *(f"250-{name}" for name in offered), "250 AUTH PLAIN"])
        return {"AUTH": "235 ok", "QUIT": "221 bye"}.get(verb, "250 ok")

    def _data(self) -> None:
        self._say("354 go")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self._say("250 taken")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Smtp)
        self.mails: list[EmailMessage] = []
        self.heard: list[str] = []
        self.answers: dict[str, str] = {}
        self.offers: list[str] = []
        self.hangs: set[str] = set()
        self.hung, self.go_on = threading.Event(), threading.Event()
        self.connections = 0
        self.tls: ssl.SSLContext | None = None

    @property
    def port(self) -> int:
        return self.server_address[1]


class _Robot(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.said.append((self.path, body))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_arguments: object) -> None:
        pass


class RobotServer(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Robot)
        self.said: list[tuple[str, dict]] = []
        self.status, self.answer = 200, b'{"errcode":0,"errmsg":"ok"}'

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/send?key=hidden"


@contextmanager
def running(server: socketserver.BaseServer) -> Iterator[socketserver.BaseServer]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's context for 127.0.0.1 and the file of the certificate that vouches for it."""
    from ipaddress import ip_address

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "server.pem", folder / "server.key"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    return context, pem
