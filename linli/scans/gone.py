"""The signed paper of a day of scans that is gone: made of what was counted where it went, and checked again by anybody."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import transaction

from linli.codes.ring import ring
from linli.loops.shred import record
from linli.registry.models import Community
from linli.scans.kept import DAYS
from linli.scans.models import Gone
from linli.scans.record import milliseconds, moment
from linli.scans.store import Store

RECEIPTS = "scans_receipts"
"""Beside the scans, written in the transaction that takes them away; empty again once every paper is made."""

_MAKING = (
    f"CREATE TABLE IF NOT EXISTS {RECEIPTS} (community TEXT NOT NULL, day TEXT NOT NULL, rows_before BIGINT NOT NULL, "
    "rows_after BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (community, day, at))"
)
_KEEPING = f"INSERT INTO {RECEIPTS} (community, day, rows_before, rows_after, at) VALUES (?, ?, ?, ?, ?)"  # noqa: S608
_ASKING = f"SELECT community, day, rows_before, rows_after, at FROM {RECEIPTS} ORDER BY at, day, community"  # noqa: S608
_TAKING = f"DELETE FROM {RECEIPTS} WHERE community = ? AND day = ? AND at = ?"  # noqa: S608


def making_receipts(store: Store) -> None:
    """The table, where it is not there yet."""
    store.run(_MAKING)


def receipt(store: Store, community: UUID, day: date, counts: tuple[int, int], at: datetime) -> None:
    """What was there and what is left, inside the transaction that deletes. Where nothing went there is none."""
    before, after = counts
    if after < before:
        store.run(_KEEPING, [community.hex, day.isoformat(), before, after, milliseconds(at)])


def make_papers(store: Store) -> int:
    """A signed paper and a line among the destructions for every receipt, each once; how many."""
    rows = store.ask(_ASKING)
    here = set(Community.objects.values_list("pk", flat=True)) if rows else set()
    for whose, day, before, after, ms in rows:
        community = UUID(hex=whose)
        if community in here:  # one that is gone altogether has nobody to show a paper to
            _make(community, date.fromisoformat(day), (int(before), int(after)), moment(int(ms)))
        store.run(_TAKING, [whose, day, ms])
    return len(rows)


def _make(community: UUID, day: date, counts: tuple[int, int], at: datetime) -> None:
    key = ring().current
    assert key
    before, after = counts
    statement = _statement(community, day, counts, at)
    with transaction.atomic():
        _paper, is_new = Gone.objects.get_or_create(
            community_id=community,
            day_on=day,
            at=at,
            defaults={
                "before": before,
                "after": after,
                "statement": statement,
                "kid": key.public.kid,
                "signature": key.private.sign(statement.encode()),
            },
        )
        if is_new:
            record("scan", before - after, community_id=community, rule=DAYS, at=at)


def _statement(community: UUID, day: date, counts: tuple[int, int], at: datetime) -> str:
    told = {
        "what": "scans",
        "community": str(community),
        "day": day.isoformat(),
        "before": counts[0],
        "after": counts[1],
        "rule": DAYS,
        "at": at.astimezone(UTC).isoformat(timespec="seconds"),
    }
    return json.dumps(told, sort_keys=True)


def is_genuine(gone: Gone) -> bool:
    """Whether the paper was signed by a key of this house and says what its row says."""
    public = ring().public.get(gone.kid)
    told = json.loads(gone.statement)
    if public is None or (told["before"], told["after"], told["day"]) != (
        gone.before,
        gone.after,
        gone.day_on.isoformat(),
    ):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public.raw).verify(bytes(gone.signature), gone.statement.encode())
    except InvalidSignature:
        return False
    return True
