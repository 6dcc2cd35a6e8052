"""How people sign in: staff accounts are made by the office, never by strangers."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.roster import tries
from linli.roster.accounts import sign_out_everywhere
from linli.roster.matrix import STAFF
from linli.roster.models import User
from linli.roster.permissions import duties_now


class StaffOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """No open sign-up, and nothing sent by e-mail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from the first-run page and from the desk."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Whoever holds a duty of the office works at the desk; everybody else has a phone in the hand."""
        return home_of(request)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """There is no address to write to: the device list says what happened."""

    def is_reauthentication_required(self, *, app: str, **facts: Any) -> bool:
        """Not for the first second factor, as long as the password was typed at sign-in a short while ago."""
        request = context.request
        user = request.user if request else None
        if isinstance(user, User) and user.must_secure and _signed_in_lately(request, user):
            return False
        return bool(super().is_reauthentication_required(app=app, **facts))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Allauth's, counted in the database by name and address. Raises ValidationError when no try is left."""
        name, address = str(credentials.get("username", "")), str(self.get_client_ip(request))
        self._try = tries.begin(name, address, at=clock.now())
        if self._try is None:
            raise self.validation_error("too_many_login_attempts")

    def set_password(self, user: User, password: str) -> None:
        """A new password signs out every other device: whoever changes it may do so because one of them is lost."""
        request = context.request
        with transaction.atomic():
            super().set_password(user, password)
            sign_out_everywhere(user, but=(request and request.session.session_key) or "")

    def _rollback_login_failed_rl_usage(self) -> None:
        """Allauth calls it when the password was right."""
        if self._try:
            tries.was_right(self._try)

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """As it is stored."""
        return username.strip().lower()


def home_of(request: HttpRequest) -> str:
    """The first page of whoever is signed in: the desk for duties of the office, else the field app."""
    user = request.user
    if (
        not isinstance(user, User)
        or user.community_id is None
        or not set(STAFF).isdisjoint(duties_now(request))
    ):
        return str(settings.LOGIN_REDIRECT_URL)
    return reverse("field")


def _signed_in_lately(request: HttpRequest, user: User) -> bool:
    since = clock.now().timestamp() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return any(
        each.get("method") == "password" and each.get("at", 0) > since
        for each in get_authentication_records(request, user)
    )


class SignInForm(LoginForm):  # type: ignore[misc]
    """Name and password, in the words of the house; the session ends with the shift, so nothing is remembered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label, self.fields["password"].label = _("登录名"), _("密码")
        self.fields["password"].help_text = ""
        for name in ("login", "password"):
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        self.fields.pop("remember", None)
