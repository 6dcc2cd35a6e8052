"""A red code from the gate to its close, the ladder when nobody acts, a mistake that is no shame, and one alert a day."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from linli.base.ids import uuid7
from linli.loops import by_hand, deadlines
from linli.loops.engine import Refused
from linli.loops.models import Case, Event, Remark
from linli.loops.pack import pack_for, shipped
from linli.loops.replanning import adopt
from linli.matters.alerts import forget, from_scans, raising
from linli.matters.alerts.loop import Alert
from linli.matters.alerts.models import Sighting
from linli.matters.alerts.tests.scene import DAY, HOUR, clock_runs, fresh, rows, scan, shop, take
from linli.registry.models import Person
from linli.registry.strangers import key_of
from linli.scans import notable
from linli.scans.record import Seen, record
from linli.scans.store import Store
from tests.town import T0, Town, make_town, minutes

pytestmark = pytest.mark.django_db

WORDS = "我三天前就转绿了,是手机没刷新"
STEPS = (
    ("keep_apart", 3, {"where": "门口蓝棚", "keeper": "孟春雨", "polite": True}),
    ("report", 9, {"to": "cdc", "taker": "疾控值班员", "number": "YC-0414-07"}),
    ("hear", 40, {"words": WORDS, "found": "partly"}),
)


def walked(case: Case, town: Town) -> Case:
    for step, minute, given in STEPS:
        take(case, step, town.patrol, minutes(minute), **given)
    return fresh(case)


def test_a_red_code_is_taken_from_the_gate_to_its_close() -> None:
    town = make_town()
    venue = shop(town)
    seen = scan(town, venue, who=key_of(town.facts["叶知秋"].phone), mode="reverse")
    case = from_scans.take(seen, at=T0)
    assert case
    assert from_scans.take(seen, at=minutes(1)) == case
    assert (case.title, case.state, case.due_at) == ("便民超市 · 叶*秋", "seen", minutes(15))
    assert (case.subject, case.scope) == (str(town.person["叶知秋"].pk), venue.path)
    before = rows()
    with pytest.raises(Refused) as refused:
        take(case, "keep_apart", town.patrol, minutes(2), where="门口")
    assert set(refused.value.faults) == {"keeper", "polite"}
    with pytest.raises(Refused, match="不在这个岗位"):
        take(case, "keep_apart", town.reception, minutes(2), **STEPS[0][2])
    assert rows() == before
    case = walked(case, town)
    assert (case.state, case.due_at) == ("verified", minutes(40) + 4 * HOUR)
    take(case, "hand_over", town.patrol, minutes(60), giver="孟春雨", taker="120 车组")
    assert fresh(case).holder_name == "120 车组"
    take(case, "close", town.desk, minutes(90), result="复核阴性,已送回", how="phone", upwards=True)
    assert (fresh(case).state, fresh(case).closed_at) == ("closed", minutes(90))
    ledger = str(list(Event.objects.filter(case=case).values("given")))
    for private in (WORDS, "门口蓝棚", "YC-0414-07", "复核阴性", "叶知秋"):
        assert private not in ledger
    assert Remark.objects.get(event__case=case, key="words").text == WORDS
    assert not [f for f in Person._meta.get_fields() if "colour" in f.name or "code" in f.name]


def test_the_ladder_climbs_when_nobody_acts() -> None:
    town = make_town()
    case = from_scans.take(scan(town, shop(town)), at=T0)
    assert case
    assert clock_runs(case, minutes(16)) == ["climbed", "climbed", "climbed", "overdue"]
    now = fresh(case)
    pack = pack_for(town.id, minutes(16))
    assert deadlines.told(now, pack) == ("patrol", "grid_lead", "desk", "director")
    assert deadlines.is_loud(now, pack)
    assert [e.at for e in Event.objects.filter(case=case, name="alert.climbed").order_by("seq")] == [
        minutes(2), minutes(5), minutes(10),
    ]  # fmt: skip


def test_a_mistake_is_a_normal_end_and_is_said_upwards_once_it_was_reported() -> None:
    town = make_town()
    venue = shop(town)
    early = from_scans.take(scan(town, venue, who=b"1" * 16), at=T0)
    late = from_scans.take(scan(town, venue, who=b"2" * 16), at=T0)
    assert early
    assert late
    assert early != late
    take(early, "clear", town.gatekeeper, minutes(4), reason="看错了,是绿码", how="face")
    assert fresh(early).state == "mistaken"
    late = walked(late, town)
    before = rows()
    with pytest.raises(Refused, match="不能再"):
        take(late, "clear", town.patrol, minutes(50), reason="看错了", how="face")
    with pytest.raises(Refused) as refused:
        take(late, "clear_reported", town.desk, minutes(50), reason="已转绿", how="face", upwards=False)
    assert set(refused.value.faults) == {"upwards"}
    assert rows() == before
    take(late, "clear_reported", town.desk, minutes(50), reason="已转绿", how="face", upwards=True)
    assert fresh(late).state == "mistaken"


def test_one_person_at_one_place_on_one_day_is_one_alert_and_afar_rings_once() -> None:
    town = make_town()
    here, there = shop(town), shop(town, "老李菜店")
    known = town.person["叶知秋"].pk.bytes
    first = from_scans.take(scan(town, here, who=known), at=T0)
    again = scan(town, here, who=known, colour="yellow", seen_at=minutes(20), mode="reverse")
    assert first
    assert from_scans.take(again, at=minutes(20)) == first
    assert from_scans.take(again, at=minutes(21)) == first
    others = (
        scan(town, there, who=known),
        scan(town, here, who=known, seen_at=T0 + DAY),
        scan(town, here, who=town.person["石敢当"].pk.bytes),
    )
    assert first not in [from_scans.take(one, at=minutes(30)) for one in others]
    crowd = {from_scans.take(scan(town, here), at=minutes(31)) for _ in range(5)}
    assert len(crowd) == 1, "a photographed poster scanned by the hundred is one alert, and one sighting each"
    told = [e.given.get("tell", "") for e in Event.objects.filter(name="alert.remarked").order_by("seq")]
    assert told == ["patrol", "", "", "", ""]
    assert (Case.objects.count(), Sighting.objects.count()) == (5, 10)
    before = rows()
    assert from_scans.take(scan(town, here, colour="green"), at=minutes(40)) is None
    assert rows() == before


def test_an_alert_is_raised_at_the_desk_and_beside_any_case_one_at_a_time() -> None:
    town = make_town()
    who = town.person["石敢当"]
    told = raising.Told(intent="a-1", seen="fever", what="咳嗽,脸红", person=who)
    case = raising.raise_alert(told, community=town.community, actor=town.desk, at=T0)
    assert raising.raise_alert(told, community=town.community, actor=town.desk, at=T0) == case
    assert (case.title, case.scope) == ("石*当", who.path)
    before = rows()
    empty = raising.Told(intent="a-2", seen="", what=" ", person=who)
    with pytest.raises(Refused) as refused:
        raising.raise_alert(empty, community=town.community, actor=town.desk, at=T0)
    assert set(refused.value.faults) == {"seen", "what"}
    with pytest.raises(Refused, match="已有一件"):
        raising.raise_alert(
            raising.Told(intent="a-3", seen="other", what="又来", person=who),
            community=town.community, actor=town.desk, at=T0,
        )  # fmt: skip
    with pytest.raises(Refused, match="不在这个岗位"):
        raising.raise_alert(
            raising.Told(intent="a-4", seen="other", what="看到了"),
            community=town.community, actor=town.clerk, at=T0,
        )  # fmt: skip
    assert rows() == before
    new = UUID("01800000-0000-7000-8000-000000000001")
    given = {"seen": "breach", "what": "封条撕了"}
    hand = {"beside": case.id, "new_id": new, "actor": town.home_care, "at": T0, "intent": "h-1"}
    with pytest.raises(Refused, match="已有一件"):
        by_hand.start(Alert, **hand, given=given)
    take(case, "clear", town.desk, minutes(1), reason="测过,正常", how="face")
    for _ in range(2):
        event = by_hand.start(Alert, **hand, given=given)
    assert (event.case_id, event.case.state, event.case.cause) == (new, "seen", case)
    assert "封条" not in str(event.given)


def test_an_old_pack_opens_nothing_and_stops_nobody_and_what_was_said_is_forgotten() -> None:
    town = make_town()
    venue = shop(town)
    case = from_scans.take(scan(town, venue, who=b"3" * 16), at=T0)
    assert case
    take(case, "clear", town.patrol, minutes(1), reason="看错了", how="face")
    left = T0 + timedelta(days=90, minutes=2)
    assert forget.forget(at=left - timedelta(minutes=2)) == 0
    assert [forget.forget(at=left) for _ in range(2)] == [1, 0]
    assert not Sighting.objects.exists()
    assert Remark.objects.get(event__case=case).text == ""
    old = "\n".join(row for row in shipped("covid-v9").splitlines() if not row.startswith('"alert.'))
    adopt(town.id, old, from_at=minutes(-1), at=T0, adopted_by="段秋实")
    before = rows()
    assert from_scans.take(scan(town, venue), at=T0) is None
    assert rows() == before


def test_a_scan_that_was_not_green_becomes_an_alert_soon_after_it_is_on_the_disk(store: Store) -> None:
    town = make_town()
    venue = shop(town)
    seen = [Seen(id=uuid7(), place=venue.pk, colour=colour, device_at=T0) for colour in ("green", "red", "")]
    assert record(seen, community_id=town.id, at=T0) == 3
    assert [notable.hand_on(minutes(1)) for _ in range(2)] == [1, 0]
    case = Case.objects.get()
    assert (case.title, case.anchors["colour"], case.opened_at) == ("便民超市", "red", minutes(1))


def test_what_comes_in_long_after_is_reported_and_heard_and_nobody_is_sent_to_the_door() -> None:
    town = make_town()
    venue = shop(town)
    cases = [from_scans.take(scan(town, venue, who=bytes([n]) * 16), at=T0 + n * HOUR) for n in (11, 13)]
    assert [case.state for case in cases if case] == ["seen", "apart"]
