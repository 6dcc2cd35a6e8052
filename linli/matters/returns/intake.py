"""A pushed list and a timetable, row by row: what the office's files say becomes notices and trains."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.crypto import salted_hmac

from linli.base.clock import LOCAL, local
from linli.fleet.models import Arrival
from linli.loops.pack import pack_for
from linli.matters.returns import notices, trains
from linli.matters.returns.notices import LIST, NoticeIn, receive
from linli.matters.returns.trains import Publication, publish
from linli.registry.announce import Described, find_person
from linli.registry.doors import ELSEWHERE, OURS, Door, door_at
from linli.registry.intake import Known, Name, Outcome, Row
from linli.registry.intake.places import Spot
from linli.registry.kinds import Batch, Item, Result
from linli.registry.models import Community, Person

_TOGETHER = re.compile(r"与(.{2,20}?)同行")
_NAMES = re.compile(r"^\d+人:(.+)$")
_COUNT = re.compile(r"^(\d+)人$")

RESULTS = {
    notices.OPENED: Result.CREATED,
    notices.PAST: Result.CREATED,
    notices.AWAY: Result.CREATED,
    notices.JOINED: Result.MERGED,
    notices.CORRECTED: Result.UPDATED,
    notices.CANCELLED: Result.UPDATED,
    notices.UNMATCHED: Result.HELD,
}
STATUS = {"正点": trains.ON_TIME, "晚点": trains.LATE, "已到达": trains.ARRIVED, "停运": trains.CANCELLED}


def keep_pushed(batch: Batch) -> None:
    """Apply rows of a pushed list (下发返乡名单). The same row again, in whatever file, is the same notice."""
    for item in batch.items:
        if "skip" in item.decisions.values():
            item.came_to(Result.SKIPPED)
        elif not item.row.values.get("name"):
            item.came_to(Result.REFUSED, why="name")
        else:
            outcome = receive(notice_of(item, batch.community), community=batch.community, at=batch.at)
            result = RESULTS[outcome.kind] if outcome.fresh else Result.UNCHANGED
            item.came_to(result, outcome.trip.id if outcome.trip else None)


def notice_of(item: Item, community: Community) -> NoticeIn:
    """One row as a notice. A number or a time under review is not believed; its doubt goes with the trip."""
    row, values = item.row, item.row.values
    eta_at, doubts = _eta(item)
    names, count = _companions(values)
    return NoticeIn(
        source=LIST,
        key=key_of(values),
        who=Described(
            name=values["name"], id_number=row.sure("id_no"), phones=tuple(_split(row.sure("phone")))
        ),
        origin=values.get("origin", ""),
        service=row.sure("service"),
        station=values.get("station", ""),
        eta_at=eta_at,
        companion_names=names,
        companions=count,
        destination=values.get("destination", ""),
        door=_door(item, community),
        batch=values.get("batch", ""),
        note=values.get("note", ""),
        cancels=item.outcome is Outcome.CANCEL,
        told_at=_moment(values.get("batch", "")),
        sender_name="下发名单",
        doubts=doubts,
    )


def key_of(values: Mapping[str, str]) -> str:
    """What makes a row this row: a keyed digest of all it says, so that nothing personal stands in the key."""
    said = "\x1f".join(values.get(k, "") for k in _SAYS)
    return salted_hmac("linli.returns.list", said, algorithm="sha256").hexdigest()


_SAYS = ("batch", "no", "name", "id_no", "phone", "service", "eta", "destination", "companions", "note")


def _eta(item: Item) -> tuple[datetime | None, tuple[str, ...]]:
    """The arrival; one that may be a day off is planned for as suggested and marked, never lost."""
    row = item.row
    if not row.flagged("eta"):
        return _moment(row.values.get("eta", "")), ()
    wrong_day = next((d for d in row.defects if d.kind == "eta_wrong_day"), None)
    if wrong_day is None:
        return None, ()
    decided = item.decisions.get("eta_wrong_day", "")
    written = _moment(row.values.get("eta", ""))
    if decided in ("accept", "keep"):
        return written, ()
    return _moment(wrong_day.suggested) or written, ("eta_unsure",)


def _door(item: Item, community: Community) -> Door | None:
    """The door the reader found; None when the address must be read again with the person at hand."""
    if item.outcome is Outcome.REFER:
        return Door(ELSEWHERE)
    values = item.row.values
    if not values.get("compound"):
        return None
    parts = (values.get(k, "") for k in ("compound", "building", "unit", "room"))
    return door_at(community, Spot("ours", *parts))


def _companions(values: Mapping[str, str]) -> tuple[tuple[str, ...], int]:
    """Names of who comes along (`1人:王伟贵`, or a remark 与贾萍同行), or a bare count."""
    told = values.get("companions", "")
    if found := _NAMES.match(told):
        return tuple(_split(found[1])), 0
    if found := _COUNT.match(told):
        return (), int(found[1])
    beside = _TOGETHER.search(values.get("note", ""))
    return (tuple(_split(beside[1])), 0) if beside else ((), 0)


def _split(text: str) -> Iterable[str]:
    return (part for part in text.split("、") if part)


def _moment(text: str) -> datetime | None:
    """`2022-04-14 01:05` on the community's wall clock, as aware time."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=LOCAL)
    except ValueError:
        return None


def list_answers(community: Community, at: datetime) -> Mapping[str, Any]:
    """What the reader of a pushed list may ask of us: whom we know, which doors there are, when trains come."""

    def by_id(number: str) -> Known | None:
        return _known(find_person(community.id, Described(name="", id_number=number)).person)

    def by_phone(name: str, phone: str) -> Known | None:
        return _known(find_person(community.id, Described(name=name, phones=(phone,))).person)

    def exists(compound: str, building: str, unit: str, room: str) -> bool:
        return door_at(community, Spot("ours", compound, building, unit, room)).how == OURS

    def timetable(service: str, day: str) -> str:
        return _scheduled(community, service, day)

    asked = {"person_by_id": by_id, "person_by_phone": by_phone, "dwelling": exists, "timetable": timetable}
    return {**asked, **train_answers(community, at)}


def train_answers(community: Community, at: datetime) -> Mapping[str, Any]:
    """The stations of the city, from the pack: however a file spells them, one name is kept."""
    names: list[str] = pack_for(community.id, at).get("stations", [])
    return {"stations": tuple(Name(name) for name in names)}


def _known(person: Person | None) -> Known | None:
    if person is None:
        return None
    home = person.household.dwelling if person.household else None
    if home is None:
        return Known(person.name)
    return Known(person.name, home.compound.name, home.building.number, home.unit.number, home.room)


def _scheduled(community: Community, service: str, day: str) -> str:
    start = _moment(f"{day} 00:00")
    if start is None:
        return ""
    of_day = Arrival.objects.filter(
        community=community, service=service, scheduled_at__range=(start, start + timedelta(days=1))
    )
    found = of_day.order_by("scheduled_at").first()
    return f"{local(found.scheduled_at):%Y-%m-%d %H:%M}" if found else ""


def keep_trains(batch: Batch) -> None:
    """Apply rows of a timetable (到站时刻): the newest publication of each train and day decides."""
    for item in batch.items:
        said = publication_of(item.row)
        if said is None:
            item.came_to(Result.REFUSED, why="service")
            continue
        arrival = publish(said, community=batch.community, at=batch.at)
        newest = arrival.published_at == said.published_at
        item.came_to(Result.UPDATED if newest else Result.UNCHANGED, arrival.id)


def publication_of(row: Row) -> Publication | None:
    """One row of a timetable; None when it does not say which train or when."""
    scheduled, published = _moment(row.sure("scheduled")), _moment(row.values.get("published", ""))
    if not row.sure("service") or scheduled is None or published is None:
        return None
    return Publication(
        service=row.sure("service"),
        station=row.values.get("station", ""),
        scheduled_at=scheduled,
        expected_at=_moment(row.sure("expected")) or scheduled,
        status=STATUS.get(row.values.get("status", ""), trains.ON_TIME),
        published_at=published,
    )
