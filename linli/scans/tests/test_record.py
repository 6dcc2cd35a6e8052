"""The same fact is kept once, on the day its device made it, with a time that can be believed."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.db import connection

from linli.base.ids import uuid7
from linli.scans import forget
from linli.scans.days import ODD_TABLE, day_of, name_of, table_of
from linli.scans.looking import heads_today, visits_of
from linli.scans.record import AHEAD, BEFORE, LATE, ODD, Seen, milliseconds, record, row_of
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


def test_paper_that_comes_in_late_lies_in_its_own_day_with_both_times_and_goes_with_it(
    shop: Shop, store: Store
) -> None:
    day = T0 - timedelta(days=10)
    paper = seen(shop, day, device_at=day, who=b"p" * 16, mode="by_hand")
    older = seen(shop, day - timedelta(days=30), device_at=day - timedelta(days=30))
    since = T0 - timedelta(days=30)
    for _ in range(2):
        record([paper, older], community_id=shop.town.id, at=T0, since=since)
    kept_ = store.ask("SELECT id, seen_at, at, flags FROM scans_20220405")
    assert kept_ == [(paper.id.bytes, milliseconds(day), milliseconds(T0), LATE)]
    assert store.ask(f"SELECT id, seen_at, flags FROM {ODD_TABLE}") == [
        (older.id.bytes, milliseconds(T0), ODD)
    ], "before what is kept nothing is believed"
    gate = seen(shop, day, device_at=day)
    kept(shop, gate, at=T0)
    rows = store.ask("SELECT seen_at, flags FROM scans_20220405 WHERE id = ?", [gate.id.bytes])
    assert rows == [(milliseconds(T0), ODD)], "a device is not believed that far"
    forget.forget(at=T0 + timedelta(days=21))
    assert "scans_20220405" not in store.tables()


def test_tracing_finds_what_came_in_late_from_paper(shop: Shop) -> None:
    day = T0 - timedelta(days=10)
    paper = seen(shop, day, device_at=day, who=b"p" * 16, mode="by_hand")
    record([paper], community_id=shop.town.id, at=T0, since=T0 - timedelta(days=30))
    [found] = visits_of([b"p" * 16], since=day - timedelta(hours=1), until=T0, community_id=shop.town.id)
    assert (found.place, found.seen_at) == (shop.id, day)


def test_a_page_that_reads_scans_opens_no_connection_of_its_own(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("scans lie in a file of their own there")
    kept(shop, seen(shop, party=2))
    monkeypatch.setattr(psycopg, "connect", lambda *_a, **_k: pytest.fail("a connection was opened"))
    assert heads_today([shop.id], at=NOON) == {shop.id: 2}
