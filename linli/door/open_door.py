"""What every page that stands open to strangers shares: how often one may knock, and what stands around the page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from linli.base.clock import now
from linli.base.limits import Limit
from linli.loops.pack import pack_for
from linli.registry.models import Community
from linli.registry.retention import CLOSED


def may_knock(request: HttpRequest, limit: Limit) -> HttpResponse | None:
    """None to let the caller in; else the page that says when to come back."""
    at, caller = now(), str(get_adapter().get_client_ip(request))
    if limit.allows(caller, at):
        return None
    answer = render(request, "429.html", status=429)
    answer["Retry-After"] = str(limit.wait(caller))
    return answer


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    community: Community | None,
    status: int = 200,
) -> HttpResponse:
    """A door page. Never kept by a cache: what is true now need not be true in a minute."""
    around = {
        "community_name": community.name if community else "",
        "desk_phone": community.phone if community else "",
    }
    answer = render(request, template, {**around, **context}, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


def purpose(community: Community, at: datetime) -> dict[str, str]:
    """Who asks, under which rule, how long it is kept: the foot of every page that asks for something."""
    pack = pack_for(community.id, at)
    days = pack.get(CLOSED, 90)
    return {
        "who": _("%(community)s 值班台") % {"community": community.name},
        "rule": f"{pack.body['issuer']} {pack.body['document']}",
        "kept": _("办结后 %(days)d 天删除") % {"days": days},
    }
