"""Who met whom, beside a brute force that reads everything; colours that are handed on; days that are gone."""

from __future__ import annotations

import os
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from linli.base.ids import uuid7
from linli.loops.models import Destruction
from linli.scans import forget, notable
from linli.scans import gone as gone_papers
from linli.scans.looking import Met, met
from linli.scans.models import Gone
from linli.scans.notable import Notable
from linli.scans.record import Seen, milliseconds, record
from linli.scans.store import Store
from linli.scans.tests.conftest import Shop, make_shop
from tests.town import T0, make_town, minutes

DAYS = 6
WITHIN = timedelta(minutes=20)


@pytest.mark.parametrize("seed", range(4))
def test_whoever_was_there_at_the_time_is_found_and_nobody_else(shop: Shop, store: Store, seed: int) -> None:
    dice = random.Random(seed)
    people = [dice.randbytes(16) for _ in range(14)]
    places = [shop.id, *(uuid7() for _ in range(3))]
    facts = []
    for _ in range(500):
        at = T0 + timedelta(seconds=dice.randrange(DAYS * 86_400))
        made = at + timedelta(hours=dice.choice((0, 0, 0, 30)))  # some phones send a day late
        who = dice.choice([*people, None])
        facts.append(Seen(id=uuid7(milliseconds(made)), place=dice.choice(places), who=who, device_at=at))
    for fact in facts:
        record([fact], community_id=shop.town.id, at=fact.device_at + timedelta(hours=31))  # type: ignore[operator]
    traced = people[:2]  # two keys of one person
    since, until = minutes(60), T0 + timedelta(days=DAYS, hours=-1)
    assert found(shop, traced, since, until) == by_force(facts, traced, since, until)
    elsewhere = make_shop(make_town("hpl", "和平里社区"))
    assert met(traced, since=since, until=until, within=WITHIN, community_id=elsewhere.town.id) == []


def found(shop: Shop, traced: list[bytes], since: object, until: object) -> dict[bytes, tuple[int, object]]:
    people: list[Met] = met(traced, since=since, until=until, within=WITHIN, community_id=shop.town.id)  # type: ignore[arg-type]
    assert [m.times for m in people] == sorted((m.times for m in people), reverse=True)
    return {m.who: (m.times, m.last_at) for m in people}


def by_force(
    facts: list[Seen], traced: list[bytes], since: object, until: object
) -> dict[bytes, tuple[int, object]]:
    """Every passage of another beside every one of the traced person, each passage once."""
    own = [f for f in facts if f.who in traced and since <= f.device_at <= until]  # type: ignore[operator]
    near: dict[bytes, list[object]] = defaultdict(list)
    for fact in facts:
        if fact.who is None or fact.who in traced:
            continue
        if any(o.place == fact.place and abs(o.device_at - fact.device_at) <= WITHIN for o in own):  # type: ignore[operator]
            near[fact.who].append(fact.device_at)
    return {who: (len(times), max(times)) for who, times in near.items()}  # type: ignore[type-var]


def test_a_colour_that_leads_to_something_is_handed_on_until_it_was_taken(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Notable] = []
    refuses = [True]

    def react(fact: Notable, at: object) -> None:
        if refuses:
            refuses.clear()
            raise RuntimeError("not now")
        told.append(fact)

    monkeypatch.setattr(notable, "_reactions", [react])
    who = os.urandom(16)
    red = Seen(id=uuid7(milliseconds(T0)), place=shop.id, colour="red", who=who, mode="reverse")
    calm = Seen(id=uuid7(milliseconds(T0)), place=shop.id, colour="green")
    for _again in range(2):
        record([red, calm], community_id=shop.town.id, at=T0)
    assert [notable.hand_on(T0) for _ in range(3)] == [0, 1, 0]
    [fact] = told
    assert (fact.id, fact.place, fact.who, fact.colour, fact.mode) == (red.id, shop.id, who, "red", "reverse")


def test_days_that_are_over_are_gone_with_a_signed_count(shop: Shop, store: Store) -> None:
    for day, n in ((0, 5), (1, 3), (40, 2)):
        at = T0 + timedelta(days=day)
        facts = [Seen(id=uuid7(milliseconds(at)), place=shop.id) for _ in range(n)]
        record(facts, community_id=shop.town.id, at=at)
    wild = T0 + timedelta(days=400)
    record([Seen(id=uuid7(milliseconds(wild)), place=shop.id)], community_id=shop.town.id, at=T0)
    later = T0 + timedelta(days=31, hours=1)
    assert forget.forget(at=later) == 2, "the first day, and what a wild clock made"
    assert forget.forget(at=later) == 0
    assert "scans_20220415" not in store.tables()
    assert {"scans_20220416", "scans_20220525"} <= store.tables()
    papers = {(g.day_on.isoformat(), g.before, g.after) for g in Gone.objects.all()}
    assert papers == {("2022-04-15", 5, 0), ("2022-04-16", 1, 0)}
    assert {(d.of, d.count) for d in Destruction.objects.filter(of="scan")} == {("scan", 6)}
    gone = Gone.objects.get(day_on="2022-04-15")
    assert gone_papers.is_genuine(gone)
    gone.before = 4
    assert not gone_papers.is_genuine(gone)


def test_a_day_that_another_community_still_keeps_loses_only_its_own_rows(shop: Shop, store: Store) -> None:
    other = make_shop(make_town("hpl", "和平里社区"))
    for one in (shop, other):
        record([Seen(id=uuid7(milliseconds(T0)), place=one.id)], community_id=one.town.id, at=T0)
    gone_papers.making_receipts(store)
    keeps = {shop.town.id: date(2022, 4, 16), other.town.id: None}
    assert forget._forget_day(store, "scans_20220415", keeps, T0 + timedelta(days=40)) == 1
    assert store.ask("SELECT community FROM scans_20220415") == [(other.town.id.bytes,)]
    assert gone_papers.make_papers(store) == 1
    assert [(g.community_id, g.before, g.after) for g in Gone.objects.all()] == [(shop.town.id, 1, 0)]


def nothing_is_claimed(store: Store, rows: int) -> None:
    assert store.ask("SELECT count(*) FROM scans_20220415") == [(rows,)]
    assert store.ask(f"SELECT count(*) FROM {gone_papers.RECEIPTS}") == [(0,)]
    assert not Gone.objects.exists()
    assert not Destruction.objects.exists()


@pytest.mark.parametrize("shared", [False, True])
def test_a_day_that_would_not_go_leaves_no_paper_and_does_not_hold_up_the_next(
    shop: Shop, store: Store, monkeypatch: pytest.MonkeyPatch, shared: bool
) -> None:
    other = make_shop(make_town("hpl", "和平里社区"))
    for n in range(3):
        at = T0 + timedelta(days=n // 2)
        record([Seen(id=uuid7(milliseconds(at)), place=shop.id)], community_id=shop.town.id, at=at)
    if shared:
        record([Seen(id=uuid7(milliseconds(T0)), place=other.id)], community_id=other.town.id, at=T0)
        first = forget.first_kept
        monkeypatch.setattr(
            forget, "first_kept", lambda pack, at: None if pack.key == "longer" else first(pack, at)
        )
        pack = forget.pack_for
        longer = replace(pack(other.town.id, T0), key="longer")
        monkeypatch.setattr(forget, "pack_for", lambda c, at: longer if c == other.town.id else pack(c, at))
    run = type(store).run

    def jammed(self: Store, sql: str, values: Sequence[object] = ()) -> int:
        if sql.startswith(("DROP", "DELETE FROM scans_20")) and "scans_20220415" in sql:
            raise OSError("the disk says no")
        return run(self, sql, values)

    monkeypatch.setattr(type(store), "run", jammed)
    with pytest.raises(OSError, match="says no"):
        forget.forget(at=T0 + timedelta(days=40))
    monkeypatch.setattr(type(store), "run", run)
    assert {(g.day_on.isoformat(), g.before, g.after) for g in Gone.objects.all()} == {("2022-04-16", 1, 0)}
    assert "scans_20220416" not in store.tables()
    Gone.objects.all().delete()
    Destruction.objects.all().delete()
    nothing_is_claimed(store, 3 if shared else 2)
    assert forget.forget(at=T0 + timedelta(days=40, hours=1)) == 1
    [gone] = Gone.objects.all()
    assert (gone.before, gone.after, gone.community_id) == (2, 0, shop.town.id)


def test_a_delete_that_does_nothing_is_not_claimed(
    shop: Shop, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    record([Seen(id=uuid7(milliseconds(T0)), place=shop.id)], community_id=shop.town.id, at=T0)
    run = type(store).run

    def idle(self: Store, sql: str, values: Sequence[object] = ()) -> int:
        return 0 if sql.startswith("DROP") else run(self, sql, values)

    monkeypatch.setattr(type(store), "run", idle)
    with pytest.raises(RuntimeError, match="still there"):
        forget.forget(at=T0 + timedelta(days=40))
    nothing_is_claimed(store, 1)


def test_a_crash_before_the_paper_leaves_a_receipt_and_one_paper_follows(
    shop: Shop, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    record([Seen(id=uuid7(milliseconds(T0)), place=shop.id)], community_id=shop.town.id, at=T0)
    with monkeypatch.context() as crash:
        crash.setattr(forget, "make_papers", lambda store: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            forget.forget(at=T0 + timedelta(days=40))
    assert "scans_20220415" not in store.tables()
    assert not Gone.objects.exists()
    for hours in (1, 2):
        assert forget.forget(at=T0 + timedelta(days=40, hours=hours)) == 0
    [gone] = Gone.objects.all()
    assert (gone.before, gone.after, gone.at) == (1, 0, T0 + timedelta(days=40))
    assert gone_papers.is_genuine(gone)
    assert [(d.of, d.count) for d in Destruction.objects.all()] == [("scan", 1)]
