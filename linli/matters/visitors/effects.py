"""What the steps of a visit do beside moving it: a yes opens the window, the code is asked for and dies with the visit."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from linli.base.clock import local
from linli.loops import engine
from linli.loops.evidence import Given
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.loops.rights import Actor
from linli.matters.visitors import passes, people
from linli.matters.visitors.announcing import (
    CALL,
    Told,
    asked_as_who,
    judged,
    opening_of,
    span_of,
    title_of,
)
from linli.matters.visitors.kinds import early, kinds_of
from linli.matters.visitors.loop import VisitPass
from linli.matters.visitors.questions import PAGE
from linli.registry.subjects import person_of

LONGEST = timedelta(hours=24)
"""Nobody stays on longer than a day without being announced anew."""


def refused(key: str, sentence: str) -> Refused:
    """A refusal beside the one answer it is about."""
    return Refused(sentence, {key: sentence})


@VisitPass.take_down.does
def take_down(case: Case, actor: Actor | None, given: Given, at: datetime) -> Given:
    """A host who telephoned has agreed by it: the pass is given at once. Raises Refused."""
    said = _taken_down(case, given, at, agreed=True)
    passes.issue(case, at=at)
    return said


@VisitPass.note_down.does
def note_down(case: Case, actor: Actor | None, given: Given, at: datetime) -> Given:
    """Somebody else telephoned: the host is still to be asked. Raises Refused."""
    return _taken_down(case, given, at, agreed=False)


def _taken_down(case: Case, given: Given, at: datetime, *, agreed: bool) -> Given:
    host = person_of(case)
    if host is None:
        raise Refused(_("这一户已不在册,请重新登记"))
    name = str(given.get("who", "")).strip()
    told = Told(
        kind=str(given["kind"]),
        channel=CALL,
        intent="",
        name=name,
        party=int(given["party"]),
        starts_at=datetime.fromisoformat(given["starts_at"]),
    )
    with asked_as_who():
        opening = opening_of(host, told, at, agreed=agreed)
    case.anchors = {**case.anchors, **opening.anchors}
    people.keep(case, name=name)
    engine.rename(case.id, title=title_of(host, told.kind, name), scope=host.path)
    return {"who": ""} if name else {}


@VisitPass.agree.does
def agree(case: Case, actor: Actor | None, given: Given, at: datetime) -> Given:
    """The host says yes: the window opens now, or when it was announced for, and the pass is given. Raises Refused."""
    if (given["how"] == PAGE) is not (actor is None):
        raise refused("how", _("请选怎么问到户主的"))
    host, pack = person_of(case), pack_for(case.community_id, at)
    kind = kinds_of(pack).get(case.anchors["kind"])
    starts = max(datetime.fromisoformat(case.anchors["starts_at"]), at)
    if host is None or kind is None:
        raise Refused(_("现行政策不放这一类来访的人进入"))
    judged(host, _again(case, starts), pack, at)
    case.anchors = {**case.anchors, **span_of(kind, starts, at)}
    passes.issue(case, at=at)
    return {}


def _again(case: Case, starts: datetime) -> Told:
    """What was told, to be judged as of now: a door may have closed meanwhile."""
    known = case.anchors
    return Told(
        kind=known["kind"],
        channel=known["channel"],
        intent="",
        name="-",
        party=known["party"],
        starts_at=starts,
    )


@VisitPass.enter.does
def enter(case: Case, actor: Actor | None, given: Given, at: datetime) -> Given:
    """Only with this visit's own code or word, and within its window; the ledger keeps how, never the code.

    The window is asked about the moment at the gate, which a phone without a network tells later. Raises Refused.
    """
    shown = passes.opens(str(given["code"]), case)
    if not shown:
        raise refused("code", _("码或口令和这次来访对不上。请再看一遍,或打电话问户主"))
    came_at = datetime.fromisoformat(case.anchors["in_at"])
    starts, until = passes.window(case)
    begins = starts - early(pack_for(case.community_id, at))
    if came_at < begins:
        raise refused("code", _("还没到时间,%(at)s 起可以进") % {"at": f"{local(begins):%m-%d %H:%M}"})
    if came_at >= until:
        raise refused("code", _("通行证已过期。请打电话问户主,同意了再登记一次"))
    return {"code": shown}


@VisitPass.leave.does
def leave(case: Case, actor: Actor | None, given: Given, at: datetime) -> Given:
    """Out: the code opens nothing any more."""
    return _over(case, at)


@VisitPass.refuse.does
def refuse(case: Case, actor: Actor | None, given: Given, at: datetime) -> Given:
    """The host says no: no pass was given, and none will be."""
    return _over(case, at)


@VisitPass.turn_away.does
def turn_away(case: Case, actor: Actor | None, given: Given, at: datetime) -> Given:
    """The gate says no, and why. Whoever has to look into it hears by the event."""
    return _over(case, at)


@VisitPass.call_off.does
def call_off(case: Case, actor: Actor | None, given: Given, at: datetime) -> Given:
    """Nobody comes."""
    return _over(case, at)


def _over(case: Case, at: datetime) -> Given:
    passes.revoke(case, at=at)
    return {}


@VisitPass.stay_on.does
def stay_on(case: Case, actor: Actor | None, given: Given, at: datetime) -> Given:
    """A later end, at most a day from now; the promise moves with it. Raises Refused."""
    until = datetime.fromisoformat(given["until"])
    if not at < until <= at + LONGEST:
        raise refused("until", _("要晚于现在,最多再留 24 小时"))
    case.anchors = {**case.anchors, "until": until.isoformat()}
    return {}
