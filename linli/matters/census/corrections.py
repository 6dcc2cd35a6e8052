"""Corrections: proposed at the door, looked at side by side, taken over into the register or not, each logged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linli.base.ids import uuid7
from linli.loops import engine, rights
from linli.loops.evidence import Given
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case
from linli.matters.census.models import Correction, RoundDoor
from linli.matters.census.register import apply, mark_now
from linli.matters.census.told import Change
from linli.registry import changes, kept
from linli.registry.models import Person
from linli.registry.needs import titles

OWNER = "correction"
"""As whose words old and new value are kept (`registry.kept`)."""

MOST = 200
"""Corrections on one screen; deciding them brings up the next."""


def propose(
    case: Case, door: RoundDoor, told: Sequence[Change], *, actor: rights.Actor, at: datetime
) -> list[Correction]:
    """Keep what was told at a door. The caller holds the community's lock (it is a step of the visit)."""
    if not told:
        return []
    community_id = case.community_id
    people = Person.objects.filter(community_id=community_id).in_bulk([UUID(one) for one in door.people])
    phones = changes.shown_phones(people, community_id=community_id)
    marks = changes.marks(people, community_id=community_id)
    living = changes.living_at([door.dwelling_id], community_id=community_id)[door.dwelling_id]
    rows = []
    for change in told:
        person = people.get(UUID(door.people[change.number - 1])) if change.number else None
        row = Correction(
            id=uuid7(),
            community_id=community_id,
            visit=case,
            dwelling_id=door.dwelling_id,
            person=person,
            kind=change.kind,
            fact=_fact(change, person, door),
            mark=marks[person.pk, change.kind] if person else changes.mark_of_door([p.name for p in living]),
            path=case.scope,
            told_at=at,
            told_by=actor.shown_name,
        )
        words = {"old": _old(change, person, phones), "new": _new(change)}
        kept.keep(words, owner_kind=OWNER, owner_id=row.id, community_id=community_id)
        rows.append(row)
    return Correction.objects.bulk_create(rows)


def _fact(change: Change, person: Person | None, door: RoundDoor) -> str:
    """What the change is about: two proposals on it meet, whoever made them and in whichever round."""
    if person is None:
        return f"{door.dwelling_id.hex}:come:{changes.fact_of_name(change.value)}"
    more = f":{change.value}" if change.kind == "need" else ""
    return f"{person.pk.hex}:{change.kind}{more}"


def _old(change: Change, person: Person | None, phones: Mapping[UUID, str]) -> str:
    """What the register said, masked: enough to see which value is meant."""
    if person is None:
        return ""
    if change.kind == "phone":
        return phones.get(person.pk, "")
    if change.kind == "need":
        return "、".join(titles(person.needs.values_list("kind", flat=True)))
    return person.masked_name


def _new(change: Change) -> str:
    if change.kind == "need":
        return f"{'-' if change.ends else '+'}{change.value}"
    return " ".join(part for part in (change.value, change.phone) if part)


@dataclass(frozen=True)
class Item:
    """One proposal as it is looked at. `now` is the register's mark of this moment; `is_stale`: it was another then."""

    row: Correction
    old: str
    new: str
    now: str

    @property
    def is_stale(self) -> bool:
        """Whether the register has changed since the volunteer stood there."""
        return self.row.mark != self.now


def undecided(community_id: UUID, scopes: Iterable[str], *, ids: Collection[UUID] = ()) -> list[Item]:
    """What waits for a decision under the scopes, door by door, equal facts together. Six queries however many."""
    rows = _under(community_id, scopes).filter(**({"pk__in": ids} if ids else {}))
    return read(list(rows.order_by("path", "fact", "told_at", "id")[:MOST]), community_id)


def waiting(community_id: UUID, scopes: Iterable[str]) -> int:
    """How many wait under the scopes."""
    return _under(community_id, scopes).count()


def _under(community_id: UUID, scopes: Iterable[str]) -> QuerySet[Correction]:
    paths = Q()
    for scope in scopes:
        paths |= Q(path__under=scope)
    return _open(community_id).filter(paths) if paths else Correction.objects.none()


def read(rows: list[Correction], community_id: UUID) -> list[Item]:
    """Proposals with their words and the register's marks of now."""
    words = kept.kept(OWNER, [row.pk for row in rows], community_id=community_id)
    now = mark_now(rows, community_id)
    return [
        Item(row, words.get((row.pk, "old"), ""), words.get((row.pk, "new"), ""), now.get(row.pk, ""))
        for row in rows
    ]


def _open(community_id: UUID) -> QuerySet[Correction]:
    rows = Correction.objects.filter(community_id=community_id, state=Correction.OPEN)
    return rows.select_related("dwelling__compound", "person", "visit")


def decide(
    accept: Mapping[UUID, str],
    decline: Collection[UUID],
    *,
    community_id: UUID,
    actor: rights.Actor,
    at: datetime,
    intent: str,
) -> tuple[int, int]:
    """Take over `accept` (id → the register's mark as it was looked at), leave `decline`; how many of each.

    What somebody has decided already is passed over, so that the same form sent twice is one decision. Each door's
    decision is an event of its correction case. Raises Refused (nothing written) without the duty at one of the doors,
    for two versions of one fact, or when the register has changed since it was looked at: `faults` by id.
    """
    with transaction.atomic():
        lock(community_id)
        items = read(list(_open(community_id).filter(pk__in={*accept, *decline})), community_id)
        _may(items, community_id, actor, at)
        _unchanged([item for item in items if item.row.pk in accept], accept)
        by_visit: dict[UUID, list[Item]] = defaultdict(list)
        for item in items:
            by_visit[item.row.visit_id].append(item)
        for visit_id, some in by_visit.items():
            _decide_door(visit_id, some, accept, actor=actor, at=at, intent=intent)
        taken = sum(item.row.pk in accept for item in items)
        return taken, len(items) - taken


def _may(items: list[Item], community_id: UUID, actor: rights.Actor, at: datetime) -> None:
    book = rights.book()
    for scope in {item.row.path for item in items}:
        if not book.holds(actor, "grid_lead", community_id=community_id, scope=scope, at=at):
            raise Refused(_("登记更正由网格长审定,您此刻不在这个岗位上"))


def _unchanged(items: list[Item], seen: Mapping[UUID, str]) -> None:
    """What is taken over fits the register as it was looked at, and says one thing about each fact. Raises Refused."""
    facts = Counter(item.row.fact for item in items)
    if twins := [item for item in items if facts[item.row.fact] > 1]:
        says = _("同一件事只能采纳一种说法")
        raise Refused(says, {str(item.row.pk): says for item in twins})
    changed = [item for item in items if item.now != seen[item.row.pk]]
    if changed:
        says = _("台账在您看过之后变了,请重新看这几条")
        raise Refused(says, {str(item.row.pk): says for item in changed})


def _decide_door(
    visit_id: UUID,
    items: list[Item],
    accept: Mapping[UUID, str],
    *,
    actor: rights.Actor,
    at: datetime,
    intent: str,
) -> None:
    case = Case.objects.get(cause_id=visit_id, loop="correction")
    taken = [item for item in items if item.row.pk in accept]
    left = [item for item in items if item.row.pk not in accept]
    _write(taken, Correction.ACCEPTED, actor, at)
    _write(left, Correction.DECLINED, actor, at)
    made: dict[str, Any] = {"actor": actor, "at": at, "intent": f"{intent}:{case.id.hex}"[:100]}
    rows = Correction.objects.filter(community_id=case.community_id, visit_id=visit_id)
    if rows.filter(state=Correction.OPEN).exists():
        ids = {"accepted": [str(i.row.pk) for i in taken], "declined": [str(i.row.pk) for i in left]}
        engine.keep(case.id, anchors={}, given=ids, **made)
        return
    step = "accept" if rows.filter(state=Correction.ACCEPTED).exists() else "decline"
    engine.advance(case.id, step, given={}, **made)


def _write(items: Iterable[Item], state: str, actor: rights.Actor, at: datetime) -> None:
    for item in items:
        if state == Correction.ACCEPTED:
            apply(item.row, item.new, at=at)
        Correction.objects.filter(pk=item.row.pk).update(
            state=state, decided_at=at, decided_by=actor.shown_name
        )


def settle_rest(case: Case, *, accept: bool, actor: rights.Actor, at: datetime) -> Given:
    """Decide what of a correction case is still open, and name everything that was decided in it. Raises Refused."""
    rows = Correction.objects.filter(community_id=case.community_id, visit_id=case.cause_id)
    items = read(
        list(rows.filter(state=Correction.OPEN).select_related("dwelling", "person")), case.community_id
    )
    if accept:
        _unchanged(items, {item.row.pk: item.row.mark for item in items})
    _write(items, Correction.ACCEPTED if accept else Correction.DECLINED, actor, at)
    decided = rows.order_by("id").values_list("state", "id")
    return {
        state: [str(pk) for found, pk in decided if found == state]
        for state in (Correction.ACCEPTED, Correction.DECLINED)
    }
