"""The page behind a venue's code: whoever scans it registers here, without an account, without an app, without a script."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from linli.base.clock import local, now
from linli.base.ids import uuid7
from linli.base.masks import mask_phone
from linli.codes import issuing
from linli.codes.models import Code, Kind
from linli.codes.token import grouped
from linli.door.open_door import page
from linli.loops.pack import pack_for
from linli.registry.models import Venue
from linli.registry.strangers import number_of, recall, remember
from linli.roster.permissions import requires
from linli.scans import entry
from linli.scans.fast import ID, KEEP, REMEMBER
from linli.scans.known import asked, entry_of
from linli.scans.record import WAYS, milliseconds
from linli.scans.store import opened

KEPT_SECONDS = 10
"""So long a page without anything of its reader is the same for everybody: a crowd reads one page."""

REMEMBERED = 90 * 24 * 3600
"""Seconds for which a phone keeps the number, where its owner asked for it."""


@csrf_exempt  # no cookie gives any right here: whoever stands at the door may register
@requires("page.public")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token_text: str) -> HttpResponse:
    """The form, what became of it, or that this code is none any more."""
    code = issuing.find(token_text, kind=Kind.VENUE)
    if code is None:
        raise Http404
    with translation.override(_language(request)):
        return _answered(request, code)


def _language(request: HttpRequest) -> str:
    """By the link on the page itself, which needs no cookie; else what the phone asks for."""
    asked = request.GET.get("language", "")
    return (
        asked if asked in dict(settings.LANGUAGES) else translation.get_language() or settings.LANGUAGE_CODE
    )


def _answered(request: HttpRequest, code: Code) -> HttpResponse:
    venue = Venue.objects.select_related("community").get(pk=code.subject)
    at = now()
    if not issuing.is_alive(code, at):
        context = {"venue": venue, "since": _moment(code.revoked_at or at)}
        return page(request, "door/venue_gone.html", context, community=venue.community, status=410)
    if request.method == "POST":
        return _taken(request, code, venue, at)
    if "done" in request.GET:
        return _kept(
            request,
            page(request, "door/venue_done.html", _done(request, venue, at), community=venue.community),
        )
    return _kept(request, _form(request, code, venue, at))


def _taken(request: HttpRequest, code: Code, venue: Venue, at: datetime) -> HttpResponse:
    form = {key: str(value) for key, value in request.POST.items()}
    if "forget" in form:
        answer = redirect(request.path)
        answer.delete_cookie(REMEMBER, path="/v/")
        return answer
    if form.get("mine") and not form.get("number"):
        form["number"] = recall(request.COOKIES.get(REMEMBER, ""))
    entered = entry.read(form, entry_of(code), code.token, asked, milliseconds(at))
    if entered.faults:
        return _form(request, code, venue, at, form=form, faults=entered.faults)
    with opened() as store:
        store.write(entered.rows)
    answer = redirect(f"{request.path}?done={entered.heads}")
    if form.get("remember") and number_of(form.get("number", "")):
        answer.set_cookie(
            REMEMBER,
            remember(form["number"]),
            max_age=REMEMBERED,
            path="/v/",
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return answer


def _form(
    request: HttpRequest,
    code: Code,
    venue: Venue,
    at: datetime,
    *,
    form: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
) -> HttpResponse:
    mine = recall(request.COOKIES.get(REMEMBER, ""))
    context: dict[str, Any] = {
        "venue": venue,
        "code": grouped(code.short_code),
        "said": form or {},
        "faults": faults or {},
        "id": (form or {}).get("id") or (str(uuid7()) if request.COOKIES else ID.decode()),
        "ways": [(key, _(word)) for key, word in WAYS.items()],
        "way": (form or {}).get("way", "in"),
        "mine": mask_phone(mine) if mine else "",
        "purpose": _purpose(venue, at),
    }
    return page(request, "door/venue.html", context, community=venue.community, status=422 if faults else 200)


def _purpose(venue: Venue, at: datetime) -> dict[str, str]:
    pack = pack_for(venue.community_id, at)
    return {
        "who": _("%(community)s,由 %(venue)s 张贴")
        % {"community": venue.community.name, "venue": venue.name},
        "rule": f"{pack.body['issuer']} {pack.body['document']}",
        "kept": _("%(days)d 天后删除。场所只看得到人数") % {"days": pack.get("retention.scan_days", 30)},
    }


def _done(request: HttpRequest, venue: Venue, at: datetime) -> dict[str, Any]:
    told = request.GET.get("done", "1")
    return {"venue": venue, "heads": int(told) if told.isdecimal() else 1, "at": _moment(at)}


def _kept(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """The same for everybody who has told us nothing of themselves."""
    if not request.COOKIES and request.method == "GET":
        answer[KEEP.decode()] = str(KEPT_SECONDS)
    return answer


def _moment(at: datetime) -> str:
    return f"{local(at):%m-%d %H:%M}"


__all__ = ["enter"]
