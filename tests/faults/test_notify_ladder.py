"""Nobody acknowledges: it climbs at the pack's 2, 5 and 10 minutes, and each rung's people hear exactly once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from linli.loops import deadlines, engine
from linli.loops.models import Case, Event
from linli.matters.returns.loop import Return
from linli.notify import after
from linli.notify.models import Channel, Delivery
from linli.notify.standing import stuck, told_about
from linli.roster.models import Shift
from tests.faults.notify_gateways import Gateway, Phone, Reply, gateway
from tests.faults.notify_scene import (
    give_phone,
    give_phones,
    happened,
    heard,
    open_return,
    seconds,
    work,
    work_through,
)
from tests.town import T0, Town, make_town, minutes

pytestmark = pytest.mark.faults


@pytest.fixture
def town(db: None, settings: Any) -> Town:
    settings.ALLOW_PRIVATE = "127.0.0.1"
    return make_town()


@pytest.fixture
def service() -> Iterator[Gateway]:
    with gateway() as running:
        yield running


@pytest.fixture
def phones(town: Town, service: Gateway) -> dict[str, Phone]:
    return give_phones((town.reception, town.grid_lead, town.director, town.desk), service)


def test_an_unanswered_notice_climbs_at_two_five_and_ten_minutes(
    town: Town, service: Gateway, phones: dict[str, Phone]
) -> None:
    case = open_return(town)

    work_through(10)

    assert happened(case) == [("opened", 0), ("climbed", 120), ("climbed", 300), ("climbed", 600)]
    # reception at once, the grid lead at 2 minutes, the director at 5, and the director again, aloud, at 10
    assert heard(service) == ["xysj-reception", "xysj-grid_lead", "xysj-director", "xysj-director"]
    assert Counter(Delivery.objects.values_list("state", flat=True)) == {"sent": 4}
    assert [(t.name, t.rung, t.state) for t in reversed(told_about(case.id, community_id=town.id))] == [
        ("崔文静", 0, "sent"), ("葛连城", 1, "sent"), ("段秋实", 2, "sent"), ("段秋实", 3, "sent"),
    ]  # fmt: skip


def test_an_acknowledgement_stops_the_climb_until_the_promise(
    town: Town, service: Gateway, phones: dict[str, Phone]
) -> None:
    case = open_return(town)
    work(T0)
    deadlines.acknowledge(case.id, actor=town.reception, at=seconds(90), intent="a1")

    work_through(29)
    assert heard(service) == ["xysj-reception"]

    work(minutes(30))  # the promise of `return.verify` is broken: everybody told so far, and the next rung
    assert happened(case) == [("opened", 0), ("acknowledged", 90), ("overdue", 1800)]
    assert sorted(heard(service)[1:]) == ["xysj-grid_lead", "xysj-reception"]


def test_every_open_state_is_told_anew_and_a_closed_one_to_nobody(
    town: Town, service: Gateway, phones: dict[str, Phone]
) -> None:
    case = open_return(town)
    work(T0)
    given = {
        "people": 1, "identity": True, "time": "01:10", "place": "长治东站", "service": "G9457",
        "contact": "no", "health": "well", "history": "none",
    }  # fmt: skip
    engine.advance(case.id, "verify", actor=town.reception, given=given, at=seconds(30), intent="v")
    work(seconds(30))
    engine.advance(
        case.id, "call_off", actor=town.grid_lead, given={"reason": "不来了"}, at=seconds(60), intent="c"
    )
    work(seconds(60))

    assert heard(service) == [
        "xysj-reception",
        "xysj-reception",
    ]  # alone on this rung, so told although she acted
    assert [phones["xysj-reception"].read(r.body)["title"] for r in service.received] == ["待核实", "已核实"]


def test_who_took_the_step_is_spared_when_others_go_on(
    town: Town, service: Gateway, phones: dict[str, Phone]
) -> None:
    second = town.hire("reception", "崔二")
    give_phone(second, service)
    case = open_return(town)
    work(T0)
    given = {
        "people": 1, "identity": True, "time": "01:10", "place": "长治东站", "service": "G9457",
        "contact": "no", "health": "well", "history": "none",
    }  # fmt: skip
    engine.advance(case.id, "verify", actor=town.reception, given=given, at=seconds(30), intent="v")
    work(seconds(30))

    assert sorted(heard(service)[:2]) == sorted(["xysj-reception", second.username])
    assert heard(service)[2:] == [second.username]


def test_a_rung_without_anybody_is_skipped_at_once_and_loudness_ends_the_hurry(
    town: Town, service: Gateway, phones: dict[str, Phone]
) -> None:
    Shift.objects.filter(duty__in=["reception", "grid_lead", "director"]).update(called_off_at=T0)
    case = open_return(town)

    for tick in range(6):
        work(seconds(tick))

    # rung 0, 1 and 2 are empty: one climb a round, then aloud, and then the ladder's own pace
    assert happened(case) == [("opened", 0), ("climbed", 1), ("climbed", 2), ("climbed", 3)]
    case.refresh_from_db()
    assert (case.rung, case.wake_at) == (3, seconds(603))
    assert heard(service) == []


def test_when_no_way_reaches_anybody_the_ladder_does_not_wait(
    town: Town, service: Gateway, phones: dict[str, Phone]
) -> None:
    service.script.append(Reply(403, b"bad key"))
    case = open_return(town)

    work(T0)
    work(seconds(1))

    assert happened(case) == [("opened", 0), ("climbed", 1)]
    assert heard(service) == ["xysj-reception", "xysj-grid_lead"]
    assert stuck(town.id, since=T0) == 1


def test_the_same_event_told_twice_is_one_delivery(
    town: Town, service: Gateway, phones: dict[str, Phone]
) -> None:
    case = open_return(town)
    work(T0)
    event = Event.objects.get(case=case)
    after.tell(event, seconds(1))
    after.tell(event, seconds(2))
    work(seconds(3))
    assert heard(service) == ["xysj-reception"]


def test_what_was_queued_is_not_sent_once_somebody_has_the_case(
    town: Town, service: Gateway, phones: dict[str, Phone]
) -> None:
    from linli.loops import relay
    from linli.notify import outbox

    case = open_return(town)
    relay.pump(at=T0, worker="w1")
    deadlines.acknowledge(case.id, actor=town.reception, at=seconds(1), intent="a")
    outbox.send_due(at=seconds(2), worker="w1")
    assert heard(service) == []
    assert Delivery.objects.get().state == Delivery.MOOT


def test_a_channel_may_hold_back_but_not_leave_somebody_in_silence(
    town: Town, service: Gateway, phones: dict[str, Phone]
) -> None:
    """The push channel waits for the first rung; the person it alone reaches is told all the same."""
    Channel.objects.update(from_rung=1)
    open_return(town)
    work(T0)
    assert heard(service) == ["xysj-reception"]


def test_two_communities_do_not_hear_each_other(
    town: Town, service: Gateway, phones: dict[str, Phone]
) -> None:
    other = make_town("hpl", "和平里社区")
    give_phone(other.reception, service)
    open_return(town)
    work(T0)
    assert heard(service) == ["xysj-reception"]


def test_a_message_names_the_building_and_nobody_in_the_readers_language(
    town: Town, service: Gateway, phones: dict[str, Phone]
) -> None:
    english = town.hire("reception", "Reader")
    english.language = "en"
    english.save()
    reader = give_phone(english, service)
    open_return(town, title="返乡 · 陆青禾")

    work(T0)

    by_phone = dict(zip(heard(service), service.received, strict=True))
    chinese = phones["xysj-reception"].read(by_phone["xysj-reception"].body)
    assert chinese["title"] == "待核实"
    assert chinese["text"] == f"{Return.title} · 香阅四季A区3号楼 · 今天 01:40 前"
    assert chinese["words"]["ack"] == "我来处理"
    assert not [c for c in (*town.canaries, "1-101") if c in str(chinese)]
    theirs = reader.read(by_phone[english.username].body)
    assert theirs["words"]["ack"] == "I will take it"
    assert "by 01:40 today" in theirs["text"]


def test_acknowledging_from_the_notification_needs_no_session_and_works_once(
    town: Town, service: Gateway, phones: dict[str, Phone], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linli.notify.own.now", lambda: seconds(20))
    case = open_return(town)
    work(T0)
    token = phones["xysj-reception"].read(service.received[0].body)["ack"]
    browser = Client(enforce_csrf_checks=True)

    said = [
        browser.post("/me/ack/", {"token": token}, content_type="application/json") for _press in range(3)
    ]

    assert [(r.status_code, r.json()["says"]) for r in said] == [(200, "您已接下")] * 3
    assert happened(case) == [("opened", 0), ("acknowledged", 20)]
    case.refresh_from_db()
    assert case.holder_name == "崔文静"
    work_through(9)
    assert heard(service) == ["xysj-reception"]


@pytest.mark.parametrize(
    ("at", "spoil", "sentence"),
    [
        (20, lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"), "这条通知不能用来接单,请打开页面办理"),
        (20, lambda t: "x", "这条通知不能用来接单,请打开页面办理"),
        (20, lambda t: "", "这条通知不能用来接单,请打开页面办理"),
        (2 * 3600 + 1, lambda t: t, "这条通知已过时,请打开页面看最新情况"),
    ],
    ids=["altered", "nonsense", "empty", "expired"],
)
def test_a_ticket_that_is_not_good_changes_nothing(
    town: Town,
    service: Gateway,
    phones: dict[str, Phone],
    monkeypatch: pytest.MonkeyPatch,
    at: float,
    spoil: Any,
    sentence: str,
) -> None:
    monkeypatch.setattr("linli.notify.own.now", lambda: seconds(at))
    case = open_return(town)
    work(T0)
    token = phones["xysj-reception"].read(service.received[0].body)["ack"]

    said = Client().post("/me/ack/", {"token": spoil(token)}, content_type="application/json")

    assert (said.status_code, said.json()["says"]) == (409, sentence)
    assert happened(case) == [("opened", 0)]


def test_a_second_person_is_told_who_has_it_and_an_old_ticket_that_it_moved_on(
    town: Town, service: Gateway, phones: dict[str, Phone], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linli.notify.own.now", lambda: seconds(130))
    case = open_return(town)
    work_through(2)
    first, second = (
        phones[n].read(r.body)["ack"] for n, r in zip(heard(service), service.received, strict=True)
    )
    post = {"path": "/me/ack/", "content_type": "application/json"}

    assert Client().post(data={"token": second}, **post).status_code == 200
    refused = Client().post(data={"token": first}, **post)
    assert (refused.status_code, refused.json()["says"]) == (409, "葛连城已接下此事")

    Case.objects.filter(pk=case.id).update(stay=2, acknowledged_at=None)
    late = Client().post(data={"token": first}, **post)
    assert late.json()["says"] == "此事已有进展,请打开页面看最新情况"
    assert [verb for verb, _at in happened(case)] == ["opened", "climbed", "acknowledged"]


def test_a_ticket_of_an_account_that_was_closed_is_worth_nothing(
    town: Town, service: Gateway, phones: dict[str, Phone], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linli.notify.own.now", lambda: seconds(20))
    case = open_return(town)
    work(T0)
    token = phones["xysj-reception"].read(service.received[0].body)["ack"]
    town.reception.is_active = False
    town.reception.save()

    said = Client().post("/me/ack/", {"token": token}, content_type="application/json")

    assert (said.status_code, said.json()["says"]) == (409, "这个账号已停用")
    assert happened(case) == [("opened", 0)]
