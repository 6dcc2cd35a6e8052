"""Somebody behind a door asks to go to a hospital: by their own link, by telephone, at the desk; and reads the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.ids import uuid7
from linli.loops import engine, rights
from linli.loops.evidence import Evidence, Given
from linli.loops.ledger import Refused, lock
from linli.loops.models import Case, Event, Remark
from linli.loops.rights import Actor
from linli.loops.spec import Opening, Start
from linli.matters.isolation.outing import Outing
from linli.matters.isolation.phases import phase_of

DOOR = "door"
"""By which way an outing was asked for, when a volunteer took it down."""

MOST = 500
"""Characters in which a need is told."""


def ask(
    isolation_id: UUID,
    need: str,
    *,
    community_id: UUID,
    channel: str,
    at: datetime,
    intent: str,
    actor: Actor | None = None,
) -> Case:
    """Open an outing, once per `intent` and one at a time. What was said is kept apart from the ledger.

    Whoever calls decided that the asker may; a colleague must hold the duty. Raises Refused (nothing written),
    Case.DoesNotExist.
    """
    with transaction.atomic():
        lock(community_id)
        isolation = Case.objects.get(pk=isolation_id, community_id=community_id, loop="isolation")
        mine = Case.objects.filter(community_id=community_id, loop="outing", subject=isolation.subject)
        if before := mine.filter(events__intent=intent).first():
            return before
        _may(isolation, need, actor, at)
        _one_at_a_time(isolation)
        told = str(uuid7())
        opening = _opening(isolation, {"need": told, "channel": channel})
        made = {"community_id": community_id, "at": at, "intent": intent, "actor": actor, "cause": isolation}
        case = engine.open_case(Outing, opening, **made)  # type: ignore[arg-type]
        event = Event.objects.get(case=case, name="outing.opened")
        Remark.objects.create(
            id=UUID(told), community_id=community_id, event=event, key="need", text=need.strip()
        )
        return case


def ask_here(isolation: Case, given: Given, at: datetime) -> Opening:
    """The same taken down at the door, with or without a network. Raises Refused; the right was checked before."""
    _may(isolation, str(given["need"]), None, at)
    _one_at_a_time(isolation)
    return _opening(isolation, {"channel": DOOR})


def _one_at_a_time(isolation: Case) -> None:
    mine = Case.objects.open().filter(
        community_id=isolation.community_id, loop="outing", subject=isolation.subject
    )
    if mine.exists():
        raise Refused(_("已有一件外出申请在办,请等答复,或打社区电话"))


def _opening(isolation: Case, given: Given) -> Opening:
    return Opening(title=isolation.title, scope=isolation.scope, subject=isolation.subject, given=given)


def _may(isolation: Case, need: str, actor: Actor | None, at: datetime) -> None:
    if not phase_of(isolation) or isolation.closed_at:
        raise Refused(_("此人现在不在居家隔离或监测中,不用申请"))
    if not need.strip() or len(need) > MOST:
        says = _("请写明为什么要去(最多 %(most)d 字)") % {"most": MOST}
        raise Refused(says, {"need": says})
    where = {"community_id": isolation.community_id, "scope": isolation.scope, "at": at}
    if actor and not rights.book().holds(actor, "health", **where):
        raise Refused(_("外出申请由健康监测岗登记,您此刻不在这个岗位上"))


Outing.by_hand = Start(
    by="health",
    title=N_("申请外出就医"),
    beside=("isolation",),
    needs=(Evidence("need", N_("为什么要去"), private=True),),
    opening=ask_here,
)


@dataclass(frozen=True)
class Answered:
    """An outing as its asker reads it: where it stands, and why when it was not agreed to."""

    case: Case
    word: str
    reason: str


def latest(isolation: Case) -> Answered | None:
    """The last time this person asked."""
    case = (
        Case.objects.filter(community_id=isolation.community_id, loop="outing", cause=isolation)
        .order_by("-opened_at", "-id")
        .first()
    )
    if case is None:
        return None
    refused = Remark.objects.filter(
        community_id=case.community_id, event__case=case, event__name="outing.refuse", key="reason"
    ).first()
    return Answered(case, _(case.standing.title), refused.text if refused else "")


def need_of(case: Case) -> str:
    """What was asked for; "" once it is forgotten."""
    told = Remark.objects.filter(
        community_id=case.community_id, event__case=case, event__name="outing.opened", key="need"
    ).first()
    return told.text if told else ""
