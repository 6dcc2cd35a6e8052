"""The first page of a new house: type the code from the terminal, then create the community or look at the demo."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from linli.base import clock
from linli.desk import first_run
from linli.roster.models import User
from linli.roster.permissions import requires

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def _text(label: Any, most: int, *, required: bool = True, hint: Any = "", **attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(label=label, max_length=most, required=required, help_text=hint, widget=widget)


class CodeForm(forms.Form):
    """Only who can read the terminal may go on."""

    code = _text(
        gettext_lazy("终端里的口令"),
        20,
        hint=gettext_lazy("启动 linli 的窗口里写着 Code,例如 7K3PX-9QTRM。只能用一次。"),
        autocomplete="off",
        autocapitalize="characters",
    )

    def clean_code(self) -> str:
        """The code itself, or a sentence."""
        typed = str(self.cleaned_data["code"])
        if not first_run.is_code(typed):
            raise forms.ValidationError(_("口令不对。请照着终端里写的再输一遍"))
        return typed


class CommunityForm(forms.Form):
    """The community and its first administrator."""

    name = _text(gettext_lazy("社区名称"), 60, hint=gettext_lazy("例如 香阅四季社区"))
    street = _text(gettext_lazy("街道"), 60, required=False)
    district = _text(gettext_lazy("区县"), 60, required=False)
    phone = _text(
        gettext_lazy("值班电话"),
        20,
        required=False,
        hint=gettext_lazy("居民和车站看得到的办公电话,不要填个人手机。"),
        inputmode="tel",
    )
    shown_name = _text(gettext_lazy("您的姓名"), 50, autocomplete="name")
    username = _text(
        gettext_lazy("登录名"),
        40,
        hint=gettext_lazy("字母或数字,例如 wang.min"),
        autocomplete="username",
        autocapitalize="none",
        spellcheck="false",
    )
    password = forms.CharField(
        label=gettext_lazy("密码"),
        max_length=200,
        strip=False,
        help_text=gettext_lazy("至少 10 个字符;一句容易记的话最好。"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_username(self) -> str:
        """Lower case, without spaces."""
        name = str(self.cleaned_data["username"]).strip().lower()
        if not name.isascii() or any(sign.isspace() for sign in name):
            raise forms.ValidationError(_("登录名只用字母、数字、点和横线"))
        return name

    def clean_password(self) -> str:
        """Checked against Django's validators."""
        password = str(self.cleaned_data["password"])
        validate_password(password)
        return password


@requires("page.first_run")
@never_cache
def first(request: HttpRequest) -> HttpResponse:
    """The code first, then the community or the demo; a 404 once there is a community."""
    if not first_run.is_open():
        raise Http404
    if not request.session.get(PASSED):
        return _ask_code(request)
    if request.method != "POST":
        return _page(request, CommunityForm())
    return _make_demo(request) if "demo" in request.POST else _make_own(request)


PASSED = "first_run_code"
"""In the session of whoever typed the code."""


def _ask_code(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "first_run/code.html", {"form": CodeForm()})
    if not ratelimit.consume(request, action="first_run"):
        return render(request, "429.html", status=429)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return render(request, "first_run/code.html", {"form": form}, status=422)
    request.session.cycle_key()
    request.session[PASSED] = True
    return redirect("first-run")


def _make_own(request: HttpRequest) -> HttpResponse:
    form = CommunityForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        user = first_run.create(**form.cleaned_data, at=clock.now())
    except first_run.AlreadyMade:
        return redirect("account_login")
    return _welcome(request, user)


def _make_demo(request: HttpRequest) -> HttpResponse:
    try:
        user = first_run.create_demo(at=clock.now())
    except first_run.AlreadyMade:
        return redirect("account_login")
    except LookupError as error:
        raise Http404 from error
    return _welcome(request, user)


def _welcome(request: HttpRequest, user: User) -> HttpResponse:
    login(request, user, backend=BACKEND)
    return redirect("first-done")


def _page(request: HttpRequest, form: CommunityForm, status: int = 200) -> HttpResponse:
    words = {"form": form, "has_demo": first_run.demo() is not None}
    return render(request, "first_run/first.html", words, status=status)


@requires("account.own")
def done(request: HttpRequest) -> HttpResponse:
    """What to do next: second factor, register, colleagues."""
    return render(request, "first_run/done.html")
