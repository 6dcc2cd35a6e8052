"""Who may push notices: keys made, shown once, revoked."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.base.clock import now
from linli.desk import words
from linli.desk.frame import page
from linli.matters.returns import senders
from linli.matters.returns.models import Sender
from linli.registry.models import Community
from linli.roster.permissions import community_of, requires

FRESH_KEY = "fresh_sender_key"
"""Session slot in which a new key waits to be shown once."""


@requires("return.senders")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sender_list(request: HttpRequest) -> HttpResponse:
    """Who may push notices. A new key is shown once, on the page after it was made."""
    at, community_id = now(), community_of(request)
    if request.method == "POST":
        name = request.POST.get("name", "").strip()
        if name:
            community = get_object_or_404(Community, pk=community_id)
            request.session[FRESH_KEY] = senders.make(community, name, at=at).key
        else:
            messages.error(request, _("请写下发方的名称"))
        return redirect("desk-senders")
    context = {
        "senders": [
            {
                "id": s.id,
                "name": s.name,
                "hint": s.key_hint,
                "made": words.moment(s.made_at, at),
                "revoked": words.moment(s.revoked_at, at) if s.revoked_at else "",
            }
            for s in Sender.objects.filter(community_id=community_id).order_by("revoked_at", "made_at")
        ],
        "fresh_key": request.session.pop(FRESH_KEY, ""),
        "endpoint": request.build_absolute_uri(reverse("api-notices")),
    }
    return page(request, "desk/senders.html", context, here="settings", at=at)


@requires("return.senders")
@require_POST
def sender_revoke(request: HttpRequest, sender_id: UUID) -> HttpResponse:
    """The key opens nothing from now on."""
    sender = get_object_or_404(Sender, pk=sender_id, community_id=community_of(request))
    senders.revoke(sender.pk, community=sender.community, at=now())
    messages.success(request, _("%(name)s 的密钥已停用") % {"name": sender.name})
    return redirect("desk-senders")
