"""The pages of one's own devices, and the page that says why a second factor is needed here."""

from __future__ import annotations

from allauth.account.utils import get_next_redirect_url
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.roster.devices import devices_of
from linli.roster.permissions import actor


def mine(request: HttpRequest) -> HttpResponse:
    """Where I am signed in."""
    words = {"sessions": devices_of(actor(request)), "here": request.session.session_key}
    return render(request, "usersessions/usersession_list.html", words)


@require_POST
def sign_out_mine(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out one of my devices; its next request finds itself signed out."""
    device = get_object_or_404(UserSession, pk=pk, user=actor(request))
    device.end()
    messages.success(request, _("那台设备已退出登录"))
    return redirect("usersessions_list")


def second_factor(request: HttpRequest) -> HttpResponse:
    """Personal data in clear asks for a second factor: why, and which ways there are."""
    back = get_next_redirect_url(request) or "/"
    if is_mfa_enabled(actor(request)):
        return redirect(back)
    return render(request, "mfa/needed.html", {"back": back})
