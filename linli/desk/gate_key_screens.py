"""Gates that send scans: keys made for a place, shown once, taken back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.base.clock import now
from linli.desk import words
from linli.desk.frame import page
from linli.registry.models import Venue
from linli.roster.permissions import community_of, requires
from linli.scans import gates
from linli.scans.fast import API
from linli.scans.models import Gate

FRESH_KEY = "fresh_gate_key"
"""Session slot in which a new key waits to be shown once."""

MOST = 500
"""Venues to choose from on one page."""


@requires("scan.gates")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def gate_list(request: HttpRequest) -> HttpResponse:
    """What sends scans by machine. A new key is shown once, on the page after it was made."""
    at, community_id = now(), community_of(request)
    venues = Venue.objects.filter(community_id=community_id).order_by("name")
    if request.method == "POST":
        name, chosen = request.POST.get("name", "").strip(), request.POST.get("venue", "")
        venue = next((v for v in venues if str(v.pk) == chosen), None)
        if name and venue:
            request.session[FRESH_KEY] = gates.make(venue, name, at=at).key
        else:
            messages.error(request, _("请写闸机的名称,并选它在哪个场所"))
        return redirect("desk-gates")
    context = {
        "gates": [
            {
                "id": g.id,
                "name": g.name,
                "venue": g.venue.name,
                "hint": g.key_hint,
                "made": words.moment(g.made_at, at),
                "revoked": bool(g.revoked_at),
            }
            for g in Gate.objects.filter(community_id=community_id)
            .select_related("venue")
            .order_by("revoked_at", "made_at")
        ],
        "venues": venues[:MOST],
        "fresh_key": request.session.pop(FRESH_KEY, ""),
        "endpoint": request.build_absolute_uri(API),
    }
    return page(request, "desk/gates.html", context, here="settings", at=at)


@requires("scan.gates")
@require_POST
def gate_revoke(request: HttpRequest, gate_id: UUID) -> HttpResponse:
    """The key opens nothing from now on; what it sent stays."""
    gate = get_object_or_404(Gate, pk=gate_id, community_id=community_of(request))
    gates.revoke(gate.pk, community_id=gate.community_id, at=now())
    messages.success(request, _("%(name)s 的密钥已停用") % {"name": gate.name})
    return redirect("desk-gates")
