"""Signing keys on disk: a 0600 file per private key, a public file for each key still trusted.

<kid>.key   PKCS 8 PEM, 0600, present while the key may sign; the newest signs
<kid>.pub   SubjectPublicKeyInfo PEM; removing it distrusts everything that the key ever signed
"""

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from linli.codes.sign import PublicKey, SigningKey, new_key

_PRIVATE = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
_PUBLIC = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


class Unsafe(Exception):
    """A key file that others may read or that is not what its name says; the message says what to do."""


@dataclass(frozen=True)
class KeyRing:
    """The keys of one installation: `current` signs (None when none may), `public` by kid verifies."""

    current: SigningKey | None
    public: dict[str, PublicKey]


def rotate(folder: Path) -> SigningKey:
    """A new key that signs from now on; keys that signed before stay published until `distrust`."""
    key = new_key()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(folder / f"{key.public.kid}.pub", key.private.public_key().public_bytes(*_PUBLIC), mode=0o644)
    _write(folder / f"{key.public.kid}.key", key.private.private_bytes(*_PRIVATE), mode=0o600)
    return key


def load(folder: Path) -> KeyRing:
    """All keys of `folder`; none if there is none. Raises Unsafe for loose permissions or foreign files."""
    newest_last = sorted(folder.glob("*.key"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    private = [_private(path) for path in newest_last]
    public = {key.kid: key for key in (_public(path) for path in sorted(folder.glob("*.pub")))}
    trusted = [key for key in private if key.public.kid in public]
    return KeyRing(trusted[-1] if trusted else None, public)


def retire(folder: Path, kid: str) -> None:
    """The key signs no more; what it signed stays valid until it expires."""
    _of(folder, kid, "key").unlink(missing_ok=True)


def distrust(folder: Path, kid: str) -> None:
    """The key was stolen: nothing that it signed is valid any more, wherever the new key set has arrived."""
    _of(folder, kid, "pub").unlink(missing_ok=True)
    retire(folder, kid)


def _of(folder: Path, kid: str, kind: str) -> Path:
    if not kid.replace("-", "").replace("_", "").isalnum():
        raise ValueError("not a key id")
    return folder / f"{kid}.{kind}"


def _write(path: Path, content: bytes, *, mode: int) -> None:
    """Whole or not at all, on disk before it returns, never readable by others for a moment."""
    part = path.with_suffix(path.suffix + ".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)


def _private(path: Path) -> SigningKey:
    if path.stat().st_mode & 0o077:
        raise Unsafe(f"{path.name} may be read by others: chmod 600 it, or distrust the key")
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey) or SigningKey(key).public.kid != path.stem:
        raise Unsafe(f"{path.name} does not hold the Ed25519 key that its name says")
    return SigningKey(key)


def _public(path: Path) -> PublicKey:
    key = serialization.load_pem_public_key(path.read_bytes())
    if not isinstance(key, Ed25519PublicKey) or _public_of(key).kid != path.stem:
        raise Unsafe(f"{path.name} does not hold the Ed25519 key that its name says")
    return _public_of(key)


def _public_of(key: Ed25519PublicKey) -> PublicKey:
    return PublicKey(key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw))
