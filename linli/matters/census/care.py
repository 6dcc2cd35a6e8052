"""The ledger of special needs: a card per person, its next date, and what every contact changes in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.loops import engine, rights
from linli.loops.evidence import Given
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case
from linli.loops.pack import Pack, pack_for
from linli.loops.spec import Carried, Fact, Opening
from linli.matters.census.care_loop import WEEKDAYS, Care, next_care
from linli.matters.census.models import CarePlan
from linli.matters.census.words import listed
from linli.registry import kept
from linli.registry.models import Person, SpecialNeed
from linli.registry.needs import titles

OWNER = "care"
KEY_KEEPER, CONTACT = "key_keeper", "contact"
"""As whose words, and under which kinds, they are kept (`registry.kept`)."""

MOST = 200
"""Cards on one screen, the next date first."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A card as it is filled in. `weekdays` (1 = Monday) go before `every_days`; `medicine_days` from today, None: none."""

    helper_name: str
    weekdays: Sequence[int] = ()
    every_days: int = 7
    hospital: str = ""
    department: str = ""
    needs_vehicle: bool = False
    medicine_days: int | None = None
    key_keeper: str = ""
    contact: str = ""


def usual(kinds: Iterable[str], pack: Pack) -> tuple[list[int], int]:
    """The pack's cadence for these classes, the densest of them: (weekdays, every so many days)."""
    rules: dict[str, Any] = pack.get("care.cadence", {})
    found = [rules[kind] for kind in kinds if kind in rules]
    weekdays = next((sorted(rule) for rule in found if isinstance(rule, list)), [])
    return weekdays, min([rule for rule in found if isinstance(rule, int)], default=7)


def keep_plan(person: Person, told: Told, *, actor: rights.Actor, at: datetime, intent: str) -> CarePlan:
    """Open somebody's card, or change the one that is open and move its promise; once per `intent`.

    Raises Refused (nothing written) without the duty at the person's place.
    """
    with transaction.atomic():
        lock(person.community_id)
        book = rights.book()
        if not book.holds(actor, "grid_lead", community_id=person.community_id, scope=person.path, at=at):
            raise Refused(_("包保档案由网格长维护,您此刻不在这个岗位上"))
        if before := CarePlan.objects.filter(community_id=person.community_id, intent=intent).first():
            return before
        plan = open_plan_of(person) or _opened(person, told, actor, at, intent)
        _tell(plan, told, at)
        engine.replan(
            plan.case_id,
            anchors=_anchors(plan, at),
            at=at,
            intent=f"card:{intent}"[:100],
            why=_("包保档案有改动"),
        )
        return plan


def open_plan_of(person: Person) -> CarePlan | None:
    """The card of somebody who is looked after now."""
    plans = CarePlan.objects.filter(community_id=person.community_id, person=person, case__closed_at=None)
    return plans.select_related("case").first()


def _opened(person: Person, told: Told, actor: rights.Actor, at: datetime, intent: str) -> CarePlan:
    anchors = {
        "since": at.isoformat(),
        "weekdays": sorted(told.weekdays),
        "every_days": told.every_days,
        "medicine_until": _until(told.medicine_days, at),
    }
    opening = Opening(title=_title(person), scope=person.path, subject=str(person.pk), anchors=anchors)
    case = engine.open_case(
        Care, opening, community_id=person.community_id, at=at, intent=f"care:{intent}"[:100], actor=actor
    )
    return CarePlan.objects.create(
        community_id=person.community_id,
        person=person,
        case=case,
        helper_name=told.helper_name,
        intent=intent,
    )


def _title(person: Person) -> str:
    home = person.household.dwelling if person.household else None
    return f"{person.masked_name} · {home}" if home else person.masked_name


def _until(days: int | None, at: datetime) -> str:
    return (local(at).date() + timedelta(days=days)).isoformat() if days is not None else ""


def _tell(plan: CarePlan, told: Told, at: datetime) -> None:
    """Write what the form says into the card; who keeps the key and who is called go to the vault."""
    until = _until(told.medicine_days, at)
    plan.helper_name, plan.hospital, plan.department = told.helper_name, told.hospital, told.department
    plan.weekdays, plan.every_days = sorted(told.weekdays), told.every_days
    plan.needs_vehicle = told.needs_vehicle
    plan.medicine_until = date.fromisoformat(until) if until else None
    plan.has_contact = bool(told.key_keeper or told.contact)
    plan.save()
    words = {KEY_KEEPER: told.key_keeper, CONTACT: told.contact}
    kept.keep(words, owner_kind=OWNER, owner_id=plan.pk, community_id=plan.community_id)


def _anchors(plan: CarePlan, at: datetime) -> Given:
    """What the promise hangs on, as the card says it now."""
    case = Case.objects.get(pk=plan.case_id)
    case.anchors |= {
        "weekdays": plan.weekdays,
        "every_days": plan.every_days,
        "medicine_until": plan.medicine_until.isoformat() if plan.medicine_until else "",
    }
    return {**case.anchors, **next_care(case, pack_for(case.community_id, at))}


def contacts(plan: CarePlan) -> dict[str, str]:
    """Who keeps the key and who is called, in clear; whoever calls decided who may read it."""
    words = kept.kept(OWNER, [plan.pk], community_id=plan.community_id)
    return {kind: words.get((plan.pk, kind), "") for kind in (KEY_KEEPER, CONTACT)}


def cards(community_id: UUID, scopes: Iterable[str], *, kind: str = "") -> list[CarePlan]:
    """Who is looked after under the scopes, the next date first; `kind` keeps one class. Two queries however many."""
    paths = Q()
    for scope in scopes:
        paths |= Q(person__path__under=scope)
    if not paths:
        return []
    plans = CarePlan.objects.filter(paths, community_id=community_id, case__closed_at=None)
    if kind:
        plans = plans.filter(person__needs__kind=kind)
    plans = plans.select_related("case", "person__household__dwelling__compound")
    return list(plans.prefetch_related("person__needs").order_by("case__due_at", "id")[:MOST])


def without_card(community_id: UUID, scopes: Iterable[str]) -> QuerySet[Person]:
    """Residents with a special need whom nobody looks after."""
    paths = Q()
    for scope in scopes:
        paths |= Q(path__under=scope)
    people = Person.objects.filter(
        community_id=community_id, standing=Person.RESIDENT, pk__in=SpecialNeed.objects.filter(
            community_id=community_id).values("person"),
    )  # fmt: skip
    cared = CarePlan.objects.filter(community_id=community_id, case__closed_at=None).values("person")
    return people.filter(paths).exclude(pk__in=cared).order_by("path", "id") if paths else people.none()


@Care.look.does
def keep_promise(case: Case, actor: rights.Actor, given: Given, at: datetime) -> Given:
    """Somebody was reached: the next date is planned from then, sooner when the medicine runs out."""
    reached_at = datetime.fromisoformat(case.anchors["since"])  # by the phone's clock where that can be
    if "medicine_days" in given:
        case.anchors["medicine_until"] = _until(int(given["medicine_days"]), reached_at)
    case.anchors |= next_care(case, pack_for(case.community_id, at))
    until = case.anchors.get("medicine_until")
    CarePlan.objects.filter(case_id=case.id).update(
        last_contact_at=reached_at,
        last_contact_by=actor.shown_name,
        medicine_until=date.fromisoformat(until) if until else None,
    )
    return {}


def days_left(plan: CarePlan, at: datetime) -> int | None:
    """Days of medicine left today; below zero it has run out."""
    return (plan.medicine_until - local(at).date()).days if plan.medicine_until else None


def cadence_words(plan: CarePlan) -> str:
    """`每周一、三、五`, `每 7 天`."""
    if plan.weekdays:
        return _("每周的%(days)s") % {"days": listed(_(dict(WEEKDAYS)[day]) for day in plan.weekdays)}
    return _("每 %(n)d 天") % {"n": plan.every_days}


def facts(plan: CarePlan) -> list[Fact]:
    """The card without its contacts: what a helper needs at the door."""
    kinds = [need.kind for need in plan.person.needs.all()]
    rows = [
        Fact(_("姓名"), plan.person.masked_name, "", reverse("desk-person", args=[plan.person_id])),
        Fact(_("特殊情况"), listed(_(title) for title in titles(kinds))),
        Fact(_("包保人"), plan.helper_name),
        Fact(_("多久一次"), cadence_words(plan)),
        Fact(_("医院和科室"), " ".join(filter(None, (plan.hospital, plan.department)))),
        Fact(_("用车"), _("要派车") if plan.needs_vehicle else ""),
        Fact(_("药够到"), plan.medicine_until.isoformat() if plan.medicine_until else ""),
        Fact(_("上次联系"), _last(plan)),
    ]
    return [row for row in rows if row.value]


def _last(plan: CarePlan) -> str:
    if plan.last_contact_at is None:
        return ""
    return f"{local(plan.last_contact_at):%m-%d %H:%M} {plan.last_contact_by}"


def _plans(cases: Iterable[Case]) -> QuerySet[CarePlan]:
    plans = CarePlan.objects.filter(case_id__in=[case.id for case in cases]).select_related("person")
    return plans.prefetch_related("person__needs")


def case_facts(case: Case) -> list[Fact]:
    """The card on the case's page, with the way to change it."""
    card = Fact(_("包保档案"), _("查看和修改"), "", reverse("desk-care", args=[case.subject]))
    return [fact for plan in _plans([case]) for fact in facts(plan)] + [card]


def carry(cases: Iterable[Case]) -> dict[UUID, Carried]:
    """The card without contacts, masked, for a phone. Two queries however many."""
    return {plan.case_id: Carried(tuple(facts(plan))) for plan in _plans(list(cases))}


Care.facts = staticmethod(case_facts)
Care.carry = staticmethod(carry)
