"""The one door to identity numbers and telephones: AES-256-GCM at rest, a keyed blind index for exact look-up."""

from __future__ import annotations

import hmac
import os
import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction

from linli.loops.rights import Actor
from linli.registry.bulk import Bulk
from linli.registry.people import Reading, Sealed

NUMBERS = Bulk(Sealed)
_NONCE = 12


class Unreadable(Exception):
    """The value was altered, moved to another row, or its key is missing."""


def _key(name: str) -> bytes:
    """32 random bytes kept in HOME/keys, made once; the file is the secret and stays out of every backup."""
    path = Path(settings.HOME) / "keys" / name
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
    except FileExistsError:
        pass
    return path.read_bytes()


class _Ring(dict[int, AESGCM]):
    """Field keys by number; one that another process made since is read when it is met."""

    def __missing__(self, number: int) -> AESGCM:
        path = Path(settings.HOME) / "keys" / f"field-{number}.key"
        if not path.is_file():
            raise KeyError(number)
        self[number] = AESGCM(path.read_bytes())
        return self[number]


def key_numbers() -> list[int]:
    """The numbers of the field keys on the disk, ascending."""
    folder = Path(settings.HOME) / "keys"
    return sorted(
        int(m[1]) for p in folder.glob("field-*.key") if (m := re.match(r"field-(\d+)\.key$", p.name))
    )


def read_keys_again() -> None:
    """A key was made or put aside by this process."""
    _ring.cache_clear()


@lru_cache(maxsize=1)
def _ring() -> _Ring:
    """Every field key by number; the highest one encrypts (`registry.rotation` adds one and re-encrypts)."""
    return _Ring({n: AESGCM(_key(f"field-{n}.key")) for n in key_numbers() or [1]})


def _newest() -> tuple[bytes, AESGCM]:
    ring = _ring()
    number = max(ring)
    return bytes([number]), ring[number]


@lru_cache(maxsize=1)
def _index_key() -> bytes:
    return _key("index.key")


def _bound(owner_kind: str, owner_id: UUID, kind: str) -> bytes:
    return f"{owner_kind}.{kind}.{owner_id}".encode()


def _encrypted(data: bytes, bound: bytes) -> bytes:
    """The key's number, a fresh nonce, and the data under the newest key; it opens only with the same `bound`."""
    number, key = _newest()
    nonce = secrets.token_bytes(_NONCE)
    return number + nonce + key.encrypt(nonce, data, bound)


def _decrypted(blob: bytes, bound: bytes, what: str) -> bytes:
    try:
        return _ring()[blob[0]].decrypt(blob[1 : 1 + _NONCE], blob[1 + _NONCE :], bound)
    except (KeyError, IndexError, ValueError, InvalidTag) as error:
        raise Unreadable(what) from error


def blind(kind: str, text: str) -> bytes:
    """The keyed digest under which a value is found again; equal values of one kind have equal digests."""
    return hmac.digest(_index_key(), f"{kind}:{text}".encode(), "sha256")


def sealed(
    text: str,
    *,
    community_id: UUID,
    owner_kind: str,
    owner_id: UUID,
    kind: str,
    position: int = 0,
    label: str = "",
    blinded: bytes = b"",
) -> Sealed:
    """An unsaved row with `text` encrypted and bound to its owner: copied to another row it cannot be read.

    `blinded` is `blind(kind, text)` where that is known already.
    """
    return NUMBERS.new(
        community_id=community_id,
        owner_kind=owner_kind,
        owner_id=owner_id,
        kind=kind,
        position=position,
        blob=_encrypted(text.encode(), _bound(owner_kind, owner_id, kind)),
        blind=blinded or blind(kind, text),
        tail=text[-4:] if kind == Sealed.PHONE else "",
        label=label[:40],
    )


def unseal(row: Sealed) -> str:
    """The value in clear; callers log the reading (`reveal`) unless it reaches no person. Raises Unreadable."""
    bound = _bound(row.owner_kind, row.owner_id, row.kind)
    return _decrypted(bytes(row.blob), bound, f"sealed value {row.pk}").decode()


def reveal(
    owner_kind: str,
    owner_id: UUID,
    kind: str,
    *,
    community_id: UUID,
    reader: Actor,
    reason: str,
    at: datetime,
) -> list[str]:
    """The values of one owner in clear, for one reader with a reason; the reading is logged with it."""
    with transaction.atomic():
        rows = Sealed.objects.filter(
            community_id=community_id, owner_kind=owner_kind, owner_id=owner_id, kind=kind
        ).order_by("position")
        Reading.objects.create(
            community_id=community_id,
            reader_id=reader.id,
            reader_name=reader.shown_name,
            owner_kind=owner_kind,
            owner_id=owner_id,
            kind=kind,
            reason=reason[:120],
            at=at,
        )
        return [unseal(row) for row in rows]


def owners(kind: str, text: str, *, community_id: UUID, owner_kind: str = "person") -> list[UUID]:
    """Whose value this is, exactly; most communities answer one or none."""
    found = Sealed.objects.filter(
        community_id=community_id, kind=kind, blind=blind(kind, text), owner_kind=owner_kind
    )
    return list(found.values_list("owner_id", flat=True))


def put(
    kind: str,
    texts: Sequence[str],
    *,
    community_id: UUID,
    owner_kind: str,
    owner_id: UUID,
    labels: Sequence[str] = (),
) -> None:
    """Make these the owner's values of one kind, replacing what was there."""
    with transaction.atomic():
        Sealed.objects.filter(
            community_id=community_id, owner_kind=owner_kind, owner_id=owner_id, kind=kind
        ).delete()
        Sealed.objects.bulk_create(
            sealed(
                text,
                community_id=community_id,
                owner_kind=owner_kind,
                owner_id=owner_id,
                kind=kind,
                position=i,
                label=labels[i] if i < len(labels) else "",
            )
            for i, text in enumerate(dict.fromkeys(texts))
        )


def rotate(rows: Iterable[Sealed]) -> int:
    """Re-encrypt rows under the newest key; safe to stop and run again. Returns how many changed."""
    newest, changed = max(_ring()), 0
    for row in rows:
        if bytes(row.blob)[0] != newest:
            fresh = sealed(
                unseal(row),
                community_id=row.community_id,
                owner_kind=row.owner_kind,
                owner_id=row.owner_id,
                kind=row.kind,
            )
            same = Sealed.objects.filter(pk=row.pk, blob=row.blob)  # not what was replaced meanwhile
            changed += same.update(blob=fresh.blob)
    return changed


def enclose(text: str, *, about: UUID) -> bytes:
    """`text` encrypted and bound to one record that is no person (a staged row); `disclose` opens it."""
    return _encrypted(text.encode(), about.bytes)


def disclose(blob: bytes, *, about: UUID) -> str:
    """What `enclose` was given for this record. Raises Unreadable."""
    return _decrypted(blob, about.bytes, f"enclosed for {about}").decode()


def enclose_part(data: bytes, *, about: UUID, part: str) -> bytes:
    """`data` encrypted and bound to one part of a record: it opens in that place only (`disclose_part`)."""
    return _encrypted(data, about.bytes + part.encode())


def disclose_part(blob: bytes, *, about: UUID, part: str) -> bytes:
    """What `enclose_part` was given for this part. Raises Unreadable."""
    return _decrypted(blob, about.bytes + part.encode(), f"{part} of {about}")


def tails(owner_ids: Iterable[UUID], *, community_id: UUID, owner_kind: str = "person") -> dict[UUID, str]:
    """The last four digits of each owner's first telephone: what the mask shows anyway, without opening it."""
    rows = Sealed.objects.filter(
        community_id=community_id, owner_kind=owner_kind, owner_id__in=list(owner_ids), kind=Sealed.PHONE
    )
    found: dict[UUID, str] = {}
    for owner_id, tail in rows.order_by("position").values_list("owner_id", "tail"):
        found.setdefault(owner_id, tail)
    return found


def with_tail(tail: str, *, community_id: UUID, most: int = 500) -> list[UUID]:
    """Whose telephone ends in these four digits."""
    rows = Sealed.objects.filter(community_id=community_id, kind=Sealed.PHONE, tail=tail, owner_kind="person")
    return list(rows.values_list("owner_id", flat=True)[:most])
