"""Gates that send scans: whether each is well, and keys made for a place, shown once, taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.base.clock import now
from linli.desk import words
from linli.desk.frame import page
from linli.loops.pack import pack_for
from linli.registry.models import Venue
from linli.roster.permissions import community_of, may, requires
from linli.scans import gates
from linli.scans.fast import API
from linli.scans.health import NEW, REVOKED, SHUT, SILENT, WELL, Health, health, silent_after
from linli.scans.models import Gate

FRESH_KEY = "fresh_gate_key"
"""Session slot in which a new key waits to be shown once."""

MOST = 500
"""Venues to choose from on one page."""

STATES = {
    SILENT: ("overdue", N_("没有消息")),
    WELL: ("pass", N_("有消息")),
    NEW: ("waiting", N_("还没有送来过")),
    SHUT: ("waiting", N_("不在营业时间")),
    REVOKED: ("stop", N_("已停用")),
}
"""State → shape and word, the one to look at first."""


@requires("gate.see")
@require_safe
@never_cache
def gate_list(request: HttpRequest) -> HttpResponse:
    """What sends scans by machine, and how each is. A new key is shown once, on the page after it was made."""
    at, community_id = now(), community_of(request)
    pack, manages = pack_for(community_id, at), may(request, "scan.gates")
    rows = Gate.objects.filter(community_id=community_id).select_related("venue").order_by("made_at")
    found = [(gate, health(gate, pack, at)) for gate in rows]
    order = list(STATES)
    found.sort(key=lambda one: order.index(one[1].state))
    context = {
        "gates": [_line(gate, how, at) for gate, how in found],
        "figures": _figures([how for _gate, how in found]),
        "silent_minutes": int(silent_after(pack).total_seconds() // 60),
        "venues": Venue.objects.filter(community_id=community_id).order_by("name")[:MOST] if manages else [],
        "manages": manages,
        "fresh_key": request.session.pop(FRESH_KEY, "") if manages else "",
        "endpoint": request.build_absolute_uri(API),
    }
    return page(request, "desk/gates.html", context, here="settings", at=at)


def _figures(found: list[Health]) -> list[dict[str, Any]]:
    counted = ((state, sum(how.state == state for how in found)) for state in (SILENT, WELL))
    return [{"n": n, "word": _(STATES[state][1]), "shape": STATES[state][0]} for state, n in counted]


def _line(gate: Gate, how: Health, at: datetime) -> dict[str, Any]:
    shape, word = STATES[how.state]
    silent = how.state == SILENT
    said = _("%(span)s没有消息") % {"span": words.span(how.quiet)} if silent else _(word)
    return {
        "id": gate.pk,
        "name": gate.name,
        "venue": gate.venue.name,
        "hint": gate.key_hint,
        "made": words.moment(gate.made_at, at),
        "heard": words.moment(gate.heard_at, at) if gate.heard_at else "",
        "sent": how.sent_today,
        "status": {"shape": shape, "word": said},
        "clock": _clock(how),
        "revoked": how.state == REVOKED,
    }


def _clock(how: Health) -> dict[str, str] | None:
    """How far its clock is off, and what follows from that; None where it was never heard."""
    if how.ahead is None:
        return None
    if not how.is_off:
        return {"shape": "pass", "word": _("钟准"), "text": ""}
    span = words.span(how.ahead)
    if how.ahead.total_seconds() > 0:
        said, text = _("钟快 %(span)s") % {"span": span}, ""
    else:
        said, text = _("慢 %(span)s") % {"span": span}, _("钟慢了,或者是断网后补传。")
    if not how.is_believed:
        text = _("差得太多,它报的时间不用,按收到的时间记。请校钟。")
    return {"shape": "limit", "word": said, "text": text}


@requires("scan.gates")
@require_POST
def gate_make(request: HttpRequest) -> HttpResponse:
    """A new gate with its key, which the next page shows once."""
    name, chosen = request.POST.get("name", "").strip(), request.POST.get("venue", "")
    venues = Venue.objects.filter(community_id=community_of(request))
    venue = next((v for v in venues if str(v.pk) == chosen), None)
    if name and venue:
        request.session[FRESH_KEY] = gates.make(venue, name, at=now()).key
    else:
        messages.error(request, _("请写闸机的名称,并选它在哪个场所"))
    return redirect("desk-gates")


@requires("scan.gates")
@require_POST
def gate_revoke(request: HttpRequest, gate_id: UUID) -> HttpResponse:
    """The key opens nothing from now on; what it sent stays."""
    gate = get_object_or_404(Gate, pk=gate_id, community_id=community_of(request))
    gates.revoke(gate.pk, community_id=gate.community_id, at=now())
    messages.success(request, _("%(name)s 的密钥已停用") % {"name": gate.name})
    return redirect("desk-gates")
