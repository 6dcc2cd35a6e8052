"""Addresses of sign-in, second factor and devices: allauth's views, only those that an office without e-mail needs.

There is no open sign-up and no reset by e-mail: the director makes accounts and one-time passwords.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from django.http import HttpResponse
from django.urls import URLPattern, path

from linli.roster.permissions import requires
from linli.site import devices


def _way(permission: str, route: str, view: Any, name: str) -> URLPattern:
    guarded: Callable[..., HttpResponse] = requires(permission)(view)
    return path(route, guarded, name=name)


urlpatterns = [
    _way("account.sign_in", "login/", account.login, "account_login"),
    _way("account.sign_in", "logout/", account.logout, "account_logout"),
    _way("account.sign_in", "inactive/", account.account_inactive, "account_inactive"),
    _way("account.sign_in", "2fa/authenticate/", mfa.authenticate, "mfa_authenticate"),
    _way("account.sign_in", "2fa/webauthn/login/", keys.login_webauthn, "mfa_login_webauthn"),
    _way("account.own", "reauthenticate/", account.reauthenticate, "account_reauthenticate"),
    _way("account.own", "password/change/", account.password_change, "account_change_password"),
    _way("account.own", "password/set/", account.password_set, "account_set_password"),
    _way("account.own", "2fa/", mfa.index, "mfa_index"),
    _way("account.own", "2fa/needed/", devices.second_factor, "second_factor"),
    _way("account.own", "2fa/reauthenticate/", mfa.reauthenticate, "mfa_reauthenticate"),
    _way("account.own", "2fa/totp/activate/", totp.activate_totp, "mfa_activate_totp"),
    _way("account.own", "2fa/totp/deactivate/", devices.losing(totp.deactivate_totp), "mfa_deactivate_totp"),
    _way("account.own", "2fa/recovery-codes/", codes.view_recovery_codes, "mfa_view_recovery_codes"),
    _way(
        "account.own",
        "2fa/recovery-codes/generate/",
        codes.generate_recovery_codes,
        "mfa_generate_recovery_codes",
    ),
    _way(
        "account.own",
        "2fa/recovery-codes/download/",
        codes.download_recovery_codes,
        "mfa_download_recovery_codes",
    ),
    _way("account.own", "2fa/webauthn/", keys.list_webauthn, "mfa_list_webauthn"),
    _way("account.own", "2fa/webauthn/add/", keys.add_webauthn, "mfa_add_webauthn"),
    _way(
        "account.own",
        "2fa/webauthn/reauthenticate/",
        keys.reauthenticate_webauthn,
        "mfa_reauthenticate_webauthn",
    ),
    _way(
        "account.own",
        "2fa/webauthn/keys/<int:pk>/remove/",
        devices.losing(keys.remove_webauthn),
        "mfa_remove_webauthn",
    ),
    _way("account.own", "2fa/webauthn/keys/<int:pk>/edit/", keys.edit_webauthn, "mfa_edit_webauthn"),
    _way("account.own", "devices/", devices.mine, "usersessions_list"),
    _way("account.own", "devices/<int:pk>/sign-out/", devices.sign_out_mine, "device_sign_out"),
]
