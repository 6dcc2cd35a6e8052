"""Whoever shares the dwelling is asked before the door closes; those under the same rules get a case of their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.clock import local
from linli.loops import engine, rights
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case
from linli.loops.pack import Pack
from linli.loops.rights import Actor
from linli.loops.spec import Opening
from linli.matters.isolation.doors import is_door
from linli.matters.isolation.loop import Isolation
from linli.matters.isolation.models import Cohabitant
from linli.matters.isolation.opening import title_of
from linli.matters.isolation.phases import phase_of, sharing
from linli.registry.models import Person

SAME_RULES = "same_rules"
ANSWERS = {
    SAME_RULES: N_("一起住,一并遵守"),
    "moved_out": N_("已搬到别处住"),
    "not_living": N_("不住在这里"),
}
"""What somebody who shares the dwelling can answer (domain.md §2.6: 共同居住者一并遵守)."""

TOGETHER = "together"
"""`isolation.household_ends` of a pack under which nobody of a household is let out before the last one."""


def to_ask(case: Case) -> list[Person]:
    """Whoever the register has behind this door and who is under no isolation of their own."""
    if not is_door(case.scope):
        return []
    own = [UUID(other.subject) for other in sharing(case)]
    there = Person.objects.filter(community_id=case.community_id, path=case.scope).exclude(
        standing__in=(Person.LEFT, Person.DECEASED)
    )
    return list(there.exclude(pk__in=[*own, UUID(case.subject)]).order_by("created_at", "id"))


def answers_of(case: Case) -> dict[UUID, str]:
    """What was answered so far, by person."""
    rows = Cohabitant.objects.filter(community_id=case.community_id, case=case)
    return dict(rows.values_list("person_id", "answer"))


def unasked(case: Case) -> list[Person]:
    """Those of whom nobody knows yet whether they stay."""
    known = answers_of(case)
    return [person for person in to_ask(case) if person.pk not in known]


def answer(
    case_id: UUID, answers: Mapping[UUID, str], *, community_id: UUID, actor: Actor, at: datetime
) -> None:
    """Keep what each of them said; the last word counts until the door closes.

    Raises Refused (nothing written) without the duty, for somebody who is not asked, or once the isolation is over;
    Case.DoesNotExist.
    """
    with transaction.atomic():
        lock(community_id)
        case = Case.objects.get(pk=case_id, community_id=community_id, loop="isolation")
        _may(case, actor, at)
        asked = {person.pk for person in to_ask(case)}
        if wrong := [key for key, said in answers.items() if key not in asked or said not in ANSWERS]:
            raise Refused(_("名单已变,请刷新后再填"), {str(key): _("名单已变,请刷新后再填") for key in wrong})
        for key, said in answers.items():
            Cohabitant.objects.update_or_create(
                community_id=community_id,
                case=case,
                person_id=key,
                defaults={"answer": said, "answered_at": at, "answered_by": actor.shown_name},
            )


def _may(case: Case, actor: Actor, at: datetime) -> None:
    if case.closed_at:
        raise Refused(_("隔离已结束,不用再问"))
    if not rights.book().holds(actor, "health", community_id=case.community_id, scope=case.scope, at=at):
        raise Refused(_("同住人由健康监测岗核实,您此刻不在这个岗位上"))


def close_door(case: Case, *, becoming: str, actor: Actor, at: datetime) -> None:
    """Everybody was asked, and whoever stays is under the same rules since the same day zero. In the step's transaction.

    Raises Refused, naming (masked) whom nobody asked.
    """
    if missing := unasked(case):
        names = "、".join(person.masked_name for person in missing)
        raise Refused(_("关门之前先问清同住的人:%(names)s") % {"names": names})
    said = answers_of(case)
    for person in to_ask(case):
        if said[person.pk] == SAME_RULES:
            _open_for_member(case, person, becoming=becoming, actor=actor, at=at)


def _open_for_member(case: Case, person: Person, *, becoming: str, actor: Actor, at: datetime) -> None:
    anchors = {key: case.anchors[key] for key in ("history", "day_zero")}
    opening = Opening(
        title=title_of(person),
        scope=person.path,
        subject=str(person.pk),
        anchors={**anchors, "member_of": leader_of(case)},
        state=becoming,
    )
    intent = f"member:{case.id}:{person.pk}"
    engine.open_case(
        Isolation, opening, community_id=case.community_id, at=at, intent=intent, actor=actor, cause=case
    )


def leader_of(case: Case) -> str:
    """The isolation that the household's follow from: its own for whoever began."""
    return str(case.anchors.get("member_of") or case.id)


def check_together(case: Case, pack: Pack, at: datetime) -> None:
    """Where the pack lets households out together, nobody goes before the last one may. Raises Refused."""
    if pack.get("isolation.household_ends", "isolation") != TOGETHER:
        return
    family = [other for other in sharing(case) if leader_of(other) == leader_of(case) and phase_of(other)]
    last = max((datetime.fromisoformat(other.anchors["monitor_ends"]) for other in family), default=at)
    if last > at:
        says = _("同住的还有人到 %(at)s 才满,按现行政策一起解除")
        raise Refused(says % {"at": f"{local(last):%Y-%m-%d %H:%M}"})
