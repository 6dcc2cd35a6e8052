"""A call about somebody who is alone: a grid worker goes and looks, soon, looked after already or not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.loops import engine, rights
from linli.loops.evidence import Evidence, Given
from linli.loops.heard import heard_before
from linli.loops.models import Case, Event
from linli.loops.pack import Pack
from linli.loops.registry import register
from linli.loops.spec import ROUTED, Carried, Fact, Loop, Opening, State, Step
from linli.matters.census.care import facts as card_of
from linli.matters.census.care_loop import HOWS, Care
from linli.matters.census.models import CarePlan
from linli.registry.subjects import id_of


def from_call(case: Case, event: Event, pack: Pack) -> Opening | None:
    """A call that was passed on to here; whoever it is about, known or not, lives where the call says."""
    if event.given.get("to") != "look_in":
        return None
    person = case.anchors.get("person", "")
    return Opening(title=case.title, scope=case.scope, subject=person or case.subject)


@register
class LookIn(Loop, key="look_in", title=N_("上门看望"), opens_on=(ROUTED,)):
    """上门看望: once, after a call. For whoever is looked after anyway it counts as a contact."""

    owed = State(N_("待上门"), due="care.look_in", tell=("grid_worker", "grid_lead", "desk"))
    seen = State(N_("看过了"))
    needless = State(N_("不用去了"))

    see = Step(
        owed,
        seen,
        by="grid_worker",
        title=N_("看过了"),
        needs=(
            Evidence("how", N_("怎么联系的"), kind="choice", choices=HOWS),
            Evidence("note", N_("情况和需要"), private=True),
        ),
    )
    leave = Step(
        owed,
        needless,
        by="grid_lead",
        title=N_("不用去了"),
        needs=(Evidence("reason", N_("原因"), private=True),),
    )

    opening = staticmethod(from_call)
    takes_calls = N_("上门看望")


@LookIn.see.does
def count_as_contact(case: Case, actor: rights.Actor, given: Given, at: datetime) -> Given:
    """Whoever has a card was reached: its next date is planned from now."""
    plan = _plans([case]).get(case.subject)
    if plan is None:
        return {}
    known = {"how": given["how"]}
    engine.advance(plan.case_id, Care.look.key, actor=actor, given=known, at=at, intent=f"look_in:{case.id}")
    return {"care": str(plan.case_id)}


def _plans(cases: Iterable[Case]) -> dict[str, CarePlan]:
    """The open card of whoever each case is about, by subject. Two queries."""
    cases = list(cases)
    ids = [key for case in cases if (key := id_of(case.subject))]
    if not ids:
        return {}
    rows = CarePlan.objects.filter(
        community_id=cases[0].community_id, person__in=ids, case__closed_at=None
    ).select_related("person")
    return {str(plan.person_id): plan for plan in rows.prefetch_related("person__needs")}


def case_facts(case: Case) -> list[Fact]:
    """What was said in the call, and the card of whoever is looked after anyway."""
    plan = _plans([case]).get(case.subject)
    said = [Fact(_("电话里说"), text, who) for text, who in heard_before(case)]
    return said + (card_of(plan) if plan else [Fact(_("包保档案"), _("没有"))])


def carry(cases: Iterable[Case]) -> dict[UUID, Carried]:
    """The same for a phone, without contacts."""
    cases = list(cases)
    plans = _plans(cases)
    return {c.id: Carried(tuple(card_of(plans[c.subject])) if c.subject in plans else ()) for c in cases}


LookIn.facts = staticmethod(case_facts)
LookIn.carry = staticmethod(carry)
