"""A restriction proposed at the desk, and the personal link by which the person reads it, seen once or texted."""

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
from linli.desk.alerts_screens import person_under
from linli.desk.case_screens import case_seen_by
from linli.desk.frame import page
from linli.loops.engine import Refused
from linli.loops.models import Case
from linli.loops.pack import pack_for
from linli.matters.alerts import in_mass, links, proposing
from linli.matters.alerts.bases import bases
from linli.matters.alerts.forms import ProposeForm
from linli.matters.alerts.restriction import Restriction
from linli.registry import subjects
from linli.registry.models import Community
from linli.roster.permissions import actor, community_of, duties_now, requires

FRESH_LINK = "fresh_restriction_link"
"""Session slot in which a new link waits to be shown once: [case id, token]."""


@requires("restriction.propose")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def propose(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Basis, evidence, end and reason; it binds nobody before a second person has looked and the person was told."""
    at, who = now(), person_under(request, person_id)
    pack, alert = pack_for(community_of(request), at), _alert(request)
    form = ProposeForm(
        request.POST or None, pack=pack, evidence_number=alert.id.hex[-8:].upper() if alert else ""
    )
    if form.is_bound and form.is_valid():
        try:
            case = proposing.propose(who, form.wish(), actor=actor(request), at=at, cause=alert)
        except Refused as refused:
            for key, sentence in refused.faults.items():
                form.add_error(key if key in form.fields else None, sentence)
        else:
            messages.success(request, _next(case))
            return redirect("desk-case", case.id)
    known = {
        "open": proposing.open_restriction(who.community_id, who.pk),
        "bases": bases(pack),
        "lately": in_mass.lately(actor(request).id, community_id=who.community_id, pack=pack, at=at),
    }
    context = {"form": form, "who": who, "pack": pack.title, **known}
    status = 422 if form.errors else 200
    return page(request, "desk/restriction_new.html", context, here="alerts", at=at, status=status)


def _next(case: Case) -> str:
    """What it waits for, as whoever proposed it reads it."""
    if case.state == Restriction.held.key:
        return _("已提议。24 小时里件数已多,先请主任看,再等第二个人确认;确认并告知本人以前不生效")
    return _("已提议,等第二个人确认;确认并告知本人以前不生效")


def _alert(request: HttpRequest) -> Case | None:
    """The alert it follows from, where the address names one the caller may see. Raises Http404."""
    try:
        case = case_seen_by(actor(request), UUID(request.GET["alert"]), duties_now(request))
    except (KeyError, ValueError):
        return None
    return case if case.loop == "alert" else None


@requires("restriction.link")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def link(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Issue a link (the earlier one dies), show it once as address and QR to print; revoke it."""
    at, case = now(), _restriction(request, case_id)
    if request.method == "POST":
        _change(request, case, at)
        return redirect("desk-restriction-link", case.id)
    kept = request.session.pop(FRESH_LINK, None) or ["", ""]
    token = kept[1] if kept[0] == str(case.id) else ""
    live = links.live(case.id, community_id=case.community_id).first()
    context = {
        "case": case,
        "fresh": _fresh(token, case) if token else None,
        "live": {"made": words.moment(live.made_at, at), "by": live.made_by} if live else None,
        "may_issue": case.state not in links.UNDECIDED,
        **texting.offered(request, "restriction.text", case.community_id),
    }
    return page(request, "desk/restriction_link.html", context, here="alerts", at=at)


@requires("restriction.text")
@require_POST
@never_cache
def text_link(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A new link goes to the number the register has; who has none gets the paper. Telling stays a step of its own."""
    at, case = now(), _restriction(request, case_id)
    if (person := subjects.person_of(case)) is None:
        raise Http404

    def words_() -> str:
        token = links.issue(case.id, community_id=case.community_id, actor=actor(request), at=at)
        request.session[FRESH_LINK] = [str(case.id), token]
        return links.message(token, person.community)

    texting.send(request, person, words_, purpose="restriction_link")
    return redirect("desk-restriction-link", case.id)


def _restriction(request: HttpRequest, case_id: UUID) -> Case:
    case = case_seen_by(actor(request), case_id, duties_now(request))
    if case.loop != "restriction":
        raise Http404
    return case


def _fresh(token: str, case: Case) -> dict[str, str]:
    """A new link in the three forms in which it reaches its person."""
    url, community = links.url(token), Community.objects.get(pk=case.community_id)
    return {"url": url, "qr": qr.data_address(url), "message": links.message(token, community)}


def _change(request: HttpRequest, case: Case, at: datetime) -> None:
    if request.POST.get("do") == "revoke":
        links.revoke(case.id, community_id=case.community_id, at=at)
        messages.success(request, _("链接已停用"))
        return
    try:
        token = links.issue(case.id, community_id=case.community_id, actor=actor(request), at=at)
        request.session[FRESH_LINK] = [str(case.id), token]
    except Refused as refused:
        messages.error(request, refused.sentence)
