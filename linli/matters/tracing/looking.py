"""Asking for a look, the look itself, and the calls that follow from it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.loops import engine, rights
from linli.loops.ledger import Refused, lock, seen
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.rights import Actor
from linli.loops.spec import Opening
from linli.matters.tracing.loop import ContactCall, Trace
from linli.matters.tracing.models import Contact, Scope
from linli.registry import strangers
from linli.registry.models import Person, Reading
from linli.scans import looking
from linli.scans.looking import Met

MOST_DAYS, MOST_MINUTES = "trace.most_days", "trace.most_minutes"
"""Where the pack says how far back and how near a look may go."""
AGAIN = timedelta(hours=1)
"""Looks at one page within this time are one reading."""
KIND = "trace"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as it was filled in. `days` before now, `minutes` around each presence."""

    days: int
    minutes: int
    number: str
    reason: str
    intent: str


def ask(person: Person, asked: Asked, *, actor: Actor, at: datetime) -> Case:
    """Ask for a look, once per `intent`. Raises Refused (nothing written), every fault by its field at once."""
    with transaction.atomic():
        lock(person.community_id)
        if before := seen(person.community_id, asked.intent):
            return before.case
        faults = _faults(asked, person.community_id, at)
        where = {"community_id": person.community_id, "scope": person.path, "at": at}
        if not rights.book().holds(actor, "data_officer", **where):
            faults[""] = _("追溯由数据专员申请,您此刻不在这个岗位上")
        if faults:
            raise Refused(_("还有 %(n)d 处需要补充") % {"n": len(faults)}, faults)

        def write(case: Case, at: datetime) -> None:
            Scope.objects.create(
                community_id=case.community_id,
                case=case,
                person=person,
                since=at - timedelta(days=asked.days),
                until=at,
                within_minutes=asked.minutes,
                number=asked.number.strip(),
                asked_by=actor.id,
            )

        opening = Opening(
            title=f"{person.masked_name} · {asked.number.strip()}",
            scope=person.path,
            subject=str(person.pk),
            given={"days": asked.days, "minutes": asked.minutes, "number": asked.number.strip()},
            writes=write,
        )
        made = {"community_id": person.community_id, "at": at, "intent": asked.intent, "actor": actor}
        case = engine.open_case(Trace, opening, **made)  # type: ignore[arg-type]
        event = case.events.get(name="trace.opened")
        facts, private = engine.apart((_REASON,), {"reason": asked.reason.strip()})
        engine.keep_private(event, facts, private)
        return case


_REASON = next(need for need in Trace.refuse.needs if need.key == "reason")


def _faults(asked: Asked, community_id: UUID, at: datetime) -> dict[str, str]:
    pack = pack_for(community_id, at)
    days, minutes = pack.get(MOST_DAYS, 14), pack.get(MOST_MINUTES, 60)
    faults = {}
    if not 1 <= asked.days <= days:
        faults["days"] = _("往前查 1 到 %(most)d 天") % {"most": days}
    if not 1 <= asked.minutes <= minutes:
        faults["minutes"] = _("前后 1 到 %(most)d 分钟") % {"most": minutes}
    if not asked.number.strip():
        faults["number"] = _("请填写流调编号")
    if len(asked.reason.strip()) < 4:
        faults["reason"] = _("请写明为什么要查")
    return faults


@dataclass(frozen=True)
class Line:
    """Somebody who was there, as the page shows them. `key` in hex; `called` is the case of their call."""

    met: Met
    person: Person | None
    called: UUID | None

    @property
    def key(self) -> str:
        """For a form."""
        return self.met.who.hex()


def look(scope: Scope, *, reader: Actor, at: datetime) -> list[Line]:
    """Who was there, most often first; the look is logged. Raises Refused unless it was granted and is not over."""
    if scope.case.state != Trace.granted.key:
        raise Refused(_("还没有同意,或已经关闭,现在不能看"))
    _log(scope, reader, at)
    people = _met(scope)
    known = strangers.people_of([m.who for m in people], community_id=scope.community_id)
    ids = {m.who: _person_id(m.who, known) for m in people}
    rows = Person.objects.filter(community_id=scope.community_id, pk__in=list(ids.values()))
    by_id = {p.pk: p for p in rows.select_related("household__dwelling__compound")}
    called = {bytes(w): c for w, c in scope.contacts.values_list("who", "case_id")}
    return [Line(m, by_id.get(ids[m.who]), called.get(m.who)) for m in people]


def _person_id(who: bytes, known: dict[bytes, UUID]) -> UUID:
    return known.get(who) or UUID(bytes=who)


def _met(scope: Scope) -> list[Met]:
    return looking.met(
        strangers.keys_of(scope.person_id, community_id=scope.community_id),
        since=scope.since,
        until=scope.until,
        within=timedelta(minutes=scope.within_minutes),
        community_id=scope.community_id,
    )


def _log(scope: Scope, reader: Actor, at: datetime) -> None:
    told = {"community_id": scope.community_id, "reader_id": reader.id, "owner_id": scope.pk, "kind": KIND}
    if not Reading.objects.filter(**told, at__gt=at - AGAIN).exists():
        about = {"reader_name": reader.shown_name, "owner_kind": KIND, "reason": scope.number[:120], "at": at}
        Reading.objects.create(**told, **about)


def call(scope: Scope, keys: Collection[bytes], *, actor: Actor, at: datetime) -> list[Case]:
    """Open a call for each of these, once however often it is asked. Raises Refused (nothing written)."""
    with transaction.atomic():
        lock(scope.community_id)
        scope.case.refresh_from_db()
        if scope.case.state != Trace.granted.key:
            raise Refused(_("还没有同意,或已经关闭,现在不能看"))
        met = {m.who: m for m in _met(scope)}
        if strange := set(keys) - set(met):
            raise Refused(_("有 %(n)d 人不在名单里,请刷新后再选") % {"n": len(strange)})
        known = strangers.people_of(keys, community_id=scope.community_id)
        ids = {_person_id(who, known) for who in keys}
        people = {p.pk: p for p in Person.objects.filter(community_id=scope.community_id, pk__in=ids)}
        where = {"since": scope.since, "until": scope.until, "community_id": scope.community_id}
        numbers = looking.contacts(keys, **where)  # type: ignore[arg-type]
        made = {"community_id": scope.community_id, "at": at, "actor": actor, "cause": scope.case}
        return [
            engine.open_case(
                ContactCall,
                _opening(scope, met[who], people.get(_person_id(who, known)), numbers.get(who)),
                intent=f"contact:{scope.pk}:{who.hex()}",
                **made,  # type: ignore[arg-type]
            )
            for who in keys
        ]


def _opening(scope: Scope, met: Met, person: Person | None, number: tuple[UUID, bytes] | None) -> Opening:
    def write(case: Case, at: datetime) -> None:
        Contact.objects.create(
            community_id=case.community_id,
            case=case,
            scope=scope,
            who=met.who,
            person=person,
            scan=number[0] if number else None,
            number=number[1] if number else None,
            times=met.times,
            last_at=met.last_at,
        )

    return Opening(
        title=person.masked_name if person else _("外来人员"),
        scope=person.path if person else scope.case.scope.split("/")[0] + "/",
        subject=str(person.pk) if person else met.who.hex(),
        writes=write,
    )


def number_of(contact: Contact, *, reader: Actor, at: datetime) -> str:
    """The number that a stranger left at a door, for whoever calls them; logged. "" where there is none."""
    if contact.number is None or contact.scan is None:
        return ""
    return strangers.disclosed(
        bytes(contact.number),
        about=contact.scan,
        community_id=contact.community_id,
        reader=reader,
        reason=contact.scope.number,
        at=at,
    )
