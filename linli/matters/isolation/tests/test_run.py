"""Twenty-one days behind a door with the clock as argument: a missed evening, a fever, a new policy, the release."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from linli.base.clock import local
from linli.loops import deadlines, engine, seal
from linli.loops.engine import Refused
from linli.loops.models import Case, Event
from linli.loops.pack import pack_for, shipped
from linli.loops.relay import pump
from linli.loops.replanning import adopt
from linli.matters.isolation import forget, links
from linli.matters.isolation import monitoring as lists
from linli.matters.isolation.models import HealthLink, Observation
from linli.matters.isolation.observing import PAGE, PHONE, Told, receive, review
from linli.matters.isolation.opening import open_for
from linli.notify.models import Channel, Delivery
from linli.registry.models import Person
from tests.town import Town, make_town, minutes

ZERO = minutes(0)
"""01:10 in Changzhi; the first report is owed this morning, from 05:00 to 10:00."""
OUT = {"last_test": "negative", "tested_where": "市人民医院", "checked": True}
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MORNING, EVENING = timedelta(hours=6, minutes=50), timedelta(hours=17, minutes=50)
"""08:00 and 19:00 of the first day."""


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def behind_the_door(town: Town, name: str = "叶知秋", pack: str = "covid-v8") -> tuple[Case, Case]:
    """Somebody who met a case, since ZERO: the isolation and its health report."""
    adopt(town.id, shipped(pack), from_at=minutes(-1), at=ZERO, adopted_by="段秋实")
    who = Person.objects.select_related("household__dwelling__compound").get(pk=town.person[name].pk)
    case = open_for(who, "close_contact", day_zero=ZERO, actor=town.health, at=ZERO, intent=f"open-{name}")
    return case, Case.objects.get(loop="health_report", cause=case)


def tell(report: Case, at: datetime, celsius: str = "36.5", *symptoms: str, **more: object) -> Observation:
    """A report of the resident's own, or as `more` says."""
    told = {"channel": PAGE, "intent": f"t-{at.isoformat()}"} | more
    return receive(report.id, Told(celsius=Decimal(celsius), symptoms=symptoms, **told), at=at)  # type: ignore[arg-type]


def owed(report: Case) -> tuple[str, str]:
    report.refresh_from_db()
    window = (datetime.fromisoformat(report.anchors[key]) for key in ("report_from", "report_by"))
    opens, closes = map(local, window)
    return f"{opens:%d %H:%M}", f"{closes:%H:%M}"


def wakes(case: Case) -> list[tuple[str, datetime, list[str]]]:
    """What the clock did to a case: word, when, who is told by then."""
    rows = Event.objects.filter(case=case, given__has_key="told").order_by("seq")
    return [(e.verb, e.at, e.given["told"]) for e in rows]


def tick(until: datetime) -> None:
    """Let the clock look as often as it wants until a moment."""
    while case := Case.objects.open().filter(wake_at__lte=until).order_by("wake_at").first():
        assert case.wake_at
        deadlines.wake(case.id, at=case.wake_at)


def listed(town: Town, at: datetime) -> dict[str, str]:
    return {w.case.title: w.list for w in lists.watched(town.id, [town.community.path], at)}


def test_twenty_one_days_with_a_missed_evening_a_fever_and_the_release(town: Town) -> None:
    case, report = behind_the_door(town)
    title = case.title
    ends = ZERO + 21 * DAY
    assert owed(report) == ("15 05:00", "10:00")
    for day in range(21):
        at = ZERO + day * DAY
        if day == 3:
            _missed_evening(town, report)
        tell(report, at + MORNING)
        if day == 2:
            continue
        if day == 9:
            _fever(town, report, at)
        row = tell(report, at + EVENING)
        if day == 9:
            assert (row.doubts, listed(town, at + EVENING)[title]) == (["cleared"], lists.REVIEW)
            review(row.id, community_id=town.id, actor=town.health, at=at + EVENING)
        assert listed(town, at + EVENING)[title] == lists.WELL
    assert Observation.objects.count() == 21 * 2 - 1 + 1 + 1
    engine.advance(case.id, "finish", actor=town.health, given={}, at=ZERO + 14 * DAY, intent="finish")
    out = {**OUT, "tested_at": (ends - HOUR / 2).isoformat()}
    with pytest.raises(Refused, match="才满"):
        engine.advance(
            case.id, "release", actor=town.health, given=out, at=ends - timedelta(minutes=1), intent="early"
        )
    with pytest.raises(Refused, match="第 7 天"):
        engine.advance(case.id, "release", actor=town.health, given=out, at=ends, intent="test-early")
    out["tested_at"] = ends.isoformat()
    engine.advance(case.id, "release", actor=town.health, given=out, at=ends, intent="release")
    for each in (case, report):
        each.refresh_from_db()
    assert (case.state, report.state, report.closed_at) == ("released", "ended", ends)
    with pytest.raises(Refused, match="已经办结"):
        tell(report, ends + HOUR)
    assert Observation.objects.filter(received_at__gt=ends).count() == 0
    assert seal.verify(town.id) is None
    assert not Case.objects.open().exists()
    assert Event.objects.filter(name="health_report.kept").count() == 43, (
        "one line a report, none for the rest"
    )


def _missed_evening(town: Town, report: Case) -> None:
    """The evening of day 2 closes at 20:00: soft at 21:00, broken at 23:00, the doctor half an hour later."""
    closes = ZERO + 2 * DAY + timedelta(hours=18, minutes=50)
    tick(closes + 4 * HOUR)
    assert wakes(report) == [
        ("reminded", closes + HOUR, ["grid_lead"]),
        ("overdue", closes + 3 * HOUR, ["grid_lead", "desk"]),
        ("climbed", closes + 3.5 * HOUR, ["grid_lead", "desk", "health"]),
        ("climbed", closes + 4 * HOUR, ["grid_lead", "desk", "health", "director"]),
    ]
    assert listed(town, closes + 4 * HOUR)[report.title] == lists.MISSING
    tell(report, ZERO + 3 * DAY + MORNING - HOUR, channel=PHONE, intent="called")
    report.refresh_from_db()
    assert (report.rung, report.overdue_at) == (0, None)
    assert owed(report)[0] == "18 15:00", (
        "the morning counts; the lost evening stays lost and is not owed twice"
    )


def _fever(town: Town, report: Case, at: datetime) -> None:
    """37.3 is a fever, one alert however often it is told, and whoever watches is told in the same transaction."""
    row = tell(report, at + MORNING + HOUR, "37.3", intent="hot")
    fever = Case.objects.get(loop="fever")
    assert (fever.state, fever.cause, fever.due_at) == (
        "seen",
        report,
        row.received_at + timedelta(minutes=15),
    )
    assert listed(town, at + MORNING + HOUR)[report.title] == lists.SYMPTOMATIC
    steps = (
        ("call", {"doctor": "葛医生", "advice": "多喝水,晚上再量"}),
        ("settle", {"reason": "复测 36.6"}),
    )
    for n, (step, given) in enumerate(steps):
        when = at + MORNING + HOUR + timedelta(minutes=5 * (n + 1))
        engine.advance(fever.id, step, actor=town.health, given=given, at=when, intent=f"fever-{n}")
    fever.refresh_from_db()
    assert fever.state == "settled"


def test_from_37_3_or_any_symptom_on_an_alert_is_open_in_the_same_transaction(town: Town) -> None:
    _case, report = behind_the_door(town)
    for n, (celsius, symptoms, alerts) in enumerate(
        [("37.2", (), 0), ("36.4", ("干咳",), 1), ("38.9", (), 1), ("36.4", (), 1)]
    ):
        tell(report, ZERO + MORNING + n * HOUR / 10, celsius, *symptoms)
        assert Case.objects.open().filter(loop="fever").count() == alerts
    opened = Event.objects.get(name="fever.opened")
    assert opened.given == {}, "neither temperature nor symptom stands in the ledger"
    for event in Event.objects.filter(name="health_report.kept"):
        assert set(event.given) == {"observation", "alert", "channel"}


def test_when_the_alert_cannot_be_opened_nothing_of_the_report_is_written(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linli.matters.isolation.loop import Fever

    _case, report = behind_the_door(town)
    written = (Event.objects.count(), owed(report))

    def broken(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(Fever, "opening", staticmethod(broken))
    with pytest.raises(RuntimeError):
        tell(report, ZERO + MORNING, "39.0")
    assert (Event.objects.count(), owed(report)) == written
    assert not Observation.objects.exists()


def test_a_report_sent_twice_is_one_report(town: Town) -> None:
    _case, report = behind_the_door(town)
    first = tell(report, ZERO + MORNING, intent="one")
    again = tell(report, ZERO + MORNING + HOUR, "39.9", intent="one")
    assert again == first
    assert Observation.objects.count() == Event.objects.filter(name="health_report.kept").count() == 1
    _other, theirs = behind_the_door(town, "蓝采薇")
    with pytest.raises(Refused):
        tell(theirs, ZERO + MORNING, intent="one")
    assert Observation.objects.count() == 1


def test_the_window_a_report_counts_for_decides_what_is_owed_next(town: Town) -> None:
    _case, report = behind_the_door(town)
    tell(report, ZERO + HOUR)  # 02:10, before the first window: welcome, but this morning is still owed
    assert owed(report) == ("15 05:00", "10:00")
    tell(report, ZERO + MORNING)
    assert owed(report) == ("15 15:00", "20:00")
    tell(
        report, ZERO + MORNING + HOUR
    )  # a second one in the morning owes nothing more and pays nothing ahead
    assert owed(report) == ("15 15:00", "20:00")
    tell(report, ZERO + EVENING)
    assert owed(report) == ("16 05:00", "10:00")


def test_what_looks_wrong_waits_for_a_person(town: Town) -> None:
    _case, report = behind_the_door(town)
    row = tell(report, ZERO + MORNING, "33.1", device_at=ZERO + MORNING - 5 * HOUR)
    assert row.doubts == ["odd_celsius", "clock"]
    assert (row.at, row.received_at) == (ZERO + MORNING - 5 * HOUR, ZERO + MORNING)
    assert listed(town, ZERO + MORNING)[report.title] == lists.REVIEW
    for _ in range(2):
        review(row.id, community_id=town.id, actor=town.health, at=ZERO + MORNING + HOUR)
    row.refresh_from_db()
    assert (row.reviewed_by, row.reviewed_at) == ("温知暖", ZERO + MORNING + HOUR)
    assert listed(town, ZERO + MORNING + HOUR)[report.title] == lists.WELL
    assert review(row.id, community_id=make_town("other", "别的社区").id, actor=town.health, at=ZERO) is None


def test_a_new_policy_in_the_middle_keeps_what_was_reported_and_ends_sooner(town: Town) -> None:
    case, report = behind_the_door(town)
    tell(report, ZERO + MORNING)
    at = ZERO + 5 * DAY
    adopt(town.id, shipped("covid-v9"), from_at=at, at=at, adopted_by="段秋实")
    case.refresh_from_db()
    assert case.due_at == ZERO + 7 * DAY
    assert Observation.objects.filter(case=report).count() == 1
    engine.advance(case.id, "finish", actor=town.health, given={}, at=ZERO + 7 * DAY, intent="f")
    out = {**OUT, "tested_at": (ZERO + 10 * DAY).isoformat()}
    engine.advance(case.id, "release", actor=town.health, given=out, at=ZERO + 10 * DAY, intent="r")
    case.refresh_from_db()
    assert case.state == "released"


def test_a_reminder_is_soft_and_a_broken_promise_is_not(town: Town) -> None:
    _case, report = behind_the_door(town)
    Channel.objects.create(community=town.community, kind="robot", name="值班群", from_rung=0)
    for hours, verb in ((10, "reminded"), (12, "overdue")):
        at = ZERO + hours * HOUR
        tick(at)
        pump(at=at, worker="w")
        event = Event.objects.get(case=report, name=f"health_report.{verb}")
        told = Delivery.objects.get(event_id=event.id)
        assert told.facts["quiet"] is (verb == "reminded")


def test_a_link_opens_until_another_is_issued_revoked_or_the_case_is_over(town: Town) -> None:
    case, _report = behind_the_door(town)
    first, second = (
        links.issue(case.id, community_id=town.id, actor=town.health, at=ZERO + n * HOUR) for n in (1, 2)
    )
    assert links.opened(first) is None
    found = links.opened(second.lower())
    assert found is not None
    assert found.case == case
    assert first not in str(list(HealthLink.objects.values())), "only digests are kept"
    assert links.revoke(case.id, community_id=town.id, at=ZERO + 3 * HOUR) == 1
    assert links.opened(second) is None
    third = links.issue(case.id, community_id=town.id, actor=town.health, at=ZERO + 4 * HOUR)
    engine.advance(
        case.id, "move", actor=town.health, given={"reason": "送医"}, at=ZERO + DAY, intent="moved"
    )
    assert links.opened(third) is None
    with pytest.raises(Refused):
        links.issue(case.id, community_id=town.id, actor=town.health, at=ZERO + DAY)
    assert HealthLink.objects.count() == 3


def test_nobody_is_opened_twice_nor_by_whoever_may_not(town: Town) -> None:
    behind_the_door(town)
    who = Person.objects.get(pk=town.person["叶知秋"].pk)
    before = Event.objects.count()
    refusals = (
        (town.health, "close_contact", ZERO, "已在隔离"),
        (town.patrol, "close_contact", ZERO, "不在这个岗位"),
        (town.health, "other_province", ZERO, "没有隔离"),
        (town.health, "close_contact", ZERO + DAY, "起算时间"),
    )
    for n, (actor, history, zero, says) in enumerate(refusals):
        with pytest.raises(Refused, match=says):
            open_for(who, history, day_zero=zero, actor=actor, at=ZERO, intent=f"no-{n}")
    assert Event.objects.count() == before


def test_what_was_seen_goes_with_the_pack_s_days_and_the_ledger_holds(town: Town) -> None:
    case, report = behind_the_door(town)
    tell(report, ZERO + MORNING)
    links.issue(case.id, community_id=town.id, actor=town.health, at=ZERO)
    engine.advance(case.id, "move", actor=town.health, given={"reason": "送医"}, at=ZERO + DAY, intent="m")
    days = pack_for(town.id, ZERO).get("retention.case_days_after_close")
    due = ZERO + DAY + days * DAY
    assert forget.forget(at=due) == 0
    assert forget.forget(at=due + HOUR) == 2
    assert (Observation.objects.count(), HealthLink.objects.count()) == (0, 0)
    assert forget.forget(at=due + HOUR) == 0
    assert seal.verify(town.id) is None
