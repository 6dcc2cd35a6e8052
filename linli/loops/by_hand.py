"""What is done with a loop beside its steps, by whoever stands there: a case opened, a recurring promise kept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.loops import engine, evidence, rights
from linli.loops.evidence import Given
from linli.loops.ledger import Made, Refused, lock_case, seen
from linli.loops.models import Case, Event
from linli.loops.pack import pack_for
from linli.loops.spec import ByHand, Loop


def start(
    loop: type[Loop],
    *,
    beside: UUID,
    new_id: UUID,
    actor: rights.Actor,
    given: Given,
    at: datetime,
    intent: str,
    device_at: datetime | None = None,
) -> Event:
    """Open a case of `loop` beside another one, as `Loop.by_hand` says, once per `intent`; its first event.

    The device chose `new_id`, so that what it does next can already name the case. The new case follows from the one
    it stands beside and lies where the opening says. Raises Refused (nothing written), Case.DoesNotExist.
    """
    with transaction.atomic():
        ledger, near = lock_case(beside)
        if before := seen(near.community_id, intent):
            return _same(before, new_id, f"{loop.key}.opened")
        hand = loop.by_hand
        if hand is None or (hand.beside and near.loop not in hand.beside):
            raise Refused(_("「%(loop)s」不能在这里新开") % {"loop": _(loop.title)})
        _may(near, hand, given, actor, at)
        if Case.objects.filter(pk=new_id).exists():
            raise Refused(_("这个操作编号已用于另一步,请刷新后重试"))
        facts, private = engine.apart(hand.asked(pack_for(near.community_id, at)), given)
        opening = hand.opening(near, given, at)
        made = Made(f"{loop.key}.opened", intent, at, actor, {**opening.given, **facts}, device_at)
        event = engine.begin(ledger, loop, opening, made=made, cause=near, new_id=new_id)
        engine.keep_private(event, facts, private)
        return event


def keep(
    case_id: UUID,
    *,
    actor: rights.Actor,
    given: Given,
    at: datetime,
    intent: str,
    device_at: datetime | None = None,
) -> Event:
    """Keep the recurring promise of a case as `Loop.keeping` says, once per `intent`; the event.

    Raises Refused (nothing written), Case.DoesNotExist.
    """
    with transaction.atomic():
        _ledger, case = lock_case(case_id)
        hand = case.declared.keeping
        if hand is None:
            raise Refused(_("没有「%(step)s」这一步") % {"step": "kept"})
        if before := seen(case.community_id, intent):
            return _same(before, case_id, f"{case.loop}.kept")
        _may(case, hand, given, actor, at)
        event: Event = hand.keep(case_id, given, actor=actor, at=at, intent=intent, device_at=device_at)
        return event


def _same(before: Event, case_id: UUID, name: str) -> Event:
    if before.verb == "late_note":  # it was refused a moment ago, in another worker
        return before
    if before.case_id != case_id or before.name != name:
        raise Refused(_("这个操作编号已用于另一步,请刷新后重试"))
    return before


def _may(case: Case, hand: ByHand, given: Given, actor: rights.Actor, at: datetime) -> None:
    if actor.community_id not in (None, case.community_id):
        raise Refused(_("这不是您所在社区的事项"))
    book = rights.book()
    where = {"community_id": case.community_id, "scope": case.scope, "at": at}
    if not any(book.holds(actor, duty, **where) for duty in hand.duties):
        sentence = _("「%(step)s」由「%(duty)s」办理,您此刻不在这个岗位上。请联系值班台")
        raise Refused(sentence % {"step": _(hand.title), "duty": book.title(hand.by)})
    if found := evidence.faults(hand.asked(pack_for(case.community_id, at)), given):
        raise Refused(_("还有 %(n)d 处需要补充") % {"n": len(found)}, found)
