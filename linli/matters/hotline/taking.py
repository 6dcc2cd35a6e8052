"""A call is taken down: its case, the number, what was said; and what becomes of it at once, all or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.ids import uuid7
from linli.base.masks import mask_name
from linli.loops import engine, rights
from linli.loops.evidence import Given
from linli.loops.ledger import Refused, lock, seen
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.spec import Opening, Step
from linli.matters.hotline import numbers
from linli.matters.hotline.kinds import is_more, risen
from linli.matters.hotline.loop import Call, answer_by
from linli.matters.hotline.remarks import AGAIN, SAID, remark
from linli.registry.models import Community, Person


@dataclass(frozen=True, kw_only=True)
class Told:
    """A call as it was taken down. `intent` makes the same record sent twice one call.

    `person` is whose matter it is, where the register knows them; else `name` is how they call themselves. `place` is
    the scope path for a call that is about no known door.
    """

    intent: str
    kind: str
    urgency: str
    place: str
    person: Person | None = None
    name: str = ""
    number: str = ""
    note: str = ""


def take(
    told: Told,
    *,
    community: Community,
    at: datetime,
    actor: rights.Actor,
    step: Step | None = None,
    given: Given | None = None,
) -> Case:
    """Take a call down, once per `intent`, and take `step` with it where there is one.

    Raises Refused (nothing written, not even the call) without the duty, or when the step is refused.
    """
    with transaction.atomic():
        lock(community.id)
        if before := seen(community.id, told.intent):
            return _same(before.case)
        opening = _opening(told)
        _may(actor, community, opening.scope, at)
        case = engine.open_case(
            Call, opening, community_id=community.id, at=at, intent=told.intent, actor=actor
        )
        numbers.keep(case, told.number)
        private = {"note": told.note, "name": "" if told.person else told.name}
        if any(private.values()):
            remark(case, SAID, private=private, at=at, intent=f"{told.intent}:said", actor=actor)
        if step:
            intent = f"{told.intent}:{step.key}"
            engine.advance(case.id, step.key, actor=actor, given=given or {}, at=at, intent=intent)
        return Case.objects.get(pk=case.id)


def _same(case: Case) -> Case:
    if case.loop != Call.key:
        raise Refused(_("这个操作编号已用于另一步,请刷新后重试"))
    return case


def _may(actor: rights.Actor, community: Community, scope: str, at: datetime) -> None:
    if any(
        state.due not in pack_for(community.id, at).get("due") for state in (Call.received, Call.promised)
    ):
        raise Refused(_("现行政策包还没有来电的时限,请社区主任重新启用一次政策包"))
    held = rights.book().holds(actor, "hotline", community_id=community.id, scope=scope, at=at)
    if not held:
        raise Refused(_("来电由接线员登记,您此刻不在这个岗位上"))


def _opening(told: Told) -> Opening:
    who = told.person
    anchors: Given = {"kind": told.kind, "urgency": told.urgency, "times": 1}
    return Opening(
        title=_title(told),
        scope=who.path if who else told.place,
        subject=str(who.pk) if who else str(uuid7()),
        anchors=anchors | ({"person": str(who.pk)} if who else {}),
    )


def _title(told: Told) -> str:
    """张*三 · 香阅四季A区3号楼, or 李* · 尾号 0012: the person masked, the door and the number left out."""
    if told.person:
        home = told.person.household.dwelling if told.person.household else None
        place = f"{home.compound.name}{home.building}" if home else ""
    else:
        place = f"尾号 {told.number[-4:]}" if told.number else ""
    name = told.person.masked_name if told.person else mask_name(told.name)
    return " · ".join(part for part in (name or "来电", place) if part)


def join(case_id: UUID, told: Told, *, community: Community, at: datetime, actor: rights.Actor) -> Case:
    """Add a repeated call to the earlier one, once per `intent`: it gets what was said and becomes more urgent.

    Raises Refused (nothing written) when the earlier call is closed, about something else, or not there.
    """
    with transaction.atomic():
        lock(community.id)
        case = Case.objects.filter(pk=case_id, community_id=community.id, loop=Call.key).first()
        if case is None:
            raise Refused(_("没有找到那件来电,请另记一件"))
        if seen(community.id, told.intent):
            return case
        _may(actor, community, case.scope, at)
        _joinable(case, told)
        numbers.keep(case, told.number)
        remark(
            case,
            AGAIN,
            private={"note": told.note},
            tell="hotline",
            at=at,
            intent=told.intent,
            actor=actor,
        )
        _hurry(case, told, at)
        return Case.objects.get(pk=case.id)


def _joinable(case: Case, told: Told) -> None:
    if case.closed_at:
        raise Refused(_("那件来电已经办结,请另记一件"))
    if told.kind and told.kind != case.anchors["kind"]:
        says = _("两次说的不是一件事,请另记一件")
        raise Refused(says, {"kind": says})
    if told.person and case.anchors.get("person", str(told.person.pk)) != str(told.person.pk):
        raise Refused(_("两次说的不是一个人,请另记一件"))


def _hurry(case: Case, told: Told, at: datetime) -> None:
    """One step more urgent, or as urgent as it is said to be now; a moment that was promised stays promised."""
    urgency = risen(case.anchors["urgency"])
    if is_more(told.urgency, urgency):
        urgency = told.urgency
    sooner = answer_by(urgency, at, pack_for(case.community_id, at))
    due_at = min(datetime.fromisoformat(case.anchors["answer_by"]), sooner)
    anchors = {"urgency": urgency, "times": case.anchors["times"] + 1, "answer_by": due_at.isoformat()}
    engine.replan(case.id, anchors=anchors, at=at, intent=f"{told.intent}:hurry", why="又来电")
