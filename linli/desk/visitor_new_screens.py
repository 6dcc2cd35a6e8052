"""A visit registered by keyboard, the link a household gets, and the text that asks the host."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.base.clock import now
from linli.codes import qr
from linli.desk import texting, words
from linli.desk.frame import page
from linli.desk.gate_screens import community_here, visit_of
from linli.desk.people_screens import person_seen
from linli.loops.engine import Refused
from linli.loops.pack import pack_for
from linli.matters.visitors import announcing, links, passes
from linli.matters.visitors.forms import DeskForm
from linli.matters.visitors.loop import VisitPass
from linli.matters.visitors.models import HostLink
from linli.registry import search
from linli.registry.models import Person
from linli.registry.subjects import person_of
from linli.roster.permissions import actor, may, requires, scopes_now

FRESH_LINK = "fresh_host_link"
"""Session slot in which a new link waits to be shown once: [person id, token]."""


@requires("visitor.ask")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """Whose guest: one box, masked hits. What is typed comes by POST, so that it stands in no address."""
    typed = request.POST.get("q", "").strip()
    context = {
        "typed": typed,
        "found": search.find(typed, community=community_here(request), scopes=scopes_now(request)),
        "search": {
            "url": request.path,
            "value": typed,
            "label": _("房号、姓名、拼音、电话尾号"),
            "post": True,
        },
        "may_link": may(request, "visitor.link"),
    }
    return page(request, "desk/visitor_find.html", context, here="visitors", at=now())


def _host(request: HttpRequest, person_id: UUID) -> Person:
    """A resident under a place of the caller's duty. Raises Http404."""
    who = person_seen(request, person_id)
    if who.household is None:
        raise Http404
    return who


@requires("visitor.ask")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """A visit to somebody of the register; the host is asked unless they said so, or the pack lets it in without."""
    at, host = now(), _host(request, person_id)
    form = DeskForm(request.POST or None, pack=pack_for(host.community_id, at), at=at)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            case = announcing.announce(
                host, form.told(said["channel"]), at=at, agreed=said["agreed"], actor=actor(request)
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("已登记:%(title)s") % {"title": case.title})
            return redirect("desk-visitor", case.pk)
    status = 422 if form.errors else 200
    context = {"who": host, "door": str(host.household.dwelling) if host.household else "", "form": form}
    return page(request, "desk/visitor_new.html", context, here="visitors", at=at, status=status)


@requires("visitor.link")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def link(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Give a household its own link, shown once as address, QR and text; or take all of theirs back."""
    at, host = now(), _host(request, person_id)
    if request.method == "POST":
        _change(request, host, at)
        return redirect("desk-host-link", host.pk)
    kept = request.session.pop(FRESH_LINK, None) or ["", ""]
    live = HostLink.objects.filter(
        community_id=host.community_id, person=host, revoked_at=None, expires_at__gt=at
    ).order_by("-made_at")
    last = live.first()
    context = {
        "who": host,
        "fresh": _fresh(kept[1], host) if kept[0] == str(host.pk) else None,
        "live": {"made": words.moment(last.made_at, at), "by": last.made_by} if last else None,
    }
    return page(request, "desk/visitor_link.html", context, here="visitors", at=at)


def _fresh(token: str, host: Person) -> dict[str, str]:
    url = links.url(token)
    return {"url": url, "qr": qr.data_address(url), "message": links.message(token, host.community)}


def _change(request: HttpRequest, host: Person, at: datetime) -> None:
    if request.POST.get("do") == "revoke":
        links.revoke(host, at=at)
        messages.success(request, _("链接已停用"))
        return
    request.session[FRESH_LINK] = [str(host.pk), links.issue(host, actor=actor(request), at=at)]


@requires("visitor.text")
@require_POST
@never_cache
def text(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The host, and nobody else, is texted: a link to answer by, or the pass to hand on to whoever comes."""
    at, case = now(), visit_of(request, case_id)
    host = person_of(case)
    if host is None or case.state not in (VisitPass.asked.key, VisitPass.ready.key):
        raise Http404

    def words_() -> str:
        code = passes.code_of(case)
        if case.state == VisitPass.ready.key and code:
            return passes.message(case, code, host.community.name)
        return links.message(links.issue(host, actor=actor(request), at=at), host.community, waits=True)

    texting.send(request, host, words_, purpose="visit", instead=_("短信没有发出去,请打电话问户主"))
    return redirect("desk-visitor", case.pk)
