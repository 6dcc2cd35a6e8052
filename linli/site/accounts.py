"""How people sign in: staff accounts are made by the office, never by strangers."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class StaffOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """No open sign-up, and nothing sent by e-mail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from the first-run page and from the desk."""
        return False

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """There is no address to write to: the device list says what happened."""

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """As it is stored."""
        return username.strip().lower()


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
