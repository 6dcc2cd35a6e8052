"""Days of scans that are over: each goes whole in a moment, and leaves a signed paper with the counts before and after.

What went is counted in the transaction in which it goes, beside the rows themselves (`gone.RECEIPTS`); the paper is made of
that afterwards. So no paper says what did not happen, and a crash between leaves a receipt whose paper comes later.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from uuid import UUID

from linli.loops.pack import pack_for
from linli.registry.models import Community
from linli.scans.days import ODD_TABLE, day_of
from linli.scans.gone import make_papers, making_receipts, receipt
from linli.scans.kept import begin, first_kept
from linli.scans.record import milliseconds
from linli.scans.store import NOTABLE, SPANS, Store, opened

log = logging.getLogger(__name__)

_DROP_TOLD = f"DELETE FROM {NOTABLE} WHERE community = ? AND told IS NOT NULL AND at < ?"  # noqa: S608
Keeps = dict[UUID, date | None]
"""The first day that each community keeps; None keeps all."""


def forget(*, at: datetime) -> int:
    """Drop what is over, community by community; a day that nobody keeps any more goes as a table. How many days.

    A day that cannot be dropped stays, without a paper, and does not hold up the others. Raises what the first one said.
    """
    keeps = {c.pk: first_kept(pack_for(c.pk, at), at) for c in Community.objects.all()}
    if not keeps:
        return 0
    done, faults = 0, []
    with opened() as store:
        making_receipts(store)
        for table in sorted(store.tables() - {NOTABLE}):
            try:
                done += _forget_table(store, table, keeps, at)
            except Exception as fault:
                log.exception("scans: %s was not dropped", table)
                faults.append(fault)
        make_papers(store)
        for community, first in keeps.items():
            if first:
                store.run(_DROP_TOLD, [community.bytes, milliseconds(begin(first))])
    if faults:
        raise faults[0]
    return done


def _forget_table(store: Store, table: str, keeps: Keeps, at: datetime) -> int:
    return _forget_odd(store, keeps, at) if table == ODD_TABLE else _forget_day(store, table, keeps, at)


def _forget_day(store: Store, table: str, keeps: Keeps, at: datetime) -> int:
    day = day_of(table)
    assert day
    over = {community for community, first in keeps.items() if first and day < first}
    if not over:
        return 0
    counts = _counts(store, table)
    if set(counts) <= over:
        return _drop(store, table, over, at)
    where = "community = ?"
    return sum(_delete(store, table, where, [c.bytes], (c, day, at)) for c in sorted(over & set(counts)))


def _drop(store: Store, table: str, over: AbstractSet[UUID], at: datetime) -> int:
    """The whole table, where it still holds nobody else's rows. What is counted is what the same transaction drops."""
    day = day_of(table)
    assert day
    with store.together():
        before = _counts(store, table)
        if not set(before) <= over:
            return 0
        store.run(f"DROP TABLE {table}")
        if table in store.tables():
            raise RuntimeError(f"{table} is still there")
        store.run(f"DELETE FROM {SPANS} WHERE name = ?", [table])  # noqa: S608
        for community, n in before.items():
            receipt(store, community, day, (n, 0), at)
    return 1


def _forget_odd(store: Store, keeps: Keeps, at: datetime) -> int:
    """Facts of wild clocks go by the server's time; their proof bears the first day that is kept."""
    return sum(
        _delete(
            store, ODD_TABLE, "community = ? AND at < ?",
            [community.bytes, milliseconds(begin(first))], (community, first, at),
        )
        for community, first in keeps.items()
        if first
    )  # fmt: skip


def _delete(
    store: Store, table: str, where: str, values: Sequence[object], whose: tuple[UUID, date, datetime]
) -> int:
    """Rows of one community out of a table that others still need."""
    community, day, at = whose

    def count() -> int:
        [(n,)] = store.ask(f"SELECT count(*) FROM {table} WHERE {where}", values)  # noqa: S608
        return int(n)

    with store.together():
        before = count()
        if before:
            store.run(f"DELETE FROM {table} WHERE {where}", values)  # noqa: S608
        after = count() if before else 0
        receipt(store, community, day, (before, after), at)
    return int(after < before)


def _counts(store: Store, table: str) -> dict[UUID, int]:
    rows = store.ask(f"SELECT community, count(*) FROM {table} GROUP BY community")  # noqa: S608
    return {UUID(bytes=community): int(n) for community, n in rows}
