"""The key by which push services know this installation (VAPID, RFC 8292): made once, kept in HOME/keys."""

from __future__ import annotations

import os
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

VALID = timedelta(hours=12)
"""Of one signature; RFC 8292 §2 allows 24 hours."""


def _path() -> Path:
    return Path(settings.HOME) / "keys" / "vapid.pem"


def _make(path: Path) -> None:
    """Whole or not at all, and the first maker wins: a key that changes loses every device."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    draft = path.with_suffix(f".{uuid4().hex}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


@lru_cache(maxsize=2)
def _load(path: Path) -> ec.EllipticCurvePrivateKey:
    if not path.exists():
        _make(path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path.name} holds no elliptic-curve key")
    return key


def public_key() -> str:
    """What a browser asks for as `applicationServerKey`: the uncompressed point in base64url."""
    point = _load(_path()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).rstrip(b"=").decode()


def authorization(endpoint: str, *, at: datetime) -> str:
    """The Authorization header for one push service. The subject is where its operator can complain."""
    from py_vapid import Vapid02

    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((at + VALID).timestamp()),
        "sub": _subject(),
    }
    return str(Vapid02(_load(_path())).sign(claims)["Authorization"])


def _subject() -> str:
    url = urlsplit(settings.PUBLIC_URL)
    host = url.hostname or "localhost"
    return f"https://{host}" if url.scheme == "https" and "." in host else "mailto:desk@localhost"
