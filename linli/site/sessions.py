"""Every signed-in browser is a device that can be seen and signed out; no session outlives a shift."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from linli.base import clock
from linli.roster import presence
from linli.roster.models import User

_BEGAN = "began_at"


class Devices:
    """Middleware: ends sessions older than a shift, and notes once a minute that a device is in use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = request.session.session_key and isinstance(request.user, User)
        if known:
            self._look(request, clock.now())
        answer = self.get_response(request)
        if known and "Cache-Control" not in answer.headers:
            answer.headers["Cache-Control"] = "no-store"  # the next person at this desk presses Back
        return answer

    def _look(self, request: HttpRequest, at: datetime) -> None:
        began = request.session.setdefault(_BEGAN, at.timestamp())
        if at.timestamp() - began > settings.SESSION_COOKIE_AGE:
            logout(request)
        elif presence.touch(request.session, at):
            _note(request)


def _note(request: HttpRequest) -> None:
    """allauth's device list knows the browser, its address and when it was last seen."""
    UserSession.objects.create_from_request(request)
