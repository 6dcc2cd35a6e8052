"""The one way out: every request that leaves the house goes to an address looked at first, and nowhere else."""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Timer
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

SECONDS = 5.0
"""For everything together: name, connection, encryption, answer (trust.md row 19)."""
MOST_BYTES = 64 * 1024
"""Of an answer; what comes after is not read."""

Resolver = Callable[[str, int], Sequence[str]]

# What `is_global` lets through or has let through in some Python: addresses that wrap or relay another one.
_WRAPPERS = [
    ipaddress.ip_network(text)
    for text in (
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "::/8",  # unspecified, loopback, IPv4-compatible and IPv4-mapped (::ffff:0:0/96)
        "64:ff9b::/96",  # NAT64 (RFC 6052)
        "64:ff9b:1::/48",  # local NAT64 (RFC 8215)
        "2001::/23",  # Teredo, ORCHID and others (RFC 2928)
        "2002::/16",  # 6to4 (RFC 3056)
        "fec0::/10",  # site-local (RFC 3879)
    )
]
_ALL_GLOBAL = ipaddress.ip_network("2000::/3")  # all that IANA has given out for unicast (RFC 4291)
_HOST = re.compile(r"^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62}\.)*[a-z0-9_-]{1,63}$")
_NUMBERISH = re.compile(r"^(0x[0-9a-f]*|[0-9]+)$")


class Forbidden(Exception):
    """The address is none that linli may call; nothing was sent."""


class Unanswered(Exception):
    """No answer in time, or the connection broke: it may or may not have arrived. `args[0]` names the failure."""


@dataclass(frozen=True)
class Target:
    """Where to connect: `address` was looked at, `host` is whom we expect there."""

    scheme: str
    host: str
    port: int
    address: str
    path: str = "/"

    @property
    def authority(self) -> str:
        """As the Host header says it."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}.get(self.scheme)
        return name if self.port == usual else f"{name}:{self.port}"


@dataclass(frozen=True)
class Response:
    """What came back; header names in lower case, at most MOST_BYTES of body."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The body as text, whatever it is."""
        return self.body.decode("utf-8", "replace")


def looked_up(host: str, port: int) -> Sequence[str]:
    """Every address of a name. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Whether an address lies in the public internet and wraps no other address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if not ip.is_global or ip.is_multicast or ip.is_reserved or "%" in address:
        return False
    if any(ip.version == net.version and ip in net for net in _WRAPPERS):
        return False
    return ip.version == 4 or ip in _ALL_GLOBAL


def is_allowed_inside(host: str) -> bool:
    """Whether this installation may call `host` even at a private address: ALLOW_PRIVATE is "1" or a list of hosts."""
    said = str(getattr(settings, "ALLOW_PRIVATE", "")).strip()
    return said == "1" or host in {h.strip().lower() for h in said.split(",") if h.strip()}


def target(url: str, *, resolve: Resolver | None = None) -> Target:
    """Read and vet a URL: https on 443 at a public address, unless the host is allowed inside.

    Raises Forbidden, Unanswered.
    """
    scheme, host, port, path = _read(url)
    if not is_allowed_inside(host) and (scheme != "https" or port != 443):
        raise Forbidden("only https on port 443")
    return Target(scheme, host, port, vetted(host, port, resolve=resolve), path)


def vetted(host: str, port: int, *, resolve: Resolver | None = None) -> str:
    """One address of `host`, after *every* address it has was looked at. Looked up once. Raises Forbidden, Unanswered."""
    addresses = _in_time(resolve or looked_up, host, port)
    if not addresses:
        raise Unanswered("name not found")
    if not is_allowed_inside(host) and not all(map(is_public, addresses)):
        raise Forbidden("the address is not in the public internet")
    return addresses[0]


def _read(url: str) -> tuple[str, str, int, str]:
    if len(url) > 2000 or re.search(r"[\x00-\x20\x7f\\]", url) or not url.isascii():
        raise Forbidden("the address has characters that do not belong there")
    try:
        parts = urlsplit(url)
        port = parts.port if parts.port is not None else {"https": 443, "http": 80}.get(parts.scheme, 0)
    except ValueError as error:
        raise Forbidden("the address cannot be read") from error
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in ("https", "http") or "@" in parts.netloc or not _is_host(host):
        raise Forbidden("the address cannot be read")
    return parts.scheme, host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _is_host(host: str) -> bool:
    """A name, or an address as everybody writes it: 127.1, 0x7f000001 and 2130706433 are disguises."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return bool(_HOST.match(host)) and not _NUMBERISH.match(host.rpartition(".")[2])
    return "%" not in host


def _in_time(resolve: Resolver, host: str, port: int) -> Sequence[str]:
    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(resolve, host, port).result(SECONDS)
    except (OSError, TimeoutError, UnicodeError) as error:
        raise Unanswered("name not found") from error
    finally:
        pool.shutdown(wait=False)


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    method: str = "POST",
    resolve: Resolver | None = None,
) -> Response:
    """Send one request and read the answer; a redirect is an answer, not an instruction. Raises Forbidden, Unanswered."""
    begun = time.monotonic()
    to = target(url, resolve=resolve)
    connection = _connection(to, SECONDS - (time.monotonic() - begun))
    try:
        with deadline(connection, SECONDS - (time.monotonic() - begun)) as keep:
            connection.connect()
            if connection.sock is not None:
                keep(connection.sock)
            sent = {"Host": to.authority, "User-Agent": "linli", "Accept-Encoding": "identity", **headers}
            connection.request(method, to.path, body=body, headers=sent, preload_content=False)
            answer = connection.getresponse()
            read = answer.read(MOST_BYTES, decode_content=False)
            return Response(answer.status, read, {k.lower(): v for k, v in answer.headers.items()})
    except (HTTPError, OSError, ValueError, AttributeError) as error:
        # AttributeError, ValueError: the deadline closed the socket under http.client's hands
        raise Unanswered(type(error).__name__) from error
    finally:
        connection.close()


def _connection(to: Target, seconds: float) -> HTTPConnection:
    if to.scheme == "http":
        return HTTPConnection(to.address, to.port, timeout=max(seconds, 0.1))
    return HTTPSConnection(
        to.address,
        to.port,
        timeout=max(seconds, 0.1),
        server_hostname=to.host,
        assert_hostname=to.host,
        ssl_context=ssl.create_default_context(),
    )


class Connected(Protocol):
    """Anything that talks over one socket, or not yet."""

    sock: socket.socket | None


@contextmanager
def deadline(connection: Connected, seconds: float) -> Iterator[Callable[[socket.socket], None]]:
    """Cut the connection after so many seconds in all: a socket's own timeout starts again with every byte.

    Yields a function that takes note of a socket which the connection gives away before it is read to its end.
    Raises TimeoutError at the end of the block when it had to cut.
    """
    late: list[bool] = []
    given_away: list[socket.socket] = []

    def cut() -> None:
        late.append(True)
        for sock in filter(None, (connection.sock, *given_away)):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    timer = Timer(max(seconds, 0.1), cut)
    timer.daemon = True
    timer.start()
    try:
        yield given_away.append
    except Exception as error:
        if late:  # whatever it looks like to http.client when its socket is cut
            raise TimeoutError("cut off") from error
        raise
    finally:
        timer.cancel()
    if late:
        raise TimeoutError("cut off")
