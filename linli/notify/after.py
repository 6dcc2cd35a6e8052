"""After something happened to a case: whoever is on duty for it is queued to be told, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from linli.loops import deadlines, rights
from linli.loops.models import Case, Event
from linli.loops.pack import Pack, pack_for
from linli.loops.relay import after
from linli.notify.channels import sender_of
from linli.notify.message import facts_of
from linli.notify.models import ROBOT, Channel, Delivery


@after("*", name="notify.tell")
def tell(event: Event, at: datetime) -> None:
    """Queue what an opened, moved, climbed or overdue case asks for; nothing for one that moved on or is in good hands."""
    case = Case.objects.get(pk=event.case_id)
    if event.verb == "remarked":
        _pass_on(event, case, at)
    elif _concerns(event, case):
        _call(event, case, at)


def _call(event: Event, case: Case, at: datetime) -> None:
    pack = pack_for(case.community_id, at)
    rung = int(event.given.get("rung", 0)) if event.verb in ("climbed", "overdue") else 0
    quiet = pack.is_quiet(case.standing.due) and event.verb != "overdue" and not case.overdue_at
    told = _on_duty(case, _duties(event, case, pack, rung), at)
    people = _others(told, event)
    _queue(event, case, people, facts_of(case, event, quiet=quiet), at)
    if not _on_duty(case, _of_rung(case, pack, rung), at) and not quiet and not event.given.get("loud"):
        deadlines.hasten(case.id, at=at)


def _pass_on(event: Event, case: Case, at: datetime) -> None:
    """A remark asks one duty to look; nobody has to answer, so nothing climbs."""
    duty = str(event.given.get("tell", ""))
    people = [person for person in _on_duty(case, [duty], at) if person != event.actor_id] if duty else []
    if people:
        _queue(event, case, people, facts_of(case, event, quiet=True), at)


def _concerns(event: Event, case: Case) -> bool:
    """Whether the event opened, moved, raised or broke the stay the case is still in, and nobody has it."""
    asks = event.verb in ("opened", "climbed", "overdue") or event.verb in case.declared.steps
    current = case.state == event.state and case.entered_at <= event.at
    return asks and current and case.closed_at is None and case.acknowledged_at is None


def _duties(event: Event, case: Case, pack: Pack, rung: int) -> Sequence[str]:
    """The rung's own duty; once the promise is broken, every duty told so far."""
    if event.verb == "overdue":
        return tuple(event.given["told"])
    return _of_rung(case, pack, rung)


def _of_rung(case: Case, pack: Pack, rung: int) -> Sequence[str]:
    """Past the last rung it is the last resort, again and again."""
    ladder = (*case.standing.tell, pack.last_resort)
    return (ladder[min(rung, len(ladder) - 1)],)


def _on_duty(case: Case, duties: Iterable[str], at: datetime) -> dict[UUID, rights.Actor]:
    book = rights.book()
    return {
        person.id: person
        for duty in duties
        for person in book.holders(duty, community_id=case.community_id, scope=case.scope, at=at)
    }


def _others(told: dict[UUID, rights.Actor], event: Event) -> list[UUID]:
    """Whoever took the step knows of it, unless there is nobody else to go on with it."""
    others = [person for person in told if person != event.actor_id]
    return others or list(told)


@dataclass(frozen=True)
class Way:
    """One message to queue: to a person, or to a group when `person` is None."""

    channel: Channel
    person: UUID | None


def _queue(event: Event, case: Case, people: list[UUID], facts: dict[str, Any], at: datetime) -> None:
    ways = ways_to(case.community_id, people, rung=facts["rung"])
    Delivery.objects.bulk_create(
        [
            Delivery(
                community_id=case.community_id,
                event_id=event.id,
                case_id=case.id,
                recipient_id=way.person,
                channel=way.channel,
                dedup=f"{event.id}:{way.person or 'group'}:{way.channel.id}",
                facts=facts,
                queued_at=at,
                next_at=at,
            )
            for way in ways
        ],
        ignore_conflicts=True,
    )


def ways_to(community_id: UUID, people: Sequence[UUID], *, rung: int) -> list[Way]:
    """Every enabled channel that speaks from this rung on, and for whom that leaves in silence, any that reaches them."""
    channels = list(Channel.objects.filter(community_id=community_id, enabled=True).order_by("kind", "id"))
    ways = [Way(c, None) for c in channels if c.kind == ROBOT and c.from_rung <= rung]
    reached = {c.id: sender_of(c).reaches(c, people) for c in channels}
    for person in people:
        open_to = [c for c in channels if person in reached[c.id]]
        due = [c for c in open_to if c.from_rung <= rung]
        ways += [Way(c, person) for c in due or open_to]
    return ways
