"""What a shop sees of the street sweep: today's visits by their window, and what it has to put right, one form for each."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from linli.base.clock import local
from linli.base.ids import uuid7
from linli.loops.engine import Refused
from linli.matters.patrols import keepers
from linli.matters.patrols.facts import clock, moment, window
from linli.matters.patrols.keepers import Owed
from linli.matters.patrols.models import PatrolVisit
from linli.matters.venues.links import Shop

OUTCOMES = {
    PatrolVisit.CHECKED: ("pass", N_("查过了")),
    PatrolVisit.SHUT: ("limit", N_("来时关着门")),
    PatrolVisit.MISSED: ("stop", N_("没来成")),
}
"""What became of a visit → shape and word, from behind the counter."""


def shown(request: HttpRequest, mine: Shop, at: datetime) -> dict[str, Any]:
    """Visits and findings of a venue; nothing for an application. What was typed stays where it was refused."""
    if mine.venue is None:
        return {}
    answered, said = request.POST.get("finding", ""), request.POST.get("words", "")[: 2 * keepers.MOST]
    return {
        "visits": [_visit(visit, at) for visit in keepers.visits(mine.venue, at)],
        "owed": [
            _owed(one, said if str(one.case.pk) == answered else "") for one in keepers.owed(mine.venue, at)
        ],
        "most": keepers.MOST,
    }


def _visit(visit: PatrolVisit, at: datetime) -> dict[str, str]:
    """One visit: its window, and what became of it. Neither who comes nor when exactly: a look is not announced."""
    waiting = ("overdue", N_("该来没来")) if visit.closes_at <= at else ("waiting", N_("会有人来"))
    shape, word = OUTCOMES.get(visit.outcome, waiting)
    return {
        "window": window(visit),
        "shape": shape,
        "word": _(word),
        "at": clock(visit.walked_at) if visit.walked_at else "",
    }


def _owed(one: Owed, said: str) -> dict[str, Any]:
    shape, word, text = _asked(one)
    return {
        "id": one.case.pk,
        "title": one.title,
        "shape": shape,
        "word": word,
        "text": text,
        "answered": bool(one.answered_at),
        "intent": uuid7(),
        "said": said,
    }


def _asked(one: Owed) -> tuple[str, str, str]:
    """Shape, word and sentence of one thing that is not in order."""
    by = {"at": moment(one.fix_by)}
    if one.answered_at:
        said = {"at": f"{local(one.answered_at):%H:%M}"}
        return "waiting", _("等复查"), _("您 %(at)s 说改好了。我们会再来看一次。") % said
    if one.case.state == "reported":
        return "stop", _("已上报"), _("超过期限没改好,已报上级。改好了请马上告诉我们。")
    if one.case.state == "persisting":
        return "stop", _("还要改"), _("复查还不合格,请在 %(at)s 前改好。") % by
    return "limit", _("要改"), _("请在 %(at)s 前改好。") % by


def answer(request: HttpRequest, mine: Shop, at: datetime) -> None:
    """The shop's word that one thing is put right. Raises Refused for what cannot be meant."""
    try:
        finding, form = UUID(request.POST.get("finding", "")), UUID(request.POST.get("intent", ""))
    except ValueError:
        raise Refused(_("没有这一条,请刷新再看")) from None
    if mine.venue is None:
        raise Refused(_("没有这一条,请刷新再看"))
    intent = f"keeper-{mine.venue.pk.hex}-{form}"
    keepers.answer(finding, mine.venue, request.POST.get("words", ""), at=at, intent=intent)
