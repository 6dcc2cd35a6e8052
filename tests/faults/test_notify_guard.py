"""The guard against real servers: redirects, floods, drips, silence, and whether the other end is who we called."""

from __future__ import annotations

import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from linli.notify import guard
from tests.faults.notify_gateways import Reply, gateway, quick

HERE = "127.0.0.1"


@pytest.fixture(autouse=True)
def inside(settings: Any) -> None:
    settings.ALLOW_PRIVATE = f"{HERE},push.example"


def test_a_redirect_is_an_answer_and_not_an_instruction() -> None:
    away = Reply(302, headers=(("Location", "http://169.254.169.254/latest/meta-data/"),))
    with gateway(away) as provider:
        response = guard.post(provider.url, body=b"x", headers={})
    assert (response.status, len(provider.received)) == (302, 1)


def test_of_a_flood_only_64_kilobytes_are_read() -> None:
    with gateway(Reply(200, b"x" * 1_000_000)) as provider:
        response = guard.post(provider.url, body=b"", headers={})
    assert len(response.body) == guard.MOST_BYTES


def test_a_gzip_bomb_stays_packed() -> None:
    packed = Reply(200, b"\x1f\x8b" + b"\0" * 100, (("Content-Encoding", "gzip"),))
    with gateway(packed) as provider:
        response = guard.post(provider.url, body=b"", headers={})
    assert len(response.body) == 102
    assert provider.received[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "reply",
    [Reply(after=3), Reply(200, b"x" * 100, drip=0.1), Reply(hang_up=True)],
    ids=["silence", "a byte now and then", "hanging up"],
)
def test_patience_has_an_end_counted_in_all(reply: Reply, monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)
    with gateway(reply) as provider:
        begun = time.monotonic()
        with pytest.raises(guard.Unanswered):
            guard.post(provider.url, body=b"", headers={})
        assert time.monotonic() - begun < 1.5


def test_without_leave_this_machine_is_not_called(settings: Any) -> None:
    settings.ALLOW_PRIVATE = ""
    with gateway() as provider, pytest.raises(guard.Forbidden):
        guard.post(provider.url, body=b"", headers={})
    assert provider.received == []


def test_the_other_end_must_be_whom_we_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection goes to the vetted address, yet name, Host header and certificate are the host's."""
    certificate = make_certificate("push.example", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    asked: list[str | None] = []
    tls.sni_callback = lambda sock, name, context: asked.append(name)

    def here(host: str, port: int) -> list[str]:
        return [HERE]

    with gateway(Reply(201), tls=tls) as provider:
        port = provider.url.rpartition(":")[2]
        response = guard.post(f"https://push.example:{port}/a", body=b"x", headers={}, resolve=here)
        with pytest.raises(guard.Unanswered, match=r"Certificate|SSL"):
            guard.post(f"https://{HERE}:{port}/a", body=b"x", headers={}, resolve=here)

    assert response.status == 201
    assert asked[0] == "push.example"
    assert [r.headers["host"] for r in provider.received] == [f"push.example:{port}"]


def make_certificate(host: str, folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)  # noqa: TID251 - the TLS library reads the machine's clock too
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "push.pem"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    )
    return path
