"""The desk's pages about channels: list, set up, test, switch off; and what became of the messages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_
from django.views.decorators.http import require_POST

from linli.base.clock import local, now
from linli.notify.forms import FORMS, ChannelForm, save
from linli.notify.models import KINDS, WEBPUSH, Channel, Delivery
from linli.notify.trial import send_trial
from linli.roster.permissions import actor, community_of, requires

SHOWN = 100
"""Messages on the page; older ones are on their case's page."""
STATES = {
    Delivery.QUEUED: ("waiting", N_("等待发送")),
    Delivery.SENT: ("pass", N_("已送出")),
    Delivery.REFUSED: ("stop", N_("被拒收")),
    Delivery.GIVEN_UP: ("stop", N_("多次未送达")),
    Delivery.MOOT: ("waiting", N_("已不必发")),
}
"""Delivery state → shape and word (a msgid)."""


@requires("notify.channels")
def channels(request: HttpRequest) -> HttpResponse:
    """Every channel of the community, with the last test's result."""
    found = Channel.objects.filter(community_id=community_of(request)).order_by("kind", "name")
    kinds = [(k, _(title)) for k, title in KINDS.items()]
    has_push = any(c.kind == WEBPUSH for c in found)
    context = {
        "rows": [_row(channel) for channel in found],
        "addable": [pair for pair in kinds if pair[0] != WEBPUSH or not has_push],
    }
    return render(request, "notify/channels.html", context)


def _row(channel: Channel) -> dict[str, Any]:
    shape, word = ("waiting", _("还没试发"))
    if not channel.enabled:
        shape, word = "limit", _("已停用")
    elif channel.test_passed is not None:
        shape, word = ("pass", _("试发成功")) if channel.test_passed else ("stop", _("试发失败"))
    return {
        "channel": channel,
        "kind": _(KINDS[channel.kind]),
        "shape": shape,
        "word": word,
        "tested": f"{local(channel.tested_at):%m-%d %H:%M}" if channel.tested_at else "",
    }


@requires("notify.channels")
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """Set up one more channel of a kind."""
    if kind not in FORMS:
        raise Http404
    return _edit(request, Channel(community_id=community_of(request), kind=kind), is_new=True)


@requires("notify.channels")
def edit(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """Change a channel; secrets are never shown again."""
    return _edit(request, _own(request, channel_id), is_new=False)


def _own(request: HttpRequest, channel_id: UUID) -> Channel:
    return get_object_or_404(Channel, pk=channel_id, community_id=community_of(request))


def _edit(request: HttpRequest, channel: Channel, *, is_new: bool) -> HttpResponse:
    form = FORMS[channel.kind](request.POST or None, channel=None if is_new else channel)
    if request.method == "POST" and form.is_valid() and _kept(form, channel):
        messages.success(request, _("已保存。请点“试发”,看它通不通。"))
        return HttpResponseRedirect(reverse("notify-channels"))
    context = {"form": form, "channel": channel, "kind": _(KINDS[channel.kind]), "is_new": is_new}
    return render(request, "notify/channel.html", context, status=422 if form.errors else 200)


def _kept(form: ChannelForm, channel: Channel) -> bool:
    try:
        with transaction.atomic():
            save(form, channel)
    except IntegrityError:
        form.add_error("name", _("已有同名的通道"))
        return False
    return True


@requires("notify.channels")
@require_POST
def try_out(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """The test button."""
    channel = _own(request, channel_id)
    answer = send_trial(channel, actor(request), at=now())
    words = {"name": channel.name, "answer": answer.words}
    if answer.verdict == "taken":
        messages.success(request, _("“%(name)s”试发成功。对方回答:%(answer)s") % words)
    else:
        messages.error(request, _("“%(name)s”没有发出。对方回答:%(answer)s") % words)
    return HttpResponseRedirect(reverse("notify-channels"))


@requires("notify.channels")
@require_POST
def switch(request: HttpRequest, channel_id: UUID) -> HttpResponse:
    """On or off, as the form says: a second press of the same button changes nothing."""
    channel = _own(request, channel_id)
    on = request.POST.get("on") == "1"
    Channel.objects.filter(pk=channel.pk).update(enabled=on)
    messages.success(
        request, (_("“%(name)s”已启用") if on else _("“%(name)s”已停用")) % {"name": channel.name}
    )
    return HttpResponseRedirect(reverse("notify-channels"))


@requires("notify.deliveries")
def deliveries(request: HttpRequest) -> HttpResponse:
    """The last messages, and which reached nobody."""
    rows = Delivery.objects.filter(community_id=community_of(request)).select_related("recipient", "channel")
    if request.GET.get("show") == "failed":
        rows = rows.filter(state__in=(Delivery.REFUSED, Delivery.GIVEN_UP))
    context = {
        "rows": [_line(row) for row in rows.order_by("-queued_at", "-id")[:SHOWN]],
        "failed": request.GET.get("show") == "failed",
    }
    return render(request, "notify/deliveries.html", context)


def _line(row: Delivery) -> dict[str, Any]:
    shape, word = STATES[row.state]
    return {
        "at": f"{local(row.queued_at):%m-%d %H:%M:%S}",
        "who": row.recipient.shown_name if row.recipient else _("群"),
        "channel": row.channel.name,
        "case_id": row.case_id,
        "shape": shape,
        "word": _(word),
        "error": row.error,
        "tries": row.tries,
    }
