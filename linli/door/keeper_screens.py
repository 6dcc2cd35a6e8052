"""A venue sees what it has to put right and says that it is done, by its own link: no sign-in, no JavaScript, one page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.base.clock import local, now
from linli.base.ids import uuid7
from linli.base.limits import Limit
from linli.door.open_door import may_knock, page, purpose
from linli.loops.engine import Refused
from linli.matters.patrols import keepers
from linli.matters.patrols.keepers import Owed
from linli.matters.patrols.models import KeeperLink
from linli.roster.permissions import requires

KNOCKS = Limit(60, seconds=60)
"""Looks and answers from one address: a market behind one router gets in, a guesser of 128 bits nowhere."""


@requires("door.keeper")
@require_http_methods(["GET", "HEAD", "POST"])
def keeper(request: HttpRequest, token_text: str) -> HttpResponse:
    """What there is to put right, one form for each. A link that opens nothing is answered alike, whatever the reason."""
    if stopped := may_knock(request, KNOCKS):
        return stopped
    at, link = now(), keepers.opened(token_text)
    if link is None:
        return page(request, "door/keeper_closed.html", {}, community=None, status=404)
    fault, said = "", ""
    if request.method == "POST":
        try:
            _answer(request, link, at)
        except Refused as refused:
            fault, said = refused.sentence, request.POST.get("words", "")[: 2 * keepers.MOST]
        else:
            return redirect("door-keeper", token_text=token_text)
    owed = [_owed(one, request.POST.get("finding", ""), said) for one in keepers.owed(link.venue, at)]
    context = {
        "venue": link.venue.name,
        "owed": owed,
        "fault": fault,
        "most": keepers.MOST,
        "purpose": purpose(link.community, at),
    }
    status = 422 if fault else 200
    return page(request, "door/keeper.html", context, community=link.community, status=status)


def _answer(request: HttpRequest, link: KeeperLink, at: datetime) -> None:
    """Raises Refused for what cannot be meant."""
    try:
        finding, form = UUID(request.POST.get("finding", "")), UUID(request.POST.get("intent", ""))
    except ValueError:
        raise Refused(_("没有这一条,请刷新再看")) from None
    intent = f"keeper-{link.pk.hex}-{form}"
    keepers.answer(finding, link.venue, request.POST.get("words", ""), at=at, intent=intent)


def _owed(one: Owed, answered: str, said: str) -> dict[str, Any]:
    here = local(one.fix_by)
    return {
        "id": one.case.pk,
        "title": one.title,
        "by": f"{here.month}-{here.day} {here:%H:%M}",
        "answered": f"{local(one.answered_at):%H:%M}" if one.answered_at else "",
        "again": one.case.state == "persisting",
        "reported": one.case.state == "reported",
        "intent": uuid7(),
        "said": said if str(one.case.pk) == answered else "",
    }
