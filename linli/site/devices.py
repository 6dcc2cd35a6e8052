"""The pages of one's own devices, and the page that says why a second factor is needed here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.roster import second_factor as factors
from linli.roster.devices import device_name, devices_of, sign_out
from linli.roster.models import User
from linli.roster.permissions import actor

_WANTED = "second_factor_next"
"""In the session: where somebody wanted to go when a second factor stood before it."""


def mine(request: HttpRequest) -> HttpResponse:
    """Where I am signed in."""
    words = {"sessions": devices_of(actor(request)), "here": request.session.session_key}
    return render(request, "usersessions/usersession_list.html", words)


@require_POST
def sign_out_mine(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out one of my devices; its next request finds itself signed out."""
    device = get_object_or_404(UserSession, pk=pk, user=actor(request))
    sign_out(device)
    messages.success(request, _("那台设备已退出登录"))
    return redirect("usersessions_list")


def second_factor(request: HttpRequest) -> HttpResponse:
    """Why a second factor is needed, and the ways to one; whoever has one goes on to where they wanted to go."""
    user = actor(request)
    if wanted := get_next_redirect_url(request):
        request.session[_WANTED] = wanted
    if factors.has_one(user):
        factors.secured(user)
        return redirect(request.session.pop(_WANTED, "/"))
    return render(request, "mfa/needed.html", _one_tap(request, user))


def _one_tap(request: HttpRequest, user: User) -> dict[str, Any]:
    """What the browser needs to make a passkey at once; allauth asks who is there when sign-in is some time ago."""
    if is_reauthentication_required(request, app="allauth.mfa"):
        return {}
    name = device_name(request.headers.get("User-Agent", ""))
    return {"device": name, "js_data": {"creation_options": begin_registration(user, True)}}


def losing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that takes a factor away: whoever lost the last one is asked for another."""

    @wraps(view)
    def watched(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        if request.method == "POST":
            factors.look_again(actor(request))
        return answer

    return watched
