"""Whatever call to the database fails, and however: nothing is half written, and the retry succeeds, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from linli.loops import engine, relay
from linli.loops.evidence import Given
from linli.loops.ledger import Made, append, lock_case
from linli.loops.models import Adoption, Case, Cursor, Event, LateNote, Ledger, Parked, Remark
from linli.loops.spec import Opening
from linli.matters.isolation import observing
from linli.matters.isolation.loop import Isolation
from linli.matters.isolation.models import Observation
from linli.matters.returns.loop import Return
from linli.matters.returns.models import Certificate, CertificateCounter, Notice, Trip
from linli.matters.returns.notices import NoticeIn, receive
from linli.notify.models import Channel, Delivery
from linli.registry.announce import Described
from linli.registry.models import Person, Sealed
from tests.faults import oracle
from tests.faults.nth import UNHEARD, UNSAID, WAYS, Try, until_untouched
from tests.town import T0, Town, make_town, minutes

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.faults]

TABLES = (
    Adoption, Case, Certificate, CertificateCounter, Delivery, Event, LateNote, Notice, Observation, Person, Remark, Sealed,
    Trip,
)  # fmt: skip
HISTORY = "other_province"
VERIFIED: Given = {
    "people": 1, "identity": True, "time": "01:40", "place": "A区", "service": "G9457", "contact": "no",
    "health": "well", "history": HISTORY,
}  # fmt: skip
HANDS: Given = {"giver": "路远行", "taker": "温知暖"}
ROAD: tuple[tuple[str, str, Given], ...] = (
    ("verify", "reception", VERIFIED),
    ("certify", "reception", {}),
    ("dispatch", "transport", {"vehicle": "晋DY0001", "driver": "路远行"}),
    ("board", "transport", HANDS),
    ("deliver", "transport", HANDS),
    ("hand_over", "health", HANDS | {"notice_given": True}),
)
"""Step, duty and answers of a return where all goes well."""


def footprint() -> dict[str, int]:
    """How many rows each table holds, and how long the ledgers are."""
    counts = ", ".join(f'(SELECT count(*) FROM "{table._meta.db_table}")' for table in TABLES)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}, (SELECT coalesce(sum(seq), 0) FROM loops_ledger)")
        return dict(zip([*(table.__name__ for table in TABLES), "seq"], cursor.fetchone(), strict=True))


def grown(before: dict[str, int]) -> dict[str, int]:
    """What was added since; empty when nothing was."""
    return {name: n - before[name] for name, n in footprint().items() if n != before[name]}


def told(key: str) -> NoticeIn:
    """Somebody else for every key, unknown to the register: a person, a trip, a case and a number must be written."""
    who = Described(name=f"钟离{chr(0x4E00 + int(key) % 20000)}", phones=(f"139000{int(key) % 100000:05d}",))
    train = {"service": "G9457", "station": "长治东站", "eta_at": minutes(55)}
    return NoticeIn(source="push", key=key, who=who, destination="香阅四季A区3-1-101", **train)


def trip_at(town: Town, state_after: int, key: str) -> UUID:
    """A return case that has come `state_after` steps along its road."""
    trip = receive(told(key), community=town.community, at=T0).trip
    assert trip
    for step, duty, given in ROAD[:state_after]:
        take(town, trip.case_id, step, duty, given, intent=f"{key}:{step}")
    return trip.case_id


def waiting_for(town: Town, step: str, key: str) -> UUID:
    """A return opened where it waits for this step; the road to it has tests of its own."""
    who = Person.objects.create(
        community=town.community, name=f"钟离{key}", path=town.community.path, created_at=T0, updated_at=T0
    )
    door = town.door["A 3-1-101"]
    trip = Trip(community=town.community, person=who, dwelling=door, destination=door.label, history=HISTORY)
    state, anchors = Return.steps[step].origins[0].key, {"history": HISTORY}
    opening = Opening(
        title="返乡 · 钟**", scope=door.path, subject=str(trip.pk), state=state, anchors=anchors
    )
    trip.case = engine.open_case(Return, opening, community_id=town.id, at=T0, intent=f"trip-{key}")
    trip.save(force_insert=True)
    return trip.case_id


def take(town: Town, case_id: UUID, step: str, duty: str, given: Given, *, intent: str) -> Event:
    return engine.advance(case_id, step, actor=town.staff[duty], given=given, at=minutes(5), intent=intent)


def all_or_nothing(prepare: Callable[[int], Callable[[], object]], *, way: str, full: dict[str, int]) -> int:
    """`prepare(n)` gives fresh work; after each fault it is wholly there or not at all, and the retry makes it whole.

    Returns how many calls the untouched work makes.
    """
    count = 0

    def ready() -> tuple[Callable[[], object], dict[str, int]]:
        nonlocal count
        count += 1
        return prepare(count), footprint()

    work, before = ready()

    def check(tried: Try) -> None:
        nonlocal work, before
        added = grown(before)
        assert added in ({}, full), f"half written after call {tried.n} ({way}): {added}"
        assert tried.raised or added == full
        assert way == UNHEARD or (added == {}) == tried.raised, f"acknowledged and lost at call {tried.n}"
        work()
        assert grown(before) == full, f"the retry after call {tried.n} ({way}) wrote {grown(before)}"
        work, before = ready()

    def latest() -> object:
        return work()

    calls = until_untouched(way, latest, check)
    assert oracle.faults() == []
    return calls


@pytest.mark.parametrize("way", WAYS)
def test_opening_a_case(way: str) -> None:
    town = make_town()

    def prepare(n: int) -> Callable[[], object]:
        opening = Opening(title="返乡 · 陆**", scope=town.door["A 3-1-101"].path, subject=f"s{n}")
        return lambda: engine.open_case(Return, opening, community_id=town.id, at=T0, intent=f"open-{n}")

    assert all_or_nothing(prepare, way=way, full={"Case": 1, "Event": 1, "seq": 1}) >= 5


ADDED = {
    "verify": {"Event": 1, "Remark": 3, "seq": 1},
    "certify": {"Event": 1, "Certificate": 1, "seq": 1},
    "hand_over": {"Case": 3, "Event": 4, "seq": 4},
}
"""Answers kept apart; a paper numbered; follow-ups opened: what a step may have to write besides itself."""


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("step", ADDED)
def test_a_step(step: str, way: str) -> None:
    town = make_town()
    trip_at(town, len(ROAD), "90000")  # the year's counter of certificates is there
    at = [name for name, _, _ in ROAD].index(step)

    def prepare(n: int) -> Callable[[], object]:
        case_id, (name, duty, given) = waiting_for(town, step, str(n)), ROAD[at]
        return lambda: take(town, case_id, name, duty, given, intent=f"{n}:{name}")

    assert all_or_nothing(prepare, way=way, full=ADDED[step]) >= 7


@pytest.mark.parametrize("way", WAYS)
def test_receiving_a_notice(way: str) -> None:
    town = make_town()

    def prepare(n: int) -> Callable[[], object]:
        return lambda: receive(told(str(n)), community=town.community, at=T0)

    full = {"Notice": 1, "Person": 1, "Sealed": 1, "Trip": 1, "Case": 1, "Event": 1, "seq": 1}
    assert all_or_nothing(prepare, way=way, full=full) >= 15


def report_case(town: Town, n: int) -> UUID:
    """Somebody new behind a door: the case that waits for their reports."""
    who = Person.objects.create(
        community=town.community, name=f"钟离{n}", path=town.community.path, created_at=T0, updated_at=T0
    )
    anchors = {"history": "affected_district", "day_zero": T0.isoformat()}
    opening = Opening(title="钟**", scope=who.path, subject=str(who.pk), anchors=anchors, state="monitoring")
    case = engine.open_case(Isolation, opening, community_id=town.id, at=T0, intent=f"isolation-{n}")
    return Case.objects.get(cause=case, loop="health_report").id


@pytest.mark.parametrize("way", WAYS)
def test_reporting_a_fever(way: str) -> None:
    """The observation, the promise kept and the alert: all of them or none."""
    town = make_town()

    def prepare(n: int) -> Callable[[], object]:
        case_id = report_case(town, n)
        hot = observing.Told(celsius=Decimal("38.5"), channel=observing.PAGE, intent=f"hot-{n}")
        return lambda: observing.receive(case_id, hot, at=minutes(5))

    full = {"Observation": 1, "Case": 1, "Event": 2, "seq": 2}
    assert all_or_nothing(prepare, way=way, full=full) >= 10


@pytest.mark.parametrize("way", WAYS)
def test_handing_events_on(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reaction that fails on the cut is parked and tried again; whatever else is cut is handed on by a later round."""
    town = make_town()
    Channel.objects.create(community=town.community, kind="robot", name="值班群")
    monkeypatch.setattr(relay, "_subscribers", dict(relay._subscribers))
    relay.after("*", name="test.note")(note)
    at = T0

    def check(tried: Try) -> None:
        nonlocal at
        at = pump_until_quiet(at)
        behind = Cursor.objects.exclude(seq=Ledger.objects.get(pk=town.id).seq).count()
        assert (behind, Parked.objects.count()) == (0, 0), f"call {tried.n} ({way})"
        heard = list(Remark.objects.filter(key="heard").values_list("event_id", flat=True))
        assert sorted(heard) == sorted(Event.objects.values_list("id", flat=True)), f"call {tried.n} ({way})"
        assert Delivery.objects.count() == tried.n + 1, f"call {tried.n} ({way})"
        open_one(town, at)

    open_one(town, at)
    pump_until_quiet(at)
    open_one(town, at)
    calls = until_untouched(way, lambda: relay.pump(at=at, worker="w1"), check)
    assert calls >= 15
    assert oracle.faults() == []


PARKED = timedelta(minutes=1)
"""What failed once is tried again after so long (relay.py)."""


def note(event: Event, at: datetime) -> None:
    Remark.objects.create(community_id=event.community_id, event=event, key="heard", text=event.name)


def open_one(town: Town, at: datetime) -> None:
    opening = Opening(title="返乡 · 陆**", scope=town.door["A 3-1-101"].path, subject=str(uuid4()))
    engine.open_case(Return, opening, community_id=town.id, at=at, intent=str(uuid4()))


def pump_until_quiet(at: datetime) -> datetime:
    """Rounds of a worker, a pause apart, until three in a row have nothing to hand on. Returns the last moment."""
    quiet = 0
    while quiet < 3:
        at += max(relay.LEASE, PARKED) + timedelta(seconds=1)
        quiet = quiet + 1 if relay.pump(at=at, worker="w2") == 0 else 0
    return at


def test_the_method_finds_what_is_not_one_transaction() -> None:
    """The judge is judged: a step written in two transactions does not pass."""
    town = make_town()

    def prepare(n: int) -> Callable[[], object]:
        case_id = trip_at(town, 0, str(n))
        return lambda: badly(case_id, n)

    with pytest.raises(AssertionError, match="half written"):
        all_or_nothing(prepare, way=UNSAID, full={"Event": 1, "Remark": 1, "seq": 1})


def badly(case_id: UUID, n: int) -> None:
    with transaction.atomic():
        ledger, case = lock_case(case_id)
        event = append(ledger, case, Made("return.remarked", f"bad-{n}", T0))
    Remark.objects.create(community_id=case.community_id, event=event, key="heard", text="")
