"""Signed statements short enough for a printed QR: JWS compact with Ed25519 (RFC 7515, 8037), no network.

What the QR holds: the page that answers online, then the statement in digits for a checker without network:

    https://host/c/7XKQ2M9D0RZ5T8V3WJ6HN4FCYA#5676…

The statement itself, which any JOSE library verifies with the published key set:

    {"alg":"EdDSA","kid":"Yk2uCq1d"}
    {"aud":"reception","exp":1650146400,"iat":…,"jti":"JS-0416-007","n":2,"name":"张*三","nbf":…}

The fragment after # never reaches a server, so no access log learns it. Each character of the statement is
two digits, its code minus 45 (as SMART Health Cards print a JWS): a QR holds digits in a third of the space.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

RECEPTION = "reception"
"""The audience of a 接收证明: whoever checks travellers on the way home."""

LONGEST = 4096
"""Characters of a text worth looking at; a full QR of version 40 holds no more."""

_RAW = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)
_HEADER = {"alg", "kid"}
_STARS = re.compile(r"\*{4,}")
_CLAIMS = {"aud", "exp", "iat", "jti", "n", "name", "nbf"}
_LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z, the last that a datetime can hold


class Reason(StrEnum):
    """Why a text is not a valid statement; the words shown for it belong to the screen that shows them."""

    MALFORMED = "malformed"
    ALGORITHM = "algorithm"
    HEADER = "header"
    KEY = "key"
    SIGNATURE = "signature"
    CLAIMS = "claims"
    AUDIENCE = "audience"
    EARLY = "early"
    EXPIRED = "expired"


class Invalid(ValueError):
    """The text must not be trusted; `reason` says why. The only exception `verify` raises."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What a certificate says to a stranger: number, masked name, how many travel, from when until when.

    Times are aware and whole seconds; `masked_name` comes from linli.base.masks, never a name in clear.
    """

    number: str
    masked_name: str
    persons: int
    audience: str
    issued_at: datetime
    not_before: datetime
    expires_at: datetime


@dataclass(frozen=True)
class PublicKey:
    """32 bytes of an Ed25519 public key; `kid`, the start of its RFC 7638 thumbprint, names it."""

    raw: bytes

    @property
    def kid(self) -> str:
        return _b64(hashlib.sha256(_json(self.jwk_core())).digest())[:8]

    def jwk_core(self) -> dict[str, str]:
        """The members that RFC 7638 hashes, as RFC 8037 appendix A.3 lists them for Ed25519."""
        return {"crv": "Ed25519", "kty": "OKP", "x": _b64(self.raw)}


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 private key; its representation never shows the secret."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.private.public_key().public_bytes(*_RAW))


def new_key() -> SigningKey:
    return SigningKey(Ed25519PrivateKey.generate())


def sign(statement: Statement, key: SigningKey) -> str:
    """The statement as JWS compact. Raises Invalid for a statement that `verify` could never accept."""
    claims = _claims(statement)
    _statement(claims)
    header = {"alg": "EdDSA", "kid": key.public.kid}
    signed = f"{_b64(_json(header))}.{_b64(_json(claims))}"
    return f"{signed}.{_b64(key.private.sign(signed.encode('ascii')))}"


def verify(text: str, keys: Mapping[str, PublicKey], *, at: datetime, audience: str) -> Statement:
    """The statement in `text` (JWS, its digits, or the address in the QR) if a key of `keys` signed it.

    `keys` is indexed by kid; `at` is aware. Raises Invalid and nothing else, and never returns a statement
    that is not valid at `at` for `audience`. The signature is judged before anything the text claims.
    """
    try:
        claims = _signed_claims(_unwrap(text), keys)
        return _accepted(_statement(claims), at=at, audience=audience)
    except Invalid:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise Invalid(Reason.MALFORMED) from None


def published(keys: Iterable[PublicKey]) -> dict[str, list[dict[str, str]]]:
    """The JWK set (RFC 7517, 8037) that checkers fetch or that is printed: every key still trusted."""
    ordered = sorted(keys, key=lambda key: key.kid)
    return {"keys": [{**key.jwk_core(), "kid": key.kid, "alg": "EdDSA", "use": "sig"} for key in ordered]}


def trusted(jwks: object) -> dict[str, PublicKey]:
    """What `published` printed, read back by a checker. Raises Invalid(KEY) for anything else."""
    try:
        entries = jwks["keys"]  # type: ignore[index]
        keys = [PublicKey(_unb64(entry["x"])) for entry in entries if entry["crv"] == "Ed25519"]
        return {key.kid: key for key in keys if len(key.raw) == 32}
    except (Invalid, ValueError, TypeError, KeyError, AttributeError):
        raise Invalid(Reason.KEY) from None


def check_url(page: str, token: str, signed: str) -> str:
    """What the QR holds: `page` (https://host/c/), the opaque token for the online check, #, the statement.

    Raises ValueError for a page that is not an https address ending in a slash.
    """
    if not page.startswith("https://") or not page.endswith("/") or "#" in page:
        raise ValueError("the check page must be an https address that ends in /")
    return f"{page}{token}#{to_digits(signed)}"


def to_digits(signed: str) -> str:
    return "".join(f"{ord(character) - 45:02d}" for character in signed)


def from_digits(digits: str) -> str:
    """Undo `to_digits`. Raises ValueError for an odd number of digits."""
    if len(digits) % 2:
        raise ValueError("digits come in pairs")
    return "".join(chr(int(digits[i : i + 2]) + 45) for i in range(0, len(digits), 2))


def _unwrap(text: str) -> str:
    if len(text) > LONGEST:
        raise Invalid(Reason.MALFORMED)
    text = text.strip().rpartition("#")[2]
    return from_digits(text) if text.isascii() and text.isdigit() else text


def _signed_claims(signed: str, keys: Mapping[str, PublicKey]) -> dict[str, Any]:
    """The claims, after header, key and signature were found right."""
    head, body, signature = signed.split(".")
    header = _object(head)
    if header.get("alg") != "EdDSA":
        raise Invalid(Reason.ALGORITHM)
    if set(header) != _HEADER or not isinstance(header["kid"], str):
        raise Invalid(Reason.HEADER)  # also every "crit": we understand no extension, so none is ignored
    key = keys.get(header["kid"])
    if key is None or key.kid != header["kid"]:
        raise Invalid(Reason.KEY)
    _check_signature(key, _unb64(signature), f"{head}.{body}".encode("ascii"))
    return _object(body)


def _check_signature(key: PublicKey, signature: bytes, signed: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, signed)
    except InvalidSignature:
        raise Invalid(Reason.SIGNATURE) from None


def _accepted(statement: Statement, *, at: datetime, audience: str) -> Statement:
    if at.tzinfo is None:
        raise Invalid(Reason.MALFORMED)  # a wall clock of unknown zone can judge nothing
    if statement.audience != audience:
        raise Invalid(Reason.AUDIENCE)
    if at < statement.not_before:
        raise Invalid(Reason.EARLY)
    if at >= statement.expires_at:
        raise Invalid(Reason.EXPIRED)
    return statement


def _claims(statement: Statement) -> dict[str, Any]:
    return {
        "aud": statement.audience,
        "exp": int(statement.expires_at.timestamp()),
        "iat": int(statement.issued_at.timestamp()),
        "jti": statement.number,
        "n": statement.persons,
        "name": _STARS.sub("***", statement.masked_name),  # no larger QR for a long name
        "nbf": int(statement.not_before.timestamp()),
    }


def _statement(claims: dict[str, Any]) -> Statement:
    if set(claims) != _CLAIMS:
        raise Invalid(Reason.CLAIMS)
    if not 1 <= _whole(claims["n"]) <= 999 or _moment(claims["nbf"]) >= _moment(claims["exp"]):
        raise Invalid(Reason.CLAIMS)
    return Statement(
        number=_words(claims["jti"], 32),
        masked_name=_words(claims["name"], 24),
        persons=claims["n"],
        audience=_words(claims["aud"], 16),
        issued_at=_moment(claims["iat"]),
        not_before=_moment(claims["nbf"]),
        expires_at=_moment(claims["exp"]),
    )


def _words(value: object, longest: int) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        raise Invalid(Reason.CLAIMS)
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid(Reason.CLAIMS)
    return value


def _moment(value: object) -> datetime:
    if not 0 <= _whole(value) <= _LAST_SECOND:
        raise Invalid(Reason.CLAIMS)
    return datetime.fromtimestamp(_whole(value), UTC)


def _json(members: Mapping[str, Any]) -> bytes:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _object(part: str) -> dict[str, Any]:
    """A JSON object of a JWS part; a repeated member or a number out of JSON is malformed, not guessed at."""
    found = json.loads(_unb64(part), object_pairs_hook=_once, parse_constant=_not_json)
    if not isinstance(found, dict):
        raise Invalid(Reason.MALFORMED)
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise Invalid(Reason.MALFORMED)
    return dict(pairs)


def _not_json(constant: str) -> NoReturn:
    raise Invalid(Reason.MALFORMED)


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _unb64(text: str) -> bytes:
    """Base64url without padding, only in its one canonical spelling."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise Invalid(Reason.MALFORMED) from None
    if _b64(data) != text:
        raise Invalid(Reason.MALFORMED)
    return data
