"""Somebody scanned a resident's card with a camera of their own: what it is, whom it serves, where to bring it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from linli.base.limits import Limit
from linli.door.open_door import may_knock, page
from linli.registry.models import Community
from linli.roster.permissions import requires

KNOCKS = Limit(60, seconds=60)
"""Looks from one address: the page is the same for everybody."""


@requires("door.card")
@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """The same page for every card: its token stands behind #, which no browser sends and nothing here reads."""
    if stopped := may_knock(request, KNOCKS):
        return stopped
    return page(request, "door/card.html", {}, community=_only_one())


def _only_one() -> Community | None:
    """Whose card it is can be said only where there is one community: the token is not known here."""
    found = list(Community.objects.all()[:2])
    return found[0] if len(found) == 1 else None
