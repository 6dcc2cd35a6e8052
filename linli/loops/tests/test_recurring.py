"""A promise that comes again: kept it plans the next, missed it climbs, and it ends with what it followed from."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from linli.loops import check, deadlines, engine, registry
from linli.loops.engine import Refused
from linli.loops.models import Adoption, Case, Event
from linli.loops.pack import BadPack, Pack, pack_for, read
from linli.loops.replanning import adopt
from linli.loops.spec import Loop, Opening, State
from linli.loops.tests.conftest import Office
from linli.loops.tests.parcel import PACK, T0, Clerk, Parcel, Receipt, minutes

HOURLY = PACK.replace('version = "1"', 'version = "2"') + (
    '"sign.wait" = { after = "1h", anchor = "sign_by", quiet = true, remind = "10m", minutes = [5, 15] }\n'
)


def _opening(case: Case, event: Event, pack: Pack) -> Opening:
    return Opening(
        title=case.title, scope=case.scope, subject=case.subject, anchors={"since": event.at.isoformat()}
    )


def _plan(case: Case, pack: Pack) -> dict[str, str]:
    return {"sign_by": (datetime.fromisoformat(case.anchors["since"]) + timedelta(hours=1)).isoformat()}


class Sign(Loop, key="sign", title="平安信号", opens_on=("parcel.opened",), ends_with_cause="over"):
    """While a parcel is out, a sign of life is owed every hour."""

    awaited = State("等待", due="sign.wait", tell=("runner", "lead"))
    over = State("不再需要")
    opening = staticmethod(_opening)
    plan = staticmethod(_plan)


@pytest.fixture
def out(office: Office, monkeypatch: pytest.MonkeyPatch) -> tuple[Office, Case, Case]:
    """A parcel on its way since T0, and the case of its signs."""
    monkeypatch.setattr(registry, "_loops", {"parcel": Parcel, "receipt": Receipt, "sign": Sign})
    Adoption.objects.update(body=HOURLY)
    parcel = office.open()
    return office, parcel, Case.objects.get(loop="sign")


def keep(sign: Case, at_minutes: float, intent: str) -> Event:
    at = minutes(at_minutes)
    return engine.keep(sign.id, anchors={"since": at.isoformat()}, at=at, intent=intent)


def wakes(until: float) -> list[tuple[float, str, list[str]]]:
    """Every look of the clock at signs until then: minute, word, who is told by then."""
    while case := Case.objects.open().filter(loop="sign", wake_at__lte=minutes(until)).first():
        assert case.wake_at
        deadlines.wake(case.id, at=case.wake_at)
    rows = Event.objects.filter(name__startswith="sign.", given__has_key="told").order_by("seq")
    return [((e.at - T0) / timedelta(minutes=1), e.verb, e.given["told"]) for e in rows]


def test_what_recurs_opens_with_its_cause_and_kept_on_time_wakes_nobody(
    out: tuple[Office, Case, Case],
) -> None:
    _office, parcel, sign = out
    assert (sign.cause, sign.due_at, sign.wake_at) == (parcel, minutes(60), minutes(50))
    for n in range(1, 6):
        keep(sign, n * 45, f"k{n}")
        assert wakes(n * 45) == []
    sign.refresh_from_db()
    assert sign.due_at == minutes(5 * 45 + 60)


def test_missed_it_is_softly_reminded_then_broken_then_climbs_at_its_own_pace(
    out: tuple[Office, Case, Case],
) -> None:
    _office, _parcel, sign = out
    assert wakes(85) == [
        (50, "reminded", ["runner"]),
        (60, "overdue", ["runner", "lead"]),
        (70, "climbed", ["runner", "lead", "director"]),
        (80, "climbed", ["runner", "lead", "director"]),
    ]
    keep(sign, 86, "late")
    sign.refresh_from_db()
    assert (sign.rung, sign.overdue_at, sign.wake_at) == (0, None, minutes(86 + 50))


def test_kept_twice_is_once_and_a_used_intent_is_refused(out: tuple[Office, Case, Case]) -> None:
    office, parcel, sign = out
    first = keep(sign, 10, "one")
    assert keep(sign, 30, "one") == first
    sign.refresh_from_db()
    assert sign.due_at == minutes(70)
    written = Event.objects.count()
    with pytest.raises(Refused):
        engine.keep(parcel.id, anchors={}, at=minutes(31), intent="one")
    stranger = Clerk("外人", parcel.id)
    with pytest.raises(Refused):
        engine.keep(sign.id, anchors={}, at=minutes(31), intent="two", actor=stranger)
    assert Event.objects.count() == written
    assert office.id == parcel.community_id


def test_it_ends_in_the_transaction_that_closes_its_cause(
    out: tuple[Office, Case, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    office, parcel, sign = out
    office.fetch(parcel)
    engine.advance(parcel.id, "bring", actor=office.runner, given={}, at=minutes(9), intent="bring")
    for case in (parcel, sign):
        case.refresh_from_db()
    assert (sign.state, sign.closed_at, sign.wake_at) == ("over", parcel.closed_at, None)
    ended = Event.objects.get(name="sign.ended")
    assert ended.seq == Event.objects.get(name="parcel.bring").seq + 1
    with pytest.raises(Refused):
        keep(sign, 10, "after")


def test_a_reminder_survives_a_new_pack(out: tuple[Office, Case, Case]) -> None:
    office, _parcel, sign = out
    later = HOURLY.replace('version = "2"', 'version = "3"').replace('"10m"', '"20m"')
    later = later.replace('"sign_by", quiet', '"sign_by", offset = "30m", quiet')
    adopt(office.id, later, from_at=minutes(5), at=minutes(5), adopted_by="t")
    sign.refresh_from_db()
    assert (sign.due_at, sign.wake_at) == (minutes(90), minutes(70))
    assert pack_for(office.id, minutes(6)).reminder("sign.wait") == timedelta(minutes=20)


def test_what_cannot_work_is_said_in_sentences() -> None:
    class Open(Loop, key="open", title="开", ends_with_cause="awaited"):
        awaited = State("等待", due="sign.wait", tell=("runner",))

    assert check.faults([Parcel, Sign]) == []
    found = " ".join(check.faults([Open]))
    assert "opens on nothing" in found
    assert "no closed state" in found
    for wrong, says in (
        ("minutes = [15, 5]", "must rise"),
        ("minutes = [5, 500]", "no rung may wait longer"),
        ('remind = "soon"', "not a duration"),
    ):
        text = HOURLY.replace("minutes = [5, 15]" if "minutes" in wrong else 'remind = "10m"', wrong)
        with pytest.raises(BadPack, match=says):
            read(text)
    with pytest.raises(BadPack, match="only a quiet promise"):
        read(HOURLY.replace("quiet = true, remind", "remind"))
