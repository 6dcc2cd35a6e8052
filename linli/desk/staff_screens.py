"""Staff: accounts, the links with which their owners choose a password, shifts, devices; and who is on duty now."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from linli.base import clock
from linli.desk.frame import page
from linli.desk.staff_forms import AccountForm, ShiftForm, place_choices
from linli.desk.words import listed
from linli.loops.ledger import Refused
from linli.registry.models import Community
from linli.roster import accounts
from linli.roster.devices import devices_of
from linli.roster.devices import sign_out as sign_out_device
from linli.roster.duties import DUTIES, title
from linli.roster.models import Shift, User
from linli.roster.on_duty import shifts_now
from linli.roster.permissions import community_of, may, requires


@requires("desk.on_duty")
@require_GET
def on_duty(request: HttpRequest) -> HttpResponse:
    """Who is on duty now, duty by duty; a duty nobody holds says so."""
    at, community_id = clock.now(), community_of(request)
    names = _places(community_id)
    now = sorted(shifts_now(community_id, at), key=lambda s: (s.on_call, s.user.shown_name))
    duties = [
        {"title": _(duty.title), "shifts": [_line(s, names) for s in now if s.duty == duty.key]}
        for duty in DUTIES.values()
    ]
    words = {
        "duties": [duty for duty in duties if duty["shifts"]],
        "vacant": listed(str(duty["title"]) for duty in duties if not duty["shifts"]),
    }
    return page(request, "desk/on_duty.html", words, here="on-duty", at=at)


@requires("staff.see")
@require_GET
def staff(request: HttpRequest) -> HttpResponse:
    """Every account and what it holds now."""
    at, community_id = clock.now(), community_of(request)
    held: dict[UUID, list[str]] = {}
    for shift in shifts_now(community_id, at):
        held.setdefault(shift.user_id, []).append(_(title(shift.duty)))
    users = User.objects.filter(community_id=community_id).order_by("-is_active", "shown_name")
    rows = [{"user": user, "duties": listed(dict.fromkeys(held.get(user.pk, [])))} for user in users]
    return page(request, "desk/staff.html", {"rows": rows, **_rights(request)}, here="on-duty", at=at)


@requires("staff.manage")
def add_account(request: HttpRequest) -> HttpResponse:
    """Open an account; its owner gets a link, nobody a password."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = accounts.open_account(community_id=community_of(request), **form.cleaned_data)
        except Refused as refused:
            form.add_error("username", refused.sentence)
        else:
            return _link_page(request, user, accounts.link_token(user))
    status = 422 if form.errors else 200
    return page(
        request, "desk/account_new.html", {"form": form}, here="on-duty", at=clock.now(), status=status
    )


@requires("staff.see")
@require_GET
def account(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """One account: shifts now and to come, and devices."""
    at, user = clock.now(), _colleague(request, user_id)
    coming = Shift.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), user=user, called_off_at=None)
    names = _places(community_of(request))
    words = {
        "user": user,
        "shifts": [_line(s, names) for s in coming.select_related("user").order_by("starts_at")],
        "devices": devices_of(user),
        **_rights(request),
    }
    return page(request, "desk/account.html", words, here="on-duty", at=at)


@requires("staff.manage")
@require_POST
def renew_link(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A new link instead of a forgotten password."""
    user = _colleague(request, user_id)
    return _link_page(request, user, accounts.renew(user))


@requires("staff.manage")
@require_POST
def close_account(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Close an account, or open it again."""
    user = _colleague(request, user_id)
    if user == request.user:
        messages.error(request, _("不能停用自己的账号,请另一位主任来办"))
    elif user.is_active:
        accounts.close_account(user)
        messages.success(request, _("账号已停用,所有设备已退出登录"))
    else:
        accounts.reopen_account(user)
        messages.success(request, _("账号已重新开通"))
    return redirect("desk-account", user_id=user.pk)


@requires("staff.manage")
@require_POST
def drop_factors(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Take away a colleague's lost second factor; one's own is changed on one's own page."""
    user = _colleague(request, user_id)
    if user == request.user:
        messages.error(request, _("自己的两步验证在「我的账号」里改"))
    else:
        accounts.drop_factors(user)
        messages.success(request, _("已取消,所有设备已退出登录;下次登录时要重新加上"))
    return redirect("desk-account", user_id=user.pk)


@requires("staff.sign_out")
@require_POST
def sign_out(request: HttpRequest, user_id: UUID, pk: int) -> HttpResponse:
    """Sign out one device of a colleague: the lost phone at 02:00."""
    sign_out_device(get_object_or_404(UserSession, pk=pk, user=_colleague(request, user_id)))
    messages.success(request, _("那台设备已退出登录"))
    return redirect("desk-account", user_id=user_id)


@requires("shift.plan")
def add_shift(request: HttpRequest) -> HttpResponse:
    """Put somebody on duty."""
    at = clock.now()
    community = get_object_or_404(Community, pk=community_of(request))
    start = clock.local(at).replace(second=0, microsecond=0)
    chosen = {"starts_at": start, "user": request.GET.get("user", "")}
    form = ShiftForm(request.POST or None, initial=chosen, community=community, at=at)
    if request.method == "POST" and form.is_valid():
        try:
            shift = accounts.give_shift(community=community, **form.facts())
        except Refused as refused:
            form.add_error(next((k for k in refused.faults if k in form.fields), None), refused.sentence)
        else:
            messages.success(request, _("排好了"))
            return redirect("desk-account", user_id=shift.user_id)
    status = 422 if form.errors else 200
    return page(request, "desk/shift_new.html", {"form": form}, here="on-duty", at=at, status=status)


@requires("shift.plan")
@require_POST
def end_shift(request: HttpRequest, shift_id: UUID) -> HttpResponse:
    """End a shift now; one that has not begun is called off."""
    shift = get_object_or_404(Shift, pk=shift_id, community_id=community_of(request))
    accounts.end_shift(shift, at=clock.now())
    messages.success(request, _("这个班已结束"))
    return redirect("desk-account", user_id=shift.user_id)


def _colleague(request: HttpRequest, user_id: UUID) -> User:
    return get_object_or_404(User, pk=user_id, community_id=community_of(request))


def _rights(request: HttpRequest) -> dict[str, bool]:
    keys = ("staff.manage", "staff.sign_out", "shift.plan")
    return {key.replace(".", "_"): may(request, key) for key in keys}


def _places(community_id: UUID) -> dict[str, str]:
    return dict(place_choices(Community.objects.get(pk=community_id)))


def _line(shift: Shift, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": shift.pk,
        "name": shift.user.shown_name,
        "duty": _(title(shift.duty)),
        "place": names.get(shift.scope, shift.scope),
        "from": _shown(shift.starts_at),
        "to": _shown(shift.ends_at),
        "on_call": shift.on_call,
    }


def _shown(at: datetime | None) -> str:
    return f"{clock.local(at):%m-%d %H:%M}" if at else _("长期")


@never_cache
def _link_page(request: HttpRequest, user: User, token: str) -> HttpResponse:
    link = request.build_absolute_uri(reverse("welcome", args=(user.pk, token)))
    words = {"user": user, "link": link}
    return page(request, "desk/account_link.html", words, here="on-duty", at=clock.now())
