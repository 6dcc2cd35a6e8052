"""The outbound guard: what it refuses by its looks, by its address, and when the name server changes its mind."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence

import pytest

from linli.notify import guard

PUBLIC = "93.184.215.14"

FORBIDDEN = [
    # disguises of this machine
    "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/",
    "https://017700000001/", "https://127.0.0.1.nip.example/", "https://localhost/", "https://0/",
    "https://0.0.0.0/", "https://[::1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/",
    "https://[::127.0.0.1]/", "https://[0:0:0:0:0:ffff:7f00:1]/", "https://１２７.0.0.1/", "https://①②⑦.0.0.1/",
    # private, shared, link-local, metadata
    "https://10.0.0.1/", "https://172.16.0.1/", "https://172.31.255.255/", "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/", "https://100.64.0.1/", "https://100.100.100.200/",
    "https://198.18.0.1/", "https://192.0.0.1/", "https://192.0.2.1/", "https://192.88.99.1/", "https://224.0.0.1/",
    "https://240.0.0.1/", "https://255.255.255.255/",
    # IPv6 that is local or wraps another address
    "https://[fe80::1]/", "https://[fe80::1%25eth0]/", "https://[fc00::1]/", "https://[fd00:ec2::254]/",
    "https://[fec0::1]/", "https://[64:ff9b::7f00:1]/", "https://[64:ff9b:1::a00:1]/", "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/", "https://[2001:db8::1]/", "https://[ff02::1]/", "https://[5f00::1]/",
    # names that lead inside, alone or among others
    "https://inside.example/", "https://mixed.example/", "https://six.example/",
    # other doors than https on 443
    "http://push.example/", "https://push.example:8443/", "https://push.example:22/", "https://push.example:0/",
    "ftp://push.example/", "file:///etc/passwd", "gopher://push.example/", "javascript:alert(1)", "//push.example/",
    "push.example", "", "https://", "https:///x", "https://push.example:99999/", "https://push.example:x/",
    # ambiguous writing
    "https://user@push.example/", "https://push.example@127.0.0.1/", "https://push.example\\@127.0.0.1/",
    "https://push.example/\r\nHost: x", "https://push example/", "https://push.example/ x", "https://推送.example/",
    "https://[::1", "https://push..example/", "https://-/", "https://push.example/" + "a" * 2000,
]  # fmt: skip

NAMES: dict[str, list[str]] = {
    "push.example": [PUBLIC],
    "two.example": [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c"],
    "inside.example": ["10.1.2.3"],
    "mixed.example": [PUBLIC, "127.0.0.1"],
    "six.example": ["::ffff:10.0.0.1"],
    "localhost": ["127.0.0.1"],
    "127.0.0.1.nip.example": ["127.0.0.1"],
    "-": [PUBLIC],
}


def names(host: str, port: int) -> Sequence[str]:
    """What a system's resolver says, the old notations of IPv4 included."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    try:
        return [socket.inet_ntoa(socket.inet_aton(host))]
    except OSError:
        if host not in NAMES:
            raise
        return NAMES[host]


@pytest.mark.parametrize("url", FORBIDDEN)
def test_what_must_not_be_called_is_not_called(url: str) -> None:
    with pytest.raises((guard.Forbidden, guard.Unanswered)):
        guard.target(url, resolve=names)


def test_the_table_is_as_long_as_promised() -> None:
    assert len(set(FORBIDDEN)) >= 60


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://push.example/send?id=1", ("push.example", 443, PUBLIC, "/send?id=1")),
        ("https://push.example", ("push.example", 443, PUBLIC, "/")),
        ("https://PUSH.example:443/a%20b", ("push.example", 443, PUBLIC, "/a%20b")),
        ("https://two.example/", ("two.example", 443, PUBLIC, "/")),
        ("https://1.1.1.1/", ("1.1.1.1", 443, "1.1.1.1", "/")),
        ("https://[2606:4700:4700::1111]/", ("2606:4700:4700::1111", 443, "2606:4700:4700::1111", "/")),
    ],
)
def test_what_is_public_may_be_called(url: str, found: tuple[str, int, str, str]) -> None:
    target = guard.target(url, resolve=names)
    assert (target.host, target.port, target.address, target.path) == found


def test_an_allowed_host_may_be_inside_and_its_neighbour_may_not(settings: object) -> None:
    settings.ALLOW_PRIVATE = "inside.example, gateway.lan"  # type: ignore[attr-defined]
    assert guard.target("http://inside.example:8080/", resolve=names).address == "10.1.2.3"
    with pytest.raises(guard.Forbidden):
        guard.target("http://localhost:8080/", resolve=names)


def test_one_means_every_host_may_be_inside(settings: object) -> None:
    settings.ALLOW_PRIVATE = "1"  # type: ignore[attr-defined]
    assert guard.target("http://localhost:8080/", resolve=names).address == "127.0.0.1"


def test_a_name_that_changes_its_mind_is_asked_once() -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    target = guard.target("https://push.example/", resolve=rebinding)

    assert (asked, target.address) == (["push.example"], PUBLIC)


def test_a_connection_goes_to_the_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is never handed to the connection, so that nobody can look it up again."""
    dialled: list[object] = []

    def refuse(address: object, *args: object, **kwargs: object) -> None:
        dialled.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr("urllib3.util.connection.create_connection", refuse)

    with pytest.raises(guard.Unanswered):
        guard.post("https://push.example/", body=b"", headers={}, resolve=names)

    assert dialled == [(PUBLIC, 443)]


def test_a_name_server_that_sleeps_costs_five_seconds_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    monkeypatch.setattr(guard, "SECONDS", 0.2)
    begun = time.monotonic()

    def sleepy(host: str, port: int) -> Sequence[str]:
        time.sleep(1)
        return [PUBLIC]

    with pytest.raises(guard.Unanswered):
        guard.target("https://push.example/", resolve=sleepy)

    assert time.monotonic() - begun < 0.8
