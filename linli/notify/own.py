"""My own phone: let it be pushed to, let it go, and say “I have it” from the notification itself."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from linli.base.clock import local, now
from linli.loops.ledger import Refused
from linli.loops.models import Case
from linli.notify import ack, devices, one_worker, secret, vapid
from linli.notify.forms import AddressForm
from linli.notify.models import Subscription
from linli.roster.permissions import actor, requires


@requires("notify.own")
def me(request: HttpRequest) -> HttpResponse:
    """How I am reached: this device, my other devices, my mail."""
    user = actor(request)
    form = AddressForm(request.POST or None, initial={"address": secret.address_of(user)})
    if request.method == "POST" and form.is_valid():
        secret.keep_address(user, form.cleaned_data["address"])
        messages.success(request, _("已保存"))
        return HttpResponseRedirect(reverse("notify-me"))
    mine = Subscription.objects.filter(user=user, gone_at=None).order_by("-made_at")
    context = {
        "form": form,
        "key": vapid.public_key(),
        "devices": [{"name": d.device, "since": f"{local(d.made_at):%m-%d %H:%M}"} for d in mine],
    }
    return render(request, "notify/me.html", context, status=422 if form.errors else 200)


@requires("notify.own")
@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """Register this browser: the JSON of a PushSubscription. 409 when it is somebody else's, 400 when it cannot be used."""
    given = _json(request)
    keys = given["keys"] if isinstance(given.get("keys"), dict) else {}
    try:
        devices.subscribe(
            actor(request),
            endpoint=str(given.get("endpoint", "")),
            p256dh=str(keys.get("p256dh", "")),
            auth=str(keys.get("auth", "")),
            device=str(given.get("device", "")),
            at=now(),
        )
    except devices.Taken:
        return _said(_("这台手机登记在另一位同事名下,没有改动"), 409)
    except Refused as refusal:
        return _said(refusal.sentence, 400)
    return _said(_("这台手机会收到推送"), 200)


@requires("notify.own")
@require_POST
def unsubscribe(request: HttpRequest) -> HttpResponse:
    """Let this browser go; a second time is no fault."""
    devices.unsubscribe(actor(request), endpoint=str(_json(request).get("endpoint", "")), at=now())
    return _said(_("这台手机不再收到推送"), 200)


@requires("case.acknowledge")
@require_POST
def acknowledge(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """“I have it”, from a page: `intent` is the id the page made for this press. 409 says why not."""
    intent = str(_json(request).get("intent", ""))[:100]
    if not intent:
        return _said(_("缺少操作编号"), 400)
    try:
        ack.acknowledge(case_id, user=actor(request), at=now(), intent=intent)
    except Case.DoesNotExist as error:
        raise Http404 from error
    except Refused as refusal:
        return _said(refusal.sentence, 409)
    return _said(_("您已接下"), 200)


@csrf_exempt  # no cookie is read: the signed ticket of one notification is the whole right
@requires("page.public")
@require_POST
def acknowledge_from_notification(request: HttpRequest) -> HttpResponse:
    """“I have it”, from the notification while every page is closed. The same ticket again changes nothing more."""
    given = _json(request)
    language = given.get("language")
    with translation.override(language if language in ("en", "zh-hans") else "zh-hans"):
        try:
            ack.by_token(str(given.get("token", "")), at=now())
        except (Refused, Case.DoesNotExist) as refusal:
            return _said(refusal.sentence if isinstance(refusal, Refused) else _("没有这件事"), 409)
        return _said(_("您已接下"), 200)


@requires("page.public")
@require_GET
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from the root so that its scope is the whole house."""
    headers = {"Service-Worker-Allowed": "/"}
    return HttpResponse(one_worker.script(), content_type="text/javascript; charset=utf-8", headers=headers)


def _json(request: HttpRequest) -> dict[str, Any]:
    """The body as an object; anything else is an empty one, which no view accepts."""
    try:
        found = json.loads(request.body[:10_000])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _said(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"says": sentence}, status=status, json_dumps_params={"ensure_ascii": False})
