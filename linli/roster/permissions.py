"""The gate before every view: who may pass is read from the one permission table (`linli.roster.matrix`).

    @requires("case.see")
    def case_page(request: HttpRequest, case_id: UUID) -> HttpResponse:
        case = get_object_or_404(Case, pk=case_id, community_id=community_of(request))

Anonymous callers are sent to sign-in (401 for scripts), others without the duty get a page that names who may.
The gate knows no objects: a view must fetch through `community_of`, so that another community's id is a 404.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar, cast
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.internal.flows.reauthentication import suspend_request
from asgiref.sync import sync_to_async
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from linli.base import clock
from linli.roster import presence, second_factor
from linli.roster.duties import title
from linli.roster.matrix import ANYONE, PERMISSIONS, SIGNED_IN, Permission
from linli.roster.models import User
from linli.roster.on_duty import duties_of

__all__ = [
    "ANYONE", "PERMISSIONS", "SIGNED_IN", "Permission",
    "actor", "community_of", "duties_now", "may", "requires", "scopes_now",
]  # fmt: skip

OWN = "account.own"
"""What somebody may do for their own account even before it has a second factor: set one up, sign out a lost phone."""

View = TypeVar("View", bound=Callable[..., Any])


def requires(key: str) -> Callable[[View], View]:
    """Decorator for sync and async views; the route test reads `view.permission`. Raises KeyError for an unknown key."""
    permission = PERMISSIONS[key]

    def guard(view: View) -> View:
        if iscoroutinefunction(view):

            @wraps(view)
            async def passing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
                stopped = await sync_to_async(_stopped)(request, permission)
                return stopped or await view(request, *args, **kwargs)
        else:

            @wraps(view)
            def passing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
                return _stopped(request, permission) or view(request, *args, **kwargs)

        passing.permission = key  # type: ignore[attr-defined]
        return cast(View, passing)

    return guard


def may(request: HttpRequest, key: str) -> bool:
    """Whether the caller may do this now: for navigation and buttons. The gate decides again when it is done."""
    permission = PERMISSIONS[key]
    if permission.is_public:
        return True
    return isinstance(request.user, User) and permission.allows(duties_now(request))


def actor(request: HttpRequest) -> User:
    """Whoever is signed in. Raises PermissionDenied for nobody."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def community_of(request: HttpRequest) -> UUID:
    """The caller's community: every query of a view begins with it. Raises PermissionDenied when there is none."""
    found = actor(request).community_id
    if found is None:
        raise PermissionDenied
    return found


def duties_now(request: HttpRequest) -> dict[str, list[str]]:
    """The caller's duties at this moment (duty → scope paths), read once per request."""
    kept: dict[str, dict[str, list[str]]] = vars(request)
    if "linli_duties" not in kept:
        kept["linli_duties"] = duties_of(actor(request), at=clock.now())
    return kept["linli_duties"]


def scopes_now(request: HttpRequest) -> Sequence[str]:
    """Every place the caller is on duty for at this moment; what `Case.objects.within` wants."""
    return sorted({path for paths in duties_now(request).values() for path in paths})


def _stopped(request: HttpRequest, permission: Permission) -> HttpResponse | None:
    """The answer instead of the view's; None lets the caller pass."""
    if permission.is_public:
        return None
    if not isinstance(request.user, User):
        return _elsewhere(request, "account_login", status=401)
    if permission.key != OWN and second_factor.is_missing(request.user, duties_now(request)):
        return _unsecured(request)
    if request.user.community_id is None or not permission.allows(duties_now(request)):
        return _not_your_duty(request, permission)
    return _unsure_who(request) if permission.needs_mfa else None


def _unsure_who(request: HttpRequest) -> HttpResponse | None:
    """Personal data in clear asks for a second factor, and for a recent sign of life of its owner."""
    user = actor(request)
    if not second_factor.is_excused(user) and not second_factor.has_one(user):
        return _unsecured(request)
    if presence.must_return(request.session):
        if _is_script(request):
            return _elsewhere(request, "account_reauthenticate", status=403)
        return cast(HttpResponse, suspend_request(request, reverse("account_reauthenticate")))
    return None


def _unsecured(request: HttpRequest) -> HttpResponse:
    """To the page that sets up a second factor; it knows the way back."""
    says = _("先加上两步验证,再继续。请打开首页,按提示加一次。")
    return _elsewhere(request, "second_factor", status=403, says=says)


def _is_script(request: HttpRequest) -> bool:
    """Whether a script asks, for which a redirect to a page would be swallowed."""
    accepts = request.headers.get("Accept", "")
    if "HX-Request" in request.headers:
        return True
    if request.content_type == "application/json":
        return "text/html" not in accepts
    return bool(accepts) and "text/html" not in accepts and "*/*" not in accepts


def _elsewhere(request: HttpRequest, name: str, *, status: int, says: str = "") -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" and not _is_script(request) else ""
    url = f"{reverse(name)}?{urlencode({'next': back})}" if back else reverse(name)
    if not _is_script(request):
        return redirect(url)
    plain = "text/plain; charset=utf-8"
    return HttpResponse(says, status=status, content_type=plain, headers={"HX-Redirect": url})


def _not_your_duty(request: HttpRequest, permission: Permission) -> HttpResponse:
    if _is_script(request):
        return HttpResponse(
            _("这件事不归您现在的岗位办"), status=403, content_type="text/plain; charset=utf-8"
        )
    duties = [_(title(d)) for d in permission.duties]
    words = {"permission": _(permission.title), "duties": duties}
    return render(request, "account/not_your_duty.html", words, status=403)
