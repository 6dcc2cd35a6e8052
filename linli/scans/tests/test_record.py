"""The same fact is kept once, on the day its device made it, with a time that can be believed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.base.ids import uuid7
from linli.scans.days import ODD_TABLE, day_of, name_of, table_of
from linli.scans.looking import heads_today, visits_of
from linli.scans.record import AHEAD, BEFORE, ODD, Seen, milliseconds, record, row_of
from linli.scans.store import Store
from linli.scans.tests.conftest import Shop
from tests.town import T0, minutes

NOON = minutes(12 * 60)


def seen(shop: Shop, at: object = NOON, **more: object) -> Seen:
    return Seen(id=uuid7(milliseconds(at)), place=shop.id, **more)  # type: ignore[arg-type]


def kept(shop: Shop, *facts: Seen, at: object = NOON) -> int:
    return record(facts, community_id=shop.town.id, at=at)  # type: ignore[arg-type]


def test_the_same_again_is_the_same_fact_and_heads_are_counted(shop: Shop) -> None:
    first, second = seen(shop, party=3, who=b"w" * 16), seen(shop, way="out")
    assert kept(shop, first, second) == 2
    assert kept(shop, first, at=NOON + timedelta(days=2)) == 0, "a retry meets it whenever it comes"
    assert heads_today([shop.id], at=NOON) == {shop.id: 3}, "whoever goes out was counted going in"
    [visit] = visits_of([b"w" * 16], since=T0, until=NOON, community_id=shop.town.id)
    assert (visit.place, visit.seen_at) == (shop.id, NOON)


def test_a_word_that_is_none_of_ours_writes_nothing(shop: Shop, store: Store) -> None:
    with pytest.raises(KeyError):
        kept(shop, seen(shop), seen(shop, colour="purple"))
    assert heads_today([shop.id], at=NOON) == {}


def test_a_clock_that_cannot_be_believed_is_kept_beside(shop: Shop, store: Store) -> None:
    late = seen(shop, NOON - timedelta(days=1), device_at=NOON - timedelta(days=1))
    wild = seen(shop, NOON + timedelta(days=400))
    early = seen(shop, NOON, device_at=NOON + AHEAD + timedelta(seconds=1))
    assert kept(shop, late, wild, early) == 3
    rows = {
        key: (at, flags, table)
        for table in store.tables()
        if table != "scans_notable"
        for key, at, flags in store.ask(f"SELECT id, seen_at, flags FROM {table}")
    }
    assert rows[late.id.bytes] == (milliseconds(late.device_at), 0, "scans_20220414")  # type: ignore[arg-type]
    assert rows[wild.id.bytes] == (milliseconds(NOON), ODD, ODD_TABLE)
    assert rows[early.id.bytes] == (milliseconds(NOON), 0, "scans_20220415"), "the id's own time is believed"
    assert kept(shop, wild) == 0
    old = row_of(seen(shop, NOON - BEFORE - timedelta(hours=1)), b"c" * 16, milliseconds(NOON))
    assert (old[11], old[13]) == (milliseconds(NOON), ODD)


def test_the_day_is_local_and_comes_from_the_id_alone() -> None:
    before_midnight = minutes(-71)  # 23:59 of the fourteenth
    at = milliseconds(minutes(0))
    row = row_of(Seen(id=uuid7(milliseconds(before_midnight)), place=uuid7()), b"c" * 16, at)
    assert table_of(row, set()) == "scans_20220414"
    assert day_of("scans_20220414") and name_of(day_of("scans_20220414")) == "scans_20220414"  # type: ignore[arg-type]
    far = (*row[:12], at + 10 * 86_400_000, 0)
    assert table_of(far, set()) == ODD_TABLE
    assert table_of(far, {"scans_20220414"}) == "scans_20220414", "what is there is met again"
