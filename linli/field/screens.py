"""What the phone asks for: the app itself, the slice it carries, and a door for what was done."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from linli.base.clock import now
from linli.base.limits import Limit
from linli.codes.token import read_token
from linli.field import intents, shell
from linli.field.slice import VERSION, Asking, changed
from linli.roster.devices import handle_of, was_signed_out
from linli.roster.permissions import actor, duties_now, requires

LARGEST = 1_000_000
"""Bytes of one batch (trust.md row 28)."""
knocks = Limit(6_000, seconds=3_600)
"""Intents per account and hour: ten times a hard day's work."""

HANDLE = "Linli-Handle"
"""The header in which an app shows what its session is called (`head.handle` of the slice)."""

View = Callable[..., HttpResponse]


def wiping(view: View) -> View:
    """Whoever is no longer signed in is told what the phone must forget.

    `all`: somebody ended the session whose handle it shows. `tasks`: that session only ran out; what it has not sent
    yet stays sealed until the same person signs in. The handle stands in a header and not in a cookie, because any
    request of the browser's own takes a dead cookie away. An app that knows no handle yet is told by the cookie.
    """

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        if answer.status_code != 401:
            return answer
        body = {"wipe": _what_goes(request), "now": now().isoformat(), "says": _("请重新登录")}
        return JsonResponse(body, status=401)

    return told


def _what_goes(request: HttpRequest) -> str:
    if handle := request.headers.get(HANDLE):
        return "all" if was_signed_out(handle) else "tasks"
    return "all" if settings.SESSION_COOKIE_NAME in request.COOKIES else "tasks"


@requires("field.app")
@require_GET
@cache_control(no_cache=True)
def app(request: HttpRequest) -> HttpResponse:
    """The app: the same page for everybody, nothing of anybody in it; the phone keeps it."""
    return HttpResponse(shell.page())


@requires("field.app")
@require_GET
def scanned(request: HttpRequest, token_text: str) -> HttpResponse:
    """A code of the house met by any phone's camera: on to the app, which finds it among its own tasks, or says so.

    The same answer for every code: whether there is such a case is told to nobody here.
    """
    token = read_token(token_text)
    return redirect(f"{reverse('field')}#/q/{token}" if token else reverse("field"))


@requires("field.app")
@require_GET
@cache_control(max_age=3600)
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to put the app on its first screen."""
    return JsonResponse(shell.manifest(), content_type="application/manifest+json")


@wiping
@gzip_page
@requires("field.tasks")
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """`?since=<token>&language=en`: what of my slice the phone lacks."""
    get_token(request)  # sets the cookie that the sender shows
    at = now()
    handle = handle_of(str(request.session.session_key))
    asking = Asking(actor(request), duties_now(request), at, _session_ends_at(request, at), handle)
    with translation.override(_language(request)):
        return _json(changed(asking, request.GET.get("since", "")))


def _session_ends_at(request: HttpRequest, at: datetime) -> datetime:
    began = request.session.get("began_at", at.timestamp())
    return datetime.fromtimestamp(began, UTC) + timedelta(seconds=settings.SESSION_COOKIE_AGE)


def _language(request: HttpRequest) -> str:
    """The one the app shows; the browser's when it names none that we speak."""
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else translation.get_language()


@wiping
@requires("field.send")
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """A batch of intents; see `linli.field.intents` for what each is answered. Safe to send again as a whole."""
    if len(request.body) > LARGEST:
        return JsonResponse({"says": _("一次发得太多,请分批")}, status=413)
    batch = _read(request.body)
    if batch is None:
        return JsonResponse({"says": _("这一批读不懂")}, status=400)
    if len(batch["intents"]) > intents.MOST:
        return JsonResponse({"says": _("一次发得太多,请分批")}, status=413)
    user, at = actor(request), now()
    if batch.get("user") not in (None, str(user.id)):
        return JsonResponse({"says": _("这些记录是另一个人的,没有收")}, status=409)
    if not knocks.allows(str(user.id), at, cost=len(batch["intents"])):
        again = {"Retry-After": str(knocks.wait(str(user.id)))}
        return JsonResponse({"says": _("发得太频繁,稍后自动再试")}, status=429, headers=again)
    with translation.override(_language(request)):
        answers = intents.take(batch["intents"], user=user, at=at, sent_at=_moment(batch.get("sent_at")))
        return _json({"v": VERSION, "now": at.isoformat(), "answers": [a.as_json() for a in answers]})


def _read(body: bytes) -> dict[str, Any] | None:
    """The batch, of whatever version: an object with a list `intents`; the rest is optional and may be new to us."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("intents"), list) else None


def _moment(text: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None


def _json(content: dict[str, Any]) -> HttpResponse:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(
        text, content_type="application/json; charset=utf-8", headers={"Cache-Control": "no-store"}
    )
