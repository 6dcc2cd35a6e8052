"""The queue light of every sampling site, for whoever is about to go: plain HTML, nobody's name, no sign-in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.base.clock import local, now
from linli.base.limits import Limit
from linli.door.open_door import may_knock, page
from linli.matters.testing.queues import LIGHTS, Light, lights
from linli.registry.models import Community
from linli.roster.permissions import requires

LOOKS = Limit(600, seconds=600)
"""Looks from one address: a whole compound behind one router looks while it waits."""


@requires("door.queues")
@require_safe
def queues(request: HttpRequest, slug: str) -> HttpResponse:
    """One line for every site where samples are taken now."""
    community, at = get_object_or_404(Community, slug=slug), now()
    if stopped := may_knock(request, LOOKS):
        return stopped
    context = {"rows": [_row(light) for light in lights(community, at)]}
    return page(request, "door/queues.html", context, community=community)


def _row(light: Light) -> dict[str, Any]:
    shape, word = LIGHTS[light.key]
    site = light.site
    return {
        "name": _("%(n)d号采样点(%(compound)s)") % {"n": site.number, "compound": site.compound.name},
        "where": site.where,
        "shape": shape,
        "word": _(word),
        "minutes": light.minutes,
        "at": f"{local(site.waiting_at):%H:%M}" if light.minutes is not None and site.waiting_at else "",
    }
