"""People who leave a number at a door and are in no register: found again by a digest, called when it must be."""

from __future__ import annotations

import re
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from linli.base.masks import mask_phone
from linli.loops.rights import Actor
from linli.registry import vault
from linli.registry.intake.identity import check_digit
from linli.registry.people import Reading, Sealed

KEY_BYTES = 16
"""Of the keyed digest: as long as the id of somebody of the register, and as unlikely to meet another."""

CHUNK = 100
"""Keys in one question."""

LAST = b"\xff" * (32 - KEY_BYTES)
"""The end of the digests that begin alike."""

OWNER = "scan"
"""Whose number was read, in the log of readings."""

_MOBILE = re.compile(r"(?:(?:\+|00)?86)?(1[3-9]\d{9})")
_IDENTITY = re.compile(r"\d{17}[\dX]")


def number_of(said: str) -> tuple[str, str] | None:
    """(kind, number) of a mobile or identity number as it is typed; None where it is neither.

    Spaces, dashes, full width and a country code are forgiven, a wrong check digit is not.
    """
    plain = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", said[:40])).upper()
    if found := _MOBILE.fullmatch(plain):
        return Sealed.PHONE, found[1]
    if _IDENTITY.fullmatch(plain) and check_digit(plain[:17]) == plain[17]:
        return Sealed.ID_NUMBER, plain
    return None


def key_of(said: str) -> bytes | None:
    """Under which visits of this number are found again: 16 bytes; None where it is no number."""
    number = number_of(said)
    return vault.blind(*number)[:KEY_BYTES] if number else None


def enclosed(said: str, *, about: UUID) -> bytes:
    """The number encrypted for one visit (`about` is its id); empty where it is no number."""
    number = number_of(said)
    return vault.enclose(number[1], about=about) if number else b""


_OWN_PHONE = UUID(int=0x6C696E6C69)
"""What a number is bound to that a phone keeps for its owner: a cookie opens nowhere else."""


def remember(said: str) -> str:
    """A number as its owner's phone may keep it: unreadable to whoever finds the phone's cookies."""
    number = number_of(said)
    return urlsafe_b64encode(vault.enclose(number[1], about=_OWN_PHONE)).decode() if number else ""


def recall(kept: str) -> str:
    """The number again; "" for anything that is none of ours."""
    try:
        return vault.disclose(urlsafe_b64decode(kept.encode()), about=_OWN_PHONE) if kept else ""
    except (vault.Unreadable, ValueError):
        return ""


def disclosed(
    blob: bytes, *, about: UUID, community_id: UUID, reader: Actor, reason: str, at: datetime
) -> str:
    """The number of one visit in clear, for one reader with a reason; the reading is logged. Raises vault.Unreadable."""
    Reading.objects.create(
        community_id=community_id,
        reader_id=reader.id,
        reader_name=reader.shown_name,
        owner_kind=OWNER,
        owner_id=about,
        kind=Sealed.PHONE,
        reason=reason[:120],
        at=at,
    )
    return vault.disclose(blob, about=about)


def masked(blob: bytes, *, about: UUID) -> str:
    """The telephone of one visit as it may be shown to whoever need not know it; "" where none was left.

    Reaches no person, so no reading is logged. An identity number is no telephone.
    """
    try:
        number = number_of(vault.disclose(blob, about=about))
    except vault.Unreadable:
        return ""
    return mask_phone(number[1]) if number and number[0] == Sealed.PHONE else ""


def keys_of(person_id: UUID, *, community_id: UUID) -> list[bytes]:
    """Every key under which somebody of the register may have been seen: their own id, their numbers."""
    rows = Sealed.objects.filter(community_id=community_id, owner_kind="person", owner_id=person_id)
    return [person_id.bytes, *(bytes(b)[:KEY_BYTES] for b in rows.values_list("blind", flat=True))]


def people_of(keys: Iterable[bytes], *, community_id: UUID) -> dict[bytes, UUID]:
    """Whose of the register these keys are, by key; strangers are left out. A question for every hundred keys."""
    found: dict[bytes, UUID] = {}
    wanted = sorted(set(keys))
    for n in range(0, len(wanted), CHUNK):
        begins = Q()
        for key in wanted[n : n + CHUNK]:
            begins |= Q(blind__gte=key, blind__lte=key + LAST)
        rows = Sealed.objects.filter(
            begins,
            community_id=community_id,
            owner_kind="person",
            kind__in=(Sealed.PHONE, Sealed.ID_NUMBER),
        )
        found |= {bytes(b)[:KEY_BYTES]: owner for b, owner in rows.values_list("blind", "owner_id")}
    return found
