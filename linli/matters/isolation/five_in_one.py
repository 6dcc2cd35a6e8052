"""五包一: who looks after an isolated dwelling, one for each role of the pack, with a number the household may call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.ids import uuid7
from linli.loops import rights
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case
from linli.loops.pack import Pack
from linli.loops.rights import Actor
from linli.matters.isolation.models import Helper
from linli.registry.intake import Action, phones
from linli.registry.phones import forget_phones, given_out, keep_phones

ROLES = {
    "cadre": N_("社区(街道)干部"),
    "grid_worker": N_("网格员"),
    "medic": N_("医务人员"),
    "police": N_("社区民警"),
    "volunteer": N_("志愿者"),
}
"""Roles packs name (domain.md §2.6); which of them a household has is the pack's."""

KIND = "helper"
"""Owner kind of their telephones in the vault."""


@dataclass(frozen=True)
class Named:
    """One helper as a household reads it."""

    role: str
    name: str
    phone: str


def roles_of(pack: Pack) -> list[str]:
    """The roles this pack wants named, in its order."""
    return [role for role in pack.get("isolation.helpers", []) if role in ROLES]


def helpers_of(case: Case) -> list[Named]:
    """Who looks after the dwelling, in the order of the roles."""
    rows = list(Helper.objects.filter(community_id=case.community_id, path=case.scope))
    numbers = given_out([row.id for row in rows], community_id=case.community_id, owner_kind=KIND)
    order = list(ROLES)
    rows.sort(key=lambda row: order.index(row.role) if row.role in order else len(order))
    return [Named(row.role, row.name, numbers.get(row.id, "")) for row in rows]


def named(case: Case) -> list[dict[str, str]]:
    """The same as the household reads it: role in words, name, telephone."""
    return [
        {"role": _(ROLES[h.role]) if h.role in ROLES else h.role, "name": h.name, "phone": h.phone}
        for h in helpers_of(case)
    ]


def missing(community_id: UUID, scopes: Iterable[str], pack: Pack) -> dict[str, list[str]]:
    """Scope path of a dwelling → roles nobody has there. One query however many."""
    scopes = set(scopes)
    rows = Helper.objects.filter(community_id=community_id, path__in=scopes).values_list("path", "role")
    there = set(rows)
    return {
        scope: left for scope in scopes if (left := [r for r in roles_of(pack) if (scope, r) not in there])
    }


def name(
    case_id: UUID, told: Mapping[str, tuple[str, str]], *, community_id: UUID, actor: Actor, at: datetime
) -> None:
    """Make these the helpers of the dwelling: role → (name, telephone); an empty name takes the helper away.

    Raises Refused (nothing written) with a sentence per field (`name_<role>`, `phone_<role>`), without the duty, or
    once the isolation is over; Case.DoesNotExist.
    """
    with transaction.atomic():
        lock(community_id)
        case = Case.objects.get(pk=case_id, community_id=community_id, loop="isolation")
        _may(case, actor, at)
        numbers, faults = _read(told)
        if faults:
            raise Refused(next(iter(faults.values())), faults)
        for role, (who, _phone) in told.items():
            _put(case, role, who.strip(), numbers.get(role, ""), actor=actor, at=at)


def _may(case: Case, actor: Actor, at: datetime) -> None:
    if case.closed_at:
        raise Refused(_("隔离已结束,不用再填包保人员"))
    if not rights.book().holds(actor, "health", community_id=case.community_id, scope=case.scope, at=at):
        raise Refused(_("包保人员由健康监测岗登记,您此刻不在这个岗位上"))


def _read(told: Mapping[str, tuple[str, str]]) -> tuple[dict[str, str], dict[str, str]]:
    """Telephones in the one spelling that is kept, and what is wrong with what was typed."""
    numbers, faults = {}, {}
    for role, (who, phone) in told.items():
        if role not in ROLES:
            faults[f"name_{role}"] = _("请从所列类别中选择")
        if phone.strip() and not who.strip():
            faults[f"name_{role}"] = _("有电话没有姓名,请填姓名")
        cell = phones.phones()(phone.strip())
        if phone.strip() and (not cell.value or any(d.action is not Action.REPAIR for d in cell.defects)):
            faults[f"phone_{role}"] = _("电话读不懂,请写 11 位手机号,或区号加座机号")
        numbers[role] = cell.value.partition("、")[0]
    return numbers, faults


def _put(case: Case, role: str, who: str, phone: str, *, actor: Actor, at: datetime) -> None:
    mine = Helper.objects.filter(community_id=case.community_id, path=case.scope, role=role)
    before = mine.first()
    if before and (not who or not phone):
        forget_phones([before.id], community_id=case.community_id, owner_kind=KIND)
    if not who:
        mine.delete()
        return
    made = {"name": who[:50], "named_at": at, "named_by": actor.shown_name}
    row, _new = Helper.objects.update_or_create(
        community_id=case.community_id,
        path=case.scope,
        role=role,
        defaults=made,
        create_defaults={**made, "id": uuid7()},
    )
    keep_phones([phone], community_id=case.community_id, owner_kind=KIND, owner_id=row.id)
