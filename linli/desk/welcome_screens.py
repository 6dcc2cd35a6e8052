"""The link a new colleague gets: choose a password once, and be signed in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from linli.desk.first_screens import BACKEND
from linli.roster import accounts
from linli.roster.models import User
from linli.roster.permissions import requires

_TOKEN = "welcome_token"  # noqa: S105 - the name of a session key
_OPEN = "-"
"""Stands in the address instead of the token once the session has it: it reaches no log and no Referer."""


class PasswordForm(forms.Form):
    """A password of one's own."""

    password = forms.CharField(
        label=gettext_lazy("新密码"),
        max_length=200,
        strip=False,
        help_text=gettext_lazy("至少 10 个字符;一句容易记的话最好。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Checked against Django's validators."""
        password = str(self.cleaned_data["password"])
        validate_password(password, self.user)
        return password


@requires("account.sign_in")
@never_cache
def welcome(request: HttpRequest, user_id: UUID, token: str) -> HttpResponse:
    """Choose a password; the link works once."""
    if token != _OPEN:
        request.session[_TOKEN] = token
        return redirect("welcome", user_id=user_id, token=_OPEN)
    user = accounts.owner_of(user_id, str(request.session.get(_TOKEN, "")))
    if user is None:
        return render(request, "account/link_dead.html", status=410)
    form = PasswordForm(request.POST or None, user=user)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "account/welcome.html", {"form": form, "user": user}, status=status)
    user.set_password(form.cleaned_data["password"])
    user.save(update_fields=["password"])
    del request.session[_TOKEN]
    login(request, user, backend=BACKEND)
    return redirect("front")
