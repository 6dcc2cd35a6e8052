"""Days of scans that are over: each goes whole in a moment, and leaves a signed paper with the counts before and after."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import transaction

from linli.base.clock import LOCAL, local
from linli.codes.ring import ring
from linli.loops.pack import pack_for
from linli.loops.shred import record
from linli.registry.models import Community
from linli.scans.days import ODD_TABLE, day_of
from linli.scans.models import Gone
from linli.scans.record import milliseconds
from linli.scans.store import NOTABLE, SPANS, Store, opened

DAYS = "retention.scan_days"
"""Where the pack says how many days a scan is kept."""


_DROP_TOLD = f"DELETE FROM {NOTABLE} WHERE community = ? AND told IS NOT NULL AND at < ?"  # noqa: S608


def forget(*, at: datetime) -> int:
    """Drop what is over, community by community; a day that nobody keeps any more goes as a table. How many days."""
    keeps = {c.pk: _kept_until(c.pk, at) for c in Community.objects.all()}
    if not keeps:
        return 0
    done = 0
    with opened() as store:
        for table in sorted(store.tables() - {NOTABLE}):
            done += (
                _forget_odd(store, keeps, at) if table == ODD_TABLE else _forget_day(store, table, keeps, at)
            )
        for community, first in keeps.items():
            if first:
                values = [community.bytes, _begin(first)]
                store.run(_DROP_TOLD, values)
    return done


def _kept_until(community_id: UUID, at: datetime) -> date | None:
    """The first day that is still kept; None where the pack names no days: deleting is a rule, never a guess."""
    days = pack_for(community_id, at).get(DAYS, 0)
    return local(at).date() - timedelta(days=days) if days else None


def _forget_day(store: Store, table: str, keeps: dict[UUID, date | None], at: datetime) -> int:
    day = day_of(table)
    assert day
    over = {community for community, first in keeps.items() if first and day < first}
    if not over:
        return 0
    counts = _counts(store, table)
    if set(counts) <= over:
        _prove(day, {c: (counts.get(c, 0), 0) for c in over if counts.get(c)}, at)
        store.run(f"DROP TABLE {table}")
        store.run(f"DELETE FROM {SPANS} WHERE name = ?", [table])  # noqa: S608
        return 1
    for community in over & set(counts):
        _prove(day, {community: (counts[community], 0)}, at)
        store.run(f"DELETE FROM {table} WHERE community = ?", [community.bytes])  # noqa: S608
    return int(bool(over & set(counts)))


def _forget_odd(store: Store, keeps: dict[UUID, date | None], at: datetime) -> int:
    """Facts of wild clocks go by the server's time; their proof bears the first day that is kept."""
    done = 0
    for community, first in keeps.items():
        if not first:
            continue
        where, values = "community = ? AND at < ?", [community.bytes, _begin(first)]
        [(before,)] = store.ask(f"SELECT count(*) FROM {ODD_TABLE} WHERE {where}", values)  # noqa: S608
        if before:
            _prove(first, {community: (before, 0)}, at)
            store.run(f"DELETE FROM {ODD_TABLE} WHERE {where}", values)  # noqa: S608
            done += 1
    return done


def _counts(store: Store, table: str) -> dict[UUID, int]:
    rows = store.ask(f"SELECT community, count(*) FROM {table} GROUP BY community")  # noqa: S608
    return {UUID(bytes=community): int(n) for community, n in rows}


def _begin(day: date) -> int:
    return milliseconds(datetime.combine(day, time.min, LOCAL))


def _prove(day: date, counts: dict[UUID, tuple[int, int]], at: datetime) -> None:
    """The paper is written before the rows go: a crash between leaves a paper too many, never rows without one."""
    key = ring().current
    assert key
    with transaction.atomic():
        for community, (before, after) in counts.items():
            told = {
                "what": "scans",
                "community": str(community),
                "day": day.isoformat(),
                "before": before,
                "after": after,
                "rule": DAYS,
                "at": at.astimezone(UTC).isoformat(timespec="seconds"),
            }
            statement = json.dumps(told, sort_keys=True)
            Gone.objects.create(
                community_id=community,
                day_on=day,
                before=before,
                after=after,
                at=at,
                statement=statement,
                kid=key.public.kid,
                signature=key.private.sign(statement.encode()),
            )
            record("scan", before, community_id=community, rule=DAYS, at=at)


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
