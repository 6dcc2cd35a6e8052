"""Fake providers on this machine: they hang, break, limit, forget, answer late, and remember what they were given."""

from __future__ import annotations

import json
import socketserver
import ssl
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from linli.notify import guard


class Received(NamedTuple):
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """How the provider behaves for one request. `after` seconds late; `drip` sends one byte every so often."""

    status: int = 201
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    after: float = 0
    drip: float = 0
    hang_up: bool = False


@dataclass
class Gateway:
    """One running provider."""

    url: str
    received: list[Received] = field(default_factory=list)
    script: list[Reply] = field(default_factory=list)
    default: Reply = Reply()
    arrived: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_reply(self) -> Reply:
        with self.lock:
            return self.script.pop(0) if self.script else self.default


@contextmanager
def gateway(default: Reply = Reply(), *, tls: ssl.SSLContext | None = None) -> Iterator[Gateway]:
    """A provider until the block ends. The guard must allow 127.0.0.1."""

    class Counter(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            headers = {k.lower(): v for k, v in self.headers.items()}
            running.received.append(Received(self.path, headers, self.rfile.read(size)))
            running.arrived.set()
            answer(self, running.next_reply())

        do_PUT = do_POST

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
    server.daemon_threads = True
    server.handle_error = lambda *args: None  # type: ignore[method-assign]  # clients hang up on purpose here
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    scheme = "https" if tls else "http"
    running = Gateway(f"{scheme}://127.0.0.1:{server.server_address[1]}", default=default)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()


def answer(to: BaseHTTPRequestHandler, reply: Reply) -> None:
    time.sleep(reply.after)
    if reply.hang_up:
        to.connection.close()
        return
    to.send_response(reply.status)
    for name, value in reply.headers:
        to.send_header(name, value)
    if not reply.drip:
        to.send_header("Content-Length", str(len(reply.body)))
    to.end_headers()
    if not reply.drip:
        to.wfile.write(reply.body)
        return
    for byte in reply.body:
        to.wfile.write(bytes([byte]))
        to.wfile.flush()
        time.sleep(reply.drip)


class Phone:
    """A browser's half of Web Push: its keys, its address, and what it can read of what arrived."""

    def __init__(self, service: str, name: str = "phone") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = b"0123456789abcdef"
        self.endpoint = f"{service}/push/{name}"
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.p256dh, self.auth = coded(point), coded(self.secret)

    @property
    def json(self) -> dict[str, Any]:
        """A PushSubscription as the browser serialises it."""
        return {"endpoint": self.endpoint, "keys": {"p256dh": self.p256dh, "auth": self.auth}}

    def read(self, body: bytes) -> dict[str, Any]:
        """What this phone, and no other, can decrypt."""
        clear = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        found: dict[str, Any] = json.loads(clear)
        return found


def coded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Postbox:
    """A running mail server and the letters it took."""

    port: int
    letters: list[str] = field(default_factory=list)
    refuse_with: str = ""


@contextmanager
def postbox(*, refuse_with: str = "", silent: bool = False) -> Iterator[Postbox]:
    """A mail server that takes letters, or says `refuse_with` to every recipient, or greets nobody."""

    class Clerk(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            if silent:
                time.sleep(2)
                return
            self.say("220 postbox")
            while line := self.rfile.readline().decode().strip():
                word = line.split()[0].upper()
                if word == "DATA":
                    self.say("354 go on")
                    running.letters.append(self.letter())
                    self.say("250 taken")
                elif word == "RCPT" and running.refuse_with:
                    self.say(running.refuse_with)
                else:
                    self.say("221 bye" if word == "QUIT" else "250 fine")

        def letter(self) -> str:
            lines = []
            while (line := self.rfile.readline().decode()) not in (".\r\n", ""):
                lines.append(line)
            return "".join(lines)

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clerk)
    server.daemon_threads = True
    running = Postbox(server.server_address[1], refuse_with=refuse_with)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()


def quick(monkeypatch: Any, seconds: float = 0.4) -> None:
    """Let the guard lose patience sooner, so that a test of patience is short."""
    monkeypatch.setattr(guard, "SECONDS", seconds)
