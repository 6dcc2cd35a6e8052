"""Promises and the ladder: when a case is due, when the clock looks next, and who hears when nobody answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from linli.loops import rights
from linli.loops.ledger import Made, Refused, append, lock_case, save, seen
from linli.loops.models import Case, Event, Ledger
from linli.loops.pack import MOST_MINUTES, Pack, pack_under


def settle(case: Case, pack: Pack, at: datetime) -> None:
    """Give a case that just entered an open state its promise, and start the ladder from the lowest rung.

    Raises Refused where the community's pack is older than the matter: a state without a promise is never entered.
    """
    if case.standing.due not in pack.body["due"]:
        says = _("现行政策包没有规定「%(state)s」的期限。请在「政策包」里启用新版后再办")
        raise Refused(says % {"state": _(case.standing.title)})
    case.pack = pack.key
    case.due_at = pack.due_at(case.standing.due, case.entered_at, case.anchors)
    case.rung, case.overdue_at, case.acknowledged_at = 0, None, None
    case.wake_at = _first_look(case.standing.due, case.due_at, pack, at)


def _first_look(due_key: str, due_at: datetime, pack: Pack, at: datetime) -> datetime:
    """A quiet state is left alone until its reminder (or its promise); any other is looked at after the first rung."""
    if pack.is_quiet(due_key):
        return due_at - pack.reminder(due_key)
    return min(at + pack.ladder_of(due_key)[0], due_at)


def close(case: Case, at: datetime) -> None:
    """Nothing is owed any more."""
    case.closed_at, case.due_at, case.wake_at = at, None, None


def replan(case: Case, pack: Pack, at: datetime) -> None:
    """Work the promise out again, keeping what was done: the stay, the rung and the acknowledgement."""
    case.pack = pack.key
    case.due_at = pack.due_at(case.standing.due, case.entered_at, case.anchors)
    if case.overdue_at and case.due_at > at:
        case.overdue_at = None
    if case.overdue_at:
        return
    if case.acknowledged_at:
        case.wake_at = case.due_at
    elif pack.is_quiet(case.standing.due):
        case.wake_at = _first_look(case.standing.due, case.due_at, pack, at)
    else:
        case.wake_at = min(case.wake_at or case.due_at, case.due_at)


def told(case: Case, pack: Pack) -> tuple[str, ...]:
    """The duties that have been told by now: the state's ladder up to the rung reached, then the last resort."""
    ladder = (*case.standing.tell, pack.last_resort)
    return tuple(dict.fromkeys(ladder[: case.rung + 1]))


def is_loud(case: Case, pack: Pack) -> bool:
    """Past the last rung: the desk itself raises its voice until somebody acts."""
    return case.rung > len(case.standing.tell)


def wake(case_id: UUID, *, at: datetime) -> Event | None:
    """Look at one case whose time has come: mark it overdue, or climb one rung. None when there is nothing to do yet.

    One rung a call, and the next call waits the full gap: a server that slept for hours does not storm up the ladder.
    """
    with transaction.atomic():
        ledger, case = lock_case(case_id)
        if case.wake_at is None or case.wake_at > at:
            return None
        pack = pack_under(ledger, at)
        if case.standing.lapses and case.due_at and case.due_at <= at:
            return _lapse(ledger, case, at)
        verb = _look(case, pack, at)
        gaps = pack.ladder_of(case.standing.due)
        case.wake_at = at + gaps[min(case.rung, len(gaps) - 1)]
        if not case.overdue_at and case.due_at:
            case.wake_at = case.due_at if verb == "reminded" else min(case.wake_at, case.due_at)
        save(case)
        facts = {"rung": case.rung, "told": list(told(case, pack)), "loud": is_loud(case, pack)}
        return append(ledger, case, Made(f"{case.loop}.{verb}", _own(ledger, case), at, None, facts))


def _lapse(ledger: Ledger, case: Case, at: datetime) -> Event:
    """What was waited for did not come, and nobody failed: the case ends by itself."""
    case.state, case.stay, case.entered_at = case.standing.lapses, case.stay + 1, at
    close(case, at)
    save(case)
    return append(ledger, case, Made(f"{case.loop}.lapsed", _own(ledger, case), at))


def _own(ledger: Ledger, case: Case) -> str:
    """The intent of what the clock itself makes: unlike any other, even when the same moment comes twice."""
    return f"{case.id}:clock:{ledger.seq + 1}"


def _look(case: Case, pack: Pack, at: datetime) -> str:
    """What the clock does with a case whose time has come; the word for it."""
    if case.overdue_at:
        return _climb(case)
    if case.due_at and case.due_at <= at:
        return _fall_due(case, at)
    if pack.is_quiet(case.standing.due):
        return "reminded"
    return _climb(case)


def _fall_due(case: Case, at: datetime) -> str:
    case.overdue_at, case.acknowledged_at = at, None
    case.rung = min(case.rung + 1, len(case.standing.tell) + 1)
    return "overdue"


def _climb(case: Case) -> str:
    case.acknowledged_at = None
    case.rung = min(case.rung + 1, len(case.standing.tell) + 1)
    return "climbed"


def acknowledge(case_id: UUID, *, actor: rights.Actor, at: datetime, intent: str) -> Event:
    """“I have it”: the ladder holds still until the promise (once overdue: for the pack's grace); the promise stays.

    Raises Refused when the case is closed or the actor is none of those who are told.
    """
    with transaction.atomic():
        ledger, case = lock_case(case_id)
        if before := seen(case.community_id, intent):
            return before
        pack = pack_under(ledger, at)
        _may_acknowledge(case, pack, actor, at)
        case.acknowledged_at = at
        case.holder_id, case.holder_name = actor.id, actor.shown_name
        case.wake_at = at + pack.grace if case.overdue_at else case.due_at
        save(case)
        return append(ledger, case, Made(f"{case.loop}.acknowledged", intent, at, actor))


def _may_acknowledge(case: Case, pack: Pack, actor: rights.Actor, at: datetime) -> None:
    if case.closed_at:
        raise Refused(_("此事已经办结,不用再接"))
    book, duties = rights.book(), (*case.standing.tell, pack.last_resort)
    if not any(
        book.holds(actor, duty, community_id=case.community_id, scope=case.scope, at=at) for duty in duties
    ):
        raise Refused(_("您此刻不在相关岗位上,不能接下此事"))


def hasten(case_id: UUID, *, at: datetime) -> None:
    """Nobody was there to be told on this rung: let the clock look at the case at once."""
    with transaction.atomic():
        lock_case(case_id)
        Case.objects.filter(pk=case_id, closed_at=None, wake_at__gt=at, acknowledged_at=None).update(
            wake_at=at
        )


def wake_due(*, at: datetime, most: int = 200) -> int:
    """One pass of the clock over every community. Returns how many events it made."""
    ids = list(Case.objects.awake(at).values_list("id", flat=True)[:most])
    return sum(1 for case_id in ids if wake(case_id, at=at))


LEEWAY = timedelta(minutes=1)
"""Clocks of two machines may differ by so much without anything having to be put right."""


def steady(*, at: datetime, most: int = 500) -> int:
    """Put right what a clock that ran ahead and was set back has left: promises and silences that lie too far off.

    A case that was moved, fell due or was answered "later than now" is promised anew from now, told anew from the
    lowest rung, and says so in the ledger; so is a case nobody answered whose next look lies beyond its next rung.
    Returns how many cases were put right; a second call finds none.
    """
    ids = list(_astray(at).values_list("id", flat=True)[:most])
    return sum(1 for case_id in ids if _put_right(case_id, at))


def _astray(at: datetime) -> QuerySet[Case]:
    later = at + LEEWAY
    ahead = Q(entered_at__gt=later) | Q(overdue_at__gt=later) | Q(acknowledged_at__gt=later)
    silent = Q(acknowledged_at=None, rung__gt=0, wake_at__gt=later + timedelta(minutes=MOST_MINUTES)) & ~Q(
        wake_at=F("due_at")
    )
    return Case.objects.open().filter(ahead | silent)


def _put_right(case_id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        ledger, case = lock_case(case_id)
        if not _astray(at).filter(pk=case_id).exists():
            return False
        pack, before = pack_under(ledger, at), case.due_at
        case.entered_at = min(case.entered_at, at)
        settle(case, pack, at)
        save(case)
        facts = {"why": _("服务器时间被调回"), "before": f"{before}", "after": f"{case.due_at}"}
        append(ledger, case, Made(f"{case.loop}.replanned", _own(ledger, case), at, None, facts))
        return True
