"""A round is opened over buildings: every dwelling in them gets its visit, in one transaction, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.ids import uuid7
from linli.loops import engine, rights
from linli.loops.ledger import Refused, lock
from linli.loops.many import open_many
from linli.loops.models import Case
from linli.loops.spec import Opening
from linli.matters.census.loop import Visit, WholeRound
from linli.matters.census.models import CensusRound, RoundDoor
from linli.registry.bulk import Bulk
from linli.registry.changes import living_at
from linli.registry.models import Building, Community, Dwelling

DOORS = Bulk(RoundDoor)


@dataclass(frozen=True, kw_only=True)
class Told:
    """A round as it is ordered. `asks` are keys of `asks.ASKS`; `walker` has the doors in hand from the start, if named."""

    name: str
    buildings: Sequence[UUID]
    until: datetime
    asks: Sequence[str] = ()
    walker: rights.Actor | None = None


def open_round(
    told: Told, *, community: Community, actor: rights.Actor, at: datetime, intent: str
) -> CensusRound:
    """Open a round with a visit for every dwelling of its buildings, once per `intent`.

    Raises Refused (nothing written) without the duty at every building, for buildings that are none of ours or have no
    door, and for an end that is not ahead.
    """
    with transaction.atomic():
        lock(community.id)
        if before := CensusRound.objects.filter(community=community, intent=intent).first():
            return before
        buildings = list(Building.objects.filter(community=community, pk__in=told.buildings))
        _may(told, buildings, actor, at)
        doors = list(
            Dwelling.objects.filter(community=community, building__in=buildings)
            .select_related("compound")
            .order_by("building__path", "position", "id")
        )
        if not doors:
            raise Refused(_("所选楼栋没有登记房屋"), {"buildings": _("所选楼栋没有登记房屋")})
        case = _case(told, buildings, actor=actor, at=at, intent=intent)
        made = _round(told, case, actor=actor, at=at, intent=intent)
        _open_doors(made, doors, told, actor, at)
        return made


def _may(told: Told, buildings: list[Building], actor: rights.Actor, at: datetime) -> None:
    if not buildings or len(buildings) != len(set(told.buildings)):
        raise Refused(_("请选择楼栋"), {"buildings": _("请选择楼栋")})
    if told.until <= at:
        raise Refused(_("截止时间要晚于现在"), {"until": _("截止时间要晚于现在")})
    book = rights.book()
    for building in buildings:
        if not book.holds(actor, "grid_lead", community_id=building.community_id, scope=building.path, at=at):
            raise Refused(_("入户批次由网格长开,所选楼栋不全在您的网格里"))


def _case(told: Told, buildings: list[Building], *, actor: rights.Actor, at: datetime, intent: str) -> Case:
    opening = Opening(
        title=told.name,
        scope=shared_path([building.path for building in buildings]),
        subject=str(uuid7()),
        anchors={"until": told.until.isoformat()},
    )
    return engine.open_case(
        WholeRound,
        opening,
        community_id=buildings[0].community_id,
        at=at,
        intent=f"round:{intent}",
        actor=actor,
    )


def shared_path(paths: Sequence[str]) -> str:
    """The narrowest place that holds all of these."""
    first, last = min(paths).split("/"), max(paths).split("/")
    same = next((n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first) - 1)
    return "".join(f"{segment}/" for segment in first[:same])


def _round(told: Told, case: Case, *, actor: rights.Actor, at: datetime, intent: str) -> CensusRound:
    return CensusRound.objects.create(
        community_id=case.community_id,
        case=case,
        name=told.name,
        asks=list(told.asks),
        until=told.until,
        walker_name=told.walker.shown_name if told.walker else "",
        opened_at=at,
        opened_by=actor.shown_name,
        intent=intent,
    )


def _open_doors(
    made: CensusRound, doors: list[Dwelling], told: Told, actor: rights.Actor, at: datetime
) -> None:
    until = {"until": told.until.isoformat()}
    openings = [
        (
            f"visit:{made.id.hex}:{door.id.hex}",
            Opening(title=str(door), scope=door.path, subject=str(door.id), anchors=until),
        )
        for door in doors
    ]
    cases = open_many(Visit, openings, cause=made.case, at=at, actor=actor, holder=told.walker)
    living = living_at([door.pk for door in doors], community_id=made.community_id)
    DOORS.insert(
        [
            DOORS.new(
                community_id=made.community_id,
                round_id=made.id,
                building_id=door.building_id,
                dwelling_id=door.id,
                case_id=case.id,
                people=[str(person.pk) for person in living.get(door.id, [])],
            )
            for door, case in zip(doors, cases, strict=True)
        ]
    )
