"""A request comes in, by whichever way: kept once, numbered within its day, and its loop opened in the same transaction."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.clock import local
from linli.base.ids import uuid7
from linli.loops import engine, rights
from linli.loops.evidence import Given
from linli.loops.ledger import Refused, lock, seen
from linli.loops.models import Case
from linli.loops.spec import Opening
from linli.matters.supplies.loop import Supply
from linli.matters.supplies.models import SupplyLine, SupplyOrder
from linli.matters.supplies.money import Fen, fen
from linli.matters.supplies.written import Wanted, wanted
from linli.registry import subjects
from linli.registry.models import Person

DESK, PAGE, CALL, DOOR = "desk", "page", "call", "door"
CHANNELS = {
    DESK: N_("值班台登记"),
    PAGE: N_("住户在链接里提交"),
    CALL: N_("来电"),
    DOOR: N_("在门口记下"),
}
"""By which way a request came."""

MOST_OPEN = 3
"""Requests one personal link may have open at once: a list can be long, a flood cannot be bought."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A request as it was said. `intent` is the id the form made for it."""

    lines: tuple[Wanted, ...]
    substitute: bool = True
    shop: str = ""
    cap_fen: Fen | None = None
    pay: str = "at_door"
    medicine: str = "none"
    prescription_at: str = ""
    is_urgent: bool = False
    slot_from: datetime | None = None
    slot_until: datetime | None = None
    door_note: str = ""
    channel: str = DESK
    intent: str


def heard(given: Given, *, channel: str, is_urgent: bool) -> Wish:
    """A request as it was answered to the questions of a step (`questions.ASKED`), which have no fault of their own.

    Raises Refused, beside the answer it is about.
    """
    if is_urgent and given["medicine"] == "none":
        raise refused("medicine", _("单里没有药,不能加急"))
    if given["medicine"] == "prescription" and not given.get("prescription_at"):
        raise refused("prescription_at", _("处方药要写明处方在哪里"))
    return Wish(
        lines=tuple(wanted(str(given["lines"]))),
        substitute=given["substitute"] == "yes",
        shop=str(given.get("shop", ""))[:60],
        cap_fen=fen(given["cap"]) if given.get("cap") not in (None, "") else None,
        pay=str(given["pay"]),
        medicine=str(given["medicine"]),
        prescription_at=str(given.get("prescription_at", ""))[:200],
        is_urgent=is_urgent,
        door_note=str(given.get("door_note", ""))[:200],
        channel=channel,
        intent="",
    )


def refused(key: str, sentence: str) -> Refused:
    """A refusal beside the one answer it is about."""
    return Refused(sentence, {key: sentence})


def ask(person: Person, wish: Wish, *, at: datetime, actor: rights.Actor | None = None) -> Case:
    """Open one request, once per `intent`. `person` was read with `subjects.HOMES`. The caller decided that the asker may.

    Raises Refused (nothing written): an intent used for something else, too many open from a personal link.
    """
    with transaction.atomic():
        lock(person.community_id)
        if before := seen(person.community_id, wish.intent):
            return _same(before.case, person)
        if wish.channel == PAGE:
            _not_too_many(person)
        made = {"community_id": person.community_id, "at": at, "intent": wish.intent, "actor": actor}
        return engine.open_case(Supply, opening_of(person, wish, at), **made)  # type: ignore[arg-type]


def opening_of(person: Person, wish: Wish, at: datetime) -> Opening:
    """A request with its number and its lines, to be written beside its case. The caller holds the ledger lock."""
    day, number = next_number(person.community_id, at)

    def write(case: Case, at: datetime) -> None:
        write_lines(new_order(case, person, wish, at=at, day=day, number=number), wish)

    return Opening(
        title=f"{SupplyOrder(day_on=day, number=number).code} · {place(person)}",
        scope=person.path,
        subject=str(person.pk),
        anchors={"person": str(person.pk), **anchors(wish, at)},
        given={"channel": wish.channel},
        state=(Supply.urgent if wish.is_urgent else Supply.asked).key,
        writes=write,
    )


def _same(before: Case, person: Person) -> Case:
    if before.loop != Supply.key or before.subject != str(person.pk):
        raise Refused(_("这个操作编号已用于另一步,请刷新后重试"))
    return before


def _not_too_many(person: Person) -> None:
    mine = Case.objects.open().filter(
        community_id=person.community_id, loop=Supply.key, subject=str(person.pk)
    )
    if mine.count() >= MOST_OPEN:
        raise Refused(_("您还有 %(n)d 张没送完的单。要加东西,请打值班电话") % {"n": MOST_OPEN})


def anchors(wish: Wish, at: datetime) -> dict[str, str]:
    """What the promise of a request hangs on."""
    if wish.is_urgent:
        return {"urgent_since": at.isoformat()}
    return {"slot_until": wish.slot_until.isoformat()} if wish.slot_until else {}


def next_number(community_id: UUID, at: datetime) -> tuple[date, int]:
    """(day, number) of the next order of the community's day. The caller holds the ledger lock."""
    day = local(at).date()
    rows = SupplyOrder.objects.filter(community_id=community_id, day_on=day)
    return day, (rows.aggregate(last=Max("number"))["last"] or 0) + 1


def place(person: Person) -> str:
    """香阅四季A区3号楼: the building, for titles that everybody on duty reads; the door is left out."""
    home = person.household.dwelling if person.household else None
    return f"{home.compound.name}{home.building}" if home else _("住址不详")


def new_order(case: Case, person: Person, wish: Wish, *, at: datetime, day: date, number: int) -> SupplyOrder:
    """The row beside a case, without its lines. The caller holds the ledger lock."""
    return SupplyOrder.objects.create(
        id=uuid7(),
        community_id=case.community_id,
        case=case,
        person=person,
        household=person.household,
        day_on=day,
        number=number,
        channel=wish.channel,
        shop=wish.shop,
        cap_fen=wish.cap_fen,
        pay=wish.pay,
        medicine=wish.medicine,
        prescription_at=wish.prescription_at,
        is_urgent=wish.is_urgent,
        slot_from=wish.slot_from,
        slot_until=wish.slot_until,
        door_note=wish.door_note,
        word=f"{secrets.randbelow(90) + 10}",
        created_at=at,
    )


def write_lines(order: SupplyOrder, wish: Wish) -> None:
    """The things asked for, in the order they were said."""
    SupplyLine.objects.bulk_create(_lines(order, wish.lines, swap=wish.substitute))


def _lines(order: SupplyOrder, asked: Iterable[Wanted], *, swap: bool) -> Iterable[SupplyLine]:
    for position, one in enumerate(asked, 1):
        yield SupplyLine(
            community_id=order.community_id,
            order=order,
            position=position,
            name=one.name,
            quantity=one.quantity,
            unit=one.unit,
            substitute=swap if one.substitute is None else one.substitute,
        )


def person_of(case: Case) -> Person | None:
    """Whom a case of this loop is for, from its anchors; None while a caller is not known yet."""
    return subjects.person(str(case.anchors.get("person", "")), community_id=case.community_id)


def belongs_to(case_id: UUID, person: Person, *, at: datetime, intent: str, actor: rights.Actor) -> None:
    """Say whose call it was, while the lines are still to be taken: title and place follow. Again is harmless.

    Raises Refused once lines are taken, Case.DoesNotExist.
    """
    with transaction.atomic():
        lock(person.community_id)
        case = Case.objects.get(pk=case_id, community_id=person.community_id, loop=Supply.key)
        if case.state != Supply.lines_wanted.key:
            raise Refused(_("清单已经记下,不能再换住户"))
        if case.anchors.get("person") == str(person.pk):
            return
        why = _("认出是哪一户 · %(who)s") % {"who": actor.shown_name}
        engine.replan(case.pk, anchors={"person": str(person.pk)}, at=at, intent=intent, why=why)
        title = f"{person.masked_name} · {place(person)}"
        engine.rename(case.pk, title=title, scope=person.path)
