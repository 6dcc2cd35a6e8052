"""What is due is deleted by the pack's days, and leaves a proof without anybody in it; a file that leaves is a reading."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from linli.base import clock
from linli.base.ids import uuid7
from linli.desk.kept_classes import CLASSES, SCAN
from linli.loops import shred
from linli.loops.models import Destruction
from linli.loops.pack import pack_for
from linli.matters.venues.tests.scanned import scan_path
from linli.registry import readings, running, uploads
from linli.registry.models import Import, Reading, Venue
from linli.scans import forget
from linli.scans.days import day_of, name_of
from linli.scans.models import Gone
from linli.scans.record import Seen, milliseconds, record
from linli.site import worker
from tests.town import T0, Town, make_town
from tests.trust.world import make_world

DAYS = 183
ROOT = Path(__file__).parents[2]


def look(town: Town, *, days_ago: float) -> Reading:
    """A reading of so long before T0."""
    return Reading.objects.create(
        community=town.community, reader_id=town.health.pk, reader_name="温知暖", owner_kind="person",
        owner_id=uuid7(), kind="phone", reason="核对", at=T0 - timedelta(days=days_ago),
    )  # fmt: skip


def finished(town: Town) -> Import:
    """An import that is done, with its result file."""
    made = Import.objects.create(
        community=town.community, kind="register", name="台账.xlsx", digest=uuid7().hex, size=1, state="done",
        uploaded_name="宋慎言", uploaded_at=T0, finished_at=T0,
    )  # fmt: skip
    uploads.result_place(made.id).write_bytes(b"names and numbers")
    return made


def test_readings_go_by_each_communitys_own_days_and_leave_a_proof(db: None) -> None:
    ours, other = make_town(), make_town(slug="bingding", name="丙丁社区")
    kept = [look(town, days_ago=DAYS - 0.01) for town in (ours, other)]
    for town, n in ((ours, 3), (other, 2)):
        for _ in range(n):
            look(town, days_ago=DAYS + 0.01)
    assert [readings.forget(at=T0, most=2) for _ in range(3)] == [4, 1, 0]
    assert set(Reading.objects.all()) == set(kept)
    rule = f"retention.audit_days={DAYS} · {pack_for(ours.id, T0).key}"
    told = Destruction.objects.values_list("community_id", "of", "count", "rule", "at")
    assert set(told) == {(ours.id, "reading", 3, rule, T0), (other.id, "reading", 2, rule, T0)}


def test_nothing_destroyed_leaves_nothing(db: None) -> None:
    town = make_town(nobody_known=True)
    assert readings.forget(at=T0) == 0
    shred.record("reading", 0, community_id=town.id, rule="x", at=T0)
    assert not Destruction.objects.exists()


def test_the_worker_forgets_readings_every_hour() -> None:
    every = {p.name: p.every for p in worker.passes()}
    assert every["readings"] == every["forget"] == every["sheets"] == every["tries"] == timedelta(hours=1)


def test_an_import_file_that_is_too_old_leaves_a_proof(db: None) -> None:
    town = make_town(nobody_known=True)
    made = finished(town)
    assert running.erase_old(T0 + timedelta(days=7)) == 1
    assert not uploads.result_place(made.id).exists()
    proof = Destruction.objects.get()
    assert (proof.of, proof.count, proof.rule) == ("import_file", 1, "7 days")


def test_taking_a_result_file_away_is_logged_and_only_importers_may(db: None) -> None:
    world = make_world()
    made = finished(world.ours)
    url = f"/desk/import/{made.id}/result.xlsx"
    assert world.signed_in(world.ours.health).get(url).status_code == 403
    assert world.signed_in(world.other.data_officer).get(url).status_code == 404
    assert not Reading.objects.exists()
    answer = world.signed_in(world.ours.data_officer).get(url)
    assert b"".join(answer.streaming_content) == b"names and numbers"
    reading = Reading.objects.get()
    assert (reading.reader_name, reading.owner_kind, reading.owner_id) == ("宋慎言", "import", made.id)
    assert (reading.kind, reading.reason) == ("result_file", "result file")
    Import.objects.filter(pk=made.pk).update(erased_at=clock.now())
    assert world.signed_in(world.ours.data_officer).get(url).status_code == 404
    assert Reading.objects.count() == 1


def test_going_through_a_preview_is_one_reading_an_hour_for_each_reader(db: None) -> None:
    world = make_world()
    made = finished(world.ours)
    Import.objects.filter(pk=made.pk).update(state="previewed", finished_at=None)
    for reader in (world.ours.data_officer, world.ours.data_officer, world.ours.director):
        assert world.signed_in(reader).get(f"/desk/import/{made.id}/").status_code == 200
    told = Reading.objects.order_by("at").values_list("reader_name", "owner_id", "kind")
    assert list(told) == [("宋慎言", made.id, "preview"), ("段秋实", made.id, "preview")]
    readings.looked_through(made, reader=world.ours.director, at=clock.now() + timedelta(hours=1, minutes=1))
    assert Reading.objects.count() == 3


@pytest.mark.parametrize(
    ("language", "says"), [("zh-hans", "谁看过原文的记录"), ("en", "who saw numbers in clear")]
)
def test_the_data_officer_reads_the_days_and_the_proofs(db: None, language: str, says: str) -> None:
    world = make_world()
    look(world.ours, days_ago=DAYS + 1)
    look(world.other, days_ago=DAYS + 1)
    readings.forget(at=T0)
    readings.handed_out(finished(world.ours), reader=world.ours.director, at=T0)
    client = world.signed_in(world.ours.data_officer)
    answer = client.get("/desk/retention/", headers={"Accept": "text/html", "Accept-Language": language})
    page = answer.content.decode()
    assert says in page
    assert "台账.xlsx" in page
    assert [d["count"] for d in answer.context["destructions"]] == [1]
    assert [each["days"] for each in answer.context["classes"]] == [
        30,
        *[90] * 13,
        30,
        *[90] * 7,
        183,
        183,
        7,
    ]
    last = {kept: each["last"] for kept, each in zip(CLASSES, answer.context["classes"], strict=True)}
    assert {kept: line["count"] for kept, line in last.items() if line} == {"reading": 1}
    assert client.get("/desk/settings/").content.decode().count("/desk/retention/") == 1
    assert world.signed_in(world.ours.health).get("/desk/retention/").status_code == 403


def test_no_class_that_is_destroyed_is_missing_on_the_page() -> None:
    """Every word under which something is recorded as destroyed stands among the classes."""
    told = set()
    for file in (ROOT / "linli").rglob("*.py"):
        told |= set(
            re.findall(r"record\(\s*\"(\w+)\", [\w() -]+, community_id=", file.read_text(encoding="utf-8"))
        )
    assert len(told) > 15
    assert told - set(CLASSES) == set()
    assert SCAN in told


def test_a_day_of_scans_that_went_stands_on_the_page_with_its_signed_counts(db: None) -> None:
    world = make_world()
    shop = Venue.objects.create(community=world.ours.community, name="晨光超市", kind="store", path="xysj/a/")
    at = clock.now()
    with scan_path() as store:
        for days in (40, 1):
            seen_at = at - timedelta(days=days)
            key = uuid7(milliseconds(seen_at))
            record([Seen(id=key, place=shop.pk, device_at=seen_at)], community_id=world.ours.id, at=seen_at)
        assert store.tables() >= {name_of(clock.local(at - timedelta(days=days)).date()) for days in (40, 1)}
        forget.forget(at=at)
        client = world.signed_in(world.ours.data_officer)
        context = client.get("/desk/retention/", headers={"Accept": "text/html"}).context
        [paper] = context["papers"]
        assert (paper["before"], paper["after"], paper["proof"]["shape"]) == (1, 0, "pass")
        scans = dict(zip(CLASSES, context["classes"], strict=True))[SCAN]
        assert (scans["days"], scans["last"]["count"]) == (30, 1)
        days_left = {day for table in store.tables() if (day := day_of(table))}
        assert scans["there"] == f"{len(days_left)} 天的"
        assert min(days_left) >= clock.local(at).date() - timedelta(days=30)
        Gone.objects.update(before=9)
        again = client.get("/desk/retention/", headers={"Accept": "text/html"})
        assert "签名不符" in again.content.decode()
