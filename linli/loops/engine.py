"""The only way a case moves: one step, one transaction, with its event, its next promise and whatever it starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.base.ids import uuid7
from linli.loops import deadlines, evidence, rights
from linli.loops.evidence import Evidence, Given
from linli.loops.ledger import CASES, REMARKS, Made, Refused, append, lock, lock_case, lock_for, save, seen
from linli.loops.models import Case, Event, LateNote, Ledger, Remark
from linli.loops.moments import happened_at
from linli.loops.pack import Pack, pack_under
from linli.loops.registry import opened_by
from linli.loops.spec import Loop, Opening, Step
from linli.loops.store import together


def open_case(
    loop: type[Loop],
    opening: Opening,
    *,
    community_id: UUID,
    at: datetime,
    intent: str,
    actor: rights.Actor | None = None,
    cause: Case | None = None,
) -> Case:
    """Open a case, once per `intent`: a second call with the same intent returns the first case.

    `cause` is the case it followed from, where a person and no event opened it.
    """
    with transaction.atomic():
        ledger = lock(community_id)
        if before := seen(community_id, intent):
            return before.case
        made = Made(f"{loop.key}.opened", intent, at, actor, dict(opening.given))
        return begin(ledger, loop, opening, made=made, cause=cause).case


def begin(
    ledger: Ledger,
    loop: type[Loop],
    opening: Opening,
    *,
    made: Made,
    cause: Case | None = None,
    new_id: UUID | None = None,
) -> Event:
    """Write a new case and its first event. The caller holds the lock; others call `open_case` or `by_hand.start`."""
    pack = pack_under(ledger, made.at)
    case = draft(
        loop, opening, pack, community_id=ledger.community_id, at=made.at, cause=cause, new_id=new_id
    )
    CASES.insert(case)
    if opening.writes:
        opening.writes(case, made.at)
    event = append(ledger, case, made)
    _open_follow_ups(ledger, case, event, pack)
    return event


def draft(
    loop: type[Loop],
    opening: Opening,
    pack: Pack,
    *,
    community_id: UUID,
    at: datetime,
    cause: Case | None = None,
    new_id: UUID | None = None,
) -> Case:
    """A new case with its promise, not yet written. Raises Refused where the pack is older than the matter."""
    case = Case(
        id=new_id or uuid7(),
        community_id=community_id,
        loop=loop.key,
        state=opening.state or loop.start().key,
        title=opening.title[:120],
        scope=opening.scope,
        subject=opening.subject,
        anchors=dict(opening.anchors),
        cause=cause,
        opened_at=at,
        entered_at=at,
    )
    if cause:  # whoever has the person or thing keeps it until somebody takes it over
        case.holder_id, case.holder_name = cause.holder_id, cause.holder_name
    if loop.plan:
        case.anchors |= loop.plan(case, pack)
    deadlines.settle(case, pack, at)
    return case


def advance(
    case_id: UUID,
    step_key: str,
    *,
    actor: rights.Actor | None,
    given: Given,
    at: datetime,
    intent: str,
    device_at: datetime | None = None,
    by_hand_of: str = "",
) -> Event:
    """Take one step. The same `intent` again returns the first event. Raises Refused (nothing written), Case.DoesNotExist.

    `intent` is the id the device made for this act. State, right and evidence are checked under the lock. `by_hand_of`
    names who did it where `actor` only types in what a paper says; the right is the actor's. No actor means that whom the
    case is about takes a step of their `own`: the edge that calls has made sure of who they are.
    """
    with transaction.atomic():
        ledger, case, before = lock_for(case_id, intent)
        step = _step(case, step_key)
        if before:
            return _same(before, case, f"{case.loop}.{step.key}")
        _may(case, step, actor, at)
        found = evidence.faults(step.asked(pack_under(ledger, at)), given)
        if found:
            raise Refused(_("还有 %(n)d 处需要补充") % {"n": len(found)}, found)
        name = f"{case.loop}.{step.key}"
        return _take(
            ledger, case, step, Made(name, intent, at, actor, given, device_at, by_hand_of=by_hand_of)
        )


def _step(case: Case, key: str) -> Step:
    step = case.declared.steps.get(key)
    if step is None:
        raise Refused(_("没有「%(step)s」这一步") % {"step": key})
    return step


def _same(before: Event, case: Case, name: str) -> Event:
    if before.case_id != case.id or before.name not in (name, f"{case.loop}.late_note"):
        raise Refused(_("这个操作编号已用于另一步,请刷新后重试"))
    return before


def _may(case: Case, step: Step, actor: rights.Actor | None, at: datetime) -> None:
    if actor and actor.community_id not in (None, case.community_id):
        raise Refused(_("这不是您所在社区的事项"))
    if all(o.key != case.state for o in step.origins):
        sentence = _("此事已是「%(state)s」,不能再「%(step)s」。请看最新情况")
        raise Refused(sentence % {"state": _(case.standing.title), "step": _(step.title)})
    opens_at = step.opens_at(case.anchors)
    if opens_at and at < opens_at:
        raise Refused(_("期限到 %(at)s 才满,还不能办") % {"at": f"{local(opens_at):%Y-%m-%d %H:%M}"})
    book = rights.book()
    own = actor is None and step.own
    if not own and not (
        actor and book.holds(actor, step.by, community_id=case.community_id, scope=case.scope, at=at)
    ):
        sentence = _("「%(step)s」由「%(duty)s」办理,您此刻不在这个岗位上。请联系值班台")
        raise Refused(sentence % {"step": _(step.title), "duty": book.title(step.by)})


def _take(ledger: Ledger, case: Case, step: Step, made: Made) -> Event:
    given, private = apart(step.asked(pack_under(ledger, made.at)), made.given or {})
    if step.marks:
        case.anchors = {**case.anchors, step.marks: happened_at(case, made.device_at, made.at).isoformat()}
    if step.effect:
        said = step.effect(case, made.actor, made.given or {}, made.at) or {}
        given |= said
        private = {k: text for k, text in private.items() if k not in said}  # the effect keeps it elsewhere
        ledger = lock(case.community_id)  # an effect may open other cases: the head is where they left it
    pack = pack_under(ledger, made.at)
    case.state, case.stay, case.entered_at = step.target.key, case.stay + 1, made.at
    giver, taker = (str(given.get(k, ""))[:60] for k in step.passes) if step.passes else ("", "")
    _hold(case, made.actor, taker)
    if step.target.is_open:
        deadlines.settle(case, pack, made.at)
    else:
        deadlines.close(case, made.at)
    with together():
        save(case)
        event = append(ledger, case, replace(made, given=given, giver=giver, taker=taker))
        keep_private(event, given, private)
    if not step.target.is_open:
        deadlines.end_what_followed(ledger, case, event)
    opened = _open_follow_ups(ledger, case, event, pack)
    if step.hands_on and given[step.hands_on] not in opened:
        raise Refused(_("对方没有接下,此事还在这里。请改办别的,或先约回电"))
    return event


def _hold(case: Case, actor: rights.Actor | None, taker: str) -> None:
    """Who has it now: whoever took it over in a hand-over, else whoever acted."""
    if taker and not (actor and actor.shown_name == taker):
        case.holder_id, case.holder_name = None, taker
    elif actor:
        case.holder_id, case.holder_name = actor.id, actor.shown_name


def keep_private(event: Event, given: Given, private: Mapping[str, str]) -> None:
    """Write the private answers, each under the id that the event names."""
    for key, text in private.items():
        row = Remark(id=UUID(given[key]), community_id=event.community_id, event=event, key=key, text=text)
        REMARKS.insert(row)


def apart(needs: Iterable[Evidence], given: Given) -> tuple[Given, dict[str, str]]:
    """Private answers become a reference in the event and a text beside it."""
    private = {
        e.key: str(given[e.key]) for e in needs if e.private and given.get(e.key) not in (None, "", [])
    }
    return {**given, **{k: str(uuid7()) for k in private}}, private


def _open_follow_ups(ledger: Ledger, case: Case, event: Event, pack: Pack) -> set[str]:
    """Open what follows from the event; the keys of the loops that opened."""
    opened = set()
    for loop in opened_by(event.name):
        opening = loop.opening(case, event, pack) if loop.opening else None
        if opening:
            made = Made(f"{loop.key}.opened", f"{event.id}:{loop.key}", event.at, None, dict(opening.given))
            begin(ledger, loop, opening, made=made, cause=case)
            opened.add(loop.key)
    return opened


def note_late(
    case_id: UUID,
    step_key: str,
    *,
    actor: rights.Actor,
    given: Given,
    at: datetime,
    intent: str,
    reason: str,
    device_at: datetime | None = None,
    by_hand_of: str = "",
    needs: Iterable[Evidence] | None = None,
) -> LateNote:
    """Keep a step that was refused after it had happened in the world; it stays visible until a person decides.

    `needs` says what was asked where `step_key` is no step of the loop, so that private answers stay beside the ledger.
    """
    with transaction.atomic():
        ledger, case = lock_case(case_id)
        before = LateNote.objects.filter(community_id=case.community_id, event__intent=intent).first()
        if before:
            return before
        step = case.declared.steps.get(step_key)
        asked = needs or (step.asked(pack_under(ledger, at)) if step else ())
        facts, private = apart(asked, given)
        facts = {**facts, "step": step_key, "why": reason}  # not "reason": steps ask for one, in private
        name = f"{case.loop}.late_note"
        event = append(ledger, case, Made(name, intent, at, actor, facts, device_at, by_hand_of=by_hand_of))
        keep_private(event, facts, private)
        return LateNote.objects.create(
            event=event, community_id=case.community_id, case=case, step=step_key, reason=reason[:200]
        )


def replan(case_id: UUID, *, anchors: Mapping[str, Any], at: datetime, intent: str, why: str) -> Event | None:
    """Move the promise of an open case because a moment it hangs on moved (a late train). None when nothing changes."""
    with transaction.atomic():
        ledger, case = lock_case(case_id)
        made = seen(case.community_id, intent)
        if made or case.closed_at:
            return made
        before = case.due_at
        case.anchors = {**case.anchors, **anchors}
        deadlines.replan(case, pack_under(ledger, at), at)
        save(case)
        facts = {"why": why, "before": before.isoformat() if before else "", "after": str(case.due_at)}
        return append(ledger, case, Made(f"{case.loop}.replanned", intent, at, None, facts))


def keep(
    case_id: UUID,
    *,
    anchors: Mapping[str, Any],
    at: datetime,
    intent: str,
    actor: rights.Actor | None = None,
    given: Given | None = None,
    device_at: datetime | None = None,
    by_hand_of: str = "",
) -> Event:
    """What a recurring promise waited for has come: plan the next one, and let the ladder start anew.

    For promises that somebody keeps who is no member of staff, so no duty is asked: the edge that calls this has
    decided who may. The same `intent` again returns the first event. Raises Refused (nothing written) for a closed case.
    """
    with transaction.atomic():
        ledger, case, before = lock_for(case_id, intent)
        if before:
            return _same(before, case, f"{case.loop}.kept")
        if actor and actor.community_id not in (None, case.community_id):
            raise Refused(_("这不是您所在社区的事项"))
        if case.closed_at:
            raise Refused(_("此事已经办结,不用再报"))
        pack = pack_under(ledger, at)
        case.anchors = {**case.anchors, **anchors}
        if case.declared.plan:
            case.anchors |= case.declared.plan(case, pack)
        case.stay, case.entered_at = case.stay + 1, at
        deadlines.settle(case, pack, at)
        with together():
            save(case)
            made = Made(f"{case.loop}.kept", intent, at, actor, given, device_at, by_hand_of=by_hand_of)
            event = append(ledger, case, made)
        _open_follow_ups(ledger, case, event, pack)
        return event


def follow(case_id: UUID, *, cause: Case) -> None:
    """Let a case that ends with its cause end with another one: two are behind one door, and one of them is let out."""
    with transaction.atomic():
        Case.objects.filter(pk=case_id, closed_at=None).update(cause=cause)


def rename(case_id: UUID, *, title: str, scope: str) -> None:
    """Correct what a case is called and where it lies (a repaired address); its history keeps what was."""
    with transaction.atomic():
        Case.objects.filter(pk=case_id).update(title=title[:120], scope=scope)


def entrust(case_ids: Iterable[UUID], holder: rights.Actor | None) -> None:
    """Say in whose hands cases are that a plan gave out anew; the plan keeps its own record, the promises stay."""
    told = (
        {"holder_id": holder.id, "holder_name": holder.shown_name}
        if holder
        else {"holder_id": None, "holder_name": ""}
    )
    with transaction.atomic():
        Case.objects.filter(pk__in=list(case_ids), closed_at=None).update(**told)


__all__ = [
    "Made",
    "Refused",
    "advance",
    "entrust",
    "follow",
    "keep",
    "note_late",
    "open_case",
    "rename",
    "replan",
]
